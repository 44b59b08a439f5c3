"""Where articles give different figures for the same thing. Knows nothing of answers or of how this is shown.

An invented disagreement is worse than none, so all that could explain the difference is asked first. Two figures are
of the same thing when they are of one kind, count what the same word names, stand among the same words, and neither
sentence names what the other's article does not know. They do not differ where one rounds the other or is a bound that
the other keeps, where an article has both, or where one is told as the first, the second or an earlier of several.
What differs between days may have changed: it is told in the order of the days, not as a disagreement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import combinations
from typing import Literal

from assistant import figures, moments
from assistant.alignment import Around, alike
from assistant.figures import Figure
from assistant.moments import Moment
from assistant.particulars import speakers
from assistant.prose import quotable
from assistant.rarity import is_mostly_a_name, rarity
from assistant.reading import Reading, term_of
from assistant.sources import UNITS, Evidence, Part, passage
from assistant.words import PLACES, STOPWORDS
from index.articles import Source

Kind = Literal["differ", "later"]

ALIKE = 0.3  # how much of what surrounds one figure must surround the other
SHARED = 0.35  # how much of the shorter sentence must stand in the other, by the rarity of its words
TOGETHER = 0.95  # the sum that both must reach
TOGETHER_MEASURED = 0.7  # where a fraction such as 7.8 has the same word before it: it is a measure, not one count of many
WEIGHT = 8.0  # that the shared words must have, so that they tell what is spoken of
DAYS = 3  # between two articles; what is further apart may have changed
MOST_TIMES_LATER = 20.0  # what grew may have become so many times as much
MOST_TIMES = 5.0  # one figure may be the other; beyond, they count other things
_ROUNDED = 0.02  # share by which a figure that says "about" may be off
_NEAR = 8  # words in which something may tell a figure apart
_HEAD = 3  # words after a figure that may name what it counts
_FEWEST = 4  # words of content that a sentence must have beside its figure
# Beside one of two figures alone, it tells of another one of the same kind.
_APART = frozenset(
    term_of(word)
    for word in """first second third fourth another other others additional further previous previously earlier
    initially initial originally original former aftershock aftershocks expected forecast projected predicted goal
    target record average total per each every annual hourly combined half quarter low lowest high highest minimum
    maximum median increase decrease increased decreased cut raised lowered not remaining if would could should might
    confirmed suspected new""".split()
)
_TURNS = frozenset("to from by per within".split())


@dataclass(frozen=True, slots=True)
class Told:
    """A figure as one article gives it, in a sentence `article.text[start:end] == sentence`."""

    value: str
    source: Source
    sentence: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What several articles give differently, in the order of their days; those of unknown day come last.

    `what` are words that all use beside it. differ: they disagree; later: it may have changed between them.
    """

    what: str
    kind: Kind
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A passage to look at, with the ids of all articles that print its story."""

    evidence: Evidence
    story: frozenset[str]


def differences(places: Iterable[Place], main: frozenset[str]) -> list[Difference]:
    """Return what the articles of several places give differently; one side at least is in an article of `main`."""
    given = [one for place in places for one in _given(place)]
    pairs = [
        (one, other)
        for one, other in combinations(given, 2)
        if (one.article in main or other.article in main) and _differ(one, other)
    ]
    pairs = [pair for pair in pairs if not _has_both(*pair, given)]
    return [_difference(group, pairs) for group in _groups(pairs)]


class _Given:
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
            if reading.terms[index] not in _APART:  # of new cases, cases
                return reading.terms[index]
        return ""

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
        named = {term for name, _ in self.part.names if start <= name.start < end and not name.is_place for term in name.terms}
        return frozenset(term for term in named - told if not term[:1].isdigit())

    @cached_property
    def said(self) -> frozenset[str]:
        """The terms of its sentence and of its article's title."""
        first, last = self._sentence
        return frozenset(self.reading.terms[first:last]) | Reading(self.place.evidence.source.title).present

    @cached_property
    def days(self) -> list[Moment]:
        """The days told nearby."""
        (first, last), reading = self._words, self.reading
        start = reading.starts[max(self._sentence[0], first - _NEAR)]
        end = reading.ends[min(self._sentence[1], last + _NEAR) - 1]
        return [moment for moment in reading.moments if moment.spans and start <= moment.start < end]

    def told(self) -> Told:
        """Return it as it is told."""
        start, end = self.span
        evidence = self.place.evidence
        at = evidence.start
        return Told(self.figure.text, evidence.source, evidence.text[start:end], at + start, at + end)


def _tells(term: str) -> bool:
    return len(term) > 1 and not term[0].isdigit() and term not in STOPWORDS and term not in UNITS


def _given(place: Place) -> Iterator[_Given]:
    """Yield the figures of the sentences that were written to be read."""
    part = passage(place.evidence)
    spans = list(quotable(place.evidence.text))
    for figure, around in part.figures:
        span = next((span for span in spans if span[0] <= figure.start < span[1]), None)
        if span and figure.kind in ("number", "money", "percent") and len(figure.values) == 1:
            one = _Given(place, figure, around, span)
            if len(one.terms) >= _FEWEST:
                yield one


