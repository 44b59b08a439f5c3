"""A server that goes at a request of a command or of a reader: the old index or the new one, or one sentence.

A few seeded requests; benchmarks/faults_server.py tries each.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from index.building import build
from index.servers import Server
from tests.chroma import Door, Running, own_database
from tests.fakes import HashEmbedder
from tests.going import command_meets, made_anew, reader_meets, restarted
from tests.newsroom import story, write
from tests.trials import KINDS, Kind, Scene

_BUILD, _ADD, _REMOVE = KINDS[:3]
_FEWEST, _FEWEST_OF_A_READER = 30, 8  # requests
_COMMANDS = [
    (_ADD, "gone before the answer to request k"),
    (_ADD, "silent from request k on"),
    (_BUILD, "gone before request k"),
    (_BUILD, "a byte now and then from request k on"),
    (_REMOVE, "the answer to request k lost once"),
]
_READERS = ["gone in the answer to request k", "request k lost once", "a byte now and then from request k on"]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with closing(Running(tmp_path_factory.mktemp("chroma"))) as running:
        yield running


@pytest.fixture
def server(running: Running) -> Server:
    return running.server


@pytest.fixture
def door(server: Server) -> Iterator[Door]:
    with closing(Door(server.port)) as door:
        yield door


@pytest.mark.parametrize(("kind", "way"), _COMMANDS, ids=[f"{kind.name}, {way}" for kind, way in _COMMANDS])
def test_a_command_whose_server_goes_leaves_the_old_index_or_the_new_one(
    kind: Kind, way: str, server: Server, door: Door, tmp_path: Path
) -> None:
    number = random.Random(f"{kind.name} {way}").randrange(_FEWEST)
    command_meets(kind, Scene(tmp_path, door.before(server), on_server=True), door, way, number)


def test_a_reader_whose_server_goes_is_answered_or_told(server: Server, door: Door, tmp_path: Path) -> None:
    where = own_database(door.before(server))
    build([write(tmp_path / "a.jsonl", *map(story, range(6)))], where, embedder=HashEmbedder())
    for way in _READERS:
        reader_meets(where, door, way, random.Random(way).randrange(_FEWEST_OF_A_READER), 3)


@pytest.mark.parametrize("meanwhile", [False, True])
def test_a_server_that_is_killed_and_started_again_in_a_build_loses_nothing(
    meanwhile: bool, running: Running, tmp_path: Path
) -> None:
    scene = Scene(tmp_path, running.server, on_server=True)
    restarted(_ADD, scene, running, random.Random(meanwhile).randrange(_FEWEST), meanwhile)


def test_a_database_made_anew_under_a_reader_is_told_or_read(server: Server, tmp_path: Path) -> None:
    made_anew(Scene(tmp_path, server, on_server=True), 3, 70, write(tmp_path / "new.jsonl", *map(story, range(65, 80))))
