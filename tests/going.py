"""A server that is gone before, in or after a chosen request of a command, and what must hold then. Knows no test.

A command runs in this process, through a door; at one of its requests the door, or the server, fails. The command is
done, or ends with one sentence; then the index is in its first state or in its last, and goes on from there.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

from index.bounded import Connection
from index.building import build
from index.errors import DatelineError
from index.lease import SECONDS
from index.live import NewsIndex
from index.served import Served
from index.servers import Server
from index.where import Where
from tests.chroma import Door, Running, own_database
from tests.fakes import HashEmbedder
from tests.newsroom import marker, word
from tests.standing import held, texts
from tests.trials import PROBES, Kind, Scene, check

# how the door fails from a request on: its mode, how often, and what it does then
WAYS = {
    "gone before request k": ("shut", 0, "shut"),
    "gone before the answer to request k": ("lose", 1, "shut"),
    "gone in the answer to request k": ("cut", 1, "shut"),
    "request k lost once": ("shut", 1, "pass"),
    "the answer to request k lost once": ("lose", 1, "pass"),
    "silent from request k on": ("hang", 0, "hang"),
    "a byte now and then from request k on": ("drip", 0, "drip"),
}
_PATIENCE = 0.5  # seconds for which a command waits for a silent server
NEVER = -1
IMPATIENT = ("hang", "drip")


@contextmanager
def failing_at(number: int, fail: Callable[[], None]) -> Iterator[list[str]]:
    """Call `fail` before the request of this number; yield the requests as they are made."""
    made: list[str] = []
    ask, count = Connection._ask, itertools.count()

    def counted(self: Connection, method: str, path: str, kwargs: dict[str, Any]) -> Any:
        made.append(path)
        if next(count) == number:
            fail()
        return ask(self, method, path, kwargs)

    # no grace: there is something to sweep away
    no_grace = mock.patch.object(Served.__init__, "__defaults__", (0.0, SECONDS))
    sooner = mock.patch("index.bounded._PAUSES", (0.01, 0.02, 0.04))
    with no_grace, sooner, mock.patch.object(Connection, "_ask", counted):
        yield made


def door_fails(door: Door, way: str) -> Callable[[], None]:
    """Return what makes a door fail in one of the ways."""

    def fail() -> None:
        door.mode, door.cuts, door.then = WAYS[way]
        if door.mode == "shut":
            door.drop()  # or the next request goes over what is open

    return fail


def requests_of(kind: Kind, scene: Scene) -> int:
    """Return how many requests a command makes."""
    where = scene.place(kind)
    with failing_at(NEVER, lambda: None) as made:
        kind.again(scene, where)
    return len(made)


def command_meets(kind: Kind, scene: Scene, door: Door, way: str, number: int) -> str:
    """Let the door fail at a request of a command; say what became of it. Raises: Lost, AssertionError."""
    where = scene.place(kind)
    before = held(where, PROBES)
    impatient = WAYS[way][0] in IMPATIENT
    asked: Where = replace(where, seconds=_PATIENCE) if impatient and isinstance(where, Server) else where
    with failing_at(number, door_fails(door, way)) as made:
        said = _said(lambda: kind.again(scene, asked))
    _mend(door)
    # one with little patience may give up before
    assert len(made) > number or (said and impatient), f"there are {len(made)} requests only"
    state = check(kind, scene, where, before, acknowledged=not said)
    return f"told why, {state} index" if said else f"done, {state} index"


def restarted(kind: Kind, scene: Scene, running: Running, number: int, meanwhile: bool) -> str:
    """Let the server die and come back before a request of a command, or while it goes on; say what became of it.

    Raises: as above.
    """
    where = scene.place(kind)
    before = held(where, PROBES)
    back = threading.Thread(target=running.restart)

    def die() -> None:
        back.start()
        if not meanwhile:
            back.join()

    with failing_at(number, die) as made:
        said = _said(lambda: kind.again(scene, where))
    assert len(made) > number, f"there are {len(made)} requests only"
    back.join()
    state = check(kind, scene, where, before, acknowledged=not said)
    return f"told why, {state} index" if said else f"done, {state} index"


def reader_meets(where: Server, door: Door, way: str, number: int, story: int) -> str:
    """Let the door fail at a request of one who opens an index and asks for a story; say what became of it."""
    impatient = WAYS[way][0] in IMPATIENT
    asked = replace(where, seconds=_PATIENCE) if impatient else where
    with NewsIndex(asked, HashEmbedder()) as news:
        with failing_at(number, door_fails(door, way)) as made:
            said = _said(lambda: check_found(news, story))
        _mend(door)
        assert said or len(made) > number, f"there are {len(made)} requests only"
        _wait_for(news, story)
    return "told why, answers afterwards" if said else "answers"


def made_anew(scene: Scene, story_before: int, story_after: int, source: Path) -> str:
    """Delete the database under a reader and build another index there; say what the reader was told meanwhile."""
    where = own_database(scene.server)
    build([scene.source("base")], where, embedder=HashEmbedder())
    with NewsIndex.open(where, HashEmbedder()) as news, closing(Connection(where)) as connection:
        check_found(news, story_before)
        connection.delete_database(where.database, where.tenant)
        said = _said(lambda: check_found(news, story_before))
        connection.create_database(where.database, where.tenant)
        said = _said(lambda: check_found(news, story_before)) or said
        build([source], where, embedder=HashEmbedder())
        _wait_for(news, story_after)
        assert not any(word(story_before) in hit.passage.text for hit in news.search(marker(story_before), 5))
    return "told why, then the new index answers" if said else "the old index answers, then the new one"


def check_found(news: NewsIndex, number: int) -> None:
    """Check that an index finds a story, and has all of its article. Raises: DatelineError."""
    best = news.search(marker(number), 3)[0].passage
    assert word(number) in best.text
    article = news.article(best.source.id)
    assert article is not None and article.text == texts(number)[str(best.source.url)]


def _said(command: Callable[[], object]) -> str:
    """Run a command; return the one sentence with which it ends, or nothing where it is done."""
    try:
        command()
    except DatelineError as error:
        said = str(error)
        assert said.endswith(".") and "\n" not in said, said
        return said
    return ""


def _wait_for(news: NewsIndex, number: int) -> None:
    """Ask until a story is found: a reader with little patience, or one that gets ready for a new index, needs time."""
    end = time.monotonic() + 15
    while True:
        try:
            check_found(news, number)
            return
        except (DatelineError, AssertionError, IndexError):
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


def _mend(door: Door) -> None:
    door.mode, door.cuts, door.then = "pass", 0, "pass"
    door.drop()
