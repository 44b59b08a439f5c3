"""The process that takes documents apart: it gives up what takes too long, and lives on for the next."""

from __future__ import annotations

import io
import json
import os
import signal
import threading
import time
from typing import Any

import pytest

from index.errors import SourceError
from index.readers import bounded
from tests.samples import a_page

PAGE = a_page().encode()
SLOW = b"<html><body>" + b"<a href='/x'>word</a> " * 300_000


@pytest.fixture
def process() -> Any:
    process = bounded.Bounded(seconds=30)
    yield process
    process.close()


def test_a_document_that_takes_too_long_is_given_up_and_the_next_is_read(process: Any) -> None:
    assert process.run("html", PAGE)["title"]
    process._seconds = 0.3
    begun = time.monotonic()
    with pytest.raises(SourceError, match=r"given up after 0\.3 seconds"):
        process.run("html", SLOW)
    assert time.monotonic() - begun < 5
    process._seconds = 30
    assert process.run("html", PAGE)["title"]


def test_a_process_that_ends_midway_costs_one_document(process: Any) -> None:
    assert process.run("html", PAGE)["title"]
    killer = threading.Timer(0.5, os.kill, (process._process.pid, signal.SIGKILL))
    killer.start()
    with pytest.raises(SourceError, match="broke the program"):
        process.run("html", SLOW)
    killer.join()
    assert process.run("html", PAGE)["title"]


def test_threads_take_turns(process: Any) -> None:
    found: list[str] = []
    pages = [a_page(title=f"Title number {number}").encode() for number in range(8)]
    threads = [
        threading.Thread(target=lambda page=page: found.append(process.run("html", page)["title"])) for page in pages
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [f"Title number {number}" for number in range(8)]


def test_a_document_beyond_the_bound_is_not_even_sent(process: Any) -> None:
    with pytest.raises(SourceError, match="larger than"):
        process.run("html", bytes(bounded.DOCUMENT_BYTES + 1))
    assert process._process is None


def test_whatever_a_task_does_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(content: bytes) -> str:
        failures: dict[bytes, Exception] = {b"m": MemoryError(), b"r": RecursionError(), b"v": ValueError("odd\nthing")}
        if content in failures:
            raise failures[content]
        return "x" * int(content)

    monkeypatch.setattr(bounded, "_tasks", lambda: {"t": failing})
    monkeypatch.setattr(bounded, "_ANSWER_BYTES", 100)
    sent = b"".join(
        json.dumps(["t", {}, len(part)]).encode() + b"\n" + part for part in (b"m", b"r", b"v", b"999", b"3")
    )
    out = io.BytesIO()
    bounded.serve(io.BytesIO(sent), out)
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    told = ["more memory", "too deeply", "ValueError: odd thing", "longer than"]
    assert all(words in answer["error"] for words, answer in zip(told, answers, strict=False))
    assert answers[4] == {"value": "xxx"}
