"""`python -m index` as a real process: what it prints, where, and its exit code. Never a traceback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from index.__main__ import main
from index.ranking import PARTS, WEIGHTS
from tests.newsroom import marker, processes, story, word, write

ROOT = Path(__file__).parent.parent
STANDING = {"published_from", "published_at", "modified", "notice", "withdrawn"}
HIT = {"score", "article_id", "title", "outlet", "published", "url", "text", "start", "end", "parts", "page"}
HIT |= {"reprints"} | STANDING
SOURCE = {"article_id", "title", "outlet", "url", "authors", "published"} | STANDING
BUILD = {"reprints", "undated"}
BUILD |= {"generation", "added", "updated", "unchanged", "removed", "duplicates", "failed", "passages", "seconds"}


@dataclass
class Done:
    """What a command printed, and its exit code."""

    returncode: int | None
    stdout: str
    stderr: str


def run(*arguments: str | Path, cwd: Path, **environment: str) -> Done:
    """Run a command in a process and a folder of its own, without waiting for its imports."""
    process = processes().Process(target=work, args=(list(map(str, arguments)), cwd, environment))
    process.start()
    process.join(60)
    done = Done(process.exitcode, (cwd / ".stdout").read_text(), (cwd / ".stderr").read_text())
    assert "Traceback" not in done.stderr + done.stdout, done.stderr
    return done


def work(arguments: list[str], cwd: Path, environment: dict[str, str]) -> None:
    """Be the process of one command."""
    os.chdir(cwd)
    os.environ.update(environment)
    for stream, name in ((1, ".stdout"), (2, ".stderr")):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
    sys.exit(main(arguments))


def cold(*arguments: str | Path, cwd: Path, **environment: str) -> Done:
    """Run a command as a user does."""
    settings = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "default", **environment}
    command = [sys.executable, "-m", "index", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, env=settings, capture_output=True, text=True, timeout=60)
    assert "Traceback" not in done.stderr + done.stdout, done.stderr
    assert "Warning" not in done.stderr, done.stderr
    return Done(done.returncode, done.stdout, done.stderr)


def output(*arguments: str | Path, cwd: Path, code: int = 0) -> dict[str, Any]:
    """Run a command with --json; nothing but one object may be on stdout and nothing on stderr."""
    done = run(*arguments, "--json", cwd=cwd)
    assert (done.returncode, done.stderr) == (code, "")
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def refusal(*arguments: str | Path, cwd: Path, **environment: str) -> str:
    """Run a command that must be refused: one sentence on stderr, nothing on stdout, exit code 2."""
    done = run(*arguments, cwd=cwd, **environment)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stderr.strip().endswith(".")
    return done.stderr


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index of four articles in its default place, made by the shipped model."""
    home = tmp_path_factory.mktemp("home")
    stories = [story(n, outlet="CNN" if n % 2 else "BBC", published=f"2020-03-0{n + 1}") for n in range(3)]
    write(home / "a.jsonl", *stories, story(3))
    assert output("build", "a.jsonl", cwd=home)["added"] == 4
    return home


