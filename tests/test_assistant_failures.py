"""Failures of a model: in words, without the error's own."""

from __future__ import annotations

import json
import time
from email.utils import formatdate
from typing import Any

import pytest

from assistant.failures import CUT, FILTERED, ending, failure, passing, retry_after, too_long
from index.errors import ModelError


class Response:
    def __init__(self, status: int, **headers: str) -> None:
        self.status_code, self.headers = status, {name.replace("_", "-"): value for name, value in headers.items()}


class ServerSaid(Exception):
    """An error as the providers' packages raise them."""

    def __init__(self, status: int, text: str = "sk-secret", body: Any = None, **headers: str) -> None:
        super().__init__(text)
        self.response, self.body = Response(status, **headers), body


class APITimeoutError(Exception):
    pass


class ConnectTimeout(APITimeoutError):
    pass


class RemoteProtocolError(Exception):
    pass


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


LATER = "The model's server takes no more requests just now"

FAILURES = {
    "its own words": (ModelError("The model cited no article"), "The model cited no article", False),
    "timeout": (caused(RuntimeError("sk-secret"), TimeoutError()), "The model did not answer in time", False),
    "packed timeout": (APITimeoutError("sk-secret"), "The model did not answer in time", False),
    "gateway timeout": (ServerSaid(504), "The model did not answer in time", True),
    "no connection in time": (ConnectTimeout("sk-secret"), "The model's server could not be reached", False),
    "rate limit": (ServerSaid(429), LATER, True),
    "rate limit, wait": (ServerSaid(429, retry_after="30"), f"{LATER} and asks to wait 30 seconds", True),
    "rate limit, long wait": (ServerSaid(429, retry_after="600"), f"{LATER} and asks to wait 10 minutes", True),
    "rate limit, short wait": (ServerSaid(429, retry_after="0.2"), f"{LATER} and asks to wait 1 second", True),
    "rate limit within a stream": (ServerSaid(200, "", {"type": "rate_limit_error"}), LATER, True),
    "no quota": (
        ServerSaid(429, "sk-secret", {"code": "insufficient_quota"}),
        "The account at the model's provider has no quota left",
        False,
    ),
    "no credit": (
        ServerSaid(400, "Your credit balance is too low to access the API"),
        "The account at the model's provider has no quota left",
        False,
    ),
    "a limit that speaks of quota": (
        ServerSaid(429, "You exceeded your current quota. 'RetryInfo', 'retryDelay': '34s'"),
        f"{LATER} and asks to wait 34 seconds",
        True,
    ),
    "key": (ServerSaid(401), "The model's server refused the key", False),
    "key, Google's way": (ServerSaid(400, "API key not valid"), "The model's server refused the key", False),
    "model": (ServerSaid(404, "model 'sk-secret' not found"), "The model's server does not know this model", False),
    "model, Mistral's way": (ServerSaid(400, "Invalid model: x"), "The model's server does not know this model", False),
    "address": (ServerSaid(404), "The model's server does not know this address", False),
    "refused": (ConnectionRefusedError("sk-secret"), "The model's server could not be reached", True),
    "Ollama not there": (ConnectionError("sk-secret"), "The model's server could not be reached", True),
    "reset": (caused(RuntimeError(), ConnectionResetError()), "The connection to the model broke off", True),
    "cut": (RemoteProtocolError("incomplete chunked read"), "The connection to the model broke off", True),
    "a loop that ended": (RuntimeError("Event loop is closed"), "The connection to the model broke off", True),
    "overloaded": (ServerSaid(529), "The model's server has too much to do just now", True),
    "overloaded within a stream": (
        ServerSaid(200, "", {"error": {"type": "overloaded_error"}}),
        "The model's server has too much to do just now",
        True,
    ),
    "unavailable": (ServerSaid(503), "The model's server has too much to do just now", True),
    "its fault": (ServerSaid(500), "The model's server failed with status 500", True),
    "our fault": (ServerSaid(400), "The model's server refused the request with status 400", False),
    "an article repeated": (
        ServerSaid(422, "extra fields not permitted: overloaded hospitals" + " in town" * 200 + " prompt is too long"),
        "The model's server refused the request with status 422",
        False,
    ),
    "filter": (ServerSaid(400, "", {"code": "content_filter"}), FILTERED, False),
    "JSON": (json.JSONDecodeError("sk-secret", "{", 0), "The model's server sent what could not be read", False),
    "UTF-8": (
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "sk-secret"),
        "The model's server sent what could not be read",
        False,
    ),
    "empty": (ValueError("No generation chunks were returned"), "The model gave an empty reply", False),
    "too long": (ServerSaid(400, "prompt is too long"), "The passages are too long for the model's context", False),
    "anything": (RuntimeError("sk-secret"), "The model failed (RuntimeError)", False),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_in_words(name: str) -> None:
    error, words, again = FAILURES[name]
    assert failure(error) == words
    assert passing(error) is again
    assert "secret" not in failure(error)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "7"}, 7.0),
        ({"retry_after": "-7"}, 0.0),
        ({"retry_after": "soon"}, None),
        ({"retry_after": "nan"}, None),
        ({"retry_after_ms": "1500", "retry_after": "2"}, 1.5),
        ({"retry_after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({}, None),
    ],
)
def test_the_wait_a_server_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(ServerSaid(429, **headers)) == seconds
    assert retry_after(caused(RuntimeError(), ServerSaid(429, **headers))) == seconds


