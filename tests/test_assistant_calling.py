"""One call to a model: its limits, its tries, its end."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk

from assistant import calling
from assistant.calling import Meter, astream, stream
from assistant.types import Answer, AsOf
from index.errors import ModelError
from tests.fake_chat import ScriptedChatModel

ASK = [("user", "Anything?")]


class Refused(Exception):
    """What a provider raises for a status."""

    def __init__(self, status: int, after: str = "") -> None:
        super().__init__("no")
        self.status_code = status
        self.response = SimpleNamespace(status_code=status, headers={"retry-after": after} if after else {})


class Moody(ScriptedChatModel):
    """Plays one script a call."""

    scripts: list[list[Any]]

    def _next(self, messages: Any) -> Iterator[str]:
        self.prompts.append(list(messages))
        for chunk in self.scripts[min(len(self.prompts), len(self.scripts)) - 1]:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk


class Counting(ScriptedChatModel):
    """Tells its tokens, as providers do: what went in at the beginning, what came out at the end."""

    def _stream(self, messages: Any, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        for tokens, text in (((7, 0), "Yes"), ((0, 2), ".")):
            usage: Any = {"input_tokens": tokens[0], "output_tokens": tokens[1], "total_tokens": sum(tokens)}
            yield ChatGenerationChunk(message=AIMessageChunk(text, usage_metadata=usage))


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "FIRST_WAIT", 0.01)


def heard(model: ScriptedChatModel, meter: Meter | None = None, seconds: float = 5.0) -> str:
    return "".join(str(chunk.text) for chunk in stream(model, ASK, meter or Meter(), None, seconds))


async def aheard(model: ScriptedChatModel, seconds: float = 5.0) -> str:
    return "".join([str(chunk.text) async for chunk in astream(model, ASK, Meter(), None, seconds)])


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503, 529])
async def test_what_passes_is_tried_again(status: int) -> None:
    model = Moody(scripts=[[Refused(status)], [Refused(status)], ["Yes", "."]])
    assert heard(model) == "Yes."
    assert len(model.prompts) == 3
    again = Moody(scripts=[[Refused(status)], ["Yes"]])
    assert await aheard(again) == "Yes"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
async def test_what_does_not_pass_is_not_tried_again(status: int) -> None:
    for hear in (heard, aheard):
        model = Moody(scripts=[[Refused(status)]])
        with pytest.raises(Refused):
            _ = await hear(model) if hear is aheard else hear(model)
        assert len(model.prompts) == 1


def test_tries_are_counted() -> None:
    model = Moody(scripts=[[Refused(500)]])
    with pytest.raises(Refused):
        heard(model)
    assert len(model.prompts) == calling.TRIES


def test_a_server_that_asks_for_a_moment_gets_it() -> None:
    model = Moody(scripts=[[Refused(429, "0.2")], ["Yes"]])
    began = time.monotonic()
    assert heard(model) == "Yes"
    assert time.monotonic() - began >= 0.2


def test_a_server_that_asks_for_long_is_not_waited_for() -> None:
    model = Moody(scripts=[[Refused(429, "30")], ["Yes"]])
    began = time.monotonic()
    with pytest.raises(Refused):
        heard(model)
    assert time.monotonic() - began < 1


async def test_words_are_never_said_twice() -> None:
    for hear in (heard, aheard):
        model = Moody(scripts=[["Half a ", Refused(500)], ["Whole"]])
        with pytest.raises(Refused):
            _ = await hear(model) if hear is aheard else hear(model)
        assert len(model.prompts) == 1


class Slow(ScriptedChatModel):
    """Says a word, then is silent for as long as it is left alone."""

    words: str = ""
    ended: Any = None

    def _stream(self, messages: Any, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        if self.words:
            yield ChatGenerationChunk(message=AIMessageChunk(self.words))
        time.sleep(1.5)

    async def _astream(self, messages: Any, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        try:
            if self.words:
                yield ChatGenerationChunk(message=AIMessageChunk(self.words))
            await asyncio.sleep(30)
        finally:
            self.ended.set()


@pytest.mark.parametrize(("words", "said"), [("", "did not answer in time"), ("Well", "did not come to an end")])
async def test_silence_has_a_limit(words: str, said: str) -> None:
    began = time.monotonic()
    with pytest.raises(ModelError, match=said):
        heard(Slow(words=words), seconds=0.2)
    model = Slow(words=words, ended=threading.Event())
    with pytest.raises(ModelError, match=said):
        await aheard(model, 0.2)
    assert model.ended.is_set()
    assert time.monotonic() - began < 1.4


async def test_closing_ends_a_silent_model_at_once() -> None:
    model = Slow(words="Well", ended=threading.Event())
    chunks = astream(model, ASK, Meter())
    assert str((await anext(chunks)).text) == "Well"
    began = time.monotonic()
    await chunks.aclose()
    assert model.ended.is_set()
    assert time.monotonic() - began < 0.5


async def test_cancelling_ends_a_silent_model_at_once() -> None:
    model = Slow(ended=threading.Event())
    task = asyncio.create_task(aheard(model))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert model.ended.is_set()


def test_no_thread_outlives_its_reader() -> None:
    class Endless(ScriptedChatModel):
        def _next(self, messages: Any) -> Iterator[str]:
            while True:
                yield "word "

    chunks = stream(Endless(), ASK, Meter())
    next(chunks)
    chunks.close()
    ours = [thread for thread in threading.enumerate() if thread.name == "dateline-model"]
    for thread in ours:
        thread.join(2)
    assert not any(thread.is_alive() for thread in ours)


def test_tokens_add_up_over_chunks_and_calls() -> None:
    meter, done = Meter(), Answer("?", "Yes.", (), "x", True, None, (), AsOf(None, None, 1))
    model = Counting()
    assert heard(model, meter) == heard(model, meter) == "Yes."
    assert meter.tokens_of_last_call == 7
    usage = meter.on(done).usage
    assert usage is not None
    assert (usage.tokens_in, usage.tokens_out) == (14, 4)
    assert usage.seconds > 0


def test_what_a_server_does_not_tell_is_unknown_and_no_call_costs_nothing() -> None:
    done = Answer("?", "Yes.", (), "x", True, None, (), AsOf(None, None, 1))
    meter = Meter()
    none = meter.on(done).usage
    heard(ScriptedChatModel(script=["Yes."]), meter)
    unknown = meter.on(done).usage
    assert none and unknown
    assert (none.tokens_in, none.tokens_out) == (0, 0)
    assert (unknown.tokens_in, unknown.tokens_out) == (None, None)
    growing = Answer("?", "Ye", (), "x", True, None, (), AsOf(None, None, 1), done=False)
    assert meter.on(growing).usage is None
