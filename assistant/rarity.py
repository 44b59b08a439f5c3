"""How rare a word is in news, and whether it is written with a capital. Learned; knows nothing of any index."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

_WORDS = Path(__file__).parent / "learned" / "words.json"
_FLOOR = 0.3  # "in" and "to" say little, yet tell places apart
_NUMBER = 2.0  # figures are compared by value


@cache
def _table() -> tuple[dict[str, float], frozenset[str], float]:
    """Return the rarity of each known word, those that are names, and the rarity of all others."""
    learned = json.loads(_WORDS.read_text(encoding="utf-8"))
    known, names = (
        {word: max(_FLOOR, float(band)) for band, words in learned[kind].items() for word in words.split()}
        for kind in ("words", "names")
    )
    return known | names, frozenset(names), float(learned["made"]["unknown"])


def rarity(term: str) -> float:
    """Return the natural logarithm of one over the share of articles with this term; an unknown one is rare."""
    table, _, unknown = _table()
    return table.get(term) or (_NUMBER if term[:1].isdigit() else unknown)


def is_mostly_a_name(term: str) -> bool:
    """Tell whether news writes the term with a capital: London, Monday, but not king."""
    return term in _table()[1]


def is_ordinary(term: str) -> bool:
    """Tell whether the term is a known word that needs no capital."""
    table, names, _ = _table()
    return term in table and term not in names
