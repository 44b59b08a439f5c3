"""Generations on disk: one is live, the swap is whole or not at all, damage is said in words."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from index.errors import BadRequest, DatelineError, IndexBusy, IndexDamaged, IndexMismatch, IndexMissing
from index.generations import Generations
from index.manifest import Manifest


def manifest(number: int, parent: int | None = None) -> Manifest:
    return Manifest(
        generation=number,
        parent=parent,
        built_at=datetime(2024, 5, 3, 12, 0, tzinfo=UTC),
        embedding="word-hash",
        fingerprint="f" * 64,
        dimensions=64,
        articles=3,
        passages=9,
        oldest=date(2019, 7, 12),
        newest=None,
        outlets={"CNN": 2},
    )


@pytest.fixture
def generations(tmp_path: Path) -> Generations:
    return Generations(tmp_path / "news")


def add(generations: Generations, parent: int | None = None) -> int:
    """Publish a generation with one file in it."""
    with generations.lock():
        number = generations.begin(parent)
        (generations.path(number) / f"made-{number}").write_text("here")
        generations.publish(manifest(number, parent))
    return number


def folders(generations: Generations) -> list[str]:
    return sorted(path.name for path in (generations.folder / "generations").iterdir())


def test_what_was_published_is_live_and_read_back_whole(generations: Generations) -> None:
    number = add(generations)
    assert generations.current() == number == 1
    assert generations.manifest(number) == manifest(1)


def test_a_generation_is_a_copy_of_its_parent_without_the_manifest(generations: Generations) -> None:
    first = add(generations)
    with generations.lock():
        second = generations.begin(first)
    assert [path.name for path in generations.path(second).iterdir()] == ["made-1"]
    assert generations.current() == first


def test_the_live_generation_and_the_one_before_are_kept(generations: Generations) -> None:
    for parent in (None, 1, 2, 3):
        add(generations, parent)
    assert folders(generations) == ["0003", "0004"]


def test_rollback_makes_the_one_before_live_again(generations: Generations) -> None:
    add(generations)
    add(generations, 1)
    assert generations.rollback() == 1 == generations.current()
    with pytest.raises(BadRequest, match="no earlier generation"):
        generations.rollback()
    assert generations.current() == 1


def test_a_number_never_comes_again(generations: Generations) -> None:
    """A reader that holds generation 2 must see that the next build is another one."""
    add(generations)
    add(generations, 1)
    generations.rollback()
    assert add(generations, 1) == 3
    with generations.lock():
        failed = generations.begin(3)
        generations.discard(failed)
        generations.sweep()
    assert add(generations, 3) == 5
    assert folders(generations) == ["0003", "0005"]


def test_a_killed_build_leaves_nothing_that_counts(generations: Generations) -> None:
    add(generations)
    with generations.lock():
        killed = generations.begin(1)
        (generations.path(killed) / "manifest.json.new").write_text("{")
    with generations.lock():
        generations.sweep()
        assert not list(generations.path(killed).iterdir())
    assert generations.current() == 1
    assert add(generations, 1) == 3


def test_nothing_there_is_said_with_what_to_do(generations: Generations, tmp_path: Path) -> None:
    for call in (generations.current, generations.rollback):
        with pytest.raises(IndexMissing, match=r"python -m index build SOURCE\.\.\. --index .*news"):
            call()
    assert not generations.folder.exists()
    (tmp_path / "file").write_text("")
    with pytest.raises(IndexMissing):
        Generations(tmp_path / "file").current()


@pytest.mark.parametrize("content", [b"", b"two\n", b"\xff\xfe\x00", "²".encode(), b"1 2"])
def test_a_damaged_pointer_is_said_and_rollback_mends_it(generations: Generations, content: bytes) -> None:
    add(generations)
    add(generations, 1)
    (generations.folder / "CURRENT").write_bytes(content)
    with pytest.raises(IndexDamaged, match="rollback"):
        generations.current()
    with generations.lock():
        generations.sweep()
    assert folders(generations) == ["0001", "0002"]
    assert generations.rollback() == 2
    assert generations.manifest(generations.current()) == manifest(2, 1)


def test_a_lost_pointer_is_mended_by_rollback(generations: Generations) -> None:
    add(generations)
    (generations.folder / "CURRENT").unlink()
    assert generations.rollback() == 1 == generations.current()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 2}', '{"format": 2, "oldest": "x"}', "\0"])
def test_a_damaged_manifest_is_said(generations: Generations, content: str) -> None:
    add(generations)
    (generations.path(1) / "manifest.json").write_text(content)
    with pytest.raises(IndexDamaged, match="--fresh"):
        generations.manifest(1)


def test_a_missing_generation_is_said(generations: Generations) -> None:
    add(generations)
    add(generations, 1)
    shutil.rmtree(generations.path(2))
    with pytest.raises(IndexDamaged, match="rollback"):
        generations.manifest(generations.current())
    shutil.rmtree(generations.path(1))
    with pytest.raises(IndexDamaged, match="damaged: build again with --fresh"):
        generations.manifest(generations.current())


@pytest.mark.parametrize("version", [0, 1, 3, "new"])
def test_another_format_says_how_to_build_again(generations: Generations, version: int | str) -> None:
    add(generations)
    path = generations.path(1) / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": version, "unknown": 1}))
    with pytest.raises(IndexMismatch, match=f"format {version}.*--fresh"):
        generations.manifest(1)


def test_one_build_at_a_time(generations: Generations) -> None:
    with generations.lock():
        with pytest.raises(IndexBusy, match="wait until it has ended"), Generations(generations.folder).lock():
            pass
        with pytest.raises(IndexBusy):
            generations.rollback()
    with generations.lock():
        pass


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "news", Path("/proc/nowhere")):
        with pytest.raises(DatelineError, match="cannot be written to"), Generations(folder).lock():
            pass


def test_other_files_beside_the_generations_are_left_alone(generations: Generations) -> None:
    add(generations)
    (generations.folder / "generations" / "0001.bak").mkdir()
    (generations.folder / "generations" / "notes").mkdir()
    add(generations, 1)
    assert folders(generations) == ["0001", "0001.bak", "0002", "notes"]


def test_rollback_goes_to_what_the_live_one_was_made_from(generations: Generations) -> None:
    """A generation that a rollback left stays while a reader holds it, and is never taken for the one before."""
    for parent in (None, 1):
        add(generations, parent)
    generations.rollback()
    with generations.held(2):
        assert add(generations, 1) == 3
        assert folders(generations) == ["0001", "0002", "0003"]
        assert generations.before() == 1
        assert generations.rollback(live=3) == 1


def test_what_a_rollback_left_can_be_had_again(generations: Generations) -> None:
    for parent in (None, 1):
        add(generations, parent)
    assert generations.after() is None
    with pytest.raises(BadRequest, match="no later generation"):
        generations.forward()
    generations.rollback()
    assert (generations.before(), generations.after()) == (None, 2)
    assert generations.forward(live=1) == 2 == generations.current()
    assert (generations.before(), generations.after()) == (1, None)


def test_a_change_that_came_between_is_not_undone(generations: Generations) -> None:
    for parent in (None, 1, 2):
        add(generations, parent)
    for call in (generations.rollback, generations.forward):
        with pytest.raises(BadRequest, match="generation 3 is in use, not 2"):
            call(live=2)
    assert generations.current() == 3
