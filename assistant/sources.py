"""What a sentence cites, taken apart: passages with their title, outlet, authors and day. Knows nothing of verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from assistant.alignment import Around, around
from assistant.figures import Figure
from assistant.moments import Moment
from assistant.named import Known, Name, names_of
from assistant.polarity import Polarity
from assistant.quotations import Quotation, flat
from assistant.reading import Reading, term_of
from assistant.synonyms import wide
from assistant.words import MONTHS, STOPWORDS, WEEKDAYS
from index.articles import Source

FIGURE = "#"
# Words that are written as signs, or not at all, where the same figure or date is written otherwise.
UNITS = frozenset(
    term_of(word)
    for word in (
        *MONTHS,
        *WEEKDAYS,
        *"percent per cent dollar dollars euro euros pound pounds".split(),
        *"million billion trillion thousand hundred dozen".split(),
        *"today yesterday tomorrow tonight".split(),
        *"utc gmt decade century morning afternoon".split(),
    )
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a number stands for: a slice `text` of an article that begins at `start` in it, and its source."""

    source: Source
    text: str
    start: int = 0


class Part:
    """One reading with what surrounds each of its particulars: a passage, or what is known of its article."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    @cached_property
    def names(self) -> list[tuple[Name, Around]]:
        """Its names."""
        return [(name, self.around(name.start, name.end)) for name in names_of(self.reading)]

    @cached_property
    def figures(self) -> list[tuple[Figure, Around]]:
        """Its figures."""
        return [(figure, self.around(figure.start, figure.end)) for figure in self.reading.figures]

    @cached_property
    def moments(self) -> list[tuple[Moment, Around]]:
        """Its dates."""
        return [(moment, self.around(moment.start, moment.end)) for moment in self.reading.moments]

    @cached_property
    def quotations(self) -> list[tuple[Quotation, Around]]:
        """Its quotations."""
        return [(quoted, self.around(quoted.start, quoted.end)) for quoted in self.reading.quotations]

    @cached_property
    def polarity(self) -> Polarity:
        """What it denies."""
        return Polarity(self.reading)

    @cached_property
    def flat(self) -> str:
        """Its text as quotations are looked for in it."""
        return flat(self.reading.text)

    @cached_property
    def contents(self) -> list[frozenset[str]]:
        """The terms of each of its sentences."""
        return [frozenset(self.reading.terms[first:last]) for first, last in self.reading.sentences]

    @cached_property
    def wide(self) -> list[frozenset[str]]:
        """What the terms of each of its sentences, and others that mean the same, are looked up by."""
        return [wide(terms) for terms in self.contents]

    @cached_property
    def pairs(self) -> frozenset[tuple[str, ...]]:
        """Each two words of content that follow one another."""
        return frozenset(pairs(self.reading.terms))

    @cached_property
    def triples(self) -> frozenset[tuple[str, ...]]:
        """Each three words that follow one another."""
        return frozenset(triples(self.reading.terms))

    def word(self, index: int) -> str:
        """Return a word as it is written."""
        return self.reading.text[self.reading.starts[index] : self.reading.ends[index]]

    def around(self, start: int, end: int) -> Around:
        """Return what surrounds a span of characters."""
        return around(self.reading, *self.reading.words(start, end))


def pairs(terms: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each two words of content that follow one another."""
    yield from pairwise([term for term in _bare(terms) if term not in STOPWORDS])


def triples(terms: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield each three words that follow one another."""
    bare = _bare(terms)
    yield from zip(bare, bare[1:], bare[2:], strict=False)


def _bare(terms: Sequence[str]) -> list[str]:
    """Return the terms with one sign for all figures, without their units: they are compared by value."""
    return [FIGURE if term[:1].isdigit() else term for term in terms if term not in UNITS]


@lru_cache(maxsize=128)
def _parts(evidence: Evidence) -> tuple[Part, Part]:
    """Return an evidence's passage and what is known of its article, taken apart; the last ones are kept."""
    source = evidence.source
    day = source.published
    dated = f"{day.day} {day:%B} {day.year}, {day:%A}" if day else ""
    about = "\n".join(part for part in (source.title, source.outlet or "", *source.authors, dated) if part)
    return Part(Reading(evidence.text, day)), Part(Reading(about, day))


@lru_cache(maxsize=128)
def _byline(source: Source) -> Part:
    return Part(Reading("\n".join((source.outlet or "", *source.authors))))


class Cited:
    """All that a sentence may draw on."""

    def __init__(self, evidence: Sequence[Evidence]) -> None:
        self.evidence = evidence
        self.passages = [_parts(one)[0] for one in evidence]
        self.abouts = [_parts(one)[1] for one in evidence]
        self.parts = [*self.passages, *self.abouts]

    @cached_property
    def bylines(self) -> list[Part]:
        """The outlets and authors."""
        return [_byline(one.source) for one in self.evidence]

    @cached_property
    def known(self) -> Known:
        """The names it has."""
        return Known([part.reading for part in self.parts])

    @property
    def present(self) -> frozenset[str]:
        """All its terms."""
        return self.known.present


@lru_cache(maxsize=32)
def cited(evidence: tuple[Evidence, ...]) -> Cited:
    """Return what stands in several places, taken together; the last ones are kept."""
    return Cited(evidence)


def passage(evidence: Evidence) -> Part:
    """Return the passage of an evidence taken apart."""
    return _parts(evidence)[0]
