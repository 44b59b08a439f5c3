"""What speaks for a sentence as an answer: named numbers, one row a sentence. Knows nothing of how they are weighed.

Each function under `@_part(group)` is one column for all sentences at once; `PARTS` holds them by name. They are
shares, counts and ratios to the best found, so that they mean the same in a small index and in a large one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant import cues
from assistant.asked import Asked
from assistant.sentences import Candidate

WINDOW = 12  # terms within which the question's terms count as standing together

Column = NDArray[Any]  # (sentences,)
Marks = NDArray[np.bool_]  # (sentences, terms of the question)


@dataclass(frozen=True, slots=True)
class Part:
    """A column: its group, and how it is worked out."""

    group: str
    values: Callable[[Evidence], Column]


PARTS: dict[str, Part] = {}


class Evidence:
    """A question and the sentences found for it, with what several parts need, worked out once."""

    def __init__(self, asked: Asked, found: Sequence[Candidate]) -> None:
        """Take n > 0 sentences."""
        self.asked, self.found = asked, found
        self.terms = list(asked.weights)
        self.weights: Column = np.array([asked.weights[term] for term in self.terms], dtype=float) / asked.total

    def rows(self, names: Sequence[str]) -> NDArray[np.float64]:
        """Return (n, len(names)): the parts of these names, one row a sentence."""
        columns = [PARTS[name].values(self) for name in names]
        return np.stack(columns, axis=1) if columns else np.zeros((len(self.found), 0))

    def each(self, value: Callable[[Candidate], float]) -> Column:
        """Return (n,): a value of each sentence."""
        return np.fromiter((value(candidate) for candidate in self.found), float, len(self.found))

    def of_offers(self, value: Callable[[cues.Offer], float]) -> Column:
        """Return (n,): a value of what each sentence has that the question has not."""
        return np.fromiter((value(offer) for offer in self.offers), float, len(self.offers))

    def share(self, marks: Marks) -> Column:
        """Return (n,): the weighted share of the question's terms that are marked."""
        shares: Column = marks @ self.weights
        return shares

    def marks(self, where: Callable[[Candidate], frozenset[str]]) -> Marks:
        """Return which of the question's terms stand there."""
        rows = [[term in there for term in self.terms] for there in map(where, self.found)]
        return np.array(rows, dtype=bool).reshape(len(self.found), len(self.terms))

    @cached_property
    def here(self) -> Marks:
        """Which of the question's terms each sentence has."""
        return self.marks(lambda candidate: candidate.terms)

    @cached_property
    def around(self) -> Marks:
        """Which its passage or title has."""
        return self.marks(lambda candidate: candidate.around)

    @cached_property
    def offers(self) -> list[cues.Offer]:
        """What each sentence has that the question has not."""
        known = cues.plain_words(self.asked.question)
        return [cues.offer(known, candidate.text) for candidate in self.found]

    @cached_property
    def votes(self) -> dict[str, dict[str, float]]:
        """New name or number → article → how near to the question its nearest sentence with that thing is, 0 to 1."""
        found: dict[str, dict[str, float]] = defaultdict(dict)
        for candidate, offer, near in zip(self.found, self.offers, self.share(self.here).tolist(), strict=True):
            for thing in offer.things:
                found[thing][candidate.article] = max(found[thing].get(candidate.article, 0.0), near)
        return found


def _part(group: str) -> Callable[[Callable[[Evidence], Column]], Callable[[Evidence], Column]]:
    def add(values: Callable[[Evidence], Column]) -> Callable[[Evidence], Column]:
        PARTS[values.__name__] = Part(group, values)
        return values

    return add


@_part("words")
def overlap(evidence: Evidence) -> Column:
    """Weighted share of the question's terms in the sentence."""
    return evidence.share(evidence.here)


