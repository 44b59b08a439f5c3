"""The writer that uses a language model: its follow-ups, its drafts, and the quotes where it fails.

Knows nothing of search. Each step is there twice, blocking and for an event loop; what they do with the words is not.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, closing, suppress
from functools import partial
from typing import TYPE_CHECKING

from assistant import calling, failures, prompts
from assistant.calling import Messages, Meter
from assistant.context import Context
from assistant.drafting import Draft
from assistant.found import Found, quoted
from assistant.question import TURNS_USED
from assistant.rewriting import REWRITE_SECONDS, standalone
from assistant.types import Answer, Turn

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import RunnableConfig

PASSAGES_SHOWN = 8
DRAFTS = 2  # the second with half the passages, where the first was too long for the model


class Writer:
    """Writes answers with a language model. Safe for many threads."""

    def __init__(self, model: BaseChatModel, name: str, context: int | None = None) -> None:
        """`name` is shown as the writer of its answers; `context` is the model's window in tokens, where it is known.

        Raises: BadRequest where that window is too small.
        """
        self._model, self.name = model, name
        self._context = Context.of(model, context)

    def rewritten(
        self, question: str, history: Sequence[Turn], meter: Meter, config: RunnableConfig | None
    ) -> str | None:
        """Return a follow-up as a question that stands alone; None where the rules have to make it one."""
        if not (before := history[-TURNS_USED:]):
            return None
        with suppress(Exception):
            asked = prompts.rewriting(question, before)
            said = calling.stream(self._model, asked, meter, config, REWRITE_SECONDS)
            return standalone("".join(str(chunk.text) for chunk in said), question, before)
        return None

    async def arewritten(
        self, question: str, history: Sequence[Turn], meter: Meter, config: RunnableConfig | None
    ) -> str | None:
        """Do as `rewritten` without blocking the event loop."""
        if not (before := history[-TURNS_USED:]):
            return None
        with suppress(Exception):
            asked = prompts.rewriting(question, before)
            said = calling.astream(self._model, asked, meter, config, REWRITE_SECONDS)
            return standalone("".join([str(chunk.text) async for chunk in said]), question, before)
        return None

    def write(self, found: Found, strict: bool, meter: Meter, config: RunnableConfig | None) -> Iterator[Answer]:
        """Yield the growing answer; in quotes, with the reason, where the model fails."""
        reason = None
        for _ in range(DRAFTS):
            messages: list[tuple[str, str]] = []
            try:
                draft, messages = self._draft(found, strict)
                with closing(calling.stream(self._model, messages, meter, config)) as chunks:
                    for chunk in chunks:
                        if (grown := draft.feed(chunk)) is not None:
                            yield grown
                self._context.learn(messages, meter.tokens_of_last_call)
                yield draft.finish()
                return
            except Exception as error:
                reason = _instead(error)
                if not self._shortens(error, messages):
                    break
        yield from quoted(found, reason)

    async def awrite(
        self, found: Found, strict: bool, meter: Meter, config: RunnableConfig | None
    ) -> AsyncGenerator[Answer, None]:
        """Do as `write` without blocking the event loop; to close or cancel it ends the model's request at once."""
        reason = None
        for _ in range(DRAFTS):
            messages: list[tuple[str, str]] = []
            try:
                draft, messages = await asyncio.to_thread(self._draft, found, strict)
                async with aclosing(calling.astream(self._model, messages, meter, config)) as chunks:
                    async for chunk in chunks:
                        if (grown := draft.feed(chunk)) is not None:
                            yield grown
                self._context.learn(messages, meter.tokens_of_last_call)
                yield draft.finish()
                return
            except Exception as error:
                reason = _instead(error)
                if not self._shortens(error, messages):
                    break
        for answer in quoted(found, reason):
            yield answer

    def _draft(self, found: Found, strict: bool) -> tuple[Draft, list[tuple[str, str]]]:
        """Return a draft of the passages that the model has room for, and the messages that ask for it."""
        asked = partial(prompts.messages, found.searched, asked_on=found.asked_on)
        passages = self._context.fit([hit.passage for hit in found.hits[:PASSAGES_SHOWN]], asked)
        return Draft(found, self.name, passages, strict=strict), asked(passages)

    def _shortens(self, error: Exception, messages: Messages) -> bool:
        """Take half of the messages for the most where they were too long; tell whether that is so."""
        if not messages or not failures.too_long(error):
            return False
        self._context.halve(messages)
        return True


def _instead(error: Exception) -> str:
    return f"{failures.failure(error)}, so these are quotes from the articles instead."
