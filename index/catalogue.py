"""The list of a generation's articles: sources without texts, newest first. Knows nothing of searching passages.

Derived from the store and written beside it by each build, because Chroma hands out whole articles with their texts,
which takes seconds for 20,000 of them. Where the file is missing or damaged, the list is made from the store.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Self, cast

from index.articles import Source, sound
from index.lexical import Filters, fold
from index.store import fields_of, source_of

FILE = "articles.json"
_FIELDS = ("id", *fields_of(Source("", "")))
_OUTLET, _PUBLISHED = (_FIELDS.index(name) for name in ("outlet", "published"))
_NAMED = [_FIELDS.index(name) for name in ("title", "outlet", "authors")]
_Row = Sequence[str | None]  # the fields in this order: a dict an article takes ten times as long to make


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of a list of articles: their sources, and how many there are on all its pages."""

    sources: tuple[Source, ...]
    total: int


class Catalogue:
    """The list, read when it is first asked for."""

    def __init__(self, load: Callable[[], list[_Row]]) -> None:
        self._load = load

    @classmethod
    def of(cls, sources: Iterable[Source]) -> Self:
        """Return the list of these."""
        ordered = sorted(sources, key=lambda source: (source.title, source.id))
        ordered.sort(key=lambda source: source.published or date.min, reverse=True)
        rows: list[_Row] = [[source.id, *fields_of(source).values()] for source in ordered]
        return cls(lambda: rows)

    @classmethod
    def open(cls, folder: Path | None, otherwise: Callable[[], Iterable[Source]]) -> Self:
        """Return the list that `save` wrote into a folder; without one that can be read, that of the sources."""

        def load() -> list[_Row]:
            rows = _read(folder) if folder else None
            return cls.of(otherwise())._rows if rows is None else rows

        return cls(load)

    def save(self, folder: Path) -> None:
        """Write the list into a folder."""
        table = [_FIELDS, self._rows]
        (folder / FILE).write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8", errors="replace")

    def page(self, offset: int, limit: int | None) -> list[Source]:
        """Return the sources from a place on, all that follow where no number is given."""
        return [_source(row) for row in self._rows[offset : None if limit is None else offset + limit]]

    def browse(self, words: str, filters: Filters, offset: int, limit: int) -> Shelf:
        """Return one page of those that pass: each of the words must begin a word of title, outlet or author."""
        places: Iterable[int] = range(len(self._rows))
        if filters:
            leaves = _leaves(filters)
            places = [place for place in places if leaves(self._rows[place])]
        for word in bare(words).split():
            begins = re.compile(rf"\b{re.escape(word)}")
            places = [place for place in places if begins.search(self._names[place])]
        found: Sequence[int] = list(places)
        return Shelf(tuple(_source(self._rows[place]) for place in found[offset : offset + limit]), len(found))

    @cached_property
    def days(self) -> Mapping[date | None, int]:
        """The number of articles of each day."""
        counted = Counter(row[_PUBLISHED] for row in self._rows)
        return MappingProxyType({date.fromisoformat(day) if day else None: count for day, count in counted.items()})

    @cached_property
    def _rows(self) -> list[_Row]:
        return self._load()

    @cached_property
    def _names(self) -> list[str]:
        """By what each article is found."""
        return [bare(" ".join(row[place] or "" for place in _NAMED)) for row in self._rows]


def _read(folder: Path) -> list[_Row] | None:
    try:
        names, rows = json.loads((folder / FILE).read_text(encoding="utf-8"))
        if tuple(names) == _FIELDS and all(len(row) == len(_FIELDS) for row in rows):
            return cast(list[_Row], rows)
    except (OSError, ValueError, TypeError):
        pass  # made by an earlier version, or damaged
    return None


def bare(text: str) -> str:
    """Return a text without case and accents."""
    folded = sound(text).casefold()
    if folded.isascii():
        return folded
    apart = unicodedata.normalize("NFKD", folded)
    return "".join(character for character in apart if not unicodedata.combining(character))


def _leaves(filters: Filters) -> Callable[[_Row], bool]:
    """Return what tells whether an article passes, as `Filters.leaves` does, from its fields: days compare as texts."""
    outlets = set(map(fold, filters.outlets))
    since = filters.since.isoformat() if filters.since else ""
    until = filters.until.isoformat() if filters.until else "9999-12-31"

    def leaves(row: _Row) -> bool:
        if outlets and fold(row[_OUTLET] or "") not in outlets:
            return False
        day = row[_PUBLISHED]
        return since <= day <= until if day else not (filters.since or filters.until)

    return leaves


def _source(row: _Row) -> Source:
    return source_of(row[0] or "", dict(zip(_FIELDS, row, strict=True)))
