"""An index on a real Chroma server: what is kept there, who may change it, and what happens when the server fails."""

from __future__ import annotations

import http.server
import json
import re
import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.__main__ import main as ask
from index.__main__ import main
from index.bounded import Connection
from index.building import Sofar, build
from index.chroma import Database, Metadata
from index.copying import copy
from index.errors import BadRequest, DatelineError, IndexBusy, IndexDamaged, ServerFailed
from index.lease import NAME, Lease
from index.live import NewsIndex
from index.pointer import last_move, move_to, new_stamp
from index.served import Served
from index.servers import Server, server_of
from index.where import place_of
from tests.chroma import Door, chroma, free_port, own_database
from tests.fakes import HashEmbedder
from tests.newsroom import marker, processes, story, word, write


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with chroma(tmp_path_factory.mktemp("chroma") / "data") as server:
        yield server


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again as often as ever, and sooner."""
    monkeypatch.setattr("index.bounded._PAUSES", (0.01, 0.05, 0.1))


@pytest.fixture
def server(running: Server) -> Server:
    return own_database(running)


@pytest.fixture
def door(running: Server) -> Iterator[Door]:
    with closing(Door(running.port)) as door:
        yield door


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    with closing(Database(server)) as database:
        yield database


def put(where: Server, tmp_path: Path, *numbers: int) -> int:
    source = write(tmp_path / f"{'-'.join(map(str, numbers))}.jsonl", *map(story, numbers))
    return build([source], where, embedder=HashEmbedder()).generation


def found(news: NewsIndex, number: int) -> str:
    """Return the title of the passage with the sentence of a story, or nothing where none has it."""
    hits = (hit.passage for hit in news.search(marker(number), 20))
    return next((passage.source.title for passage in hits if word(number) in passage.text), "")


def of_all(server: Server) -> dict[str, int]:
    """How many records the server holds, by collection without its stamp."""
    with closing(Database(server)) as database:
        names = [name for name in database.collections() if not name.startswith(("dateline-move", NAME))]
        return {name.split("-")[-1]: database.get(name).count() for name in names}


# what only one can do


def test_of_several_who_make_a_collection_one_succeeds(server: Server) -> None:
    won: list[int] = []

    def make(number: int) -> None:
        with closing(Database(server)) as database:
            for name in "abcdefgh":
                if database.create(f"test-{name}", {"owner": str(number)}) is not None:
                    won.append(number)

    threads = [threading.Thread(target=make, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 8


def test_who_moves_from_what_is_no_longer_live_fails(database: Database) -> None:
    first = move_to(database, new_stamp(1), None)
    second = move_to(database, new_stamp(2), first)
    for late in (None, first):
        with pytest.raises(IndexBusy, match="nothing of this one is"):
            move_to(database, new_stamp(3), late)
    assert last_move(database) == second
    for number in range(3, 7):
        second = move_to(database, new_stamp(number), second)
    # the names of old moves are free again, and still lead nowhere
    with pytest.raises(IndexBusy):
        move_to(database, new_stamp(9), first)
    assert last_move(database) == second


def move_on(server: Server, count: int) -> None:
    with closing(Database(server)) as database:
        move = last_move(database)
        for number in range(2, count + 2):
            move = move_to(database, new_stamp(number), move)


def test_readers_of_the_pointer_see_each_move_whole(server: Server, database: Database) -> None:
    move_to(database, new_stamp(1), None)
    mover = processes().Process(target=move_on, args=(server, 25))
    mover.start()
    seen = [1]
    while mover.is_alive():
        move = last_move(database)
        assert move is not None and move.live == move.highest == move.sequence >= seen[-1]
        seen.append(move.live)
    mover.join()
    assert mover.exitcode == 0
    assert len(set(seen)) > 5


def test_where_the_answer_to_a_move_is_lost_it_is_told_that_it_may_be_made(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = database.create

    def lost(name: str, fields: Metadata) -> None:
        create(name, fields)
        raise ServerFailed("The connection broke off: look after the server, then try again.")

    monkeypatch.setattr(database, "create", lost)
    with pytest.raises(ServerFailed, match=r"then try again; whether .* is live is not known: `python -m index info`"):
        move_to(database, new_stamp(1), None)
    assert last_move(database) is not None


def test_a_lease_is_held_by_one_and_runs_out(database: Database) -> None:
    first, second = Lease(database, "here", 0.6), Lease(database, "there", 0.6)
    first.take()
    with pytest.raises(IndexBusy, match=r"Another build, on .* is writing"):
        second.take()
    time.sleep(0.8)
    first.check()  # prolonged meanwhile
    first._ended.set()  # as one that was stopped, and goes on too late
    time.sleep(0.7)
    second.take()
    with pytest.raises(IndexBusy, match="start it again"):
        first.check()
    first.release()
    second.check()
    second.release()
    assert not [name for name in database.collections() if name.startswith(NAME)]


def test_a_lease_given_before_the_servers_clock_was_set_back_is_nobodys(database: Database) -> None:
    owner = {"owner": "dead", "machine": "gone", "host": "x"}
    lease = Lease(database, "here")
    assert database.create(NAME, {**owner, "until": database.now() + 30})
    with pytest.raises(IndexBusy):
        lease.take()
    database.get(NAME).modify(metadata={**owner, "until": database.now() + 86_400})
    lease.take()
    lease.check()
    lease.release()


def take(server: Server, ready: Path, machine: str) -> None:
    with closing(Database(server)) as database:
        lease = Lease(database, machine)
        ready.touch()
        while not (ready.parent / "go").exists():
            pass
        lease.take()
        (ready.parent / f"{machine}.took").touch()


def test_of_two_processes_that_take_a_dead_ones_lease_one_gets_it(server: Server, tmp_path: Path) -> None:
    with closing(Database(server)) as database:
        assert database.create(NAME, {"owner": "dead", "machine": "gone", "host": "x", "until": database.now() - 1})
    both = [processes().Process(target=take, args=(server, tmp_path / f"{n}.ready", f"m{n}")) for n in range(2)]
    for one in both:
        one.start()
    while len(list(tmp_path.glob("*.ready"))) < 2:
        time.sleep(0.01)
    (tmp_path / "go").touch()
    for one in both:
        one.join(20)
    assert sorted(one.exitcode or 0 for one in both) == [0, 1]
    assert len(list(tmp_path.glob("*.took"))) == 1


def test_a_build_that_lost_its_lease_does_not_go_live(server: Server, tmp_path: Path) -> None:
    put(server, tmp_path, 1)
    late, other = Served(server), replace(server, cache=str(tmp_path / "other"))
    with pytest.raises(IndexBusy), closing(late), late.lock():
        number = late.begin(1)
        assert late._lease is not None
        late._lease._ended.set()
        with closing(Database(server)) as database:
            database.get(NAME).modify(metadata={"owner": "late", "machine": "late", "host": "x", "until": 0.0})
        assert put(other, tmp_path, 2) == number
        late.publish(late.manifest(1))
    with NewsIndex.open(server, HashEmbedder()) as news:
        assert found(news, 2) == "Report 2"


# what is kept and what goes


def test_generations_share_what_they_have_in_common(server: Server, tmp_path: Path) -> None:
    put(server, tmp_path, *range(5))
    one = of_all(server)
    assert (one["articles"], one["earlier"]) == (5, 0)
    put(server, tmp_path, 7)
    assert of_all(server)["articles"] == 6


def test_what_no_kept_generation_lists_is_deleted(server: Server, tmp_path: Path) -> None:
    put(server, tmp_path, 1, 2, 3)
    for text in ("Another text, and a long one.", "A third text, and a longer one."):
        source = write(tmp_path / "new.jsonl", story(1, text=text))
        build([source], server, embedder=HashEmbedder())
    put(server, tmp_path, 4)
    assert of_all(server)["articles"] == 6  # all three texts of the first: readers may be on any of them
    with closing(Served(server, grace=0)) as place, place.lock():
        place.sweep()
        place.sweep()
        assert sorted(map(int, (stamp[:4] for stamp in place._published()))) == [3, 4]
    after = of_all(server)
    assert (after["articles"], after["earlier"]) == (4, 2)
    with NewsIndex.open(server, HashEmbedder()) as news, news.snapshot() as live:
        assert len(news.versions("https://wire.example/1")) == 3
        assert live._store._passages.count() == live.info().passages


def test_a_fresh_build_lets_go_of_the_collections_before_it(server: Server, tmp_path: Path) -> None:
    for _ in range(3):
        source = write(tmp_path / "a.jsonl", *map(story, range(3)))
        build([source], server, embedder=HashEmbedder(), fresh=True)
    with closing(Served(server, grace=0)) as place, place.lock():
        place.sweep()
        shared = [name for name in place._database.collections() if re.search(r"-passages$", name)]
        assert len(shared) == 2  # of the live one and the one before


def test_only_what_came_in_is_fetched(server: Server, tmp_path: Path) -> None:
    put(server, tmp_path, *range(30))
    told: list[tuple[int, int]] = []
    elsewhere = replace(server, cache=str(tmp_path / "elsewhere"))
    with NewsIndex.open(elsewhere, HashEmbedder(), tell=lambda *counts: told.append(counts)) as news:
        assert told == [(30, 30)]
        put(server, tmp_path, 40, 41)
        assert news.info().generation == 1  # the old one answers until the new one is ready
        while news.preparing:
            time.sleep(0.01)
        assert (told[1:], found(news, 41)) == ([(2, 2)], "Report 41")


def test_a_damaged_derived_file_is_derived_anew(server: Server, tmp_path: Path) -> None:
    put(server, tmp_path, *range(6))
    place = place_of(server)
    with closing(place):
        (place.path(1) / "articles.jsonl").write_text("{")
        (place.path(1) / "STAMP").unlink()
    with NewsIndex.open(server, HashEmbedder()) as news:
        assert found(news, 4) == "Report 4"


def test_a_generation_that_is_gone_is_never_half_an_answer(server: Server, tmp_path: Path) -> None:
    put(server, tmp_path, 1)
    with NewsIndex.open(server, HashEmbedder()) as news, news.snapshot() as held:
        for fresh in (2, 3):
            source = write(tmp_path / "a.jsonl", story(fresh))
            build([source], server, embedder=HashEmbedder(), fresh=True)
        with closing(Served(server, grace=0)) as place, place.lock():
            place.sweep()
        with pytest.raises(DatelineError):
            held.search(marker(1), 5)
        while found(news, 3) != "Report 3":
            time.sleep(0.01)


# copying


def test_a_copy_there_and_back_finds_the_same(server: Server, tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", *map(story, range(20)))
    build([source], tmp_path / "one", embedder=HashEmbedder())
    changed = write(tmp_path / "b.jsonl", story(3, text=story(4)["text"] + " Anew."))
    build([changed], tmp_path / "one", embedder=HashEmbedder())
    bar: list[tuple[int, int]] = []
    there = copy(tmp_path / "one", server, progress=lambda *counts: bar.append(counts))
    assert ((there.articles, there.versions), bar[-1]) == ((20, 1), (20, 20))
    elsewhere = replace(server, cache=str(tmp_path / "elsewhere"))
    back = copy(elsewhere, tmp_path / "two")
    assert (back.articles, back.passages, back.versions) == (there.articles, there.passages, there.versions)
    embedder = HashEmbedder()
    with NewsIndex.open(tmp_path / "one", embedder) as one, NewsIndex.open(server, embedder) as served:
        for number in range(0, 20, 3):
            hits, others = one.search(marker(number), 5), served.search(marker(number), 5)
            assert [hit.passage for hit in others] == [hit.passage for hit in hits]
            assert [hit.score for hit in others] == pytest.approx([hit.score for hit in hits], abs=1e-5)
    with NewsIndex.open(tmp_path / "two", embedder) as two:
        assert found(two, 7) == "Report 7"
        assert len(two.versions("https://wire.example/3")) == 2
        with NewsIndex.open(elsewhere, embedder) as served:
            assert served.recent(50) == two.recent(50) and len(two.recent(50)) == 20
            assert served.browse("report 1") == two.browse("report 1")
    with pytest.raises(BadRequest, match="--fresh"):
        copy(tmp_path / "two", server)
    assert copy(tmp_path / "two", server, fresh=True).generation == 2


def copy_all(source: Path, server: Server) -> None:
    copy(source, server)


def test_a_copy_that_was_killed_leaves_nothing_and_begins_again(server: Server, tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", *map(story, range(60)))
    build([source], tmp_path / "one", embedder=HashEmbedder())
    process = processes().Process(target=copy_all, args=(tmp_path / "one", server))
    process.start()
    while not any("articles" in name for name in of_all(server)):
        time.sleep(0.005)
    process.kill()
    process.join()
    copy(tmp_path / "one", server)
    with NewsIndex.open(server, HashEmbedder()) as news, news.snapshot() as live:
        assert (found(news, 50), live._store.counts()[0]) == ("Report 50", 60)
    with closing(Served(server, grace=0)) as place, place.lock():
        place.sweep()
    assert of_all(server)["articles"] == 60


# what fails


def open_at(url: str, server: Server, seconds: float = 20.0) -> Server:
    return replace(server, url=url, seconds=seconds)


def test_no_server_is_said(server: Server) -> None:
    with pytest.raises(ServerFailed, match=r"No Chroma server answers at .*: start it, or check --chroma\.$"):
        NewsIndex.open(open_at(f"http://127.0.0.1:{free_port()}", server))


def test_a_database_or_tenant_that_is_not_there_is_said(server: Server) -> None:
    for wrong in (replace(server, database="nowhere"), replace(server, tenant="nobody")):
        with pytest.raises(ServerFailed, match=r"There is no database .* check --chroma-database and --chroma-tenant"):
            NewsIndex.open(wrong)


def test_a_server_that_says_nothing_is_left_in_time(server: Server, door: Door) -> None:
    door.mode = "hang"
    started = time.monotonic()
    with pytest.raises(ServerFailed, match=r"did not answer within 0\.5 s"):
        NewsIndex.open(open_at(door.url, server, 0.5))
    assert time.monotonic() - started < 3


def test_a_slow_server_is_waited_for_and_a_broken_answer_asked_for_again(
    server: Server, door: Door, tmp_path: Path
) -> None:
    put(server, tmp_path, 1, 2)
    with NewsIndex.open(open_at(door.url, server), HashEmbedder()) as news:
        door.mode = "slow"
        assert found(news, 1) == "Report 1"
        door.mode, door.cuts = "cut", 2
        assert found(news, 2) == "Report 2"
        assert door.cuts == 0


def test_a_server_that_goes_in_the_middle_is_said_and_found_again(server: Server, door: Door, tmp_path: Path) -> None:
    put(server, tmp_path, 1)
    with NewsIndex.open(open_at(door.url, server, 2.0), HashEmbedder()) as news:
        door.mode = "shut"
        door.drop()
        with pytest.raises(ServerFailed, match=r"The connection to the Chroma server at .* broke off"):
            news.search(marker(1), 1)
        door.mode = "pass"
        assert found(news, 1) == "Report 1"


def test_a_build_whose_server_goes_leaves_the_old_index(server: Server, door: Door, tmp_path: Path) -> None:
    put(server, tmp_path, 1)

    def away(sofar: Sofar) -> None:
        if sofar.read:
            door.mode = "shut"
            door.drop()

    source = write(tmp_path / "new.jsonl", *map(story, range(2, 60)))
    with pytest.raises(ServerFailed):
        build([source], open_at(door.url, server, 2.0), embedder=HashEmbedder(), progress=away)
    with NewsIndex.open(server, HashEmbedder()) as news:
        assert news.info().articles == 1
    # who asks by another address is another machine to the lease, and that of the dead build runs out by itself
    with closing(Database(server)) as database:
        database.get(NAME).modify(metadata={"owner": "dead", "machine": "gone", "host": "x", "until": 0.0})
    build([source], server, embedder=HashEmbedder())
    with NewsIndex.open(server, HashEmbedder()) as news:
        assert (news.info().articles, found(news, 30)) == (59, "Report 30")


@contextmanager
def answering(*answers: tuple[int, str], pair: Path | None = None) -> Iterator[tuple[Server, list[dict[str, str]]]]:
    """A web server that gives these answers in turn, the last one for ever; and the headers it was sent."""
    sent: list[dict[str, str]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answers[min(len(sent), len(answers) - 1)]
            sent.append(dict(self.headers))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if pair:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pair)
        web.socket = context.wrap_socket(web.socket, server_side=True)
    thread = threading.Thread(target=web.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield Server(f"http{'s' if pair else ''}://127.0.0.1:{web.server_port}", token="s3cret-token"), sent
    finally:
        web.shutdown()
        thread.join()
        web.server_close()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((401, "{}"), r"does not let us in \(401\): check \$DATELINE_CHROMA_TOKEN or --chroma-token-file"),
        ((403, "no"), r"does not let us in \(403\)"),
        ((200, "<html>"), "is no Chroma server: check --chroma"),
        ((404, "not found"), "is no Chroma server: check --chroma"),
        ((302, ""), "sends us elsewhere"),
        ((413, ""), "takes less at once"),
        ((400, '{"error": "X", "message": "odd"}'), r"failed \(400: odd\): see its log"),
    ],
)
def test_other_answers_are_said(answer: tuple[int, str], words: str) -> None:
    with answering(answer) as (server, sent), pytest.raises(ServerFailed, match=words) as caught:
        Database(server)
    assert sent[0]["X-Chroma-Token"] == "s3cret-token"
    assert "s3cret" not in f"{caught.value}{caught.value!r}{server}{server!r}"


def test_what_may_pass_is_asked_again() -> None:
    busy = (500, json.dumps({"error": "InternalError", "message": "Error executing plan: Nothing found on disk"}))
    with answering(busy, busy, (200, '{"nanosecond heartbeat": 7}')) as (server, sent):
        with closing(Connection(server)) as connection:
            assert connection.heartbeat() == 7
        assert len(sent) == 3


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate")
def test_a_certificate_is_trusted_where_it_is_named(tmp_path: Path) -> None:
    key, certificate, pair = (tmp_path / name for name in ("key.pem", "certificate.pem", "pair.pem"))
    made = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=here -addext subjectAltName=IP:127.0.0.1"
    command = [*made.split(), "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    pair.write_bytes(key.read_bytes() + certificate.read_bytes())
    with answering((200, '{"nanosecond heartbeat": 7}'), pair=pair) as (server, sent):
        with closing(Connection(replace(server, ca=str(certificate)))) as connection:
            assert connection.heartbeat() == 7
        with (
            closing(Connection(server)) as connection,
            pytest.raises(ServerFailed, match=r"is not trusted: name its authority's file by --chroma-ca"),
        ):
            connection.heartbeat()
        assert len(sent) == 1
    for file, words in ((key, "holds no certificates"), (tmp_path / "none", "There is no file")):
        with pytest.raises(BadRequest, match=words):
            Connection(Server("https://127.0.0.1", ca=str(file)))


def test_no_proxy_leads_to_this_machine(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    with closing(Database(server)) as database:
        assert database.now() > 0


@pytest.mark.parametrize(
    "url", ["127.0.0.1:8000", "ftp://x", "http://", "http://h:99999", "http://h/?q=1", "https://u:p4ss@h", ""]
)
def test_an_address_that_cannot_be_one_is_refused(url: str) -> None:
    with pytest.raises(BadRequest) as caught:
        Server(url)
    assert "p4ss" not in str(caught.value)


def test_what_the_environment_says_of_a_server(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("from-file\n")
    told = {"DATELINE_CHROMA_TENANT": "t", "DATELINE_CHROMA_DATABASE": "d", "DATELINE_CHROMA_TOKEN": "from-environment"}
    made = server_of("https://h", told, database="mine")
    assert (made.tenant, made.database, made.token) == ("t", "mine", "from-environment")
    assert str(made) == "https://h (t/mine)"
    assert server_of("https://h", told, token_file=str(file)).token == "from-file"
    with pytest.raises(BadRequest, match="cannot be read"):
        server_of("https://h", {}, token_file=str(tmp_path / "none"))


def test_another_process_is_led_to_the_same_server_and_no_command_line_shows_the_token(tmp_path: Path) -> None:
    file = tmp_path / "authority"
    file.write_text("")
    elsewhere = {
        f"DATELINE_CHROMA_{name}": "x" for name in ("TENANT", "DATABASE", "TOKEN", "TOKEN_FILE", "CA", "CACHE")
    }
    for server in (Server("https://h", "t", "d", "secret", str(file), cache="c"), Server("http://127.0.0.1:8000")):
        place = Served(server)
        assert place.options == ["--chroma", server.url]
        assert server_of(server.url, {**elsewhere, **place.environment}) == server


def test_the_command_line_on_a_server(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_CHROMA", server.url)
    monkeypatch.setenv("DATELINE_CHROMA_DATABASE", server.database)
    monkeypatch.setenv("DATELINE_CHROMA_CACHE", str(tmp_path / "cache"))
    source = write(tmp_path / "a.jsonl", *map(story, range(3)))
    assert main(["build", str(source)]) == 0
    assert main(["search", marker(2), "-k", "1", "--json"]) == 0
    out = capsys.readouterr().out
    assert json.loads(out.splitlines()[-1])["hits"][0]["title"] == "Report 2"
    assert ask(["Which inspector signed the paper?", "--json"]) == 0
    assert "Inspector" in json.loads(capsys.readouterr().out)["text"]
    assert main(["watch", str(write(tmp_path / "b.jsonl", story(5))), "--rounds", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["report"]["generation"] == 2
    assert main(["rollback"]) == 0
    assert main(["remove", "https://wire.example/0"]) == 0
    assert main(["build", str(source)]) == 0
    assert main(["copy", server.url, str(tmp_path / "copied")]) == 0
    monkeypatch.delenv("DATELINE_CHROMA")
    assert main(["list", "--index", str(tmp_path / "copied")]) == 0
    assert "Report 1" in capsys.readouterr().out
    monkeypatch.setattr("index.arguments._MANY", 1)
    monkeypatch.setenv("DATELINE_CHROMA", server.url)
    for cache, command in enumerate((["remove", "https://wire.example/1"], ["watch", str(source), "--rounds", "1"])):
        # on a machine where nothing is derived yet
        monkeypatch.setenv("DATELINE_CHROMA_CACHE", str(tmp_path / f"cache-{cache}"))
        assert main(command) == 0
        assert "Making the index on the server ready here: " in capsys.readouterr().err
    assert main(["info", "--chroma", server.url]) == 0
    assert "3 articles" in capsys.readouterr().out
    assert main(["list", "--index", "x", "--chroma", server.url]) == 2
    assert "not allowed with" in capsys.readouterr().err


def test_a_damaged_list_is_said_and_rollback_or_a_fresh_build_mends_it(server: Server, tmp_path: Path) -> None:
    for number in (1, 2):
        put(server, tmp_path, number)
    with closing(Served(server)) as place:
        name = f"{place._stamp(2)}/manifest/000000"
        place._needed()._records.upsert(ids=[name], metadatas=[{"page": "??", "pages": 1}], embeddings=[[1.0]])
    with pytest.raises(IndexDamaged, match="rollback"):
        NewsIndex.open(server, HashEmbedder())
    with closing(Served(server)) as place:
        assert place.rollback() == 1
    with NewsIndex.open(server, HashEmbedder()) as news:
        assert found(news, 1) == "Report 1"
    build([tmp_path / "2.jsonl"], server, embedder=HashEmbedder(), fresh=True)
    with NewsIndex.open(server, HashEmbedder()) as news:
        assert (news.info().generation, found(news, 2)) == (3, "Report 2")
