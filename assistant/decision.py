"""Whether the passages found can answer the question, decided before anything is written. Knows nothing of writers.

The numbers of `features` are what the decision is made from; `SUPPORT` and `NEEDED` are its only constants.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from assistant.asked import Asked
from index.lexical import terms

if TYPE_CHECKING:
    from index.search import Hit

PASSAGES_JUDGED = 5  # what no passage among the first few says, none of the others is likely to say


@dataclass(frozen=True, slots=True)
class Features:
    """What the decision is made from, each from 0 to 1.

    `together`: weighted share of the question's terms in the first passages and their titles; `best`: in the best
    single one; `names`: share of the question's names in that one, 1 where it has none; `cosine`: of the likest.
    """

    together: float
    best: float
    names: float
    cosine: float


SUPPORT = Features(together=0.2, best=0.5, names=0.1, cosine=0.4)
NEEDED = 0.5


def features(asked: Asked, hits: Sequence[Hit]) -> Features:
    """Return the evidence that the hits, best first, answer the question; all 0 where there are none."""
    judged = [_words(hit) for hit in hits[:PASSAGES_JUDGED]]
    if not judged:
        return Features(0.0, 0.0, 0.0, 0.0)
    best = max(judged, key=asked.share)
    names = len(asked.names & best) / len(asked.names) if asked.names else 1.0
    cosine = max(hit.parts.get("cosine", 0.0) for hit in hits[:PASSAGES_JUDGED])
    return Features(asked.share(set().union(*judged)), asked.share(best), names, min(1.0, max(0.0, cosine)))


def support(found: Features) -> float:
    """Return the weighted sum the decision compares with `NEEDED`."""
    return float(sum(weight * value for weight, value in zip(astuple(SUPPORT), astuple(found), strict=True)))


def refusal(asked: Asked, hits: Sequence[Hit]) -> str | None:
    """Return why the hits do not answer the question, in words; None where they may."""
    if not asked.weights:
        return "The question names nothing to look for: add a name, a place or an event."
    if not hits:
        return "No indexed article matches the question and its filters."
    if support(features(asked, hits)) >= NEEDED:
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
