"""How many passages a model takes, measured in its tokens. Knows nothing of what the messages say.

The window is what the user says, else what the model's folder, its server or LangChain's profile of it says, else a
small one. A server is asked at the first question, not before, and not waited for long.

A model in a folder counts its tokens itself. Elsewhere nothing is downloaded to count with: tokens are estimated from
UTF-8 bytes, cautiously until the first reply tells how many there were, closely after it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol, Self, runtime_checkable

from assistant.failures import passing
from index.errors import BadRequest, ModelError
from index.passages import Passage, sentences

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

ANSWER_TOKENS = 1_024  # room for the answer; in a small window a quarter of it
UNKNOWN_WINDOW = 4_096
SMALLEST_WINDOW = 1_024  # a quarter for the answer, half for what every model is told, the rest for a passage
PATIENCE_SECONDS = 2.0

# Tokens per UTF-8 byte. Today's tokenizers take about .23 for English news, those of 2023 up to .4 for other languages.
_FIRST_RATE = 0.42
_LOWEST_RATE = 0.2
_HIGHEST_RATE = 1.5
_NOT_ALL_COUNTED = 0.12  # below it the server left out what it remembered from the request before
_MARGIN = 1.15  # over the highest rate of the last replies: texts differ
_TOKENS_A_MESSAGE = 8  # what a chat template puts around it
_SHORTEST_LEARNT = 200  # bytes; shorter messages are mostly template

# What servers call it, the surest first: vLLM and SGLang, LM Studio, Groq, OpenRouter and Together, Mistral, llama.cpp.
_NAMES = (
    "max_model_len loaded_context_length context_window context_length max_context_length n_ctx n_ctx_train".split()
)

Messages = Sequence[tuple[str, str]]


@runtime_checkable
class Measuring(Protocol):
    """A model that knows its window and counts its own tokens."""

    context_window: int

    def count_tokens(self, messages: Messages) -> int: ...


class Context:
    """What fits into a model's window beside the answer. Safe for many threads.

    Make one for a model and keep it: it learns. `fit` and `tokens` may ask a server, once and for at most
    `PATIENCE_SECONDS`, so call them from a thread where an event loop runs.
    """

    def __init__(self, window: Callable[[], int], count: Callable[[Messages], int] | None = None) -> None:
        """Use what gives the window in tokens, and what counts a prompt's (default: an estimate that learns)."""
        self._window, self._exact = window, count
        self._rates: deque[float] = deque(maxlen=8)
        self._most: int | None = None  # tokens; less than the window where the server refused more
        self._lock = threading.Lock()

    @classmethod
    def of(cls, model: BaseChatModel, tokens: int | None = None) -> Self:
        """Return the context of a model; `tokens` is its window where the user says so. Raises: BadRequest."""
        if tokens is not None and tokens < SMALLEST_WINDOW:
            raise BadRequest(f"A context of {tokens} tokens holds no question: give at least {SMALLEST_WINDOW}.")
        if isinstance(model, Measuring):
            window = min(tokens or model.context_window, model.context_window)
            return cls(lambda: window, model.count_tokens)
        return cls((lambda: tokens) if tokens is not None else _Asked(model))

    def tokens(self) -> int:
        """Return how many tokens the messages may have."""
        window = self._window()
        room = window - min(ANSWER_TOKENS, window // 4)
        with self._lock:
            return min(room, self._most or room)

    def count(self, messages: Messages) -> int:
        """Return how many tokens the messages have, estimated rather too high where the model does not count."""
        if self._exact is not None:
            return self._exact(messages)
        with self._lock:
            rate = max(self._rates) * _MARGIN if self._rates else _FIRST_RATE
        rate = min(max(rate, _LOWEST_RATE), _HIGHEST_RATE)
        return round(_bytes(messages) * rate) + _TOKENS_A_MESSAGE * len(messages)

    def fit(
        self, passages: Sequence[Passage], messages: Callable[[Mapping[int, Passage]], Messages]
    ) -> dict[int, Passage]:
        """Return the leading passages, numbered from 1, with which `messages` leaves room for the answer.

        The best come first and stay. Where not even the first fits, it is cut at the end of a sentence; it remains a
        slice of its article. Raises: ModelError where not even a sentence fits.
        """
        room = self.tokens()
        for count in range(len(passages), 0, -1):
            chosen = dict(enumerate(passages[:count], start=1))
            if self.count(messages(chosen)) <= room:
                return chosen
        for shorter in _shortened(passages[0]) if passages else ():
            if self.count(messages({1: shorter})) <= room:
                return {1: shorter}
        if passages:
            raise ModelError(f"The model's context is too short for a passage: {room} tokens are left for the question")
        return {}

    def learn(self, messages: Messages, tokens_in: int | None) -> None:
        """Take from a reply how many tokens the messages had, as its server counted them; None teaches nothing."""
        size = _bytes(messages)
        if not tokens_in or size < _SHORTEST_LEARNT or tokens_in / size < _NOT_ALL_COUNTED:
            return
        with self._lock:
            self._rates.append(tokens_in / size)

    def halve(self, messages: Messages) -> None:
        """Take half of these messages' tokens for the most, from now on: the server refused them as too long."""
        count = self.count(messages)
        with self._lock:
            self._most = min(count, self._most or count) // 2


class _Asked:
    """The window of a model, from whoever knows it; asked once, unless the server was not there."""

    def __init__(self, model: BaseChatModel) -> None:
        self._model, self._found = model, 0
        self._lock = threading.Lock()

    def __call__(self) -> int:
        with self._lock:
            if not self._found:
                window, settled = self._ask()
                self._found = window if settled else 0
                return window
            return self._found

    def _ask(self) -> tuple[int, bool]:
        """Return the window and whether asking again would bring no other."""
        model: Any = self._model
        known = (self._model.profile or {}).get("max_input_tokens") or UNKNOWN_WINDOW
        if model._llm_type == "chat-ollama":
            own = model.num_ctx or UNKNOWN_WINDOW
            limit, settled = _patiently(lambda: _of_ollama(model))
            return min(own, limit or own), settled
        if model._llm_type == "openai-chat" and getattr(model, "openai_api_base", None):
            told, settled = _patiently(lambda: _of_compatible(model))
            return told or known, settled
        return known, True


def _patiently(ask: Callable[[], int | None]) -> tuple[int | None, bool]:
    """Return what the asking gives within our patience, else None; and whether that is settled."""
    answers: list[int | Exception | None] = []

    def run() -> None:
        try:
            answers.append(ask())
        except Exception as error:  # whatever it is, the answer does not depend on it
            answers.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(PATIENCE_SECONDS)
    answer = answers[0] if answers else None
    if isinstance(answer, Exception):
        return None, hasattr(answer, "status_code") or not passing(answer)
    return answer, True


def _of_ollama(model: Any) -> int | None:
    """Return the most tokens that the model was made for, as Ollama tells it."""
    from ollama import Client

    with Client(model.base_url, **{**(model.client_kwargs or {}), "timeout": PATIENCE_SECONDS}) as client:
        told = client.show(model.model).modelinfo or {}
    return next((_tokens(value) for name, value in told.items() if name.endswith(".context_length")), None)


def _of_compatible(model: Any) -> int | None:
    """Return the model's window as its server lists it."""
    client = model.root_client.with_options(timeout=PATIENCE_SECONDS, max_retries=0)
    listed = [entry.model_dump() for entry in client.models.list().data]
    named = [entry for entry in listed if entry.get("id") == model.model_name]
    for entry in named or (listed if len(listed) == 1 else []):
        told = {**(entry.get("meta") or {}), **entry}
        return next((tokens for name in _NAMES if (tokens := _tokens(told.get(name)))), None)
    return None


def _tokens(value: Any) -> int | None:
    return value if isinstance(value, int) and value >= SMALLEST_WINDOW else None


def _bytes(messages: Messages) -> int:
    return sum(len(content.encode("utf-8", "replace")) for _, content in messages)


def _shortened(passage: Passage) -> list[Passage]:
    """Return a passage's beginnings that end with a sentence, the longest first."""
    ends = [end for _, end in sentences(passage.text)][:-1]
    return [replace(passage, text=passage.text[:end], end=passage.start + end) for end in reversed(ends)]