def test_a_build_reports_as_promised(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", story(1), story(1, url=None), {"title": "no text"})
    report = output("build", "a.jsonl", "nowhere.txt", "--index", "other", cwd=tmp_path, code=1)
    assert set(report) >= BUILD
    assert [report[key] for key in ("generation", "added", "updated", "unchanged", "removed", "duplicates")] == [
        *(1, 1, 0, 0, 0, 1)
    ]
    assert [set(failure) for failure in report["failed"]] == [{"source", "reason"}] * 2
    assert report["failed"][1] == {"source": "nowhere.txt", "reason": "no such file or folder"}
    assert (tmp_path / "other" / "CURRENT").is_file()


def test_a_build_tells_a_reader_what_became_of_the_sources(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", story(1), story(1, url=None), {"title": "no text"})
    done = run("build", "a.jsonl", cwd=tmp_path)
    assert done.returncode == 1
    assert "1 added, 0 updated, 0 unchanged, 1 duplicates, 1 failed" in done.stdout
    assert "indexed once" in done.stdout
    assert done.stderr.startswith("Not read: a.jsonl, line 3: it has no text")
    assert "\r" not in done.stderr + done.stdout


def test_progress_is_plain_lines_where_there_is_no_terminal(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", *map(story, range(120)))
    often = "m._SECONDS_A_LINE = b._SECONDS_A_PICTURE = 0"
    code = f"import index.__main__ as m, index.building as b; {often}; raise SystemExit(m.main(['build', 'a.jsonl']))"
    settings = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=settings, capture_output=True, text=True, timeout=60
    )
    lines = done.stderr.splitlines()
    assert done.returncode == 0
    assert lines[-1].startswith("120 articles read, ")
    counts = [int(line.split()[0]) for line in lines]
    assert counts == sorted(counts) and len(set(counts)) == 120
    assert "\r" not in done.stderr


def test_progress_as_json_lines_knows_how_much_there_is(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(3):
        write(tmp_path / "in" / f"{number}.jsonl", story(number), story(number + 10))
    done = run("build", "in", "--json", "--progress", "--root", "in", "--report", "r.jsonl", cwd=tmp_path)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    size = sum(path.stat().st_size for path in (tmp_path / "in").iterdir())
    assert json.loads(done.stdout)["added"] == 6
    assert (lines[0]["stage"], lines[0]["of_files"], lines[0]["of_bytes"]) == ("copying", 3, size)
    assert {key: lines[-1][key] for key in ("stage", "read", "added", "files", "bytes")} == {
        "stage": "writing",
        "read": 6,
        "added": 6,
        "files": 3,
        "bytes": size,
    }
    assert json.loads((tmp_path / "r.jsonl").read_text().splitlines()[0])["file"] == "0.jsonl"


def test_a_search_prints_as_promised(home: Path) -> None:
    question = f"Who is inspector {word(1)}?"
    found = output("search", question, "-k", "2", "--outlet", "cnn", "--until", "2020-03-09", cwd=home)
    assert set(found) == {"question", "filters", "hits"}
    assert found["question"] == question
    narrowed = {"outlets": ["cnn"], "since": None, "until": "2020-03-09", "topic": ""}
    assert found["filters"] == {**narrowed, "period": None, "read": [], "corrections": {}}
    assert [set(hit) for hit in found["hits"]] == [HIT] * len(found["hits"])
    best = found["hits"][0]
    assert (best["title"], best["outlet"], best["published"]) == ("Report 1", "CNN", "2020-03-02")
    assert best["text"] == story(1)["text"][best["start"] : best["end"]]
    assert marker(1) in best["text"]


def test_a_search_reads_well_and_says_when_a_date_is_unknown(home: Path) -> None:
    done = run("search", f"inspector {word(3)}", "-k", "1", cwd=home)
    assert done.stdout.startswith(" 1. Report 3\n    outlet unknown, date unknown\n")
    assert run("search", "report", "--outlet", "nobody", cwd=home).stdout == "Nothing found.\n"
    assert output("search", "report", "--outlet", "nobody", cwd=home)["hits"] == []


def test_a_search_explains_each_hit_and_its_parts(home: Path) -> None:
    plain, explained = (run("search", "inspector report", "-k", "2", *more, cwd=home) for more in ((), ("--explain",)))
    assert "bm25" not in plain.stdout
    sums = re.findall(
        r"^    \(bm25 [\d.]+ \+ 10 × cosine -?[\d.]+\).* = [\d.]+; has inspector, report$", explained.stdout, re.M
    )
    assert len(sums) == 2
    assert all(f"{name}: {meaning}" in explained.stdout for name, meaning in PARTS.items())


def test_the_day_of_asking_is_used(home: Path) -> None:
    times = {
        hit["title"]: hit["parts"]["time"]
        for hit in output("search", "report", "--asked-on", "2020-03-01", cwd=home)["hits"]
    }
    assert times["Report 0"] == pytest.approx(1 + WEIGHTS.news + WEIGHTS.lately)
    assert times["Report 3"] == 1.0


def test_list_and_info_print_as_promised(home: Path) -> None:
    listed = output("list", "-n", "2", cwd=home)["articles"]
    assert [set(source) for source in listed] == [SOURCE] * 2
    assert [source["published"] for source in listed] == ["2020-03-03", "2020-03-02"]
    info = output("info", cwd=home)
    assert (info["generation"], info["articles"], info["embedding"]) == (1, 4, "shipped")
    assert (info["oldest"], info["newest"], info["outlets"]) == ("2020-03-01", "2020-03-03", {"BBC": 2, "CNN": 1})
    assert date.fromisoformat(info["built_at"][:10])
    assert "T" in info["built_at"]
    assert len(run("list", cwd=home).stdout.splitlines()) == 4
    assert "2020-03-01 to 2020-03-03" in run("info", cwd=home).stdout


def test_remove_and_rollback(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", story(1), story(2))
    output("build", "a.jsonl", cwd=tmp_path)
    assert "no earlier generation" in refusal("rollback", cwd=tmp_path)
    removed = output("remove", "https://wire.example/1", cwd=tmp_path)
    assert (set(removed) >= BUILD, removed["removed"], removed["generation"]) == (True, 1, 2)
    assert "https://wire.example/1" in refusal("remove", "https://wire.example/1", cwd=tmp_path)
    assert output("rollback", cwd=tmp_path) == {"generation": 1}
    assert len(output("list", cwd=tmp_path)["articles"]) == 2


def test_the_index_may_be_named_by_the_environment(home: Path, tmp_path: Path) -> None:
    done = run("info", cwd=tmp_path, DATELINE_INDEX=str(home / "news-index"))
    assert done.returncode == 0
    assert str(home) in done.stdout


@pytest.mark.parametrize("command", [[], ["build"], ["search"]])
def test_help_comes_at_once(command: list[str], tmp_path: Path) -> None:
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        done = cold(*command, "--help", cwd=tmp_path)
        seconds.append(time.perf_counter() - started)
        assert done.returncode == 0
        assert done.stdout.startswith("usage: python -m index")
    assert min(seconds) < 0.5


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["search", "report", "--index", "nowhere"], "no index in nowhere"),
        (["list", "--index", "nowhere"], "python -m index build"),
        (["info", "--index", "a.jsonl"], "no index in a.jsonl"),
        (["remove", "x", "--index", "nowhere"], "no index in nowhere"),
        (["rollback", "--index", "nowhere"], "no index in nowhere"),
        (["build", "nowhere.txt", "--index", "new"], "nowhere.txt: no such file or folder"),
        (["build", "a.jsonl", "--index", "/proc/new"], "/proc/new cannot be written to"),
        (["build", "a.jsonl", "--index", "a.jsonl"], "a.jsonl cannot be written to"),
        (["build", "a.jsonl", "--index", "new", "--embedding", "./no/such/model"], "no/such/model"),
        (["build", "a.jsonl", "--embedding", "a.jsonl"], "a.jsonl"),
        (["build"], "SOURCE"),
        (["remove", "no-such-id"], "no-such-id"),
        (["search", "report", "--since", "yesterday"], "'yesterday' is not a date, write it as 2024-05-03"),
        (["search", "report", "--until", "2020-02-30"], "not a date"),
        (["search", "report", "--asked-on", ""], "not a date"),
        (["search", "report", "--since", "2020-03-02", "--until", "2020-03-01"], "swap them"),
        (["search", "report", "-k", "0"], "k must be from 1"),
        (["search", "report", "-k", "many"], "many"),
        (["search"], "QUESTION"),
        (["list", "-n", "0"], "-n must be 1 or more"),
        (["serve"], "serve"),
        ([], "COMMAND"),
        (["list", "--no-such-option"], "--no-such-option"),
    ],
    ids=lambda value: " ".join(value) or "nothing" if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_one_sentence(home: Path, arguments: list[str], words: str) -> None:
    assert words in refusal(*arguments, cwd=home, HF_HUB_OFFLINE="1")
    assert not (home / "nowhere").exists()


def test_a_second_build_is_one_sentence(home: Path) -> None:
    from index.generations import Generations

    with Generations(home / "news-index").lock():
        assert "wait until it has ended" in refusal("build", "a.jsonl", cwd=home)


@pytest.mark.parametrize(
    "damaged", ["CURRENT", "generations/0001/manifest.json", "generations/0001/chroma/chroma.sqlite3"]
)
def test_a_damaged_index_is_one_sentence_and_fresh_mends_it(tmp_path: Path, damaged: str) -> None:
    write(tmp_path / "a.jsonl", story(1))
    output("build", "a.jsonl", cwd=tmp_path)
    (tmp_path / "news-index" / damaged).write_text("broken")
    assert "--fresh" in refusal("search", "report", cwd=tmp_path)
    assert "--fresh" in refusal("build", "a.jsonl", cwd=tmp_path)
    assert output("build", "a.jsonl", "--fresh", cwd=tmp_path)["added"] == 1
    assert output("search", "report", cwd=tmp_path)["hits"]


def test_an_emptied_index_is_one_sentence(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", story(1))
    output("build", "a.jsonl", cwd=tmp_path)
    output("remove", "https://wire.example/1", cwd=tmp_path)
    for command in (["search", "report"], ["list"], ["info"]):
        assert "holds no articles" in refusal(*command, cwd=tmp_path)


def test_odd_bytes_and_a_poor_terminal_do_no_harm(home: Path) -> None:
    settings = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"}
    command = [sys.executable.encode(), b"-m", b"index", b"search", b"caf\xe9 report \xff"]
    done = subprocess.run(command, cwd=home, env=settings, capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Report" in done.stdout
    done = subprocess.run([*command, b"--json"], cwd=home, env=settings, capture_output=True, timeout=60)
    assert json.loads(done.stdout)["hits"]


def test_a_reader_that_leaves_early_does_no_harm(home: Path) -> None:
    settings = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = f"{sys.executable} -m index list | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=home, env=settings, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


NO_NETWORK = """
import socket, sys

def refuse(*arguments, **options):
    print("NETWORK", arguments, file=sys.stderr, flush=True)
    raise OSError("no network in this test")

class Socket(socket.socket):
    def connect(self, address):
        return super().connect(address) if self.family == socket.AF_UNIX else refuse(address)
    connect_ex = connect

socket.socket = Socket
socket.create_connection = socket.getaddrinfo = socket.gethostbyname = refuse
"""


def test_nothing_asks_the_network(tmp_path: Path) -> None:
    """Import, build of local files, search, list: no connection and no name looked up."""
    (tmp_path / "sitecustomize.py").write_text(NO_NETWORK)
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    # --json: where a build takes long, as on a busy machine, it else says on stderr how far it is
    build = ["build", str(ROOT / "articles"), "--json"]
    for command in (build, ["search", "Why is the US worried about the S-400?"], ["list"]):
        done = cold(*command, cwd=tmp_path, PYTHONPATH=path)
        assert (done.returncode, done.stderr) == (0, "")
    # the guard itself works
    guarded = subprocess.run(
        [sys.executable, "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:9')"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    assert "NETWORK" in guarded.stderr
