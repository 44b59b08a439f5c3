"""Whether the passages found can answer the question, decided before anything is written, and why not.

Two logistic regressions over the numbers of `features.py`, one for questions whose day is known and one for others.
`benchmarks/train_decision.py` learned them; `learned/decision.json` keeps the weights, the threshold each was set to,
and what they learned from. Knows nothing of writers.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.asked import Asked
from assistant.attribution import day_in_words
from assistant.features import PASSAGES_JUDGED, Features, features, known_day
from index.errors import IndexDamaged
from index.lexical import terms
from index.search import RECENT

if TYPE_CHECKING:
    from index.finding import Finding, Hit
    from index.manifest import Manifest
    from index.scope import Scope

LEARNED = Path(__file__).parent / "learned" / "decision.json"
COVERAGE_NEEDED = 0.35  # below it, what was found is about another matter
# A question of few words says nothing twice: where half of it is in no passage, the passages are about the other half.
FEW_WORDS = 4
COVERAGE_OF_FEW = 0.6
ALL_TOGETHER = 0.99  # a passage that has every word of a question in one stretch is about it, however short it is
_TIME = "Naming the time that is meant, or newer articles, would help."


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic regression over some of the `Features` and the chance from which on a question is answered."""

    weights: Mapping[str, float]
    bias: float
    threshold: float

    def chance(self, found: Features) -> float:
        """Return how likely the articles answer, from 0 to 1."""
        total = self.bias + sum(weight * getattr(found, name) for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-total))


def support(found: Features) -> float:
    """Return how well the hits support an answer, from 0 to 1; comparable among questions with a day or without."""
    return _model(found).chance(found)


def needed(found: Features) -> float:
    """Return the support an answer needs."""
    return _model(found).threshold


def judged(asked: Asked, finding: Finding, info: Manifest) -> Features:
    """Return the evidence that what was found in an index as `info` tells answers what is asked."""
    return features(asked, finding.hits, info.passages, day=known_day(finding), newest=info.newest)


def refusal(asked: Asked, finding: Finding, info: Manifest) -> str | None:
    """Return why what was found does not answer, what was searched and what would help; None where it may."""
    if not asked.weights:
        return "The question names nothing to look for: add a name, a place or an event."
    if not finding.hits:
        return f"No indexed article matches the question and its filters. {_searched(info, finding.scope)}."
    found = judged(asked, finding, info)
    if _is_enough(asked, found):
        return None
    lacking, helping = _lacking(asked, finding, found, info)
    if _filters(finding.scope):
        helping = "Asking without the filters may help."
    return f"{_searched(info, finding.scope)}: {lacking}. {helping}"


def _is_enough(asked: Asked, found: Features) -> bool:
    if found.together >= ALL_TOGETHER and not found.behind:
        return True
    few = len(asked.weights) <= FEW_WORDS
    return support(found) >= needed(found) and (not few or found.coverage >= COVERAGE_OF_FEW)


def _lacking(asked: Asked, finding: Finding, found: Features, info: Manifest) -> tuple[str, str]:
    """Return what the nearest articles lack, and what would help."""
    timeless = replace(found, behind=None)
    if found.behind and info.newest and support(timeless) >= needed(timeless):
        return f"they end on {day_in_words(info.newest)}, before the question was asked", _TIME
    if missing := _missing(asked, finding.hits):
        how = "Another spelling, or articles about it, would help."
        return f"those that come nearest do not mention {_listed(missing)}", how
    if (day := known_day(finding)) and _all_older(finding.hits, day):
        return f"those that come nearest are from more than {RECENT.days} days before the question", _TIME
    how = "Another name, place or date, or articles about it, would help."
    return "those that come nearest use these words, but none of them about this", how


def _all_older(hits: Sequence[Hit], day: date) -> bool:
    days = [hit.passage.source.published for hit in hits]
    return all(published is not None and day - published > RECENT for published in days)


def _searched(info: Manifest, scope: Scope) -> str:
    """Return what was searched: how many articles, from when to when, and what narrowed them."""
    articles = "1 article" if info.articles == 1 else f"{info.articles:,} articles"
    if info.oldest and info.newest:
        same = info.oldest == info.newest
        articles += (
            f" of {day_in_words(info.newest)}"
            if same
            else f" from {day_in_words(info.oldest)} to {day_in_words(info.newest)}"
        )
    return f"Searched {articles}{_filters(scope)}"


def _filters(scope: Scope) -> str:
    """Return in words what narrowed a search; empty where nothing did."""
    parts = [f"of {', '.join(scope.outlets)}"] if scope.outlets else []
    parts += [f"since {day_in_words(scope.since)}"] if scope.since else []
    parts += [f"until {day_in_words(scope.until)}"] if scope.until else []
    parts += [f"with “{scope.topic}”"] if scope.topic else []
    return f", of these only those {' '.join(parts)}" if parts else ""


def _missing(asked: Asked, hits: Sequence[Hit]) -> list[str]:
    """Return the question's words that no judged passage holds, names first, then the weightiest, at most three."""
    texts = (f"{hit.passage.source.title}\n{hit.passage.text}" for hit in hits[:PASSAGES_JUDGED])
    present = {term for text in texts for term in terms(text)}
    absent = [term for term in asked.weights if term not in present]
    absent.sort(key=lambda term: (term not in asked.names, -asked.weights[term]))
    return list(dict.fromkeys(asked.words[term] for term in absent))[:3]


def _listed(words: list[str]) -> str:
    quoted = [f"“{word}”" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def _model(found: Features) -> Model:
    return learned()["undated" if found.behind is None else "dated"]


@lru_cache(maxsize=1)
def learned(path: Path = LEARNED) -> Mapping[str, Model]:
    """Return the models by name, "dated" and "undated". Raises: IndexDamaged where the file is missing or broken."""
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        models = {name: Model(**data[name]) for name in ("dated", "undated")}
        if unknown := {name for model in models.values() for name in model.weights} - set(Features.__slots__):
            raise ValueError(f"no such evidence: {', '.join(sorted(unknown))}")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(f"The learned decision {path} cannot be read: install Dateline again.") from error
    return models
