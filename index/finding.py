"""A question made ready for the search of one generation: read, spelled, narrowed. Knows no scores.

What was read from a question never hides the answer: where no passage that it leaves has a word of the question, the
days go first, then the outlets, then both. What the caller set stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from index.articles import Source
from index.lexical import Filters, Lexical, content_terms
from index.passages import Passage
from index.scope import Scope
from index.spelling import corrections, spelled
from index.understanding import Understood, telling, understand

LONGEST_QUESTION = 2_000  # characters searched


class Print(Protocol):
    """Another article of a hit's story."""

    @property
    def source(self) -> Source: ...

    def says(self, text: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Hit:
    """A found passage. `parts` explains the score; `reprints`: the other articles of its story that say most of it."""

    passage: Passage
    score: float
    parts: dict[str, float]
    reprints: tuple[Source, ...] = ()
    prints: tuple[Print, ...] = field(default=(), repr=False, compare=False)

    def saying(self, text: str) -> tuple[Source, ...]:
        """Return the other articles of its story that say these words of the passage."""
        return tuple(one.source for one in self.prints if one.says(text))


@dataclass(frozen=True, slots=True)
class Finding:
    """The hits for a question, the best first, and what was searched for them.

    `day` is the day the question was taken to be asked on: the one given, else today where the index reaches near it.
    """

    hits: tuple[Hit, ...]
    scope: Scope
    day: date | None = None


def scope_of(
    question: str,
    lexical: Lexical,
    outlets: Sequence[str],
    filters: Filters,
    asked_on: date | None = None,
    without: Sequence[str] = (),
) -> Scope:
    """Return what to search for a question in an index with these outlets; `filters` are the caller's."""
    text = question[:LONGEST_QUESTION]
    read = understand(text, outlets, asked_on, without)
    if filters.outlets:
        read = read.leaving("outlet")
    if filters.since or filters.until:
        read = read.leaving("date")
    corrected = corrections(read.words, lexical.frequency, without)
    subject = content_terms(" ".join(telling(spelled(read.subject, corrected))))
    for used in _ever_wider(read):
        both = replace(
            filters,
            outlets=filters.outlets or used.outlets,
            since=filters.since or used.since,
            until=filters.until or used.until,
        )
        if not used.narrows or _leaves_something(lexical, subject, both):
            break
    # what was dropped is not searched as words either: "last week" stands in articles about anything
    words = spelled(read.words, corrected)
    dropped = tuple(one for one, now in zip(read.phrases, used.phrases, strict=True) if one.applied and not now.applied)
    cut = len(text) if text != question else 0
    return Scope(used, both.outlets, both.since, both.until, dropped, corrected, words, cut)


def _ever_wider(read: Understood) -> Iterator[Understood]:
    """Yield the question as read, then with less and less of it applied, until nothing read leaves anything out."""
    yield read
    if read.outlets and (read.since or read.until):
        # who is asked to speak says more than when
        yield read.leaving("date")
        yield read.leaving("outlet")
    if read.narrows:
        yield read.leaving("outlet", "date")


def _leaves_something(lexical: Lexical, subject: Sequence[str], filters: Filters) -> bool:
    """Tell whether a passage that passes has a term of the subject; without a subject, whether any passes."""
    return bool(lexical.search(subject, 1, filters)) if subject else lexical.passing(filters, 0) is None
