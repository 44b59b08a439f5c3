"""How far a source bears out a sentence, from 0 to 1: a learned sum of what they share. Knows nothing of verdicts."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from assistant.likeness import likeness
from assistant.particulars import Problem
from assistant.rarity import is_mostly_a_name, rarity
from assistant.sources import FIGURE, UNITS, Cited, Part, pairs, triples
from assistant.synonyms import near
from assistant.words import STOPWORDS

_LEARNED = Path(__file__).parent / "learned" / "checks.json"
NEARLY = 0.8  # what a word of the same meaning counts
_MOST = 400  # terms of a sentence that are weighed


def content(claim: Part) -> dict[str, float]:
    """Return the terms of a sentence that say something, each with how rare it is."""
    terms = claim.reading.terms[:_MOST]
    telling = (term for term in terms if len(term) > 1 and not term[0].isdigit())
    return {term: rarity(term) for term in telling if term not in STOPWORDS and term not in UNITS}


def features(claim: Part, cited: Cited, found: Sequence[Problem]) -> dict[str, float]:
    """Return what speaks for a sentence and against it, each by name, from 0 to 1."""
    present = cited.present | {FIGURE}
    called = _called(claim, cited)
    spelled = {term for name, _ in claim.names if cited.known.missing(name) is None for term in name.terms} - present
    weights = {term: weight for term, weight in content(claim).items() if term not in spelled or term in called}
    total = sum(weights.values()) or 1.0
    absent = [weight for term, weight in weights.items() if term not in present and not called.get(term)]
    lacking = [w for term, w in weights.items() if term not in present and not _means(term, cited, called)]
    terms = claim.reading.terms[:_MOST]
    one, two = _best(weights, cited, called)
    kinds = {problem.kind for problem in found}
    return {
        "words": 1 - sum(absent) / total,
        "meanings": 1 - sum(lacking) / total,
        "one sentence": one / total,
        "two sentences": two / total,
        "likeness": likeness(claim.reading.text, cited),
        "pairs": _share(_known(pairs(terms), present), [part.pairs for part in cited.parts]),
        "triples": _share(_known(triples(terms), present), [part.triples for part in cited.parts]),
        "rarest lacking": max(lacking, default=0.0) / 8,
        "lacking": min(1.0, len(lacking) / 6),
        "any lacking": float(bool(lacking)),
        **{f"wrong {kind}": float(kind in kinds) for kind in ("quotation", "figure", "date", "name", "negation")},
    }


def _called(claim: Part, cited: Cited) -> dict[str, tuple[str, ...]]:
    """Return for each term of a name that the source calls otherwise the terms it has instead."""
    return {
        term: tuple(other for one in called for other in one)
        for name, _ in claim.names
        if (called := tuple(cited.known.called_after(name, claim.reading.present)))
        for term in name.terms
    }


def _means(term: str, cited: Cited, called: Mapping[str, tuple[str, ...]]) -> bool:
    """Tell whether the source has a term, or what means the same."""
    return term in called or (
        not is_mostly_a_name(term) and any(near(term, given) for part in cited.parts for given in part.wide)
    )


def _best(weights: Mapping[str, float], cited: Cited, called: Mapping[str, tuple[str, ...]]) -> tuple[float, float]:
    """Return the most weight that one sentence holds, and that two which follow one another hold."""
    one = two = 0.0
    known = frozenset[str]().union(*(about.reading.present for about in cited.abouts))
    # what the title, outlet and day say goes with every sentence
    rest = sum(weight for term, weight in weights.items() if term in known)
    weights = {term: weight for term, weight in weights.items() if term not in known}
    for part in cited.passages:
        before: dict[str, float] = {}
        for terms, given in zip(part.contents, part.wide, strict=True):
            held = {term: weight * _held(term, terms, given, called) for term, weight in weights.items()}
            both = sum(max(value, before.get(term, 0.0)) for term, value in held.items())
            one, two, before = max(one, sum(held.values())), max(two, both), held
    return one + rest, two + rest


def _held(term: str, terms: frozenset[str], given: frozenset[str], called: Mapping[str, tuple[str, ...]]) -> float:
    """Return how far one sentence holds a term: whole, or what means the same."""
    if term in terms or not terms.isdisjoint(called.get(term, ())):
        return 1.0
    return NEARLY if near(term, given) and not is_mostly_a_name(term) else 0.0


def _known(groups: Iterable[tuple[str, ...]], present: frozenset[str]) -> set[tuple[str, ...]]:
    """Return the groups of words that all stand in the source: whether they stand there together is another matter."""
    return {group for group in groups if present.issuperset(group)}


def _share(wanted: set[tuple[str, ...]], given: Sequence[frozenset[tuple[str, ...]]]) -> float:
    if not wanted:
        return 0.5  # nothing that could stand together
    return sum(any(item in one for one in given) for item in wanted) / len(wanted)


def support(values: Mapping[str, float]) -> float:
    """Return how likely a sentence with these features is borne out, from 0 to 1."""
    weights, bias = _learned()
    return 1 / (1 + math.exp(-bias - sum(weight * values[name] for name, weight in weights.items())))


@cache
def _learned() -> tuple[Mapping[str, float], float]:
    learned = json.loads(_LEARNED.read_text(encoding="utf-8"))
    return learned["weights"], learned["bias"]
