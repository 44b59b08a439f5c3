"""The figures of a passage, each with what in its sentence tells what it is a figure of. Knows no second article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from assistant.alignment import Around
from assistant.figures import Figure
from assistant.moments import Moment
from assistant.particulars import speakers
from assistant.prose import quotable
from assistant.reading import Reading, term_of
from assistant.sources import UNITS, Evidence, Part, passage
from assistant.words import STOPWORDS

MOST_FIGURES = 3  # in a sentence; beyond, it is a list, of which no figure can be told by the words beside it
_NEAR = 8  # words in which something may tell a figure apart
_HEAD = 3  # words after a figure that may name what it counts
_FEWEST = 4  # words of content that a sentence must have beside its figure
# Beside one of two figures alone, it tells of another one of the same kind.
APART = frozenset(
    term_of(word)
    for word in """first second third fourth another other others additional further previous previously earlier
    initially initial originally original former aftershock aftershocks expected forecast projected predicted goal
    target record average total per each every annual hourly combined half quarter low lowest high highest minimum
    maximum median increase decrease increased decreased cut raised lowered not remaining if would could should might
    confirmed suspected new""".split()
)
# Right before a figure, it makes it a place in an order or part of a name.
_ORDERS = frozenset(
    term_of(word) for word in "top no number category season episode chapter round page level phase tier part".split()
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_CODE = re.compile(r"\b[A-Z]+[.-]\d+(?:\.\d+)*\b")  # of a variant, a model: BA.2, F-35
_TURNS = frozenset("to from by per within".split())


@dataclass(frozen=True, slots=True)
class Place:
    """A passage to look at, with the ids of all articles that print its story."""

    evidence: Evidence
    story: frozenset[str]


class Counted:
    """A figure in its sentence."""

    def __init__(self, place: Place, figure: Figure, around: Around, span: tuple[int, int]) -> None:
        self.place, self.figure, self.around, self.span = place, figure, around, span
        self.part: Part = passage(place.evidence)
        self._words = self.part.reading.words(figure.start, figure.end)
        self._sentence = self.part.reading.words(*span)

    @property
    def article(self) -> str:
        """The id of its article."""
        return self.place.evidence.source.id

    @property
    def day(self) -> date | None:
        """The day of its article."""
        return self.place.evidence.source.published

    @property
    def reading(self) -> Reading:
        """Its passage."""
        return self.part.reading

    @cached_property
    def terms(self) -> frozenset[str]:
        """The terms of its sentence that say something, but for figures."""
        first, last = self._sentence
        return frozenset(term for term in self.reading.terms[first:last] if _tells(term))

    @cached_property
    def near(self) -> frozenset[str]:
        """The terms of the words nearby."""
        (first, last), (start, end) = self._words, self._sentence
        return frozenset(self.reading.terms[max(start, first - _NEAR) : min(end, last + _NEAR)])

    @cached_property
    def counted(self) -> str:
        """The term after it that names what it counts; "" where none does."""
        reading, last = self.reading, self._words[1]
        for index in range(last, min(self._sentence[1], last + _HEAD)):
            between = reading.text[reading.ends[index - 1] : reading.starts[index]].strip()
            if between not in ("", "-") or reading.terms[index] in STOPWORDS:
                break
            if reading.terms[index] not in APART:  # of new cases, cases
                return reading.terms[index]
        return ""

    @property
    def is_a_name(self) -> bool:
        """Tell whether it is no figure of anything: a year, a place in an order, part of a name ("iPhone 14")."""
        if self.figure.kind != "number" or self._words[0] <= self._sentence[0]:
            return False
        before = self._words[0] - 1
        word = self.reading.text[self.reading.starts[before] : self.figure.start]
        named = any(map(str.isupper, word)) and word.endswith((" ", "-")) and before > self._sentence[0]
        return named or self.reading.terms[before] in _ORDERS or bool(_YEAR.fullmatch(self.figure.text))

    @cached_property
    def others(self) -> list[Figure]:
        """The other figures of its sentence."""
        start, end = self.span
        return [other for other, _ in self.part.figures if start <= other.start < end and other != self.figure]

    @cached_property
    def lasting(self) -> frozenset[tuple[str, tuple[float, ...]]]:
        """Those of them that count a length of time."""
        return frozenset((other.measure, other.values) for other in self.others if other.measure)

    @cached_property
    def codes(self) -> frozenset[str]:
        """The names with numbers in its sentence."""
        return frozenset(_CODE.findall(self.reading.text, *self.span))

    @cached_property
    def measured(self) -> tuple[str, ...]:
        """The terms of the two words of content before it, the nearest first."""
        first, start = self._words[0], self._sentence[0]
        before = self.reading.terms[max(start, first - 4) : first]
        return tuple(term for term in reversed(before) if _tells(term))[:2]

    @cached_property
    def turn(self) -> str:
        """The small word right before it: "to 5" is not "by 5"."""
        first = self._words[0]
        term = self.reading.terms[first - 1] if first > self._sentence[0] else ""
        return term if term in _TURNS else ""

    @cached_property
    def who(self) -> frozenset[str]:
        """The terms of its sentence's names, but for places and those who say it."""
        start, end = self.span
        told = {term for name in speakers(self.part, self.span) for term in name.terms}
        named = {
            term
            for name, _ in self.part.names
            if start <= name.start < end and not name.is_place
            for term in name.terms
        }
        return frozenset(term for term in named - told if not term[:1].isdigit())

    @cached_property
    def said(self) -> frozenset[str]:
        """The terms of its sentence and of its article's title."""
        first, last = self._sentence
        return frozenset(self.reading.terms[first:last]) | Reading(self.place.evidence.source.title).present

    @cached_property
    def days(self) -> list[Moment]:
        """The days told in its sentence; of what is measured once, those nearby."""
        (first, last), (start, end), reading = self._words, self._sentence, self.reading
        if self.measures:
            start, end = max(start, first - _NEAR), min(end, last + _NEAR)
        span = reading.starts[start], reading.ends[end - 1]
        return [moment for moment in reading.moments if moment.spans and span[0] <= moment.start < span[1]]

    @property
    def measures(self) -> bool:
        """Tell whether it measures something rather than counts it: "magnitude 7.8"."""
        return self.figure.kind == "number" and not self.figure.values[0].is_integer() and bool(self.measured)


def _tells(term: str) -> bool:
    return len(term) > 1 and not term[0].isdigit() and term not in STOPWORDS and term not in UNITS


def counted_in(place: Place) -> Iterator[Counted]:
    """Yield the figures of the sentences that were written to be read."""
    part, text = passage(place.evidence), place.evidence.text
    spans = list(quotable(text))
    for figure, around in part.figures:
        span = next((span for span in spans if span[0] <= figure.start < span[1]), None)
        if span is None or figure.kind not in ("number", "money", "percent") or len(figure.values) > 1:
            continue
        one = Counted(place, figure, around, span)
        if len(one.others) < MOST_FIGURES and len(one.terms) >= _FEWEST and not one.is_a_name:
            yield one
