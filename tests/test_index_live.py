"""Real processes: builds that are killed, builds beside readers, two builds at once."""

from __future__ import annotations

import os
import random
import shutil
import threading
import time
from pathlib import Path

import pytest

import index.building
from index.building import build
from index.errors import IndexBusy, IndexMissing
from index.generations import Generations
from index.live import NewsIndex
from tests.fakes import HashEmbedder
from tests.newsroom import marker, processes, story, word, write

MOMENTS = 22
TRIES = 3  # at a moment, where a build ends before it
OLD, NEW = range(40), range(40, 160)
EDITED = range(5)  # of the old ones, these come again with another text


def build_all(source: Path, folder: Path) -> None:
    """Build in small batches, so that a kill may come between two writes."""
    index.building.BATCH_PASSAGES = 60
    build([source], folder, embedder=HashEmbedder())


def changed(number: int) -> dict[str, object]:
    return story(number, text=story(number)["text"].replace(word(number), word(number + 900)))


def titles(news: NewsIndex, number: int) -> set[str]:
    """The titles of the articles that hold the sentence of story `number`."""
    return {hit.passage.source.title for hit in news.search(marker(number), 20) if word(number) in hit.passage.text}


def check_whole(folder: Path, *, old: bool = False) -> bool:
    """Check that the index is the old or the new one and answers as it; return whether it is the new one."""
    with NewsIndex.open(folder, HashEmbedder()) as news, news.snapshot() as live:
        new = live.info().articles != len(OLD)
        assert not (old and new)
        assert live.info().articles == len(live.articles()) == (len(OLD) + len(NEW) if new else len(OLD))
        assert live._store.counts()[1] == live._lexical._searcher.num_docs == live.info().passages
        assert titles(news, 20) == {"Report 20"}
        assert titles(news, 2) == (set() if new else {"Report 2"})
        assert titles(news, 902) == ({"Report 2"} if new else set())
        assert titles(news, 150) == ({"Report 150"} if new else set())
        return new


def killed_after(seconds: float, source: Path, folder: Path) -> float | None:
    """Start a build and kill it after so many seconds; return in how many it ended, None where it was still running."""
    process = processes().Process(target=build_all, args=(source, folder))
    started = time.monotonic()
    process.start()
    process.join(seconds)
    took = time.monotonic() - started
    process.kill()
    process.join()
    assert process.exitcode in (0, -9)
    return took if process.exitcode == 0 else None


def seconds_of_a_build(source: Path, folder: Path) -> float:
    process = processes().Process(target=build_all, args=(source, folder))
    started = time.monotonic()
    process.start()
    process.join(60)
    assert process.exitcode == 0
    return time.monotonic() - started


def moments(count: int) -> list[float]:
    """Random moments of a build that takes 1, one in each of `count` equal parts of it."""
    return [(part + random.random()) / count for part in range(count)]


def test_killed_at_any_moment_the_old_index_answers_and_the_next_build_works(tmp_path: Path) -> None:
    base = tmp_path / "base"
    build([write(tmp_path / "old.jsonl", *map(story, OLD))], base, embedder=HashEmbedder())
    source = write(tmp_path / "new.jsonl", *map(changed, EDITED), *map(story, NEW))
    shutil.copytree(base, tmp_path / "measured")
    seconds_of_a_build(source, tmp_path / "measured")  # the first is slower
    shutil.copytree(base, tmp_path / "again")
    whole = seconds_of_a_build(source, tmp_path / "again")
    assert check_whole(tmp_path / "again")
    killed = 0
    for moment in moments(MOMENTS):
        for _ in range(TRIES):
            folder = tmp_path / "killed"
            shutil.copytree(base, folder)
            ended = killed_after(moment * whole, source, folder)
            check_whole(folder)
            build_all(source, folder)
            assert check_whole(folder)
            shutil.rmtree(folder)
            if ended is None:
                killed += 1
                break
            whole = ended  # the machine was busier when it was measured: the same moment comes sooner
    assert killed >= MOMENTS * 0.9


def test_a_killed_first_build_leaves_no_index_or_a_whole_one(tmp_path: Path) -> None:
    source = write(tmp_path / "old.jsonl", *map(story, OLD))
    whole = seconds_of_a_build(source, tmp_path / "measured")
    for number, moment in enumerate(moments(5)):
        folder = tmp_path / f"killed-{number}"
        killed_after(moment * whole, source, folder)
        try:
            check_whole(folder, old=True)
        except IndexMissing:
            build_all(source, folder)
            check_whole(folder, old=True)


