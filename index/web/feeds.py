"""Which articles a feed lists, by the reader of feeds. Knows nothing of fetching."""

from __future__ import annotations

from index.errors import SourceError
from index.readers import feeds
from index.web.entries import Entry, Listing, stamp


def read_feed(content: bytes, url: str, charset: str | None = None) -> Listing:
    """Return what a feed lists, in its order; relative addresses are those of the feed's own `url`."""
    try:
        entries = feeds.entries(content, url=url, charset=charset)
    except SourceError as error:
        return Listing((), broken=str(error))
    return Listing(tuple(map(_entry, entries)))


def _entry(entry: feeds.Entry) -> Entry:
    return Entry(
        url=entry.link,
        stamp=stamp(entry.modified or entry.published, entry.title, entry.id),
        title=entry.title,
        text=entry.text,
        outlet=entry.outlet,
        authors=entry.authors,
        published=entry.published,
        modified=entry.modified,
    )
