"""Where articles give different figures for the same thing. Knows nothing of answers or of how this is shown.

An invented disagreement is worse than none, so all that could explain the difference is asked first. Two figures are
of the same thing when they are of one kind, count what the same word names, stand among the same words, and neither
sentence names what the other's article does not know. They do not differ where one rounds the other or is a bound that
the other keeps, where an article has both, or where one is told as the first, the second or an earlier of several.
What differs between days may have changed: it is told in the order of the days, not as a disagreement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

from assistant import figures, moments
from assistant.alignment import alike
from assistant.counted import APART, Counted, Place, counted_in
from assistant.figures import Figure
from assistant.moments import Moment
from assistant.rarity import is_mostly_a_name, rarity
from assistant.sources import Evidence, passage
from assistant.words import PLACES
from index.articles import Source

if TYPE_CHECKING:
    from assistant.citations import Citation
    from index.finding import Hit

Kind = Literal["differ", "later"]

ALIKE = 0.3  # how much of what surrounds one figure must surround the other
SHARED = 0.35  # how much of the shorter sentence must stand in the other, by the rarity of its words
TOGETHER = 0.95  # the sum that both must reach
TOGETHER_MEASURED = 0.7  # of measures such as 7.8, which are not one count of many
WEIGHT = 8.0  # that the shared words must have, so that they tell what is spoken of
FEWEST = 3  # words of content that two sentences must share
DAYS_LATER = 60  # between two articles; what is further apart is hardly the same event
MOST_NAMES = 2  # told beside what both figures count
DAYS = 3  # between two articles that give a measure; what is further apart may have changed
MOST_TIMES_LATER = 20.0  # what grew may have become so many times as much
MOST_TIMES = 5.0  # one figure may be the other; beyond, they count other things
_ROUNDED = 0.02  # share by which a figure that says "about" may be off


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

    `what` are words that two of them use beside it: what is counted or measured, and the nearest names. differ: they
    disagree; later: it may have changed between them.
    """

    what: tuple[str, ...]
    kind: Kind
    told: tuple[Told, ...]


def places(citations: Iterable[Citation], hits: Iterable[Hit]) -> list[Place]:
    """Return where to look: what was found, and the quotes of the citations that stand in none of it."""
    found = [(hit.passage.source, hit.passage.text, hit.passage.start, hit.reprints) for hit in hits]
    for one in citations:
        if not any(source.id == one.source.id and one.quote in text for source, text, _, _ in found):
            found.append((one.source, one.quote, one.start, one.reprints))
    return [
        Place(Evidence(source, text, start), frozenset([source.id, *(other.id for other in reprints)]))
        for source, text, start, reprints in found
    ]


def differences(looked_at: Iterable[Place], main: Set[str]) -> list[Difference]:
    """Return what the articles of several places give differently; one side at least is in an article of `main`."""
    looked_at = list(looked_at)
    had: dict[str, list[Figure]] = {}
    for place in looked_at:
        had.setdefault(place.evidence.source.id, []).extend(passage(place.evidence).reading.figures)
    given = [one for place in looked_at for one in counted_in(place)]
    pairs = [
        (one, other)
        for one, other in combinations(given, 2)
        if (one.article in main or other.article in main) and _differ(one, other) and not _has_both(one, other, had)
    ]
    groups = [group for group in _groups(pairs) if not _tells_two(group)]
    return [_difference(group, pairs) for group in groups]


def _differ(one: Counted, other: Counted) -> bool:
    """Tell whether two figures are of one thing and not the same."""
    a, b = one.figure, other.figure
    if a.kind != b.kind or a.measure != b.measure or a.unit != b.unit or one.place.story & other.place.story:
        return False
    if one.day and other.day and abs((one.day - other.day).days) > DAYS_LATER:
        return False
    if figures.same(a, b) or figures.same(b, a) or (_compatible(a, b) and not _grows(one, other)):
        return False
    return _times(a, b) <= (MOST_TIMES_LATER if _grows(one, other) else MOST_TIMES) and _same_thing(one, other)


def _same_thing(one: Counted, other: Counted) -> bool:
    """Tell whether two figures count or measure the same, by the words beside them."""
    if not _same_head(one, other) or _told_apart(one, other):
        return False
    common = one.terms & other.terms
    weight = sum(map(rarity, common))
    if len(common) < FEWEST or weight < WEIGHT or not any(is_mostly_a_name(term) or term in PLACES for term in common):
        return False
    shared = weight / min(sum(map(rarity, one.terms)), sum(map(rarity, other.terms)))
    near = (alike(one.around, other.around) + alike(other.around, one.around)) / 2
    together = TOGETHER_MEASURED if one.measures and other.measures else TOGETHER
    return near >= ALIKE and shared >= SHARED and near + shared >= together


def _told_apart(one: Counted, other: Counted) -> bool:
    """Tell whether something says that two figures are of different things, though the words are alike."""
    if one.turn != other.turn or (one.near ^ other.near) & APART:
        return True
    mine, its = one.who - other.said, other.who - one.said
    if (mine and its) or (mine & one.near) or (its & other.near):
        return True  # they speak of others
    if one.figure.measure and one.others and other.others and not _any_same(one.others, other.others):
        return True  # how long it took, of so many here and of so many there
    return any(map(_disjoint, (one.lasting, one.codes), (other.lasting, other.codes))) or (
        bool(one.days and other.days) and not _same_days(one, other)
    )