def build_one_by_one(folder: Path, numbers: range) -> None:
    """Generation n holds story n."""
    for number in numbers:
        build([write(folder.parent / f"{number}.jsonl", story(number))], folder, embedder=HashEmbedder())


def test_readers_answer_while_another_process_builds(tmp_path: Path) -> None:
    """Each question sees the generation that was live when it was asked, or a later one; none fails."""
    folder = tmp_path / "news"
    last = 9
    build_one_by_one(folder, range(1, 2))
    generations, news = Generations(folder), NewsIndex.open(folder, HashEmbedder())
    builder = processes().Process(target=build_one_by_one, args=(folder, range(2, last + 1)))
    built = threading.Event()
    problems: list[str] = []
    seen: set[int] = set()
    asked = 0

    def ask() -> None:
        nonlocal asked
        while not problems:
            over = built.is_set()
            live = generations.current()
            if titles(news, live) != {f"Report {live}"}:
                problems.append(f"generation {live} was live and not seen")
            seen.add(live)
            asked += 1
            if over:
                return

    def guarded() -> None:
        try:
            ask()
        except Exception as error:  # any failure of a reader is what the test is about
            problems.append(f"{type(error).__name__}: {error}")

    builder.start()
    readers = [threading.Thread(target=guarded) for _ in range(3)]
    for reader in readers:
        reader.start()
    # only this thread may ask for the exit code: it can be read once
    builder.join(60)
    built.set()
    for reader in readers:
        reader.join(60)
    assert builder.exitcode == 0
    assert problems == []
    assert len(seen) >= 5
    assert last in seen
    assert asked > 20
    assert {source.title for source in news.articles()} == {f"Report {n}" for n in range(1, last + 1)}
    news.close()


def test_a_snapshot_stays_as_it_was_while_builds_go_on(tmp_path: Path) -> None:
    folder = tmp_path / "news"
    build_one_by_one(folder, range(1, 2))
    news = NewsIndex.open(folder, HashEmbedder())
    with news.snapshot() as held:
        before = held.search(marker(1), 5)
        build_one_by_one(folder, range(2, 5))
        assert titles(news, 4) == {"Report 4"}
        assert held.info().generation == 1
        assert held.search(marker(1), 5) == before
        assert held.article(before[0].passage.source.id).source.title == "Report 1"
        assert len(held.articles()) == 1
        assert (folder / "generations" / "0001" / "manifest.json").is_file()
    news.close()
    build_one_by_one(folder, range(5, 6))
    assert not (folder / "generations" / "0001").exists()  # let go of, it is swept


def test_a_closed_index_opens_again_when_asked(tmp_path: Path) -> None:
    build_one_by_one(tmp_path / "news", range(1, 2))
    news = NewsIndex.open(tmp_path / "news", HashEmbedder())
    news.close()
    news.close()
    assert titles(news, 1) == {"Report 1"}
    news.close()


def hold_the_lock(folder: Path, ready: Path) -> None:
    with Generations(folder).lock():
        ready.write_text("")
        time.sleep(60)


def test_a_second_build_is_refused_at_once_and_a_dead_one_holds_no_lock(tmp_path: Path) -> None:
    folder, ready = tmp_path / "news", tmp_path / "ready"
    build_one_by_one(folder, range(1, 2))
    holder = processes().Process(target=hold_the_lock, args=(folder, ready))
    holder.start()
    while not ready.exists():
        time.sleep(0.01)
        assert holder.is_alive()
    started = time.monotonic()
    with pytest.raises(IndexBusy, match="wait until it has ended"):
        build_one_by_one(folder, range(2, 3))
    assert time.monotonic() - started < 2
    with NewsIndex.open(folder, HashEmbedder()) as news:
        assert titles(news, 1) == {"Report 1"}
    assert holder.pid
    os.kill(holder.pid, 9)
    holder.join()
    build_one_by_one(folder, range(2, 3))
    with NewsIndex.open(folder, HashEmbedder()) as news:
        assert titles(news, 2) == {"Report 2"}


def test_a_generation_of_another_model_is_read_with_that_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models = {name: HashEmbedder(size, name) for name, size in (("small", 32), ("large", 64))}
    for model in models.values():
        build([write(tmp_path / "a.jsonl", story(1))], tmp_path / "news", embedder=model, fresh=True)
    monkeypatch.setattr("index.live.load_embedder", models.__getitem__)
    with NewsIndex.open(tmp_path / "news") as index:
        assert (index.info().embedding, len(index.search(marker(1)))) == ("large", 1)
        Generations(tmp_path / "news").rollback()
        assert (index.info().embedding, len(index.search(marker(1)))) == ("small", 1)
