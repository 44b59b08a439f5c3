"""The writer that needs no language model: verbatim sentences of the found passages. Knows nothing of search.

A sentence scores by the question's terms it holds, its likeness to the question, whether it has what the kind of
question asks for (a reason, a date, a number …), and how well its passage was found. Captions, bylines and boilerplate
are never quoted; a sentence that leans on the one before takes it along; no two quotes say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from assistant.asked import Asked
from assistant.cues import cue
from assistant.sentences import Candidate, candidates
from index.articles import Source

if TYPE_CHECKING:
    from index.search import Hit

PASSAGES_READ = 8
USUAL_QUOTES = 3
MOST_QUOTES = 5  # more than the usual only where they come from further articles and are strong
SAME = 0.6  # word overlap (Jaccard) from which two quotes say the same
WEAK = 0.75  # share of the first quote's score below which a second is left out
STRONG = 0.92  # the same for a fourth and fifth
TOUCHES = 0.1  # share of the question's terms a further quote must hold
LONG = 360  # characters; what is longer scores less

Likeness = Callable[[str, Sequence[str]], Any]


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part of a sentence's score counts; every part is about 0 to 1."""

    overlap: float = 1.0  # question terms in the sentence
    context: float = 0.7  # those only in its passage or title
    likeness: float = 1.5
    cue: float = 0.9
    passage: float = 1.0  # its passage's score against the best passage's
    lead: float = 0.4  # near the start of its article
    leaning: float = -0.3  # opens with a pronoun, or closes a quotation, that nothing in it explains
    long: float = -0.2


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim slice of an article: `text == article.text[start:end]`."""

    source: Source
    text: str
    start: int
    end: int
    score: float
    twins: int = 0


def choose(asked: Asked, hits: Sequence[Hit], likeness: Likeness, weights: Weights = Weights()) -> list[Quote]:
    """Return one to five quotes, the best first; none where the passages hold no quotable sentence.

    `likeness(question, texts)` gives the cosine of each text with the question.
    """
    ranked = rank(asked, hits, likeness, weights)
    chosen: list[tuple[Candidate, float]] = []
    for candidate, score in ranked:
        if len(chosen) == MOST_QUOTES or (chosen and score < WEAK * chosen[0][1]):
            break
        if not chosen or (asked.share(candidate.terms) >= TOUCHES and _adds(candidate, score, chosen)):
            chosen.append((candidate, score))
    return [_quote(candidate, score) for candidate, score in _in_reading_order(chosen)]


def rank(
    asked: Asked, hits: Sequence[Hit], likeness: Likeness, weights: Weights = Weights()
) -> list[tuple[Candidate, float]]:
    """Return every quotable sentence of the first passages with its score, best first."""
    found = candidates(hits[:PASSAGES_READ])
    if not found:
        return []
    cosines = likeness(asked.question, [candidate.text for candidate in found])
    top = max(hit.score for hit in hits[:PASSAGES_READ]) or 1.0
    weight: dict[str, float] = asdict(weights)
    scored = [
        (candidate, sum(weight[name] * value for name, value in parts(asked, candidate, float(cosine), top).items()))
        for candidate, cosine in zip(found, cosines, strict=True)
    ]
    return sorted(scored, key=lambda pair: -pair[1])


def parts(asked: Asked, candidate: Candidate, cosine: float, top: float) -> dict[str, float]:
    """Return what a sentence's score is made of, by the names of `Weights`."""
    overlap = asked.share(candidate.terms)
    return {
        "overlap": overlap,
        "context": asked.share(candidate.terms | candidate.around) - overlap,
        "likeness": max(0.0, cosine),
        "cue": cue(asked, candidate.text),
        "passage": max(0.0, candidate.hit.score / top),
        "lead": 1.0 / (1.0 + candidate.start / 500),
        "leaning": float(candidate.leaning),
        "long": min(1.0, max(0.0, (len(candidate.text) - LONG) / LONG)),
    }


def _adds(candidate: Candidate, score: float, chosen: list[tuple[Candidate, float]]) -> bool:
    """Tell whether a quote says something the chosen ones do not, and is strong enough to be one more."""
    if any(candidate.overlaps(other) or candidate.alike(other) > SAME for other, _ in chosen):
        return False
    if len(chosen) < USUAL_QUOTES:
        return True
    new_article = all(candidate.hit.passage.source.id != other.hit.passage.source.id for other, _ in chosen)
    return new_article and score >= STRONG * chosen[0][1]


def _in_reading_order(chosen: list[tuple[Candidate, float]]) -> list[tuple[Candidate, float]]:
    """Put the best first, then each article's quotes together and in its own order."""
    if not chosen:
        return []
    articles = list(dict.fromkeys(candidate.hit.passage.source.id for candidate, _ in chosen))
    rest = sorted(chosen[1:], key=lambda pair: (articles.index(pair[0].hit.passage.source.id), pair[0].start))
    return [chosen[0], *rest]


def _quote(candidate: Candidate, score: float) -> Quote:
    return Quote(
        candidate.hit.passage.source, candidate.text, candidate.start, candidate.end, score, len(candidate.hit.twins)
    )