def _any_same(some: Sequence[Figure], others: Sequence[Figure]) -> bool:
    return any(figures.same(one, other) or figures.same(other, one) for one in some for other in others)


def _disjoint(one: frozenset[Any], other: frozenset[Any]) -> bool:
    return bool(one and other) and one.isdisjoint(other)


def _same_days(one: Counted, other: Counted) -> list[Moment]:
    """Return the days of the first that the second tells of as well."""
    return [a for a in one.days if any(moments.same(a, b) or moments.same(b, a) for b in other.days)]


def _same_head(one: Counted, other: Counted) -> bool:
    """Tell whether the same word names what is counted ("912 people"), or measured ("magnitude 7.8")."""
    if one.counted and one.counted == other.counted:
        return True
    if one.figure.kind == "number" and one.counted and other.counted:
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


def _has_both(one: Counted, other: Counted, had: Mapping[str, Sequence[Figure]]) -> bool:
    """Tell whether an article of either has the other's figure as well; `had` are all that each article has."""
    return any(
        figures.same(mine, its.figure)
        for article, its in ((one.article, other), (other.article, one))
        for mine in had[article]
    )


def _groups(pairs: Sequence[tuple[Counted, Counted]]) -> list[list[Counted]]:
    """Return those that are together in pairs, each once."""
    groups: list[list[Counted]] = []
    for pair in pairs:
        joined = [group for group in groups if any(one in group for one in pair)]
        groups = [group for group in groups if group not in joined]
        merged = [one for group in joined for one in group]
        groups.append([*merged, *(one for one in pair if one not in merged)])
    return groups


def _tells_two(group: Sequence[Counted]) -> bool:
    """Tell whether an article has two of the figures: it knows what tells them apart."""
    return any(
        one.article == other.article and not figures.same(one.figure, other.figure)
        for one, other in combinations(group, 2)
    )


def _difference(group: Sequence[Counted], pairs: Sequence[tuple[Counted, Counted]]) -> Difference:
    mine = [pair for pair in pairs if pair[0] in group]
    kind: Kind = "later" if all(_may_have_changed(*pair) for pair in mine) else "differ"
    told: dict[tuple[frozenset[str], str], Told] = {}
    for one in group:
        told.setdefault((one.place.story, one.figure.text), _told(one))
    ordered = sorted(told.values(), key=lambda one: (one.source.published is None, str(one.source.published)))
    return Difference(_beside(*mine[0]), kind, tuple(ordered))


def _beside(one: Counted, other: Counted) -> tuple[str, ...]:
    """Return what both figures count or measure and the names that both sentences have nearest to it, as written."""
    reading, middle = one.reading, one.reading.words(one.figure.start, one.figure.end)[0]
    first, last = reading.words(*one.span)
    heads = {term for term in (one.counted, *one.measured[:1]) if term in (other.counted, *other.measured[:1])}
    nearest = sorted(range(first, last), key=lambda place: abs(place - middle))
    head = [place for place in nearest if reading.terms[place] in heads][:1]
    names = dict[str, int]()
    for place in nearest:
        term, capital = reading.terms[place], reading.text[reading.starts[place]].isupper()
        named = capital and (place > first or is_mostly_a_name(term))  # any word that begins a sentence has a capital
        if named and place not in head and term in one.terms & other.terms:
            names.setdefault(term, place)
    shown = [*head, *sorted([*names.values()][:MOST_NAMES])]
    return tuple(reading.text[reading.starts[place] : reading.ends[place]] for place in shown)


def _told(one: Counted) -> Told:
    """Return a figure as it is told."""
    (start, end), evidence = one.span, one.place.evidence
    at = evidence.start
    unit = re.match(r"[\s-]\w+", evidence.text[one.figure.end : end]) if one.figure.measure else None
    value = one.figure.text + (unit.group() if unit else "")
    return Told(value, evidence.source, evidence.text[start:end], at + start, at + end)


def _may_have_changed(one: Counted, other: Counted) -> bool:
    """Tell whether days lie between two figures in which one may have become the other."""
    first, second = one.day, other.day
    if not first or not second or first == second:
        return False
    if any(
        span[1] < min(first, second) - timedelta(DAYS_LATER) for day in _same_days(one, other) for span in day.spans
    ):
        return False  # both tell of a time long past
    # counts are counted anew, prices and shares move; a measure that was taken stays for some days
    return not (one.measures and other.measures) or abs((first - second).days) > DAYS


def _grows(one: Counted, other: Counted) -> bool:
    """Tell whether the later of two counts is the greater."""
    (first, a), (second, b) = ((given.day, given.figure.values[0]) for given in (one, other))
    if not first or not second or first == second or one.figure.measure or not (a.is_integer() and b.is_integer()):
        return False
    return (a < b) == (first < second)
