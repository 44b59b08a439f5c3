"""How alike the surroundings of two places are: what stands left and right of them. Knows nothing of what stands there.

A figure, date or name is compared with all of its kind in the source. The one whose surroundings are most alike should
be the same; where another one is, that other one was changed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from assistant.rarity import rarity
from assistant.reading import Reading

REACH = 6  # words on either side
_FADING = tuple(0.7**distance for distance in range(REACH))  # what each step away counts less
_ASIDE = 2  # words by which a match may be further off in the source
_ACROSS = 0.25  # for a match on the other side
_SHIFTED = 0.08  # what each word by which a match is nearer or further off takes


@dataclass(frozen=True)
class Around:
    """What stands around a place: each term on either side with its distance, the nearest first.

    Two places of one sentence have the same `sentence`.
    """

    left: dict[str, int]
    right: dict[str, int]
    sentence: tuple[int, int]

    @cached_property
    def worth(self) -> tuple[tuple[list[tuple[str, int, float]], list[tuple[str, int, float]]], float]:
        """The near terms of either side with their distance and what a match of each is worth, and the sum of that."""
        left, right = (
            [
                (term, distance, math.sqrt(rarity(term)) * _FADING[distance])
                for term, distance in side.items()
                if distance < REACH
            ]
            for side in (self.left, self.right)
        )
        return (left, right), sum(value for _, _, value in (*left, *right))


def around(reading: Reading, first: int, last: int) -> Around:
    """Return what surrounds the words `[first, last)` in their sentence."""
    start, end = reading.sentence_of(first)
    words, reach = reading.terms, REACH + _ASIDE
    left: dict[str, int] = {}
    for distance, term in enumerate(reversed(words[max(start, first - reach) : first])):
        left.setdefault(term, distance)
    right: dict[str, int] = {}
    for distance, term in enumerate(words[last : min(max(end, last), last + reach)]):
        right.setdefault(term, distance)
    return Around(left, right, (id(reading), start))


def alike(claimed: Around, given: Around) -> float:
    """Return from 0 to 1 how much of what surrounds the first place surrounds the second, on the same side."""
    (left, right), total = claimed.worth
    got = 0.0
    for side, same, other in ((left, given.left, given.right), (right, given.right, given.left)):
        for term, distance, value in side:
            place = same.get(term)
            if place is not None:
                got += value * (1 - _SHIFTED * min(6, abs(place - distance)))
            elif term in other:
                got += value * _ACROSS
    return got / total if total else 0.0
