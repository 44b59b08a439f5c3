"""What an index promises, wherever it lives: each test runs over a folder and over a real Chroma server."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

import index.building
from index.articles import Source
from index.building import build, remove
from index.errors import ArticleMissing, BadRequest, IndexBusy, IndexMissing
from index.live import NewsIndex
from index.passages import Passage
from index.servers import Server
from index.where import Where, place_of
from tests.chroma import chroma, own_database
from tests.fakes import HashEmbedder
from tests.newsroom import marker, processes, story, word, write

KILLED = 2


@pytest.fixture(autouse=True)
def embedder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Removing takes no embedder: it loads the one that the index names."""
    monkeypatch.setattr("index.changing.load_embedder", lambda name: HashEmbedder())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with chroma(tmp_path_factory.mktemp("chroma") / "data") as server:
        yield server


@pytest.fixture(params=["folder", "server"])
def where(request: pytest.FixtureRequest, tmp_path: Path, server: Server) -> Where:
    return tmp_path / "news" if request.param == "folder" else own_database(server)


def put(where: Where, tmp_path: Path, *numbers: int, **fields: object) -> int:
    """Build these stories into an index; return the generation."""
    source = write(tmp_path / f"{'-'.join(map(str, numbers))}.jsonl", *(story(one, **fields) for one in numbers))
    return build([source], where, embedder=HashEmbedder()).generation


def changed(number: int) -> str:
    return str(story(number)["text"]).replace(word(number), word(number + 900))


def titles(news: NewsIndex, number: int) -> set[str]:
    return {hit.passage.source.title for hit in news.search(marker(number), 20) if word(number) in hit.passage.text}


def seen(where: Where, numbers: range) -> tuple[list[Source], dict[tuple[int, Passage], float]]:
    """The list of articles; and the score of each passage for each question."""
    with NewsIndex.open(where, HashEmbedder()) as news:
        found = ((number, hit) for number in numbers for hit in news.search(marker(number), 50))
        return news.articles(), {(number, hit.passage): hit.score for number, hit in found}


def until(true: Callable[[], bool]) -> None:
    """Wait for what a server's readers do on the side: deriving the next generation."""
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_both_find_the_same_passages_with_the_same_scores(tmp_path: Path, server: Server) -> None:
    places: list[Where] = [tmp_path / "news", own_database(server)]
    for step in ("build", "add and change", "remove", "from nothing"):
        for where in places:
            if step == "build":
                put(where, tmp_path, *range(20))
            elif step == "add and change":
                source = write(tmp_path / "new.jsonl", story(3, text=changed(3)), *map(story, range(20, 30)))
                build([source], where, embedder=HashEmbedder())
            elif step == "remove":
                remove(["https://wire.example/7", "https://wire.example/21"], where)
            else:
                build([tmp_path / "new.jsonl"], where, embedder=HashEmbedder(), fresh=True)
        (listed, folder), (listed_there, served) = (seen(where, range(3, 30, 6)) for where in places)
        assert listed == listed_there, step
        assert served == pytest.approx(folder, abs=1e-5), step


def test_a_changed_article_takes_the_place_of_the_old_one(where: Where, tmp_path: Path) -> None:
    put(where, tmp_path, *range(5))
    put(where, tmp_path, 2, text=changed(2))
    with NewsIndex.open(where, HashEmbedder()) as news:
        assert (titles(news, 2), titles(news, 902)) == (set(), {"Report 2"})
        before, now = news.versions("https://wire.example/2")
        assert (before.article.text, now.article.text) == (story(2)["text"], changed(2))
        assert before.until is not None and now.until is None
        assert len(news.versions("https://wire.example/1")) == 1


def test_versions_follow_rollback_and_removal(where: Where, tmp_path: Path) -> None:
    put(where, tmp_path, 1, 2)
    put(where, tmp_path, 1, text=changed(1))
    put(where, tmp_path, 1, text=changed(1) + " And more.")

    def versions() -> int:
        with NewsIndex.open(where, HashEmbedder()) as news:
            return len(news.versions("https://wire.example/1"))

    assert versions() == 3
    with closing(place_of(where)) as place:
        place.rollback()
    assert versions() == 2
    remove(["https://wire.example/1"], where)
    put(where, tmp_path, 1)
    assert versions() == 1


