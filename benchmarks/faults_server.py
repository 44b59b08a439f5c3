"""Faults of a Chroma server: gone, silent or slow at each request of a command or a reader, killed, made anew."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from benchmarks.faulting import Tried, fault, judged
from index.building import build
from index.live import NewsIndex
from tests.chroma import Door, Running, own_database
from tests.fakes import HashEmbedder
from tests.going import (
    IMPATIENT,
    NEVER,
    WAYS,
    check_found,
    command_meets,
    failing_at,
    made_anew,
    reader_meets,
    requests_of,
    restarted,
)
from tests.newsroom import story, write
from tests.trials import KINDS, Kind, Scene

_EACH = 100  # no command here makes more requests
_DEATHS = 20


@contextmanager
def _behind_a_door(folder: Path) -> Iterator[tuple[Running, Door]]:
    with closing(Running(folder / "chroma")) as running, closing(Door(running.server.port)) as door:
        yield running, door


def _commands(kind: Kind, on_server: bool, way: str, folder: Path, times: int, seed: int) -> Iterator[Tried]:
    with _behind_a_door(folder) as (running, door):
        scene = Scene(folder, door.before(running.server), on_server)
        for number in _numbers(requests_of(kind, scene), times, seed):
            yield judged(partial(command_meets, kind, scene, door, way, number), f"request {number}")


def _readers(way: str, folder: Path, times: int, seed: int) -> Iterator[Tried]:
    with _behind_a_door(folder) as (running, door):
        scene = Scene(folder, door.before(running.server), on_server=True)
        where = own_database(scene.server)
        build([scene.source("base")], where, embedder=HashEmbedder())
        with failing_at(NEVER, lambda: None) as made, NewsIndex(where, HashEmbedder()) as news:
            check_found(news, 3)
        for number in _numbers(len(made), times, seed):
            yield judged(partial(reader_meets, where, door, way, number, 3), f"request {number}")


def _numbers(requests: int, times: int, seed: int) -> list[int]:
    """Return which requests to fail at: each, or so many."""
    return sorted(random.Random(seed).sample(range(requests), min(requests, times)))


def _restarted(kind: Kind, meanwhile: bool, folder: Path, times: int, seed: int) -> Iterator[Tried]:
    with closing(Running(folder / "chroma")) as running:
        scene = Scene(folder, running.server, on_server=True)
        for number in _numbers(requests_of(kind, scene), times, seed):
            yield judged(partial(restarted, kind, scene, running, number, meanwhile), f"request {number}")


def _anew(folder: Path, times: int, _seed: int) -> Iterator[Tried]:
    with closing(Running(folder / "chroma")) as running:
        scene = Scene(folder, running.server, on_server=True)
        source = write(folder / "new.jsonl", *map(story, range(65, 80)))
        for number in range(times):
            yield judged(partial(made_anew, scene, 3, 70, source), f"try {number}")


for _way, (_mode, *_) in WAYS.items():
    for _kind in KINDS:
        fault(f"failing server, {_kind.name}: {_way}", times=_EACH)(partial(_commands, _kind, True, _way))
    if _mode not in IMPATIENT:
        fault(f"failing server, copy from it: {_way}", times=_EACH)(partial(_commands, KINDS[-1], False, _way))
    fault(f"failing server, reader: {_way}", times=_EACH)(partial(_readers, _way))
for _meanwhile, _when in ((False, "before request k"), (True, "while request k is on its way")):
    _name = f"failing server, add: dies by -9 and is started again {_when}"
    fault(_name, times=_DEATHS)(partial(_restarted, KINDS[1], _meanwhile))
fault("failing server, reader: its database is deleted and made anew", times=_DEATHS)(_anew)
