"""Sitemaps, those for news and those that list sitemaps: which pages they name. Knows nothing of fetching."""

from __future__ import annotations

import io
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from index.dates import parse_date
from index.web.entries import Entry, Listing, stamp

_DEEPEST = 50


def read_sitemap(content: bytes) -> Listing:
    """Return what a sitemap lists, the newest first where it gives days; what is broken ends it, and is said."""
    entries: list[tuple[str, Entry]] = []
    children: list[tuple[str, str]] = []
    broken = None
    try:
        for fields in _items(content):
            changed = fields.get("lastmod", "")
            if not (url := fields.get("loc")):
                continue
            if fields["tag"] == "sitemap":
                children.append((url, changed))
            else:
                entries.append((fields.get("publication_date") or changed, _entry(url, changed, fields)))
    except DefusedXmlException:
        broken = "the sitemap defines entities, which is not allowed"
    except (ParseError, LookupError, ValueError) as error:
        broken = f"the sitemap is not well-formed: {error}"
    except _TooDeep:
        broken = "the sitemap is nested too deeply"
    entries.sort(key=lambda dated: dated[0], reverse=True)
    children.sort(key=lambda child: child[1], reverse=True)
    if not entries and not children and broken is None:
        broken = "the sitemap lists no pages"
    return Listing(tuple(entry for _, entry in entries), tuple(children), broken)


def _entry(url: str, changed: str, fields: dict[str, str]) -> Entry:
    # lastmod is when the page changed; the day it was published is told by the news fields alone
    return Entry(
        url=url,
        stamp=stamp(changed, fields.get("title", "")),
        title=fields.get("title"),
        outlet=fields.get("name"),
        published=parse_date(fields.get("publication_date")),
    )


def _items(content: bytes) -> Iterator[dict[str, str]]:
    """Yield the fields of each <url> and <sitemap>, by their names without namespaces."""
    fields: dict[str, str] = {}
    above: list[Element] = []
    for event, element in iterparse(io.BytesIO(content), events=("start", "end")):
        if event == "start":
            above.append(element)
            if len(above) > _DEEPEST:
                raise _TooDeep
            continue
        above.pop()
        name = _name(element)
        if name in ("url", "sitemap"):
            yield {**fields, "tag": name}
            fields = {}
        elif text := " ".join((element.text or "").split()):
            fields.setdefault(name, text)
        if above:
            # what was read is let go
            above[-1].remove(element)


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()


class _TooDeep(Exception):
    """More levels than any sitemap has."""
