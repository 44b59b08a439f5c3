"""NewsML-G2, the IPTC's wrapper of news: items alone or many in a message, read one after the other.

Text items are articles; their text stands inside as NITF, XHTML or plain. Pictures, packages that only list items, and
the like are no articles and are passed over beside articles; alone they are reported. Knows no transport.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from index.articles import Article
from index.errors import SourceError
from index.readers import bounded, nitf
from index.readers.inputs import Input
from index.readers.markup import events, name, paragraphs, text_of
from index.readers.record import Record, Unreadable, make_article

ROOTS = frozenset({"newsItem", "newsMessage", "packageItem", "knowledgeItem", "conceptItem", "planningItem"})
_OTHERS = ROOTS - {"newsItem", "newsMessage"}


def read_newsml(given: Input) -> Iterator[Record | Unreadable]:
    """Yield the text items of a NewsML-G2 file; what breaks it midway is yielded after those before."""
    passed_over: Counter[str] = Counter()
    articles = 0
    for event, element in events(given.stream, "newsItem"):
        kind = _kind(element) if event == "end" else None
        if kind in ("text", "composite"):
            articles += 1
            yield _record(element, given, articles)
        elif kind:
            passed_over[kind] += 1
    if not articles:
        held = ", ".join(f"{count} {kind}" for kind, count in sorted(passed_over.items())) or "nothing"
        raise SourceError(f"there is no text item in it (it holds {held})")


def _kind(element: Element) -> str | None:
    """Return what an item is: the class of a news item ("text", "picture"), the name of another item, else None."""
    tag = name(element)
    if tag in _OTHERS:
        return tag
    if tag != "newsItem":
        return None
    classes = [inner.get("qcode", "") for inner in element.iter() if name(inner) == "itemClass"]
    kind = (classes or ["text"])[0].rpartition(":")[2] or "text"
    return kind if kind.isalpha() else "other"


def _record(item: Element, given: Input, number: int) -> Record | Unreadable:
    place = f"{given.place}, item {number}"
    try:
        return Record(_article(item, given), place)
    except SourceError as error:
        return Unreadable(place, str(error))


@dataclass(frozen=True, slots=True)
class _Item:
    """The parts of an item, found by their names; its content and its inner NITF are not searched."""

    meta: dict[str, list[Element]]
    content: list[Element]

    @classmethod
    def of(cls, item: Element) -> _Item:
        meta: dict[str, list[Element]] = {}
        content: list[Element] = []
        waiting = [item]
        while waiting:
            element = waiting.pop()
            if name(element) == "contentSet":
                content.extend(element)
                continue
            meta.setdefault(name(element), []).append(element)
            waiting.extend(reversed(element))
        return cls(meta, content)

    def text(self, *tags: str) -> str | None:
        return next((text for tag in tags for element in self.meta.get(tag, ()) if (text := text_of(element))), None)

    def code(self, tag: str) -> str:
        return next((code for element in self.meta.get(tag, ()) if (code := _code(element))), "")


def _code(element: Element) -> str:
    """Return the last part of a code: canceled of stat:canceled and of http://cv.iptc.org/…/canceled."""
    code = element.get("qcode") or element.get("uri") or element.get("literal") or ""
    return code.rstrip("/").replace("/", ":").rpartition(":")[2].lower()


def _article(element: Element, given: Input) -> Article:
    item = _Item.of(element)
    inner = next((nitf.told(found) for part in item.content for found in part.iter() if name(found) == "nitf"), None)
    withdrawn = item.code("pubStatus") in nitf.WITHDRAWN or bool(inner and inner.withdrawn)
    notice = _notice(item) or (inner.notice if inner else None)
    title = _headline(item) or (inner.title if inner else None) or item.text("title")
    outlet = _outlet(item) or (inner.outlet if inner else None)
    text = inner.text if inner else _text(item)
    return make_article(
        text or (withdrawn and (notice or title)) or _none(item),
        title=title,
        url=_url(item) or (inner.url if inner else None),
        name=element.get("guid"),
        outlet=outlet or given.outlet,
        authors=_authors(item, outlet) or [name for name in (inner.authors if inner else ()) if name != outlet],
        published=_published(item, element, inner),
        modified=item.text("versionCreated") if _revised(element) else None,
        notice=notice,
        withdrawn=withdrawn,
        look_in_text=True,
    )


def _revised(element: Element) -> bool:
    version = element.get("version", "1")
    return version.isdigit() and int(version[:9]) > 1


def _published(item: _Item, element: Element, inner: nitf.Nitf | None) -> list[str | None]:
    """Return the days of the first version; that of a later version is the day of a change."""
    days = [item.text("firstCreated"), item.text("contentCreated"), *(inner.published if inner else ())]
    return days if _revised(element) else [*days, item.text("versionCreated")]


def _headline(item: _Item) -> str | None:
    """Return the main headline, which other headlines (short, for a sheet's name) may stand beside."""
    headlines = item.meta.get("headline", [])
    plain = [headline for headline in headlines if _main(headline)]
    return next((text for headline in [*plain, *headlines] if (text := text_of(headline))), None)


def _main(headline: Element) -> bool:
    return (headline.get("role") or "main").rpartition(":")[2].lower() in ("main", "headline", "title")


def _notice(item: _Item) -> str | None:
    notes = [text for element in item.meta.get("edNote", []) if (text := text_of(element))]
    signals = {_code(element) for element in item.meta.get("signal", [])}
    if signals & {"correction", "kill", "withdrawal", "advisory-correction"} and notes:
        return notes[0]
    return next(filter(nitf.is_notice, notes), None)


def _outlet(item: _Item) -> str | None:
    for tag in ("provider", "copyrightHolder", "infoSource"):
        for element in item.meta.get(tag, []):
            names = [inner for inner in element if name(inner) == "name"]
            told = [*(text_of(inner) for inner in names), element.get("literal", "")]
            told.append(element.get("qcode", "").rpartition(":")[2])
            if found := next(filter(None, told), None):
                return found
    return None


def _authors(item: _Item, outlet: str | None) -> list[str]:
    lines = [text_of(element) for tag in ("by", "byline") for element in item.meta.get(tag, [])]
    if any(lines):
        return list(dict.fromkeys(name for line in lines for name in nitf.names_in(line, outlet)))
    creators = (inner for creator in item.meta.get("creator", []) for inner in creator if name(inner) == "name")
    return list(dict.fromkeys(text for inner in creators if (text := text_of(inner))))


def _url(item: _Item) -> str | None:
    links = [element for element in item.meta.get("link", []) if "canonical" in element.get("rel", "").lower()]
    return next((href for element in links if (href := element.get("href"))), None)


def _text(item: _Item) -> str:
    """Return the text of the first content that holds one: XHTML, any other XML, or data inside the item."""
    for part in item.content:
        if name(part) == "inlineXML":
            body = next((inner for inner in part.iter() if name(inner) == "body"), part)
            text = paragraphs(body)
        elif name(part) == "inlineData":
            text = _plain(part)
        else:
            continue
        if text:
            return text
    return ""


def _plain(part: Element) -> str:
    text = "".join(part.itertext()).strip()
    return str(bounded.run("fragment", text.encode())) if "html" in part.get("contenttype", "") else text


def _none(item: _Item) -> str:
    if any(name(part) == "remoteContent" for part in item.content):
        raise SourceError("its text stands elsewhere: the item only gives its address")
    raise SourceError("there is no text in the item")
