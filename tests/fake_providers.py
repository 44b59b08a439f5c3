"""Servers on loopback that speak the protocols of Anthropic, Google and Mistral."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.serving import Handler, Script, Thought, event, serve


class _Anthropic(Handler):
    comment = event({"type": "ping"}, "ping")

    def opening(self) -> bytes:
        usage = {"input_tokens": (self.script.usage or (0, 0))[0], "output_tokens": 0}
        message = {"id": "x", "type": "message", "role": "assistant", "model": "tiny", "content": [], "usage": usage}
        return event({"type": "message_start", "message": message}, "message_start")

    def piece(self, text: str) -> bytes:
        kind = "thinking" if isinstance(text, Thought) else "text"
        index = 0 if kind == "thinking" else 1
        start = {"type": "content_block_start", "index": index, "content_block": {"type": kind, kind: ""}}
        delta = {"type": "content_block_delta", "index": index, "delta": {"type": f"{kind}_delta", kind: text}}
        return event(start, "content_block_start") + event(delta, "content_block_delta")

    def closing(self) -> bytes:
        reason = {"stop": "end_turn", "length": "max_tokens"}.get(self.script.finish, self.script.finish)
        usage = dict(zip(("input_tokens", "output_tokens"), self.script.usage or (0, 0), strict=True))
        end = {"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": None}, "usage": usage}
        return event(end, "message_delta") + event({"type": "message_stop"}, "message_stop")

    def error(self, status: int, message: str) -> dict[str, Any]:
        return {"type": "error", "error": {"type": "x", "message": message}}


class _Google(Handler):
    def piece(self, text: str) -> bytes:
        part = {"text": text, **({"thought": True} if isinstance(text, Thought) else {})}
        return event({"candidates": [{"content": {"role": "model", "parts": [part]}, "index": 0}]})

    def closing(self) -> bytes:
        tokens_in, tokens_out = self.script.usage or (0, 0)
        reason = {"length": "MAX_TOKENS"}.get(self.script.finish, self.script.finish.upper())
        counts = {"promptTokenCount": tokens_in, "candidatesTokenCount": tokens_out}
        last = {"content": {"role": "model", "parts": [{"text": ""}]}, "finishReason": reason}
        return event({"candidates": [last], "usageMetadata": {**counts, "totalTokenCount": tokens_in + tokens_out}})

    def error(self, status: int, message: str) -> dict[str, Any]:
        info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34s"}
        details = [info] if status == 429 else []
        return {"error": {"code": status, "message": message, "status": "X", "details": details}}


class _Mistral(Handler):
    def piece(self, text: str) -> bytes:
        if not isinstance(text, Thought):
            return self._event({"role": "assistant", "content": text}, None)
        thinking = {"type": "thinking", "thinking": [{"type": "text", "text": text}]}
        return self._event({"role": "assistant", "content": [thinking]}, None)

    def closing(self) -> bytes:
        return self._event({"role": "assistant", "content": ""}, self.script.finish) + b"data: [DONE]\n\n"

    def error(self, status: int, message: str) -> dict[str, Any]:
        return {"object": "error", "message": message, "type": "x"}

    def _event(self, delta: dict[str, Any], finish: str | None) -> bytes:
        tokens_in, tokens_out = self.script.usage or (0, 0)
        counts = {"prompt_tokens": tokens_in, "completion_tokens": tokens_out, "total_tokens": tokens_in + tokens_out}
        usage = {"usage": counts} if finish and self.script.usage else {}
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return event({"id": "x", "object": "x", "created": 0, "model": "tiny", "choices": [choice], **usage})


@contextmanager
def anthropic_server(script: Script) -> Iterator[str]:
    with serve(_Anthropic, script) as url:
        yield url


@contextmanager
def google_server(script: Script) -> Iterator[str]:
    with serve(_Google, script) as url:
        yield url


@contextmanager
def mistral_server(script: Script) -> Iterator[str]:
    with serve(_Mistral, script) as url:
        yield f"{url}/v1"