def test_what_was_removed_is_gone_and_comes_back(where: Where, tmp_path: Path) -> None:
    put(where, tmp_path, *range(5))
    assert remove(["https://wire.example/3"], where).removed == 1
    with NewsIndex.open(where, HashEmbedder()) as news:
        assert titles(news, 3) == set()
        with pytest.raises(ArticleMissing):
            news.article("https://wire.example/3")
    with pytest.raises(ArticleMissing):
        remove(["https://wire.example/3"], where)
    put(where, tmp_path, 3)
    with NewsIndex.open(where, HashEmbedder()) as news:
        assert titles(news, 3) == {"Report 3"}


def test_rollback_leads_to_what_was_live_before(where: Where, tmp_path: Path) -> None:
    first = put(where, tmp_path, 1)
    put(where, tmp_path, 2)
    with closing(place_of(where)) as place, NewsIndex.open(where, HashEmbedder()) as news:
        assert place.rollback() == first
        until(lambda: titles(news, 2) == set())
        assert titles(news, 1) == {"Report 1"}
        with pytest.raises(BadRequest, match="no earlier generation"):
            place.rollback()
        third = put(where, tmp_path, 3)
        assert third == 3  # a number never comes again
        until(lambda: titles(news, 3) == {"Report 3"})
        assert titles(news, 2) == set()
        assert place.rollback() == first


def test_back_and_forward_lead_where_they_say(where: Where, tmp_path: Path) -> None:
    first, second = put(where, tmp_path, 1), put(where, tmp_path, 2)
    with closing(place_of(where)) as place, NewsIndex.open(where, HashEmbedder()) as news:
        assert (place.before(), place.after()) == (first, None)
        with pytest.raises(BadRequest, match="no later generation"):
            place.forward()
        with pytest.raises(BadRequest, match=f"generation {second} is in use, not {first}"):
            place.rollback(first)
        assert place.rollback(second) == first
        assert (place.before(), place.after(), place.current()) == (None, second, first)
        with pytest.raises(BadRequest, match=f"generation {first} is in use, not {second}"):
            place.forward(second)
        assert place.forward(first) == second == place.current()
        until(lambda: titles(news, 2) == {"Report 2"})
        assert (place.before(), place.after()) == (first, None)
        place.rollback()
        third = put(where, tmp_path, 3)
        assert (place.before(), place.after()) == (first, None)  # the second was not made from the third
        place.rollback(third)
        assert place.after() == third
        assert place.stamp(first) == place.stamp(first) != place.stamp(third)
        until(lambda: titles(news, 3) == set())
    build([write(tmp_path / "anew.jsonl", story(9))], where, embedder=HashEmbedder(), fresh=True)
    with closing(place_of(where)) as place:
        place.rollback()
        assert place.after() is None  # made from nothing


def test_the_list_and_what_came_last_are_carried_on(where: Where, tmp_path: Path) -> None:
    put(where, tmp_path, 1, 2)
    put(where, tmp_path, 3, 4)
    put(where, tmp_path, 1, text=changed(1))
    last = remove(["https://wire.example/3"], where).generation
    places = [where]
    if isinstance(where, Server):
        places.append(replace(where, cache=str(tmp_path / "another machine")))
    for place in places:
        with NewsIndex.open(place, HashEmbedder()) as news:
            assert [one.source.title for one in news.recent()] == ["Report 1", "Report 4", "Report 2"]
            assert news.browse("report", limit=2).total == 3 == sum(news.days().values())
            assert (news.place.path(last) / "articles.json").is_file()
    with closing(place_of(where)) as one:
        one.rollback()
    for place in places:
        with NewsIndex.open(place, HashEmbedder()) as news:
            assert [one.source.title for one in news.recent()] == ["Report 1", "Report 4", "Report 3", "Report 2"]
            assert [source.title for source in news.browse("3").sources] == ["Report 3"]


def test_prints_of_one_story_are_told(where: Where, tmp_path: Path) -> None:
    texts = {"text": story(1)["text"]}
    one = write(tmp_path / "a.jsonl", story(1, outlet="AP"), story(2, outlet="AP"))
    build([one], where, embedder=HashEmbedder())
    other = write(tmp_path / "b.jsonl", story(9, outlet="Gazette", title="Report 1 again", **texts))
    report = build([other], where, embedder=HashEmbedder())
    assert [reprint.title for reprint in report.reprints] == ["Report 1 again"]
    with NewsIndex.open(where, HashEmbedder()) as news:
        assert [source.outlet for source in news.story("https://wire.example/9")] == ["AP", "Gazette"]
        assert [source.outlet for source in news.search(marker(1), 1)[0].reprints] == ["Gazette"]


