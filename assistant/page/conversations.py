"""Conversations on disk, one JSON file each, in a folder a reader. Knows nothing of who reads them or how.

    DIR/<digest of the reader>/<id>.json     {"format", "id", "title", "turns"}

A file is written whole or not at all. One that is damaged or from a newer Dateline is told of and left alone. A reader
opens what lies in their own folder, nothing else: the name of it is made here, and an id is 32 hex digits.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from assistant.page.said import Said
from assistant.serial import restored, stored
from index.errors import BadRequest, DatelineError

FORMAT = 1
MOST = 500  # conversations a reader
# What is kept of a turn. Anything else is made anew: HTML above all, which must never come from a file.
KEPT = (
    *("question", "answer", "failure", "busy", "stopped", "options", "asked", "follows", "free", "suggestions"),
    *("thumb", "note"),
)
LONGEST_TITLE = 200  # characters
PATIENCE = 30.0  # seconds for whoever else writes
_BIGGEST = 50_000_000  # bytes of a file that is read
_ID = re.compile(r"[0-9a-f]{32}")
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

log = logging.getLogger("dateline")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list of conversations shows of a turn."""

    question: str
    asked: datetime | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """What the list shows of a conversation. `title` is "" where the reader gave none."""

    format: int
    id: str
    title: str
    turns: tuple[Asked, ...]

    @property
    def name(self) -> str:
        """The title, or else the first question."""
        return called(self.title, self.turns)

    @property
    def changed(self) -> datetime:
        """When something was last asked in it."""
        return max((turn.asked.astimezone(UTC) for turn in self.turns if turn.asked), default=_BEGINNING)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A whole conversation."""

    id: str
    turns: tuple[Said, ...]
    title: str = ""
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Listing:
    """A reader's conversations, the latest first; `unread` are the files that this Dateline cannot read."""

    heads: tuple[Head, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a conversation: its id, a new one where `branched`, and the name of the one that had to go."""

    id: str
    branched: bool = False
    replaced: str = ""


class NotKept(DatelineError):
    """A conversation that cannot be read or written."""


def new_id() -> str:
    """Return the id of a new conversation, which no one can guess."""
    return secrets.token_hex(16)


def called(title: str, turns: Sequence[Asked | Said]) -> str:
    """Return a conversation's title, or else its first question."""
    return title or (turns[0].question if turns else "Conversation")


def digest(reader: str) -> str:
    """Return the name of a reader's folder, which does not tell who it is."""
    return hashlib.sha256(f"dateline reader {reader}".encode()).hexdigest()[:32]


class Conversations:
    """The conversations under a folder. Its methods read and write files: not for an event loop."""

    def __init__(self, folder: Path, most: int = MOST) -> None:
        """Make the folder. Raises: BadRequest where it cannot be made or written to."""
        self.folder, self._most = folder, most
        self._heads: dict[Path, tuple[tuple[int, int], Head | None]] = {}
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(_opened(folder / ".lock", os.O_WRONLY))
        except OSError as problem:
            told = f"Conversations cannot be kept in {folder} ({problem.strerror}): name another folder with --keep"
            raise BadRequest(f"{told}, or keep nothing with --keep none.") from None

    def all(self, reader: str) -> Listing:
        """Return what the list shows."""
        read = {path: self._head(path) for path in self._of(reader).glob("*.json")}
        heads = sorted(filter(None, read.values()), key=lambda head: head.changed, reverse=True)
        return Listing(tuple(heads), tuple(sorted(path.name for path, head in read.items() if head is None)))

    def load(self, reader: str, id: str) -> Conversation:
        """Return a conversation; a turn that was cut short by a crash is stopped. Raises: NotKept."""
        path = self._path(reader, id)
        try:
            return replace(_whole(path), id=id)
        except FileNotFoundError:
            raise NotKept("There is no such conversation: it was deleted, or it is another reader's.") from None
        except (OSError, ValueError):
            log.exception("%s cannot be read", path)
            raise NotKept("This conversation cannot be read: its file is damaged and was left as it is.") from None

    def save(
        self, reader: str, conversation: Conversation, *, known: bool = False, branch: bool = True
    ) -> Saved | None:
        """Write a conversation. `known`: it was there before, so where it is gone it was deleted, and stays so (None).

        Where what lies there has turns that this one lacks, it went on in another window: this one gets an id of its
        own, so that nothing is lost, or without `branch` is not written (None). What lies there keeps its title.
        Raises: NotKept.
        """
        with self._locked(reader) as folder:
            path = self._path(reader, conversation.id)
            exists, there = path.exists(), _whole_or_none(path)
            apart = exists and (there is None or not _holds(conversation, there))
            if (apart and not branch) or (known and not exists):
                return None
            if apart:
                conversation = replace(conversation, id=new_id())
            replaced = self._make_room(reader) if apart or not exists else ""
            title = there.title if there else conversation.title
            turns = tuple(map(_kept, conversation.turns))
            _write(folder / f"{conversation.id}.json", stored(replace(conversation, title=title, turns=turns)))
            return Saved(conversation.id, apart, replaced)

    def rename(self, reader: str, id: str, title: str) -> None:
        """Give a conversation a title; "" for the first question. Raises: NotKept."""
        title = " ".join(title.split())[:LONGEST_TITLE]
        with self._locked(reader):
            _write(self._path(reader, id), stored(replace(self.load(reader, id), title=title)))

    def delete(self, reader: str, id: str) -> Conversation:
        """Delete a conversation at once and return it, so that it can be brought back. Raises: NotKept."""
        with self._locked(reader):
            conversation = self.load(reader, id)
            self._path(reader, id).unlink(missing_ok=True)
            return conversation

    def _make_room(self, reader: str) -> str:
        """Delete the oldest where there are as many as may be, and return the name of the last that went."""
        replaced = ""
        for head in self.all(reader).heads[self._most - 1 :]:
            self._path(reader, head.id).unlink(missing_ok=True)
            replaced = head.name
        return replaced

    def _head(self, path: Path) -> Head | None:
        """Return what the list shows of a file, None where it cannot be read; what is known is not read again."""
        try:
            stat = path.stat()
            known = self._heads.get(path)
            if known is None or known[0] != (stat.st_mtime_ns, stat.st_size):
                known = self._heads[path] = ((stat.st_mtime_ns, stat.st_size), _head_of(path))
            return known[1]
        except OSError:
            self._heads.pop(path, None)
            return None

    def _of(self, reader: str) -> Path:
        return self.folder / digest(reader)

    def _path(self, reader: str, id: str) -> Path:
        if not _ID.fullmatch(id):
            raise NotKept("There is no such conversation: it was deleted, or it is another reader's.")
        return self._of(reader) / f"{id}.json"

    @contextmanager
    def _locked(self, reader: str) -> Iterator[Path]:
        """Hold a reader's folder, against other threads and other servers. Raises: NotKept for an error of the disk."""
        folder = self._of(reader)
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            with FileLock(folder / ".lock", timeout=PATIENCE, mode=0o600):
                yield folder
        except OSError as problem:
            log.exception("nothing can be kept in %s", folder)
            raise NotKept(
                f"This conversation could not be kept ({problem.strerror or 'its folder is held by another'})."
            ) from None


@dataclass(frozen=True, slots=True)
class _Format:
    format: int


def _whole(path: Path) -> Conversation:
    """Raises: NotKept for a newer format; FileNotFoundError, OSError, ValueError."""
    data = _read(path)
    if (found := restored(_Format, data).format) > FORMAT:
        raise NotKept(f"This conversation is from a newer Dateline (format {found}): open it with that one.")
    conversation = restored(Conversation, data)
    return replace(conversation, turns=tuple(map(_kept, conversation.turns)))


def _kept(said: Said) -> Said:
    """Return what is kept of a turn; what is busy will be found stopped."""
    return Said(**{name: getattr(said, name) for name in KEPT}).ended()


def _whole_or_none(path: Path) -> Conversation | None:
    try:
        return _whole(path)
    except (NotKept, OSError, ValueError):
        return None


def _head_of(path: Path) -> Head | None:
    try:
        head = restored(Head, _read(path))
    except (OSError, ValueError):
        return None
    return replace(head, id=path.stem) if head.format <= FORMAT and _ID.fullmatch(path.stem) else None


def _holds(conversation: Conversation, there: Conversation) -> bool:
    """Tell whether a conversation has every turn of what lies on disk."""
    mine = {(said.question, said.asked) for said in conversation.turns}
    return all((turn.question, turn.asked) in mine for turn in there.turns)


def _read(path: Path) -> bytes:
    if path.stat().st_size > _BIGGEST:
        raise ValueError("too big to be a conversation")
    return path.read_bytes()


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, for its owner's eyes only."""
    draft = path.with_suffix(".new")
    with os.fdopen(_opened(draft, os.O_WRONLY | os.O_TRUNC), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _opened(path: Path, flags: int) -> int:
    return os.open(path, flags | os.O_CREAT, 0o600)
