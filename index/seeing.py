"""What goes on, told to whoever watches: spans of work, events, and the id of the request they belong to.

Without a watcher, as by default, a span costs less than a microsecond. Knows neither logs nor metrics nor traces:
`logs.py`, `tracing.py` and the page's metrics are watchers. Nothing told here holds a question, a quote or a secret.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Protocol

ENVIRONMENT = "DATELINE_REQUEST_ID"  # of a process that works for a request
ASIDE = {"examples", "suggestions"}  # within these, answers are tried that nobody asked for
_HARMLESS = re.compile(r"[A-Za-z0-9-]{1,64}")
_LEFT = {"GeneratorExit", "KeyboardInterrupt", "CancelledError"}  # nobody listens any more: no failure

_request: ContextVar[str] = ContextVar("dateline_request", default="")


class Watcher(Protocol):
    """Is told of all spans and events, in any thread; must not raise, block or wait."""

    def begin(self, span: Span) -> None: ...
    def end(self, span: Span) -> None: ...
    def event(self, name: str, fields: Mapping[str, Any]) -> None: ...


_watchers: tuple[Watcher, ...] = ()


class Span:
    """A piece of work: what it is called, what is known of it, how long it took, and how it ended.

    `outcome` is "ok", "stopped" (nobody listened any more) or "failed", then `failure` names the kind of the error.
    `parts` are the seconds of the spans within, by name.
    """

    watched = True

    def __init__(self, name: str, fields: dict[str, Any]) -> None:
        self.name, self.fields, self.parts = name, fields, dict[str, float]()
        self.parent: Span | None = None
        self.outcome, self.failure, self.seconds, self.aside = "ok", "", 0.0, name in ASIDE
        self.request, self.kept = "", dict[Watcher, Any]()  # what a watcher keeps of a span until it ends
        self._began = 0.0

    def __enter__(self) -> Span:
        self.parent, self.request = _span.get(), _request.get()
        self.aside = self.aside or (self.parent is not None and self.parent.aside)
        _span.set(self)
        self._began = time.perf_counter()
        for watcher in _watchers:
            watcher.begin(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.seconds = self.sofar()
        # not by a token: a generator may end in another context than it began in
        _span.set(self.parent)
        if kind is not None:
            self.outcome = "stopped" if kind.__name__ in _LEFT else "failed"
            self.failure = "" if self.outcome == "stopped" else kind.__name__
        if self.parent is not None:
            self.parent.parts[self.name] = self.parent.parts.get(self.name, 0.0) + self.seconds
        for watcher in _watchers:
            watcher.end(self)

    def note(self, **fields: Any) -> None:
        """Add what is known by now: numbers and short words of ours, never what someone asked."""
        self.fields.update(fields)

    def sofar(self) -> float:
        """Return the seconds since it began."""
        return time.perf_counter() - self._began


class _Unwatched(Span):
    """Stands for every span while nobody watches."""

    watched = False

    def __init__(self) -> None:
        pass

    def __enter__(self) -> Span:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def note(self, **fields: Any) -> None:
        pass


_span: ContextVar[Span | None] = ContextVar("dateline_span", default=None)
_UNWATCHED = _Unwatched()


def span(name: str, **fields: Any) -> Span:
    """Return a block of work to be watched: `with span("search") as seen: …; seen.note(hits=3)`."""
    return Span(name, fields) if _watchers else _UNWATCHED


def event(name: str, **fields: Any) -> None:
    """Tell of something that takes no time."""
    for watcher in _watchers:
        watcher.event(name, fields)


def watch(watcher: Watcher) -> None:
    """Tell a watcher of all that begins from now on."""
    global _watchers
    _watchers = (*_watchers, watcher)


def unwatch(watcher: Watcher) -> None:
    """Tell a watcher no more."""
    global _watchers
    _watchers = tuple(one for one in _watchers if one is not watcher)


def watchers() -> tuple[Watcher, ...]:
    """Return those who watch."""
    return _watchers


def request_id() -> str:
    """Return the id of the request that is worked for; nothing where there is none."""
    return _request.get()


def enter(request: str) -> None:
    """From here on, in this task or thread and in those that it starts, work is for this request."""
    _request.set(request)


def harmless(given: str) -> str:
    """Return an id as somebody sent it, where it may stand in logs and headers; else one of ours."""
    return given if _HARMLESS.fullmatch(given) else secrets.token_hex(8)
