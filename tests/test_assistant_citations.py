"""Numbers in a streamed text: known ones count from 1, unknown ones never show, none flashes half-written."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.citations import Markers, cited, without_markers

TEXTS = [
    ("It rained [2].", "It rained [1].", [2]),
    ("Rain [3]. Snow [1]. Rain [3].", "Rain [1]. Snow [2]. Rain [1].", [3, 1]),
    ("Rain [0] and snow [9].", "Rain and snow.", []),
    ("Rain [1, 2] fell.", "Rain [1][2] fell.", [1, 2]),
    ("Rain [2][1].", "Rain [1][2].", [2, 1]),
    ("Rain [1; 9].", "Rain [1].", [1]),
    ("Rain [1-3].", "Rain [1][2][3].", [1, 2, 3]),
    ("Rain [2,2].", "Rain [1].", [2]),
    ("Rain [sic] fell [1].", "Rain [sic] fell [1].", [1]),
    ("Rain [99999999999999999999].", "Rain.", []),
    ("Rain fell [1", "Rain fell", []),
    ("A list [a, b] stays.", "A list [a, b] stays.", []),
]
IDS = [text for text, _, _ in TEXTS]


@pytest.mark.parametrize(("text", "read", "order"), TEXTS, ids=IDS)
def test_numbers_are_resolved(text: str, read: str, order: list[int]) -> None:
    markers = Markers({1, 2, 3})
    assert markers.feed(text) + markers.finish() == read
    assert markers.order == order


@pytest.mark.parametrize(("text", "read", "order"), TEXTS, ids=IDS)
def test_one_character_at_a_time_reads_the_same(text: str, read: str, order: list[int]) -> None:
    markers = Markers({1, 2, 3})
    assert "".join(map(markers.feed, text)) + markers.finish() == read


@given(st.text(alphabet="ab []0123,;-. N\n", max_size=40), st.lists(st.integers(1, 39), max_size=6))
def test_any_cut_into_chunks_reads_the_same(text: str, cuts: list[int]) -> None:
    whole, parts = Markers({1, 2}, "NO"), Markers({1, 2}, "NO")
    edges = [0, *sorted(cuts), len(text)]
    chunks = [text[a:b] for a, b in pairwise(edges)]
    assert "".join(map(parts.feed, chunks)) + parts.finish() == whole.feed(text) + whole.finish()
    assert parts.order == whole.order


@given(st.text(alphabet="a []0123,;-", max_size=40))
def test_every_number_that_is_read_stands_for_something(text: str) -> None:
    markers = Markers({2, 3})
    read = markers.feed(text) + markers.finish()
    assert set(cited(read)) == set(range(1, len(markers.order) + 1))


def test_a_marker_split_over_chunks_never_flashes() -> None:
    markers = Markers({1})
    shown = ""
    for chunk in ("It rained", " [", "1", "]", "."):
        shown += markers.feed(chunk)
        assert "[" not in shown or "[1]" in shown
    assert shown + markers.finish() == "It rained [1]."


def test_the_sentinel_never_shows() -> None:
    markers = Markers({1}, "NOT_HERE")
    shown = "".join(map(markers.feed, ["N", "OT", "_HE", "RE"])) + markers.finish()
    assert shown == ""
    assert markers.gave_up


def test_what_only_begins_like_the_sentinel_shows() -> None:
    markers = Markers({1}, "NOT_HERE")
    assert markers.feed("NATO said NO") + markers.finish() == "NATO said NO"
    assert not markers.gave_up


def test_cited_and_without_markers() -> None:
    assert cited("Rain [2][1], snow [2, 3].") == (2, 1, 3)
    assert without_markers("Rain [2][1], snow [2, 3].") == "Rain, snow."
