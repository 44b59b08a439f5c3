"""A fetched page → records, by the readers of files. The one place where the web and the readers meet."""

from __future__ import annotations

import codecs
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from email.message import Message
from pathlib import Path

from index.articles import article_id
from index.readers import Known, Record, Unreadable, read
from index.readers.record import make_article
from index.web.addresses import own_address
from index.web.entries import Entry
from index.web.fetching import Reply
from index.web.kinds import Kind

_TEXTS: frozenset[Kind] = frozenset(("html", "text"))
_ENDINGS: dict[Kind, str] = {"html": ".html", "xml": ".xml", "json": ".json", "pdf": ".pdf", "text": ".txt"}


def read_page(reply: Reply, kind: Kind, asked: str) -> Iterator[Record | Unreadable]:
    """Yield the articles of a page that came; `asked`, the address that led to it, names it from now on."""
    if kind not in _ENDINGS:
        lists = kind in ("feed", "sitemap", "sitemaps")
        yield Unreadable(asked, "it leads to a list, not to an article" if lists else "it is no page, feed or sitemap")
        return
    content = reply.content or b""
    with tempfile.TemporaryDirectory(prefix="dateline-") as folder:
        path = Path(folder) / f"page{_ENDINGS[kind]}"
        path.write_bytes(_as_declared(content, reply.declared) if kind in _TEXTS else content)
        items = [item for item in read([path]) if not isinstance(item, Known)]
    for item in items:
        if isinstance(item, Unreadable):
            yield Unreadable(asked, item.reason)
        elif len(items) == 1:
            yield _addressed(item, own_address(item.article.source.url, reply.url), asked)
        else:
            yield replace(item, place=asked, origin=None)


def filled(record: Record, entry: Entry) -> Record:
    """Return a record with what its page does not tell, and the list that led to it does."""
    source = record.article.source
    if source.published is None and entry.published is not None:
        source = replace(source, published=entry.published, published_at=entry.published_at, published_from="metadata")
    source = replace(source, outlet=source.outlet or entry.outlet, authors=source.authors or entry.authors)
    return replace(record, article=replace(record.article, source=source))


def from_entry(entry: Entry, place: str) -> Record:
    """Return the record that an entry makes by itself. Raises: SourceError where it has no text."""
    article = make_article(
        entry.text,
        title=entry.title,
        url=entry.url,
        outlet=entry.outlet,
        authors=entry.authors,
        published=entry.published,
    )
    return filled(Record(article, place, place), entry)


def _as_declared(content: bytes, declared: str) -> bytes:
    """Return a text in UTF-8 where the server says that it is written otherwise; a file could not say that."""
    message = Message()
    message["Content-Type"] = "".join(letter for letter in declared if letter.isprintable())
    charset = message.get_content_charset()
    if charset is None or charset in ("utf-8", "utf8", "us-ascii"):
        return content
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        with suppress(LookupError, ValueError):
            return codecs.BOM_UTF8 + content.decode(charset, "replace").encode("utf-8", "replace")
    return content


def _addressed(record: Record, url: str, asked: str) -> Record:
    article = record.article
    source = replace(article.source, url=url, id=article_id(url, article.text))
    # a page whose address changes, as by a new canonical link, is still the one that was asked for
    return Record(replace(article, source=source), asked, asked)
