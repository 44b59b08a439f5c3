"""Faults of processes: commands killed at 100 moments each, and two builders at once, in a folder and on a server."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.faulting import Tried, fault, judged
from tests.chroma import chroma
from tests.killing import Ended, Moment, moments
from tests.rivals import two_builders
from tests.trials import KINDS, Kind, Scene, measured, trial

_PLACES = ((False, "in a folder"), (True, "on a server"))


def _killed(kind: Kind, on_server: bool, folder: Path, times: int, seed: int) -> Iterator[Tried]:
    with chroma(folder / "chroma") as server:
        scene = Scene(folder, server, on_server)
        whole = measured(kind, scene)
        for moment in moments(times, whole, random.Random(seed)):
            yield judged(partial(_kill, kind, scene, moment, whole), str(moment))


def _kill(kind: Kind, scene: Scene, moment: Moment, whole: Ended) -> str:
    phase, state = trial(kind, scene, moment, whole)
    return f"done before the kill: {state} index" if phase == "ended" else f"{state} index answers"


def _together(on_server: bool, folder: Path, times: int, _seed: int) -> Iterator[Tried]:
    with chroma(folder / "chroma") as server:
        scene = Scene(folder, server, on_server)
        for number in range(100, 100 + 2 * times, 2):
            yield judged(partial(two_builders, scene, number, number + 1), f"{number}")


for _on_server, _place in _PLACES:
    for _kind in KINDS:
        fault(f"{_kind.name} killed by -9, {_place}", times=100)(partial(_killed, _kind, _on_server))
    fault(f"two builders at once, {_place}", times=20)(partial(_together, _on_server))
