"""The check of each sentence of an answer against what it cites. Knows nothing of who wrote it.

A sentence is supported when its quotation marks are verbatim, its figures, dates and names stand in what it cites and
in the same places, nothing in it is denied there, and enough of its other words are shared. It is never given a
citation to make it look supported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.arrangement import arrangements, strangers
from assistant.citations import cited as numbers_of
from assistant.citations import without_markers
from assistant.contradiction import contradictions
from assistant.denial import denials
from assistant.injection import warned
from assistant.particulars import problems
from assistant.rarity import rarity
from assistant.reading import Reading
from assistant.sources import Cited, Evidence, Part, passage
from assistant.sources import cited as all_cited
from assistant.support import content, features, support
from assistant.types import Check, EvidenceSpan, Verdict
from index.passages import sentences

__all__ = ["Evidence", "best_span", "check", "spans"]

ENOUGH = 0.45  # the support from which a sentence is supported …
SOME = 0.25  # … and from which it is partly so
ALL_WORDS = 0.95  # where the source has nearly all words of a sentence …
ALL_NEAR = 0.85  # … but not in two sentences that follow one another …
TOGETHER = 0.72  # … they must be as much together as where sentences were joined

NOTHING = 0.01  # of support that a source adds which is only named

_LEADING_MARKERS = re.compile(r"^(?:\s*\[\d+\])+[.,;]?\s*")
_MARKERS = re.compile(r"(?:\s{0,3}\[\s{0,3}\d[\d\s,;–-]{0,40}\])+")
_ORDER: tuple[Verdict, ...] = ("supported", "partly", "unsupported")


@dataclass(frozen=True, slots=True)
class _Found:
    """The verdict on a sentence or clause, with its reason and degree."""

    verdict: Verdict
    reason: str
    support: float


def check(text: str, evidence: Mapping[int, Evidence], uncited: Sequence[int] = ()) -> tuple[Check, ...]:
    """Return a verdict on each sentence of an answer; `evidence` has what each number in it stands for.

    A sentence that cites nothing is held against the evidence of the numbers `uncited`: none, in an answer.
    """
    return tuple(warned(_check(text, start, end, evidence, uncited), text, evidence) for start, end in spans(text))


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the sentences of an answer; markers after a full stop belong to the sentence they follow."""
    found: list[tuple[int, int]] = []
    for start, end in sentences(text):
        leading = _LEADING_MARKERS.match(text[start:end])
        if leading and found:
            found[-1] = (found[-1][0], start + len(leading.group().rstrip()))
            start += leading.end()
        if start < end:
            found.append((start, end))
    yield from found


def best_span(sentence: str, passage: str) -> tuple[int, int]:
    """Return where in the passage the sentence stands that shares most with the answer's sentence."""
    return _nearest(Part(Reading(sentence)), Part(Reading(passage)))[1]


def _nearest(claim: Part, passage: Part) -> tuple[float, tuple[int, int]]:
    """Return how much of a claim the nearest sentence of a passage shares, and its span in characters."""
    weights = content(claim) or dict.fromkeys(claim.reading.terms, 1.0)
    figures = {value for figure, _ in claim.figures for value in figure.values}
    given = [(figure.start, value) for figure, _ in passage.figures for value in figure.values] if figures else []

    def shared(item: tuple[tuple[int, int], frozenset[str]]) -> float:
        (start, end), terms = item
        same = {value for place, value in given if start <= place < end} & figures
        both = sum(weight for term, weight in weights.items() if term in terms) + 3.0 * len(same)
        return both - 0.001 * (end - start)

    best = max(zip(passage.reading.sentence_spans, passage.contents, strict=True), key=shared)
    return shared(best), best[0]


