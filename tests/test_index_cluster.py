"""A build on a real Ray cluster: the same index and report as a build by itself, whatever dies on the way."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from index.building import build, remove
from index.bulk import Bulk
from index.chroma import Database
from index.cluster import connected
from index.errors import BadRequest, ClusterFailed, EmbeddingError
from index.lists import Lists
from index.live import NewsIndex
from index.reporting import BuildReport
from index.servers import Server
from index.where import place_of
from tests.chroma import chroma, own_database
from tests.newsroom import marker, story, write

# Ray warns of its own settings
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:ray")
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with chroma(tmp_path_factory.mktemp("chroma") / "data") as server:
        yield server


@pytest.fixture
def server(running: Server) -> Server:
    return own_database(running)


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """A cluster of this machine, this process connected to it; its address."""
    before = dict(os.environ)
    try:
        with connected("local"):
            import ray

            yield ray.get_runtime_context().gcs_address
    finally:
        os.environ.clear()
        os.environ.update(before)


def workers() -> list[psutil.Process]:
    """The cluster's processes."""
    return psutil.Process().children(recursive=True)


@pytest.fixture(autouse=True)
def small_parcels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.bulk._PARCEL", 40)


def until(true: Callable[[], Any], seconds: float = 40.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def newsroom(folder: Path, count: int) -> list[str]:
    """Write sources of many kinds, with all that may be wrong with them; return what to build."""
    lines = [json.dumps(story(number)) for number in range(count)]
    lines[3:3] = ["{broken", json.dumps({"title": "No text"}), json.dumps(story(1))]
    changed = {**story(2), "text": story(2)["text"] + " It was corrected later."}
    lines += [json.dumps(changed), json.dumps({**story(4), "url": "https://other.example/4", "outlet": "Other"})]
    (folder / "wire").mkdir(parents=True)
    (folder / "wire" / "a.jsonl").write_text("\n".join(lines))
    (folder / "wire" / "b.txt").write_text("A headline\n\n" + marker(9_001))
    (folder / "wire" / "c.bin").write_bytes(b"\x00\x01\x02")
    (folder / "wire" / "d.html").write_text("<html><title>Page</title><article><p>" + "Page text. " * 40 + "</article>")
    return [str(folder / "wire"), str(ROOT / "articles"), str(folder / "missing.jsonl")]


def seen(report: BuildReport) -> BuildReport:
    return replace(report, generation=0, seconds=0.0)


def held(where: Server | Path, asked: Sequence[str]) -> tuple[dict[str, Any], dict[str, bytes], list[Any]]:
    """All that an index holds: articles with their texts, vectors by passage, what it finds and said before."""
    with closing(place_of(where)) as place:
        number = place.current()
        place.prepare(number)
        store = place.open(number)
        stored = {one.entry.source.id: one for one in store.stored()}
        ids = [f"{key}:{start}-{end}" for key, one in stored.items() for start, end in one.entry.spans]
        keys, rows = store.vectors(ids)
        store.close()
    assert sorted(keys) == sorted(ids)
    with NewsIndex.open(where) as news:
        # first places alone: neighbours are found approximately, and further ones vary with the order of writing
        hits = [hit for question in asked for hit in news.search(question, 1)]
        versions = [(one.article, one.until is None) for one in news.versions(story(2)["url"])]
    # a server rounds its distances elsewhere than an embedded Chroma
    scores = [pytest.approx(hit.score, abs=1e-5) for hit in hits]
    found = [(hit.passage, hit.reprints) for hit in hits]
    return stored, dict(zip(keys, map(bytes, rows), strict=True)), [found, scores, versions]


def done(server: Server) -> set[str]:
    """The keys of the articles that an unfinished build has written."""
    with closing(Database(server)) as database:
        lists = Lists.open(database)
        names = [name for name in lists.names() if "/done/" in name] if lists else []
        return {line.split()[0] for name in names for line in (lists.read(name) or "").splitlines()}


def unfinished(server: Server) -> int:
    """How many builds on Ray may be gone on with."""
    with closing(Bulk(server, "")) as place:
        return len(place._unfinished())


def listed(server: Server) -> set[str]:
    """The keys of the articles of the live generation."""
    with closing(Bulk(server, "")) as place:
        stamp = place.stamp(place.current())
        return set((place._needed().read(f"{stamp}/articles") or "").split())


def kept(server: Server) -> set[str]:
    """The keys of all articles on the server."""
    with closing(Database(server)) as database:
        names = [name for name in database.collections() if name.endswith("-articles")]
        return {key for name in names for key in database.get(name).get(include=[])["ids"]}


def test_the_index_and_the_report_are_those_of_a_build_by_itself_though_a_worker_is_killed(
    cluster: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    sources, alone = newsroom(Path("desk"), 300), tmp_path / "index"
    asked = [*map(marker, (7, 20, 150, 299)), "Why did Turkey buy the S-400?", "It was corrected later"]
    killed: list[str] = []

    def kill() -> None:
        until(lambda: len(done(server)) > 20)
        until(lambda: any(map(killed_at_work, workers())))  # between two tasks a worker is called otherwise

    def killed_at_work(worker: psutil.Process) -> bool:
        with suppress(psutil.NoSuchProcess):
            if (name := worker.name()).startswith("ray::Map"):
                worker.kill()
                killed.append(name)
                return True
        return False

    def same() -> BuildReport:
        by_ray = build(sources, server, report="ray.jsonl", ray="local")
        assert seen(by_ray) == seen(build(sources, alone, report="alone.jsonl"))
        assert Path("ray.jsonl").read_bytes() == Path("alone.jsonl").read_bytes()
        assert held(server, asked) == held(alone, asked)
        return by_ray

    killer = threading.Thread(target=kill)
    killer.start()
    first = same()
    killer.join()
    assert len(killed) == 1
    assert capfd.readouterr() == ("", "")
    assert (first.added, first.updated, first.unchanged, len(first.duplicates)) == (334, 1, 1, 1)
    assert len(first.failed) == 4
    # an increment: two new, one changed, some as they were; and what was removed comes back
    for place in (server, alone):
        remove([story(9)["url"]], place)
    now = [*map(story, (500, 501, 6, 9)), {**story(5), "title": "Another title"}]
    sources = [str(write(tmp_path / "a.jsonl", *now)), sources[1]]
    second = same()
    assert (second.added, second.updated, second.unchanged) == (3, 1, 33)
    # nothing but what is listed, now or by the generation before, is left
    assert done(server) == set()
    assert listed(server) <= kept(server)


def test_a_build_goes_on_where_it_was_killed(cluster: str, server: Server, running: Server, tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", *map(story, range(300)))
    code = "import sys, index.bulk as bulk, index.__main__ as command; bulk._PARCEL = 40; sys.exit(command.main())"
    command = [sys.executable, "-c", code, "build", str(source), "--chroma", server.url, "--ray", cluster]
    environment = {**os.environ, **server.environment(), "DATELINE_CHROMA_TOKEN": "a-secret-that-nobody-may-see"}
    with (tmp_path / "told").open("wb") as told:
        process = psutil.Popen(command, cwd=ROOT, stdout=told, stderr=told, env=environment)
        until(lambda: len(done(server)) > 80)
        family = [process, *workers()]
        listening = {one.laddr.ip for each in family for one in each.net_connections() if one.status == "LISTEN"}
        lines = [" ".join(each.cmdline()) for each in family]
        process.kill()
        process.wait()
    assert listening and listening <= {"127.0.0.1", "::1", "::ffff:127.0.0.1"}
    assert not any("secret" in line for line in lines)
    said = (tmp_path / "told").read_text().splitlines()
    assert [line for line in said if "articles read" not in line] == []
    there = done(server)
    assert len(there) < 300
    # one that is written has changed since, one is gone from the sources
    written = {identity(number): number for number in range(300) if identity(number) in map(bare, there)}
    gone, changed, *_ = written.values()
    now = [{**story(number), "title": "Changed"} if number == changed else story(number) for number in range(300)]
    write(source, *(one for one in now if one != story(gone)))
    report, alone = build([source], server, ray="local"), own_database(running)
    assert seen(report) == seen(build([source], alone))
    asked = [marker(number) for number in (7, 20, 150, 299) if number != gone]
    assert held(server, asked) == held(alone, asked)
    # all that was done was taken over, but those two; nothing is left of what is not listed
    assert listed(server) & there == {key for key in there if written[bare(key)] not in (gone, changed)}
    assert kept(server) == listed(server)


def bare(key: str) -> str:
    return key.partition(".")[2]


def identity(number: int) -> str:
    from index.articles import article_id

    return article_id(story(number)["url"], "")


def test_what_a_worker_says_is_told_and_another_build_tidies_up(
    cluster: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Bulk, "working", other_model(Bulk.working))
        with pytest.raises(EmbeddingError, match=r"^The embedding model shipped on .* is another than here: put the"):
            build([write(tmp_path / "a.jsonl", story(1))], server, ray="local")
    assert unfinished(server) == 1
    assert build([write(tmp_path / "b.jsonl", story(2))], server).added == 1
    assert (len(kept(server)), unfinished(server)) == (1, 0)


def other_model(working: Callable[..., Any]) -> Callable[..., Any]:
    """Have the driver believe that the model is another than the workers find."""

    def changed(self: Bulk, embedder: Any) -> Any:
        made = working(self, embedder)

        @contextmanager
        def entered() -> Iterator[Any]:
            with made as reader:
                self._model = (embedder.name, "0" * 64)
                yield reader

        return entered()

    return changed


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nonsense", "'nonsense' is no address of a Ray cluster"),
        ("ray://127.0.0.1:10001", "Ray Data does not work by ray://"),
        ("127.0.0.1:1", "No Ray cluster answers at 127.0.0.1:1: start it, or check --ray."),
    ],
)
def test_an_address_that_leads_nowhere_is_told_in_time(address: str, said: str, server: Server, tmp_path: Path) -> None:
    source, started = write(tmp_path / "a.jsonl", story(1)), time.monotonic()
    with pytest.raises((BadRequest, ClusterFailed)) as failed:
        build([source], server, ray=address)
    assert str(failed.value).startswith(said)
    assert time.monotonic() - started < 15


def test_without_ray_or_a_server_it_says_what_to_do(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BadRequest, match=r"^Building on Ray writes to a Chroma server: name it by --chroma URL\.$"):
        build([tmp_path], tmp_path / "index", ray="local")
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(BadRequest, match=r'^Building on Ray needs Ray: install it by `pip install "\.\[cluster\]"`\.$'):
        build([write(tmp_path / "a.jsonl", story(1))], server, ray="auto")
