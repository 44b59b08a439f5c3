"""PDF files, by pypdf: the text of each page, so that a citation can name the page. The only importer of pypdf.

Words that a line's end cuts are joined, and lines that stand at the edge of page after page (running heads, page
numbers) are left out. The day on which a PDF was made is not that of its article, so it is never taken for it. Pages
that are pictures are not read. PDFs are taken apart in the bounded process.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import accumulate
from typing import Any

from index.errors import SourceError
from index.readers import bounded
from index.readers.inputs import Input
from index.readers.record import Record, Unreadable, make_article, one_line, tidy

_PAGES = 2_000
_BYTES = 50_000_000
_CHARACTERS = 20_000_000
_EDGE = 2  # lines at the top and at the bottom that may be a running head
_SHARE = 0.5  # of the pages have it
_TITLE_CHARACTERS = 150
_FULL_LINE = 0.8  # of the page's width: a line that goes on
_PAGE_NUMBER = re.compile(r"(?:page|seite|p\.)?[-–— ]*\d{1,4}[-–— ]*(?:(?:of|von|/|sur|de) ?\d{1,4})?", re.I)
_CUT_WORD = re.compile(r"(?P<word>[^\W\d_]+)(?P<mark>[\u00ad‐-])$")
_WORD = 80  # characters that a word may have
_OWN_HYPHEN = frozenset({"well", "self", "half", "ex", "non"})  # well-known is no cut word
_GOES_ON = re.compile(r"[^\W\d_A-Z]")
_SENTENCE_ENDS = re.compile(r"[.!?:…]['\"”’»)\]]*$")
_NO_TITLE = re.compile(r"\buntitled\b|^microsoft \w+|\.(?:docx?|pdf|indd|qxp|rtf|html?)$|^\W*$", re.I)
_NO_NAME = re.compile(r"\b(?:admin|administrator|user|owner|root|unknown|anonymous)\b|^\W*$", re.I)


def read_pdf(given: Input) -> Iterator[Record | Unreadable]:
    """Yield the one article of a PDF, with the places at which its pages begin."""
    found = bounded.run("pdf", given.content(_BYTES))
    text, starts = _joined(found["pages"])
    if not text:
        raise SourceError("there is no text in the PDF: its pages are pictures, which are not read")
    article = make_article(
        text,
        title=found["title"],
        url=given.url,
        outlet=given.outlet,
        authors=found["authors"],
        pages=starts,
        look_in_text=True,
    )
    yield Record(article, given.place, given.origin)


def paged(content: bytes) -> dict[str, Any]:
    """Return title, authors and page texts of a PDF (the bounded process's task). Raises: SourceError."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise SourceError("the PDF is locked with a password")
        if (count := reader.get_num_pages()) > _PAGES:
            raise SourceError(f"the PDF has {count:,} pages, more than the {_PAGES:,} that are read")
        pages, characters = [], 0
        for number, page in enumerate(reader.pages, 1):
            pages.append(page.extract_text())
            characters += len(pages[-1])
            if number > _PAGES or characters > _CHARACTERS:
                raise SourceError("the PDF unfolds to more than an article can be")
        told: Mapping[str, Any] = reader.metadata or {}
    except (PyPdfError, RecursionError) as error:
        raise SourceError(f"the PDF is damaged: {one_line(str(error)) or type(error).__name__}") from error
    title = one_line(str(told.get("/Title") or ""))
    return {
        **_titled(tidied(pages), title if title and not _NO_TITLE.search(title) else None),
        "authors": [
            name for name in re.split(r"\s*[;,]\s*|\s+and\s+", str(told.get("/Author") or "")) if _a_name(name)
        ],
    }


def _a_name(name: str) -> bool:
    return " " in name.strip() and not _NO_NAME.search(name)


def tidied(pages: list[str]) -> list[str]:
    """Return the pages' texts in paragraphs, without running heads, page numbers and cut words."""
    lines = [[line for raw in tidy(page).split("\n") if (line := " ".join(raw.split()))] for page in pages]
    running = _running(lines)
    return [_paragraphs(_without(page, running)) for page in lines]


def _running(pages: list[list[str]]) -> set[str]:
    """Return the lines, digits aside, that stand at the edge of half of the pages or more."""
    if len(pages) < 3:
        return set()
    edges = Counter(shape for page in pages for shape in {_shape(line) for line in [*page[:_EDGE], *page[-_EDGE:]]})
    return {shape for shape, count in edges.items() if count >= max(3, _SHARE * len(pages))}


def _shape(line: str) -> str:
    return re.sub(r"\d+", "#", line).casefold()


def _without(lines: list[str], running: set[str]) -> list[str]:
    def runs(line: str) -> bool:
        return _shape(line) in running or bool(_PAGE_NUMBER.fullmatch(line))

    top, bottom = 0, len(lines)
    while top < min(_EDGE, bottom) and runs(lines[top]):
        top += 1
    while bottom > max(top, len(lines) - _EDGE) and runs(lines[bottom - 1]):
        bottom -= 1
    return lines[top:bottom]


def _paragraphs(lines: list[str]) -> str:
    """Return lines as paragraphs: one ends where a line is short and the next begins anew."""
    lengths = sorted(map(len, lines))
    full = _FULL_LINE * lengths[len(lengths) * 9 // 10] if lengths else 0.0
    pieces: list[str] = []
    before = ""
    for line in lines:
        ends = len(before) < full and (bool(_SENTENCE_ENDS.search(before)) or len(before) < _TITLE_CHARACTERS // 3)
        _add(pieces, line, "\n\n" if ends and not _GOES_ON.match(line) else " ")
        before = line
    return "".join(pieces)


def _add(pieces: list[str], line: str, gap: str) -> None:
    """Put a line after others; a word cut between them is joined, one with a hyphen of its own keeps it."""
    if pieces and (cut := _CUT_WORD.search(pieces[-1][-_WORD:])):
        gap = ""
        keeps = cut["mark"] != "\u00ad" and (not _GOES_ON.match(line) or cut["word"].casefold() in _OWN_HYPHEN)
        pieces[-1] = pieces[-1] if keeps else pieces[-1][:-1]
    pieces += [gap, line] if pieces else [line]


def _titled(pages: list[str], title: str | None) -> dict[str, Any]:
    """Return the pages without the title above the text; the first paragraph is one where it is no sentence."""
    first, _, rest = pages[0].partition("\n\n") if pages else ("", "", "")
    same = title is not None and _shape(first) == _shape(title)
    if title is None and rest and len(first) <= _TITLE_CHARACTERS and not _SENTENCE_ENDS.search(first):
        title, same = first, True
    return {"title": title, "pages": [rest, *pages[1:]] if same and rest else pages}


def _joined(pages: list[str]) -> tuple[str, tuple[int, ...]]:
    """Return one text and where each page begins in it; a sentence that goes on over a page's end is not parted."""
    pieces: list[str] = []
    for page in filter(None, pages):
        before = pieces[-1][-_WORD:] if pieces else ""
        _add(pieces, page, " " if _GOES_ON.match(page) and not _SENTENCE_ENDS.search(before) else "\n\n")
    # every second piece is a gap; a page without text begins where the next one does
    ends = [0, *accumulate(map(len, pieces))]
    places = [*ends[:-1:2], ends[-1]]
    found = [0, *accumulate(bool(page) for page in pages)]
    return "".join(pieces), tuple(places[number] for number in found[:-1])
