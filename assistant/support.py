"""How far a source bears out a sentence, from 0 to 1: a learned sum of what they share. Knows nothing of verdicts."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from assistant.particulars import Problem
from assistant.rarity import rarity
from assistant.sources import FIGURE, UNITS, Cited, Part, pairs, triples
from assistant.words import STOPWORDS

_LEARNED = Path(__file__).parent / "learned" / "checks.json"
_MOST = 400  # terms of a sentence that are weighed


def content(claim: Part) -> dict[str, float]:
    """Return the terms of a sentence that say something, each with how rare it is."""
    terms = claim.reading.terms[:_MOST]
    telling = (term for term in terms if len(term) > 1 and not term[0].isdigit())
    return {term: rarity(term) for term in telling if term not in STOPWORDS and term not in UNITS}


def features(claim: Part, cited: Cited, found: Sequence[Problem]) -> dict[str, float]:
    """Return what speaks for a sentence and against it, each by name, from 0 to 1."""
    weights = content(claim)
    total = sum(weights.values()) or 1.0
    present = cited.present | {FIGURE}
    absent = [weight for term, weight in weights.items() if term not in present]
    terms = claim.reading.terms[:_MOST]
    held = total - sum(absent)
    one, two = _best({term: weight for term, weight in weights.items() if term in present}, cited)
    kinds = {problem.kind for problem in found}
    return {
        "words": held / total,
        "one sentence": one / held if held else 0.0,
        "two sentences": two / held if held else 0.0,
        "pairs": _share(_known(pairs(terms), present), [part.pairs for part in cited.parts]),
        "triples": _share(_known(triples(terms), present), [part.triples for part in cited.parts]),
        "rarest lacking": max(absent, default=0.0) / 8,
        "lacking": min(1.0, len(absent) / 6),
        "any lacking": float(bool(absent)),
        **{f"wrong {kind}": float(kind in kinds) for kind in ("quotation", "figure", "date", "name", "negation")},
    }


def _best(weights: Mapping[str, float], cited: Cited) -> tuple[float, float]:
    """Return the most weight that one sentence holds, and that two which follow one another hold."""
    one = two = 0.0
    total = sum(weights.values())
    known = frozenset[str]().union(*(about.reading.present for about in cited.abouts))
    weights = {term: weight for term, weight in weights.items() if term not in known}
    for part in cited.passages:
        before: frozenset[str] = frozenset()
        for terms in part.contents:
            held = sum(weight for term, weight in weights.items() if term in terms)
            both = held + sum(weight for term, weight in weights.items() if term in before and term not in terms)
            one, two, before = max(one, held), max(two, both), terms
    # what the title, outlet and day say goes with every sentence
    rest = total - sum(weights.values())
    return one + rest, two + rest


def _known(groups: Iterable[tuple[str, ...]], present: frozenset[str]) -> set[tuple[str, ...]]:
    """Return the groups of words that all stand in the source: whether they stand there together is another matter."""
    return {group for group in groups if present.issuperset(group)}


def _share(wanted: set[tuple[str, ...]], given: Sequence[frozenset[tuple[str, ...]]]) -> float:
    if not wanted:
        return 1.0
    return sum(any(item in one for one in given) for item in wanted) / len(wanted)


def support(values: Mapping[str, float]) -> float:
    """Return how likely a sentence with these features is borne out, from 0 to 1."""
    weights, bias = _learned()
    return 1 / (1 + math.exp(-bias - sum(weight * values[name] for name, weight in weights.items())))


@cache
def _learned() -> tuple[Mapping[str, float], float]:
    learned = json.loads(_LEARNED.read_text(encoding="utf-8"))
    return learned["weights"], learned["bias"]
