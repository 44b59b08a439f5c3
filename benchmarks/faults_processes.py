"""Faults of processes: commands killed at 100 moments each, and two builders at once, in a folder and on a server."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from benchmarks.faulting import Tried, fault
from tests import killing
from tests.chroma import chroma
from tests.killing import moments
from tests.newsroom import story, write
from tests.standing import check_tidy, held, texts
from tests.trials import BASE, KINDS, Kind, Scene, environment, measured, options, trial

_PLACES = ((False, "in a folder"), (True, "on a server"))


def _killed(kind: Kind, on_server: bool, folder: Path, times: int, seed: int) -> Iterator[Tried]:
    with chroma(folder / "chroma") as server:
        scene = Scene(folder, server, on_server)
        whole = measured(kind, scene)
        for moment in moments(times, whole, random.Random(seed)):
            try:
                phase, state = trial(kind, scene, moment, whole)
            except AssertionError as error:
                yield Tried("the index is not as it should be", wrong=f"{moment}: {error}")
            else:
                yield Tried(f"done before the kill: {state} index" if phase == "ended" else f"{state} index answers")


def _together(on_server: bool, folder: Path, times: int, seed: int) -> Iterator[Tried]:
    """Start two builds of one article each at once; what a build said is done must be there."""
    with chroma(folder / "chroma") as server:
        scene = Scene(folder, server, on_server)
        kind = next(one for one in KINDS if one.name == "add")
        for number in range(times):
            where = scene.place(kind)
            stories = (100 + 2 * number, 101 + 2 * number)
            rooms = [folder / f"builder-{one}" for one in stories]
            for one, room in zip(stories, rooms, strict=True):
                room.mkdir()
                write(room / "news.jsonl", story(one))
            commands = [["build", str(room / "news.jsonl"), "--json", *options(where)] for room in rooms]
            with ThreadPoolExecutor(2) as threads:
                ended = list(threads.map(partial(killing.run, environment=environment(where)), commands, rooms))
            done = [one for one, each in zip(stories, ended, strict=True) if each.code == 0]
            now = held(where, ())
            lost = len({*BASE, *texts(*done)} - set(now.texts if now else {}))
            clear = all(each.code in (0, 2) and "Traceback" not in each.complaint for each in ended)
            check_tidy(where)
            what = "both done" if len(done) == 2 else "one done, the other told why not"
            yield Tried(what, lost, "" if clear and done else " / ".join(each.complaint for each in ended))


for _on_server, _place in _PLACES:
    for _kind in KINDS:
        fault(f"{_kind.name} killed by -9, {_place}", times=100)(partial(_killed, _kind, _on_server))
    fault(f"two builders at once, {_place}", times=20)(partial(_together, _on_server))
