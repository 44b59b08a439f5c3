"""What a reader yields, and the steps all readers share: opening, decoding, tidying. Knows no format."""

from __future__ import annotations

import gzip
import lzma
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, cast

from index.articles import Article, PublishedFrom, Source, article_id
from index.dates import date_in_text, date_in_url
from index.errors import SourceError

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ud800-\udfff]")
_TITLE_CHARACTERS = 300
BROKEN = (gzip.BadGzipFile, lzma.LZMAError, zlib.error, EOFError)


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


def open_bytes(path: Path) -> IO[bytes]:
    """Open a file for reading, unpacked where its name ends in .gz or .xz."""
    if path.suffix.lower() == ".gz":
        return cast(IO[bytes], gzip.open(path))
    if path.suffix.lower() == ".xz":
        return cast(IO[bytes], lzma.open(path))
    return path.open("rb")


def read_bytes(path: Path) -> bytes:
    """Return the whole content. Raises: SourceError where it is empty, one of BROKEN where it does not unpack."""
    with open_bytes(path) as file:
        content = file.read()
    if not content.strip():
        raise SourceError("the file is empty")
    return content


def decode(content: bytes) -> str:
    """Return the text: by its byte order mark, else as UTF-8, else by the best guess of the older encodings."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if b"\x00" in content[:4096]:
        raise SourceError("this is not text")
    return content.decode("cp1252", errors="replace")


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
    outlet: str | None = None,
    authors: Iterable[str] = (),
    published: date | None = None,
    look_in_text: bool = False,
) -> Article:
    """Put an article together; its day comes from the metadata, else the URL, else (`look_in_text`) the text.

    Raises: SourceError where no text is left.
    """
    text, url = tidy(text), _address(url)
    if not text:
        raise SourceError("there is no text in it")
    published_from: PublishedFrom = "metadata"
    if published is None:
        published, published_from = date_in_url(url), "url"
    if published is None and look_in_text:
        published, published_from = date_in_text(text), "text"
    source = Source(
        id=article_id(url, text),
        title=(one_line(title) or one_line(text.split("\n", 1)[0]) or "")[:_TITLE_CHARACTERS],
        url=url,
        outlet=one_line(outlet),
        authors=tuple(name for author in authors if (name := one_line(author))),
        published=published,
        published_from=published_from if published else "none",
    )
    return Article(source, text)
