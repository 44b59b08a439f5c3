"""Watching folders and a site: what is read again, what is survived, how it ends."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from index import BuildReport, NewsIndex, watching
from index.__main__ import main
from index.arguments import span
from index.errors import BadRequest
from index.generations import Generations
from index.watching import Round, watch
from index.web import Manners
from tests.fake_web import Answer, FakeWeb, article, fake_web, item, rss
from tests.fakes import HashEmbedder
from tests.newsroom import marker, story, write

ROOT = Path(__file__).parent.parent
QUICK = Manners(allow_private=True, pause=0, backoff=0.01, seconds=2)
EMBEDDER = HashEmbedder(64)
LONG_AGO = time.time() - 100


@dataclass
class Watched:
    """A watch that is taken a round at a time; `built` are the sources of each build."""

    folder: Path
    built: list[list[str]] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def begin(self, *sources: str | Path, **options: Any) -> Iterator[Round]:
        named = {"every": 0.001, "stop": self.stop, "embedder": EMBEDDER, "manners": QUICK, **options}
        return watch(list(map(str, sources)), str(self.folder / "index"), **named)


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watched:
    watched = Watched(tmp_path)

    def build(sources: list[str], *given: Any, **named: Any) -> BuildReport:
        watched.built.append([Path(source).name for source in sources])
        return real(sources, *given, **named)

    real = watching.build
    monkeypatch.setattr(watching, "build", build)
    # files are as old as they look, and no younger than their last change: changes of the test are long past
    monkeypatch.setattr(watching, "_TICK_SECONDS", -1.0)
    (tmp_path / "news").mkdir()
    return watched


def counts(done: Round) -> tuple[int, int, int, int] | None:
    """Added, updated, unchanged, failed; None where nothing was built."""
    report = done.report
    return (report.added, report.updated, report.unchanged, len(report.failed)) if report else None


class TestFolders:
    def test_only_what_changed_is_read_again(self, watched: Watched, tmp_path: Path) -> None:
        news = tmp_path / "news"
        for n in (1, 2):
            write(news / f"{n}.jsonl", story(n))
        rounds = watched.begin(news)
        assert counts(next(rounds)) == (2, 0, 0, 0)
        assert counts(next(rounds)) is None
        write(news / "2.jsonl", story(2, title="Another title"))
        write(news / "3.jsonl", story(3))
        assert counts(next(rounds)) == (1, 1, 0, 0)
        assert counts(next(rounds)) is None
        assert watched.built == [["1.jsonl", "2.jsonl"], ["2.jsonl", "3.jsonl"]]

    def test_no_edit_is_lost_that_keeps_size_and_time(self, watched: Watched, tmp_path: Path) -> None:
        file = write(tmp_path / "news" / "a.jsonl", story(1, title="Aaaa"))
        os.utime(file, (LONG_AGO, LONG_AGO))
        rounds = watched.begin(tmp_path / "news")
        next(rounds)
        size = file.stat().st_size
        write(file, story(1, title="Bbbb"))
        os.utime(file, (LONG_AGO, LONG_AGO))
        assert file.stat().st_size == size
        assert counts(next(rounds)) == (0, 1, 0, 0)

    def test_a_fresh_file_is_read_twice(
        self, watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An edit in the same tick of the file system's clock would not be seen from outside."""
        monkeypatch.setattr(watching, "_TICK_SECONDS", 1e6)
        write(tmp_path / "news" / "a.jsonl", story(1))
        rounds = watched.begin(tmp_path / "news")
        assert counts(next(rounds)) == (1, 0, 0, 0)
        assert counts(next(rounds)) == (0, 0, 1, 0)
        monkeypatch.setattr(watching, "_TICK_SECONDS", -1.0)
        assert counts(next(rounds)) == (0, 0, 1, 0)
        assert counts(next(rounds)) is None

    def test_a_round_that_fails_is_survived_and_done_again(
        self, watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(tmp_path / "news" / "a.jsonl", story(1))
        rounds = watched.begin(tmp_path / "news")
        with Generations(tmp_path / "index").lock():
            assert "Another build" in (next(rounds).trouble or "")
        working = watching.build
        for error, words in ((OSError(28, "No space left on device"), "No space"), (KeyError("x"), "KeyError")):
            monkeypatch.setattr(watching, "build", lambda *_, error=error, **__: (_ for _ in ()).throw(error))
            assert words in (next(rounds).trouble or "")
        monkeypatch.setattr(watching, "build", working)
        assert counts(next(rounds)) == (1, 0, 0, 0)

    def test_an_empty_or_missing_folder_is_waited_for(self, watched: Watched, tmp_path: Path) -> None:
        rounds = watched.begin(tmp_path / "news", tmp_path / "later")
        done = next(rounds)
        assert "Nothing was indexed" in (done.trouble or "")
        (tmp_path / "later").mkdir()
        write(tmp_path / "later" / "a.jsonl", story(1))
        assert counts(next(rounds)) == (1, 0, 0, 1)
        assert counts(next(rounds)) is None

    def test_a_bad_file_is_told_once_and_read_when_it_is_mended(self, watched: Watched, tmp_path: Path) -> None:
        write(tmp_path / "news" / "a.jsonl", story(1))
        bad = tmp_path / "news" / "b.json"
        bad.write_text("{")
        rounds = watched.begin(tmp_path / "news")
        assert counts(next(rounds)) == (1, 0, 0, 1)
        assert counts(next(rounds)) is None
        bad.write_text(json.dumps(story(2)))
        assert counts(next(rounds)) == (1, 0, 0, 0)

    def test_an_index_that_was_set_back_is_filled_again(self, watched: Watched, tmp_path: Path) -> None:
        write(tmp_path / "news" / "a.jsonl", story(1))
        rounds = watched.begin(tmp_path / "news")
        next(rounds)
        write(tmp_path / "news" / "b.jsonl", story(2))
        next(rounds)
        Generations(tmp_path / "index").rollback()
        assert counts(next(rounds)) == (1, 0, 1, 0)
        assert counts(next(rounds)) is None

    def test_builds_of_others_are_no_reason_to_read_again(self, watched: Watched, tmp_path: Path) -> None:
        write(tmp_path / "news" / "a.jsonl", story(1))
        rounds = watched.begin(tmp_path / "news")
        next(rounds)
        for n in (5, 6):
            real = write(tmp_path / f"{n}.jsonl", story(n))
            watching.build([str(real)], tmp_path / "index", embedder=EMBEDDER)
            watched.built.clear()
            assert counts(next(rounds)) is None

    def test_standard_input_is_not_watched(self, watched: Watched) -> None:
        with pytest.raises(BadRequest, match="Standard input"):
            next(watched.begin("-"))


class TestSites:
    @pytest.fixture
    def web(self) -> Iterator[FakeWeb]:
        with fake_web() as web:
            yield web

    def feed(self, web: FakeWeb, *numbers: int) -> Answer:
        web.pages |= {f"/{n}": Answer(article(n), etag=f'"{n}"') for n in numbers}
        return Answer(rss(item(web.url(f"/{n}"), f"Story {n}") for n in numbers), etag=f'"{numbers}"')

    def test_a_feed_that_changes_is_followed(self, web: FakeWeb, watched: Watched, tmp_path: Path) -> None:
        web.pages["/feed"] = self.feed(web, 1, 2)
        rounds = watched.begin(web.url("/feed"))
        first = next(rounds)
        assert (counts(first), first.new) == ((2, 0, 0, 0), True)
        second = next(rounds)
        assert (counts(second), second.new) == ((0, 0, 2, 0), False)
        assert second.report and first.report
        assert second.report.generation == first.report.generation
        web.paths()
        web.pages["/feed"] = self.feed(web, 2, 3)
        assert counts(next(rounds)) == (1, 0, 1, 0)
        assert web.paths() == ["/feed", "/3"]
        with NewsIndex.open(tmp_path / "index", EMBEDDER) as index:
            assert len(index.articles()) == 3

    def test_a_site_that_is_down_is_asked_again(self, web: FakeWeb, watched: Watched, tmp_path: Path) -> None:
        write(tmp_path / "news" / "a.jsonl", story(1))
        web.pages["/feed"] = Answer("x", status=503)
        rounds = watched.begin(tmp_path / "news", web.url("/feed"))
        assert counts(next(rounds)) == (1, 0, 0, 1)
        assert "Nothing was indexed" in (next(rounds).trouble or "")
        web.pages["/feed"] = self.feed(web, 2)
        assert counts(next(rounds)) == (1, 0, 0, 0)

    def test_a_stop_lets_what_has_come_be_indexed(self, web: FakeWeb, watched: Watched) -> None:
        web.pages["/feed"] = self.feed(web, *range(1, 7))

        def stopping(asked: object) -> Answer:
            watched.stop.set()
            return Answer(article(2))

        web.pages["/2"] = stopping
        done = list(watched.begin(web.url("/feed")))
        assert [counts(one) for one in done] == [(2, 0, 0, 4)]
        assert done[0].report and "stopped" in done[0].report.failed[0].reason
        watched.stop.clear()
        assert counts(next(watched.begin(web.url("/feed")))) == (4, 0, 2, 0)


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("15m", 900), ("2h", 7_200), ("1d", 86_400), (" 5 M", 300)])
def test_times_are_written_shortly(text: str, seconds: float) -> None:
    assert span(text) == seconds


