"""Byte streams read forwards: unpacked, metered, recoded, cut into lines of bounded length. Knows no format of news."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any, cast

from index.errors import SourceError
from index.readers.encodings import detect, is_binary

MEGABYTE = 1_000_000
RECORD_BYTES = 8 * MEGABYTE  # a line, a row or an item of a file of many
HEAD_BYTES = 262_144  # what is read at once, and looked at to tell a format or an encoding
BROKEN = (gzip.BadGzipFile, lzma.LZMAError, zlib.error, EOFError)
_UNPACKED_RATIO = 100
_UNPACKED_BYTES = 100 * MEGABYTE  # below this any ratio is harmless
_XZ_MEMORY = 256 * MEGABYTE
_MAGIC = {b"\x1f\x8b": ".gz", b"\xfd7zXZ\0": ".xz", b"BZh": ".bz2"}
PACKED = tuple(_MAGIC.values())
_OWN_PACKING = ".warc.gz"  # each record by itself, so that one that is broken costs no more
_WIDE = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")


class Budget:
    """How much may be unpacked from one source, over all its members and layers; `size` tells the source's bytes."""

    def __init__(self, size: Callable[[], int]) -> None:
        self._size = size
        self._unpacked = 0

    def charge(self, count: int) -> None:
        """Take unpacked bytes off. Raises: SourceError where they are more than any honest archive holds."""
        self._unpacked += count
        if self.spent:
            raise SourceError(f"it unpacks to more than {_UNPACKED_RATIO} times its size: the rest is left unread")

    @property
    def spent(self) -> bool:
        """Tell whether the bound has been passed."""
        return self._unpacked > max(_UNPACKED_BYTES, _UNPACKED_RATIO * self._size())


class _Whole(io.RawIOBase):
    """A stream whose reads come whole, so that a head can be peeked at; what fails later takes nothing from before."""

    def __init__(self) -> None:
        self._failure: Exception | None = None

    def readable(self) -> bool:
        return True

    def _more(self, size: int) -> bytes:
        """Return at most so many bytes, none at the end."""
        raise NotImplementedError

    def readinto(self, buffer: Any, /) -> int:
        if self._failure:
            raise self._failure
        view, filled = memoryview(buffer), 0
        try:
            while filled < len(view) and (piece := self._more(len(view) - filled)):
                view[filled : filled + len(piece)] = piece
                filled += len(piece)
        except Exception as error:
            if not filled:
                raise
            self._failure = error
        return filled


class _Filling(_Whole):
    """Another stream, each byte of which is charged to a budget, if there is one."""

    def __init__(self, stream: IO[bytes], budget: Budget | None, made: bool) -> None:
        super().__init__()
        self._stream, self._budget = stream, budget
        # what is unpacked on the way would be unpacked again for every step back
        self._seekable = not made and stream.seekable()
        self._read = getattr(stream, "read1", stream.read)

    def seekable(self) -> bool:
        return self._seekable

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def _more(self, size: int) -> bytes:
        piece: bytes = self._read(size)
        if self._budget:
            self._budget.charge(len(piece))
        return piece


