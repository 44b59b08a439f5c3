"""Whether the particulars of a sentence belong together as they do in its source. Knows nothing of other words.

Two of a kind may have changed places ("A paid 100, B 200"), and who is said to say
something may stand far from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from assistant import figures
from assistant.alignment import Around, alike
from assistant.named import Name
from assistant.particulars import Problem, speakers
from assistant.rarity import rarity
from assistant.sources import Cited, Part
from assistant.synonyms import near
from assistant.words import STOPWORDS

CROSSED = 0.45  # by which two that have changed places must be more alike
FEWEST = 2  # words of content that a sentence must have beside its names
MOST = 0.72  # of these words that must stand in one place, so that it is the place that is told of
_REACH = 1  # sentences before and after that place in which a name may stand
_MOST_NAMES = 8
_BY = re.compile(r"\bby (?:the )?$")  # "sold by B" tells with B last what "B sold" does with B first
_TELLS = re.compile(
    r"(?:, [^.,]{1,40})?,? (?:has |had |have |is |was |were )?(?:also )?"
    r"(?:said|cautioned|ruled out|put|estimated|insist\w*|credited|believe[sd]?|thinks|thought|confident|called"
    r"|promised|conceded|admitted|praised|described|urged|stressed|predicted|pledged"
    r"|demanded|condemned|denied|accused|thanked"
    r"|claim(?:s|ed)|hoped?s?|expects?|expected|reckons?|blamed|vowed)\b"
)


def arrangements(claim: Part, cited: Cited) -> Iterator[Problem]:
    """Yield what has changed places, and what stands too far from what is told of it: at most one of each."""
    named = [pair for part in cited.passages for pair in part.names]
    for (one, here), (other, there) in combinations(claim.names[:_MOST_NAMES], 2):
        turned = _BY.search(claim.reading.text, max(0, other.start - 12), other.start)
        if set(one.terms) & set(other.terms) or one.is_place != other.is_place or turned:
            continue
        first = [around for name, around in named if set(one.terms) & set(name.terms)]
        second = [around for name, around in named if set(other.terms) & set(name.terms)]
        if _crossed(here, there, first, second):
            yield Problem("name", f"The article has {one.text} and {other.text} in each other's place.", grave=False)
            return
    counted = [(figure, around) for part in cited.passages for figure, around in part.figures]
    for (one_figure, here), (other_figure, there) in combinations(claim.figures[:_MOST_NAMES], 2):
        if one_figure.kind != other_figure.kind or figures.same(one_figure, other_figure):
            continue
        first = [around for figure, around in counted if figures.same(one_figure, figure)]
        second = [around for figure, around in counted if figures.same(other_figure, figure)]
        if _crossed(here, there, first, second):
            told = f"{one_figure.text} and {other_figure.text}"
            yield Problem("figure", f"The article has {told} in each other's place.", grave=False)
            return


def _crossed(here: Around, there: Around, first: Sequence[Around], second: Sequence[Around]) -> bool:
    """Tell whether two places, in one sentence of the source, are more alike with the two changed round."""
    for one in first:
        for other in second:
            if one.sentence != other.sentence:
                continue
            straight = alike(here, one) + alike(there, other)
            crossed = alike(here, other) + alike(there, one)
            return crossed > straight + CROSSED
    return False


def strangers(claim: Part, cited: Cited) -> Iterator[Problem]:
    """Yield who speaks in the sentence, but stands far from the place that it is about."""
    naming = {term for name, _ in claim.names for term in name.terms}
    weights = {
        term: rarity(term)
        for term in claim.reading.terms
        if len(term) > 1 and not term[0].isdigit() and term not in STOPWORDS and term not in naming
    }
    if len(weights) < FEWEST:
        return
    places = [(part, number) for part in cited.passages for number in range(len(part.wide))]
    share = _share_of(weights)
    part, number = max(places, key=lambda place: share(place[0].wide[place[1]]))
    if share(part.wide[number]) < MOST:
        return
    known = frozenset[str]().union(*(about.reading.present for about in cited.abouts))
    around = frozenset[str]().union(*part.contents[max(0, number - _REACH) : number + _REACH + 1]) | known
    for name in _tellers(claim):
        if not _stands(name, around, claim.reading.present, cited):
            yield Problem("name", f"The article does not have this from {name.text}.", grave=False)
            return


def _tellers(claim: Part) -> list[Name]:
    """Return who is said to say or think something."""
    text = claim.reading.text
    spoken = speakers(claim, (0, len(text)))
    return spoken + [name for name, _ in claim.names if name not in spoken and _TELLS.match(text[name.end :])]


def _share_of(weights: dict[str, float]) -> Callable[[frozenset[str]], float]:
    total = sum(weights.values())
    return lambda given: sum(weight for term, weight in weights.items() if near(term, given)) / total


def _stands(name: Name, around: frozenset[str], claimed: frozenset[str], cited: Cited) -> bool:
    if not around.isdisjoint(name.terms):
        return True
    called = list(cited.known.called_after(name, claimed))
    if any(around.issuperset(terms) for terms in called):
        return True
    # what the source has under another name, such as an acronym, cannot be told
    return not cited.present.issuperset(name.terms) and not called
