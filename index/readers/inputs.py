"""What a reader is given: bytes from wherever they come, bounded. Knows no format.

A container (an archive, a web archive, a mail) yields `Input`s of its own, made with `member` or `Input.of`; whoever
called the reader reads them on. A stream is read forwards once; it is good until the container is asked for more.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import IO

from index.errors import SourceError

MEGABYTE = 1_000_000
DOCUMENT_BYTES = 16 * MEGABYTE  # one article with all its mark-up
RECORD_BYTES = 16 * MEGABYTE  # a line, a row or an item of a file of many
HEAD_BYTES = 65_536  # what is looked at to tell a format or an encoding
UNPACKED_RATIO = 100
UNPACKED_BYTES = 100 * MEGABYTE  # below this any ratio is harmless


class Budget:
    """How much may be unpacked from one source, over all its members and layers."""

    def __init__(self, packed: Callable[[], int]) -> None:
        self._packed = packed
        self._unpacked = 0

    def charge(self, count: int) -> None:
        """Take `count` unpacked bytes off. Raises: SourceError where it is more than any honest archive holds."""
        self._unpacked += count
        if self.spent:
            raise SourceError(f"it unpacks to more than {UNPACKED_RATIO} times its size, so the rest is left unread")

    @property
    def spent(self) -> bool:
        """Tell whether the bound has been passed."""
        return self._unpacked > max(UNPACKED_BYTES, UNPACKED_RATIO * self._packed())


@dataclass(frozen=True, slots=True)
class Input:
    """Something to read: a file, a member of a container, a page of the web, standard input.

    `place` names it for people, on one line; `name` is its file name, for the format's sake; `origin` names it for
    good, so that an edit of a single-article file is seen as one (None where nothing lasting does); `charset` is
    what its sender declared; `url` and `outlet` hold for an article that names none itself.
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
    def of(cls, content: bytes, place: str, name: str = "", **fields: str | None) -> Input:
        """Return an input of bytes at hand."""
        return cls(place, io.BytesIO(content), name, **fields)  # type: ignore[arg-type]

    def member(self, name: str, stream: IO[bytes] | bytes) -> Input:
        """Return what this container holds under a name."""
        if isinstance(stream, bytes):
            stream = io.BytesIO(stream)
        origin = f"{self.origin}!{name}" if self.origin else None
        return replace(
            self, place=f"{self.place}: {shown(name)}", stream=stream, name=name, origin=origin, charset=None
        )

    def content(self, limit: int = DOCUMENT_BYTES) -> bytes:
        """Return the whole content. Raises: SourceError where it is empty or longer than `limit` bytes."""
        content = self.stream.read(limit + 1)
        if len(content) > limit:
            raise SourceError(f"it is larger than {limit // MEGABYTE} MB, more than one article can be")
        if not content.strip():
            raise SourceError("the file is empty")
        return content


def shown(name: str) -> str:
    """Return a name on one line: control characters and bytes that are no text are written as escapes."""
    sound = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in sound)
