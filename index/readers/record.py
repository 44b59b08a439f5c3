"""What a reader yields, and the steps all readers share: tidying, dating. Knows no format."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from index.articles import Article, Source, article_id
from index.dates import Dated, date_of_record
from index.errors import SourceError

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ud800-\udfff]")
_TITLE_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Record:
    """An article and where it stood. `origin` names a single-article file, so that an edit of it is seen as one."""

    article: Article
    place: str
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file or record that gave no article, and the reason in words."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Known:
    """An article of the web that is known from an earlier build and has not changed since, so it was not read again."""

    source: str


def tidy(text: str) -> str:
    """Return the text with one kind of line end and no control characters."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def one_line(text: str | None) -> str | None:
    """Return the text on one line without outer white space, or None where nothing is left."""
    return " ".join(_CONTROL.sub(" ", text).split()) or None if text else None


def _address(text: str | None) -> str | None:
    """Return an address on one line; None for "-", "n/a", "nan" and the like, which would make many articles one."""
    url = one_line(text)
    return url if url and (url.startswith("/") or "." in url or "://" in url) else None


def make_article(
    text: str,
    *,
    title: str | None,
    url: str | None = None,
    name: str | None = None,
    outlet: str | None = None,
    authors: Iterable[str] = (),
    published: Any = None,
    modified: Any = None,
    dated: tuple[Dated, date | None] | None = None,
    notice: str | None = None,
    withdrawn: bool = False,
    pages: Iterable[int] = (),
    look_in_text: bool = False,
) -> Article:
    """Put an article together; its day is weighed from its fields, its URL and, where asked to, its text.

    `published` and `modified` are what its fields say, or lists of it, the surest first; `dated` is what a page came
    to, in their place. `name` is a lasting name, a feed's or an agency's, for an article without a URL. `pages` are the
    places at which pages begin in a text that is tidy.
    Raises: SourceError where no text is left.
    """
    text, url = tidy(text), _address(url)
    if not text:
        raise SourceError("there is no text in it")
    if dated is None:
        dated = date_of_record(published, modified=modified, url=url, text=text if look_in_text else "")
    day, changed = dated
    source = Source(
        id=article_id(url or one_line(name), text),
        title=(one_line(title) or one_line(text.split("\n", 1)[0]) or "")[:_TITLE_CHARACTERS],
        url=url,
        outlet=one_line(outlet),
        authors=tuple(name for author in authors if (name := one_line(author))),
        published=day.day,
        published_from=day.source,
        published_at=day.at,
        modified=changed,
        notice=one_line(notice),
        withdrawn=withdrawn,
        pages=tuple(pages),
    )
    return Article(source, text)
