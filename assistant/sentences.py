"""The sentences of found passages that may be quoted, with what is around them. Knows nothing of their ranking."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.prose import quotable
from index.lexical import terms

if TYPE_CHECKING:
    from index.finding import Hit

LONGEST_PAIR = 480  # characters of a sentence with the one before it

_NONE: frozenset[str] = frozenset()
_LEANS = re.compile(
    r"[\"'“‘(]*(?:(?:And|But|So|Then|Still|Now|Yet|However,?|Instead,?|Meanwhile,?|Also,?)\s+)?"
    r"(?:He|She|It|They|This|That|These|Those|His|Her|Hers|Its|Their|Both|Such|Neither|Another|Others"
    r"|The \d+-year-old|The (?:two|pair|latter|former))\b"
    r"(?!\s+(?:is|was) (?:not )?(?:clear|unclear|known|unknown|possible|likely)\b)"
)


@dataclass(frozen=True)
class Candidate:
    """A sentence, or two that belong together: `text == article.text[start:end]`.

    `sequence` are its terms in order; `before`, `after`, `title` and `around` the terms of the sentences beside it, of
    its article's title, and of its passage with the title. `joined`: it brings the sentence before along; `leaning`: it
    needs one that it does not bring.
    """

    hit: Hit
    text: str
    start: int
    end: int
    sequence: tuple[str, ...]
    before: frozenset[str]
    after: frozenset[str]
    title: frozenset[str]
    around: frozenset[str]
    joined: bool
    leaning: bool

    @cached_property
    def terms(self) -> frozenset[str]:
        """Its terms, each once."""
        return frozenset(self.sequence)

    @property
    def article(self) -> str:
        """The id of its article."""
        return self.hit.passage.source.id

    def overlaps(self, other: Candidate) -> bool:
        """Tell whether both quote some of the same characters."""
        return self.article == other.article and self.start < other.end and other.start < self.end

    def alike(self, other: Candidate) -> float:
        """Return the share of terms both have among those either has."""
        return len(self.terms & other.terms) / max(1, len(self.terms | other.terms))


def candidates(hits: Sequence[Hit]) -> list[Candidate]:
    """Return what may be quoted from the passages, in their order."""
    return [candidate for hit in hits for candidate in _of_passage(hit)]


def _of_passage(hit: Hit) -> Iterator[Candidate]:
    text, offset = hit.passage.text, hit.passage.start
    spans = list(quotable(text))
    sequences = [tuple(terms(text[start:end])) for start, end in spans]
    title = frozenset(terms(hit.passage.source.title))
    around = title.union(*sequences)
    for i, (_, end) in enumerate(spans):
        first = i - 1 if _needs_last(text, spans, i) else i
        begin = spans[first][0]
        yield Candidate(
            hit,
            text[begin:end],
            offset + begin,
            offset + end,
            sequence=tuple(term for sequence in sequences[first : i + 1] for term in sequence),
            before=frozenset(sequences[first - 1]) if first else _NONE,
            after=frozenset(sequences[i + 1]) if i + 1 < len(spans) else _NONE,
            title=title,
            around=around,
            joined=first < i,
            leaning=_leans(text, begin, end) or _unclosed(text[begin:end]),
        )


def _needs_last(text: str, spans: Sequence[tuple[int, int]], i: int) -> bool:
    """Tell whether a sentence is to be quoted with the one before: it leans on it, which leans on nothing itself."""
    start, end = spans[i]
    if i == 0 or not _leans(text, start, end):
        return False
    first, last = spans[i - 1]
    adjacent = not text[last:start].strip() and end - first <= LONGEST_PAIR
    return adjacent and not _leans(text, first, end)


def _leans(text: str, start: int, end: int) -> bool:
    """Tell whether a sentence needs the one before: it opens with a pronoun, or inside a quotation."""
    if _LEANS.match(text, start, end):
        return True
    if _unclosed(text[text.rfind("\n", 0, start) + 1 : start]):
        return True
    closing, opening = text.find("”", start, end), text.find("“", start, end)
    return closing >= 0 and not 0 <= opening < closing


def _unclosed(text: str) -> bool:
    """Tell whether a quotation opens in a text and does not end in it."""
    return text.count("“") > text.count("”") or text.count('"') % 2 == 1
