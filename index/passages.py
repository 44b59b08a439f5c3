"""An article cut into sentences and passages, each an exact slice of its text. Knows nothing of search.

Offsets are counted in characters of `Article.text`. White space at the edges belongs to no span;
every other character belongs to exactly one sentence and one passage.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from index.articles import Article, Source

PASSAGE_CHARACTERS = 1_000
SHORTEST_PASSAGE = 250  # a shorter last passage joins the one before: too little context to be found alone

# Words that end in a full stop and are followed by a capital without ending a sentence.
_ABBREVIATIONS = frozenset(
    """mr mrs ms dr prof sen rep gov gen col lt sgt maj capt cmdr adm hon rev sr jr st mt ft vs no nos fig vol
    art sec ch pp jan feb mar apr jun jul aug sep sept oct nov dec inc ltd corp co cos bros dept univ assn est
    approx ave blvd rd messrs mmes supt insp pres amb atty cf viz op""".split()
)
# The same after which a sentence may well end: it does when a word follows that usually opens one.
_MAYBE_FINAL = frozenset(
    """inc ltd corp co cos bros jr sr etc st ave blvd rd ft dept jan feb mar apr jun jul aug sep sept oct nov
    dec""".split()
)
_OPENERS = frozenset(
    """the a an in on at it he she they we i this that these those but and his her their its our after before
    when while if as for there what who why how no not some many most officials police you by with from since then now
    also however meanwhile according both several another during despite""".split()
)
_NEVER_FINAL = frozenset(["e.g", "i.e"])
_STOP = re.compile(r"[.!?…؟]+[\"'”’)\]»]*(?=\s|$)|[。！？]+[」』”’）]*")
_WORD_BEFORE = re.compile(r"([^\W\d_](?:\.?[^\W_])*)\.?$")
_NEXT_WORD = re.compile(r"\s*[\"'“‘(\[«]*([^\W\d_]+(?:[’'][^\W\d_]+)?)?")
_BREAK = re.compile(r"\n[^\S\n]*(?:\n\s*)*")


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of an article: `text == article.text[start:end]`."""

    source: Source
    text: str
    start: int
    end: int


def passages(article: Article, size: int = PASSAGE_CHARACTERS) -> list[Passage]:
    """Cut an article at paragraph and sentence ends into passages of about `size` characters.

    A paragraph stays whole where it fits; a sentence is cut, at white space, only where it alone is longer than
    `size`. Passages do not overlap.
    """
    spans: list[tuple[int, int]] = []
    for start, end in _units(article.text, size):
        if spans and end - spans[-1][0] <= size:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    if len(spans) > 1 and spans[-1][1] - spans[-1][0] < SHORTEST_PASSAGE:
        (_, end), (start, _) = spans.pop(), spans.pop()
        spans.append((start, end))
    return [Passage(article.source, article.text[start:end], start, end) for start, end in spans]


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the spans of the sentences of `text`, in order; a heading or a list item is one of its own."""
    return [span for start, end in paragraphs(text) for span in _sentences(text, start, end)]


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Return the spans of the paragraphs: split at line ends, except where the text is hard-wrapped."""
    wrapped = _is_wrapped(text)
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _BREAK.finditer(text):
        blank_line = match.group().count("\n") > 1
        if blank_line or not _continues(text, start, match, wrapped):
            spans.append((start, match.start()))
            start = match.end()
    spans.append((start, len(text)))
    return [span for span in (_trim(text, *span) for span in spans) if span[0] < span[1]]


def _units(text: str, size: int) -> Iterator[tuple[int, int]]:
    """Yield the pieces that are not cut further: paragraphs, else sentences, else runs of words."""
    for start, end in paragraphs(text):
        if end - start <= size:
            yield start, end
            continue
        for first, last in _sentences(text, start, end):
            while last - first > size:
                cut = _last_space(text, first, first + size)
                yield _trim(text, first, cut)
                first, _ = _trim(text, cut, last)
            yield first, last


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    first = start
    for match in _STOP.finditer(text, start, end):
        if match.end() < end and _ends_sentence(text, first, match, end):
            yield first, match.end()
            first, _ = _trim(text, match.end(), end)
    if first < end:
        yield first, end


def _ends_sentence(text: str, first: int, stop: re.Match[str], end: int) -> bool:
    """Tell whether the stop ends a sentence, from the word before and the word after."""
    following = _NEXT_WORD.match(text, stop.end(), end)
    word = following.group(1) if following else None
    if word and word.islower():
        # “Who is it?” he asked. — a question inside its sentence
        return False
    if not stop.group().startswith(".") or len(stop.group().rstrip("\"'”’)]»")) > 1:
        return True
    before = _WORD_BEFORE.search(text, max(first, stop.start() - 24), stop.start())
    if before is None:
        return True
    token = before.group(1).lower()
    opens = word is not None and re.split("[’']", word.lower())[0] in _OPENERS and word != "I"
    if token in _NEVER_FINAL:
        return False
    if "." in token or len(token) == 1:
        # U.S., a.m., J. — ends a sentence only before a word that usually opens one
        return opens or (word is None and not text[stop.end() : stop.end() + 2].strip()[:1].isdigit())
    if token in _MAYBE_FINAL:
        return opens
    if token == "no":  # a word, no password  # nosec B105
        # No. 5 — but "He said no."
        return not text[stop.end() : end].lstrip()[:1].isdigit()
    return token not in _ABBREVIATIONS


def _is_wrapped(text: str) -> bool:
    """Tell whether lines were broken at a fixed width: most are long, none is very long."""
    lines = [len(line) for line in text.splitlines() if line.strip()]
    return len(lines) >= 4 and max(lines) <= 100 and median(lines) >= 50


def _continues(text: str, start: int, line_end: re.Match[str], wrapped: bool) -> bool:
    """Tell whether a single line end lies within a sentence."""
    before = text[start : line_end.start()].rstrip()
    after = text[line_end.end() : line_end.end() + 1]
    if after.islower() and before and before[-1] not in ".!?:;…":
        return True
    last_line = before.rsplit("\n", 1)[-1]
    return wrapped and len(last_line) >= 45 and (after.isalnum() or after in "\"'“‘(")


def _last_space(text: str, start: int, end: int) -> int:
    for position in range(end, start, -1):
        if text[position].isspace():
            return position
    return end


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
