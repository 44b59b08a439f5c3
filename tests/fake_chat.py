"""Stand-ins for language models: a scripted LangChain chat model, and an OpenAI-compatible server on loopback.

Apart from `fakes`, because importing LangChain takes most of a second.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field

from tests.serving import Handler, Script, Thought, event, serve

__all__ = ["Script", "ScriptedChatModel", "Thought", "openai_server"]


class ScriptedChatModel(BaseChatModel):
    """Says what it was told to, chunk by chunk; an exception among the chunks is raised there. Records its prompts."""

    script: list[Any] = Field(default_factory=list)
    prompts: list[list[BaseMessage]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _next(self, messages: list[BaseMessage]) -> Iterator[str]:
        self.prompts.append(list(messages))
        for chunk in self.script:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        text = "".join(self._next(messages))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(text))])

    def _stream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        for text in self._next(messages):
            yield ChatGenerationChunk(message=AIMessageChunk(text))

    async def _astream(
        self, messages: list[BaseMessage], *args: Any, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        for text in self._next(messages):
            yield ChatGenerationChunk(message=AIMessageChunk(text))


class _OpenAI(Handler):
    """OpenAI's older protocol; models that think do so in a field of their own, as vLLM has it."""

    def piece(self, text: str) -> bytes:
        return self._event({"reasoning_content" if isinstance(text, Thought) else "content": text}, None)

    def closing(self) -> bytes:
        usage = self.script.usage and self._asked_for_usage()
        counted = event({**_ENVELOPE, "choices": [], "usage": self._usage()}) if usage else b""
        return self._event({}, self.script.finish) + counted + b"data: [DONE]\n\n"

    def whole(self) -> dict[str, Any]:
        text = "".join(str(chunk) for chunk in self.script.chunks if not isinstance(chunk, Thought))
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": self.script.finish}
        return {**_ENVELOPE, "object": "chat.completion", "choices": [choice], "usage": self._usage()}

    def _event(self, delta: dict[str, str], finish: str | None) -> bytes:
        return event({**_ENVELOPE, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})

    def _asked_for_usage(self) -> bool:
        return bool(self.script.requests[-1].get("stream_options", {}).get("include_usage"))

    def _usage(self) -> dict[str, int]:
        tokens_in, tokens_out = self.script.usage or (0, 0)
        return {"prompt_tokens": tokens_in, "completion_tokens": tokens_out, "total_tokens": tokens_in + tokens_out}


_ENVELOPE = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "tiny"}


@contextmanager
def openai_server(script: Script) -> Iterator[str]:
    """Serve the script on a free loopback port; give the base URL."""
    with serve(_OpenAI, script) as url:
        yield f"{url}/v1"
