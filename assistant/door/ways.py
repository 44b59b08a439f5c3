"""What may be asked of the server at all: paths, methods, and where each names a session. Nothing else is served.

Gradio has many more paths (files, proxies, recordings, monitoring, an editor); the page and the doors need none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assistant.door.endpoints import NAMES

_DOORS = "|".join(NAMES)
_ID = r"[\w-]{1,64}"
MCP = "/gradio_api/mcp"
_LONGEST = 250  # characters; file systems take no longer name


@dataclass(frozen=True, slots=True)
class Way:
    """A path that is served. `takes` are the parameters of its query that pass, the others are dropped.

    `sends` is what its body is: one JSON object, JSON that is passed as it is (rpc), a file, or nothing.
    """

    methods: tuple[str, ...]
    path: re.Pattern[str]
    takes: tuple[str, ...] = ()
    sends: Literal["", "json", "rpc", "file"] = ""
    kept: bool = False  # by the browser: no reader's own
    page: bool = False  # the document itself
    answers: Literal["", "whole", "event"] = ""  # of a door: all that it has to say, or the event that will


_READ, _SEND = ("GET", "HEAD"), ("POST",)


def _way(methods: tuple[str, ...], path: str, *takes: str, **more: object) -> Way:
    return Way(methods, re.compile(path, re.ASCII), takes, **more)  # type: ignore[arg-type]


WAYS = (
    _way(_READ, "/", page=True),
    _way(_READ, r"/(?:assets|static|svelte)(?:/[\w@+-][\w.@+-]*)+", "v", kept=True),
    _way(_READ, r"/(?:favicon\.ico|robots\.txt|(?:gradio_api/)?theme\.css)", "v", kept=True),
    _way(_READ, r"/config/?|/gradio_api/(?:info/?|openapi\.json|app_id/?)", "serialize"),
    _way(("GET",), rf"/gradio_api/heartbeat/(?P<session>{_ID})"),
    _way(("GET",), "/gradio_api/queue/data", "session_hash"),
    _way(("GET",), "/gradio_api/upload_progress", "upload_id"),
    _way(("GET",), rf"/gradio_api/call/(?:v2/)?(?:{_DOORS})/(?P<event>[0-9a-f]{{64}})"),
    _way(_SEND, "/gradio_api/queue/join/?", sends="json"),
    _way(_SEND, "/gradio_api/run/predict/?", sends="json"),
    _way(_SEND, rf"/gradio_api/run/(?P<door>{_DOORS})/?", sends="json", answers="whole"),
    _way(_SEND, rf"/gradio_api/call/(?P<named>v2/)?(?P<door>{_DOORS})/?", sends="json", answers="event"),
    _way(_SEND, "/gradio_api/upload", "upload_id", sends="file"),
    _way(("POST", "GET", "DELETE"), rf"{MCP}/?", "tools", sends="rpc"),
)


def way_of(path: str) -> tuple[Way, Mapping[str, str | None]] | None:
    """Return the way that a path is, with what it names; None for a path that is not served."""
    for way in WAYS:
        if (found := way.path.fullmatch(path)) and ".." not in path and len(path) <= _LONGEST:
            return way, found.groupdict()
    return None


def shown(path: str) -> str:
    """Return a path as it is logged: without the names of sessions and events, nothing of one that is not served."""
    if (found := way_of(path)) is None:
        return "?"
    for name in filter(None, (found[1].get("session"), found[1].get("event"))):
        path = path.removesuffix(name) + "*"
    return path
