"""Whether a sentence affirms what the nearest of its source denies, in other words, or the other way round.

Compares what a cue denies with what the other has at all, by meaning (`synonyms`); where both deny something, nothing
can be told. Knows nothing of names and figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.particulars import Problem
from assistant.polarity import firm, hedged, opposites
from assistant.rarity import is_mostly_a_name, rarity
from assistant.sources import Cited, Part
from assistant.synonyms import near, wide
from assistant.words import STOPWORDS

ABOUT = 0.5  # how much of the sentence the source's must hold to be about the same …
ABOUT_OPPOSITE = 0.6  # … where one word is its opposite
DENIED = 0.6  # how much of what is denied the other must hold
_TELLING = 1.5  # the rarity from which a word says something
_LONGEST = 60  # words of a sentence that are looked at


def denials(claim: Part, cited: Cited) -> Iterator[Problem]:
    """Yield what a sentence says the opposite of, in other words: at most one."""
    terms = claim.reading.terms[:_LONGEST]
    weights = {term: rarity(term) for term in terms if _tells(term)}
    total = sum(weights.values())
    if not total:
        return
    best: tuple[float, Part, int] | None = None
    for part in cited.passages:
        for number, given in enumerate(part.wide):
            share = sum(weight for term, weight in weights.items() if near(term, given)) / total
            if best is None or share > best[0]:
                best = share, part, number
    if best is None or best[0] < ABOUT:
        return
    share, part, number = best
    reason = _compared(claim, part, part.reading.sentences[number], part.wide[number])
    if reason is None and share >= ABOUT_OPPOSITE:
        reason = _turned(claim, part, part.reading.sentences[number], part.wide[number])
    if reason:
        yield Problem("negation", reason, grave=False)


def _tells(term: str) -> bool:
    return len(term) > 1 and not term[0].isdigit() and term not in STOPWORDS and rarity(term) >= _TELLING


def _compared(claim: Part, part: Part, span: tuple[int, int], given: frozenset[str]) -> str | None:
    """Return why one denies what the other affirms; None where neither or both deny anything."""
    mine = (0, len(claim.reading.terms))
    here, there = claim.polarity.within(*mine), part.polarity.within(*span)
    if here and not there and not hedged(part.reading, *span):
        for cue, scope in here.items():
            if firm(claim.word(cue)) and _shared(claim, scope, given):
                return f"The article says the opposite: it tells this without “{claim.word(cue)}”."
    if there and not here and not hedged(claim.reading, *mine):
        own = wide(claim.reading.terms)
        for cue, scope in there.items():
            if firm(part.word(cue)) and _shared(part, scope, own):
                return f"The article says the opposite: it tells this with “{part.word(cue)}”."
    return None


def _shared(part: Part, scope: Sequence[int], given: frozenset[str]) -> bool:
    """Tell whether most of what is denied stands in the other sentence."""
    terms = {part.reading.terms[index] for index in scope}
    weights = {term: rarity(term) for term in terms if _tells(term) and not is_mostly_a_name(term)}
    total = sum(weights.values())
    return total > 0 and sum(weight for term, weight in weights.items() if near(term, given)) / total >= DENIED


def _turned(claim: Part, part: Part, span: tuple[int, int], given: frozenset[str]) -> str | None:
    """Return why a word of one is the opposite of a word of the other; None where anything is denied."""
    if claim.polarity.heads or part.polarity.within(*span):
        return None
    own = claim.reading.present
    there = {term: index for index, term in enumerate(part.reading.terms[slice(*span)], span[0])}
    for index, term in enumerate(claim.reading.terms[:_LONGEST]):
        if term in STOPWORDS or is_mostly_a_name(term) or near(term, given):
            continue
        for other in opposites(term):
            if other in there and other not in own and not near(other, wide(own)):
                return f"The article says the opposite: “{part.word(there[other])}”, not “{claim.word(index)}”."
    return None
