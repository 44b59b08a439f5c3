"""A fetched page → records, by the readers of files. The one place where the web and the readers meet."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from index.articles import article_id
from index.readers import Known, Record, Unreadable, read
from index.readers.record import make_article
from index.web.addresses import own_address
from index.web.entries import Entry
from index.web.kinds import Kind

_ENDINGS: dict[Kind, str] = {"html": ".html", "xml": ".xml", "json": ".json", "pdf": ".pdf", "text": ".txt"}


def read_page(content: bytes, kind: Kind, url: str, asked: str) -> Iterator[Record | Unreadable]:
    """Yield the articles of a page that was fetched from `url`; `asked`, what led to it, names it from now on."""
    if kind not in _ENDINGS:
        yield Unreadable(asked, "this is neither a page, a feed nor a sitemap")
        return
    with tempfile.TemporaryDirectory(prefix="dateline-") as folder:
        path = Path(folder) / f"page{_ENDINGS[kind]}"
        path.write_bytes(content)
        items = [item for item in read([path]) if not isinstance(item, Known)]
    for item in items:
        if isinstance(item, Unreadable):
            yield Unreadable(asked, item.reason)
        elif len(items) == 1:
            yield _addressed(item, own_address(item.article.source.url, url), asked)
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


def _addressed(record: Record, url: str, asked: str) -> Record:
    article = record.article
    source = replace(article.source, url=url, id=article_id(url, article.text))
    # a page whose address changes, as by a new canonical link, is still the one that was asked for
    return Record(replace(article, source=source), asked, asked)
