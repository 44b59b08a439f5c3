"""Each provider's package over a real socket: what it sends, what it gives, how it fails."""

from __future__ import annotations

import asyncio
import gc
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, aclosing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk

from assistant.failures import CUT, FILTERED, ending, failure, passing, retry_after, too_long
from assistant.model import OLLAMA_CONTEXT, open_model
from index.errors import BadRequest, ModelError
from tests.fake_chat import Script, Thought, openai_server
from tests.fake_ollama import ollama_server
from tests.fake_providers import anthropic_server, google_server, mistral_server

SERVERS: dict[str, Callable[[Script], AbstractContextManager[str]]] = {
    "openai": openai_server,
    "ollama": ollama_server,
    "anthropic": anthropic_server,
    "google": google_server,
    "mistral": mistral_server,
}
ASKED = [("system", "Be brief."), ("user", "Did it rain?")]
KEY = "sk-secret-1234"

# google-genai's own: how it derives from aiohttp's session, and how it makes an error of aiohttp's response.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:coroutine 'ClientResponse.json' was never awaited:RuntimeWarning"),
]


@pytest.fixture(params=SERVERS)
def provider(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@contextmanager
def asked(provider: str, script: Script, **options: Any) -> Iterator[BaseChatModel]:
    with SERVERS[provider](script) as url:
        yield open_model(f"{provider}:tiny", base_url=url, **{"timeout": 5, **options})


def reply(model: BaseChatModel) -> AIMessageChunk:
    """All chunks added up, as a stream gives them."""
    first, *rest = model.stream(ASKED)
    return sum(rest, start=first)


async def areply(model: BaseChatModel) -> AIMessageChunk:
    async with aclosing(model.astream(ASKED)) as stream:
        first, *rest = [chunk async for chunk in stream]
    return sum(rest, start=first)


def both(model: BaseChatModel) -> list[AIMessageChunk]:
    return [reply(model), asyncio.run(areply(model))]


def failures(model: BaseChatModel) -> list[Exception]:
    """What a stream fails with, asked for both ways."""
    errors = []
    for ask in (reply, lambda model: asyncio.run(areply(model))):
        with pytest.raises(Exception) as raised:
            ask(model)
        errors.append(raised.value)
    gc.collect()
    return errors


def test_text_and_tokens_come_without_what_the_model_thought(provider: str) -> None:
    script = Script(chunks=[Thought("Rain, I think. "), "It ", "rained [1]."], usage=(110, 7))
    with asked(provider, script) as model:
        for whole in both(model):
            assert whole.text == "It rained [1]."
            assert whole.usage_metadata is not None
            assert (whole.usage_metadata["input_tokens"], whole.usage_metadata["output_tokens"]) == (110, 7)
            assert ending(whole.response_metadata) is None
    assert len(script.requests) == 2


def test_a_reply_cut_at_its_longest_is_known(provider: str) -> None:
    with asked(provider, Script(chunks=["It "], finish="length")) as model:
        assert [ending(whole.response_metadata) for whole in both(model)] == [CUT, CUT]


@pytest.mark.parametrize(
    ("provider", "finish"),
    [("openai", "content_filter"), ("anthropic", "refusal"), ("google", "SAFETY")],
)
def test_a_reply_that_a_filter_ended_is_known(provider: str, finish: str) -> None:
    with asked(provider, Script(chunks=["It "], finish=finish)) as model:
        assert [ending(whole.response_metadata) for whole in both(model)] == [FILTERED, FILTERED]


@pytest.mark.parametrize(
    ("status", "words", "again"),
    [
        (400, "The model's server refused the request with status 400", False),
        (401, "The model's server refused the key", False),
        (403, "The model's server refused the key", False),
        (404, "The model's server does not know this model", False),
        (408, "The model did not answer in time", True),
        (429, "The model's server takes no more requests just now and asks to wait 7 seconds", True),
        (500, "The model's server failed with status 500", True),
        (503, "The model's server has too much to do just now", True),
        (529, "The model's server has too much to do just now", True),
    ],
)
def test_one_request_and_the_status_in_words(provider: str, status: int, words: str, again: bool) -> None:
    script = Script(status=status, headers={"Retry-After": "7"})
    with asked(provider, script) as model:
        for error in failures(model):
            assert failure(error) == words
            assert passing(error) is again
            assert retry_after(error) == 7.0
    assert len(script.requests) == 2, "a package tries again by itself"


def test_google_says_when_to_come_again_in_the_body() -> None:
    with asked("google", Script(status=429)) as model:
        assert [retry_after(error) for error in failures(model)] == [34.0, 34.0]


def test_a_context_exceeded(provider: str) -> None:
    with asked(provider, Script(status=400, message="prompt is too long: 9000 tokens > 4096 maximum")) as model:
        for error in failures(model):
            assert too_long(error)
            assert not passing(error)


def test_a_stream_that_breaks_off(provider: str) -> None:
    with asked(provider, Script(chunks=["It "], cut=True)) as model:
        for error in failures(model):
            assert failure(error) == "The connection to the model broke off"
            assert passing(error)


def test_a_stream_that_is_no_json(provider: str) -> None:
    line = b'{"x\n' if provider == "ollama" else b'event: content_block_delta\ndata: {"x\n\n'
    with asked(provider, Script(chunks=["It ", line])) as model:
        for error in failures(model):
            assert failure(error) == "The model's server sent what could not be read"
            assert not passing(error)


@pytest.mark.parametrize(
    ("provider", "event"),
    [
        ("openai", b'data: {"error": {"message": "overloaded", "type": "overloaded_error"}}\n\n'),
        ("ollama", b'{"error": "server busy, please try again.  maximum pending requests exceeded"}\n'),
        (
            "anthropic",
            b'event: error\ndata: {"type": "error", "error": {"type": "overloaded_error", "message": "Busy"}}\n\n',
        ),
        (
            "google",
            b'data: {"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}}\n\n',
        ),
    ],
)
def test_an_error_told_within_a_stream(provider: str, event: bytes) -> None:
    with asked(provider, Script(chunks=[event])) as model:
        for error in failures(model):
            assert failure(error) == "The model's server has too much to do just now"
            assert passing(error)


def test_never_a_byte_is_waited_for_no_longer_than_told(provider: str) -> None:
    with asked(provider, Script(silent=True), timeout=0.5) as model:
        for error in failures(model):
            assert failure(error) == "The model did not answer in time"
            assert not passing(error)


@pytest.mark.parametrize(
    "provider", sorted({*SERVERS} - {"google"})
)  # its package takes no comments, nor are there any
def test_signs_of_life_are_no_text_and_no_end(provider: str) -> None:
    with asked(provider, Script(chunks=["It rained."], comments=5, pause=0.02)) as model:
        assert [whole.text for whole in both(model)] == ["It rained.", "It rained."]


def test_nobody_there(provider: str) -> None:
    model = open_model(f"{provider}:tiny", base_url="http://127.0.0.1:9/v1", timeout=5)
    for error in failures(model):
        assert failure(error) == "The model's server could not be reached"
        assert passing(error)


def test_closing_a_stream_ends_the_request(provider: str) -> None:
    script = Script(chunks=["It ", "rained "], pause=0.01, endless=True)
    with asked(provider, script) as model:
        stream = model.stream(ASKED)
        assert next(stream) is not None
        stream.close()
        assert script.closed.wait(2)


def test_closing_an_asynchronous_stream_ends_the_request(provider: str) -> None:
    script = Script(chunks=["It ", "rained "], pause=0.01, endless=True)

    async def some(model: BaseChatModel) -> None:
        async with aclosing(model.astream(ASKED)) as stream:
            async for _ in stream:
                break
        for _ in range(3 if provider == "google" else 0):
            if not await asyncio.to_thread(script.closed.wait, 0.1):
                gc.collect()  # its package leaves its own streams open until then
        assert await asyncio.to_thread(script.closed.wait, 2)

    with asked(provider, script) as model:
        asyncio.run(some(model))


LOOPS = """
import asyncio, sys
from assistant.calling import Meter, astream
from assistant.model import open_model

async def answer(model):
    print("".join([str(chunk.text) async for chunk in astream(model, [("user", "Did it rain?")], Meter())]))

for provider, url in zip(sys.argv[1::2], sys.argv[2::2]):
    model = open_model(f"{provider}:tiny", base_url=url, timeout=5)
    for _ in range(3):
        asyncio.run(answer(model))
"""


def test_a_connection_left_from_an_event_loop_that_ended_costs_another_try_at_most() -> None:
    """Scripts call `asyncio.run` once for each question; the packages keep connections beyond it."""
    with ExitStack() as stack:
        script = Script(chunks=["It rained."], keeps=True)
        urls = {name: stack.enter_context(server(script)) for name, server in SERVERS.items()}
        command = [sys.executable, "-c", LOOPS, *(part for pair in urls.items() for part in pair)]
        done = subprocess.run(command, cwd=Path(__file__).parent.parent, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["It rained."] * 3 * len(SERVERS), done.stderr


def test_only_the_key_given_is_sent_to_an_address(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI", "OLLAMA", "ANTHROPIC", "GOOGLE", "GEMINI", "MISTRAL"):
        monkeypatch.setenv(f"{name}_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", KEY)
    script = Script(chunks=["It rained."])
    with asked(provider, script) as model:
        reply(model)
    with asked(provider, script, api_key="mine") as model:
        reply(model)
    assert [key.removeprefix("Bearer ") for key in script.keys] == ["none", "mine"]


def test_a_key_shows_nowhere(
    provider: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    script = Script(status=401, message="no such key")
    with asked(provider, script, api_key=KEY) as model, caplog.at_level(logging.DEBUG):
        for error in failures(model):
            logging.getLogger("dateline").error("failed", exc_info=error)
            assert KEY not in failure(error)
        shown = f"{model!r} {model} {model.model_dump()}"
    assert KEY in script.keys[0]
    assert KEY not in shown + caplog.text + "".join(capsys.readouterr())


@pytest.mark.parametrize("provider", ["anthropic", "google"])
def test_a_key_does_not_show_where_a_model_cannot_be_opened(provider: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ModelError, match="could not be opened") as raised:
        open_model(f"{provider}:tiny", base_url="http://127.0.0.1:9", api_key=KEY, timeout="soon")  # type: ignore[arg-type]
    logging.getLogger("dateline").error("failed", exc_info=raised.value)
    assert KEY not in caplog.text


def test_an_address_with_a_password_is_refused_without_showing_it() -> None:
    with pytest.raises(BadRequest, match="must hold no key or password") as raised:
        open_model("tiny", base_url=f"http://me:{KEY}@127.0.0.1:9/v1")
    assert KEY not in str(raised.value)


def test_token_counts_are_asked_for_until_a_server_minds() -> None:
    script = Script(chunks=["It rained."], usage=(110, 7), minds_usage=True)
    with asked("openai", script) as model:
        assert [whole.text for whole in both(model)] == ["It rained.", "It rained."]
    assert ["stream_options" in request for request in script.requests] == [True, False, False]
    script = Script(chunks=["It rained."], minds_usage=True)
    with asked("openai", script) as model:
        assert asyncio.run(areply(model)).text == "It rained."
    assert ["stream_options" in request for request in script.requests] == [True, False]


def test_ollama_is_told_how_long_a_context_to_keep() -> None:
    script = Script(chunks=["It rained."])
    with asked("ollama", script) as model:
        reply(model)
    with asked("ollama", script, context=3000) as model:
        reply(model)
    assert [request["options"]["num_ctx"] for request in script.requests] == [OLLAMA_CONTEXT, 3000]
