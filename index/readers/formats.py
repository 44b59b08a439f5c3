"""The formats that are read, how each is told, and the call of its reader. Knows no format from within.

A reader is a function `(Input) -> Iterator[Record | Unreadable | Input]`. It streams, and one bad record never stops
the rest. A container yields the `Input`s it holds, which are read here in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from index.errors import DatelineError, SourceError
from index.readers import feeds, html, mail, pdf, records, text, warc, xml
from index.readers.inputs import Input
from index.readers.record import BROKEN, Record, Unreadable

Reader = Callable[[Input], Iterator[Record | Unreadable | Input]]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name, the endings of its file names, and how the head of its content (64 KB) is told."""

    name: str
    suffixes: tuple[str, ...]
    read: Reader
    sniff: Callable[[bytes], bool]


def _never(head: bytes) -> bool:
    return False


# In the order in which contents are told: the sure ones first.
FORMATS: tuple[Format, ...] = (
    Format("pdf", (".pdf",), pdf.read_pdf, pdf.sniff),
    Format("warc", (".warc",), warc.read_warc, warc.sniff),
    Format("xml", (".xml", ".nitf", ".newsml"), xml.read_xml, xml.sniff),
    Format("feed", (".rss", ".atom", ".rdf"), feeds.read_feed, _never),
    Format("html", (".html", ".htm", ".xhtml"), html.read_html, html.sniff),
    Format("mail", (".eml",), mail.read_mail, mail.sniff),
    Format("json", (".json",), records.read_json, _never),
    Format("jsonl", (".jsonl", ".ndjson"), records.read_jsonl, _never),
    Format("csv", (".csv", ".tsv"), records.read_csv, _never),
    Format("markdown", (".md", ".markdown"), text.read_markdown, _never),
    Format("text", (".txt",), text.read_text, _never),
)
READERS: dict[str, Reader] = {suffix: kind.read for kind in FORMATS for suffix in kind.suffixes}


def read_input(given: Input) -> Iterator[Record | Unreadable]:
    """Yield what an input holds; whatever goes wrong with it is yielded as well and raised never."""
    reader = _reader(given.name)
    if reader is None:
        yield Unreadable(given.place, f"not a format that is read ({', '.join(sorted(READERS))}, also with .gz or .xz)")
        return
    try:
        for item in reader(given):
            if isinstance(item, Input):
                yield from read_input(item)
            else:
                yield item
    except SourceError as error:
        yield Unreadable(given.place, str(error))
    except DatelineError:
        raise
    except BROKEN as error:
        yield Unreadable(given.place, f"could not be unpacked: {error}")
    except OSError as error:
        yield Unreadable(given.place, f"could not be read: {getattr(error, 'strerror', None) or error}")
    except Exception as error:  # a parser's own failure on one file must not stop the build
        yield Unreadable(given.place, f"could not be read: {type(error).__name__}: {error}")


def _reader(name: str) -> Reader | None:
    pieces = name.lower().split(".")
    while len(pieces) > 1 and pieces[-1] in ("gz", "xz"):
        pieces.pop()
    return READERS.get(f".{pieces[-1]}") if len(pieces) > 1 else None
