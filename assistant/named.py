"""Names in a sentence and whether a source has them. Knows no figures and no dates.

A surname does for a full name, an acronym for the long form, "Russian" for Russia (`aliases`). A full name whose parts
stand only apart is none. Where a text is in small letters, words that news writes with a capital are its names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from assistant.aliases import CITIES, PEOPLES, REGIONS, SEATS, stem
from assistant.rarity import is_mostly_a_name, is_ordinary
from assistant.reading import Reading
from assistant.words import BODIES, MONTHS, PLACES, TITLES, WEEKDAYS

_SKIPPED = frozenset("of the and for in on to de la al bin van von &".split())
_RANKS = frozenset(map(stem, TITLES | {"former", "prime", "vice", "deputy", "late", "head", "chief", "chair"}))
_BODIES = frozenset(map(stem, BODIES))
_ZONES = frozenset("utc gmt bst cet cest est edt cst pst pdt ist jst msk".split())
_PEOPLES = frozenset(PEOPLES.values())
_TIMES = frozenset(MONTHS) | WEEKDAYS
_PLACED = re.compile(r"\b(?:in|inside|near|outside|around|off|at|across|over|leave|left) (?:the )?(?:[a-z]+ )?$")
_WITHIN: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
for _city, _country in CITIES.items():
    _WITHIN.setdefault(_country, []).append(_city)
for _region, _countries in REGIONS.items():
    _WITHIN[_region] = [(_country,) for _country in _countries]


@dataclass(frozen=True, slots=True)
class Name:
    """A name at `[start, end)` with the terms that must be found, in order.

    `joints` are the places in `terms` before which a small word stands: "Ida Lund of Beta Wire" may be two names.
    `placed`: something is in or near it, so that it stands for a place and not for who governs there.
    """

    start: int
    end: int
    text: str
    terms: tuple[str, ...]
    joints: frozenset[int] = frozenset()
    placed: bool = False

    @property
    def is_people(self) -> bool:
        """Tell whether it says of something whose it is: Russian, not Russia."""
        return self.text.lower() in PEOPLES

    @property
    def is_place(self) -> bool:
        """Tell whether it is a known place or a people."""
        return all(term in _PEOPLES or term in PLACES for term in self.terms)

    def may_replace(self, other: Name) -> bool:
        """Tell whether this could have been written in the other's place: "Russian" where a place or a people was."""
        return not self.is_people or other.is_place


def names_of(reading: Reading) -> list[Name]:
    """Return the names of a text in order."""
    found: list[Name] = []
    for mention in reading.names:
        for name in _split(reading, mention.start, mention.end):
            if not found or name.start >= found[-1].end:
                found.append(name)
    if _is_small(reading):
        taken = {index for name in found for index in range(*reading.words(name.start, name.end))}
        found += [name for name in _small(reading) if not set(range(*reading.words(name.start, name.end))) & taken]
        found.sort(key=lambda name: name.start)
    return found


def _split(reading: Reading, start: int, end: int) -> Iterator[Name]:
    """Yield the names of a run of capitals: "Turkey's U.S." are two, and "Russian President" is."""
    first, last = reading.words(start, end)
    if reading.text[end : end + 6] == " Today":
        last += 1
    while first < last and (reading.terms[first] in _SKIPPED or _only_opens(reading, first, last)):
        first += 1
    group: list[int] = []
    for index in range(first, last):
        if _tells(reading, index):
            group.append(index)
        if group and (_is_owner(reading, index) or _is_of_people(reading, index)):
            yield _name(reading, group)
            group = []
    if group:
        yield _name(reading, group)


def _is_owner(reading: Reading, index: int) -> bool:
    return reading.text[reading.starts[index] : reading.ends[index]].endswith(("'s", "’s"))


def _is_of_people(reading: Reading, index: int) -> bool:
    """Tell whether a word is no part of the name it stands before: "Russian" President, the "US"-Mexico border."""
    end = reading.ends[index]
    word = reading.text[reading.starts[index] : end].lower()
    return word in PEOPLES or (reading.terms[index] in _PEOPLES and reading.text[end : end + 1] == "-")


def _name(reading: Reading, kept: Sequence[int]) -> Name:
    start, end = reading.starts[kept[0]], reading.ends[kept[-1]]
    shown = reading.text[start:end].removesuffix("'s").removesuffix("’s")
    terms = tuple(reading.terms[index] for index in kept)
    placed = terms in SEATS and _PLACED.search(reading.text, max(0, start - 24), start) is not None
    joints = frozenset(place for place in range(1, len(kept)) if kept[place] > kept[place - 1] + 1)
    return Name(start, end, shown, terms, joints, placed)


def _tells(reading: Reading, index: int) -> bool:
    start, end = reading.starts[index], reading.ends[index]
    word = reading.text[start:end]
    lower = word.lower()
    if lower in _SKIPPED or lower in _TIMES or (lower in _ZONES and word.isupper()):
        return False
    if word[0].isdigit():
        # the 400 of S-400, but not the 80s of over-80s
        before = reading.text[reading.starts[index - 1]] if index else ""
        return start > 1 and reading.text[start - 1] == "-" and before.isupper()
    if word.islower() and lower not in PLACES:
        return False  # the "based" of Pennsylvania-based
    return len(word) > 1 or not word.isalpha() or reading.text[end : end + 1] == "-"


