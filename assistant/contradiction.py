"""Whether a sentence denies what its source affirms, or the other way round. Knows nothing of names and figures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.alignment import Around, alike, around
from assistant.particulars import Problem
from assistant.polarity import hedged, opposites
from assistant.rarity import is_mostly_a_name
from assistant.sources import Cited, Part
from assistant.words import STOPWORDS

MARGIN = 0.15
ENOUGH = 0.35
_NEAR = 6  # words on either side of a word in which a sentence may deny it
_COMPARES = re.compile(r"\b(?:worse|better|(?:\w+er|more|less)(?: \w+)? than)\b")  # no worse one is the worst
_MOST_PLACES = 12  # of one word in one passage


def contradictions(claim: Part, cited: Cited) -> Iterator[Problem]:
    """Yield what a sentence says the opposite of."""
    reading = claim.reading
    for index, term in enumerate(reading.terms[:200]):
        if is_mostly_a_name(term) or term[0].isdigit():
            continue  # "no Americans" denies more than the name
        if index not in claim.polarity.scope:
            if _denied(claim, index, term, cited):
                word = claim.word(index)
                yield Problem("negation", f"The article says the opposite: there, “{word}” is denied.")
            elif other := _opposite(claim, index, term, cited):
                yield Problem("negation", f"The article says the opposite: “{other}”, not “{claim.word(index)}”.")
        elif index in claim.polarity.heads and _affirmed(claim, index, term, cited):
            cue = claim.word(claim.polarity.heads[index])
            yield Problem("negation", f"The article says the opposite: “{claim.word(index)}” without “{cue}”.")


def _places(term: str, cited: Cited) -> Iterator[tuple[Part, int, Around]]:
    for part in cited.parts:
        for place in part.reading.places.get(term, ())[:_MOST_PLACES]:
            yield part, place, around(part.reading, place, place + 1)


def _denies(claim: Part, index: int) -> bool:
    """Tell whether a sentence denies something near a word, so that it may say the same in another way."""
    first, last = max(0, index - _NEAR), min(len(claim.reading.terms), index + _NEAR)
    return bool(claim.polarity.within(first, last)) or hedged(claim.reading, first, last)


def _affirmed(claim: Part, index: int, term: str, cited: Cited) -> bool:
    """Tell whether the source has a denied word undenied in its place."""
    if _COMPARES.search(claim.reading.text, claim.reading.starts[index]):
        return False
    mine = around(claim.reading, index, index + 1)
    denied = affirmed = 0.0
    for part, place, given in _places(term, cited):
        score = alike(mine, given)
        if place in part.polarity.scope:
            denied = max(denied, score)
        else:
            affirmed = max(affirmed, score)
    return affirmed >= ENOUGH and affirmed > denied + MARGIN


def _denied(claim: Part, index: int, term: str, cited: Cited) -> bool:
    """Tell whether the source denies a word that the sentence has undenied."""
    if _denies(claim, index) or not any(
        place in part.polarity.heads for part in cited.parts for place in part.reading.places.get(term, ())
    ):
        return False
    mine = around(claim.reading, index, index + 1)
    denied = affirmed = 0.0
    for part, place, given in _places(term, cited):
        score = alike(mine, given)
        if place in part.polarity.heads:
            denied = max(denied, score)
        elif place not in part.polarity.scope:
            affirmed = max(affirmed, score)
    return denied >= ENOUGH and denied > affirmed + MARGIN


def _opposite(claim: Part, index: int, term: str, cited: Cited) -> str | None:
    """Return the opposite word that the source has in a word's place."""
    if term in STOPWORDS and term not in ("before", "after", "more", "up", "down"):
        return None
    present = cited.present
    found = [other for other in opposites(term) if other in present and other not in claim.reading.present]
    if not found:
        return None
    mine = around(claim.reading, index, index + 1)
    same = max((alike(mine, given) for _, _, given in _places(term, cited)), default=0.0)
    for other in found:
        for part, place, given in _places(other, cited):
            score = alike(mine, given)
            if place not in part.polarity.scope and score >= ENOUGH + 0.1 and score > same + MARGIN:
                return part.word(place)
    return None
