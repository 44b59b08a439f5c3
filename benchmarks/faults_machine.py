"""Faults of the machine under a command: a disk that is full or takes nothing, few open files, a clock that jumps."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.faulting import Tried, fault, judged
from tests.chroma import chroma
from tests.straits import SHARES, barred, bytes_of, clock_jumps, disk, few_files, full
from tests.trials import KINDS, Kind, Scene, measured

_YEAR = 365
_FILES = (16, 160)  # from what is enough for the harness alone to what is for all


@contextmanager
def _scene(folder: Path) -> Iterator[Scene]:
    """A place for indexes in folders; the one to be copied is on a server."""
    with chroma(folder / "chroma") as server:
        room = folder / "room"
        room.mkdir()
        yield Scene(room, server, on_server=False)


def _full(kind: Kind, folder: Path, times: int, seed: int) -> Iterator[Tried]:
    choice = random.Random(seed)
    with chroma(folder / "chroma") as server, disk(folder / "disk") as small:
        scene = Scene(small.path, server, on_server=False)
        whole = bytes_of(kind, scene)
        for number in range(times):
            left = int((number + choice.random()) / times * SHARES * whole)  # in each part one
            yield judged(partial(full, kind, scene, small, left), f"{left} of {whole} bytes left")


def _barred(folder: Path, times: int, _seed: int) -> Iterator[Tried]:
    with chroma(folder / "chroma") as server, disk(folder / "disk") as small:
        scene = Scene(small.path, server, on_server=False)
        for number in range(times):
            kind = KINDS[number % len(KINDS)]
            yield judged(partial(barred, kind, scene, small), kind.name)


def _few(kind: Kind, folder: Path, times: int, seed: int) -> Iterator[Tried]:
    choice = random.Random(seed)
    with _scene(folder) as scene:
        for number in range(times):
            most = int(_FILES[0] + (number + choice.random()) / times * (_FILES[1] - _FILES[0]))
            yield judged(partial(few_files, kind, scene, most), f"{most} files")


def _jumps(days: int, kind: Kind, folder: Path, times: int, seed: int) -> Iterator[Tried]:
    with _scene(folder) as scene:
        steps = range(len(measured(kind, scene, times=1).phases))
        for step in sorted(random.Random(seed).sample(steps, min(times, len(steps)))):
            yield judged(partial(clock_jumps, kind, scene, step, days), f"step {step}")


def _each(name: str, times: int, tries: Callable[[Kind, Path, int, int], Iterator[Tried]]) -> None:
    for kind in KINDS:
        fault(name.format(kind.name), times=times)(partial(tries, kind))


_each("{}, the disk full after k bytes", 40, _full)
fault("build, add, remove, rollback, copy on a disk mounted read-only", times=len(KINDS))(_barred)
_each("{} with at most k open files", 40, _few)
_each("{}, the clock a year back at step k", 20, partial(_jumps, -_YEAR))
_each("{}, the clock a year ahead at step k", 20, partial(_jumps, _YEAR))