def _only_opens(reading: Reading, index: int, last: int) -> bool:
    """Tell whether a word may have its capital from opening a sentence: "Meanwhile Erdogan", but not "White House"."""
    if reading.terms[index] in _PEOPLES or (index + 1 < last and is_ordinary(reading.terms[index + 1])):
        return False
    start = reading.starts[index]
    word = reading.text[start : reading.ends[index]]
    before = reading.text[max(0, start - 4) : start].rstrip(" \"'“‘([—–-")
    opens = not before or before[-1] in ".!?:\n;" or reading.text[start - 1 : start] in '“"‘'
    return opens and not word[1:].isupper() and is_ordinary(reading.terms[index])


def _is_small(reading: Reading) -> bool:
    """Tell whether a text has hardly a capital but at the beginning of its sentences."""
    inner = [start for start in reading.starts if start and reading.text[start].isupper()]
    return len(inner) <= len(reading.sentence_spans)


def _small(reading: Reading) -> Iterator[Name]:
    for index, term in enumerate(reading.terms):
        word = reading.text[reading.starts[index] : reading.ends[index]]
        if word.islower() and len(word) > 2 and is_mostly_a_name(term) and word not in _TIMES:
            yield Name(reading.starts[index], reading.ends[index], word, (term,))


def kin(name: Name, claimed: frozenset[str]) -> Iterator[tuple[str, ...]]:
    """Yield what a place may be called instead: a capital its country, but not "in Moscow"; a country its cities."""
    country = SEATS.get(name.terms)
    if country and not name.placed:
        yield country
        yield from (seat for seat, other in SEATS.items() if other == country and seat != name.terms)
    yield from (place for place in _WITHIN.get(name.terms, ()) if place not in CITIES or claimed.issuperset(place))
    yield from (seat for seat, other in SEATS.items() if other == name.terms)


class Known:
    """The names a source has, of one or several readings."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        self._readings = readings

    @cached_property
    def present(self) -> frozenset[str]:
        """All its terms."""
        return frozenset().union(*(reading.present for reading in self._readings))

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Words that stand together, or with one between them."""
        return frozenset().union(*(_pairs(reading) for reading in self._readings))

    def spelled(self, acronym: str) -> bool:
        """Tell whether words stand there that an acronym is made of, some small ones counted and some not."""
        return any(_spelled(reading, acronym) for reading in self._readings)

    def has(self, terms: Sequence[str]) -> bool:
        """Tell whether these terms stand there together."""
        return self.present.issuperset(terms) and self.pairs.issuperset(pairwise(terms))

    def called_after(self, name: Name, claimed: frozenset[str]) -> Iterator[tuple[str, ...]]:
        """Yield what it has instead of a place: Russia or the Kremlin for Moscow, Johannesburg for South Africa.

        `claimed` are the terms of the sentence: a country is named for a city of its only where the city is too.
        """
        yield from (other for other in kin(name, claimed) if self.has(other))

    def missing(self, name: Name, claimed: frozenset[str] = frozenset()) -> str | None:
        """Return what of a name is not there: "" where its parts are, but not together; None where it is there."""
        absent = [term for term in name.terms if term not in self.present]
        if absent:
            if len(name.terms) == 1 and name.text.isupper() and self.spelled(name.text.replace(".", "")):
                return None
            if any(self.called_after(name, claimed)):
                return None
            if len(name.terms) > 1 and "".join(term[0] for term in name.terms) in self.present:
                return None
            loose = all(term in _RANKS for term in absent) and len(absent) < len(name.terms)
            return None if loose else name.text
        for place, (one, other) in enumerate(pairwise(name.terms), start=1):
            together = (one, other) in self.pairs or place in name.joints
            if not together and not self._joinable(one, other):
                return ""
        return None

    def _joinable(self, one: str, other: str) -> bool:
        """Tell whether two words may stand together though the source has them apart: a title, or turned round."""
        return one in _RANKS or (other in _RANKS | _BODIES and (other, one) in self.pairs)


@lru_cache(maxsize=256)
def _pairs(reading: Reading) -> frozenset[tuple[str, str]]:
    words = [term for term in reading.terms if term not in _SKIPPED]
    return frozenset({*pairwise(words), *zip(words, words[2:], strict=False)})


@lru_cache(maxsize=512)
def _spelled(reading: Reading, acronym: str) -> bool:
    words = [reading.text[start:end] for start, end in zip(reading.starts, reading.ends, strict=True)]
    return any(_spells(acronym, words, first) for first, word in enumerate(words) if word[0] == acronym[0])


def _spells(acronym: str, words: Sequence[str], first: int) -> bool:
    """Tell whether the words from `first` on give the letters: each capital must, a small word may."""
    got = 0
    for word in words[first : first + 2 * len(acronym)]:
        capitals = "".join(letter for letter in word if letter.isupper()) or word[0].upper()
        if word == "United" and acronym.startswith("US", got) and len(acronym) > 2:
            capitals = "U"
        if acronym.startswith(capitals, got) and len(capitals) < len(acronym):
            got += len(capitals)
        elif not word[0].islower():
            return False
        if got == len(acronym):
            return True
    return False
