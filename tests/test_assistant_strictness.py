"""The stricter mode: what is not supported does not reach the reader."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from assistant import Assistant
from assistant.strictness import Sieve
from assistant.types import Check
from index import NewsIndex
from tests.fake_chat import ScriptedChatModel
from tests.stories import small_index

WHY = "Why is Washington worried about the S-400?"
TRUE = "Washington fears the S-400 could spy on the F-35 fighter [{}]."
FALSE = "Washington fears that the S-400 costs $9 billion [{}]."


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsIndex]:
    with small_index(tmp_path_factory.mktemp("stories")) as opened:
        yield opened


def keep_good(text: str) -> list[Check]:
    return [Check(0, len(text), "supported" if "good" in text else "unsupported", "")]


def test_a_sentence_waits_for_its_numbers() -> None:
    sieve = Sieve(keep_good)
    assert sieve.feed("This is good.") == ""
    assert sieve.feed(" [1] Nex") == "This is good. [1] "
    assert sieve.feed("t is bad. Last is go") == ""
    assert sieve.feed("od.") == ""
    assert sieve.finish() == "Last is good."
    assert sieve.dropped == 1


def test_chunks_make_no_difference() -> None:
    text = "One is good [1]. Two is bad. Three is good [2]. [3] Four is bad"
    whole = Sieve(keep_good)
    all_at_once = whole.feed(text) + whole.finish()
    sieve = Sieve(keep_good)
    pieces = re.findall(r"\[\d\]|.", text)  # markers come whole
    assert "".join(map(sieve.feed, pieces)) + sieve.finish() == all_at_once
    assert all_at_once.split() == "One is good [1]. Three is good [2]. [3]".split()
    assert sieve.dropped == whole.dropped == 2


def answered(index: NewsIndex, text: str, strict: bool = True) -> tuple[str, list[str], str]:
    partials = list(Assistant(index, ScriptedChatModel(script=list(text))).stream(WHY, strict=strict))
    for partial in partials:
        assert "billion" not in partial.text or not strict
    last = partials[-1]
    assert [c.number for c in last.citations] == list(range(1, len(last.citations) + 1))
    return last.text, [check.verdict for check in last.checks], str(last.reason)


def test_what_is_not_supported_is_left_out_and_said_to_be(index: NewsIndex) -> None:
    text, verdicts, reason = answered(index, f"{FALSE.format(2)} {TRUE.format(1)} Nobody knows why.")
    assert text == TRUE.format(1)
    assert verdicts == ["supported"]
    assert reason == "2 sentences were left out: what they cite does not support them."


def test_without_the_stricter_mode_it_is_marked(index: NewsIndex) -> None:
    text, verdicts, reason = answered(index, f"{FALSE.format(1)} {TRUE.format(1)}", strict=False)
    assert text == f"{FALSE.format(1)} {TRUE.format(1)}"
    assert verdicts == ["unsupported", "supported"]
    assert reason == "None"


def test_numbers_count_on_as_if_nothing_had_been_left_out(index: NewsIndex) -> None:
    text, _, reason = answered(index, f"{FALSE.format(3)} {TRUE.format(1)}")
    assert text == TRUE.format(1)
    assert reason.startswith("1 sentence was left out")


def test_where_nothing_is_supported_the_quotes_stand_in(index: NewsIndex) -> None:
    text, _, reason = answered(index, FALSE.format(1))
    assert text.startswith("“")
    assert (
        reason
        == "Nothing the model wrote is supported by what it cites, so these are quotes from the articles instead."
    )
