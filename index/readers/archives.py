"""ZIP and tar, their members read as if they were files; nothing is ever unpacked to where a name says. Knows no news.

An archive in an archive is read, one in that is not. Hidden members (`.name`, `__MACOSX`) and links are no articles;
how many there are is said.
"""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
from collections.abc import Iterator
from typing import IO

from index.errors import SourceError
from index.readers.inputs import Input
from index.readers.record import Record, Unreadable
from index.readers.streams import BROKEN, MEGABYTE, metered

_DEPTH = 2
_DIRECTORY_BYTES = 64 * MEGABYTE  # the list of a ZIP's members, which is read as a whole
_END_RECORD = b"PK\x05\x06"
_LOCATOR = b"PK\x06\x07"
_HEADER_BYTES = MEGABYTE  # a tar's header that is held in memory
_LONG_HEADERS = (
    *(tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK),
    *(tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE),
)
# What zipfile and tarfile make of a damaged archive.
_DAMAGED = (zipfile.BadZipFile, tarfile.TarError, NotImplementedError, struct.error, UnicodeError, ValueError)


def read_zip(given: Input) -> Iterator[Record | Unreadable | Input]:
    """Yield the members of a ZIP archive."""
    _check_depth(given)
    with given.seekable() as file:
        _check_directory(file)
        try:
            archive = zipfile.ZipFile(file)
        except (*_DAMAGED, OSError) as error:
            raise SourceError(f"this is not a whole ZIP archive: {error}") from error
        with archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if not members:
                raise SourceError("the archive is empty")
            hidden = [member.filename for member in members if _hidden(member.filename)]
            yield from _left_out(given, hidden)
            for number, member in enumerate(members):
                if given.budget and given.budget.spent:
                    raise SourceError(f"it unpacks to too much: {len(members) - number} of its members are left unread")
                if not _hidden(member.filename):
                    yield from _zipped(given, archive, member)


def read_tar(given: Input) -> Iterator[Record | Unreadable | Input]:
    """Yield the members of a tar archive; one packed as .gz, .xz or .bz2 comes here unpacked."""
    _check_depth(given)
    hidden: list[str] = []
    empty = True
    try:
        with tarfile.open(fileobj=given.stream, mode="r|", tarinfo=_Member, ignore_zeros=False) as archive:
            for member in archive:
                # the library would keep all that it has seen
                archive.members.clear()  # type: ignore[attr-defined]
                empty = empty and member.isdir()
                if member.isdir():
                    continue
                if not member.isfile() or _hidden(member.name):
                    hidden.append(member.name)
                    continue
                content = archive.extractfile(member)
                if content:
                    yield _member(given, member.name, content)
    except _DAMAGED as error:
        reason = f"this is not a whole tar archive: {error}"
        yield Unreadable(given.place, reason)
        empty = False
    yield from _left_out(given, hidden)
    if empty:
        raise SourceError("the archive is empty")


class _Member(tarfile.TarInfo):
    """A tar's header; one that would fill the memory by itself is refused."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Member:
        """Return the header in a block. Raises: tarfile.ReadError where the library would take it for the end."""
        try:
            member = super().frombuf(buf, encoding, errors)
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]
            raise
        except tarfile.HeaderError as error:
            raise tarfile.ReadError("it ends too early" if len(buf) < tarfile.BLOCKSIZE else str(error)) from error
        if member.type in _LONG_HEADERS and member.size > _HEADER_BYTES:
            raise tarfile.ReadError("a header in it is too large")
        return member


def _member(given: Input, name: str, stream: IO[bytes]) -> Input:
    return given.member(name, metered(stream, given.budget), depth=given.depth + 1)


def _zipped(given: Input, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[Unreadable | Input]:
    """Yield one member of a ZIP archive, or why it cannot be had."""
    name = member.filename
    if member.flag_bits & 0x1:
        yield Unreadable(given.member(name, b"").place, "it is encrypted: unpack it with its password first")
        return
    try:
        stream = archive.open(member)
    except (*_DAMAGED, *BROKEN, RuntimeError, OSError) as error:
        yield Unreadable(given.member(name, b"").place, f"could not be unpacked: {error}")
        return
    with stream:
        yield _member(given, name, stream)


def _check_depth(given: Input) -> None:
    if given.depth >= _DEPTH:
        raise SourceError("an archive in an archive in an archive is not read: unpack the outer one")


def _check_directory(file: IO[bytes]) -> None:
    """Raise SourceError where the list of members would fill the memory: the library reads it whole."""
    size = file.seek(0, io.SEEK_END)
    start = max(0, size - 66_000)
    file.seek(start)
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END_RECORD)
    if at < 0 or len(tail) < at + 16:
        return
    (stated,) = struct.unpack("<L", tail[at + 12 : at + 16])
    if tail[at - 20 : at - 16] == _LOCATOR and at >= 76:
        # the record of 64 bits, which stands right before its locator
        (stated,) = struct.unpack("<Q", tail[at - 36 : at - 28])
    if stated > _DIRECTORY_BYTES:
        raise SourceError("it lists more members than are read from one archive: unpack it first")


def _left_out(given: Input, names: list[str]) -> Iterator[Unreadable]:
    if names:
        first = given.member(names[0], b"").place
        count = "1 member is" if len(names) == 1 else f"{len(names):,} members are"
        yield Unreadable(given.place, f"{count} no article but hidden or a link, the first being {first}")


def _hidden(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return any(part == "__MACOSX" or (part.startswith(".") and part.strip(".")) for part in parts)
