"""What a feed or a sitemap tells of one article. Knows nothing of how either is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from html.parser import HTMLParser

_BLOCKS = frozenset("p div br li h1 h2 h3 h4 h5 h6 blockquote tr table ul ol section article figure pre".split())
_UNSEEN = frozenset(("script", "style"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One article of a list. `url` is where its page is, `stamp` changes when the list says that it changed.

    `text` is its own text, as a feed gives it, or empty; the rest fills in what its page does not tell.
    """

    url: str | None
    stamp: str
    title: str | None = None
    text: str = ""
    outlet: str | None = None
    authors: tuple[str, ...] = ()
    published: date | None = None
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What a feed or sitemap lists: articles, and further sitemaps as (address, stamp); `broken` says what is wrong."""

    entries: tuple[Entry, ...]
    children: tuple[tuple[str, str], ...] = ()
    broken: str | None = None


def stamp(*parts: object) -> str:
    """Return a short text that is another where a part is another."""
    return blake2b("\x1f".join(map(str, parts)).encode("utf-8", "replace"), digest_size=8).hexdigest()


def text_of(html: str) -> str:
    """Return the words of a piece of HTML, a paragraph a block."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    blocks = (" ".join(block.split()) for block in "".join(reader.pieces).split("\x00"))
    return "\n\n".join(block for block in blocks if block)


class _Words(HTMLParser):
    """Collects text, with NUL where a block begins or ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        if tag in _BLOCKS:
            self.pieces.append("\x00")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN and self._unseen > 0
        if tag in _BLOCKS:
            self.pieces.append("\x00")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.pieces.append(data.replace("\x00", ""))
