"""How a language model's server can fail, each as a script to play, with what the reader is told instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from langchain_core.language_models import BaseChatModel

from assistant.model import open_model
from tests.fake_chat import openai_server
from tests.fake_ollama import ollama_server
from tests.serving import Script

ASKED = "Why is Washington worried about the S-400?"

SAID = "Washington fears the S-400 could spy on the F-35 fighter [1]."
GERMAN = (
    "Washington befürchtet, dass das russische Flugabwehrsystem die Tarnkappenflugzeuge ausspähen und ihre Schwächen"
    " weitergeben könnte, weshalb der Verkauf gestoppt wurde [1]."
)


@dataclass(frozen=True)
class Failure:
    """A way to fail: `said` begins the sentence the reader gets; `calls` is how often the server is asked."""

    name: str
    said: str
    script: dict[str, Any] = field(default_factory=dict)
    calls: int = 1
    timeout: float = 5.0

    def play(self) -> Script:
        """Return a fresh script for a server."""
        return Script(**self.script)


LIMIT = {"status": 429, "message": "rate limit exceeded"}

FAILURES = [
    Failure("never a byte", "The model did not answer in time", {"silent": True}, calls=0, timeout=0.4),
    Failure(
        "falls silent midway", "The model did not answer in time", {"chunks": [SAID, SAID], "pause": 0.8}, timeout=0.4
    ),
    Failure(
        "rate limit, long wait asked",
        "The model's server takes no more requests just now and asks to wait 30 seconds",
        {**LIMIT, "headers": {"Retry-After": "30"}},
    ),
    Failure("rate limit, nothing asked", "The model's server takes no more requests just now", LIMIT, calls=3),
    Failure("refused key", "The model's server refused the key", {"status": 401}),
    Failure(
        "no such model", "The model's server does not know this model", {"status": 404, "message": "model not found"}
    ),
    Failure("server fails", "The model's server failed", {"status": 500, "message": "boom"}, calls=3),
    Failure(
        "context too long",
        "The passages are too long for the model's context",
        {"status": 400, "message": "This model's maximum context length is 512 tokens"},
        calls=2,
    ),
    Failure("empty reply", "The model gave an empty reply", {"chunks": []}),
    Failure("only blanks", "The model gave an empty reply", {"chunks": ["  ", "\n"]}),
    Failure("only thoughts", "The model gave an empty reply", {"chunks": ["<think>It may be", " that"]}),
    Failure("stream cut off", "The connection to the model broke off", {"chunks": ["Washington fears"], "cut": True}),
    Failure(
        "malformed stream",
        "The model's server sent what could not be read",
        {"chunks": ["Washington fears", b"data: {broken\n\n"]},
    ),
    Failure("never stops", "The model did not come to an end", {"chunks": [SAID + " "], "endless": True}),
    Failure("another language", "The model wrote in another language than the articles", {"chunks": [GERMAN]}),
    Failure("an excuse", "The model cited no article", {"chunks": ["I'm sorry, I can't help with that."]}),
    Failure("JSON instead of sentences", "The model cited no article", {"chunks": ['{"answer": "radar"}']}),
    Failure("numbers that stand for nothing", "The model cited no article", {"chunks": ["It fears the radar [77]."]}),
    Failure(
        "the provider's filter",
        "The provider's filter held the model's reply back",
        {"chunks": [SAID], "finish": "content_filter"},
    ),
]


@contextmanager
def _openai(script: Script, timeout: float) -> Iterator[BaseChatModel]:
    with openai_server(script) as url:
        yield open_model("tiny", base_url=url, timeout=timeout)


@contextmanager
def _ollama(script: Script, timeout: float) -> Iterator[BaseChatModel]:
    with ollama_server(script) as url:
        yield open_model("ollama:tiny", base_url=url, timeout=timeout)


PROTOCOLS: dict[str, Callable[[Script, float], AbstractContextManager[BaseChatModel]]] = {
    "openai": _openai,
    "ollama": _ollama,
}
