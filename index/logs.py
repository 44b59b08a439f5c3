"""What is logged and how: lines of text, or of JSON for programs; each with the id of its request.

A watcher (`seeing.py`) writes spans and events as lines. Other libraries are heard from warnings on, at any level: what
they say below that may hold keys and questions. What is known to be secret is blotted out, whoever says it.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

from index import seeing
from index.characters import inert
from index.errors import BadRequest
from index.seeing import Span

FORMATS = ("text", "json")
LEVELS = ("debug", "info", "warning", "error")
FORMAT, LEVEL = "DATELINE_LOG_FORMAT", "DATELINE_LOG_LEVEL"
_USUAL = {"text": "warning", "json": "info"}
_SECRET_NAMES = ("_API_KEY", "_TOKEN", "_PASSWORD", "_SECRET", "_ACCESS_KEY", "_OTLP_HEADERS", "_TRACES_HEADERS")
_IN_AN_ADDRESS = re.compile(r"//[^/?#@\s]*:([^/?#@\s]+)@")  # the password of a proxy, say
_SHORTEST_SECRET = 6  # characters; shorter ones would blot out words
_TOLD = {"answer", "search", "model", "build", "remove", "job"}  # spans and events that are a line each by default

log = logging.getLogger("dateline")
_secrets: set[str] = set()


def take_logging(parser: argparse.ArgumentParser) -> None:
    """Add --log-format and --log-level."""
    parser.add_argument("--log-format", choices=FORMATS, help=f"how the log is written (default: ${FORMAT}, else text)")
    told = f"what is logged (default: ${LEVEL}, else warning as text, info as json)"
    parser.add_argument("--log-level", choices=LEVELS, help=told)


def set_up(options: argparse.Namespace) -> None:
    """Log to stderr as the options say, else the environment. Raises: BadRequest."""
    form = options.log_format or os.environ.get(FORMAT) or "text"
    level = options.log_level or os.environ.get(LEVEL) or _USUAL.get(form, "")
    for name, given, known in ((FORMAT, form, FORMATS), (LEVEL, level, LEVELS)):
        if given not in known:
            raise BadRequest(f"${name} is one of {', '.join(known)}, not {given[:20]!r}.")
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, _Stderr)]:
        root.removeHandler(handler)
    root.addHandler(_Stderr(_Json() if form == "json" else _Text()))
    root.setLevel(logging.WARNING)
    log.setLevel(level.upper())
    seeing.unwatch(_LINES)
    if log.isEnabledFor(logging.INFO):
        seeing.watch(_LINES)
    if form == "json":
        logging.captureWarnings(True)
        threading.excepthook = _thread_failed
    if os.environ.get(seeing.ENVIRONMENT):
        seeing.enter(seeing.harmless(os.environ[seeing.ENVIRONMENT]))


def environment() -> dict[str, str]:
    """Return what a process that works for this one is told: its log is relayed, for the same request."""
    level = logging.getLevelName(log.getEffectiveLevel()).lower()
    return {FORMAT: "json", LEVEL: level, seeing.ENVIRONMENT: seeing.request_id()}


def say(sentence: str, level: int = logging.ERROR) -> None:
    """Tell the user a sentence on stderr: as it is, or as a line of the log where that is for programs."""
    if any(isinstance(one, _Stderr) and isinstance(one.formatter, _Json) for one in logging.getLogger().handlers):
        log.log(level, "%s", sentence)
    else:
        print(hidden(inert(sentence)), file=sys.stderr, flush=True)


def relay(line: Mapping[str, Any]) -> str | None:
    """Log what a process of ours has logged as JSON; return its message where it is an error, None for no log line."""
    if not {"time", "level", "logger", "message"} <= line.keys():
        return None
    level = logging.getLevelName(str(line["level"]).upper())
    record = logging.LogRecord(
        str(line["logger"]), level if isinstance(level, int) else logging.ERROR, "", 0, "%s", (line["message"],), None
    )
    record.dateline = {name: value for name, value in line.items() if name not in _OWN}
    record.request_id, record.exc_text = str(line.get("request_id") or ""), line.get("exception")
    logger = logging.getLogger(record.name)
    if logger.isEnabledFor(record.levelno):
        logger.handle(record)
    return str(line["message"]) if record.levelno >= logging.ERROR else ""


_OWN = ("time", "level", "logger", "message", "request_id", "exception")


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what a process is told that needs no keys: one that takes foreign documents apart, say."""
    return {name: value for name, value in environment.items() if not _told((name, value))}


