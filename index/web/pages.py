"""A fetched page → records, by the readers of files. The one place where the web and the readers meet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from index.articles import article_id
from index.dates import date_of_record
from index.readers.formats import named, read_input
from index.readers.inputs import Input
from index.readers.record import Record, Unreadable, make_article
from index.web.addresses import own_address
from index.web.entries import Entry
from index.web.fetching import Reply
from index.web.kinds import Kind

_READ: frozenset[Kind] = frozenset(("html", "xml", "json", "pdf", "text"))


def read_page(reply: Reply, kind: Kind, asked: str) -> Iterator[Record | Unreadable]:
    """Yield the articles of a page that came; `asked`, the address that led to it, names it from now on."""
    if kind not in _READ:
        lists = kind in ("feed", "sitemap", "sitemaps")
        yield Unreadable(asked, "it leads to a list, not to an article" if lists else "it is no page, feed or sitemap")
        return
    # which JSON or XML it is, the readers tell themselves; it may be many articles, and the address is that of none
    form = named(kind) if kind in ("html", "pdf", "text") else None
    url = reply.url if form else None
    given = Input.of(reply.content or b"", asked, origin=asked, charset=reply.charset, url=url)
    items = list(read_input(given, form))
    for item in items:
        if isinstance(item, Record) and len(items) == 1:
            yield _addressed(item, own_address(item.article.source.url, reply.url), asked)
        else:
            yield item


def filled(record: Record, entry: Entry) -> Record:
    """Return a record with what its page does not tell, and the list that led to it does."""
    source = record.article.source
    if source.published is None:
        told, _ = date_of_record(entry.published)
        source = replace(source, published=told.day, published_at=told.at, published_from=told.source)
    # a page that names no outlet goes by its host
    host = (urlsplit(source.url or "").hostname or "").removeprefix("www.")
    outlet = source.outlet if (source.outlet or "").partition(":")[0] != host else None
    source = replace(source, outlet=outlet or entry.outlet or host or None, authors=source.authors or entry.authors)
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
        modified=entry.modified,
    )
    return Record(article, place, place)


def _addressed(record: Record, url: str, asked: str) -> Record:
    article = record.article
    source = replace(article.source, url=url, id=article_id(url, article.text))
    # a page whose address changes, as by a new canonical link, is still the one that was asked for
    return Record(replace(article, source=source), asked, asked)
