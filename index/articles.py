"""What an article is, and which two are the same. Knows nothing of files or formats."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

PublishedFrom = Literal["metadata", "url", "text", "none"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a text comes from.

    `published` is the article's own date, or None when it is not known; it is never the day of
    import. `published_from` says where that date was found.
    """

    id: str
    title: str
    url: str | None = None
    outlet: str | None = None
    authors: tuple[str, ...] = ()
    published: date | None = None
    published_from: PublishedFrom = "none"


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


def same_url(url: str) -> str:
    """Return the form under which two spellings of one address are equal (host case, fragment, last slash)."""
    # white space and control characters are no part of an address
    url = "".join(letter for letter in url if letter.isprintable() and not letter.isspace())
    try:
        parts = urlsplit(url)
    except ValueError:
        # not an address, yet a name: http://[draft]/1
        return url
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path.rstrip("/"), parts.query, ""))
