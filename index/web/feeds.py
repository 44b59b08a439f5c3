"""RSS and Atom, by feedparser: which articles a feed lists. Knows nothing of fetching."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from index.web.entries import Entry, Listing, stamp, text_of

# feedparser takes up to a tenth of a millisecond and 700 bytes for a tag
_MOST_BYTES = 5_000_000
_MOST_TAGS = 100_000


def read_feed(content: bytes, url: str, declared: str = "") -> Listing:
    """Return what a feed lists, in its order; relative addresses are those of the feed's own `url`."""
    import feedparser

    if len(content) > _MOST_BYTES or content.count(b"<") > _MOST_TAGS:
        return Listing((), broken=f"the feed has more than {_MOST_BYTES / 1e6:g} MB or {_MOST_TAGS:,} tags")
    headers = {"content-location": url, **({"content-type": declared} if declared else {})}
    try:
        # as a file: given bytes, feedparser would first look for a file of that name
        feed = feedparser.parse(
            io.BytesIO(content), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
        outlet = _line(feed.feed, "title")
        entries = tuple(_entry(entry, outlet) for entry in feed.entries)
    except Exception as failure:  # a parser's own failure on one feed must not stop the build
        return Listing((), broken=f"this could not be read as a feed: {type(failure).__name__}")
    broken = None
    if not entries:
        error = feed.get("bozo_exception")
        broken = f"this is no well-formed feed: {error}" if error else "the feed lists no articles"
    return Listing(entries, broken=broken)


def _entry(entry: Mapping[str, Any], outlet: str | None) -> Entry:
    at = _moment(entry, "published_parsed") or _moment(entry, "updated_parsed")
    title = _line(entry, "title")
    changed = entry["updated"] if "updated" in entry else entry.get("published", "")
    return Entry(
        url=entry.get("link") or None,
        stamp=stamp(changed, title, entry.get("id", "")),
        title=title,
        text=_own_text(entry),
        outlet=outlet,
        authors=tuple(name for author in entry.get("authors", ()) if (name := author.get("name"))),
        published=at.date() if at else None,
        published_at=at,
    )


def _own_text(entry: Mapping[str, Any]) -> str:
    """Return the whole text where the feed has it, else its summary."""
    texts = [part.get("value") for part in entry.get("content", ())]
    return text_of(max((text for text in [*texts, entry.get("summary")] if text), key=len, default=""))


def _moment(entry: Mapping[str, Any], name: str) -> datetime | None:
    # asked first, as feedparser gives the day of publication for an update that is missing, and warns
    if name not in entry or not entry[name]:
        return None
    year, month, day, hour, minute, second = entry[name][:6]
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _line(fields: Mapping[str, Any], name: str) -> str | None:
    return " ".join(text_of(str(fields.get(name) or "")).split()) or None
