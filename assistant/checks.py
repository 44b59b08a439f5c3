"""The check of each sentence of an answer against what it cites. Knows nothing of who wrote it.

A sentence is supported when its quotation marks are verbatim, its numbers, dates and names stand in what it cites, and
enough of its other words do. It is never given a citation to make it look supported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.citations import cited, without_markers
from assistant.names import names, plain
from assistant.types import Check
from assistant.words import MONTHS, NUMBER_WORDS, SCALES, STOPWORDS, WEEKDAYS
from index.articles import Source
from index.lexical import terms
from index.passages import sentences

ENOUGH_SHARED = 0.5  # share of a sentence's content terms that what it cites must hold

_LEADING_MARKERS = re.compile(r"^(?:\s*\[\d+\])+[.,;]?\s*")
_QUOTED = re.compile(r"“([^”]+)”|\"([^\"]+)\"")
_NUMBER = re.compile(
    r"(?<![\w.])(\d[\d,]*(?:\.\d+)?)(?:\s*(hundred|thousand|million|billion|trillion|m|bn|tn|k)\b)?", re.I
)
_SHORT_SCALES = {"m": 10**6, "bn": 10**9, "tn": 10**12, "k": 10**3}
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a number stands for: a slice `text` of an article that begins at `start` in it, and its source."""

    source: Source
    text: str
    start: int = 0

    @property
    def whole(self) -> str:
        """All a sentence may draw on: title, outlet, day and text."""
        day = self.source.published
        dated = f"{day.day} {day:%B} {day.year} {day:%A}" if day else ""
        return "\n".join((self.source.title, self.source.outlet or "", dated, self.text))


def check(text: str, evidence: Mapping[int, Evidence]) -> tuple[Check, ...]:
    """Return a verdict on each sentence of an answer; `evidence` has what each number in it stands for."""
    return tuple(_check(text, start, end, evidence) for start, end in spans(text))


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
    wanted = _content(sentence)
    found = sentences(passage) or [(0, len(passage))]
    figures = _figures(sentence)

    def shared(span: tuple[int, int]) -> float:
        text = passage[span[0] : span[1]]
        both = len(wanted & _content(text)) + len(figures & _figures(text))
        return both - 0.001 * (span[1] - span[0])

    return max(found, key=shared)


def _check(text: str, start: int, end: int, evidence: Mapping[int, Evidence]) -> Check:
    sentence = text[start:end]
    numbers = [number for number in cited(sentence) if number in evidence]
    if not numbers:
        return Check(start, end, "uncited", "It cites no article.")
    reason = _unsupported(without_markers(sentence), [evidence[number] for number in numbers])
    if reason:
        return Check(start, end, "unsupported", reason)
    return Check(start, end, "supported", "What it cites says so.")


def _unsupported(sentence: str, evidence: Sequence[Evidence]) -> str | None:
    """Return what in the sentence the evidence does not hold, in words; None where it holds all."""
    whole = "\n".join(item.whole for item in evidence)
    for quoted in _quotations(sentence):
        if _flat(quoted) not in _flat(whole):
            return f"The words “{quoted}” do not stand in what it cites."
    missing = sorted(_figures(sentence) - _figures(whole))
    if missing:
        return f"The number {_shown(missing[0])} does not stand in what it cites."
    if absent := _absent_names(sentence, whole):
        return f"“{absent}” is not named in what it cites."
    content = _content(sentence)
    if content and len(content & _content(whole)) < ENOUGH_SHARED * len(content):
        return "What it cites says too little of this."
    return None


def _quotations(sentence: str) -> list[str]:
    """Return what stands in quotation marks, two words or more, without the comma a writer adds at its end."""
    found = ((match.group(1) or match.group(2)).strip(" .,;") for match in _QUOTED.finditer(sentence))
    return [quoted for quoted in found if len(quoted.split()) > 1]


def _flat(text: str) -> str:
    """Return the text without differences of spacing, case or quotation marks."""
    straight = text.casefold().translate(str.maketrans("“”‘’«»", '""\'\'""'))
    return " ".join(re.sub(r"[\"']", "", straight).split())


def _figures(text: str) -> set[float]:
    """Return the numbers of a text by value: "12 million", "12,000,000" and "twelve million" are the same."""
    lower = plain(text).lower()
    found: set[float] = set()
    for match in _NUMBER.finditer(lower):
        value = float(match.group(1).replace(",", "").rstrip("."))
        scale = match.group(2)
        found.add(round(value * (SCALES.get(scale) or _SHORT_SCALES[scale]), 6) if scale else value)
    words = _WORD.findall(lower)
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word in NUMBER_WORDS and (word != "one" or following in SCALES):
            found.add(float(NUMBER_WORDS[word] * SCALES.get(following, 1)))
    return found


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) and value >= 10_000 else f"{value:g}"


def _absent_names(sentence: str, whole: str) -> str | None:
    """Return the first name, month or weekday of the sentence the evidence does not hold."""
    present = set(terms(whole))
    for name in names(sentence):
        wanted = {term for term in terms(name.bare) if len(term) > 1 or term.isdigit()}
        if not wanted <= present:
            return name.text
    for match in _WORD.finditer(sentence):
        word = match.group()
        dated = word.lower() in MONTHS or word.lower() in WEEKDAYS
        if dated and word[0].isupper() and not set(terms(word)) <= present:
            return word
    return None


def _content(text: str) -> set[str]:
    words = (match.group() for match in _WORD.finditer(plain(text)))
    return {term for word in words if word.lower() not in STOPWORDS for term in terms(word) if len(term) > 1}
