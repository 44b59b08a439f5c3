"""Whether what was found can answer the question."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.asked import take_apart
from assistant.decision import Features, features, needed, refusal, support
from index.articles import Source
from index.passages import Passage
from index.search import Hit

TEXT = "Turkey bought S-400 missiles from Russia in 2017 because America would not share its technology."


def hit(text: str = TEXT, cosine: float = 0.6) -> Hit:
    source = Source("aa", "Missiles for Ankara", published=date(2019, 1, 1))
    return Hit(Passage(source, text, 0, len(text)), 9.0, {"cosine": cosine, "bm25": 9.0})


def why_not(question: str, *hits: Hit) -> str | None:
    return refusal(take_apart(question, lambda term: 3.0, 1_000), hits, 1_000)


def test_what_the_passages_speak_of_is_answered() -> None:
    assert why_not("Why did Turkey buy the S-400?", hit()) is None


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Who won the regatta in Venice?", "“Venice”"),
        ("What is the capital of Mongolia?", "“Mongolia”"),
        ("How tall is the Eiffel Tower?", "“Eiffel”"),
    ],
)
def test_what_they_do_not_speak_of_is_refused_with_the_words_missing(question: str, named: str) -> None:
    reason = why_not(question, hit(cosine=0.1))
    assert reason is not None
    assert named in reason


@pytest.mark.parametrize("question", ["What is it?", "?!", "why", "tell me the latest news"])
def test_a_question_about_nothing_is_refused(question: str) -> None:
    assert why_not(question, hit()) == "The question names nothing to look for: add a name, a place or an event."


def test_no_hits_are_refused() -> None:
    assert why_not("Why did Turkey buy the S-400?") == "No indexed article matches the question and its filters."


def test_features_lie_between_0_and_1_and_grow_with_the_evidence() -> None:
    question = take_apart("Why did Turkey buy the S-400 from Russia?", lambda term: 3.0, 1_000)
    none, some = features(question, []), features(question, [hit("Turkey is large.", 0.2)])
    full = features(question, [hit()])
    assert none == Features(0.0, 0.0)
    for found in (none, some, full):
        assert 0.0 <= found.coverage <= 1.0
        assert 0.0 <= found.cosine <= 1.0
    assert support(none) < support(some) < support(full)


def test_us_is_a_name_and_us_is_not() -> None:
    assert "us" in take_apart("Why is the US worried?", lambda term: 1.0, 9).weights
    assert "us" not in take_apart("Why does it worry us?", lambda term: 1.0, 9).weights


def test_more_passages_need_more_support() -> None:
    assert 0.0 < needed(1) < needed(100) < needed(250_000) < 1.0


def test_idf_weighs_less_among_few_passages() -> None:
    def rare(term: str) -> float:
        return 9.0 if term == "worri" else 0.1

    question = "Is Washington worried about missiles?"
    few, many = take_apart(question, rare, 3), take_apart(question, rare, 100_000)
    assert few.share({"washington", "missil"}) > 0.6
    assert many.share({"washington", "missil"}) < 0.4


def test_a_cosine_alone_is_not_enough() -> None:
    assert why_not("Who won the regatta in Venice?", hit(cosine=1.0)) is not None
