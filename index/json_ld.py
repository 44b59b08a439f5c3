"""The one article that a page's JSON-LD describes, among organisations and other articles. Reads no HTML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from index.moments import read_moment

_ARTICLES = ("article", "blogposting", "report", "analysisnewsarticle", "socialmediaposting")
_PAGES = ("webpage", "itempage")
_INSIDE = ("@graph", "mainEntity", "mainEntityOfPage")  # what else is nested is about something else
_A_TITLE = 20  # letters from which the begin of a title is no other's
_MOST = 2_000  # nodes looked at


@dataclass(frozen=True, slots=True)
class LinkedArticle:
    """The values that the page's own article gives, as they stand there, or None."""

    published: Any = None
    modified: Any = None


def linked_article(blocks: Iterable[str], addresses: Iterable[str], titles: Iterable[str]) -> LinkedArticle:
    """Return what the blocks say of the article at these addresses, with one of these titles.

    An article that has another address and another title is not this page's. Where several could be and differ, none.
    """
    dated = (node for block in blocks for node in nodes_in(block) if "datePublished" in node or "dateModified" in node)
    best = own_nodes(dated, addresses, titles)
    published = [value for node in best if (value := _scalar(node.get("datePublished"))) is not None]
    days = {moment.day for value in published if (moment := read_moment(value))}
    if len(days) > 1:
        return LinkedArticle()
    modified = [value for node in best if (value := _scalar(node.get("dateModified"))) is not None]
    return LinkedArticle(
        next((value for value in published if read_moment(value)), next(iter(published), None)),
        next(iter(modified), None),
    )


def own_nodes(nodes: Iterable[dict[str, Any]], addresses: Iterable[str], titles: Iterable[str]) -> list[dict[str, Any]]:
    """Return those of the nodes that are most surely the article at these addresses, with one of these titles."""
    here = {_address(one) for one in addresses}
    named = {title for one in titles if (title := title_words(one))}
    ranked = [(rank, node) for node in nodes if (rank := _rank(node, here, named)) > 0]
    highest = max((rank for rank, _ in ranked), default=0)
    return [node for rank, node in ranked if rank == highest]


def nodes_in(block: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of a block that may be its article or named by it, outermost first."""
    with suppress(ValueError, RecursionError):
        # a block may stand in a comment, or have line ends inside its strings
        waiting = [json.loads(re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[)|(?:-->|//\s*\]\]>)\s*$", "", block), strict=False)]
        for _ in range(_MOST):
            if not waiting:
                return
            node = waiting.pop(0)
            if isinstance(node, list):
                waiting += node[:_MOST]
            elif isinstance(node, dict):
                yield node
                waiting += [node[key] for key in _INSIDE if isinstance(node.get(key), (list, dict))]


def _rank(node: dict[str, Any], here: set[str], named: set[str]) -> int:
    """Return how surely a node is the page's article; 0 where it is not."""
    types = _types(node)
    article = any(kind.endswith(_ARTICLES) for kind in types)
    # one without any type is about the page, as far as it tells
    if not article and "@type" in node and not any(kind.endswith(_PAGES) for kind in types):
        return 0
    title = title_words(_scalar(node.get("headline")) or _scalar(node.get("name")))
    theirs = {_address(one) for one in _addresses(node)}
    if any(_same_title(title, one) for one in named) or any(mine.endswith(one) for one in theirs for mine in here):
        return 4 if article else 2
    another = bool(theirs and here) or bool(
        title and named and article and not any(_alike(title, one) for one in named)
    )
    return 0 if another else 3 if article else 1


def _same_title(one: str, other: str) -> bool:
    """Tell whether two titles are one, of which either may be cut short or be followed by the site's name."""
    short, long = sorted((one, other), key=len)
    return bool(short) and (short == long or (len(short) > _A_TITLE and long.startswith(short)))


def _alike(one: str, other: str) -> bool:
    """Tell whether two titles share half of the shorter one's words: a headline for readers and one for searches."""
    words, others = set(one.split()), set(other.split())
    return 2 * len(words & others) >= min(len(words), len(others)) > 2


def _types(node: dict[str, Any]) -> list[str]:
    types = node.get("@type")
    listed = types if isinstance(types, list) else [types]
    return [one.rsplit("/", 1)[-1].lower() for one in listed if isinstance(one, str)]


def _addresses(node: dict[str, Any]) -> Iterator[str]:
    for key in ("url", "mainEntityOfPage", "@id"):
        value = _scalar(node.get(key))
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str) and "/" in value and _address(value):
            yield value


def _scalar(value: Any) -> Any:
    """Return the value itself of one that stands in a list or in an object with `@value`."""
    if isinstance(value, list):
        value = next(iter(value), None)
    return value["@value"] if isinstance(value, dict) and "@value" in value else value


def _address(url: str) -> str:
    """Return an address as it is the same on the mobile, AMP and tracked form of a page; "" for a bare site."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url
    path = re.sub(r"(?:/amp|\.amp)?/*$", "", parts.path)
    return re.sub(r"^(?:www|m|amp|mobile)\.", "", parts.netloc.lower()) + path if path else ""


def title_words(title: Any) -> str:
    """Return the words of a title in small letters with single spaces; "" for what is no text."""
    import html

    return " ".join(re.findall(r"\w+", html.unescape(title).lower())) if isinstance(title, str) else ""
