"""CSV and TSV with any delimiter: an article a row, under the names in the first row. Reads row by row.

The delimiter is the sign that makes the first row give the most names of `KEYS`, however many other signs stand in it.
A row that does not keep to the rules of quoting is reported, and reading goes on at the line after its first.
"""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from typing import Any

from index.errors import SourceError
from index.readers.inputs import Input
from index.readers.record import Record, Unreadable
from index.readers.records import KEYS, key_of, record_of
from index.readers.streams import HEAD_BYTES, MEGABYTE, RECORD_BYTES, Text

_USUAL = ",;\t|"
_SIGN = re.compile(r"[^\w\s\"'.()\[\]-]|[\t\x01\x1c-\x1f]")
_NO_SIGN = "\x1f"
_NAMES_CHARACTERS = 2_000
_SAID = re.compile(r"sep=(.)\s*$")  # how spreadsheets tell each other
_NAMES = frozenset(name for names in KEYS.values() for name in names)
_TEXTS = frozenset(KEYS["text"])
_TOO_LARGE = f"it is larger than {RECORD_BYTES // MEGABYTE} MB, more than one article may be"
_AGAIN_CHARACTERS = 100 * MEGABYTE  # what is read twice after rows with broken quotes
# Ways to write a cell that holds the delimiter, the most usual first: "" for a quote in quotes, \" for it, not at all.
_QUOTINGS: tuple[dict[str, Any], ...] = (
    {},
    {"doublequote": False, "escapechar": "\\"},
    {"quoting": csv.QUOTE_NONE},
)


def read_csv(given: Input) -> Iterator[Record | Unreadable]:
    """Yield one article a row."""
    text = Text(given.stream, given.charset)
    head, whole = _head(text)
    if head and (said := _SAID.match(head[0])):
        text.stream.readline()
        head = head[1:]
    if not head:
        raise SourceError("the file is empty")
    form = _form(head, said[1] if said else _delimiter(head), whole)
    rows = _Rows(text, form)
    names = next(rows, [])
    if isinstance(names, str) or not _recognised(names) & _TEXTS:
        raise SourceError(f"its first row names no column for the text ({', '.join(KEYS['text'])})")
    number = 0
    for cells in rows:
        if cells:
            number += 1
            yield _record(names, cells, f"{given.place}, row {number}", given)
    if not number:
        raise SourceError("there are no rows below the first one")


def _record(names: list[str], cells: list[str] | str, place: str, given: Input) -> Record | Unreadable:
    if isinstance(cells, str):
        return Unreadable(place, cells)
    if _overlong(names, cells):
        what = f"it has {len(cells)} cells under {len(names)} names"
        return Unreadable(place, f"{what}: a cell that holds the delimiter must stand in quotes")
    fields: dict[str, Any] = {name: cell for name, cell in zip(names, cells, strict=False) if name}
    return record_of(fields, place, outlet=given.outlet)


def _overlong(names: list[str], cells: list[str]) -> bool:
    return any(cell.strip() for cell in cells[len(names) :])


def _recognised(names: list[str]) -> set[str]:
    return {key_of(name) for name in names} & _NAMES


def _head(text: Text) -> tuple[list[str], bool]:
    """Return the lines at the start of a table, whole ones where there are any, and whether they are all of it."""
    head = text.stream.peek(1)
    lines = head.splitlines(keepends=True)
    whole = len(head) < HEAD_BYTES
    if not whole and len(lines) > 1:
        lines.pop()
    return [text.decode(line) for line in lines], whole


def _delimiter(head: list[str]) -> str:
    """Return the sign that parts the names in the first row."""
    signs = [*_USUAL, *sorted(set(_SIGN.findall(head[0])) - set(_USUAL))]

    def names(sign: str) -> tuple[bool, int]:
        row = next(_sampled(head, {"delimiter": sign}, True), [])
        found = set() if isinstance(row, str) else _recognised(row)
        return bool(found & _TEXTS), len(found)

    signs = [sign for sign in signs if sign in head[0]]
    return max(signs, key=names, default=_NO_SIGN)


def _form(head: list[str], delimiter: str, whole: bool) -> dict[str, Any]:
    """Return the way of quoting under which the fewest rows of the head are out of order, for `csv.reader`."""
    forms = [{"delimiter": delimiter, **quoting} for quoting in _QUOTINGS]

    def out_of_order(form: dict[str, Any]) -> int:
        names, *rows = [*_sampled(head, form, whole)] or [""]
        if isinstance(names, str):
            return len(head) + 1
        # cells that are in quotes where quotes are said to mean nothing
        unread = (cell for row in rows for cell in row if "quoting" in form and cell[:1] == cell[-1:] == '"')
        return sum(isinstance(row, str) or _overlong(names, row) for row in rows) + sum(1 for _ in unread)

    return min(forms, key=out_of_order)


def _sampled(head: list[str], form: dict[str, Any], whole: bool) -> Iterator[list[str] | str]:
    """Yield the rows of a head, each its cells or why it has none; of a head that is not whole, no row that it cuts."""
    reader = csv.reader(iter(head), strict=True, skipinitialspace=True, **form)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if whole or reader.line_num < len(head):
                yield str(error)


class _OutOfOrder(Exception):
    """A row that gives no cells; the text says why."""


class _Rows(Iterator["list[str] | str"]):
    """The rows of a table, each its cells or the reason why it has none."""

    def __init__(self, text: Text, form: dict[str, Any]) -> None:
        self._text, self._form = text, form
        self._lines = text.lines()
        self._waiting: deque[str] = deque()
        self._row: list[str] = []  # the lines of the row that is being read
        self._size = 0
        self._again = 0
        self._reader = self._new_reader()

    def __next__(self) -> list[str] | str:
        self._row, self._size = [], 0
        try:
            return next(self._reader)
        except csv.Error as error:
            reason = f"its quotes are not in order: {error}"
        except _OutOfOrder as error:
            reason = str(error)
        # the line after its first may begin a row that is in order
        rest = self._row[1:]
        self._again += sum(map(len, rest))
        if self._again <= _AGAIN_CHARACTERS:
            self._waiting.extendleft(reversed(rest))
        elif rest:
            reason += f" ({len(rest)} lines are lost with it)"
        self._reader = self._new_reader()
        return reason

    def _new_reader(self) -> Iterator[list[str]]:
        csv.field_size_limit(RECORD_BYTES)
        return csv.reader(self._feed(), strict=True, skipinitialspace=True, **self._form)

    def _feed(self) -> Iterator[str]:
        while self._waiting or (line := next(self._lines, b"")) != b"":
            if self._waiting:
                decoded = self._waiting.popleft()
            elif line is None:
                self._row.append("")
                raise _OutOfOrder(_TOO_LARGE)
            else:
                try:
                    decoded = self._text.decode(line)
                except SourceError as error:
                    self._row.append("")
                    raise _OutOfOrder(str(error)) from None
            self._row.append(decoded)
            self._size += len(decoded)
            if self._size > RECORD_BYTES:
                raise _OutOfOrder(_TOO_LARGE)
            yield decoded


def is_table(head: bytes) -> bool:
    """Tell whether the head of a content is that of a table: a first row of names, that of the text among them."""
    try:
        lines, _ = _head(Text(io.BytesIO(head)))
    except SourceError:
        return False
    if not lines or len(lines[0]) > _NAMES_CHARACTERS:
        return False
    names = next(_sampled(lines[:1], {"delimiter": _delimiter(lines)}, True), "")
    return not isinstance(names, str) and len(_recognised(names)) > 1 and bool(_recognised(names) & _TEXTS)
