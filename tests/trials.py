"""What is killed: each command that changes an index, on a folder and on a server, from a known state. Knows no test.

A trial: the index is in its first state, the command is killed, and then the index is asked: it is in its first state
or in its last one, whole, and in the last one if the command has said so. The same command again, or a build, comes
through; after that nothing is left of the one that was killed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from index.building import build, remove
from index.copying import copy
from index.servers import Server
from index.where import Where, place_of
from tests import killing
from tests.chroma import own_database
from tests.fakes import HashEmbedder
from tests.killing import Ended, Moment
from tests.newsroom import story, write
from tests.standing import Held, Texts, check_kept, check_tidy, edited, held, texts

_OLD, _NEW, _EDITED, _GONE, _LAST = tuple(range(12)), tuple(range(12, 30)), (0, 1, 2), (3, 4), 40
BASE = texts(*_OLD)
ADDED = texts(*_OLD, *_NEW, changed=_EDITED)
REMOVED = texts(*(number for number in _OLD if number not in _GONE))
PROBES = (1, 901, 3, 20, _LAST)


@dataclass(frozen=True)
class Kind:
    """A command, the states it leads from and to, and how these are made."""

    name: str
    before: Texts | None
    after: Texts
    make: Callable[[Scene, Where], None]
    command: Callable[[Scene, Where], list[str]]
    again: Callable[[Scene, Where], object]

    @property
    def builds(self) -> bool:
        """Whether it makes a generation, and so tidies up."""
        return self.name != "rollback"


@dataclass
class Scene:
    """A folder for all that the trials need, a server, and whether the indexes are on it."""

    room: Path
    server: Server
    on_server: bool
    _made: dict[str, Path] = field(default_factory=dict)
    _origin: Where | None = None
    _count: int = 0

    def source(self, name: str) -> Path:
        """Return the file with the articles of a build."""
        path = self.room / f"{name}.jsonl"
        if not path.exists():
            rows = {
                "half": [story(number) for number in _OLD[:6]],
                "base": [story(number) for number in _OLD],
                "more": [*map(edited, _EDITED), *map(story, _NEW)],
                "last": [story(_LAST)],
            }
            write(path, *rows[name])
        return path

    def place(self, kind: Kind) -> Where:
        """Make an index, in the state in which a kind of trial begins."""
        if kind.name == "copy":
            self.origin()  # not made later, while something fails
        if self.on_server:
            where: Where = own_database(self.server)
            kind.make(self, where)
            return where
        if kind.name not in self._made:
            self._made[kind.name] = self.room / f"made-{kind.name}"
            kind.make(self, self._made[kind.name])
        self._count += 1
        folder = self.room / f"trial-{self._count}"
        if self._made[kind.name].exists():
            shutil.copytree(self._made[kind.name], folder)
        return folder

    def origin(self) -> Where:
        """Return the index that is copied: one in a folder to a server, or the other way round."""
        if self._origin is None:
            self._origin = self.room / "origin" if self.on_server else own_database(self.server)
            _added(self, self._origin)
        return self._origin


def options(where: Where) -> list[str]:
    """Return the options by which a command line finds an index."""
    with closing(place_of(where)) as place:
        return place.options


def _nothing(scene: Scene, where: Where) -> None:
    pass


def _built(scene: Scene, where: Where) -> None:
    # in two steps, so that the next build has a generation to sweep away
    build([scene.source("half")], where, embedder=HashEmbedder())
    build([scene.source("base")], where, embedder=HashEmbedder())


def _added(scene: Scene, where: Where) -> None:
    _built(scene, where)
    build([scene.source("more")], where, embedder=HashEmbedder())


def _rolled_back(scene: Scene, where: Where) -> object:
    with closing(place_of(where)) as place:
        return place.rollback()


def _removing(scene: Scene, where: Where) -> list[str]:
    return ["remove", *(str(story(number)["url"]) for number in _GONE), "--json", *options(where)]


def _removed(scene: Scene, where: Where) -> object:
    # it takes no embedder, since it embeds nothing
    with mock.patch("index.changing.load_embedder", lambda name=None: HashEmbedder()):
        return remove([str(story(number)["url"]) for number in _GONE], where)


def _building(name: str) -> Callable[[Scene, Where], list[str]]:
    return lambda scene, where: ["build", str(scene.source(name)), "--json", *options(where)]


def _rolling_back(scene: Scene, where: Where) -> list[str]:
    return ["rollback", "--json", *options(where)]


def _again(name: str) -> Callable[[Scene, Where], object]:
    return lambda scene, where: build([scene.source(name)], where, embedder=HashEmbedder())


def _copying(scene: Scene, where: Where) -> list[str]:
    named = (one.url if isinstance(one, Server) else str(one) for one in (scene.origin(), where))
    return ["copy", *named, "--json"]


KINDS = [
    Kind("build", None, BASE, _nothing, _building("base"), _again("base")),
    Kind("add", BASE, ADDED, _built, _building("more"), _again("more")),
    Kind("remove", BASE, REMOVED, _built, _removing, _removed),
    Kind("rollback", ADDED, BASE, _added, _rolling_back, _rolled_back),
    Kind("copy", None, ADDED, _nothing, _copying, lambda scene, where: copy(scene.origin(), where)),
]


def measured(kind: Kind, scene: Scene, times: int = 2) -> Ended:
    """Run a command to its end; return how it went the last time: the first is slower, with the same steps."""
    for _ in range(times):
        where = scene.place(kind)
        ended = run(kind, scene, where)
        assert ended.code == 0, ended.complaint
        assert _state(kind, held(where, PROBES)) == "new"
    return ended


def trial(kind: Kind, scene: Scene, moment: Moment, whole: Ended) -> tuple[str, str]:
    """Kill a command and look what became of it; return the phase it was in, and the state in which the index was."""
    where = scene.place(kind)
    before = held(where, PROBES)
    after = None if moment.share is None else moment.share * whole.seconds
    ended = run(kind, scene, where, after=after, at=moment.step)
    assert ended.code in (None, 0), ended.complaint
    state = check(kind, scene, where, before, ended.acknowledged)
    if not isinstance(where, Server):
        shutil.rmtree(where)
    return ended.phase if ended.code is None else "ended", state


def check(kind: Kind, scene: Scene, where: Where, before: Held | None, acknowledged: bool) -> str:
    """Check what became of an index, and that it goes on from there; return the state in which it was. Raises: Lost."""
    now = held(where, PROBES)
    # articles that the command does not touch stay; if it has said that it is done, all of its own are there
    check_kept(kind.after if acknowledged else dict((kind.before or {}).items() & kind.after.items()), now)
    state = _state(kind, now)
    assert state == "new" or now == before, "the old index answers otherwise than before"
    assert state == "new" or not acknowledged, "what was acknowledged is not so"
    if state == "old":
        kind.again(scene, where)
        now = held(where, PROBES)
        check_kept(kind.after, now)
        assert _state(kind, now) == "new"
    if state == "new" or not kind.builds:
        build([scene.source("last")], where, embedder=HashEmbedder())
        last, all_of_it = held(where, PROBES), {**kind.after, **texts(_LAST)}
        check_kept(all_of_it, last)
        assert last is not None and last.texts == all_of_it
        assert last.answers(_LAST)
    check_tidy(where)
    return state


def run(kind: Kind, scene: Scene, where: Where, room: Path | None = None, **how: Any) -> Ended:
    """Run a command as `killing.run` does."""
    told = environment(scene.origin() if kind.name == "copy" and not scene.on_server else where)
    return killing.run(kind.command(scene, where), room or scene.room / "run", told, **how)


def environment(where: Where) -> dict[str, str]:
    """Return what a command must find in its environment to reach an index."""
    return where.environment() if isinstance(where, Server) else {}


def _state(kind: Kind, now: Held | None) -> str:
    """Return which state an index is in: that before the command or that after it."""
    found = now.texts if now else None
    if found == kind.after:
        assert now is not None and now.versions == _versions(kind.after)
        assert all(now.answers(number) == (f"https://wire.example/{number}" in kind.after) for number in (3, 20))
        assert now.answers(901) == (kind.after == ADDED) != now.answers(1)
        return "new"
    assert found == kind.before, "neither the old index nor the new one"
    return "old"


def _versions(content: Texts) -> int:
    return len(_EDITED) if content == ADDED else 0
