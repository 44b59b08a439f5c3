"""The library over an index on a real Chroma server: a build in a process of its own, undo, back and forward."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.page import jobs
from assistant.page.desk import Desk
from assistant.page.intake import Rules
from index import build
from index.servers import Server
from index.where import place_of
from tests.chroma import Door, chroma, own_database
from tests.newsroom import write
from tests.stories import STORIES
from tests.test_assistant_page_librarian import ME, TEXT, act, ended, words


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with chroma(tmp_path_factory.mktemp("chroma") / "data") as server:
        yield server


@pytest.fixture
def server(running: Server, tmp_path: Path) -> Server:
    server = own_database(running)
    build([write(tmp_path / "a.jsonl", *STORIES)], server)
    return server


@pytest.fixture
def door(running: Server) -> Iterator[Door]:
    with closing(Door(running.port)) as door:
        yield door


@pytest.fixture
async def desk(server: Server, door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setattr(jobs, "NICENESS", 0)  # other tests run beside these
    (tmp_path / "uploads").mkdir()
    with Assistant.open(replace(server, url=door.url)) as assistant:
        desk = Desk(assistant, rules=Rules(uploads=tmp_path / "uploads"))
        await desk.greet(ME)
        yield desk
        await asyncio.to_thread(desk.librarian.jobs.close)


async def test_what_the_library_does_it_does_on_a_server(desk: Desk, server: Server, tmp_path: Path) -> None:
    held = len(STORIES)
    await act(desk, "add-text", **TEXT)
    shown = await ended(desk)
    assert "1 added, 0 updated, 0 unchanged. Generation 2 is in use." in words(shown["job"])
    assert "Walrus seen" in shown["shelf"] and "generation 2" in shown["history"] and "generation 2" in shown["status"]
    assert desk.assistant.recent()[0].source.title == "Walrus seen"

    await act(desk, "remove", chosen=desk.assistant.recent()[0].source.id)
    shown = await ended(desk)
    assert "Removed 1 article: “Walrus seen”. Undo" in words(shown["told"]) and "Walrus seen" not in shown["shelf"]
    undone = await act(desk, "undo")
    assert undone["told"] == "" and "Walrus seen" in undone["shelf"]

    assert "generation 2 is in use, not 3" in (await act(desk, "rollback", live="3"))["told"]
    back = await act(desk, "rollback", live="2")
    assert "Go forward to generation 2" in words(back["history"]) and "Walrus seen" not in back["shelf"]
    forward = await act(desk, "forward", live="1")
    assert f"Holds {held + 1} articles" in words(forward["history"]) and "Walrus seen" in forward["shelf"]

    elsewhere = replace(server, cache=str(tmp_path / "another machine"))
    with closing(place_of(elsewhere)) as place, place.lock():
        await act(desk, "remove", chosen=desk.assistant.recent()[0].source.id)
        assert "Another build" in words((await ended(desk))["job"])
        assert "Another build" in (await act(desk, "rollback", live="2"))["told"]


async def test_a_server_that_is_gone_is_said_where_one_looks(
    desk: Desk, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.bounded._PAUSES", (0.01,))
    door.mode = "shut"
    door.drop()
    for do in ("library", "rollback", "forward"):
        assert "Chroma server" in (await act(desk, do, live="1"))["told"]
    await act(desk, "add-text", **TEXT)
    async with asyncio.timeout(60):
        while (job := desk.librarian.jobs.last) and job.running:
            await asyncio.sleep(0.02)
    assert job and job.state == "failed" and "Chroma server" in job.failure
    door.mode = "pass"
    assert "generation 1" in (await act(desk, "library"))["history"]
