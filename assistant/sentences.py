"""The sentences of found passages that may be quoted, and what each offers. Knows nothing of how they are ranked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.lexical import terms
from index.passages import paragraphs, sentences

if TYPE_CHECKING:
    from index.search import Hit

SHORTEST = 5  # words
LONGEST_PAIR = 480  # characters of a sentence with the one before it

_CAPTION_CHARACTERS = 700
_ENDS = re.compile(r"[.!?…:][\"'”’)\]]*$")
_QUESTION = re.compile(r"\?[\"'”’)\]]*$")
_BYLINE = re.compile(r"^(?:By|Reporting by|Editing by|Written by)\s+[A-Z]|\breports?\.$")
_CREDIT = re.compile(
    r"\((?:AP|Reuters|AFP|Getty|Photo|Image|Credit|File)\b[^)]*\)|\bvia (?:AP|AFP|Getty|Reuters|REUTERS)\b"
    r"|\b(?:Getty Images|AP Photo|Pool Photo)\b|/(?:AP|AFP|Reuters|REUTERS|Getty)\b"
    r"|\bPhoto(?:graph)? (?:by|courtesy)\b|\b(?:Photo|Image|Credit|Picture)s?:|^FILE\b",
    re.M,
)
_BOILERPLATE = re.compile(
    r"\bsubscrib|©|\bhttps?://|\bwww\.|\b[\w.]+@[\w.]+\b|\b(?:newsletters?|sign up|read more|click here|advertisement"
    r"|all rights reserved|terms of (?:use|service)|privacy policy|news tips?|download (?:the|our) app"
    r"|follow (?:us|him|her|them|me) on|contributed to this (?:report|story|article)"
    r"|this (?:story|article) (?:was|has been) (?:first |originally )?(?:updated|published)"
    r"|is an? (?:staff |senior )?(?:reporter|writer|correspondent|editor) (?:for|at))\b",
    re.I,
)
_LEANS = re.compile(
    r"^[\"'“‘(]*(?:(?:And|But|So|Then|Still|Now|Yet|However,?)\s+)?"
    r"(?:He|She|It|They|This|That|These|Those|His|Her|Hers|Its|Their|Both|Such|Neither"
    r"|The (?:two|pair|latter|former))\b(?!\s+(?:is|was) (?:not )?(?:clear|unclear|known|unknown|possible|likely)\b)"
)


@dataclass(frozen=True)
class Candidate:
    """A sentence, or two that belong together: `text == article.text[start:end]`; `around`: its passage's terms."""

    hit: Hit
    text: str
    start: int
    end: int
    terms: frozenset[str]
    around: frozenset[str]
    leaning: bool

    def overlaps(self, other: Candidate) -> bool:
        """Tell whether both quote some of the same characters."""
        same = self.hit.passage.source.id == other.hit.passage.source.id
        return same and self.start < other.end and other.start < self.end

    def alike(self, other: Candidate) -> float:
        """Return the share of terms both have among those either has."""
        return len(self.terms & other.terms) / max(1, len(self.terms | other.terms))


def candidates(hits: Sequence[Hit]) -> list[Candidate]:
    """Return what may be quoted from the passages, in their order."""
    return [candidate for hit in hits for candidate in _of_passage(hit)]


def _of_passage(hit: Hit) -> Iterator[Candidate]:
    text = hit.passage.text
    around = frozenset(terms(f"{hit.passage.source.title}\n{text}"))
    before: tuple[int, int] | None = None
    for start, end in _quotable(text):
        leaning = _leans(text[start:end])
        adjacent = before is not None and not text[before[1] : start].strip()
        if leaning and adjacent and before is not None and end - before[0] <= LONGEST_PAIR:
            yield _candidate(hit, before[0], end, around, _leans(text[before[0] : end]))
        else:
            yield _candidate(hit, start, end, around, leaning)
        before = (start, end)


def _leans(sentence: str) -> bool:
    """Tell whether a sentence needs the one before: it opens with a pronoun, or closes a quotation it did not open."""
    closing, opening = sentence.find("”"), sentence.find("“")
    return bool(_LEANS.match(sentence)) or (closing >= 0 and not 0 <= opening < closing)


def _candidate(hit: Hit, start: int, end: int, around: frozenset[str], leaning: bool) -> Candidate:
    text = hit.passage.text[start:end]
    offset = hit.passage.start
    return Candidate(hit, text, offset + start, offset + end, frozenset(terms(text)), around, leaning)


def _quotable(text: str) -> Iterator[tuple[int, int]]:
    captions = [
        (start, end)
        for start, end in paragraphs(text)
        if end - start <= _CAPTION_CHARACTERS and _CREDIT.search(text[start:end])
    ]
    for start, end in sentences(text):
        in_caption = any(first <= start < last for first, last in captions)
        if not in_caption and _is_prose(text[start:end]):
            yield start, end


def _is_prose(sentence: str) -> bool:
    """Tell whether a sentence was written to be read: it is no heading, byline, question or boilerplate."""
    words = sentence.split()
    if len(words) < SHORTEST or not _ENDS.search(sentence) or _QUESTION.search(sentence):
        return False
    if _BYLINE.search(sentence) and len(words) <= 12:
        return False
    return not _BOILERPLATE.search(sentence) and not _CREDIT.search(sentence)
