"""What a footnote tells of its source, in plain words. Knows nothing of how they are written down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal

from assistant.attribution import attribution, day_in_words, moment_in_words, status
from assistant.page.escaping import address
from assistant.transcript import Footnote, Transcript
from index.articles import Source

_FOUND = {
    "json-ld": "date from the page's data",
    "url": "date from the address",
    "dateline": "date from the dateline",
    "text": "date from the text",
}


Kind = Literal["title", "link", "words"]


def told(note: Footnote, several: bool) -> Iterator[tuple[Kind, str]]:
    """Yield what a footnote says, piece by piece; `several`: the questions it belongs to are numbered."""
    source = note.source
    yield "title", _line(source.title) or "Without a headline"
    yield "words", f"{source.outlet or 'outlet unknown'}, {_source_in_words(source)}"
    if url := address(source.url)[0]:
        yield "link", url
    if status(source):
        yield "words", f"{status(source).capitalize()} by its outlet"
    if source.notice:
        yield "words", _line(source.notice)
    yield "words", f"Quoted: {_places_in_words(note, several)}"
    if note.reprints:
        prints = (f"{one.outlet or 'outlet unknown'}, {day_in_words(one.published)}" for one in note.reprints.values())
        yield "words", f"The same story in: {'; '.join(prints)}"
    yield from (("words", words) for words in _accessed_in_words(note))


def stopped(words: str) -> str:
    """Return words with a full stop, unless they end with one, inside quotation marks too."""
    return words if words.rstrip('”"’)').endswith((".", "!", "?")) else f"{words}."


def nearest_in_words(source: Source) -> str:
    """Return headline, outlet and day of an article that comes nearest where none answers."""
    return f"{_line(source.title)} ({attribution(source)})"


def head_in_words(document: Transcript) -> str:
    count = len(document.parts)
    questions = f"{count} question{'' if count == 1 else 's'}"
    return f"A conversation with Dateline: {questions}, exported {moment_in_words(document.exported)}."


def _source_in_words(source: Source) -> str:
    """Return "by A. Writer, 8 April 2019 (date from the address), withdrawn"."""
    found = f" ({_FOUND[source.published_from]})" if source.published and source.published_from in _FOUND else ""
    day = f"{day_in_words(source.published)}{found}"
    by = f"by {', '.join(source.authors)}" if source.authors else ""
    changed = f"changed {day_in_words(source.modified)}" if source.modified else ""
    return ", ".join(filter(None, (by, day, changed, status(source))))


def _places_in_words(note: Footnote, several: bool) -> str:
    """Return the quoted words, each once, with the questions they were quoted for."""
    quotes: dict[tuple[str, int | None], list[int]] = {}
    for place in note.places:
        quotes.setdefault((place.quote, place.page), []).append(place.turn)
    said = []
    for (quote, page), turns in quotes.items():
        where = [f"page {page}"] if page else []
        if several:
            where.append(f"question{'s' if len(turns) > 1 else ''} {', '.join(map(str, turns))}")
        said.append(f"“{_line(quote)}”" + (f" ({', '.join(where)})" if where else ""))
    return "; ".join(said)


def _accessed_in_words(note: Footnote) -> Iterator[str]:
    """Yield when the source was read, and in which state of the index; one line a state."""
    states: dict[tuple[int, date | None], datetime | None] = {}
    for place in note.places:
        states.setdefault((place.generation, place.newest), place.asked)
    for (generation, newest), asked in states.items():
        index = f"generation {generation} of the index, newest article {day_in_words(newest)}"
        yield f"Accessed {moment_in_words(asked)}, {index}"


def _line(text: str | None) -> str:
    return " ".join((text or "").split())
