"""The numbers a decision is made from: how well the passages found bear on a question. Knows nothing of weights.

They are taken from the texts, the words' rarity, the BM25 scores and the days of what was found, not from the cosine:
its scale differs from model to model, and one that has learned from the questions a decision learns from looks twice as
telling on them as it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.asked import Asked
from index.lexical import heading, terms
from index.search import RECENT

if TYPE_CHECKING:
    from index.finding import Finding, Hit

PASSAGES_JUDGED = 5  # what none of the first few says, none of the others is likely to say
WINDOW = 30  # terms; about one long sentence
TOGETHER_DAYS = 10  # reports of one matter come within so many days
GRACE_DAYS = 7  # what happened in the last days may not have been collected yet
_MANY_WORDS = 8  # from so many on, more say little
_MANY_PASSAGES = 100_000
_LONG = 3_650  # days


@dataclass(frozen=True, slots=True)
class Features:
    """What the decision is made from, each from 0 to 1, a share of the weight of the question's terms where it is one.

    Of the texts: `coverage` in the best of the first passages with its title, outlet and day, `article` in all
    passages of the best article, `together` within one stretch of a passage, `title` in the best title, `rarest` of
    the three rarest in one passage, `names` of names and numbers in one passage, `nameless` 1 where the question has
    none, `phrases` of its pairs of words that stand side by side, `words` how many it has. Of the list: `gap` from the
    best BM25 to the last, `same_days` share of passages from one short time, `size` of the index (logarithm).
    Where the day of asking is known, else None: `behind`, the time from the newest article of the index to that day
    (logarithm).
    """

    coverage: float = 0.0
    article: float = 0.0
    together: float = 0.0
    title: float = 0.0
    rarest: float = 0.0
    names: float = 0.0
    nameless: float = 0.0
    phrases: float = 0.0
    words: float = 0.0
    gap: float = 0.0
    same_days: float = 0.0
    size: float = 0.0
    behind: float | None = None


# What is weighed where no day is known, and where one is. Few articles are a weak sign there, that they ended strong.
UNDATED = tuple(name for name in Features.__slots__ if name != "behind")
DATED = tuple(name for name in Features.__slots__ if name != "size")


def known_day(finding: Finding) -> date | None:
    """Return the day on which a question about the news of its day was asked; None where time is no evidence.

    A question that is narrowed to a time, or names one that was over well before, may be asked at any time.
    """
    if finding.day is None or finding.scope.since or finding.scope.until:
        return None
    period = finding.scope.understood.period
    return None if period and finding.day - period[1] > RECENT else finding.day


def features(
    asked: Asked, hits: Sequence[Hit], passages: int = 1, *, day: date | None = None, newest: date | None = None
) -> Features:
    """Return the evidence that the hits, best first, answer the question.

    The index they come from has so many passages and its newest article that day; `day` is `known_day`.
    """
    titles = [set(terms(hit.passage.source.title)) for hit in hits]
    texts = [terms(hit.passage.text) for hit in hits]
    # the year that a question names often stands in the article's date alone
    found = [set(text).union(terms(heading(hit.passage.source))) for hit, text in zip(hits, texts, strict=True)]
    articles: dict[str, set[str]] = {}
    for hit, words in zip(hits, found, strict=True):
        articles.setdefault(hit.passage.source.id, set()).update(words)
    naming = asked.names | {term for term in asked.weights if any(map(str.isdigit, term))}
    rarest = sorted(asked.weights, key=lambda term: -asked.weights[term])[:3]
    days = [hit.passage.source.published for hit in hits if hit.passage.source.published]
    return Features(
        coverage=max(map(asked.share, found[:PASSAGES_JUDGED]), default=0.0),
        article=max(map(asked.share, articles.values()), default=0.0),
        together=max((_together(asked, text) for text in texts), default=0.0),
        title=max(map(asked.share, titles), default=0.0),
        rarest=_part(asked, rarest, found),
        names=_part(asked, naming, found),
        nameless=float(not naming),
        phrases=_phrases(asked, texts),
        words=_log(len(asked.weights), _MANY_WORDS),
        gap=_gap([hit.parts.get("bm25", 0.0) for hit in hits]),
        same_days=_same_days(days) / max(1, len(hits)),
        size=_log(passages, _MANY_PASSAGES),
        behind=_behind(day, newest),
    )


def _part(asked: Asked, wanted: Sequence[str] | set[str] | frozenset[str], found: Sequence[set[str]]) -> float:
    """Return the weighted share of these terms in the passage that has most of them."""
    total = sum(asked.weights[term] for term in wanted)
    most = max((sum(asked.weights[term] for term in wanted if term in words) for words in found), default=0.0)
    return most / total if total else 0.0


def _together(asked: Asked, text: Sequence[str]) -> float:
    """Return the weighted share of the question's terms in the stretch of a text that has most of them."""
    places = [(place, term) for place, term in enumerate(text) if term in asked.weights]
    best = 0.0
    for first, (start, _) in enumerate(places):
        stretch = {term for place, term in places[first : first + WINDOW] if place - start <= WINDOW}
        best = max(best, asked.share(stretch))
    return best


def _phrases(asked: Asked, texts: Sequence[Sequence[str]]) -> float:
    """Return the share of the question's pairs of neighbouring terms that stand so in one passage; .5 without any."""
    pairs = {pair for pair in pairwise(terms(asked.question)) if asked.weights.keys() >= set(pair)}
    if not pairs:
        return 0.5
    return max((len(pairs & set(pairwise(text))) for text in texts), default=0) / len(pairs)


def _gap(scores: Sequence[float]) -> float:
    best = max(scores, default=0.0)
    return (best - min(scores)) / best if best > 0 else 0.0


def _same_days(days: Sequence[date]) -> int:
    """Return how many of the days lie within one short time."""
    return max((sum(0 <= (other - first).days <= TOGETHER_DAYS for other in days) for first in days), default=0)


def _behind(day: date | None, newest: date | None) -> float | None:
    if day is None:
        return None
    return _log(max(0, (day - newest).days - GRACE_DAYS), _LONG) if newest else 1.0


def _log(count: int, many: int) -> float:
    """Return a count on a logarithmic scale from 0 (none) to 1 (so many or more)."""
    return min(1.0, math.log1p(count) / math.log1p(many))
