"""Whether the passages found can answer the question, decided before anything is written. Knows nothing of writers.

`features` gives the numbers the decision is made from; the constants below are all that was set by measuring.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.asked import Asked
from index.lexical import terms

if TYPE_CHECKING:
    from index.search import Hit

PASSAGES_JUDGED = 5  # what none of the first few says, none of the others is likely to say
COVERAGE_WEIGHT = 0.5
COSINE_WEIGHT = 0.5
COVERAGE_NEEDED = 0.35  # whatever the cosine, whose scale differs from model to model
# The more passages, the nearer the nearest of them is by chance.
SUPPORT_NEEDED = 0.39
SUPPORT_PER_TENFOLD = 0.013


@dataclass(frozen=True, slots=True)
class Features:
    """What the decision is made from, each from 0 to 1.

    `coverage`: weighted share of the question's terms in the best of the first passages and its title; `cosine`: of the
    likest of them with the question.
    """

    coverage: float
    cosine: float


def features(asked: Asked, hits: Sequence[Hit]) -> Features:
    """Return the evidence that the hits, best first, answer the question; all 0 where there are none."""
    judged = hits[:PASSAGES_JUDGED]
    coverage = max((asked.share(_words(hit)) for hit in judged), default=0.0)
    cosine = max((hit.parts.get("cosine", 0.0) for hit in judged), default=0.0)
    return Features(coverage, min(1.0, max(0.0, cosine)))


def support(found: Features) -> float:
    """Return how well the hits support an answer, from 0 to 1."""
    return COVERAGE_WEIGHT * found.coverage + COSINE_WEIGHT * found.cosine


def needed(passages: int) -> float:
    """Return the support an answer needs in an index of so many passages."""
    return SUPPORT_NEEDED + SUPPORT_PER_TENFOLD * math.log10(max(1, passages))


def refusal(asked: Asked, hits: Sequence[Hit], passages: int) -> str | None:
    """Return why the hits, from an index of so many passages, do not answer the question; None where they may."""
    if not asked.weights:
        return "The question names nothing to look for: add a name, a place or an event."
    if not hits:
        return "No indexed article matches the question and its filters."
    found = features(asked, hits)
    if found.coverage >= COVERAGE_NEEDED and support(found) >= needed(passages):
        return None
    missing = _missing(asked, hits)
    if missing:
        return f"The articles that come nearest do not mention {_listed(missing)}."
    return "The articles that come nearest use these words, but none of them about this."


def _words(hit: Hit) -> set[str]:
    return set(terms(f"{hit.passage.source.title}\n{hit.passage.text}"))


def _missing(asked: Asked, hits: Sequence[Hit]) -> list[str]:
    """Return the question's words that no judged passage holds, the weightiest first, at most three."""
    present = set().union(*(_words(hit) for hit in hits[:PASSAGES_JUDGED]))
    absent = sorted((term for term in asked.weights if term not in present), key=lambda term: -asked.weights[term])
    return list(dict.fromkeys(asked.words[term] for term in absent))[:3]


def _listed(words: list[str]) -> str:
    quoted = [f"“{word}”" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
