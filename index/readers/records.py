"""A record of named fields → an article, under the key names that are common for news. Knows no file format."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from index.articles import Article
from index.errors import SourceError
from index.readers import ap, bounded
from index.readers.record import Record, Unreadable, make_article

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
    "modified": (
        *("modified", "modified_at", "updated", "updated_at", "updatedat", "date_modified", "datemodified"),
        *("last_modified", "lastmodified", "date_modify", "lastmod"),
    ),
    "notice": ("correction", "corrections", "correction_notice", "notice"),
}
# How a text begins that is a piece of a page, as content systems export it.
_HTML = re.compile(
    r"\s*<(?:p|div|article|section|h[1-6]|figure|ul|ol|blockquote|span|strong|em|a|img)\b[^<>]*>", re.IGNORECASE
)


def from_mapping(
    record: Mapping[str, Any], *, url: str | None = None, outlet: str | None = None, look_in_text: bool = False
) -> Article:
    """Return the article that a record describes; `url` and `outlet` are where it came from, if it names none itself.

    A list of texts is their paragraphs; a text in HTML is read as such. Raises: SourceError where it holds no text.
    """
    fields = {key_of(key): value for key, value in record.items()}

    def first(field: str) -> Any:
        return next((fields[key] for key in KEYS[field] if not _blank(fields.get(key))), None)

    text = first("text")
    if isinstance(text, list) and all(isinstance(part, str) for part in text):
        text = "\n\n".join(text)
    if not isinstance(text, str) or not text.strip():
        raise SourceError(f"it has no text (looked under {', '.join(KEYS['text'])})")
    if _HTML.match(text):
        text = bounded.run("fragment", text.encode("utf-8", "replace"))
    return make_article(
        text,
        title=_name(first("title")),
        url=_name(first("url")) or url,
        outlet=_name(first("outlet")) or outlet,
        authors=_names(first("authors")),
        published=first("published"),
        modified=first("modified"),
        notice=_name(first("notice")),
        look_in_text=look_in_text,
    )


def record_of(
    item: Any, place: str, origin: str | None = None, url: str | None = None, outlet: str | None = None
) -> Record | Unreadable:
    """Return the article of a decoded value, or why it is none; `url` and `outlet` as in `from_mapping`."""
    if not isinstance(item, Mapping):
        return Unreadable(place, "this is not an object with fields")
    try:
        wire = ap.item_in(item)
        article = ap.article(wire) if wire is not None else from_mapping(item, url=url, outlet=outlet)
        return Record(article, place, origin)
    except SourceError as error:
        return Unreadable(place, str(error))


def key_of(name: Any) -> str:
    """Return a field's name in the form in which `KEYS` has it."""
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