def test_an_open_reader_sees_each_new_generation_and_a_snapshot_none(where: Where, tmp_path: Path) -> None:
    put(where, tmp_path, 1)
    with NewsIndex.open(where, HashEmbedder()) as news, news.snapshot() as held:
        before = held.search(marker(1), 5)
        for number in range(2, 5):
            put(where, tmp_path, number)
            until(lambda number=number: titles(news, number) == {f"Report {number}"})  # type: ignore[misc]
        assert [hit.passage for hit in held.search(marker(1), 5)] == [hit.passage for hit in before]
        assert (held.info().articles, len(held.articles()), news.info().articles) == (1, 1, 4)


def build_slowly(source: Path, where: Where) -> None:
    index.building.BATCH_PASSAGES = 20
    build([source], where, embedder=HashEmbedder())


def test_a_killed_build_leaves_the_old_index_and_nothing_else(where: Where, tmp_path: Path) -> None:
    put(where, tmp_path, *range(10))
    source = write(tmp_path / "new.jsonl", story(3, text=changed(3)), *map(story, range(10, 60)))
    whole = 1.2
    for part in range(KILLED):
        process = processes().Process(target=build_slowly, args=(source, where))
        process.start()
        process.join(whole * (part + random.random()) / KILLED)
        process.kill()
        process.join()
        with NewsIndex.open(where, HashEmbedder()) as news:
            new = news.info().articles == 60
            assert new or news.info().articles == 10
            assert titles(news, 3) == (set() if new else {"Report 3"})
            assert titles(news, 50) == ({"Report 50"} if new else set())
    build_slowly(source, where)
    with NewsIndex.open(where, HashEmbedder()) as news, news.snapshot() as live:
        assert titles(news, 903) == {"Report 3"}
        assert live._store.counts() == (60, live.info().passages)


def hold(where: Where, ready: Path) -> None:
    with closing(place_of(where)) as place, place.lock():
        ready.write_text("")
        time.sleep(60)


def test_two_builders_are_kept_apart_and_a_dead_one_holds_no_lock(where: Where, tmp_path: Path) -> None:
    put(where, tmp_path, 1)
    ready = tmp_path / "ready"
    holder = processes().Process(target=hold, args=(where, ready))
    holder.start()
    until(ready.exists)
    for change in (lambda: put(where, tmp_path, 2), lambda: remove(["https://wire.example/1"], where)):
        started = time.monotonic()
        with pytest.raises(IndexBusy, match="wait until it has ended"):
            change()
        assert time.monotonic() - started < 2
    with closing(place_of(where)) as place, pytest.raises(IndexBusy):
        place.rollback()
    if isinstance(where, Server):
        elsewhere = replace(where, cache=str(tmp_path / "another machine"))
        with pytest.raises(IndexBusy, match=r"Another build, on .* is writing"):
            put(elsewhere, tmp_path, 2)
    assert holder.pid
    os.kill(holder.pid, 9)
    holder.join()
    put(where, tmp_path, 2)
    with NewsIndex.open(where, HashEmbedder()) as news:
        assert titles(news, 2) == {"Report 2"}


def test_no_index_is_said_with_what_to_do(where: Where) -> None:
    option = f"--chroma {where.url}" if isinstance(where, Server) else f"--index {where}"
    for ask in (lambda: NewsIndex.open(where), lambda: remove(["x"], where)):
        with pytest.raises(IndexMissing, match=rf"build one with `python -m index build SOURCE\.\.\. {option}`"):
            ask()
    with closing(place_of(where)) as place, pytest.raises(IndexMissing):
        place.rollback()


def test_a_build_that_fails_leaves_what_was(where: Where, tmp_path: Path) -> None:
    put(where, tmp_path, 1)
    with pytest.raises(BadRequest, match="Nothing was indexed"):
        build([tmp_path / "nothing.jsonl"], where, embedder=HashEmbedder())
    with NewsIndex.open(where, HashEmbedder()) as news:
        assert news.info().generation == 1
        assert put(where, tmp_path, 2) == 2
