"""What a page says of its article in JSON-LD (schema.org) beside its days: headline, names, text, correction.

Its publisher and authors may be named by an @id of the same page. Knows no markup, nor which node is the article's.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from index.json_ld import nodes_in, own_nodes

_NODES = 5_000  # a page that says more of itself says nothing more of its article


@dataclass(frozen=True, slots=True)
class Told:
    """What an article's node tells; None and () where it does not."""

    headline: str | None = None
    url: str | None = None
    outlet: str | None = None
    authors: tuple[str, ...] = ()
    text: str | None = None
    correction: str | None = None


def told(blocks: Iterable[str], addresses: Iterable[str], titles: Iterable[str]) -> Told:
    """Return what a page's JSON-LD tells of the article at these addresses, with one of these titles."""
    nodes = list(islice((node for block in blocks for node in nodes_in(block)), _NODES))
    # a teaser tells less than the article
    best = max(own_nodes(nodes, addresses, titles), key=_weight, default=None)
    if best is None:
        return Told()
    named = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and node.get("name")}
    return Told(
        headline=_text(best.get("headline") or best.get("name")),
        url=_address(best.get("url")) or _address(best.get("mainEntityOfPage")),
        outlet=next(_names(best.get("publisher"), named), None),
        authors=tuple(dict.fromkeys(_names(best.get("author") or best.get("creator"), named))),
        text=_text(best.get("articleBody")),
        correction=_correction(best.get("correction")),
    )


def _weight(node: Mapping[str, Any]) -> int:
    return sum(
        bool(node.get(key)) for key in ("headline", "author", "publisher", "articleBody", "datePublished", "url")
    )


def _text(value: Any) -> str | None:
    """Return a string without the entities and tags that some pages leave in it."""
    if isinstance(value, list):
        value = "\n\n".join(part for part in value if isinstance(part, str))
    if not isinstance(value, str):
        return None
    text = html.unescape(value)
    return re.sub(r"</?(?:p|br|div|b|i|em|strong|span|a)\b[^<>]{0,500}>", " ", text).strip() or None


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