class _Made(_Whole):
    """A stream of the pieces that a generator makes; an empty piece is not its end."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces, self._piece = pieces, b""

    def _more(self, size: int) -> bytes:
        while not self._piece:
            found = next(self._pieces, None)
            if found is None:
                return b""
            self._piece = found
        piece, self._piece = self._piece[:size], self._piece[size:]
        return piece


def buffered(stream: IO[bytes]) -> io.BufferedReader:
    """Return the stream with a buffer whose `peek` gives its head (`HEAD_BYTES`, or all that there is)."""
    if isinstance(stream, io.BufferedReader) and isinstance(stream.raw, _Filling):
        return stream
    return io.BufferedReader(_Filling(stream, None, made=False), HEAD_BYTES)


def metered(stream: IO[bytes], budget: Budget | None) -> io.BufferedReader:
    """Return a stream that is being unpacked as `buffered` does; its bytes are charged, and it only goes forwards."""
    return io.BufferedReader(_Filling(stream, budget, made=True), HEAD_BYTES)


def unpacked(stream: IO[bytes], name: str, budget: Budget | None) -> tuple[io.BufferedReader, str]:
    """Return what is packed (.gz, .xz, .bz2, told by content) in a stream, and its name without that ending.

    Raises: SourceError where the name promises a packed file and the content is none.
    """
    opened = buffered(stream)
    for _ in range(2):
        head = opened.peek(1)
        kind = next((suffix for magic, suffix in _MAGIC.items() if head.startswith(magic)), None)
        if kind is None and head and name.lower().endswith(PACKED):
            raise SourceError("could not be unpacked: its name says that it is packed, and it is not")
        if kind is None or name.lower().endswith(_OWN_PACKING):
            break
        opened = metered(_unpacker(kind, opened), budget)
        name = _bare(name, kind)
    return opened, name


def _bare(name: str, kind: str) -> str:
    """Return what a packed file is called inside: a.csv.gz is a.csv, a.tgz is a.tar."""
    lower = name.lower()
    for ending, inner in ((kind, ""), (f".t{kind[1:]}", ".tar"), (".tbz", ".tar")):
        if lower.endswith(ending):
            return name[: -len(ending)] + inner
    return name


def _unpacker(kind: str, stream: io.BufferedReader) -> IO[bytes]:
    if kind == ".gz":
        return cast(IO[bytes], gzip.GzipFile(fileobj=stream))
    if kind == ".bz2":
        return cast(IO[bytes], bz2.BZ2File(stream))
    return cast(IO[bytes], io.BufferedReader(_Made(_xz(stream))))


def _xz(stream: io.BufferedReader) -> Iterator[bytes]:
    """Yield what a .xz holds; the standard library's file would take whatever memory the file asks for."""
    packed = stream.read(HEAD_BYTES)
    while packed:
        decompressor = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)
        while not decompressor.eof:
            if decompressor.needs_input and not packed and not (packed := stream.read(HEAD_BYTES)):
                raise EOFError("the file ends too early")
            yield decompressor.decompress(packed, max_length=HEAD_BYTES * 16)
            packed = b""
        # zeros may follow a stream, and another stream them
        packed = decompressor.unused_data.lstrip(b"\0")
        while not packed and (packed := stream.read(HEAD_BYTES)):
            packed = packed.lstrip(b"\0")


class Text:
    """A stream of text in any encoding: in the bytes of `stream` each ASCII sign is one byte; `decode` gives letters.

    Raises: SourceError where its head is no text.
    """

    def __init__(self, stream: IO[bytes], declared: str | None = None) -> None:
        self.stream = buffered(stream)
        head = self.stream.peek(1)
        self._declared = declared
        try:
            self._name = detect(head, declared)
        except SourceError:
            if is_binary(head):
                raise
            # perhaps one record only: each piece is asked by itself
            self._name = "utf-8"
        if self._name in _WIDE:
            self.stream = io.BufferedReader(_Made(_recoded(self.stream, self._name)), HEAD_BYTES)
            self._name = "utf-8"
        elif head.startswith(codecs.BOM_UTF8):
            self.stream.read(len(codecs.BOM_UTF8))
            self._name = "utf-8"
        if b"\r" in head and b"\n" not in head and self._name == "utf-8":
            self.stream = io.BufferedReader(_Made(_with_line_feeds(self.stream)), HEAD_BYTES)

    def decode(self, piece: bytes) -> str:
        """Return a line's or a record's letters. Raises: SourceError where they cannot be told."""
        try:
            return piece.decode("utf-8")
        except UnicodeDecodeError:
            pass
        if self._name == "utf-8":
            # the head was in order: what comes now has an encoding of its own, which is kept for the next like it
            name = detect(piece, self._declared)
            self._name = name if name not in _WIDE else self._name
        return piece.decode(self._name, "replace")

    def lines(self, limit: int = RECORD_BYTES) -> Iterator[bytes | None]:
        """Yield the lines with their ends, and None for one of more than `limit` bytes, which is passed over."""
        while line := self.stream.readline(limit + 1):
            if len(line) <= limit:
                yield line
                continue
            while line and not line.endswith(b"\n"):
                line = self.stream.readline(limit)
            yield None


def _recoded(stream: IO[bytes], name: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(name)("replace")
    while piece := stream.read(HEAD_BYTES):
        yield decoder.decode(piece).removeprefix("\ufeff").encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode()


def _with_line_feeds(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the pieces of a text of old Macs, whose lines end in a carriage return."""
    while piece := stream.read(HEAD_BYTES):
        yield piece.replace(b"\r", b"\n")
