"""What a page says of its article in JSON-LD (schema.org): headline, days, names, text. Knows no markup.

Pages write it as one object, a list, or an @graph; the article may stand inside what it is the main entity of, and
its publisher and authors may be named by an @id of the same page.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

_NODES = 5_000  # a page that says more of itself says nothing more of its article
_ARTICLES = re.compile(r"(?:.*Article|.*NewsArticle|Report|BlogPosting|LiveBlogPosting|.*Posting)$")
_AROUND_JSON = re.compile(
    r"^\s*(?:<!--|/\*.*?\*/|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)?\s*;?\s*$", re.S
)


@dataclass(frozen=True, slots=True)
class Told:
    """What an article's node tells; None and () where it does not."""

    headline: str | None = None
    url: str | None = None
    published: str | None = None
    modified: str | None = None
    outlet: str | None = None
    authors: tuple[str, ...] = ()
    text: str | None = None
    correction: str | None = None


def told(blocks: Iterable[str]) -> Told:
    """Return what the first article among a page's JSON-LD blocks tells, else what any node with a day tells."""
    nodes = list(islice((node for block in blocks for node in _nodes(_parsed(block))), _NODES))
    articles = [node for node in nodes if any(_ARTICLES.match(kind) for kind in _kinds(node))]
    dated = [node for node in nodes if node.get("datePublished")]
    # a teaser of another article tells less than the article
    best = max([*articles, *dated], key=lambda node: _weight(node, articles), default=None)
    if best is None:
        return Told()
    named = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and node.get("name")}
    return Told(
        headline=_text(best.get("headline") or best.get("name")),
        url=_address(best.get("url")) or _address(best.get("mainEntityOfPage")),
        published=_day(best.get("datePublished") or best.get("dateCreated")),
        modified=_day(best.get("dateModified")),
        outlet=next(_names(best.get("publisher"), named), None),
        authors=tuple(dict.fromkeys(_names(best.get("author") or best.get("creator"), named))),
        text=_text(best.get("articleBody")),
        correction=_correction(best.get("correction")),
    )


def _weight(node: Mapping[str, Any], articles: list[Mapping[str, Any]]) -> tuple[bool, int]:
    keys = ("headline", "datePublished", "author", "articleBody", "publisher", "mainEntityOfPage", "dateModified")
    return any(node is article for article in articles), sum(bool(node.get(key)) for key in keys)


def _parsed(block: str) -> Any:
    try:
        return json.loads(_AROUND_JSON.sub("", block), strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(data: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a block that may be an article, outermost first."""
    waiting = [data]
    for _ in range(_NODES):
        if not waiting:
            return
        item = waiting.pop(0)
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            yield item
            inner = (item.get(key) for key in ("@graph", "mainEntity", "mainEntityOfPage", "publisher", "author"))
            waiting.extend(value for value in inner if isinstance(value, (list, dict)))


def _kinds(node: Mapping[str, Any]) -> list[str]:
    kinds = node.get("@type")
    return [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]


def _text(value: Any) -> str | None:
    """Return a string without the entities and tags that some pages leave in it."""
    if isinstance(value, list):
        value = "\n\n".join(part for part in value if isinstance(part, str))
    if not isinstance(value, str):
        return None
    text = html.unescape(value)
    return re.sub(r"</?(?:p|br|div|b|i|em|strong|span|a)\b[^<>]{0,500}>", " ", text).strip() or None


def _day(value: Any) -> str | None:
    if isinstance(value, list) and value:
        value = value[0]
    return str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None


def _address(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url")
    return value if isinstance(value, str) else None


def _names(value: Any, named: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield the names in an author or publisher: a string, an object, an @id of another node, or a list of these."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            item = item if item.get("name") else named.get(str(item.get("@id")), item)
            item = item.get("name")
            item = item[0] if isinstance(item, list) and item else item
        if isinstance(item, str) and (text := _text(item)) and not re.match(r"https?://", text):
            yield text


def _correction(value: Any) -> str | None:
    """Return the words of a correction; an address of a page of corrections is none."""
    for item in value if isinstance(value, list) else [value]:
        text = _text(item.get("text") or item.get("description")) if isinstance(item, dict) else _text(item)
        if text and not re.match(r"https?://\S+$", text):
            return text
    return None
