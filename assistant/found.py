"""What was found for a question, and answers made of it. Knows nothing of how it was found or is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from assistant.attribution import attribution
from assistant.citations import Citation
from assistant.freshness import warning
from assistant.quotes import Quote
from assistant.types import Answer, AsOf, Check
from index.articles import Source
from index.characters import inert
from index.scope import Scope

if TYPE_CHECKING:
    from index.finding import Hit

REFUSAL = "The indexed articles do not answer this."
QUOTES = "quotes"
HEADLINES = 3
_BRACKETED = re.compile(r"\[(?=\s*\d)")  # a number in square brackets is ours alone


@dataclass(frozen=True, slots=True)
class Found:
    """A question, the passages found for it (best first), the quotes chosen from them, and why to refuse, if so.

    `hits` are those the question was decided on; `newest` is the day of the newest indexed article; `scope` says what
    the question was read as, and what was searched.
    """

    question: str
    searched: str
    hits: tuple[Hit, ...]
    quotes: tuple[Quote, ...]
    refusal: str | None
    newest: date | None
    generation: int
    asked_on: date | None = None
    scope: Scope = field(default_factory=Scope)

    def as_of(self, citations: Sequence[Citation] = ()) -> AsOf:
        """Return how fresh an answer with these citations is."""
        sources = [citation.source for citation in citations]
        newest = max((source.published for source in sources if source.published), default=None)
        warned = warning(self.question, self.scope, sources, self.asked_on, self.newest)
        return AsOf(newest, self.newest, self.generation, warned)

    def nearest(self) -> tuple[Source, ...]:
        """Return the sources of the nearest articles, each once."""
        return tuple({hit.passage.source.id: hit.passage.source for hit in self.hits}.values())[:HEADLINES]


def written(
    found: Found,
    text: str,
    citations: Sequence[Citation],
    mode: str,
    *,
    reason: str | None = None,
    checks: Sequence[Check] = (),
    done: bool = True,
) -> Answer:
    """Return an answer of that text."""
    return Answer(
        question=found.question,
        text=text,
        citations=tuple(citations),
        mode=mode,
        answered=True,
        reason=reason,
        nearest=(),
        as_of=found.as_of(citations),
        checks=tuple(checks),
        done=done,
        searched=found.searched,
        filters=found.scope,
    )


def refused(found: Found, mode: str, reason: str) -> Answer:
    """Return the answer that there is none, with the reason and the nearest headlines."""
    return Answer(
        question=found.question,
        text=REFUSAL,
        citations=(),
        mode=mode,
        answered=False,
        reason=reason,
        nearest=found.nearest(),
        as_of=found.as_of(),
        searched=found.searched,
        filters=found.scope,
    )


def quoted(found: Found, reason: str | None = None) -> Iterator[Answer]:
    """Yield the answer in quotes, growing by one quote a time; `reason` says why quotes, where a model was to write."""
    if not found.quotes:
        yield refused(found, QUOTES, reason or "The articles that come nearest hold no sentence that can be quoted.")
        return
    lines: list[str] = []
    citations: list[Citation] = []
    for number, quote in enumerate(found.quotes, start=1):
        by = attribution(quote.source, len(quote.reprints), quote.start)
        line = inert(f"“{' '.join(quote.text.split())}” — {by}")
        lines.append(f"{_BRACKETED.sub('(', line)} [{number}]")
        citations.append(Citation(number, quote.source, quote.text, quote.start, quote.end, quote.reprints))
        done = number == len(found.quotes)
        yield written(found, "\n".join(lines), citations, QUOTES, reason=reason, done=done)
