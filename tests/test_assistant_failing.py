"""A model that fails, over real sockets: the reader gets the quotes and one sentence on why."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator
from typing import cast

import pytest

from assistant import Answer, Assistant, Turn
from assistant.summary import cost_in_words
from index import NewsIndex
from tests.failing import ASKED, FAILURES, PROTOCOLS, SAID, Failure
from tests.serving import Script
from tests.stories import small_index


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsIndex]:
    with small_index(tmp_path_factory.mktemp("stories")) as opened:
        yield opened


def assert_told(found: Answer, failure: Failure) -> None:
    assert (found.mode, found.answered, found.done) == ("quotes", True, True)
    assert found.citations
    assert found.reason is not None
    assert found.reason.startswith(failure.said)
    assert found.reason.endswith(", so these are quotes from the articles instead.")
    assert "secret" not in found.reason


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.name.replace(" ", "-"))
def test_the_reader_gets_the_quotes_and_the_reason(index: NewsIndex, failure: Failure, protocol: str) -> None:
    script = failure.play()
    with PROTOCOLS[protocol](script, failure.timeout) as model:
        assert_told(Assistant(index, model).answer(ASKED), failure)
    assert len(script.requests) == failure.calls


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("failure", FAILURES[:9], ids=lambda failure: failure.name.replace(" ", "-"))
async def test_asynchronously_too(index: NewsIndex, failure: Failure, protocol: str) -> None:
    script = failure.play()
    with PROTOCOLS[protocol](script, failure.timeout) as model:
        assert_told(await Assistant(index, model).aanswer(ASKED), failure)
    assert len(script.requests) == failure.calls


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_conversation_goes_on_after_a_failure(index: NewsIndex, protocol: str) -> None:
    """Nothing is lost: the turn that failed lends its subject to the next, which the model writes again."""
    script = Script(statuses=[500, 500, 500], chunks=[SAID])
    with PROTOCOLS[protocol](script, 5.0) as model:
        first = Assistant(index, model).answer(ASKED)
        assert first.mode == "quotes"
        second = Assistant(index, model).answer("And why did Turkey buy it?", [Turn(ASKED, first.text)])
    assert second.searched == "Why did Turkey buy the S-400?"
    assert second.mode != "quotes"


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("spoken", [True, False], ids=["midway", "before-the-first-word"])
async def test_stop_ends_the_request_at_once(index: NewsIndex, protocol: str, spoken: bool) -> None:
    script = Script(chunks=["Washington fears ", SAID], pause=0.1 if spoken else 20.0, endless=spoken)
    with PROTOCOLS[protocol](script, 30.0) as model:
        answers = cast(AsyncGenerator[Answer, None], Assistant(index, model).astream(ASKED))
        first = asyncio.ensure_future(anext(answers))
        if spoken:
            await first
        else:
            while not script.requests:  # the model has the question, and says nothing
                await asyncio.sleep(0.05)
        began = time.monotonic()
        first.cancel()
        if spoken:
            await answers.aclose()
        assert await asyncio.to_thread(script.closed.wait, 2)
        assert time.monotonic() - began < 1


def test_no_server_is_a_sentence_in_a_moment(index: NewsIndex) -> None:
    began = time.monotonic()
    found = Assistant(index, "ollama:tiny", base_url="http://127.0.0.1:9").answer(ASKED)
    assert found.reason == "The model's server could not be reached, so these are quotes from the articles instead."
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_it_cost_is_told(index: NewsIndex, protocol: str) -> None:
    script = Script(chunks=[SAID], usage=(412, 96))
    with PROTOCOLS[protocol](script, 5.0) as model:
        usage = Assistant(index, model).answer(ASKED).usage
    assert usage is not None
    assert (usage.tokens_in, usage.tokens_out) == (412, 96)
    assert cost_in_words(usage).startswith("412 tokens in, 96 out · ")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_context_that_was_too_long_is_tried_with_half_the_passages(index: NewsIndex, protocol: str) -> None:
    script = Script(
        chunks=[SAID], statuses=[400], message="This model's maximum context length is 512 tokens", usage=(200, 20)
    )
    with PROTOCOLS[protocol](script, 5.0) as model:
        found = Assistant(index, model).answer(ASKED)
    assert found.text == SAID
    first, second = (str(request["messages"]).count("<passage ") for request in script.requests)
    assert 0 < second < first
