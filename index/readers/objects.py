"""JSON and JSON lines: many articles a file, or one. Reads item by item, so that a long list takes no memory.

What a file of JSON may be: a list of articles; an object that is an article; an object with such a list under one of
`LISTS`, or one level deeper; any of these one after another. An item with a mistake in it is reported by its number.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from index.errors import SourceError
from index.readers import ap
from index.readers.inputs import Input
from index.readers.record import Record, Unreadable
from index.readers.records import KEYS, key_of, record_of
from index.readers.scanning import CUT_OFF, TOO_DEEP, Scanner
from index.readers.streams import MEGABYTE, RECORD_BYTES, Text

LISTS = frozenset(
    """articles items data results documents entries docs stories news records posts value rows list
    article item document entry doc story record post result""".split()
)
_TOO_LARGE = f"it is larger than {RECORD_BYTES // MEGABYTE} MB, more than one article may be"
_EMPTY = "the list in it is empty"
_ON_ITS_OWN = re.compile(rb"\s*(?:\[|\{\s*\n)")

Item = tuple[Any, str | None]  # a decoded value, or None and why there is none


def read_json(given: Input) -> Iterator[Record | Unreadable]:
    """Yield the articles of a JSON file in any of the shapes above."""
    text = Text(given.stream, given.charset)
    held: Item | None = None
    number = 0
    for item in _Items(text).all():
        if held:
            number += 1
            yield _record(held, f"{given.place}, item {number}", None, given)
        held = item
    if held is None:
        raise SourceError("the file is empty")
    if number:
        yield _record(held, f"{given.place}, item {number + 1}", None, given)
    else:
        yield _record(held, given.place, given.origin, given)


def read_jsonl(given: Input) -> Iterator[Record | Unreadable]:
    """Yield one article a line."""
    text = Text(given.stream, given.charset)
    if _ON_ITS_OWN.match(text.stream.peek(1)):
        # JSON over many lines under the name of JSON lines
        yield from read_json(given)
        return
    empty = True
    for number, line in enumerate(text.lines(), 1):
        if line is not None and not line.strip():
            continue
        empty = False
        yield _record(_decoded(text, line), f"{given.place}, line {number}", None, given)
    if empty:
        raise SourceError("the file is empty")


def _record(item: Item, place: str, origin: str | None, given: Input) -> Record | Unreadable:
    value, reason = item
    if reason:
        return Unreadable(place, reason)
    # the address of a file of many is that of none of them
    return record_of(value, place, origin, url=None if place != given.place else given.url, outlet=given.outlet)


def _decoded(text: Text, piece: bytes | None) -> Item:
    if piece is None:
        return None, _TOO_LARGE
    try:
        return json.loads(text.decode(piece)), None
    except SourceError as error:
        return None, str(error)
    except RecursionError:
        return None, TOO_DEEP
    except ValueError as error:
        return None, f"this is not valid JSON: {error}"


class _Items:
    """The items of a text of JSON, in its order."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._scanner = Scanner(text.stream, RECORD_BYTES)

    def all(self) -> Iterator[Item]:
        """Yield each item, or why it could not be decoded."""
        while sign := self._scanner.peek():
            if sign == b"[":
                yield from self._listed()
            elif sign == b"{":
                yield from self._of_object()
            elif sign == b",":
                self._scanner.skip()
            else:
                yield None, "this is not an object with fields nor a list of them: the rest is left unread"
                return

    def _of_object(self) -> Iterator[Item]:
        """Yield what an object holds: decoded at once where it is no larger than a record, else on the way through."""
        piece, reason = self._scanner.whole_value()
        whole: Item = _decoded(self._text, piece) if piece else (None, reason)
        if piece and whole[1] is None:
            self._scanner.value()
            yield from articles_in(whole[0])
            return
        found = False
        for item in self._within(0):
            found = True
            yield item
        if not found:
            too_large = reason == CUT_OFF and not self._scanner.ended
            yield None, _TOO_LARGE if too_large else whole[1]

    def _within(self, level: int) -> Iterator[Item]:
        """Go through an object, and the objects right in it, to the first list of articles, and yield its items."""
        scanner = self._scanner
        scanner.skip()
        found = False
        while (sign := scanner.peek()) not in (b"", b"}"):
            if sign == b",":
                scanner.skip()
                continue
            key, _ = _decoded(self._text, scanner.value().piece or b"0")
            if scanner.peek() == b":":
                scanner.skip()
            sign = scanner.peek()
            inner: Iterator[Item] = iter(())
            if not found and sign == b"[" and key_of(key) in LISTS:
                inner = self._listed(objects_only=True)
            elif not found and sign == b"{" and level == 0:
                inner = self._within(1)
            else:
                scanner.value()
            for item in inner:
                found = True
                yield item
        scanner.skip()

    def _listed(self, objects_only: bool = False) -> Iterator[Item]:
        """Yield the items of a list; of one of other things than objects none, if `objects_only`."""
        scanner = self._scanner
        scanner.skip()
        if scanner.peek() == b"]" and not objects_only:
            yield None, _EMPTY
        told = False
        passed_over = objects_only and scanner.peek() not in (b"{", b"")
        while (sign := scanner.peek()) not in (b"", b"]"):
            if sign == b",":
                scanner.skip()
                continue
            found = scanner.value()
            told = bool(found.reason) and scanner.ended
            if not passed_over:
                yield (None, found.reason) if found.reason else _decoded(self._text, found.piece)
        if not sign and not told:
            yield None, "the list is cut off: the file ends before it does"
        scanner.skip()


def articles_in(data: dict[str, Any]) -> list[Item]:
    """Return the items of a decoded object: of the first list of objects in it, or one level deeper; else itself."""
    if _is_article(data) or ap.item_in(data) is not None:
        return [(data, None)]
    empty = False
    for key, value in data.items():
        inner = value.items() if isinstance(value, dict) and not _is_article(value) else ()
        for name, items in ((key, value), *inner):
            if not isinstance(items, list) or key_of(name) not in LISTS:
                continue
            if items and isinstance(items[0], dict):
                return [(item, None) for item in items]
            empty = empty or not items
    if empty:
        return [(None, _EMPTY)]
    # {"article": {…}}
    nested = [value for value in data.values() if isinstance(value, dict) and _is_article(value)]
    return [(nested[0] if len(nested) == 1 else data, None)]


def _is_article(data: dict[str, Any]) -> bool:
    """Tell whether an object has a text of its own: then a list in it is a part of the article."""
    return any(isinstance(value, str) and key_of(key) in KEYS["text"] for key, value in data.items())
