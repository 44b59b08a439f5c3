"""How the page is started, without a browser."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

import ui
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
        (["--host", "0.0.0.0"], "this machine only"),
        (["--host", "::"], "this machine only"),
        (["--host", "127.evil.example"], "this machine only"),
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


def test_a_fault_of_ours_is_no_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fault(*_: object) -> None:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr(ui, "_check_address", fault)
    assert ui.main([]) == 2
    assert capsys.readouterr().err == "Dateline failed in a way it should not (ZeroDivisionError): please report it.\n"


def test_nothing_of_the_page_points_outside() -> None:
    ours = looks.head() + looks.style() + "".join(map(looks.script, ui.PARTS))
    assert set(re.findall(r"\w+://[^\s'\"]*", ours)) == {"http://www.w3.org/2000/svg"}
    assert "@import" not in ours and "url(" not in ours
