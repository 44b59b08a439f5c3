"""How alike the surroundings of two places are: what stands left and right of them. Knows nothing of what stands there.

A figure, date or name is compared with all of its kind in the source. The one whose surroundings are most alike should
be the same; where another one is, that other one was changed.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.rarity import rarity
from assistant.reading import Reading

REACH = 6  # words on either side
_FADING = 0.8  # what each step away counts less
_ASIDE = 2  # words by which a match may be further off in the source
_ACROSS = 0.25  # for a match on the other side
_SHIFTED = 0.08  # what each word by which a match is nearer or further off takes


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a place: each term on either side with its distance, the nearest first."""

    left: dict[str, int]
    right: dict[str, int]


def around(reading: Reading, first: int, last: int, reach: int = REACH + _ASIDE) -> Around:
    """Return what surrounds the words `[first, last)` in their sentence."""
    start, end = reading.sentence_of(first)
    words = reading.terms
    left: dict[str, int] = {}
    for distance, term in enumerate(reversed(words[max(start, first - reach) : first])):
        left.setdefault(term, distance)
    right: dict[str, int] = {}
    for distance, term in enumerate(words[last : min(max(end, last), last + reach)]):
        right.setdefault(term, distance)
    return Around(left, right)


def alike(claimed: Around, given: Around) -> float:
    """Return from 0 to 1 how much of what surrounds the first place surrounds the second, on the same side."""
    total = got = 0.0
    for side, same, other in (
        (claimed.left, given.left, given.right),
        (claimed.right, given.right, given.left),
    ):
        for term, distance in side.items():
            if distance >= REACH:
                break
            value = rarity(term) * _FADING**distance
            total += value
            if term in same:
                got += value * (1 - _SHIFTED * min(6, abs(same[term] - distance)))
            elif term in other:
                got += value * _ACROSS
    return got / total if total else 0.0
