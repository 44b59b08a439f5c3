"""What to ask next: answered by the index, something else, and none rather than a poor one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant import Answer, Assistant, Turn
from index import NewsIndex, build

SAMPLE = Path(__file__).parent.parent / "articles"
ASKED = "Why was Turkey removed from the F-35 programme?"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("sample") / "index"
    build([SAMPLE], folder)
    with NewsIndex.open(folder) as index:
        yield Assistant(index)


def after(assistant: Assistant, question: str, **narrowing: Any) -> tuple[Answer, list[str]]:
    answer = assistant.answer(question, **narrowing)
    return answer, assistant.suggestions(answer, [Turn(question, answer.text)], **narrowing)


def test_each_is_answered_as_it_stands_from_the_index(sample: Assistant) -> None:
    answer, found = after(sample, ASKED)
    assert 1 <= len(found) == len(set(found)) <= 3
    for question in found:
        told = sample.answer(question, [Turn(ASKED, answer.text)])
        assert told.answered and told.searched == question
        assert told.citations and told.text != answer.text
        assert question != ASKED


@pytest.mark.parametrize("n", [0, 1])
def test_there_are_at_most_as_many_as_wanted(sample: Assistant, n: int) -> None:
    answer = sample.answer(ASKED)
    assert len(sample.suggestions(answer, [], n)) == n
    assert sample.suggestions(answer, [], n, go_on=lambda: False) == []


def test_after_a_refusal_the_nearest_articles_are_asked(sample: Assistant) -> None:
    answer, found = after(sample, "Who won the chess championship of Turkey?")
    assert not answer.answered and found
    nearest = {source.id for source in answer.nearest}
    for question in found:
        assert nearest & {citation.source.id for citation in sample.answer(question).citations}


def test_filters_hold_for_what_is_suggested(sample: Assistant) -> None:
    since = date(2019, 7, 1)
    _, found = after(sample, ASKED, since=since)
    for question in found:
        days = [one.source.published for one in sample.answer(question, since=since).citations]
        assert days and all(day and day >= since for day in days)
    assert after(sample, ASKED, topic="zebra")[1] == []


def test_what_the_answer_says_already_is_not_asked(sample: Assistant) -> None:
    question = "When did Argentina win the World Cup?"
    assert question not in after(sample, "Who won the World Cup in 2022 for Argentina?")[1]


def test_an_article_that_a_build_has_taken_out_is_passed_over(
    sample: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index.errors import ArticleMissing

    def missing(self: NewsIndex, article: str) -> Any:
        raise ArticleMissing("gone")

    answer = sample.answer(ASKED)
    monkeypatch.setattr(NewsIndex, "article", missing)
    assert sample.suggestions(answer) == []
