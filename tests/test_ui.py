"""How the page is started, without a browser."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import bcrypt
import pytest

import ui
from assistant.door import serving
from assistant.page import looks


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """Starting the page changes the environment of its process, which here is that of the other tests."""
    kept = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(kept)


def test_the_help_is_there_before_gradio() -> None:
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "ui.py", "--help"], capture_output=True, text=True, timeout=20)
    assert time.perf_counter() - began < 2  # half a second on a quiet machine
    assert done.returncode == 0 and "--index" in done.stdout
    check = "import sys, ui; print([name for name in ('gradio', 'langchain', 'chromadb') if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, timeout=20)
    assert loaded.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--host", "0.0.0.0"], "With --host 0.0.0.0 others than you can reach the page"),
        (["--host", "::"], "so they must sign in: give --auth FILE"),
        (["--host", "127.evil.example"], "so they must sign in"),
        (["--name", "news.example"], "With --name news.example others than you"),
        (["--auth", "nowhere/users"], "nowhere/users, which says who may sign in, cannot be read"),
        (["--auth", "README.md"], "Line 3 of README.md is no name with a bcrypt hash"),
        (["--ssl-keyfile", "x"], "give --ssl-certfile too"),
        (["--ssl-certfile", "README.md"], "The certificate README.md and its key cannot be used"),
        (["--port", "0"], "There is no port 0"),
        (["--port", "99999"], "There is no port 99999"),
        (["--port", "http"], "Argument --port: invalid int value"),
        (["--keep", " "], 'name a folder, or "none"'),
        (["--keep", "/dev/null/kept", "--index", "nowhere/at-all"], "python -m index build"),
        (["--indx", "x"], "Unrecognized arguments: --indx x"),
        (["--index", "nowhere/at-all"], "python -m index build"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_served_is_one_sentence(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATELINE_MODEL", raising=False)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = arguments if "--port" in arguments else [*arguments, "--port", str(port)]
    assert ui.main(given) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert err.count("\n") == 1


def test_a_port_that_is_taken_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert ui.main(["--port", str(port)]) == 2
    assert re.fullmatch(rf"Port {port} cannot be had \(.*\): choose another with --port\.\n", capsys.readouterr().err)


@pytest.mark.parametrize(("host", "warned"), [("0.0.0.0", True), ("127.0.0.1", False), ("127.0.0.2", False)])
def test_wider_with_sign_in_is_served_and_warned(
    host: str, warned: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "users"
    file.write_text(f"ann:{bcrypt.hashpw(b'correct horse', bcrypt.gensalt(4)).decode()}\n")
    given = ["--host", host, "--port", "54321", "--auth", str(file), "--name", "news.example"]
    place = serving.place_of(ui._parser().parse_args(given))
    assert (place.address, place.names) == ("http://news.example:54321", ("news.example",))
    err = capsys.readouterr().err
    assert err.count("\n") == warned and ("can be read on the way" in err) == warned


def test_a_fault_of_ours_is_no_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fault(*_: object) -> None:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr(ui.serving, "place_of", fault)
    assert ui.main([]) == 2
    assert capsys.readouterr().err == "Dateline failed in a way it should not (ZeroDivisionError): please report it.\n"


def test_nothing_of_the_page_points_outside() -> None:
    ours = looks.plain("n", "t", "b", "/") + looks.head() + looks.style() + "".join(map(looks.script, ui.PARTS))
    assert set(re.findall(r"\w+://[^\s'\"]*", ours)) == {"http://www.w3.org/2000/svg"}
    assert "@import" not in ours and "url(" not in ours
