"""The writer that needs no language model: verbatim sentences of the found passages. Knows nothing of search.

A sentence scores by what speaks for it (`evidence.PARTS`), each part times a weight learned from questions with known
answers. Captions, bylines and boilerplate are never quoted; a sentence that leans on the one before takes it along; no
two quotes say the same; where the question asks for the state of things, the newest comes first.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.asked import Asked
from assistant.cues import about_now
from assistant.evidence import PARTS, Evidence
from assistant.sentences import Candidate, candidates
from index.articles import Source
from index.errors import IndexDamaged

if TYPE_CHECKING:
    from index.finding import Hit

LEARNED = Path(__file__).parent / "learned" / "quotes.json"
PASSAGES_READ = 10
USUAL_QUOTES = 3
MOST_QUOTES = 5  # more than the usual only where they come from further articles and are strong
SAME = 0.6  # word overlap (Jaccard) from which two quotes say the same
# Scores are log odds: a quote that scores 1 less than another is 2.7 times less likely to hold the answer.
WEAK = 4.0  # so far below the best, a quote is left out
STRONG = 0.7  # the same for a fourth and fifth
NEWER = 2.0  # and for those that may come first for being newer, where the state of things is asked
REPEATING = 2.0  # what is taken off a quote that has all the words of one chosen before
CONSIDERED = 40  # sentences
TOUCHES = 0.1  # share of the question's terms a further quote must hold


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim slice of an article: `text == article.text[start:end]`.

    `score` is the sum of `parts`: what each thing that speaks for it adds, by the names of `evidence.PARTS`.
    """

    source: Source
    text: str
    start: int
    end: int
    score: float
    reprints: tuple[Source, ...] = ()
    parts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A sentence with its score and what that is made of."""

    candidate: Candidate
    score: float
    parts: dict[str, float]

    @property
    def day(self) -> date:
        """Its article's day; the first of all days where it is not known."""
        return self.candidate.hit.passage.source.published or date.min


def choose(asked: Asked, hits: Sequence[Hit], weights: dict[str, float] | None = None) -> list[Quote]:
    """Return one to five quotes, the best first; none where the passages hold no quotable sentence.

    `weights` replaces the learned ones.
    """
    ranked = rank(asked, hits, weights)
    if not ranked:
        return []
    best, now = ranked[0].score, about_now(asked.question)
    rest = [one for one in ranked[:CONSIDERED] if one.score >= best - WEAK]
    chosen: list[Ranked] = []
    while rest and len(chosen) < MOST_QUOTES:
        one = max(rest, key=lambda one: _newness(one, best) if now else _worth(one, chosen))
        rest.remove(one)
        if not chosen or (asked.share(one.candidate.terms) >= TOUCHES and _adds(one, best, chosen)):
            chosen.append(one)
    return [_quote(one) for one in (chosen if now else _in_reading_order(chosen))]


def rank(asked: Asked, hits: Sequence[Hit], weights: dict[str, float] | None = None) -> list[Ranked]:
    """Return every quotable sentence of the first passages with its score, best first."""
    found = candidates(hits[:PASSAGES_READ])
    if not found:
        return []
    weights = learned() if weights is None else weights
    parts = Evidence(asked, found).rows(list(weights)) * np.array(list(weights.values()))
    ranked = [
        Ranked(candidate, score, dict(zip(weights, row, strict=True)))
        for candidate, score, row in zip(found, parts.sum(axis=1).tolist(), parts.tolist(), strict=True)
    ]
    return sorted(ranked, key=lambda one: -one.score)


@lru_cache(maxsize=1)
def learned() -> dict[str, float]:
    """Return the learned weights: name of a part → log odds for each unit of it. Raises: IndexDamaged."""
    try:
        weights = {str(name): float(weight) for name, weight in json.loads(LEARNED.read_text())["weights"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged(f"The learned weights {LEARNED} cannot be read: install Dateline again.") from error
    if unknown := weights.keys() - PARTS.keys():
        raise IndexDamaged(
            f"{LEARNED} weighs {', '.join(sorted(unknown))}, which nothing gives: install Dateline again."
        )
    return weights


def _worth(one: Ranked, chosen: Sequence[Ranked]) -> tuple[float, ...]:
    """Return what a further quote is worth: its score, less what it repeats."""
    repeated = max((one.candidate.alike(other.candidate) for other in chosen), default=0.0)
    return (one.score - REPEATING * repeated,)


def _newness(one: Ranked, best: float) -> tuple[float, ...]:
    """Put the newest first among those that answer about as well as the best; then come the others by score."""
    near = one.score >= best - NEWER
    return near, one.day.toordinal() if near else 0, one.score


def _adds(one: Ranked, best: float, chosen: list[Ranked]) -> bool:
    """Tell whether a quote says something the chosen ones do not, and is strong enough to be one more."""
    candidate, others = one.candidate, [other.candidate for other in chosen]
    if any(candidate.overlaps(other) or candidate.alike(other) > SAME for other in others):
        return False
    if len(chosen) < USUAL_QUOTES:
        return True
    return one.score >= best - STRONG and all(candidate.article != other.article for other in others)


def _in_reading_order(chosen: list[Ranked]) -> list[Ranked]:
    """Put the best first, then each article's quotes together and in its own order."""
    articles = list(dict.fromkeys(one.candidate.article for one in chosen))
    rest = sorted(chosen[1:], key=lambda one: (articles.index(one.candidate.article), one.candidate.start))
    return [*chosen[:1], *rest]


def _quote(one: Ranked) -> Quote:
    candidate = one.candidate
    hit = candidate.hit
    return Quote(
        hit.passage.source,
        candidate.text,
        candidate.start,
        candidate.end,
        one.score,
        hit.saying(candidate.text),
        one.parts,
    )
