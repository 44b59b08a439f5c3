"""What an article is, and which two are the same. Knows nothing of files or formats."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from index.addresses import same_url

PublishedFrom = Literal["metadata", "json-ld", "url", "dateline", "text", "none"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a text comes from.

    `published` is the article's own date, or None when it is not known; it is never the day of
    import. `published_from` says where that date was found; `published_at` is the moment, with its
    zone, where that is known too. `modified` is the day of the last change the article tells of.
    `notice` is the text of its correction, if it has one; `withdrawn` says that its outlet took it
    back. `pages` are the offsets at which the pages of a paged document begin in the text.
    """

    id: str
    title: str
    url: str | None = None
    outlet: str | None = None
    authors: tuple[str, ...] = ()
    published: date | None = None
    published_from: PublishedFrom = "none"
    published_at: datetime | None = None
    modified: date | None = None
    notice: str | None = None
    withdrawn: bool = False
    pages: tuple[int, ...] = ()

    def page(self, offset: int) -> int | None:
        """Return the number, from 1, of the page that holds a place in the text; None where there are no pages."""
        return bisect_right(self.pages, offset) or None


@dataclass(frozen=True, slots=True)
class Article:
    """A whole text and its source. Every quote is a slice `text[start:end]` of it."""

    source: Source
    text: str


def content_hash(text: str) -> str:
    """Return 32 hex digits that are equal for texts with the same words, whatever the white space."""
    return hashlib.sha256(sound(" ".join(text.split())).encode()).hexdigest()[:32]


def article_id(url: str | None, text: str) -> str:
    """Return 16 hex digits: of the URL where there is one, else of the content."""
    key = f"url:{same_url(url)}" if url else f"text:{content_hash(text)}"
    return hashlib.sha256(sound(key).encode()).hexdigest()[:16]


def sound(text: str) -> str:
    """Return the text without what cannot be written as UTF-8: a terminal's broken bytes become question marks."""
    return text.encode("utf-8", "replace").decode()
