"""Tables and JSON: many articles a file, under the key names that are common for news."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from index.articles import Article
from index.dates import parse_date
from index.errors import SourceError
from index.readers.inputs import Input
from index.readers.record import Record, Unreadable, decode, make_article

# The names of a field in the order they are tried; compared in lower case, with - and space as _.
KEYS: dict[str, tuple[str, ...]] = {
    "title": ("title", "headline", "name"),
    "text": ("text", "body", "content", "articlebody", "article_body", "full_text", "maintext"),
    "published": (
        *("published", "published_at", "publishedat", "date", "pubdate", "pub_date", "datepublished", "date_published"),
        *("publish_date", "date_publish", "published_date", "publication_date", "created_at", "timestamp"),
    ),
    "outlet": ("outlet", "source", "publisher", "site", "site_name", "sitename", "publication", "source_domain"),
    "url": ("url", "link", "canonical_url", "web_url", "permalink"),
    "authors": ("authors", "author", "byline", "creator"),
}
_LISTS = ("articles", "items", "data", "results", "documents", "entries", "docs", "stories")


def from_mapping(record: Mapping[str, Any], *, look_in_text: bool = False) -> Article:
    """Return the article that a record describes. Raises: SourceError where it holds no text."""
    fields = {_key(key): value for key, value in record.items()}

    def first(field: str) -> Any:
        return next((fields[key] for key in KEYS[field] if not _blank(fields.get(key))), None)

    text = first("text")
    if not isinstance(text, str) or not text.strip():
        raise SourceError(f"it has no text (looked under {', '.join(KEYS['text'])})")
    return make_article(
        text,
        title=_name(first("title")),
        url=_name(first("url")),
        outlet=_name(first("outlet")),
        authors=_names(first("authors")),
        published=parse_date(first("published")),
        look_in_text=look_in_text,
    )


def read_json(given: Input) -> Iterator[Record | Unreadable]:
    """Yield the articles of a JSON file: one object, a list of them, or an object with such a list inside."""
    try:
        data = json.loads(decode(given.content()))
    except ValueError as error:
        raise SourceError(f"this is not valid JSON: {error}") from error
    except RecursionError as error:
        raise SourceError("the JSON is nested too deeply") from error
    items = data if isinstance(data, list) else [data]
    if isinstance(data, dict) and not {_key(key) for key in data} & set(KEYS["text"]):
        items = next((data[key] for key in _LISTS if isinstance(data.get(key), list)), items)
    if not items:
        raise SourceError("the list in it is empty")
    single = given.origin if len(items) == 1 else None
    for number, item in enumerate(items, 1):
        yield _record(item, f"{given.place}, item {number}" if len(items) > 1 else given.place, single)


def read_jsonl(given: Input) -> Iterator[Record | Unreadable]:
    """Yield one article a line."""
    empty = True
    for number, line in enumerate(_lines(given), 1):
        if not line.strip():
            continue
        empty = False
        yield _json_line(line, f"{given.place}, line {number}")
    if empty:
        raise SourceError("the file is empty")


def read_csv(given: Input) -> Iterator[Record | Unreadable]:
    """Yield one article a row; the first row names the columns, the delimiter is found from it."""
    text = decode(given.content())
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t|", key=header.count)
    csv.field_size_limit(50_000_000)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = {_key(name) for name in rows.fieldnames or ()}
    if not names & set(KEYS["text"]):
        raise SourceError(f"its first row names no column for the text ({', '.join(KEYS['text'])})")
    empty = True
    for number, row in enumerate(rows, 1):
        empty = False
        yield _record({key: value for key, value in row.items() if key}, f"{given.place}, row {number}", None)
    if empty:
        raise SourceError("there are no rows below the first one")


def _lines(given: Input) -> Iterator[bytes]:
    with given.stream as file:
        if file.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            # UTF-16, where a line end is two bytes
            file.seek(0)
            yield from (line.encode("utf-8", "replace") for line in decode(file.read()).splitlines())
        else:
            file.seek(0)
            yield from file


def _json_line(line: bytes, place: str) -> Record | Unreadable:
    try:
        item = json.loads(decode(line))
    except SourceError as error:
        return Unreadable(place, str(error))
    except RecursionError:
        return Unreadable(place, "the JSON is nested too deeply")
    except ValueError as error:
        return Unreadable(place, f"this is not valid JSON: {error}")
    return _record(item, place, None)


def _record(item: Any, place: str, origin: str | None) -> Record | Unreadable:
    if not isinstance(item, Mapping):
        return Unreadable(place, "this is not an object with fields")
    try:
        return Record(from_mapping(item), place, origin)
    except SourceError as error:
        return Unreadable(place, str(error))


def _key(name: Any) -> str:
    return str(name).strip().lower().replace("-", "_").replace(" ", "_")


def _blank(value: Any) -> bool:
    """Tell whether a field holds nothing: missing, empty, white space, or the NaN of a table's gap."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or value == [] or value == {} or value != value


def _name(value: Any) -> str | None:
    """Return the name in a value: a string, or an object or list that holds one."""
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("title") or value.get("url")
    if isinstance(value, list):
        return _name(value[0]) if value else None
    return str(value) if value is not None else None


def _names(value: Any) -> list[str]:
    if isinstance(value, str) and value.startswith("["):
        # a list written into one CSV cell
        with suppress(ValueError):
            value = json.loads(value)
    if isinstance(value, str):
        text = value.strip()
        text = text[3:] if text[:3].lower() == "by " else text
        return [part for piece in text.split(";") for part in piece.split(" and ")]
    values = value if isinstance(value, list) else [value]
    return [name for item in values if (name := _name(item))]
