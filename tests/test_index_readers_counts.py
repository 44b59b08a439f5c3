"""Nothing is lost on the way from a file of any format to the report: records in = the sum of what became of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.specimens import MAKERS
from index import BuildReport, build
from index.readers import Record, Unreadable, read
from index.readers.formats import FORMATS
from tests.fakes import HashEmbedder
from tests.newsroom import story

GOOD = 5


def written(folder: Path, kind: str, *stories: dict[str, Any] | None) -> Path:
    """Write stories in a format; return the folder that holds the files."""
    folder.mkdir()
    for name, content in MAKERS[kind](stories).items():
        (folder / name).write_bytes(content)
    return folder


def counted(report: BuildReport) -> dict[str, int]:
    return {
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "duplicates": len(report.duplicates),
        "failed": len(report.failed),
    }


def test_every_format_is_counted_here() -> None:
    assert {kind.name for kind in FORMATS} <= {*MAKERS}


@pytest.mark.parametrize("kind", MAKERS)
def test_every_record_of_a_format_is_accounted_for(tmp_path: Path, kind: str) -> None:
    stories = [story(number) for number in range(GOOD)]
    sources = written(tmp_path / "in", kind, *stories[:3], None, *stories[3:])
    items = list(read([sources]))
    assert [type(item) for item in items].count(Unreadable) == 1
    texts = [" ".join(item.article.text.split()) for item in items if isinstance(item, Record)]
    assert texts == [" ".join(story["text"].split()) for story in stories]

    index, embedder = tmp_path / "index", HashEmbedder()
    first = counted(build(sources, index, embedder=embedder))
    assert first == {"added": GOOD, "updated": 0, "unchanged": 0, "duplicates": 0, "failed": 1}
    again = counted(build(sources, index, embedder=embedder))
    assert again == {"added": 0, "updated": 0, "unchanged": GOOD, "duplicates": 0, "failed": 1}


@pytest.mark.parametrize("kind", MAKERS)
def test_what_comes_twice_or_changed_is_accounted_for_too(tmp_path: Path, kind: str) -> None:
    index, embedder = tmp_path / "index", HashEmbedder()
    build(written(tmp_path / "first", kind, story(1), story(2)), index, embedder=embedder)
    changed = {**story(2), "text": story(2)["text"] + " The inspector signed again."}
    twice = {**story(1), "url": "https://mirror.example/one"}
    sources = written(tmp_path / "second", kind, story(1), changed, twice, None, story(3))
    items = list(read([sources]))
    assert len(items) == 5
    counts = counted(build(sources, index, embedder=embedder))
    assert sum(counts.values()) == 5
    assert counts["failed"] == 1
    assert counts["unchanged"] >= 1
