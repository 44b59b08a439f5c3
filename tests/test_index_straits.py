"""A disk that is full or takes nothing, few open files, a clock that jumps: the old index, the new one or a sentence.

A few seeded moments of each command; benchmarks/faults_machine.py tries many.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from index.building import build
from index.errors import Hindered
from index.generations import Generations
from index.live import NewsIndex
from index.servers import Server
from tests.chroma import chroma
from tests.fakes import HashEmbedder
from tests.newsroom import story, write
from tests.straits import barred, bytes_of, clock_jumps, disk, few_files, full, small_files
from tests.trials import KINDS, Kind, Scene

_ADD, _ROLLBACK = KINDS[1], KINDS[3]
_FEWEST_STEPS = 12  # that any of the commands makes
_COMMANDS = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with chroma(tmp_path_factory.mktemp("chroma")) as running:
        yield running


@pytest.fixture
def scene(server: Server, tmp_path: Path) -> Scene:
    (tmp_path / "room").mkdir()
    return Scene(tmp_path / "room", server, on_server=False)


@_COMMANDS
def test_a_command_that_may_write_no_more_says_so(kind: Kind, scene: Scene) -> None:
    for most in (600, 40_000, random.Random(kind.name).randrange(100_000)):
        # a rollback writes a few bytes
        told = "done, new index" if kind.name == "rollback" else "told why, old index"
        assert small_files(kind, scene, most) == told


@_COMMANDS
def test_a_command_that_may_open_few_files_says_so_or_is_done(kind: Kind, scene: Scene) -> None:
    few_files(kind, scene, random.Random(kind.name).randrange(64, 100))
    assert few_files(kind, scene, 20) == "told why, old index"


@_COMMANDS
@pytest.mark.parametrize("days", [-365, 365], ids=["back", "ahead"])
def test_a_clock_that_jumps_breaks_no_command(kind: Kind, days: int, scene: Scene) -> None:
    step = random.Random(f"{kind.name} {days}").randrange(_FEWEST_STEPS)
    told = clock_jumps(kind, scene, step, days)
    assert told == "done, new index" or (days < 0 and kind.name in ("build", "add") and told == "told why, old index")


def test_a_real_disk_that_is_full_or_takes_nothing_loses_nothing(server: Server, tmp_path: Path) -> None:
    try:
        with disk(tmp_path / "disk") as small:
            scene = Scene(small.path, server, on_server=False)
            assert full(_ADD, scene, small, bytes_of(_ADD, scene) // 3) == "told why, old index"
            assert full(_ROLLBACK, scene, small, 0) == "told why, old index"
            assert barred(_ADD, scene, small) == "told why, old index"
    except PermissionError as error:
        pytest.skip(str(error))


def put(folder: Path, number: int) -> Path:
    source = write(folder / "new.jsonl", story(number, published=datetime.now(UTC).date().isoformat()))
    build([source], folder / "index", embedder=HashEmbedder())
    return folder / "index"


def test_no_article_loses_its_day_to_a_clock_that_is_behind(tmp_path: Path) -> None:
    index = put(tmp_path, 1)
    for away, said in (
        (timedelta(days=3), r"but it has been .* already: set the clock, .*python -m index rollback"),
        (timedelta(days=365 * 50), r"says .* 19\d\d, which is long past: set the clock"),
    ):
        with time_machine.travel(datetime.now(UTC) - away), pytest.raises(Hindered, match=said):
            build([tmp_path / "new.jsonl"], index, embedder=HashEmbedder())
    with NewsIndex.open(index, HashEmbedder()) as news:
        assert news.info().generation == 1
        assert [source.published for source in news.articles()] == [datetime.now(UTC).date()]


def test_what_was_built_by_a_clock_that_was_ahead_can_be_taken_back(tmp_path: Path) -> None:
    index = put(tmp_path, 1)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=900)):
        put(tmp_path, 2)
    with pytest.raises(Hindered, match="rollback"):
        put(tmp_path, 3)
    Generations(index).rollback()
    put(tmp_path, 3)
    with NewsIndex.open(index, HashEmbedder()) as news:
        assert sorted(source.title for source in news.articles()) == ["Report 1", "Report 3"]
