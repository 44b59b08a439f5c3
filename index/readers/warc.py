"""WARC and WARC.gz, as crawlers keep the web, by warcio: every page in it is read as a web page. Its only importer.

A record of this reader is a response (or a resource) that is an HTML page and was delivered whole (status 200).
Requests, redirects, pictures, scripts and the crawler's notes hold no article and are passed over; where a file holds
nothing else, that is reported. A record that is broken is reported, and reading goes on with the next whole one.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import redirect_stderr
from dataclasses import replace
from io import BytesIO, StringIO
from typing import Any

from index.errors import SourceError
from index.readers.inputs import DOCUMENT_BYTES, Input
from index.readers.members import PIECE, Cut, Metered, Packed
from index.readers.record import Record, Unreadable, one_line

_BEGINS = b"WARC/1."
_HEADERS = 1_000_000  # bytes within which a record's headers end
_KINDS = ("warcinfo", "request", "metadata", "revisit", "conversion", "continuation")
_PAGE_TYPES = ("text/html", "application/xhtml+xml")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)


def read_warc(given: Input) -> Iterator[Record | Unreadable | Input]:
    """Yield each page as an input of its own, and what is broken between them."""
    found = _Found(given)
    packed = Packed(given.stream, given.budget)
    if packed.is_packed:
        for member in packed.members():
            yield from found.records(member)
            if reason := member.finish():
                yield found.broken(reason)
    else:
        yield from found.records(Metered(packed))
    yield from found.nothing()


class _Found:
    """Turns records into inputs, and keeps count of them."""

    def __init__(self, given: Input) -> None:
        self._given = given
        self._passed_over: Counter[str] = Counter()
        self._number = 0
        self._within = False
        self._yielded = 0

    def records(self, stream: Metered) -> Iterator[Input | Unreadable]:
        """Yield the pages of a stream of records, and what is broken between them."""
        while True:
            broken_at = yield from self._until_broken(stream)
            if broken_at is None or not stream.resume(broken_at, _BEGINS):
                return

    def _until_broken(self, stream: Metered) -> Generator[Input | Unreadable, None, int | None]:
        """Yield pages to the end, or to what is broken; return the place of that."""
        from warcio.archiveiterator import ArchiveIterator

        logging.getLogger("warcio").addHandler(logging.NullHandler())
        records = ArchiveIterator(stream)
        while True:
            stream.allow(_HEADERS)
            try:
                with redirect_stderr(StringIO()):  # where warcio would complain; what is lost is reported here
                    record = next(records, None)
                if record is None:
                    return None
                self._begin()
                stream.allow(None)
                item = self._item(record)
                self._pass_over(record)
            except Cut:
                return None
            except Exception as error:  # warcio fails on broken records in many ways
                if self._given.budget and self._given.budget.spent:
                    raise
                yield self.broken(_words(error))
                return int(records.offset)
            self._within = False
            if item is not None:
                self._yielded += 1
                yield item

    def _pass_over(self, record: Any) -> None:
        """Read a record to its end. Raises: EOFError where the stream ends before it."""
        while record.raw_stream.read(PIECE):
            pass
        if getattr(record.raw_stream, "limit", 1) > 0:
            raise EOFError("it ends too early")

    def broken(self, reason: str) -> Unreadable:
        """Return the report of a record that cannot be read: the one begun, else the one after it."""
        if not self._within:
            self._begin()
        self._within = False
        self._yielded += 1
        return Unreadable(f"{self._given.place}, record {self._number}", f"the record is broken ({reason})")

    def _begin(self) -> None:
        self._number += 1
        self._within = True

    def nothing(self) -> Iterator[Unreadable]:
        """Yield a report where there was neither a page nor a failure."""
        if not self._yielded:
            held = ", ".join(f"{count} {kind}" for kind, count in sorted(self._passed_over.items())) or "nothing"
            yield Unreadable(self._given.place, f"there is no web page in it (it holds {held})")

    def _item(self, record: Any) -> Input | Unreadable | None:
        kind = record.rec_type
        if not (record.rec_headers.get_header("Content-Length") or "").strip().isdigit():
            raise EOFError("it tells no length")
        if kind not in ("response", "resource"):
            self._passed_over[f"{kind if kind in _KINDS else 'other'} records"] += 1
            return None
        headers = record.http_headers
        if headers is None and (record.rec_headers.get_header("Content-Type") or "").startswith("application/http"):
            return Unreadable(f"{self._given.place}, record {self._number}", "the record's address is no web address")
        content_type = (headers or record.rec_headers).get_header("Content-Type") or ""
        if not content_type.lower().startswith(_PAGE_TYPES):
            self._passed_over["responses that are no pages"] += 1
            return None
        if headers and headers.get_statuscode() != "200":
            self._passed_over["responses without a page (moved, missing)"] += 1
            return None
        url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<> ") or None
        place = f"{self._given.place}, record {self._number}"
        content = record.content_stream().read(DOCUMENT_BYTES + 1)
        if len(content) > DOCUMENT_BYTES:
            return Unreadable(place, f"the page is larger than {DOCUMENT_BYTES // 1_000_000} MB")
        charset = _CHARSET.search(content_type)
        return replace(
            self._given,
            place=place,
            stream=BytesIO(content),
            name="page.html",
            origin=None,
            url=url,
            charset=charset[1] if charset else None,
        )


def _words(error: Exception) -> str:
    """Return what is wrong with a record; errors other than of reading are of values that no record has."""
    from warcio.exceptions import ArchiveLoadFailed

    if isinstance(error, (ArchiveLoadFailed, EOFError, SourceError)):
        return one_line(str(error)[:100]) or "it cannot be read"
    return "its head makes no sense"