def _differ(one: _Given, other: _Given) -> bool:
    """Tell whether two figures are of one thing and not the same."""
    a, b = one.figure, other.figure
    if a.kind != b.kind or a.measure != b.measure or a.unit != b.unit or one.place.story & other.place.story:
        return False
    if figures.same(a, b) or figures.same(b, a) or (_compatible(a, b) and not _grows(one, other)):
        return False
    return _times(a, b) <= (MOST_TIMES_LATER if _grows(one, other) else MOST_TIMES) and _same_thing(one, other)


def _same_thing(one: _Given, other: _Given) -> bool:
    """Tell whether two figures count or measure the same, by the words beside them."""
    if not _same_head(one, other):
        return False
    if one.turn != other.turn or (one.near ^ other.near) & _APART:
        return False
    mine, its = one.who - other.said, other.who - one.said
    if (mine and its) or (mine & one.near) or (its & other.near):
        return False  # they speak of others
    if one.days and other.days and not any(moments.same(a, b) or moments.same(b, a) for a in one.days for b in other.days):
        return False
    common = one.terms & other.terms
    weight = sum(map(rarity, common))
    if weight < WEIGHT or not any(is_mostly_a_name(term) or term in PLACES for term in common):
        return False
    shared = weight / min(sum(map(rarity, one.terms)), sum(map(rarity, other.terms)))
    near = (alike(one.around, other.around) + alike(other.around, one.around)) / 2
    together = TOGETHER_MEASURED if _measures(one) and _measures(other) else TOGETHER
    return near >= ALIKE and shared >= SHARED and near + shared >= together


def _measures(one: _Given) -> bool:
    """Tell whether a figure measures something rather than counts it: "magnitude 7.8"."""
    return one.figure.kind == "number" and not one.figure.values[0].is_integer() and bool(one.measured)


def _same_head(one: _Given, other: _Given) -> bool:
    """Tell whether the same word names what is counted ("912 people"), or measured ("magnitude 7.8")."""
    if one.counted and one.counted == other.counted:
        return True
    counts = one.figure.kind == "number" and one.figure.values[0].is_integer() and other.figure.values[0].is_integer()
    if counts and one.counted and other.counted:
        return False
    return bool(one.measured and other.measured) and one.measured[0] == other.measured[0]


def _compatible(one: Figure, other: Figure) -> bool:
    """Tell whether two figures can both be true: one rounded, or a bound that the other keeps."""
    a, b = one.values[0], other.values[0]
    for bound, hedge, value in ((a, one.hedge, b), (b, other.hedge, a)):
        if (hedge == "over" and value >= bound) or (hedge == "under" and value <= bound):
            return True
        if hedge and abs(value - bound) <= _ROUNDED * max(value, bound):
            return True
    return False


def _times(one: Figure, other: Figure) -> float:
    small, large = sorted((abs(one.values[0]), abs(other.values[0])))
    return large / small if small else MOST_TIMES + 1


def _has_both(one: _Given, other: _Given, given: Sequence[_Given]) -> bool:
    """Tell whether an article of either has the other's figure as well."""
    return any(
        (third.article == mine.article and figures.same(third.figure, its.figure))
        for mine, its in ((one, other), (other, one))
        for third in given
    )


def _groups(pairs: Sequence[tuple[_Given, _Given]]) -> list[list[_Given]]:
    """Return those that are together in pairs, each once."""
    groups: list[list[_Given]] = []
    for pair in pairs:
        joined = [group for group in groups if any(one in group for one in pair)]
        groups = [group for group in groups if group not in joined]
        merged = [one for group in joined for one in group]
        groups.append([*merged, *(one for one in pair if one not in merged)])
    return groups


def _difference(group: Sequence[_Given], pairs: Sequence[tuple[_Given, _Given]]) -> Difference:
    mine = [pair for pair in pairs if pair[0] in group]
    kind: Kind = "later" if all(_may_have_changed(*pair) for pair in mine) else "differ"
    first, second = mine[0]
    words = [
        first.reading.text[start:end].lower()
        for start, end, term in zip(first.reading.starts, first.reading.ends, first.reading.terms, strict=True)
        if first.span[0] <= start < first.span[1] and term in (first.terms & second.terms)
    ]
    told: dict[tuple[frozenset[str], str], Told] = {}
    for one in group:
        told.setdefault((one.place.story, one.figure.text), one.told())
    ordered = sorted(told.values(), key=lambda one: (one.source.published is None, str(one.source.published)))
    return Difference(" ".join(dict.fromkeys(words)), kind, tuple(ordered))


def _may_have_changed(one: _Given, other: _Given) -> bool:
    """Tell whether days lie between two figures in which it may have become the other: a count that grows, or long."""
    first, second = one.day, other.day
    if not first or not second or first == second:
        return False
    # prices and shares move from day to day
    return one.figure.kind != "number" or _grows(one, other) or abs((first - second).days) > DAYS


def _grows(one: _Given, other: _Given) -> bool:
    """Tell whether the later of two counts is the greater."""
    (first, a), (second, b) = ((given.day, given.figure.values[0]) for given in (one, other))
    if not first or not second or first == second or one.figure.measure or not (a.is_integer() and b.is_integer()):
        return False
    return (a < b) == (first < second)
