"""Items as the Associated Press's feeds give them: JSON around a NITF text. Told by their shape; knows no files.

An item has a headline, bylines, versions and a status of its own; its text is NITF inside a rendition or under
`body_nitf`. An item that only gives the address of its NITF is reported, not fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from index.articles import Article
from index.errors import SourceError
from index.readers import nitf
from index.readers.markup import parse
from index.readers.record import make_article

_ITEM_KEYS = frozenset({"versioncreated", "firstcreated", "pubstatus", "renditions", "bylines", "altids", "itemid"})
_BODIES = ("body_nitf", "nitf", "body", "story", "content", "data", "value", "text", "main")
_DEPTH = 6


def item_in(value: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the item that an object is, or holds under `item` or `data.item`; None where there is none."""
    for key in ("data", "item"):
        inner = value.get(key)
        value = inner if isinstance(inner, Mapping) and not _is_item(value) else value
    return value if _is_item(value) else None


def _is_item(value: Mapping[str, Any]) -> bool:
    """Tell an item: it says its versions or its status, and has a headline or a type, as no other JSON does."""
    return len(_ITEM_KEYS & value.keys()) >= 2 and any(map(value.get, ("headline", "type")))


def article(item: Mapping[str, Any]) -> Article:
    """Return the article of an item. Raises: SourceError where it holds no text."""
    inner = next(_nitf(item), None)
    withdrawn = _string(item.get("pubstatus")).lower() in nitf.WITHDRAWN or bool(inner and inner.withdrawn)
    notes = [_string(item.get(key)) for key in ("ednote", "editorialnote", "correction")]
    notice = next(filter(nitf.is_notice, notes), None) or (inner.notice if inner else None)
    title = _string(item.get("headline")) or (inner.title if inner else None) or _string(item.get("title"))
    outlet = _outlet(item) or (inner.outlet if inner else None)
    return make_article(
        (inner.text if inner else "") or (withdrawn and (notice or title)) or _none(item),
        title=title,
        url=_url(item) or (inner.url if inner else None),
        name=_id(item) or (inner.id if inner else None),
        outlet=outlet,
        authors=_authors(item, outlet) or (inner.authors if inner else ()),
        published=_published(item, inner),
        modified=item.get("versioncreated") if _revised(item) else None,
        notice=notice,
        withdrawn=withdrawn,
        look_in_text=True,
    )


def _nitf(item: Mapping[str, Any]) -> Iterator[nitf.Nitf]:
    """Yield what the NITF texts inside tell; one that is broken hides no other. Raises: SourceError where all are."""
    error: SourceError | None = None
    for markup in _strings([*_renditions(item), *(item.get(key) for key in _BODIES)]):
        try:
            told = nitf.told(_parsed(markup))
        except SourceError as broken:
            error = error or broken
            continue
        if told.text:
            yield told
    if error:
        raise error


def _renditions(item: Mapping[str, Any]) -> list[Any]:
    """Return the renditions that may be the story, the story's own first; captions are those of its pictures."""
    found = item.get("renditions")
    if not isinstance(found, Mapping):
        return [found]
    return [found.get("nitf"), *(value for key, value in found.items() if "caption" not in str(key).lower())]


def _parsed(markup: str) -> Element:
    """Return the root of a NITF text; a row of paragraphs is given one."""
    if "<nitf" not in markup[:2_000] and not markup.startswith(("<?xml", "<body", "<block")):
        markup = f"<block>{markup}</block>"
    # whatever encoding it declares was that of its bytes, before it became a string
    markup = markup.partition("?>")[2] if markup.startswith("<?xml") else markup
    return parse(markup.strip().encode("utf-8", "replace"))


def _strings(value: Any) -> Iterator[str]:
    """Yield the NITF strings in a value, in its order and to a depth that no honest item exceeds."""
    waiting = [(value, 0)]
    while waiting:
        inner, depth = waiting.pop()
        if isinstance(inner, str):
            text = inner.strip()
            if text.startswith("<") and any(sign in text for sign in ("<nitf", "<p>", "<p ", "<block", "<body")):
                yield text
        elif depth < _DEPTH and isinstance(inner, (Mapping, list)):
            values = list(inner.values()) if isinstance(inner, Mapping) else inner
            waiting.extend((one, depth + 1) for one in reversed(values))


def _published(item: Mapping[str, Any], inner: nitf.Nitf | None) -> list[Any]:
    days = [item.get("firstcreated"), *(inner.published if inner else ())]
    return days if _revised(item) else [*days, item.get("versioncreated")]


def _revised(item: Mapping[str, Any]) -> bool:
    version = str(item.get("version", "0"))
    # the first version of a feed is 0 or 1
    return version.isdigit() and int(version[:9]) > 1


def _id(item: Mapping[str, Any]) -> str | None:
    ids = item.get("altids")
    told = [ids.get("itemid") if isinstance(ids, Mapping) else None, item.get("itemid"), item.get("uri")]
    return next((text for value in told if (text := _string(value))), None)


def _url(item: Mapping[str, Any]) -> str | None:
    links = item.get("links")
    canonical = item.get("canonicalurl") or item.get("canonical_url")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, Mapping) and "canonical" in _string(link.get("rel")).lower():
            canonical = canonical or link.get("href")
    return _string(canonical) or None


def _outlet(item: Mapping[str, Any]) -> str | None:
    sources = item.get("infosource") or item.get("provider") or item.get("source")
    for source in sources if isinstance(sources, list) else [sources]:
        name = source.get("name") if isinstance(source, Mapping) else source
        if text := _string(name):
            return text
    return None


def _authors(item: Mapping[str, Any], outlet: str | None) -> list[str]:
    lines = item.get("bylines") or item.get("byline")
    names = []
    for line in lines if isinstance(lines, list) else [lines]:
        text = _string(line.get("by") or line.get("name") or line.get("title") if isinstance(line, Mapping) else line)
        names += nitf.names_in(text, outlet)
    return list(dict.fromkeys(names))


def _string(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _none(item: Mapping[str, Any]) -> str:
    renditions = item.get("renditions")
    if isinstance(renditions, Mapping) and "nitf" in renditions:
        raise SourceError("its text stands elsewhere: the item only gives the address of its NITF")
    kind = _string(item.get("type"))
    raise SourceError(
        f"there is no text in it (it is a {kind})" if kind not in ("", "text") else "there is no text in it"
    )
