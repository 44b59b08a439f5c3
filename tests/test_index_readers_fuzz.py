"""Broken inputs of every format, a slice of what `benchmarks/fuzz.py` runs; and that it would notice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import fuzz
from benchmarks.specimens import MAKERS
from index.articles import Article, Source
from index.readers import Record, Unreadable
from index.readers.formats import FORMATS
from index.readers.inputs import Input

ROOT = Path(__file__).parent.parent


def test_broken_inputs_end_in_articles_or_reasons() -> None:
    outcome = fuzz.fuzz(range(500_000, 501_500), 10, fuzz.Outcome())
    assert outcome.wrong == []
    assert set(outcome.inputs) >= set(MAKERS)
    assert min(outcome.inputs.values()) > 20
    # they are not so broken that nothing of them is read, nor so whole that all is
    assert 400 < sum(outcome.with_articles.values()) < 1_300
    assert 400 < sum(outcome.with_reasons.values()) < 1_300


def test_every_format_has_specimens() -> None:
    assert {kind.name for kind in FORMATS} <= {*MAKERS}


def test_an_input_is_made_from_its_number() -> None:
    made = [fuzz.broken(number) for number in range(60)]
    assert made == [fuzz.broken(number) for number in range(60)]
    assert len({specimen.content for specimen in made}) == 60


@pytest.mark.parametrize(
    ("items", "complaint"),
    [
        ([], "nothing came out"),
        ([Unreadable("a", " ")], "no sentence"),
        ([Unreadable("a", "two\nlines")], "no sentence"),
        ([Record(Article(Source("1", "Title"), " "), "a")], "without a text"),
        ([Unreadable("a", "a reason"), Record(Article(Source("1", "Title"), "Text."), "a")], None),
    ],
)
def test_what_is_not_in_order_is_complained_of(items: list[Record | Unreadable], complaint: str | None) -> None:
    found = fuzz.complaint(items)
    assert found == complaint if complaint is None else complaint in (found or "")


def test_a_reader_that_hangs_or_raises_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def hangs(given: Input) -> Iterator[Record | Unreadable]:
        while given:
            try:
                sum(range(10_000))
            except Exception:
                continue
        yield Unreadable(given.place, "never")

    def raises(given: Input) -> Iterator[Record | Unreadable]:
        raise ZeroDivisionError("inside a reader")

    for reader, said in ((hangs, "not done in"), (raises, "ZeroDivisionError")):
        monkeypatch.setattr(fuzz, "read_input", reader)
        assert said in fuzz.fuzz([1], 0.2, fuzz.Outcome()).wrong[0]


def test_the_command_prints_the_table() -> None:
    script = [sys.executable, str(ROOT / "benchmarks" / "fuzz.py"), "-n", "60"]
    done = subprocess.run(script, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\n60 inputs, 0 not in order" in done.stdout
