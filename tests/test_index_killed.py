"""Commands that are killed at any moment leave the old index or the new one, and the next build leaves no rubbish.

A few moments of each command, seeded; tests/trials.py says what a trial is.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.servers import Server
from tests.chroma import chroma
from tests.killing import moments
from tests.trials import KINDS, Kind, Scene, measured, trial

_TIMES = 4  # half of them are at steps


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with chroma(tmp_path_factory.mktemp("chroma")) as running:
        yield running


@pytest.mark.parametrize("on_server", [False, True], ids=["folder", "server"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_killed_command_leaves_the_old_index_or_the_new_one(
    kind: Kind, on_server: bool, server: Server, tmp_path: Path
) -> None:
    scene = Scene(tmp_path, server, on_server)
    whole = measured(kind, scene, times=1)
    chosen = moments(_TIMES, whole, random.Random(f"{kind.name} {on_server}"))
    # at steps, which are the same on a slow machine: any one, and a late one; on a server, which takes longer, the late
    for moment in [one for one in chosen if one.step is not None][on_server:]:
        trial(kind, scene, moment, whole)
