"""Saved web pages, by trafilatura: the article without menus, with the page's own metadata."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from index.dates import parse_date
from index.errors import SourceError
from index.readers.inputs import Input
from index.readers.record import Record, Unreadable, make_article

# Where pages state their own day, the surest first.
_DATE_PATHS = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//meta[@name='date' or @name='pubdate' or @name='publish-date']/@content",
    "//meta[@name='DC.date.issued' or @name='dc.date']/@content",
    "//*[@itemprop='datePublished']/@datetime",
    "//time[@pubdate]/@datetime",
    "//article//time/@datetime",
    "//header//time/@datetime",
)


def read_html(given: Input) -> Iterator[Record | Unreadable]:
    """Yield the one article of a saved page."""
    from trafilatura import bare_extraction, load_html

    tree = load_html(given.content())
    if tree is None:
        raise SourceError("this is not HTML")
    published = _published(tree)
    page: Any = bare_extraction(tree, include_comments=False, favor_recall=True, with_metadata=True)
    if page is None or not page.text:
        raise SourceError("no article was found in the page")
    # pages repeat their headline above the text; a title is never quoted as text
    text = page.text.strip().removeprefix(page.title or "").strip() or page.text
    article = make_article(
        text,
        title=page.title,
        url=page.url,
        outlet=page.sitename,
        authors=(page.author or "").split(";"),
        published=published,
        look_in_text=True,
    )
    yield Record(article, given.place, given.origin)


def _published(tree: Any) -> date | None:
    for block in tree.xpath("//script[@type='application/ld+json']/text()"):
        if found := _in_json_ld(block):
            return found
    for where in _DATE_PATHS:
        for value in tree.xpath(where):
            if found := parse_date(str(value)):
                return found
    return None


def _in_json_ld(block: str) -> date | None:
    try:
        data = json.loads(block)
    except ValueError:
        return None
    items = data if isinstance(data, list) else [data]
    for item in items:
        nested = item.get("@graph", []) if isinstance(item, dict) else []
        for node in [item, *(nested if isinstance(nested, list) else [])]:
            found = parse_date(node.get("datePublished")) if isinstance(node, dict) else None
            if found:
                return found
    return None
