"""Commands that are killed at any moment leave the old index or the new one, and the next build leaves no rubbish.

A few moments of each command, seeded, and two builders at once; tests/trials.py says what a trial is.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.servers import Server
from tests.chroma import chroma
from tests.killing import moments
from tests.rivals import two_builders
from tests.trials import KINDS, Kind, Scene, measured, trial

_TIMES = 4  # half of them are at steps


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with chroma(tmp_path_factory.mktemp("chroma")) as running:
        yield running


CASES = [
    pytest.param(kind, on_server, id=f"{kind.name}-{'server' if on_server else 'folder'}")
    for kind in KINDS
    for on_server in (False, True)
    # on a server an addition is a build, and a copy goes both ways in one
    if not on_server or kind.name in ("build", "remove", "rollback")
]


@pytest.mark.parametrize(("kind", "on_server"), CASES)
def test_a_killed_command_leaves_the_old_index_or_the_new_one(
    kind: Kind, on_server: bool, server: Server, tmp_path: Path
) -> None:
    scene = Scene(tmp_path, server, on_server)
    whole = measured(kind, scene, times=1)
    chosen = moments(_TIMES, whole, random.Random(f"{kind.name} {on_server}"))
    # at steps, which are the same on a slow machine: any one, and a late one; on a server, which takes longer, the late
    for moment in [one for one in chosen if one.step is not None][on_server:]:
        trial(kind, scene, moment, whole)


@pytest.mark.parametrize("on_server", [False, True], ids=["folder", "server"])
def test_of_two_builders_each_is_done_or_says_why_not(on_server: bool, server: Server, tmp_path: Path) -> None:
    two_builders(Scene(tmp_path, server, on_server), 100, 101)
