"""Questions a user may start with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.examples import ask
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


@pytest.mark.parametrize(
    ("title", "text", "question"),
    [
        ("Turkey receives first S-400 parts", "", "When did Turkey receive the first S-400 parts?"),
        ("Turkey and Russia sign a deal, despite worries", "", "When did Turkey and Russia sign a deal?"),
        (
            "Court bans TikTok over spying | Alpha News",
            "So the court said.",
            "When did the court ban TikTok over spying?",
        ),
        (
            "Regulators Close A Bank In Texas",
            "The regulators close a bank.",
            "When did regulators close a bank in Texas?",
        ),
        ("US removes Turkey from F-35 programme", "", "When did the US remove Turkey from F-35 programme?"),
        ("Notre-Dame reopens five years after the fire", "In Paris, Notre-Dame rose.", "When did Notre-Dame reopen?"),
        ("Ever Given blocks Suez Canal", "The ship Ever Given ran aground.", "When did Ever Given block Suez Canal?"),
        ("Turkey raises 53,537 flags", "", "When did Turkey raise 53,537 flags?"),
    ],
)
def test_a_headline_becomes_a_question(title: str, text: str, question: str) -> None:
    assert ask(title, text) == question


@pytest.mark.parametrize("title", ["Morning briefing", "Who wins?", "", "A day in the life of a very old tree in town"])
def test_a_headline_without_name_or_verb_becomes_none(title: str) -> None:
    assert ask(title, "") is None
