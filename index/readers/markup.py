"""XML read safely, and the text of marked-up paragraphs. Knows no vocabulary of news.

XML comes in through defusedxml alone: a document that declares entities or reaches for outside ones is refused, one
that is nested too deeply or whose item outgrows its bound is given up.
"""

from __future__ import annotations

import html.entities
import re
from collections.abc import Iterator
from io import BytesIO
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError

from index.errors import SourceError
from index.readers.encodings import decode
from index.readers.inputs import DOCUMENT_BYTES


class NotWellFormed(SourceError):
    """XML that breaks its own rules, as feeds do and are read all the same."""


DEPTH = 200
ITEM_BYTES = DOCUMENT_BYTES
ITEM_ELEMENTS = 500_000
_HEAD = 16_384
_DECLARATION = re.compile(r"<\?xml\b.*?\?>", re.S)
_BEFORE_ROOT = re.compile(
    r"\s+|<\?.*?(?:\?>|$)|<!--.*?(?:-->|$)|<!DOCTYPE(?:[^\[>]|\"[^\"]*\"|'[^']*')*(?:\[.*?\]\s*)?(?:>|$)", re.S | re.I
)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")

# What begins and ends a paragraph, in XHTML, NITF and trafilatura's trees; all other elements stand within one.
_BLOCKS = frozenset(
    """p div section article main header footer aside blockquote bq block body body.content body.head body.end
    ul ol dl li dt dd table tr td th caption pre figure address hr br h1 h2 h3 h4 h5 h6 hl1 hl2 note fn abstract
    lead list item quote row lb""".split()
)
# What is no text of the article, in either.
UNREAD = frozenset(
    """script style noscript template iframe object svg head nav form button select textarea figure figcaption media
    media-caption media-metadata media-producer""".split()
)
_CELLS = frozenset({"td", "th", "cell"})
_BREAKS = frozenset({"br", "lb"})
_SENTENCE_ENDS = tuple('.!?:;…"”’»)')
_SHORT_LINE = 25  # a line of an address or a verse, which the next does not go on with
_LINE = "\x1e"  # a line break within a paragraph
_PARAGRAPH = "\x1f"


def name(element: Any) -> str:
    """Return an element's name without its namespace; "" for a comment or an instruction."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def root_name(content: bytes) -> str:
    """Return the name of the root element without its prefix, or "" where this is no XML."""
    try:
        text = decode(content[:_HEAD]).lstrip("\ufeff")
    except SourceError:
        return ""
    while before := _BEFORE_ROOT.match(text):
        text = text[before.end() :]
    root = _ROOT.match(text)
    return root[1] if root else ""


def parse(content: bytes) -> Element:
    """Return the root of a document. Raises: SourceError where it is not well-formed, hostile or too large."""
    try:
        return _root_of(content)
    except NotWellFormed as error:
        # its letters may be others than it declares
        text = decode(content).lstrip()
        again = _DECLARATION.sub("", text, count=1).encode("utf-8", "replace")
        if again == content:
            raise
        try:
            return _root_of(again)
        except NotWellFormed:
            raise error from None


def _root_of(content: bytes) -> Element:
    root = None
    for event, element in events(BytesIO(content)):
        if event == "start" and root is None:
            root = element
    assert root is not None  # a document without a root is not well-formed
    return root


def events(file: IO[bytes], item: str = "") -> Iterator[tuple[str, Element]]:
    """Yield ("start" | "end", element) of a document; elements named `item` are let go after their end.

    Raises: SourceError where it is not well-formed, is hostile, or an item of it is too large.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser, iterparse

    parser = DefusedXMLParser(forbid_entities=True, forbid_external=True)
    parser.entity.update(html.entities.entitydefs)  # &eacute; of a DTD that is not fetched
    metered = _Metered(file)
    open_elements: list[Element] = []
    count = 0
    try:
        for event, element in iterparse(metered, ("start", "end"), parser):
            if event == "start":
                open_elements.append(element)
                count += 1
                if count > ITEM_ELEMENTS:
                    raise SourceError(f"an article of it has more than {ITEM_ELEMENTS:,} elements")
                if len(open_elements) > DEPTH:
                    raise SourceError(f"the XML is nested more than {DEPTH} levels deep")
            yield event, element
            if event == "end":
                open_elements.pop()
                if name(element) == item and open_elements:
                    open_elements[-1].remove(element)
                    metered.read_bytes = count = 0
    except DefusedXmlException as error:
        raise SourceError("the XML declares entities of its own, which are not read: they can hide a trap") from error
    except (ParseError, ValueError, LookupError) as error:
        raise NotWellFormed(f"this is not valid XML: {' '.join(str(error).split())}") from error


class _Metered:
    """A file that gives no more than `ITEM_BYTES` for one item."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.read_bytes = 0

    def read(self, size: int = -1) -> bytes:
        if self.read_bytes > ITEM_BYTES:
            raise SourceError(f"an article of it is larger than {ITEM_BYTES // 1_000_000} MB")
        content = self._file.read(size)
        self.read_bytes += len(content)
        return content


def text_of(element: Element | None) -> str:
    """Return all text in an element on one line; "" where there is no element."""
    return " ".join(paragraphs(element).split()) if element is not None else ""


def paragraphs(element: Any, unread: frozenset[str] = UNREAD) -> str:
    """Return the text of an element (XML's or lxml's), its paragraphs parted by empty lines, cells by tabs.

    White space of the source is a space, so that words which a line's end keeps apart stay apart.
    """
    pieces: list[str] = []
    _collect(element, unread, pieces)
    text = re.sub(r"[^\S\x1e\x1f\t]+", " ", "".join(pieces))
    text = re.sub(r"\x1e ?\x1e", _PARAGRAPH, text)  # an empty line parts paragraphs where no tag does
    found = (_lines(paragraph) for paragraph in text.split(_PARAGRAPH))
    return "\n\n".join(paragraph for paragraph in found if paragraph)


def _lines(paragraph: str) -> str:
    """Return a paragraph whose line breaks are kept only where a sentence or a short line ends."""
    text = ""
    lines = (re.sub(r" ?(?:\t ?)+", "\t", line).strip() for line in paragraph.split(_LINE))
    for line in filter(None, lines):
        before = text.rpartition("\n")[2]
        goes_on = line[0].islower() or (len(before) >= _SHORT_LINE and not before.endswith(_SENTENCE_ENDS))
        text += line if not text else f" {line}" if goes_on else f"\n{line}"
    return text


def _collect(top: Any, unread: frozenset[str], pieces: list[str]) -> None:
    """Walk in document order without recursion: deep pages are no reason to fail."""
    waiting: list[Any] = [top]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            pieces.append(item)
            continue
        tag = name(item).lower()
        parting = _parting(tag)
        pieces.append(parting)
        if item is not top and item.tail:
            waiting.append(_inner(item.tail))
        if not tag or (tag in unread and item is not top):
            continue
        waiting.append(parting if tag in _BLOCKS - _BREAKS else "")
        waiting.extend(reversed(item))
        if item.text:
            waiting.append(item.text.replace("\n", _LINE) if tag == "pre" else _inner(item.text))


def _parting(tag: str) -> str:
    if tag in _BREAKS:
        return _LINE
    if tag in _CELLS:
        return "\t"
    return _PARAGRAPH if tag in _BLOCKS else ""


def _inner(text: str) -> str:
    """White space of the source is a space, its own control characters none of ours."""
    return re.sub(r"[\s\x1e\x1f]+", " ", text)