def test_a_wait_until_a_day_and_hour() -> None:
    wait = retry_after(ServerSaid(503, retry_after=formatdate(time.time() + 90, usegmt=True)))
    assert wait is not None
    assert 85 < wait <= 90


@pytest.mark.parametrize(
    "text",
    [
        "Error code: 400 - {'error': {'code': 'context_length_exceeded'}}",
        "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens",
        "Your input exceeds the context window of this model. Please adjust your input and try again.",
        "prompt is too long: 205210 tokens > 200000 maximum",
        "input length and `max_tokens` exceed context limit: 199000 + 8192 > 200000",
        "the request exceeds the available context size (4096 tokens), try increasing it",
        "{'type': 'exceed_context_size_error'}",
        "the input length exceeds the context length",
        "prompt too long; exceeded max context length by 12 tokens",
        "Prompt contains 40000 tokens, too large for model with 32768 maximum context length",
        "The input token count (1100000) exceeds the maximum number of tokens allowed (1048576).",
        "The decoder prompt (length 9000) is longer than the maximum model length of 8192.",
        "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096",
        "Please reduce the length of the messages or completion.",
    ],
)
def test_a_context_exceeded_in_the_words_of_servers(text: str) -> None:
    assert too_long(ServerSaid(400, text))
    assert too_long(caused(RuntimeError(), ServerSaid(400, text)))
    assert not passing(ServerSaid(400, text))


@pytest.mark.parametrize(
    "error",
    [
        ServerSaid(
            429, "Request too large for model: limit 10000 tokens per minute, reduce the length of the messages"
        ),
        ServerSaid(400, "max_tokens is too large"),
        ServerSaid(500, "the context deadline was missed"),
        RuntimeError("context"),
    ],
)
def test_what_is_no_exceeded_context(error: Exception) -> None:
    assert not too_long(error)


@pytest.mark.parametrize(
    ("metadata", "why"),
    [
        ({"finish_reason": "stop"}, None),
        ({"stop_reason": "end_turn"}, None),
        ({}, None),
        ({"finish_reason": "content_filter"}, FILTERED),
        ({"finish_reason": "SAFETY"}, FILTERED),
        ({"stop_reason": "refusal"}, FILTERED),
        ({"prompt_feedback": {"block_reason": "PROHIBITED_CONTENT"}}, FILTERED),
        ({"finish_reason": "length"}, CUT),
        ({"finish_reason": "MAX_TOKENS"}, CUT),
        ({"done_reason": "length"}, CUT),
    ],
)
def test_why_a_reply_is_no_whole_answer(metadata: dict[str, Any], why: str | None) -> None:
    assert ending(metadata) == why