def _check(text: str, start: int, end: int, evidence: Mapping[int, Evidence], uncited: Sequence[int]) -> Check:
    sentence = text[start:end]
    numbers = [number for number in numbers_of(sentence) if number in evidence] or uncited
    if not numbers:
        return Check(start, end, "uncited", "It cites no article.")
    claim = Part(Reading(without_markers(sentence), evidence[numbers[0]].source.published))
    found = _verdict(sentence, claim, numbers, evidence)
    near = max(((*_nearest(claim, passage(evidence[n])), n) for n in numbers), key=lambda item: item[0])
    _, (first, last), number = near
    one = evidence[number]
    quote = EvidenceSpan(number, one.text[first:last], one.start + first, one.start + last)
    return Check(start, end, found.verdict, found.reason, quote, round(found.support, 3))


def _verdict(sentence: str, claim: Part, numbers: Sequence[int], evidence: Mapping[int, Evidence]) -> _Found:
    """Judge clause by clause where several are cited apart, and the whole by all that it cites."""
    whole = _judged(claim, [evidence[number] for number in numbers])
    if whole.verdict == "supported" and numbers_of(sentence) and (idle := _idle(claim, numbers, evidence, whole)):
        return _Found("partly", f"[{idle}] does not say so.", min(whole.support, ENOUGH))
    clauses = list(_clauses(sentence, evidence))
    if len(clauses) < 2 or whole.verdict == "supported":
        return whole
    parts = [
        _judged(Part(Reading(clause, evidence[known[0]].source.published)), [evidence[number] for number in known])
        for clause, known in clauses
    ]
    if all(part.verdict == "supported" for part in parts):
        return min(parts, key=lambda part: part.support)
    if whole.verdict == "unsupported" and any(part.verdict == "supported" for part in parts):
        return _Found("partly", whole.reason, max(whole.support, SOME))
    return whole


def _idle(claim: Part, numbers: Sequence[int], evidence: Mapping[int, Evidence], whole: _Found) -> int | None:
    """Return a number that does not say a sentence, nor adds to those that do: it would only lend its name."""
    for number in numbers if len(numbers) > 1 else ():
        if _judged(claim, [evidence[number]]).verdict == "unsupported":
            rest = _judged(claim, [evidence[other] for other in numbers if other != number])
            if rest.verdict == "supported" and rest.support >= whole.support - NOTHING:
                return number
    return None


def _clauses(sentence: str, evidence: Mapping[int, Evidence]) -> Iterator[tuple[str, list[int]]]:
    """Yield each clause that ends in markers, with the numbers that stand for something."""
    position = 0
    for match in _MARKERS.finditer(sentence):
        known = [number for number in numbers_of(match.group()) if number in evidence]
        clause = sentence[position : match.start()].strip(" ,;.")
        position = match.end()
        if known and clause:
            yield clause, known


def _judged(claim: Part, evidence: Sequence[Evidence]) -> _Found:
    cited = all_cited(tuple(evidence))
    found = [*problems(claim, cited), *contradictions(claim, cited)]
    found += [] if found else [*denials(claim, cited), *arrangements(claim, cited), *strangers(claim, cited)]
    values = features(claim, cited, found)
    degree = support(values)
    grave = [problem for problem in found if problem.grave]
    if grave:
        return _Found("unsupported", grave[0].reason, min(degree, SOME))
    if found:
        return _Found("partly", found[0].reason, min(degree, ENOUGH))
    apart = values["words"] >= ALL_WORDS and values["two sentences"] < ALL_NEAR
    if apart and ENOUGH <= degree < TOGETHER:
        return _Found("partly", "What it cites has these words, but not together.", degree)
    if degree >= ENOUGH:
        return _Found("supported", "What it cites says so.", degree)
    lacking = _lacking(claim, cited)
    told = f"What it cites says too little of this{lacking}."
    return _Found("partly" if degree >= SOME else "unsupported", told, degree)


def _lacking(claim: Part, cited: Cited) -> str:
    """Return the rarest word that the source does not have, in words."""
    reading = claim.reading
    absent = [
        (rarity(term), reading.text[start:end])
        for term, start, end in zip(reading.terms, reading.starts, reading.ends, strict=True)
        if term in content(claim) and term not in cited.present
    ]
    return f": it does not have “{max(absent)[1]}”" if absent else ""
