"""Slow: Hugging Face's own server, `transformers serve`, as a process beside this one, with a tiny random model."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.context import UNKNOWN_WINDOW, Context
from assistant.model import open_model
from tests import tiny_model
from tests.stories import small_index

SERVE = "from transformers.cli.transformers import main; main()"
READY_SECONDS = 60
QUESTIONS = [
    "Why is Washington worried about the S-400?",
    "Why did Turkey buy the S-400?",
    "What could the S-400 spy on?",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model.write(tmp_path_factory.mktemp("models") / "tiny", ends=True)


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    """The address of the server; it is started offline, at a free port, and ended by its own process."""
    log = folder.parent / "log.txt"
    command = [
        sys.executable,
        "-c",
        SERVE,
        "serve",
        str(folder),
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--device",
        "cpu",
    ]
    env = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(folder.parent / "home")}
    with log.open("wb") as out, subprocess.Popen(command, env=env, stdout=out, stderr=out, cwd=folder.parent) as server:
        try:
            yield address(server, log) + "/v1"
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


def address(server: subprocess.Popen[bytes], log: Path) -> str:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and server.poll() is None:
        if found := re.search(r"running on (http://127\.0\.0\.1:[1-9]\d*)", log.read_text()):
            return found.group(1)
        time.sleep(0.1)
    raise AssertionError(f"transformers serve did not start:\n{log.read_text()[-2000:]}")


def test_slow_nonsense_from_a_real_server_comes_back_marked(folder: Path, url: str, tmp_path: Path) -> None:
    verdicts: list[str] = []
    with small_index(tmp_path) as index:
        assistant = Assistant(index, open_model(str(folder), base_url=url))
        for question in QUESTIONS:
            *partials, last = assistant.stream(question)
            assert last.answered
            assert last.reason if last.mode == "quotes" else last.checks
            assert last.mode == "quotes" or len(partials) > 3, "it does not stream"
            verdicts += [check.verdict for check in last.checks]
    assert verdicts, "every reply gave way to quotes: nothing was checked"
    assert "supported" not in verdicts


def test_slow_a_real_server_counts_tokens_as_the_model_does(folder: Path, url: str) -> None:
    asked = [("system", "the rain was in the city " * 10), ("user", "was the harbour worried " * 10)]
    first, *rest = open_model(str(folder), base_url=url).stream(asked)
    usage = sum(rest, start=first).usage_metadata
    local = open_model(str(folder))
    assert usage is not None
    assert usage["input_tokens"] == local.count_tokens(asked)  # type: ignore[attr-defined]
    context = Context.of(open_model(str(folder), base_url=url))
    assert context.tokens() < UNKNOWN_WINDOW, "it lists no models when offline, so the window is not known"
    context.learn(asked, usage["input_tokens"])
    assert context.count(asked) >= usage["input_tokens"]
