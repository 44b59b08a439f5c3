"""Questions a user may start with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from index import NewsIndex, build

SAMPLE = Path(__file__).parent.parent / "articles"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("sample") / "index"
    build([SAMPLE], folder)
    with NewsIndex.open(folder) as index:
        yield Assistant(index)


def test_each_is_answered_from_the_index(sample: Assistant) -> None:
    questions = sample.examples(4)
    assert len(questions) == len(set(questions)) == 4
    for question in questions:
        assert question.endswith("?")
        assert sample.answer(question).answered


def test_they_are_on_different_matters(sample: Assistant) -> None:
    cited = [sample.answer(question).citations[0].source.id for question in sample.examples(4)]
    assert len(set(cited)) == 4


@pytest.mark.parametrize("n", [0, 1, 100])
def test_there_are_at_most_as_many_as_wanted(sample: Assistant, n: int) -> None:
    assert len(sample.examples(n)) <= n
