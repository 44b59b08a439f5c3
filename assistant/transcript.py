"""A conversation as a document: what was asked and answered, with footnotes whose numbers run through all of it.

Knows nothing of how it is written down.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol, cast

from assistant.attribution import day_in_words, moment_in_words
from assistant.citations import Citation
from assistant.summary import read_in_words, verdicts_in_words
from assistant.types import Answer, Check
from index.articles import Source
from index.scope import days

QUOTES = "quotes"  # `Answer.mode` of what no model wrote
STOPPED = "Stopped before the end."
_VERDICTS = {"partly": "partly supported", "unsupported": "not supported", "uncited": "no source"}
_NUMBER = re.compile(r" ?\[([0-9]{1,4})\]")


class Exchange(Protocol):
    """A question and what came of it, as the page keeps it."""

    @property
    def question(self) -> str: ...
    @property
    def answer(self) -> Answer | None: ...
    @property
    def failure(self) -> str: ...
    @property
    def stopped(self) -> bool: ...
    @property
    def options(self) -> Mapping[str, object]: ...
    @property
    def asked(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Ref:
    """A footnote's number in a text."""

    number: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is said of the sentence before it: a verdict and its reason."""

    words: str


Piece = str | Ref | Doubt


@dataclass(frozen=True, slots=True)
class Place:
    """Where a source is cited: in the answer to which question (from 1), with which words, and when it was asked."""

    turn: int
    quote: str
    page: int | None
    asked: datetime | None
    generation: int
    newest: date | None


@dataclass(slots=True)
class Footnote:
    """A source with all its places; cited twice, it is one footnote."""

    number: int
    source: Source
    places: list[Place] = field(default_factory=list)
    reprints: dict[str, Source] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """A question with its answer. `read` is what the question was read as; `below` is said of the whole answer."""

    number: int
    said: Exchange
    read: tuple[str, ...]
    paragraphs: tuple[tuple[Piece, ...], ...]
    quoted: bool
    below: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation with its footnotes, in order of their numbers."""

    title: str
    exported: datetime
    parts: tuple[Part, ...]
    footnotes: tuple[Footnote, ...]


def transcript(turns: Sequence[Exchange], title: str, exported: datetime) -> Transcript:
    """Return the conversation as a document."""
    footnotes: dict[Source, Footnote] = {}
    parts = tuple(_part(place, said, footnotes) for place, said in enumerate(turns, start=1))
    return Transcript(title, exported, parts, tuple(footnotes.values()))


def _part(turn: int, said: Exchange, footnotes: dict[Source, Footnote]) -> Part:
    answer = said.answer
    read = (*([f"Asked {moment_in_words(said.asked)}."] if said.asked else []), *_asked_in_words(said.options))
    if answer is None:
        return Part(turn, said, read, (), False, tuple(filter(None, (said.failure, STOPPED if said.stopped else ""))))
    quoted = answer.mode == QUOTES and answer.answered
    paragraphs = tuple(tuple(_pieces(answer, start, end, quoted)) for start, end in _lines(answer.text))
    _note(turn, said, answer, footnotes)
    numbers = {one.number: footnotes[one.source].number for one in answer.citations}
    paragraphs = tuple(
        tuple(Ref(numbers[piece.number]) if isinstance(piece, Ref) else piece for piece in row) for row in paragraphs
    )
    warned = answer.as_of.warning
    below = (
        f"Old evidence. {warned}" if warned else "",
        answer.reason or "",
        _writer_in_words(answer),
        verdicts_in_words(answer.checks),
        said.failure,
        STOPPED if said.stopped else "",
    )
    return Part(turn, said, (*read, *read_in_words(answer)), paragraphs, quoted, tuple(filter(None, below)))


def _note(turn: int, said: Exchange, answer: Answer, footnotes: dict[Source, Footnote]) -> None:
    """Add an answer's citations to the footnotes."""
    for one in answer.citations:
        note = footnotes.setdefault(one.source, Footnote(len(footnotes) + 1, one.source))
        as_of = answer.as_of
        page = one.source.page(one.start)
        place = Place(turn, one.quote, page, said.asked, as_of.generation, as_of.index_newest)
        if place not in note.places:
            note.places.append(place)
        note.reprints |= {source.id: source for source in one.reprints}


def _lines(text: str) -> Iterator[tuple[int, int]]:
    for match in re.finditer(r"[^\n]+", text):
        if match[0].strip():
            yield match.span()


def _pieces(answer: Answer, start: int, end: int, quoted: bool) -> Iterator[Piece]:
    """Yield a paragraph's words and numbers, and behind each sentence in doubt what is said of it."""
    cited = {one.number: one for one in answer.citations}
    place = start
    doubts = [check for check in answer.checks if check.verdict != "supported" and start < check.end <= end]
    for doubt in sorted(doubts, key=lambda check: check.end):
        yield from _with_numbers(answer.text[place : doubt.end], cited, quoted)
        yield Doubt(_doubt_in_words(doubt, cited))
        place = max(place, doubt.end)
    yield from _with_numbers(answer.text[place:end], cited, quoted)


def _with_numbers(text: str, cited: Mapping[int, Citation], at_end: bool) -> Iterator[Piece]:
    """Yield words and the numbers that are cited; `at_end`: only one at the end is ours, since the rest are quoted."""
    place = 0
    for match in _NUMBER.finditer(text):
        if int(match[1]) in cited and (not at_end or match.end() == len(text)):
            yield from filter(None, [text[place : match.start()]])
            yield Ref(int(match[1]))
            place = match.end()
    yield from filter(None, [text[place:]])


def _doubt_in_words(check: Check, cited: Mapping[int, Citation]) -> str:
    near = check.evidence
    found = f" Nearest: “{near.quote}”" if near and near.number in cited else ""
    return f"{_VERDICTS[check.verdict]}: {check.reason}{found}"


def _writer_in_words(answer: Answer) -> str:
    """Return who wrote an answer; of none, what was searched."""
    if not answer.answered:
        newest = day_in_words(answer.as_of.index_newest)
        return f"Asked of generation {answer.as_of.generation} of the index, newest article {newest}."
    if answer.mode == QUOTES:
        return "Written in quotes: each sentence stands word for word in its article."
    if not answer.done:
        return f"Written by the model {answer.mode}."
    checked = "each sentence was checked against what it cites" if answer.checks else "not checked"
    return f"Written by the model {answer.mode}, {checked}."


def _asked_in_words(given: Mapping[str, object]) -> Iterator[str]:
    """Yield what the reader had narrowed the question to."""
    options = cast("Mapping[str, Any]", given)
    outlets, period, topic = options.get("outlets"), days(options.get("since"), options.get("until")), ""
    if given_topic := options.get("topic"):
        topic = f"with the words “{given_topic}”"
    parts = (f"of {' or '.join(outlets)}" if outlets else "", f"published {period}" if period else "", topic)
    if any(parts):
        yield f"Filters: only articles {', '.join(filter(None, parts))}."
    if without := options.get("without"):
        yield f"Asked without reading {', '.join(f'“{one}”' for one in without)} as an outlet or a time."
    if day := options.get("asked_on"):
        yield f"Asked as if on {day_in_words(day)}."
    if options.get("strict"):
        yield "Only what is supported was let through."