def hide(secret: str | None) -> None:
    """Blot out a secret wherever it would stand in a line."""
    if secret and len(secret) >= _SHORTEST_SECRET:
        _secrets.add(secret)


def hidden(text: str) -> str:
    """Return a text without what is known to be secret: what `hide` was told, and keys in the environment."""
    for secret in sorted(_secrets.union(*map(_told, os.environ.items())), key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            for form in {secret, json.dumps(secret)[1:-1], quote(secret, safe="")}:
                text = text.replace(form, "***")
    return text


def _told(variable: tuple[str, str]) -> set[str]:
    """Return what is secret in a variable of the environment."""
    name, value = variable
    found = {password for one in _IN_AN_ADDRESS.findall(value) for password in (one, unquote(one))}
    if not name.endswith(_SECRET_NAMES):
        return found
    if not name.endswith("_HEADERS"):
        return found | {value}
    given = [unquote(one.partition("=")[2]).strip() for one in value.split(",")]
    return found.union(given, (one.rpartition(" ")[2] for one in given))  # "Bearer TOKEN" and the token alone


class _Stderr(logging.Handler):
    """Writes to what stderr is now."""

    def __init__(self, form: logging.Formatter) -> None:
        super().__init__()
        self.setFormatter(form)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            print(hidden(self.format(record)), file=sys.stderr, flush=True)
        except Exception:  # a log that cannot be written stops no one
            self.handleError(record)


class _Text(logging.Formatter):
    """A line as people read it; of an error, what led to it below."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        fields = " ".join(f"{name}={value}" for name, value in _fields(record).items())
        request = _request(record)
        told = " ".join(filter(None, (super().formatMessage(record), fields, request and f"[{request}]")))
        return inert(told).replace("\n", "\\n")  # what others send makes no line of its own


class _Json(logging.Formatter):
    """An object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request := _request(record):
            line["request_id"] = request
        if record.exc_info or record.exc_text:
            line["exception"] = record.exc_text or self.formatException(record.exc_info)  # type: ignore[arg-type]
        return json.dumps({**_fields(record), **line}, ensure_ascii=False, default=str)


class _Lines:
    """Writes spans and events: those that make up an answer or a build at the level info, the rest at debug."""

    def begin(self, span: Span) -> None:
        pass

    def end(self, span: Span) -> None:
        parts = {f"{name.replace('.', '_')}_seconds": round(taken, 4) for name, taken in span.parts.items()}
        ended = {"outcome": span.outcome} | ({"failure": span.failure} if span.failure else {})
        self._write(span.name, {**ended, **span.fields, "seconds": round(span.seconds, 4), **parts}, span.aside)

    def event(self, name: str, fields: Mapping[str, Any]) -> None:
        self._write(name, fields, False)

    def _write(self, name: str, fields: Mapping[str, Any], aside: bool) -> None:
        level = logging.INFO if name in _TOLD and not aside else logging.DEBUG
        if log.isEnabledFor(level):
            log.log(level, name, extra={"dateline": fields})


_LINES = _Lines()


def _fields(record: logging.LogRecord) -> Mapping[str, Any]:
    return getattr(record, "dateline", {})


def _request(record: logging.LogRecord) -> str:
    return getattr(record, "request_id", "") or seeing.request_id()


def _thread_failed(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is not None and failed.exc_type is not SystemExit:
        where = failed.thread.name if failed.thread else "that has gone"
        log.error("the thread %s failed", where, exc_info=failed.exc_value)
