"""RSS 0.9 to 2.0 and Atom files, by feedparser: each entry is an article. The only importer of feedparser.

The text is the entry's content where the feed carries it; where it carries a summary alone, that is the text, for it
is all the feed says. The outlet is the entry's source, else the feed's title. Knows nothing of fetching.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from index.errors import SourceError
from index.readers import bounded
from index.readers.encodings import decode
from index.readers.html import fragment
from index.readers.inputs import Input
from index.readers.markup import NotWellFormed, events
from index.readers.record import Record, Unreadable, make_article

ROOTS = frozenset({"rss", "feed", "RDF", "channel"})
_ENTRIES = 10_000


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed says of one article; days as it writes them. `text` is a summary where `whole` is False."""

    title: str | None
    link: str | None
    id: str | None
    text: str
    whole: bool
    published: str | None
    modified: str | None
    outlet: str | None
    authors: tuple[str, ...]


def read_feed(given: Input) -> Iterator[Record | Unreadable]:
    """Yield the entries of a feed, newest first as feeds are."""
    for number, entry in enumerate(entries(given.content(), url=given.url, charset=given.charset), 1):
        place = f"{given.place}, entry {number}"
        try:
            yield Record(_article(entry, given.outlet), place)
        except SourceError as error:
            yield Unreadable(place, str(error))


def entries(content: bytes, *, url: str | None = None, charset: str | None = None) -> list[Entry]:
    """Return the entries of a feed. Raises: SourceError where it is no feed or holds none."""
    found = bounded.run("feed", content, url=url, charset=charset)
    return [Entry(**{**entry, "authors": tuple(entry["authors"])}) for entry in found]


def _article(entry: Entry, outlet: str | None) -> Any:
    if not entry.text:
        raise SourceError("the feed gives neither its text nor a summary")
    return make_article(
        entry.text,
        title=entry.title,
        url=entry.link,
        name=entry.id,
        outlet=entry.outlet or outlet,
        authors=entry.authors,
        published=entry.published,
        modified=entry.modified,
    )


def parsed(content: bytes, url: str | None = None, charset: str | None = None) -> list[dict[str, Any]]:
    """Return the fields of each entry (the bounded process's task). Raises: SourceError where there is none."""
    import feedparser

    with suppress(NotWellFormed):
        # feeds are often not, and feedparser mends them; what hides a trap is refused
        for _ in events(BytesIO(content)):
            pass
    headers = {"content-type": "application/xml; charset=utf-8", **({"content-location": url} if url else {})}
    try:
        text = decode(content, charset)
    except SourceError:
        # a stray byte in one entry is no reason to lose the others
        text = content.decode("utf-8", "replace")
    feed = feedparser.parse(
        text.encode("utf-8", "replace"),
        response_headers=headers,
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not feed.version and not feed.entries:
        raise SourceError("this is not an RSS or Atom feed")
    if not feed.entries:
        raise SourceError("the feed holds no entries")
    if len(feed.entries) > _ENTRIES:
        raise SourceError(f"the feed holds more than {_ENTRIES:,} entries")
    return [_fields(entry, _said(feed.feed, "title"), feed.version.startswith("atom")) for entry in feed.entries]


def _fields(entry: Any, outlet: str | None, atom: bool) -> dict[str, Any]:
    texts = [(True, part) for part in entry.get("content", ())] + [(False, entry.get("summary_detail"))]
    whole, text = next(((whole, text) for whole, part in texts if part and (text := _text(part))), (False, ""))
    published, modified = _said(entry, "published"), _said(entry, "updated")
    if not atom and not published:
        # Dublin Core's date, which feedparser files as the last change
        published, modified = modified, None
    return {
        "title": fragment(_said(entry, "title") or "").replace("\n", " ") or None,
        "link": _said(entry, "link"),
        "id": _said(entry, "id"),
        "text": text,
        "whole": whole,
        "published": published,
        "modified": modified if modified != published else None,
        "outlet": _said(entry.get("source") or {}, "title") or outlet,
        "authors": _authors(entry),
    }


def _authors(entry: Any) -> list[str]:
    """Return the authors' names; RSS's "address (name)" is taken apart by feedparser for short domains alone."""
    if match := re.fullmatch(r"\S+@\S+\s+\((.+)\)", _said(entry, "author") or ""):
        return [match[1]]
    names = (_said(author, "name") for author in entry.get("authors", ()))
    return [name for name in names if name and not re.fullmatch(r"\S+@\S+", name)]


def _text(part: Any) -> str:
    value = part.get("value") or ""
    return str(value).strip() if part.get("type") == "text/plain" else fragment(value)


def _said(fields: Any, key: str) -> str | None:
    # feedparser's own look-up gives one date for another, with a warning
    value = dict.get(fields, key)
    return value.strip() or None if isinstance(value, str) else None
