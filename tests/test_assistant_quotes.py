"""Which sentences are quoted, and which never."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from assistant.asked import Asked, take_apart
from assistant.quotes import MOST_QUOTES, SAME, Quote, choose, learned
from assistant.sentences import candidates
from index.articles import Article, Source
from index.errors import IndexDamaged
from index.finding import Hit
from index.passages import passages


def asked(question: str) -> Asked:
    return take_apart(question, lambda term: 3.0, 1_000)


def hits(*texts: str) -> list[Hit]:
    found = []
    for number, text in enumerate(texts):
        source = Source(f"{number:016x}", f"Story {number}", outlet="Alpha News", published=date(2020, 1, 1))
        found += [Hit(passage, 10.0 - number, {}) for passage in passages(Article(source, text))]
    return found


def chosen(question: str, *texts: str) -> list[Quote]:
    return choose(asked(question), hits(*texts))


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
        "RELATED: The minister and the summit in Paris, told in five charts.",
        "Watch: The minister arrives at the summit in Paris with a smile.",
        "Read all of the minister's words at the summit in Paris.",
        "Here's what the minister wants from the summit in Paris.",
        "Editor's note: The minister at the summit in Paris was renamed.",
        "An earlier version of this article misnamed the minister at the summit in Paris.",
        "This story has been updated with the minister at the summit in Paris.",
        "Jane Roe reported from the summit in Paris.",
        "Contributing: Jane Roe on the minister, John Doe on the summit in Paris.",
        "Jane Roe is a politics and business editor at the Paris Post, which covers the minister and the summit.",
        "Follow Jane Roe for the minister at the summit in Paris on Twitter @janeroe.",
        "Follow live updates of the minister at the summit in Paris.",
        "For more information on the minister and the summit in Paris, visit summit.org.",
        "10:42 a.m. ET: The minister is at the summit in Paris.",
        "2 hours ago the minister was at the summit in Paris.",
        "Updated 10:42 a.m. on the minister at the summit in Paris.",
        "Story continues after the minister at the summit in Paris.",
        "You can also receive email updates on the minister and the summit in Paris.",
        "Pictured is the minister at the summit in Paris.",
        "They call it historic:Minister calls the summit in Paris a gift.",
        "To see the minister at the summit in Paris, visit summit.org on Friday.",
        "The following contains spoilers of the minister and the summit in Paris.",
        "These are the wishes of the minister at the summit in Paris:",
        "MINISTER AT THE SUMMIT IN PARIS.",
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


def test_words_of_a_quotation_are_quoted_with_its_beginning_or_come_after_what_stands_alone() -> None:
    text = "“The ferry was old,” said Anna Weber. “The ferry had no lights. The ferry hit the pier at noon,” she added."
    assert chosen("When did the ferry hit the pier?", text)[0].text == text[text.index("“The ferry had") :]
    plain = "The ferry hit the pier, its owner said on Friday."
    whole = f"“The ferry was old. {'It had no lights. ' * 30}The ferry hit the pier,” she said.\n\n{plain}"
    assert chosen("What did the ferry hit?", whole)[0].text == plain


def test_a_caption_does_not_lend_its_sentence() -> None:
    text = (
        "The shelter in Berlin, seen from the street. (Photo by Jane Roe)\n\nIt closed its doors because money ran out."
    )
    assert chosen("Why was the shelter closed?", text)[0].text == "It closed its doors because money ran out."


@pytest.mark.parametrize(
    "dateline",
    [
        "PARIS — ",
        "PARIS (AP) — ",
        "Paris (CNN) ",
        "(CNN) — ",
        "PARIS, France (Reuters) - ",
        "LE MANS, May 3 - ",
        "ROME, 3 May 2020 - ",
        "Le HAVRE, France − ",
    ],
)
def test_a_dateline_is_not_quoted_and_hides_nothing(dateline: str) -> None:
    sentence = "The minister left the summit in Paris early on Friday."
    text = f"{dateline}{sentence}"
    (quote,) = chosen("When did the minister leave the summit?", text)
    assert quote.text == sentence == text[quote.start : quote.end]


@pytest.mark.parametrize(
    "opening",
    ["The World Health Organization (WHO) — ", "In the US — ", "A year on — "],
)
def test_what_only_looks_like_a_dateline_is_quoted(opening: str) -> None:
    text = f"{opening}And the minister left the summit in Paris early on Friday."
    assert chosen("When did the minister leave the summit?", text)[0].text == text


@pytest.mark.parametrize(
    ("question", "newest_first"),
    [
        ("Who is now the head of the railway?", True),
        ("What is the latest on the head of the railway?", True),
        ("Who became head of the railway in 2018?", False),
    ],
)
def test_the_newest_comes_first_where_the_state_of_things_is_asked(question: str, newest_first: bool) -> None:
    line = "The head of the railway is {} {}, who took office in {}."
    texts = [
        line.format(*who) for who in (("Maria", "Lopez", 2018), ("Peter", "Braun", 2021), ("Anne", "Dubois", 2020))
    ]
    found = [
        replace(hit, passage=replace(hit.passage, source=replace(hit.passage.source, published=date(year, 1, 1))))
        for hit, year in zip(hits(*texts), (2018, 2021, 2020), strict=True)
    ]
    quotes = choose(asked(question), found)
    years = [quote.source.published.year for quote in quotes if quote.source.published]
    assert len(years) >= 2
    assert (years == sorted(years, reverse=True)) == newest_first


def test_a_quote_explains_its_score() -> None:
    quote = chosen("When did the storm hit Spain?", "A storm hit the coast of Spain on 3 May 2018.")[0]
    assert quote.parts.keys() == learned().keys()
    assert quote.parts["overlap"] > 0 and quote.parts["cue"] > 0
    assert sum(quote.parts.values()) == pytest.approx(quote.score)


@pytest.mark.parametrize("text", ["{", "{}", '{"weights": {"nonsense": 1}}', '{"weights": {"overlap": "much"}}'])
def test_damaged_weights_are_named(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "quotes.json").write_text(text)
    monkeypatch.setattr("assistant.quotes.LEARNED", tmp_path / "quotes.json")
    learned.cache_clear()
    with pytest.raises(IndexDamaged, match="install Dateline again"):
        learned()
    learned.cache_clear()


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
    assert choose(asked("What happened?"), []) == []
