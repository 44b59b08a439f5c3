"""The writer that uses a language model: its follow-ups, its drafts, and the quotes where it fails.

Knows nothing of search. Each step is there twice, blocking and for an event loop; what they do with the words is not.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, closing, suppress
from typing import TYPE_CHECKING

from assistant import calling, failures, prompts
from assistant.calling import Meter
from assistant.drafting import Draft
from assistant.found import Found, quoted
from assistant.question import TURNS_USED
from assistant.rewriting import REWRITE_SECONDS, standalone
from assistant.types import Answer, Turn

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import RunnableConfig

PASSAGES_SHOWN = 8


class Writer:
    """Writes answers with a language model. Safe for many threads."""

    def __init__(self, model: BaseChatModel, name: str) -> None:
        """`name` is shown as the writer of its answers."""
        self._model, self.name = model, name

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
        for draft in self._drafts(found, strict):
            try:
                with closing(calling.stream(self._model, draft.messages(), meter, config)) as chunks:
                    for chunk in chunks:
                        if (grown := draft.feed(chunk)) is not None:
                            yield grown
                yield draft.finish()
                return
            except Exception as error:
                reason = _instead(error)
                if not failures.too_long(error):
                    break
        yield from quoted(found, reason)

    async def awrite(
        self, found: Found, strict: bool, meter: Meter, config: RunnableConfig | None
    ) -> AsyncGenerator[Answer, None]:
        """Do as `write` without blocking the event loop; to close or cancel it ends the model's request at once."""
        reason = None
        for draft in self._drafts(found, strict):
            try:
                async with aclosing(calling.astream(self._model, draft.messages(), meter, config)) as chunks:
                    async for chunk in chunks:
                        if (grown := draft.feed(chunk)) is not None:
                            yield grown
                yield draft.finish()
                return
            except Exception as error:
                reason = _instead(error)
                if not failures.too_long(error):
                    break
        for answer in quoted(found, reason):
            yield answer

    def _drafts(self, found: Found, strict: bool) -> Iterator[Draft]:
        """Yield a draft of the passages the model has room for, then one of half of them if that was too much."""
        hits = found.hits[:PASSAGES_SHOWN]
        for shown in (hits, hits[: len(hits) // 2]):
            passages = {number: hit.passage for number, hit in enumerate(shown, start=1)}
            yield Draft(found, self.name, passages, strict=strict)


def _instead(error: Exception) -> str:
    return f"{failures.failure(error)}, so these are quotes from the articles instead."
