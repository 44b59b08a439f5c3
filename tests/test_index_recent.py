"""What came in last is known from build to build, and not made up where it is not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index import NewsIndex, build, remove
from index.errors import IndexMissing
from index.generations import Generations
from index.recent import MOST, Recent
from tests.newsroom import marker, story, write

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def test_the_last_come_first_and_each_once() -> None:
    first = Recent().then(["a", "b", "c"], NOW, "abc")
    assert first.rows == (("c", NOW), ("b", NOW), ("a", NOW))
    assert first.then(["d", "a"], LATER, "abd").rows == (("a", LATER), ("d", LATER), ("b", NOW))
    many = [str(number) for number in range(MOST + 9)]
    assert len(Recent().then(many, NOW, many).rows) == MOST


@pytest.mark.parametrize("content", [None, "", "{}", "[1]", '[["a", "yesterday"]]', '[["a"]]', "null", "\xff"])
def test_a_list_that_cannot_be_read_is_not_known(tmp_path: Path, content: str | None) -> None:
    Recent([("a", NOW)]).save(tmp_path)
    assert Recent.open(tmp_path).rows == (("a", NOW),)
    (tmp_path / "recent.json").unlink()
    if content is not None:
        (tmp_path / "recent.json").write_bytes(content.encode("latin-1"))
    assert Recent.open(tmp_path).rows == ()


def test_it_is_carried_from_generation_to_generation(tmp_path: Path) -> None:
    folder = tmp_path / "index"

    def built(name: str, *stories: dict[str, object]) -> None:
        build([write(tmp_path / name, *stories)], folder)

    with NewsIndex(folder) as news:

        def titles() -> list[str]:
            return [one.source.title for one in news.recent()]

        built("one.jsonl", story(1), story(2), story(3))
        assert titles() == ["Report 3", "Report 2", "Report 1"]
        built("two.jsonl", story(4), story(1, title="Report 1, mended"))
        assert titles() == ["Report 1, mended", "Report 4", "Report 3", "Report 2"]
        assert [one.source.title for one in news.recent(1)] == ["Report 1, mended"]
        assert {one.at for one in news.recent(2)} == {news.info().built_at}
        remove(["https://wire.example/4"], folder)
        assert titles() == ["Report 1, mended", "Report 3", "Report 2"]
        (Generations(folder).path(news.info().generation) / "recent.json").unlink()
        built("three.jsonl", story(5))  # of an index that did not know it
        assert titles() == ["Report 5"]


def test_an_index_that_was_deleted_and_built_anew_is_read_anew(tmp_path: Path) -> None:
    """Its generation has the number of the one that is still open."""
    folder = tmp_path / "index"
    build([write(tmp_path / "one.jsonl", story(1))], folder)
    with NewsIndex.open(folder) as news:
        shutil.rmtree(folder)
        two = write(tmp_path / "two.jsonl", story(2))
        command = [sys.executable, "-m", "index", "build", two, "--index", folder]  # another process, as it mostly is
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        assert news.info().generation == 1
        assert [one.source.title for one in news.recent()] == ["Report 2"]
        assert news.search(marker(2))[0].passage.source.title == "Report 2"
        shutil.rmtree(folder)
        with pytest.raises(IndexMissing):
            news.search(marker(2))
