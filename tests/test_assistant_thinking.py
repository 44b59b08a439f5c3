"""Thoughts before the answer, and the reader's part."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.thinking import Thinking


def heard(*chunks: str) -> str:
    thinking = Thinking()
    return ("".join(thinking.feed(chunk) for chunk in chunks) + thinking.finish()).strip()


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        ("Plain text.", "Plain text."),
        ("<think>Let me see [1].</think>\n\nIt rained [1].", "It rained [1]."),
        ("\n <think>a</think>b", "b"),
        ("<think>never ends", ""),
        ("<thin", "<thin"),
        ("<think", "<think"),
        ("<thinly veiled", "<thinly veiled"),
        ("It says <think> in the text.", "It says <think> in the text."),
        ("", ""),
        ("<think></think>", ""),
        ("<think>a</think><think>b", "<think>b"),
    ],
)
def test_only_a_thought_at_the_beginning_is_taken_out(reply: str, shown: str) -> None:
    assert heard(reply) == shown


@given(st.sampled_from(["<think>one [2]</think> two [1]", "two < three", "<think>x"]), st.data())
def test_chunks_make_no_difference(reply: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(reply)), max_size=6)))
    parts = [reply[a:b] for a, b in zip([0, *cuts], [*cuts, len(reply)], strict=True)]
    assert heard(*parts) == heard(reply)
