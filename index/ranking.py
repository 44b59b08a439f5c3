"""How the score of a passage is made of its parts. Knows nothing of engines, stores or texts.

    score = (bm25 + 10 × cosine) × time × period × spread

Each part is listed in `PARTS` with what it says; each hit carries its own in `Hit.parts`. The weights were chosen on
questions of 2022 and 2023 and checked on 2024; docs/measurements.md says what each adds and what was tried in vain:
more features, boosted trees over them, weights for single words.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

PARTS = {
    "bm25": "the question's words in the passage, and with less weight in title, outlet and day; rare words count more",
    "cosine": "likeness in meaning of question and passage, by the embedding model",
    "time": "the article came shortly before the day of asking",
    "period": "the article is of the time that the question names",
    "spread": "other passages of the same article stand before it",
}
_AFTERWARDS = timedelta(days=7)  # what happened in a period is reported some days longer


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts. A weight of 0 takes its part out (of `spread`: 1)."""

    bm25: float = 1.0
    heading: float = 0.4  # of a word's BM25 in title, outlet and day, beside 1 in the text
    cosine: float = 10.0
    news: float = 0.6  # time: what is news on the day of asking …
    news_days: float = 10.0
    lately: float = 0.3  # … and what happened in the year before
    lately_days: float = 365.0
    period: float = 0.15
    spread: float = 0.95  # for each better passage of the same article, up to three


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage to be ranked: its article and place there, the article's day, the scores of both engines."""

    article: str
    start: int
    end: int
    day: date | None
    bm25: float
    cosine: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage with its score and what that is made of, by the names of `PARTS`."""

    candidate: Candidate
    score: float
    parts: dict[str, float]


Period = tuple[date, date]


def rank(
    candidates: Sequence[Candidate], day: date | None, period: Period | None, weights: Weights = WEIGHTS
) -> list[Ranked]:
    """Return the candidates with their scores, the best first.

    `day` is the day of asking, None where time is to count nothing; `period` the first and last day that the question
    names.
    """
    scored = [_scored(candidate, day, period, weights) for candidate in candidates]
    scored.sort(key=lambda one: (-one.score, one.candidate.article, one.candidate.start))
    return _spread(scored, weights.spread)


def explain(parts: Mapping[str, float], weights: Weights = WEIGHTS) -> str:
    """Return a score's sum in words: "(bm25 31.2 + 10 × cosine 0.56) × time 1.54 = 56.7"."""
    factors = {name: parts[name] for name in ("time", "period", "spread") if abs(parts[name] - 1) > 0.0005}
    total = _sum(parts, weights) * math.prod(factors.values())
    product = "".join(f" × {name} {factor:.2f}" for name, factor in factors.items())
    return f"(bm25 {parts['bm25']:.1f} + {weights.cosine:g} × cosine {parts['cosine']:.2f}){product} = {total:.1f}"


def _scored(candidate: Candidate, day: date | None, period: Period | None, weights: Weights) -> Ranked:
    parts = {
        "bm25": candidate.bm25,
        "cosine": candidate.cosine,
        "time": _time(candidate.day, day, weights),
        "period": _period(candidate.day, period, weights.period),
        "spread": 1.0,
    }
    return Ranked(candidate, _sum(parts, weights) * parts["time"] * parts["period"], parts)


def _sum(parts: Mapping[str, float], weights: Weights) -> float:
    return weights.bm25 * parts["bm25"] + weights.cosine * parts["cosine"]


def _time(published: date | None, day: date | None, weights: Weights) -> float:
    """Return the factor for time. What was published after the day of asking gets none: a question is about before.

    A day later still counts as the same: days differ with the zone.
    """
    if published is None or day is None or (days := (day - published).days) < -1:
        return 1.0
    days = max(days, 0)
    news = weights.news * math.exp(-days / weights.news_days)
    return 1.0 + news + weights.lately * math.exp(-days / weights.lately_days)


def _period(published: date | None, period: Period | None, weight: float) -> float:
    if published is None or period is None:
        return 1.0
    first, last = period
    return 1.0 + weight * (first <= published <= min(last, date.max - _AFTERWARDS) + _AFTERWARDS)


def _spread(scored: Sequence[Ranked], factor: float) -> list[Ranked]:
    """Lower each further passage of an article a little: ten passages of one article are one source."""
    before: Counter[str] = Counter()
    spread = []
    for one in scored:
        lowered = factor ** min(before[one.candidate.article], 3)
        before[one.candidate.article] += 1
        spread.append(Ranked(one.candidate, one.score * lowered, {**one.parts, "spread": lowered}))
    return sorted(spread, key=lambda one: -one.score)
