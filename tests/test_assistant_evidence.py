"""What speaks for a sentence: every part is named, explained, bounded, and says what its docstring says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pytest

from assistant.asked import take_apart
from assistant.evidence import PARTS, Evidence
from assistant.quotes import learned
from assistant.sentences import candidates
from index.articles import Article, Source
from index.finding import Hit
from index.passages import passages

QUESTION = "Which painting did the thieves steal in Oslo?"
FIRST = (
    "The thieves came to Oslo at night. They took the painting “The Blue Hour” from its wall. Nobody heard it at all."
)
SECOND = "A painting called “The Blue Hour” is missing in Oslo since thieves came."
OTHER = "A museum in Bergen opened its doors to 300 children on Sunday."


def parts(question: str, *texts: str, days: Mapping[int, date] | None = None) -> dict[str, np.ndarray]:
    hits = []
    for number, text in enumerate(texts):
        source = Source(f"{number:016x}", "", published=(days or {}).get(number))
        hits += [Hit(passage, 10.0 - number, {"cosine": 0.5}) for passage in passages(Article(source, text))]
    found = candidates(hits)
    asked = take_apart(question, lambda term: 3.0, 1_000)
    rows = Evidence(asked, found).rows(list(PARTS))
    return dict(zip(PARTS, rows.T, strict=True))


def test_every_part_is_explained_and_grouped() -> None:
    assert all(part.values.__doc__ and part.group for part in PARTS.values())
    assert learned().keys() <= PARTS.keys()


@pytest.mark.parametrize("question", [QUESTION, "Why?", "How many children came to Bergen?", "?"])
def test_every_part_is_a_small_number_for_any_question(question: str) -> None:
    for name, column in parts(question, FIRST, SECOND, OTHER).items():
        assert column.shape == (5,), name
        assert np.isfinite(column).all() and (column >= 0).all() and (column <= 10).all(), name


def test_shares_of_the_question() -> None:
    found = parts(QUESTION, FIRST, SECOND, OTHER)
    assert found["overlap"].argmax() == 1 and found["overlap"][4] == 0
    assert found["overlap"][0] < found["overlap"][3]
    assert found["context"][0] > 0 and found["context"][4] == 0
    assert found["head"].tolist() == [0.5, 1, 0.5, 1, 0]


def test_what_other_articles_agree_on_counts_and_what_one_repeats_does_not() -> None:
    found = parts(QUESTION, FIRST, SECOND, OTHER)
    assert found["agreed"][1] > 0 and found["agreed"][3] > 0
    assert found["agreed"][4] == 0
    assert parts(QUESTION, f"{SECOND} {SECOND}")["agreed"].tolist() == [0, 0]


def test_age_is_counted_from_the_newest_found_and_unknown_is_none() -> None:
    found = parts(
        QUESTION,
        SECOND,
        OTHER,
        "Thieves came to Oslo.\n\nThieves came to Oslo again.",
        days={0: date(2020, 1, 1), 1: date(2020, 1, 2)},
    )
    assert found["age"][0] == pytest.approx(np.log(2)) and found["age"][1] == 0
    assert found["age"][2:].tolist() == [0] * len(found["age"][2:])
