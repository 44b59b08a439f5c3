"""Chroma's collections, embedded in this process or on a server. Knows nothing of what is put into them."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from index.errors import ServerFailed
from index.room import few_files, lacks_files
from index.servers import Server

if TYPE_CHECKING:
    from index.bounded import Connection

# Chroma takes at most 5,461 records a call.
BATCH = 5_000
# Chosen by measured recall against exact search and the time to add: see docs/measurements.md.
_MAX_NEIGHBORS = 8
_EF_CONSTRUCTION = 40
EF_SEARCH = 400
_LISTED = 100  # collections asked for at once
_ROOM = 100  # vectors for which Chroma writes room before there are any
WRITTEN = 1_000  # records from which on Chroma writes the vectors themselves (its `sync_threshold`)

Metadata = Mapping[str, Any]


def embedded(path: Path) -> Any:
    """Return a client of the database in a folder, which is made where it is missing."""
    import chromadb
    from chromadb.config import Settings

    try:
        return chromadb.PersistentClient(str(path), settings=Settings(anonymized_telemetry=False))
    except BaseException as error:
        if not lacks_files(error):
            raise
        raise few_files(path) from error


def steady(path: Path) -> None:
    """Have a database in a folder stay the same, byte for byte, while it is only read.

    Chroma writes a row to a table of its own each time it opens one; nobody reads those rows.
    """
    with closing(sqlite3.connect(path / "chroma.sqlite3")) as connection, connection:
        connection.execute(
            "CREATE TRIGGER IF NOT EXISTS reading_changes_nothing BEFORE INSERT ON acquire_write"
            " BEGIN SELECT RAISE(IGNORE); END"
        )


def blot(path: Path, *, unwritten: bool = False) -> None:
    """Blot out what of this process's memory Chroma has written into a folder.

    It writes room for vectors as it got it from the system, with what stood there before: a key that was sent, say
    (chroma-core/chroma#7688). The head of each file tells how many vectors there really are. With `unwritten` only
    what holds none yet is looked at: others may have it open, but nobody writes there then.
    """
    for head in path.glob("*/header.bin"):
        with suppress(OSError, struct.error):
            count, size = struct.unpack_from("<i4Q", head.read_bytes())[3:]
            if count and unwritten:
                continue
            _zero(head.with_name("data_level0.bin"), count * size, _ROOM * size)
            _zero(head.with_name("length.bin"), count * 4, _ROOM * 4)


def _zero(file: Path, start: int, most: int) -> None:
    """Fill a file's end with zeros."""
    with file.open("r+b") as opened:
        length = opened.seek(0, 2) - start
        if 0 < length <= most:
            opened.seek(start)
            opened.write(bytes(length))


def schema() -> Any:
    """Return how vectors are indexed, embedded and on a server alike."""
    from chromadb.api.types import HnswIndexConfig, Schema, VectorIndexConfig

    hnsw = HnswIndexConfig(max_neighbors=_MAX_NEIGHBORS, ef_construction=_EF_CONSTRUCTION, ef_search=EF_SEARCH)
    return Schema().create_index(config=VectorIndexConfig(space="cosine", hnsw=hnsw))


class Database:
    """The collections of a database on a server. Safe for many threads. Raises: ServerFailed from each call.

    What is atomic: of several who `create` a name, one succeeds; a collection has its old metadata or the new.
    """

    def __init__(self, server: Server) -> None:
        from index.bounded import Connection

        self.server = server
        self._connection: Connection = Connection(server)
        self._named: dict[str, Any] = {"tenant": server.tenant, "database": server.database}
        try:
            self._check()
            limit = self._connection.get_max_batch_size()
        except ServerFailed:
            self.close()
            raise
        self.batch = min(BATCH, limit) if limit > 0 else BATCH

    def close(self) -> None:
        """Let go of the connections."""
        self._connection.close()

    def now(self) -> float:
        """Return the server's time in seconds: one clock for all machines."""
        return self._connection.heartbeat() / 1e9

    def collections(self) -> dict[str, Metadata]:
        """Return the metadata of all collections by name."""
        found: dict[str, Metadata] = {}
        while True:
            page = self._connection.list_collections(limit=_LISTED, offset=len(found), **self._named)
            found.update((model.name, model.metadata or {}) for model in page)
            if len(page) < _LISTED:
                return found

    def create(self, name: str, metadata: Metadata) -> Any | None:
        """Make a collection that only one can make; return None where another has; `owner` tells who."""
        try:
            model = self._connection.create_collection(
                name, schema=schema(), metadata=dict(metadata), get_or_create=False, **self._named
            )
        except ServerFailed:
            # refused, or done although the answer was lost: who has made it tells its metadata
            there = self.get(name)
            if there is None:
                raise
            return there if (there.metadata or {}).get("owner") == metadata["owner"] else None
        return self._collection(model)

    def need(self, name: str) -> Any:
        """Return a collection, made where it is missing."""
        return self._collection(
            self._connection.create_collection(name, schema=schema(), get_or_create=True, **self._named)
        )

    def get(self, name: str) -> Any | None:
        """Return a collection, or None where it is not there."""
        try:
            return self._collection(self._connection.get_collection(name, **self._named))
        except ServerFailed as error:
            if error.status != 404:
                raise
            return None

    def delete(self, name: str) -> None:
        """Delete a collection; one that is not there is none the less gone."""
        try:
            self._connection.delete_collection(name, **self._named)
        except ServerFailed as error:
            if error.status != 404:
                raise

    def _collection(self, model: Any) -> Any:
        from chromadb.api.models.Collection import Collection

        return Collection(client=self._connection, model=model, embedding_function=None)

    def _check(self) -> None:
        """Look whether a Chroma server is there, and the database on it."""
        server = self.server
        try:
            self._connection.heartbeat()
        except ServerFailed as error:
            if error.status == 404:
                raise ServerFailed(f"What answers at {server.url} is no Chroma server: check --chroma.") from error
            raise
        try:
            self._connection.get_database(quote(server.database, safe=""), quote(server.tenant, safe=""))
        except ServerFailed as error:
            if error.status != 404:
                raise
            raise ServerFailed(
                f"There is no database {server.database} of tenant {server.tenant} on {server.url}: "
                "check --chroma-database and --chroma-tenant, or make it there first (docs/server.md).",
                404,
            ) from error
