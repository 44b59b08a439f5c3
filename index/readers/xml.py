"""XML files, told by their root: RSS, RDF and Atom, NITF, NewsML-G2, XHTML. Knows none of them from within."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from index.errors import SourceError
from index.readers import feeds, html, newsml, nitf
from index.readers.inputs import Input
from index.readers.markup import root_name
from index.readers.record import Record, Unreadable
from index.readers.streams import buffered

_LISTS_PAGES = ("urlset", "sitemapindex")


def is_news(head: bytes) -> bool:
    """Tell XML that can be news by the root in its head."""
    root = root_name(head)
    return root in _LISTS_PAGES or (reader_of(root) is not None and root.lower() != "html")


def read_xml(given: Input) -> Iterator[Record | Unreadable]:
    """Yield what an XML file of any kind of news holds."""
    stream = buffered(given.stream)
    head = stream.peek(1)
    if not head.strip():
        raise SourceError("the file is empty")
    root = root_name(head)
    if root in _LISTS_PAGES:
        raise SourceError("a sitemap holds no articles, only their addresses")
    reader = reader_of(root)
    if reader is None:
        kinds = "RSS, Atom, NITF, NewsML-G2 and XHTML are read"
        raise SourceError(f"this is XML of another kind ({root}): {kinds}" if root else "this is not XML")
    yield from reader(replace(given, stream=stream))


def reader_of(root: str) -> Callable[[Input], Iterator[Record | Unreadable]] | None:
    """Return the reader for a root element's name, or None."""
    if root in feeds.ROOTS:
        return feeds.read_feed
    if root in newsml.ROOTS:
        return newsml.read_newsml
    if root in nitf.ROOTS:
        return nitf.read_nitf
    return html.read_html if root.lower() == "html" else None
