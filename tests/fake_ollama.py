"""A server on loopback that speaks Ollama's protocol: a JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.serving import Handler, Script, Thought, serve


class _Ollama(Handler):
    content_type = "application/x-ndjson"
    comment = b" "  # the protocol has none; white space before a line is allowed

    def asks_about_models(self) -> bool:
        return self.path == "/api/show"

    def error(self, status: int, message: str) -> dict[str, Any]:
        return {"error": message}

    def piece(self, text: str) -> bytes:
        thought = {"thinking": text} if isinstance(text, Thought) else {}
        return _line({"message": {"role": "assistant", "content": "" if thought else text, **thought}, "done": False})

    def closing(self) -> bytes:
        counts = dict(zip(("prompt_eval_count", "eval_count"), self.script.usage or (), strict=False))
        message = {"role": "assistant", "content": ""}
        return _line({"message": message, "done": True, "done_reason": self.script.finish, **counts})


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps({"model": "tiny", "created_at": "2026-11-24T12:00:00Z", **value}).encode() + b"\n"


@contextmanager
def ollama_server(script: Script) -> Iterator[str]:
    """Serve the script on a free loopback port; give the address."""
    with serve(_Ollama, script) as url:
        yield url
