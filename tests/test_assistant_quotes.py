"""Which sentences are quoted, and which never."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import combinations

import numpy as np
import pytest

from assistant.asked import Asked, take_apart
from assistant.quotes import MOST_QUOTES, SAME, Quote, choose
from assistant.sentences import candidates
from index.articles import Article, Source
from index.passages import passages
from index.search import Hit


def asked(question: str) -> Asked:
    return take_apart(question, lambda term: 3.0, 1_000)


def hits(*texts: str) -> list[Hit]:
    found = []
    for number, text in enumerate(texts):
        source = Source(f"{number:016x}", f"Story {number}", outlet="Alpha News", published=date(2020, 1, 1))
        found += [Hit(passage, 10.0 - number, {}) for passage in passages(Article(source, text))]
    return found


def no_likeness(question: str, texts: Sequence[str]) -> np.ndarray:
    return np.zeros(len(texts), dtype=np.float32)


def chosen(question: str, *texts: str) -> list[Quote]:
    return choose(asked(question), hits(*texts), no_likeness)


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        (
            "Why did the factory close?",
            "The factory in Leeds will close in May. The factory will close because orders fell sharply last winter.",
            "because orders fell",
        ),
        (
            "When did the bridge collapse?",
            "The bridge collapse shocked the town and its people. The bridge collapse happened on 3 May 2018.",
            "3 May 2018",
        ),
        (
            "How many people died in the flood?",
            "Many people died in the flood, officials feared. At least 43 people died in the flood, officials said.",
            "43 people",
        ),
        (
            "Where did the plane land?",
            "The plane did land safely at noon, to great relief. The plane did land safely in Lisbon, to great relief.",
            "Lisbon",
        ),
        (
            "Who won the race on Sunday?",
            "The race on Sunday was won by a nose in the end. The race on Sunday was won by Maria Lopez in the end.",
            "Maria Lopez",
        ),
    ],
    ids=["why", "when", "how many", "where", "who"],
)
def test_the_kind_of_question_decides_between_sentences(question: str, text: str, answer: str) -> None:
    assert answer in chosen(question, text)[0].text


@pytest.mark.parametrize(
    "never",
    [
        "The minister waves to the crowd at the summit in Paris. (Jane Roe, Pool Photo via AP)",
        "Sign up for our newsletter about the minister and the summit in Paris.",
        "By Jane Roe and John Doe for the summit in Paris.",
        "What did the minister want from the summit in Paris?",
        "Read more about the minister at the summit in Paris.",
        "The minister: the summit in Paris",
        "Minister, summit, Paris.",
        "Reporter Jane Roe contributed to this report about the minister at the summit in Paris.",
        "See https://a.example/x for the minister at the summit in Paris.",
    ],
)
def test_what_is_no_prose_is_never_quoted(never: str) -> None:
    text = f"{never}\n\nThe minister left early, a spokeswoman said on Friday evening."
    quotes = chosen("What did the minister do at the summit in Paris?", text)
    assert [quote.text for quote in quotes] == ["The minister left early, a spokeswoman said on Friday evening."]


def test_every_quote_is_an_exact_slice() -> None:
    text = "A storm hit the coast of Spain on Monday.\n\nIt tore the roofs from forty houses.  Nobody was hurt in it."
    for quote in chosen("What did the storm in Spain do?", text):
        assert quote.text == text[quote.start : quote.end]


def test_a_sentence_that_opens_with_a_pronoun_takes_the_one_before_along() -> None:
    text = "Anna Weber founded the shelter in 1990. She closed the shelter because money ran out."
    assert chosen("Why was the shelter closed?", text)[0].text == text


def test_a_caption_does_not_lend_its_sentence() -> None:
    text = (
        "The shelter in Berlin, seen from the street. (Photo by Jane Roe)\n\nIt closed its doors because money ran out."
    )
    assert chosen("Why was the shelter closed?", text)[0].text == "It closed its doors because money ran out."


def test_no_two_quotes_say_the_same() -> None:
    line = "The {} bridge over the river was closed on Monday after cracks were found in its pillars."
    quotes = chosen("Why was the bridge closed?", *[line.format(word) for word in ("old", "main", "town", "steel")])
    assert len(quotes) == 1
    found = candidates(hits(line.format("old"), "The bridge was closed because a ship hit it on Sunday night."))
    assert all(a.alike(b) <= SAME for a, b in combinations(found, 2))


def test_no_two_quotes_overlap_and_there_are_at_most_five() -> None:
    texts = [
        f"The bridge was closed because {cause} in the town of Aster."
        for cause in (
            "a ship struck it",
            "its cables rusted",
            "the mayor wished",
            "floods rose",
            "winds blew",
            "fire spread",
            "ice cracked stone",
        )
    ]
    quotes = chosen("Why was the bridge closed?", *texts)
    assert 1 <= len(quotes) <= MOST_QUOTES
    assert len({quote.source.id for quote in quotes}) == len(quotes)


def test_one_article_gives_at_most_three_in_its_order_after_the_first() -> None:
    text = (
        "The bridge was opened in 1950 by the queen herself. Some say the bridge was closed over its rust. "
        "The bridge was closed because a ship struck a pillar. Engineers think the closed bridge can be saved. "
        "The closed bridge carried nine thousand cars a day."
    )
    quotes = chosen("Why was the bridge closed?", text)
    assert "because a ship" in quotes[0].text
    assert len(quotes) <= 3
    assert [quote.start for quote in quotes[1:]] == sorted(quote.start for quote in quotes[1:])


def test_nothing_quotable_gives_no_quotes() -> None:
    assert chosen("What happened in Paris?", "PARIS PICTURES") == []
    assert choose(asked("What happened?"), [], no_likeness) == []
