"""The formats that are read, how each is told, and the call of its reader. Knows no format from within.

A reader is a function `(Input) -> Iterator[Record | Unreadable | Input]`. It streams, and one bad record never stops
the rest. A container yields the `Input`s it holds, which are read here in turn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from index.errors import BadRequest, DatelineError, SourceError
from index.readers import archives, feeds, html, mail, objects, parquet, pdf, tables, text, warc, xml
from index.readers.inputs import Input
from index.readers.markup import root_name
from index.readers.record import Record, Unreadable
from index.readers.streams import BROKEN, PACKED, buffered, unpacked

Reader = Callable[[Input], Iterator[Record | Unreadable | Input]]

_IN_A_ROW = 10_000  # failures without an article between them, after which a source is given up
_PAGE = re.compile(rb"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_LINES_OF_JSON = re.compile(rb"\s*\{[^\n]+\}\s*\n\s*\{")
_FRONT_MATTER = re.compile(rb"(?:\xef\xbb\xbf)?(?:---|\+\+\+)[^\S\n]*\n")
_OFFICE = (b"[Content_Types].xml", b"mimetype", b"_rels/.rels", b"META-INF/")


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name, the endings of its file names, and how the head of its content (up to 64 KB) is told.

    Where several have one ending, the first whose head it is reads a file, else the last of them.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Reader
    sniff: Callable[[bytes], bool]
    unpacks: bool = False  # takes a .gz as it is, for each of its pieces stands alone


def _is_zip(head: bytes) -> bool:
    # documents of office programs are ZIP archives too, of no articles
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06")) and not head[30:60].startswith(_OFFICE)


def _is_json(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


# In the order in which contents are told: the sure ones first. Plain text is never told from its content alone.
FORMATS: tuple[Format, ...] = (
    Format("zip", (".zip",), archives.read_zip, _is_zip),
    Format("tar", (".tar",), archives.read_tar, lambda head: head[257:262] == b"ustar"),
    Format("parquet", (".parquet", ".pq"), parquet.read_parquet, lambda head: head.startswith(b"PAR1")),
    Format("pdf", (".pdf",), pdf.read_pdf, lambda head: b"%PDF-" in head[:1024]),
    Format("warc", (".warc", ".warc.gz"), warc.read_warc, lambda head: head.startswith(b"WARC/"), unpacks=True),
    Format("feed", (".rss", ".atom", ".rdf"), feeds.read_feed, lambda head: root_name(head) in feeds.ROOTS),
    Format("xml", (".xml", ".nitf", ".newsml"), xml.read_xml, xml.is_news),
    Format("html", (".html", ".htm", ".xhtml"), html.read_html, lambda head: bool(_PAGE.search(head[:1024]))),
    Format("mail", (".eml",), mail.read_mail, mail.is_mail),
    Format("jsonl", (".jsonl", ".ndjson"), objects.read_jsonl, lambda head: bool(_LINES_OF_JSON.match(head))),
    Format("json", (".json",), objects.read_json, _is_json),
    Format("markdown", (".md", ".markdown"), text.read_markdown, lambda head: bool(_FRONT_MATTER.match(head))),
    Format("csv", (".csv", ".tsv", ".tab", ".psv"), tables.read_csv, tables.is_table),
    Format("text", (".txt", ".text"), text.read_text, lambda head: False),
)


def named(name: str) -> Format:
    """Return the format of a name. Raises: BadRequest."""
    found = next((kind for kind in FORMATS if kind.name == name.lower()), None)
    if found is None:
        raise BadRequest(f"{name!r} is no format: there are {', '.join(kind.name for kind in FORMATS)}.")
    return found


def read_input(given: Input, kind: Format | None = None) -> Iterator[Record | Unreadable]:
    """Yield what an input holds, as `kind` or as what it shows itself to be; what goes wrong is yielded, not raised."""
    failures = 0
    for item in _items(given, kind):
        failures = failures + 1 if isinstance(item, Unreadable) else 0
        yield item
        if failures == _IN_A_ROW:
            yield Unreadable(given.place, f"{_IN_A_ROW:,} records in a row could not be read: the rest is left unread")
            return


def _items(given: Input, kind: Format | None) -> Iterator[Record | Unreadable]:
    try:
        kind, given = _recognised(given, kind)
        for item in kind.read(given):
            yield from read_input(item) if isinstance(item, Input) else (item,)
    except SourceError as error:
        yield Unreadable(given.place, str(error))
    except DatelineError:
        raise
    except BROKEN as error:
        yield Unreadable(given.place, f"could not be unpacked: {error}")
    except OSError as error:
        yield Unreadable(given.place, f"could not be read: {error.strerror or error}")
    except MemoryError:
        yield Unreadable(given.place, "it takes more memory to read than there is")
    except RecursionError:
        yield Unreadable(given.place, "it is nested too deeply")
    except Exception as error:  # a parser's own failure on one file must not stop the build
        yield Unreadable(given.place, f"could not be read: {type(error).__name__}: {' '.join(str(error).split())}")


def _recognised(given: Input, kind: Format | None) -> tuple[Format, Input]:
    """Return the format of an input, and the input unpacked as far as that format wants it."""
    itself = next((kind for kind in FORMATS if kind.unpacks and given.name.lower().endswith(kind.suffixes)), None)
    if itself and kind in (None, itself):
        return itself, replace(given, stream=buffered(given.stream))
    stream, name = unpacked(given.stream, given.name, given.budget)
    return kind or _format(name, stream.peek(1)), replace(given, stream=stream, name=name)


def _format(name: str, head: bytes) -> Format:
    """Return the format of a file by the end of its name, else by the head of its content. Raises: SourceError."""
    lower = name.lower()
    known = [kind for kind in FORMATS if lower.endswith(kind.suffixes)]
    told = next((kind for kind in known or FORMATS if kind.sniff(head)), None)
    if found := told or (known[-1] if known else None):
        return found
    if not head:
        raise SourceError("the file is empty")
    endings = ", ".join(sorted(suffix for kind in FORMATS for suffix in kind.suffixes))
    raise SourceError(
        f"not a format that is read ({endings}, also with {', '.join(PACKED)}); where you know it, say so by --format"
    )
