"""What a worker of a cluster does: reads files, makes articles ready, embeds them, writes them. Knows no cluster.

What comes and goes is rows of bytes: pickled lists, small enough to be handed from worker to worker. All of it may be
done twice, by a second worker where the first one died: reading gives the same again, and writes are upserts by id.
What fails is a row too (`failed`), since an error that is raised comes out of Ray as the text of a traceback.
"""

from __future__ import annotations

import pickle  # our own driver's words  # nosec B403
import socket
from collections.abc import Iterator, Sequence
from contextlib import chdir
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np

from index.changing import Batch
from index.chroma import Database
from index.embedding import Embedder, load_embedder
from index.errors import DatelineError, EmbeddingError
from index.lease import check
from index.lexical import passage_texts
from index.readers import Amount, Record, Unreadable, read_file
from index.readers.formats import named
from index.ready import Ready
from index.servers import Server
from index.shared import Collections, SharedStore
from index.store import StoredArticle

_RECORDS, _CHARACTERS = 50, 500_000  # of a row
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class File:
    """A file to read; its path is meant in `folder`; `size` is what who asks for it sees, None where that is none."""

    path: Path
    format: str | None
    root: Path | None
    size: int | None
    folder: Path


@dataclass(frozen=True, slots=True)
class Unseen:
    """A file that a worker does not see as who asked for it does: that one must read it."""

    file: File


@dataclass(frozen=True, slots=True)
class Done:
    """The end of a file."""

    size: int


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker must know to write: the server, whose collections, under which stamp, by whose lease, the model."""

    server: Server
    base: str
    stamp: str
    owner: str
    model: str
    fingerprint: str


def size_of(path: Path) -> int | None:
    """Return the size of a file that is seen here."""
    try:
        return path.stat().st_size
    except OSError:
        return None


def read_row(row: Row) -> Iterator[Row]:
    """Yield what a row of files holds, in order, a row of records at a time."""
    found: list[Any] = []
    characters = 0
    for item in _items(pickle.loads(row["files"])):  # nosec B301 - our own driver's words
        found.append(item)
        characters += len(item.article.text) if isinstance(item, Record) else 0
        if len(found) >= _RECORDS or characters >= _CHARACTERS:
            yield {"found": pickle.dumps(found)}
            found, characters = [], 0
    yield {"found": pickle.dumps(found)}


def _items(given: list[File | Unreadable]) -> Iterator[Record | Unreadable | Unseen | Done]:
    for file in given:
        if isinstance(file, Unreadable):
            yield file
        elif size_of(file.folder / file.path) != file.size:
            yield Unseen(file)
        else:
            kind = named(file.format) if file.format else None
            with chdir(file.folder):
                yield from read_file(file.path, kind, file.root, Amount())
            yield Done(file.size or 0)


def ready_row(row: Row) -> Row:
    """Make the records of a row ready."""
    found = pickle.loads(row["found"])  # nosec B301 - our own driver's words
    return {"found": pickle.dumps([Ready(item).whole() if isinstance(item, Record) else item for item in found])}


class Embed:
    """Embeds the articles of a row; the model is loaded once, by the first."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def __call__(self, row: Row) -> Row:
        """Add the vectors of all passages."""
        found = Batch([], pickle.loads(row["articles"])).found  # nosec B301 - our own driver's words
        try:
            return {**row, "vectors": self._embedder.encode_documents(passage_texts(found)).tobytes()}
        except DatelineError as error:
            return {**row, "vectors": b"", "failed": pickle.dumps(error)}

    @cached_property
    def _embedder(self) -> Embedder:
        embedder = load_embedder(self._job.model)
        if embedder.fingerprint != self._job.fingerprint:
            raise EmbeddingError(
                f"The embedding model {embedder.name} on {socket.gethostname()} is another than here: "
                "put the same one on all machines of the cluster."
            )
        return embedder


def write_row(row: Row, job: Job) -> Row:
    """Write the articles of a row, and say which row it was and what failed."""
    failed = row["failed"]
    try:
        if not failed:
            _write(pickle.loads(row["articles"]), row["vectors"], job)  # nosec B301 - our own driver's words
    except DatelineError as error:
        failed = pickle.dumps(error)
    return {"number": row["number"], "failed": failed}


def _write(articles: Sequence[StoredArticle], vectors: bytes, job: Job) -> None:
    database = _database(job.server)
    # a worker may outlive its build: another may have tidied up since
    check(database, job.owner)
    members = {stored.entry.source.id: job.stamp for stored in articles}
    passages = sum(len(stored.entry.spans) for stored in articles)
    store = SharedStore(Collections.made(database, job.base), Path(), members=members)
    store.put(articles, np.frombuffer(vectors, dtype=np.float32).reshape(passages, -1))


@cache
def _database(server: Server) -> Database:
    return Database(server)
