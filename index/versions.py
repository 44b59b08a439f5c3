"""What articles said before they were changed: kept for reading and comparing, never searched or quoted.

One SQLite file a generation, copied with it. An article keeps its last `KEPT` earlier versions.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Literal, Self

from index.articles import Article, Source, content_hash
from index.errors import IndexDamaged
from index.passages import sentences
from index.store import fields_of, source_of

KEPT = 10
_FILE = "versions.sqlite"
_COLUMNS = ("number", "article", "content", "until", "source", "text")
_MOST_COMPARED = 4_000_000  # words of one text times words of the other


@dataclass(frozen=True, slots=True)
class Version:
    """An article as it stood until a build replaced it at `until` (UTC); None for what stands now."""

    article: Article
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """A stretch of words that two versions share, or in which they differ: `old` and `new`, either may be empty."""

    kind: Literal["same", "changed"]
    old: str
    new: str


class Versions:
    """The earlier versions in one generation. Safe for many threads."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection, self._lock = connection, threading.Lock()

    @classmethod
    def create(cls, path: Path) -> Self:
        """Open the versions in a folder for writing; where there are none yet, make them."""
        connection = sqlite3.connect(path / _FILE, check_same_thread=False)
        connection.execute(
            "CREATE TABLE IF NOT EXISTS versions (number INTEGER PRIMARY KEY, article TEXT NOT NULL,"
            " content TEXT NOT NULL, until TEXT NOT NULL, source TEXT NOT NULL, text BLOB NOT NULL)"
        )
        connection.execute("CREATE INDEX IF NOT EXISTS by_article ON versions (article)")
        return cls(connection)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the versions in a folder for reading. Raises: IndexDamaged."""
        try:
            connection = sqlite3.connect(
                f"{(path / _FILE).resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False
            )
            # what is read from now on stays, though a later build sweeps the folder away
            connection.execute("SELECT 1 FROM versions LIMIT 1").fetchone()
        except sqlite3.Error as error:
            raise IndexDamaged(
                f"The earlier versions in {path} are missing or cannot be read ({error}): "
                "run `python -m index rollback`, or build again with --fresh."
            ) from error
        return cls(connection)

    def keep(self, article: Article, now: str) -> None:
        """Keep what an article said until this moment; `now` is the id of the article that takes its place."""
        source, content = article.source, content_hash(article.text)
        until = datetime.now(UTC).isoformat(timespec="seconds")
        with self._lock:
            connection = self._connection
            if source.id != now:
                connection.execute("UPDATE versions SET article = ? WHERE article = ?", (now, source.id))
            connection.execute(
                "INSERT INTO versions (article, content, until, source, text) VALUES (?, ?, ?, ?, ?)",
                (
                    now,
                    content,
                    until,
                    json.dumps(_summed(source, content, until), ensure_ascii=False),
                    zlib.compress(article.text.encode("utf-8", "replace")),
                ),
            )
            connection.execute(
                "DELETE FROM versions WHERE article = ? AND number NOT IN"
                " (SELECT number FROM versions WHERE article = ? ORDER BY number DESC LIMIT ?)",
                (now, now, KEPT),
            )

    def forget(self, articles: Sequence[str]) -> None:
        """Let go of all that these articles said before."""
        with self._lock:
            named = [(article,) for article in articles]
            self._connection.executemany("DELETE FROM versions WHERE article = ?", named)

    def of(self, article: str) -> list[Version]:
        """Return the earlier versions of an article, the oldest first. Raises: IndexDamaged."""
        return list(self._versions("WHERE article = ? ORDER BY number", article))

    def check(self) -> None:
        """Read all versions. Raises: IndexDamaged where the file or one of them is not as it was written."""
        with _damage(), self._lock:
            said = self._connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if said != "ok":
            raise IndexDamaged(f"SQLite says of the earlier versions: {said}.")
        for _ in self._versions("ORDER BY number"):
            pass

    def _versions(self, which: str, *named: str) -> Iterator[Version]:
        with _damage():
            with self._lock:
                select = f"SELECT source, text, until, content FROM versions {which}"  # ours  # nosec B608
                rows = self._connection.execute(select, named)
                found = rows.fetchall()
            yield from (_version(*row) for row in found)

    def said(self, article: str, content: str) -> bool:
        """Tell whether an article had a text of this `content_hash` before."""
        with self._lock:
            found = self._connection.execute(
                "SELECT 1 FROM versions WHERE article = ? AND content = ? LIMIT 1", (article, content)
            )
            return found.fetchone() is not None

    def keys(self) -> dict[str, int]:
        """Return a key for each version, the same only where all of it is the same, and the number it has here."""
        with self._lock:
            rows = self._connection.execute("SELECT number, article, content, until, source FROM versions").fetchall()
        return {content_hash(json.dumps(row)): row[0] for row in rows}

    def row(self, number: int) -> dict[str, str | int]:
        """Return one version as plain values, from which `put` makes it again."""
        with self._lock:
            found = self._connection.execute(
                "SELECT number, article, content, until, source, text FROM versions WHERE number = ?", (number,)
            ).fetchone()
        return {**dict(zip(_COLUMNS, found, strict=True)), "text": zlib.decompress(found[-1]).decode()}

    def put(self, row: Mapping[str, str | int]) -> None:
        """Put a version in as another generation has it."""
        values = [*(row[name] for name in _COLUMNS[:-1]), zlib.compress(str(row["text"]).encode())]
        with self._lock:
            insert = f"INSERT INTO versions ({', '.join(_COLUMNS)}) VALUES (?, ?, ?, ?, ?, ?)"  # ours  # nosec B608
            self._connection.execute(insert, values)

    def drop(self, numbers: Iterable[int]) -> None:
        """Take versions out by number."""
        with self._lock:
            self._connection.executemany("DELETE FROM versions WHERE number = ?", [(one,) for one in numbers])

    def commit(self) -> None:
        """Write what was kept and forgotten to disk; without it, nothing was."""
        with self._lock:
            self._connection.commit()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()


def differences(old: str, new: str) -> list[Difference]:
    """Return what two texts share and where they differ, word by word, in order; white space does not count."""
    before, after = ([text[start:end] for start, end in sentences(text)] for text in (old, new))
    found: list[Difference] = []
    # sentences first: words alone would take minutes for a long text, and pair those of sentences far apart
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = " ".join(before[a:b]).split(), " ".join(after[c:d]).split()
        codes = [(kind, 0, len(gone), 0, len(come))]
        if kind == "replace" and len(gone) * len(come) <= _MOST_COMPARED:
            codes = list(SequenceMatcher(None, gone, come, autojunk=False).get_opcodes())
        for same, e, f, g, h in codes:
            _grow(found, "same" if same == "equal" else "changed", " ".join(gone[e:f]), " ".join(come[g:h]))
    return found


def _grow(found: list[Difference], kind: Literal["same", "changed"], old: str, new: str) -> None:
    """Add a stretch, as part of the one before where that is of its kind."""
    if found and found[-1].kind == kind:
        last = found.pop()
        old, new = f"{last.old} {old}".strip(), f"{last.new} {new}".strip()
    found.append(Difference(kind, old, new))


def _summed(source: Source, content: str, until: str) -> dict[str, str | None]:
    """Return what is kept of a source, with a hash over all that a version shows."""
    fields = {"id": source.id, **fields_of(source)}
    return {**fields, "sum": content_hash(json.dumps([fields, content, until], sort_keys=True))}


def _version(source: str, text: bytes, until: str, content: str) -> Version:
    """Return a version from its row. Raises: ValueError where it is not as it was kept."""
    fields: dict[str, Any] = json.loads(source)
    said = fields.pop("sum", None)  # an earlier Dateline kept none
    article = Article(source_of(fields.pop("id"), fields), zlib.decompress(text).decode())
    if content_hash(article.text) != content or said not in (None, _summed(article.source, content, until)["sum"]):
        raise ValueError("another hash")
    return Version(article, datetime.fromisoformat(until))


@contextmanager
def _damage() -> Iterator[None]:
    """Say in words what cannot be read."""
    try:
        yield
    except (sqlite3.DatabaseError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(
            "An earlier version in the index is not as it was written: run `python -m index verify`, "
            "which says what to do."
        ) from error
