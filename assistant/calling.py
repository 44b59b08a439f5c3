"""One call to a language model: bounded in time, tried again where that helps, ended when no one listens any more.

Knows nothing of prompts or of what becomes of the words. A model is another's program: it may be silent, trickle, or
never end, so nothing here waits without a limit.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import aclosing, closing, suppress
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from assistant import failures
from assistant.types import Answer, Usage
from index.errors import ModelError
from index.seeing import span

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk
    from langchain_core.runnables import RunnableConfig

ANSWER_SECONDS = 180.0  # a model that is still writing then is stopped
TRIES = 3
LONGEST_WAIT = 4.0  # seconds a reader is kept waiting for another try; a server that asks for more is told of instead
CLOSING_SECONDS = 1.0  # for a request to end that is not wanted any more
CHUNKS_AHEAD = 256  # a model may be ahead of its reader by so many
FIRST_WAIT = 0.3  # doubled with each try

Messages = Sequence[tuple[str, str]]


class Meter:
    """What one answer takes, over all the calls made for it."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._calls = 0
        self._tokens: dict[str, int] = {}
        self._last_in = 0

    def call(self) -> None:
        """Note that a call begins."""
        self._calls += 1
        self._last_in = 0

    def count(self, chunk: AIMessageChunk) -> None:
        """Add the tokens that a chunk says were used."""
        for name, tokens in dict(chunk.usage_metadata or {}).items():
            if isinstance(tokens, int):
                self._tokens[name] = self._tokens.get(name, 0) + tokens
                self._last_in += tokens if name == "input_tokens" else 0

    @property
    def tokens_of_last_call(self) -> int | None:
        """Tokens that the last call's messages had; None where the server did not say."""
        return self._last_in or None

    def on(self, answer: Answer) -> Answer:
        """Return the answer with what it took, once it is done."""
        if not answer.done:
            return answer
        unknown = None if self._calls else 0
        tokens_in, tokens_out = (self._tokens.get(name, unknown) for name in ("input_tokens", "output_tokens"))
        return replace(answer, usage=Usage(tokens_in, tokens_out, round(time.perf_counter() - self._began, 3)))


def stream(
    model: BaseChatModel,
    messages: Messages,
    meter: Meter,
    config: RunnableConfig | None = None,
    seconds: float = ANSWER_SECONDS,
) -> Generator[AIMessageChunk, None, None]:
    """Yield what the model says. Raises: ModelError when it does not come to an end, and the provider's own errors."""
    tries = _Tries(seconds)
    while True:
        meter.call()
        try:
            with span("model"), closing(_in_a_thread(model, messages, config, tries)) as chunks:
                for chunk in chunks:
                    tries.begun = tries.begun or bool(chunk.text)
                    meter.count(chunk)
                    yield chunk
            return
        except Exception as error:
            wait = tries.wait(error)
        time.sleep(wait)


async def astream(
    model: BaseChatModel,
    messages: Messages,
    meter: Meter,
    config: RunnableConfig | None = None,
    seconds: float = ANSWER_SECONDS,
) -> AsyncGenerator[AIMessageChunk, None]:
    """Do as `stream` in the event loop; to close or cancel it ends the request at once."""
    tries = _Tries(seconds)
    while True:
        meter.call()
        try:
            with span("model"):
                async with aclosing(_in_a_task(model, messages, config, tries)) as chunks:
                    async for chunk in chunks:
                        tries.begun = tries.begun or bool(chunk.text)
                        meter.count(chunk)
                        yield chunk
            return
        except Exception as error:
            wait = tries.wait(error)
        await asyncio.sleep(wait)


@dataclass
class _Tries:
    """How often and how long to go on."""

    seconds: float
    begun: bool = False  # words came: another try would say them twice
    _made: int = 0
    _end: float = field(init=False)

    def __post_init__(self) -> None:
        self._end = time.monotonic() + self.seconds

    def left(self) -> float:
        """Return the seconds left. Raises: ModelError where there are none."""
        if error := self.overdue():
            raise error
        return self._end - time.monotonic()

    def overdue(self) -> ModelError | None:
        """Return the error to raise when the time is over."""
        if time.monotonic() < self._end:
            return None
        return ModelError("The model did not come to an end" if self.begun else "The model did not answer in time")

    def wait(self, error: Exception) -> float:
        """Return the seconds to wait before another try. Raises: the error, where another would not help."""
        self._made += 1
        asked = failures.retry_after(error)
        wait = FIRST_WAIT * 2 ** (self._made - 1) if asked is None else asked
        over = time.monotonic() + wait >= self._end
        if self.begun or over or self._made >= TRIES or wait > LONGEST_WAIT or not failures.passing(error):
            raise error
        return wait


def _in_a_thread(
    model: BaseChatModel, messages: Messages, config: RunnableConfig | None, tries: _Tries
) -> Generator[AIMessageChunk, None, None]:
    """Yield the model's chunks while a thread of its own waits for them: only so can a silent server be left."""
    said: queue.Queue[Any] = queue.Queue(CHUNKS_AHEAD)
    left = threading.Event()

    def say(heard: Any) -> bool:
        """Pass it on; return False when no one listens any more."""
        while not left.is_set():
            with suppress(queue.Full):
                said.put(heard, timeout=0.1)
                return True
        return False

    def listen() -> None:
        try:
            with closing(cast(Any, model.stream(list(messages), config))) as chunks:
                if all(map(say, chunks)):
                    say(None)
        except BaseException as error:
            say(error)

    threading.Thread(target=copy_context().run, args=(listen,), name="dateline-model", daemon=True).start()
    try:
        while True:
            try:
                heard = said.get(timeout=tries.left())
            except queue.Empty:
                continue
            if heard is None:
                return
            yield _chunk(heard)
    finally:
        left.set()


async def _in_a_task(
    model: BaseChatModel, messages: Messages, config: RunnableConfig | None, tries: _Tries
) -> AsyncGenerator[AIMessageChunk, None]:
    """Yield the model's chunks while a task of its own waits for them, which ends with this iterator."""
    said: asyncio.Queue[Any] = asyncio.Queue(CHUNKS_AHEAD)

    async def listen() -> None:
        try:
            async with aclosing(cast(Any, model.astream(list(messages), config))) as chunks:
                async for chunk in chunks:
                    await said.put(chunk)
            await said.put(None)
        except Exception as error:
            await said.put(error)

    listening = asyncio.create_task(listen())
    try:
        while True:
            left = tries.left()
            try:
                heard = await asyncio.wait_for(said.get(), left)
            except TimeoutError:
                continue
            if heard is None:
                return
            yield _chunk(heard)
    finally:
        listening.cancel()
        await asyncio.wait([listening], timeout=CLOSING_SECONDS)


def _chunk(heard: Any) -> AIMessageChunk:
    if isinstance(heard, BaseException):
        raise heard
    return cast("AIMessageChunk", heard)
