"""Sitemaps, those for news and those that list sitemaps: which pages they name. Knows nothing of fetching."""

from __future__ import annotations

import io
from collections.abc import Iterator

from index.errors import SourceError
from index.readers.markup import events, name, root_name
from index.web.entries import Entry, Listing, stamp


def read_sitemap(content: bytes) -> Listing:
    """Return what a sitemap lists, the newest first where it gives days; what is broken ends it, and is said."""
    entries: list[tuple[str, Entry]] = []
    children: list[tuple[str, str]] = []
    broken = None
    item = "sitemap" if root_name(content).lower() == "sitemapindex" else "url"
    try:
        for fields in _items(content, item):
            changed, url = fields.get("lastmod", ""), fields.get("loc")
            if url and item == "sitemap":
                children.append((url, changed))
            elif url:
                entries.append((fields.get("publication_date") or changed, _entry(url, changed, fields)))
    except SourceError as error:
        broken = str(error)
    entries.sort(key=lambda dated: dated[0], reverse=True)
    children.sort(key=lambda child: child[1], reverse=True)
    if not entries and not children and broken is None:
        broken = "the sitemap lists no pages"
    return Listing(tuple(entry for _, entry in entries), tuple(children), broken)


def _entry(url: str, changed: str, fields: dict[str, str]) -> Entry:
    # lastmod is when the page changed; the day it was published is told by the news fields alone
    return Entry(
        url=url,
        stamp=stamp(changed, fields.get("title", "")),
        title=fields.get("title"),
        outlet=fields.get("name"),
        published=fields.get("publication_date"),
    )


def _items(content: bytes, item: str) -> Iterator[dict[str, str]]:
    """Yield the fields of each item, by their names without namespaces."""
    fields: dict[str, str] = {}
    for event, element in events(io.BytesIO(content), item):
        if event == "start":
            continue
        if name(element) == item:
            yield fields
            fields = {}
        elif text := " ".join((element.text or "").split()):
            fields.setdefault(name(element), text)
