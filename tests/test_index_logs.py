"""The log: lines that nobody can forge, nothing secret in them, and traces that stand in nobody's way."""

from __future__ import annotations

import argparse
import contextvars
import json
import logging
import os
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index import logs, seeing
from index.errors import BadRequest

ROOT = Path(__file__).parent.parent
SetUp = Callable[[argparse.Namespace], None]


def options(form: str | None = None, level: str | None = None) -> argparse.Namespace:
    return argparse.Namespace(log_format=form, log_level=level)


@pytest.fixture
def set_up() -> Iterator[SetUp]:
    """Give what sets up the log, and leave everything as it was."""
    root, hook = logging.getLogger(), threading.excepthook
    before = (list(root.handlers), root.level, logs.log.level)
    yield logs.set_up
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    logs.log.setLevel(before[2])
    threading.excepthook = hook
    logging.captureWarnings(False)
    seeing.unwatch(logs._LINES)
    seeing.enter("")


def objects(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_a_line_of_text_cannot_be_forged(set_up: SetUp, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(options("text", "info"))
    logs.log.warning("no such file: %s", "a\n2026-01-01 00:00:00,000 dateline: all is well \x1b[2J")
    (line,) = capsys.readouterr().err.splitlines()
    assert "\\n2026-01-01" in line and "\x1b" not in line


def test_an_error_is_one_object_with_what_led_to_it(set_up: SetUp, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(options("json"))
    seeing.enter("of-a-request")
    try:
        raise ValueError("one\ntwo")
    except ValueError:
        logs.log.exception("it failed")
    thread = threading.Thread(target=lambda: 1 / 0, name="divider")  # its context is its own: no request
    thread.start()
    thread.join()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old ways", UserWarning, stacklevel=1)
    first, second, third = objects(capsys.readouterr().err)
    assert first["level"] == "error" and first["request_id"] == "of-a-request"
    assert str(first["exception"]).startswith("Traceback") and "one\ntwo" in str(first["exception"])
    assert second["message"] == "the thread divider failed" and "ZeroDivisionError" in str(second["exception"])
    assert third["logger"] == "py.warnings" and "old ways" in str(third["message"])


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_is_secret_is_blotted_out(
    set_up: SetUp, form: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(options(form))
    monkeypatch.setenv("SOME_API_KEY", "marker-of-the-environment")
    logs.hide("marker-that-was-told")
    logs.log.error("refused: %s", "marker-that-was-told")
    logs.say("The server says marker-of-the-environment.")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "a=b,authorization=Bearer%20marker-of-a-header")
    monkeypatch.setenv("HTTPS_PROXY", "http://me:marker%2Fproxy@127.0.0.1:9")
    logs.log.error("sent Bearer marker-of-a-header and by %s", os.environ["HTTPS_PROXY"])
    logs.hide('marker"with\\marks')
    logs.log.error("%s", {"token": 'marker"with\\marks'}["token"])
    said = capsys.readouterr().err
    assert "marker" not in said and said.count("***") == 5, said


def test_other_libraries_are_not_heard_below_warnings(set_up: SetUp, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(options("json", "debug"))
    for name in ("httpcore.http11", "openai._base_client", "chromadb"):
        logging.getLogger(name).debug("Authorization: Bearer x")
        logging.getLogger(name).info("a question")
    logs.log.debug("ours")
    assert [line["message"] for line in objects(capsys.readouterr().err)] == ["ours"]


@pytest.mark.parametrize(("name", "value"), [(logs.FORMAT, "xml"), (logs.LEVEL, "loud")])
def test_the_environment_may_be_wrong(set_up: SetUp, name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadRequest, match=f"{name} is one of .*, not '{value}'"):
        set_up(options())


def test_a_process_log_is_relayed(set_up: SetUp, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(options("json", "info"))
    line = {"time": "t", "level": "error", "logger": "dateline", "message": "100% broken", "request_id": "theirs"}
    assert logs.relay({**line, "hits": 3, "exception": "Traceback: x"}) == "100% broken"
    assert logs.relay({**line, "level": "info"}) == "" and logs.relay({**line, "level": "debug"}) == ""
    assert logs.relay({"stage": "reading", "read": 3}) is None
    first, second = objects(capsys.readouterr().err)
    assert (first["message"], first["request_id"], first["hits"]) == ("100% broken", "theirs", 3)
    assert first["exception"] == "Traceback: x" and second["level"] == "info"


def test_spans_hang_together_over_generators_and_contexts() -> None:
    ended: list[seeing.Span] = []

    class Watcher:
        def begin(self, span: seeing.Span) -> None: ...
        def end(self, span: seeing.Span) -> None:
            ended.append(span)

        def event(self, name: str, fields: object) -> None: ...

    def answers() -> Iterator[int]:
        with seeing.span("answer"):
            with seeing.span("search"):
                pass
            yield 1
            yield 2

    watcher = Watcher()
    seeing.watch(watcher)
    try:
        running = answers()
        contextvars.copy_context().run(next, running)
        running.close()  # in another context than it began in
        with pytest.raises(KeyError), seeing.span("model"):
            raise KeyError("x")
    finally:
        seeing.unwatch(watcher)
    told = {span.name: span for span in ended}
    assert told["search"].parent is told["answer"] and told["answer"].parts.keys() == {"search"}
    assert told["answer"].outcome == "stopped" and told["model"].parent is None
    assert (told["model"].outcome, told["model"].failure) == ("failed", "KeyError")
    assert not seeing.span("unwatched").watched


TRACED = "from index import tracing, seeing, logs\nimport argparse\n"
TRACED += "logs.set_up(argparse.Namespace(log_format=None, log_level=None))\ntracing.start()\n"
TRACED += "for number in range(3000):\n    with seeing.span('answer'): pass\nprint(len(seeing.watchers()))"


def traced(code: str = TRACED, **environment: str) -> tuple[str, str, float]:
    began = time.monotonic()
    told = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**told, **environment}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip(), done.stderr, time.monotonic() - began


def test_without_its_variables_nothing_of_it_is_imported() -> None:
    out, err, _ = traced(TRACED + "\nimport sys; print('opentelemetry' in sys.modules)")
    assert (out.split(), err) == (["0", "False"], "")


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, "only otlp"),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}, ""),
    ],
)
def test_other_exporters_are_told_of(environment: dict[str, str], said: str) -> None:
    out, err, _ = traced(**environment)
    assert out == "0" and err.count("\n") == bool(said) and said in err
