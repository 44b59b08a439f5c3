"""What a reader is given: bytes from wherever they come, bounded. Knows no format.

A container (an archive, a web archive, a mail) yields `Input`s of its own, made with `member` or `Input.of`; whoever
called the reader reads them on. A stream is read forwards once; it is good until the container is asked for more.
"""

from __future__ import annotations

import io
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from index.errors import SourceError
from index.readers.streams import MEGABYTE, Budget, buffered

DOCUMENT_BYTES = 16 * MEGABYTE  # one article with all its mark-up
SPOOLED_BYTES = 2_000 * MEGABYTE  # what is put on disk for a moment, where a format must be read back and forth
NO_FILE = "neither a file nor a folder"


@dataclass(frozen=True, slots=True)
class Input:
    """Something to read: a file, a member of a container, a page of the web, standard input.

    `place` names it for people, on one line; `name` is its file name, for the format's sake; `origin` names it for
    good, so that an edit of a single-article file is seen as one (None where nothing lasting does); `charset` is
    what its sender declared; `url` and `outlet` hold for an article that names none itself; `depth` counts the
    archives around it; `budget` bounds what may be unpacked from the source it lies in.
    """

    place: str
    stream: IO[bytes]
    name: str = ""
    origin: str | None = None
    charset: str | None = None
    url: str | None = None
    outlet: str | None = None
    depth: int = 0
    budget: Budget | None = None

    @classmethod
    def of(cls, content: bytes, place: str, name: str = "", **fields: Any) -> Input:
        """Return an input of bytes at hand; `fields` are further fields of it."""
        return cls(place, io.BytesIO(content), name, **fields)

    def member(self, name: str, stream: IO[bytes] | bytes, **fields: Any) -> Input:
        """Return what this container holds under a name; `fields` are further fields of it."""
        made: dict[str, Any] = {
            "place": f"{self.place}: {shown(name)}",
            "stream": io.BytesIO(stream) if isinstance(stream, bytes) else stream,
            "name": name,
            "origin": f"{self.origin}!{shown(name)}" if self.origin else None,
            "charset": None,
        }
        return replace(self, **{**made, **fields})

    def content(self, limit: int = DOCUMENT_BYTES) -> bytes:
        """Return the whole content. Raises: SourceError where it is empty or longer than `limit` bytes."""
        content = self.stream.read(limit + 1)
        if len(content) > limit:
            raise SourceError(f"it is larger than {limit // MEGABYTE} MB, more than one article may be")
        if not content.strip():
            raise SourceError("the file is empty")
        return content

    @contextmanager
    def seekable(self) -> Iterator[IO[bytes]]:
        """Give the content as a file that can be read back and forth, on disk where it comes as a stream."""
        if self.stream.seekable():
            yield self.stream
            return
        with tempfile.TemporaryFile() as file:
            while piece := self.stream.read(MEGABYTE):
                file.write(piece)
                if file.tell() > SPOOLED_BYTES:
                    raise SourceError(f"it is larger than {SPOOLED_BYTES // MEGABYTE:,} MB unpacked: unpack it first")
            file.seek(0)
            yield file


class _File(io.FileIO):
    """A regular file up to the size that it has when it is opened; no pipe or device, which could have no end."""

    def __init__(self, path: Path) -> None:
        # a pipe without a writer would wait for one
        super().__init__(path, opener=lambda name, flags: os.open(name, flags | getattr(os, "O_NONBLOCK", 0)))
        status = os.fstat(self.fileno())
        if not stat.S_ISREG(status.st_mode):
            self.close()
            raise SourceError(NO_FILE)
        self.size = status.st_size

    def read(self, size: int | None = -1, /) -> bytes:
        left = max(self.size - self.tell(), 0)
        return super().read(left if size is None or size < 0 else min(size, left)) or b""

    def change(self) -> str | None:
        """Say whether the file's size has changed since it was opened, None where it has not."""
        now = os.fstat(self.fileno()).st_size
        if now == self.size:
            return None
        done = "grew" if now > self.size else "was cut"
        return f"it {done} while it was read, so what was read may not be whole: build again when it is"


@contextmanager
def opened(path: Path, root: Path | None = None) -> Iterator[tuple[Input, _File]]:
    """Give a file as an input, and the file; one below `root` is known by its path from there.

    Raises: OSError, SourceError where it is no regular file.
    """
    with _File(path) as file:
        size = file.size
        place, origin = shown(str(path)), shown(str(path.resolve()))
        if root is not None and path.resolve().is_relative_to(root.resolve()):
            place = origin = shown(path.resolve().relative_to(root.resolve()).as_posix())
        yield Input(place, buffered(file), path.name, origin, budget=Budget(lambda: size)), file


def standard_input() -> Input:
    """Return what is piped in as an input."""
    counted = _Counted(sys.stdin.buffer)
    return Input("standard input", io.BufferedReader(counted), budget=Budget(lambda: counted.count))


class _Counted(io.RawIOBase):
    """A stream that counts its bytes, for no one knows the size of a pipe."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.count = stream, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        piece = self._stream.read(len(buffer))
        buffer[: len(piece)] = piece
        self.count += len(piece)
        return len(piece)


def shown(name: str) -> str:
    """Return a name on one line: control characters and bytes that are no text are written as escapes."""
    sound = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in sound)
