"""What a feed or a sitemap tells of one article. Knows nothing of how either is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b

_BLOCKS = frozenset("p div br li h1 h2 h3 h4 h5 h6 blockquote tr table ul ol section article figure pre".split())
_UNSEEN = frozenset(("script", "style"))
_LONGEST = 300_000  # no text of a feed's entry is longer


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
    from lxml import etree
    from lxml.html import HtmlElement, document_fromstring

    try:
        tree: HtmlElement = document_fromstring(f"<html><body>{html[:_LONGEST]}</body></html>")
    except (etree.LxmlError, ValueError):
        return ""
    pieces: list[str] = []
    unseen = None
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        block = element.tag in _BLOCKS
        if event == "start":
            unseen = element if unseen is None and element.tag in _UNSEEN else unseen
            pieces += ["\x00" if block else "", "" if unseen is not None else element.text or ""]
        else:
            unseen = None if element is unseen else unseen
            pieces += ["\x00" if block else "", "" if unseen is not None else element.tail or ""]
    blocks = (" ".join(block.split()) for block in "".join(pieces).split("\x00"))
    return "\n\n".join(block for block in blocks if block)
