"""A stream of records, packed one by one or not at all, that goes on after what is broken. Knows no record from within.

A gzip file of many members is read member by member: one that is broken costs itself alone. In what is unpacked,
reading goes on with the next record by the sign that all begin with.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import IO, Protocol

from index.errors import SourceError
from index.readers.streams import Budget

PIECE = 65_536
_MAGIC = b"\x1f\x8b\x08"


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, b"" at the end."""


class Cut(Exception):
    """The packed stream under a record is broken; its member says how."""


class Metered:
    """A stream that gives no more bytes than allowed until it is allowed more, and that can be resumed."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._left: int | None = None
        self._count = 0
        self._last = b""
        self._again = b""

    def allow(self, count: int | None) -> None:
        """Allow so many bytes, or any number."""
        self._left = count

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes. Raises: SourceError where they were not allowed."""
        piece = self._read(size)
        self._count += len(piece)
        self._last = (self._last + piece)[-PIECE:]
        if self._left is not None:
            self._left -= len(piece)
            if self._left < 0:
                raise SourceError("its headers do not end")
        return piece

    def resume(self, after: int, sign: bytes) -> bool:
        """Go on with the next sign behind a place that bytes were read to, and tell whether there is one."""
        self.allow(None)
        begun = self._count - len(self._last)
        waiting = self._last[max(0, after + 1 - begun) :]
        while (found := waiting.find(sign)) < 0:
            try:
                piece = self._read(PIECE)
            except Cut:
                return False
            if not piece:
                return False
            waiting = waiting[-len(sign) :] + piece
        self._again, self._count, self._last = waiting[found:] + self._again, 0, b""
        return True

    def _read(self, size: int) -> bytes:
        if self._again:
            size = len(self._again) if size < 0 else size
            piece, self._again = self._again[:size], self._again[size:]
            return piece
        return self._next(size)

    def _next(self, size: int) -> bytes:
        return self._stream.read(size)


class Member(Metered):
    """One member of a gzip file, unpacked as it is read and charged to the budget."""

    def __init__(self, packed: Packed) -> None:
        super().__init__(packed)
        self._packed = packed
        self._unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self._reason: str | None = None

    def _next(self, size: int) -> bytes:
        while not self._unpacker.eof and not self._reason:
            piece = self._unpacked(size if size > 0 else PIECE)
            if piece:
                if self._packed.budget:
                    self._packed.budget.charge(len(piece))
                return piece
        if self._reason:
            raise Cut
        return b""

    def _unpacked(self, size: int) -> bytes:
        source = self._unpacker.unconsumed_tail or self._packed.read(PIECE)
        if not source:
            self._reason = "it ends too early"
            return b""
        try:
            piece = self._unpacker.decompress(source, size)
        except zlib.error as error:
            self._reason = f"it does not unpack: {error}"
            self._packed.give_back(source[1:])
            return b""
        if self._unpacker.eof:
            self._packed.give_back(self._unpacker.unused_data)
        return piece

    def finish(self) -> str | None:
        """Read to the member's end and return how it is broken, None where it is not."""
        self.allow(None)
        try:
            while self.read(PIECE):
                pass
        except Cut:
            return self._reason
        return None


class Packed:
    """A stream of gzip members one after the other; what stands between them is passed over to the next."""

    def __init__(self, stream: IO[bytes], budget: Budget | None) -> None:
        self.stream, self.budget = stream, budget
        self._waiting = stream.read(PIECE)
        self.is_packed = self._waiting.startswith(_MAGIC)

    def read(self, size: int = -1, /) -> bytes:
        """Return bytes as they stand."""
        if self._waiting:
            size = len(self._waiting) if size < 0 else size
            piece, self._waiting = self._waiting[:size], self._waiting[size:]
            return piece
        return self.stream.read(size)

    def give_back(self, piece: bytes) -> None:
        """Put bytes that belong to the next member back."""
        self._waiting = piece + self._waiting

    def members(self) -> Iterator[Member]:
        """Yield each member; it has to be read to its end before the next."""
        while self._find():
            yield Member(self)

    def _find(self) -> bool:
        while True:
            start = self._waiting.find(_MAGIC)
            if start >= 0:
                self._waiting = self._waiting[start:]
                return True
            # a magic may lie over the edge of two pieces
            more = self.stream.read(PIECE)
            if not more:
                return False
            self._waiting = self._waiting[-2:] + more