@_part("words")
def together(evidence: Evidence) -> Column:
    """Weighted share of the question's terms within some dozen successive terms of the sentence."""
    weights = dict(zip(evidence.terms, evidence.weights.tolist(), strict=True))

    def densest(candidate: Candidate) -> float:
        places = [(i, term) for i, term in enumerate(candidate.sequence) if term in weights]
        windows = ({term for i, term in places if first <= i < first + WINDOW} for first, _ in places)
        return max((sum(weights[term] for term in window) for window in windows), default=0.0)

    return evidence.each(densest)


@_part("around")
def context(evidence: Evidence) -> Column:
    """Weighted share of the question's terms that the passage or title has and the sentence has not."""
    return evidence.share(evidence.around & ~evidence.here)


@_part("around")
def following(evidence: Evidence) -> Column:
    """Weighted share of the question's terms that the sentence after adds."""
    return evidence.share(evidence.marks(lambda candidate: candidate.after) & ~evidence.here)


@_part("kind")
def cue(evidence: Evidence) -> Column:
    """How surely the sentence has what is asked for: a reason, someone, a day, a place, a count, a means.

    One column for all kinds: questions to learn from are mostly of few of them.
    """
    if evidence.asked.kind == "what":
        return np.zeros(len(evidence.found))
    pairs = zip(evidence.found, evidence.offers, strict=True)
    return np.array([cues.cue(evidence.asked, candidate.text, offer) for candidate, offer in pairs], dtype=float)


@_part("kind")
def new_names(evidence: Evidence) -> Column:
    """Names the sentence has and the question has not, as ln(1 + n)."""
    return np.log1p(evidence.of_offers(lambda offer: len(offer.mentions)))


@_part("kind")
def titles(evidence: Evidence) -> Column:
    """Words in short quotation marks, as works are named, as ln(1 + n)."""
    return np.log1p(evidence.of_offers(lambda offer: offer.titles))


@_part("kind")
def head(evidence: Evidence) -> Column:
    """1 where the sentence has the word for what is asked ("which painting"), .5 where only those beside it do."""
    wanted = cues.head(evidence.asked.question) & evidence.asked.weights.keys()

    def value(candidate: Candidate) -> float:
        beside = candidate.before | candidate.after | candidate.title
        return 1.0 if wanted & candidate.terms else 0.5 * bool(wanted & beside)

    return evidence.each(value)


@_part("form")
def lead(evidence: Evidence) -> Column:
    """1 at the start of the article, less and less further down."""
    return evidence.each(lambda candidate: 1.0 / (1.0 + candidate.start / 500))


@_part("form")
def leaning(evidence: Evidence) -> Column:
    """1 where it opens with a pronoun, or closes a quotation, that nothing in it explains."""
    return evidence.each(lambda candidate: float(candidate.leaning))


@_part("form")
def speech(evidence: Evidence) -> Column:
    """1 where it opens with someone's words."""
    return evidence.each(lambda candidate: float(candidate.text[0] in "\"“'‘"))


@_part("found")
def score(evidence: Evidence) -> Column:
    """Its passage's score against the best passage's."""
    scores = evidence.each(lambda candidate: candidate.hit.score)
    top = float(scores.max())
    shares: Column = np.maximum(scores, 0.0) / (top if top > 0 else 1.0)
    return shares


@_part("time")
def age(evidence: Evidence) -> Column:
    """Days its article lies behind the newest one found, as ln(1 + n); 0 where no date is known."""
    days = [hit.passage.source.published for hit in (candidate.hit for candidate in evidence.found)]
    newest = max((day for day in days if day), default=None)
    behind: Column = np.log1p([float((newest - day).days) if newest and day else 0.0 for day in days])
    return behind


@_part("agreement")
def agreed(evidence: Evidence) -> Column:
    """How near to the question other articles name the same new thing, added up, for the thing best agreed on."""

    def most(candidate: Candidate, offer: cues.Offer) -> float:
        others = (evidence.votes[thing] for thing in offer.things)
        return max((sum(votes.values()) - votes[candidate.article] for votes in others), default=0.0)

    return np.array([most(*pair) for pair in zip(evidence.found, evidence.offers, strict=True)], dtype=float)
