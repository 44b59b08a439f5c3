"""WARC and WARC.gz, as crawlers keep the web, by warcio: every page in it is read as a web page. Its only importer.

A record of this reader is a response (or a resource) that is an HTML page and was delivered whole (status 200).
Requests, redirects, pictures, scripts and the crawler's notes hold no article and are passed over; where a file holds
nothing else, that is reported. A record that is broken is reported, and reading goes on with the next whole one.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import replace
from io import BytesIO, StringIO
from typing import IO, Any, Protocol

from index.errors import SourceError
from index.readers.inputs import DOCUMENT_BYTES, Input
from index.readers.record import Record, Unreadable
from index.readers.streams import Budget

_MAGIC = b"\x1f\x8b\x08"
_PIECE = 65_536
_HEADERS = 1_000_000  # bytes within which a record's headers end
_PAGE_TYPES = ("text/html", "application/xhtml+xml")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)


def read_warc(given: Input) -> Iterator[Record | Unreadable | Input]:
    """Yield each page as an input of its own, and what is broken between them."""
    found = _Found(given)
    packed = _Packed(given.stream, given.budget)
    if packed.is_packed:
        for member in packed.members():
            yield from found.records(member)
            if reason := member.finish():
                yield found.broken(reason)
    else:
        yield from found.records(_Metered(packed))
    yield from found.nothing()


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class _Cut(Exception):
    """The packed stream under a record is broken; its member says how."""


class _Metered:
    """A stream of records that gives no more bytes than allowed until it is allowed more."""

    def __init__(self, stream: _Readable) -> None:
        self._stream = stream
        self._left: int | None = None

    def allow(self, count: int | None) -> None:
        """Allow so many bytes, or any number."""
        self._left = count

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes. Raises: SourceError where they were not allowed."""
        piece = self._read(size)
        if self._left is not None:
            self._left -= len(piece)
            if self._left < 0:
                raise SourceError("its headers do not end")
        return piece

    def _read(self, size: int) -> bytes:
        return self._stream.read(size)


class _Member(_Metered):
    """One member of a gzip file, unpacked as it is read and charged to the budget."""

    def __init__(self, packed: _Packed) -> None:
        super().__init__(packed.stream)
        self._packed = packed
        self._unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self._reason: str | None = None

    def _read(self, size: int) -> bytes:
        size = size if size > 0 else _PIECE
        while not self._unpacker.eof and not self._reason:
            source = self._unpacker.unconsumed_tail or self._packed.take()
            if not source:
                self._fail("it ends too early")
            try:
                piece = self._unpacker.decompress(source, size)
            except zlib.error as error:
                self._packed.give_back(source[1:])
                self._fail(f"it does not unpack: {error}")
            if self._unpacker.eof:
                self._packed.give_back(self._unpacker.unused_data)
            if piece:
                if self._packed.budget:
                    self._packed.budget.charge(len(piece))
                return piece
        if self._reason:
            raise _Cut
        return b""

    def _fail(self, reason: str) -> None:
        self._reason = reason
        raise _Cut

    def finish(self) -> str | None:
        """Read to the member's end and return how it is broken, None where it is not."""
        self.allow(None)
        try:
            while self.read(_PIECE):
                pass
        except _Cut:
            return self._reason
        return None


class _Packed:
    """A stream of gzip members one after the other; what stands between them is passed over to the next."""

    def __init__(self, stream: IO[bytes], budget: Budget | None) -> None:
        self.stream, self.budget = stream, budget
        self._waiting = stream.read(_PIECE)
        self.is_packed = self._waiting.startswith(_MAGIC)

    def read(self, size: int = -1) -> bytes:
        """Return bytes as they stand, of a stream that is not packed."""
        if self._waiting:
            size = len(self._waiting) if size < 0 else size
            piece, self._waiting = self._waiting[:size], self._waiting[size:]
            return piece
        return self.stream.read(size)

    def take(self) -> bytes:
        """Return the next packed bytes, b"" at the end."""
        return self.read(_PIECE)

    def give_back(self, piece: bytes) -> None:
        """Put bytes that belong to the next member back."""
        self._waiting = piece + self._waiting

    def members(self) -> Iterator[_Member]:
        """Yield each member; it has to be read to its end before the next."""
        while self._find():
            yield _Member(self)

    def _find(self) -> bool:
        while True:
            start = self._waiting.find(_MAGIC)
            if start >= 0:
                self._waiting = self._waiting[start:]
                return True
            # a magic may lie over the edge of two pieces
            more = self.stream.read(_PIECE)
            if not more:
                return False
            self._waiting = self._waiting[-2:] + more


class _Found:
    """Turns records into inputs, and keeps count of them."""

    def __init__(self, given: Input) -> None:
        self._given = given
        self._passed_over: Counter[str] = Counter()
        self._number = 0
        self._within = False
        self._yielded = 0

    def records(self, stream: _Metered) -> Iterator[Input | Unreadable]:
        """Yield the pages of a stream of records; one that breaks is the last of its stream."""
        from warcio.archiveiterator import ArchiveIterator

        records = iter(ArchiveIterator(stream))
        while True:
            stream.allow(_HEADERS)
            try:
                with redirect_stderr(StringIO()):  # where warcio would complain; what is lost is reported here
                    record = next(records, None)
                if record is None:
                    return
                self._begin()
                stream.allow(None)
                item = self._item(record)
                while record.raw_stream.read(_PIECE):
                    pass
                if record.raw_stream.limit > 0:
                    raise EOFError("it ends too early")
            except _Cut:
                return
            except Exception as error:  # warcio's own failures on a broken record are of many kinds
                if self._given.budget and self._given.budget.spent:
                    raise
                yield self.broken(" ".join(str(error).split())[:200] or type(error).__name__)
                return
            self._within = False
            if item is not None:
                self._yielded += 1
                yield item

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
        if kind not in ("response", "resource"):
            self._passed_over[f"{kind} records"] += 1
            return None
        headers = record.http_headers
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
