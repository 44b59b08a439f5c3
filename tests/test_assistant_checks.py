"""Each sentence against what it cites."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.checks import Evidence, best_span, check, spans
from index.articles import Source

PASSAGE = (
    "Turkey signed the deal for four batteries in December 2017. It is worth about $2.5 billion, officials said. "
    "“We will not go back,” President Recep Tayyip Erdogan told reporters in Ankara. "
    "Some 1,200 soldiers were trained by Russia, twelve of them officers."
)
SOURCE = Source("aa", "Turkey and the missiles", outlet="Alpha News", published=date(2019, 7, 12))
EVIDENCE = {1: Evidence(SOURCE, PASSAGE)}


def verdict(sentence: str) -> tuple[str, str]:
    (found,) = check(sentence, EVIDENCE)
    return found.verdict, found.reason


@pytest.mark.parametrize(
    "sentence",
    [
        "Turkey signed the deal in December 2017 [1].",
        "The deal is worth 2.5 billion dollars, according to officials [1].",
        "The deal is worth 2,500 million dollars, officials said [1].",
        "Erdogan told reporters: “We will not go back” [1].",
        'Erdogan told reporters: "we will not go back." [1]',
        "Russia trained 1200 soldiers, 12 of them officers [1].",
        "Alpha News reported on 12 July 2019 that Turkey signed a deal for four batteries [1].",
    ],
)
def test_what_the_passage_says_is_supported(sentence: str) -> None:
    assert verdict(sentence)[0] == "supported"


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("The deal is worth about $3.5 billion, officials said [1].", "$2.5 billion, not $3.5 billion"),
        ("Turkey signed the deal in December 2018 [1].", "2018"),
        ("Turkey signed the deal in November 2017 [1].", "November"),
        ("Greece signed the deal in December 2017 [1].", "Greece"),
        ("President Vladimir Putin told reporters in Ankara they will not go back [1].", "Putin"),
        ("Erdogan told reporters: “We will never go back” [1].", "We will never go back"),
        ("The weather was fine and everybody enjoyed a pleasant picnic [1].", "too little"),
        ("Beta Wire said the deal is worth about $2.5 billion [1].", "Beta Wire"),
    ],
)
def test_what_the_passage_does_not_say_is_named(sentence: str, named: str) -> None:
    found, reason = verdict(sentence)
    assert found == "unsupported"
    assert named in reason


def test_a_sentence_without_a_number_is_uncited() -> None:
    assert verdict("Turkey signed the deal in December 2017.")[0] == "uncited"


def test_a_number_that_stands_for_nothing_supports_nothing() -> None:
    assert verdict("Turkey signed the deal in December 2017 [2].")[0] == "uncited"


def test_markers_after_the_full_stop_belong_to_the_sentence_before() -> None:
    text = "Turkey signed the deal. [1] It is worth $9 billion. [1]"
    assert [text[a:b] for a, b in spans(text)] == ["Turkey signed the deal. [1]", "It is worth $9 billion. [1]"]
    assert [found.verdict for found in check(text, EVIDENCE)] == ["supported", "unsupported"]


def test_checks_give_the_place_of_each_sentence() -> None:
    text = "Turkey signed the deal [1]. It rained."
    found = check(text, EVIDENCE)
    assert [text[c.start : c.end] for c in found] == ["Turkey signed the deal [1].", "It rained."]


def test_best_span_is_the_sentence_that_says_it() -> None:
    start, end = best_span("The deal cost $2.5 billion.", PASSAGE)
    assert PASSAGE[start:end] == "It is worth about $2.5 billion, officials said."
