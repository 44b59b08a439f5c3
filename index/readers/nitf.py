"""NITF 3.x, the IPTC's news text: headline, byline, dateline, paragraphs, days, management. Knows no wrapper of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from index.articles import Article
from index.readers.inputs import Input
from index.readers.markup import name, paragraphs, parse, text_of
from index.readers.record import Record, Unreadable, make_article

ROOTS = frozenset({"nitf", "body", "body.content", "block"})
WITHDRAWN = frozenset({"withheld", "canceled", "cancelled", "killed"})
_IS_A_NOTICE = re.compile(
    r"\b(?:correct(?:s|ed|ing|ions?)|clarif\w*|kill(?:s|ed)?|withdr[ae]w\w*|retract\w*|eliminat\w*|recall(?:s|ed))\b",
    re.I,
)
_IS_NO_NAME = re.compile(
    r"\b(?:press|news|reuters|agency|agence|writers?|reporters?|correspondents?|editors?|staff|bureau|chief)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Nitf:
    """What a NITF document tells; days as it writes them, the surest first."""

    text: str
    title: str | None
    id: str | None
    url: str | None
    outlet: str | None
    authors: tuple[str, ...]
    published: tuple[str, ...]
    modified: str | None
    notice: str | None
    withdrawn: bool


def read_nitf(given: Input) -> Iterator[Record | Unreadable]:
    """Yield the one article of a NITF file."""
    yield Record(_article(told(parse(given.content())), given), given.place, given.origin)


def _article(found: Nitf, given: Input) -> Article:
    return make_article(
        # what was taken back is often sent without its text: then the order to take it back is what there is
        found.text or (found.withdrawn and (found.notice or found.title)) or "",
        title=found.title,
        url=found.url or given.url,
        name=found.id,
        outlet=found.outlet or given.outlet,
        authors=found.authors,
        published=found.published,
        modified=found.modified,
        notice=found.notice,
        withdrawn=found.withdrawn,
        look_in_text=True,
    )


def told(root: Element) -> Nitf:
    """Return what a document tells, or a part of one that has a text: a body, its content, a block."""
    parts = _Parts(root)
    outlet = (
        parts.said("pubdata", "name")
        or text_of(parts.first("distributor"))
        or parts.said("doc.copyright", "holder")
        or parts.said("doc-id", "regsrc")
    )
    titles = (text_of(parts.first(tag)) for tag in ("hl1", "hedline", "title"))
    return Nitf(
        text=_text(parts),
        title=next(filter(None, titles), None),
        id=parts.said("doc-id", "id-string"),
        url=parts.said("pubdata", "ex-ref"),
        outlet=outlet,
        authors=_authors(parts, outlet),
        published=tuple(_published(parts)),
        modified=next(
            (norm for element in reversed(parts.all("revision-history")) if (norm := element.get("norm"))), None
        ),
        notice=_notice(parts),
        withdrawn=(parts.said("docdata", "management-status") or "").lower() in WITHDRAWN,
    )


def is_notice(text: str) -> bool:
    """Tell whether an editor's note is of a correction or a withdrawal, and not of pictures, lengths or times."""
    return bool(_IS_A_NOTICE.search(text))


def names_in(byline: str, outlet: str | None = None) -> list[str]:
    """Return the names in "By JANE DOE and JOHN ROE, Northern Wire", without its outlet and what is no name."""
    byline = re.sub(r"^\s*by\b:?\s+", "", " ".join(byline.split()), flags=re.I)
    parts = re.split(r"\s*[,;/|]\s*(?:and\s+)?|\s+(?:and|&)\s+", byline)
    own = (outlet or "").casefold()
    return [part for part in parts if part and part.casefold() != own and not _IS_NO_NAME.search(part)]


class _Parts:
    """The elements of a document by their names, in document order, found in one walk."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self._found: dict[str, list[Element]] = {}
        for element in root.iter():
            self._found.setdefault(name(element), []).append(element)

    def all(self, tag: str) -> list[Element]:
        return self._found.get(tag, [])

    def first(self, tag: str) -> Element | None:
        return next(iter(self.all(tag)), None)

    def said(self, tag: str, attribute: str) -> str | None:
        return next((value for element in self.all(tag) if (value := element.get(attribute, "").strip())), None)


def _text(parts: _Parts) -> str:
    """Return the notes of correction, the dateline where the text does not begin with it, the content, its end."""
    notes = parts.all("note")
    in_notes = {element for note in notes for element in note.iter()}
    contents = [element for element in parts.all("body.content") if element not in in_notes]
    if not contents and name(parts.root) != "nitf":
        contents = [parts.root]
    ends = [element for element in parts.all("body.end") if element not in in_notes]
    text = "\n\n".join(filter(None, map(paragraphs, [*contents, *ends])))
    dateline = text_of(parts.first("dateline"))
    place = text_of(parts.first("location")) or dateline.partition(",")[0]
    if text and place and place.casefold() not in text[: 2 * len(place)].casefold():
        text = f"{dateline}\n\n{text}" if dateline else text
    above = [note for note in map(paragraphs, notes) if is_notice(note) and note not in text]
    return "\n\n".join(filter(None, [*above, text]))


def _authors(parts: _Parts, outlet: str | None) -> tuple[str, ...]:
    names: list[str] = []
    for byline in parts.all("byline"):
        persons = [text_of(element) for element in byline.iter() if name(element) == "person"]
        titles = [text_of(element) for element in byline.iter() if name(element) == "byttl"]
        line = text_of(byline)
        for title in filter(None, titles):
            line = line.replace(title, ",")
        names += filter(None, persons) if any(persons) else names_in(line, outlet)
    return tuple(dict.fromkeys(names))


def _published(parts: _Parts) -> Iterator[str]:
    """Yield the days of issue, the surest first; the day of release is that of an embargo's end."""
    for tag, attribute in (
        ("date.issue", "norm"),
        ("pubdata", "date.publication"),
        ("date.release", "norm"),
        ("story.date", "norm"),
    ):
        if value := parts.said(tag, attribute):
            yield value
    yield from filter(None, (text_of(element) for element in parts.all("date.issue")))


def _notice(parts: _Parts) -> str | None:
    """Return the words of the document's correction or of the order to take it back."""
    told = [element.get("info", "") for element in parts.all("correction")]
    told += filter(is_notice, (element.get("info", "") for element in parts.all("ed-msg")))
    told += filter(is_notice, map(text_of, parts.all("note")))
    return next((" ".join(text.split()) for text in told if text.strip()), None)