@pytest.mark.parametrize("text", ["", "15", "m", "-5m", "0s", "1.5h", "31d", "5w", "1h30m", "9999999s"])
def test_others_are_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="15m"):
        span(text)


def command(*arguments: str | Path, cwd: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "index", "watch", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "default"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_signal_ends_a_wait_at_once(tmp_path: Path, number: signal.Signals) -> None:
    write(tmp_path / "a.jsonl", story(1))
    with command("a.jsonl", "--every", "1d", cwd=tmp_path) as process:
        assert process.stdout and process.stderr
        assert "1 added; generation 1" in process.stdout.readline()
        process.send_signal(number)
        began = time.monotonic()
        assert process.wait(5) == 0
        # most of it is Python's own end, on a busy machine
        assert time.monotonic() - began < 3
        assert process.stderr.read() == ""


def test_rounds_are_printed_a_line_each(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", story(1))
    with command("a.jsonl", "--every", "1s", "--rounds", "2", "--json", cwd=tmp_path) as process:
        out, err = process.communicate(timeout=30)
    lines = [json.loads(line) for line in out.splitlines()]
    assert (process.returncode, err) == (0, "")
    assert [line["round"] for line in lines] == [1, 2]
    assert set(lines[0]) == {"round", "at", "new", "trouble", "report", "next"}
    assert [line["new"] for line in lines] == [True, False]
    assert lines[0]["report"]["added"] == 1
    assert lines[1]["next"] is None
    with NewsIndex.open(tmp_path / "news-index") as index:
        assert any(marker(1) in hit.passage.text for hit in index.search("inspector"))


def test_the_last_round_gives_the_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    write(tmp_path / "a.jsonl", story(1))
    (tmp_path / "b.json").write_text("{")
    assert main(["watch", "a.jsonl", "b.json", "--rounds", "1"]) == 1
    said = capsys.readouterr()
    assert "1 added, 1 failed; generation 1" in said.out
    assert said.err.startswith("Not read: b.json: this is not valid JSON")
    assert main(["watch", "nowhere", "--rounds", "1"]) == 2
    assert "not done: Nothing was indexed. nowhere: no such file or folder" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        *(["a", "--every", "soon"], ["a", "--rounds", "0"], ["a", "--pages", "0"], ["a", "--pause", "-1"]),
        *(["a", "--contact", "é"], ["-"], []),
    ],
    ids=lambda arguments: " ".join(arguments) or "nothing",
)
def test_bad_arguments_are_answered_with_a_sentence(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert main(["watch", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1 and said.err.strip().endswith(".")
