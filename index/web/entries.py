"""What a feed or a sitemap tells of one article. Knows nothing of how either is written."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b


@dataclass(frozen=True, slots=True)
class Entry:
    """One article of a list. `url` is where its page is, `stamp` changes when the list says that it changed.

    `text` is its own text, as a feed gives it, or empty; the rest fills in what its page does not tell, days as they
    are written there.
    """

    url: str | None
    stamp: str
    title: str | None = None
    text: str = ""
    outlet: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What a feed or sitemap lists: articles, and further sitemaps as (address, stamp); `broken` says what is wrong."""

    entries: tuple[Entry, ...]
    children: tuple[tuple[str, str], ...] = ()
    broken: str | None = None


def stamp(*parts: object) -> str:
    """Return a short text that is another where a part is another."""
    return blake2b("\x1f".join(map(str, parts)).encode("utf-8", "replace"), digest_size=8).hexdigest()
