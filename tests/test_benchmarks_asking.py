"""Several people ask at once, each on a page of their own: every answer comes, whole, and to who asked."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from assistant import Assistant
from tests.browser import ROOT


@pytest.fixture(scope="module", autouse=True)
def _benchmarks_at_hand() -> None:
    sys.path.insert(0, str(ROOT / "benchmarks"))


QUESTIONS = (
    "Why is Washington worried about the radar?",
    "What ran aground in the Suez Canal?",
    "Who won the chess championship in Reykjavik?",
    "How many ships were waiting at both ends?",
    "When did a first part of the radar arrive?",
)


def test_five_people_at_once_get_each_their_own(served: dict[str, str], tmp_path: Path) -> None:
    from asking import crowd, wrong

    asked = [[QUESTIONS[person], QUESTIONS[(person + 2) % 5]] for person in range(5)]
    heard = asyncio.run(crowd(served["real"], asked))
    with Assistant.open(served["index"]) as assistant:
        assert wrong(assistant, heard) == []
        told = [one for mine in heard for one in mine if one]
        assert len(told) == 10
        assert all(0 < one.first <= one.whole for one in told)
        # The check sees what is another's, and what is lost.
        swapped = [[heard[1][0], heard[0][1]], [None]]
        found = wrong(assistant, swapped)
        assert "an answer was lost" in found and len(found) == 2
