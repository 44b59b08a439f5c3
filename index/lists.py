"""Texts of any length on a Chroma server, by name: what is in each generation. Knows nothing of what they say.

A text is packed and cut into pages small enough for any server's limit of a value. The first page is written last
and names how many there are, so a text is there whole or not at all.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, Self

from index.chroma import Database
from index.errors import IndexDamaged

NAME = "dateline-lists"
_PAGE = 3_000  # characters; a hosted Chroma takes values up to 4,096 bytes
_READ = 250  # pages asked for at once; a hosted Chroma gives 300 records at most


def keys_of(text: str) -> set[str]:
    """Return the keys that a list lists."""
    return set(text.split())


class Lists:
    """The texts of one index."""

    def __init__(self, database: Database, records: Any) -> None:
        self._database, self._records = database, records

    @classmethod
    def made(cls, database: Database) -> Self:
        """Return the texts of an index, none where there is no index yet."""
        return cls(database, database.need(NAME))

    @classmethod
    def open(cls, database: Database) -> Self | None:
        """Return the texts of an index, or None where there is no index."""
        records = database.get(NAME)
        return cls(database, records) if records is not None else None

    @property
    def identity(self) -> str:
        """Return what tells this index from any other, also from one made anew at the same address."""
        return str(self._records.id)

    def write(self, name: str, text: str) -> None:
        """Write a text, over the one of that name if there is one."""
        packed = base64.b64encode(zlib.compress(text.encode(), 6)).decode()
        pages = [packed[low : low + _PAGE] for low in range(0, len(packed), _PAGE)]
        rows = [(f"{name}/{number:06d}", {"page": page}) for number, page in enumerate(pages)][1:]
        for low in range(0, len(rows), self._database.batch):
            self._put(rows[low : low + self._database.batch])
        self._put([(f"{name}/{0:06d}", {"page": pages[0], "pages": len(pages)})])

    def read(self, name: str) -> str | None:
        """Return a text, or None where there is none of that name. Raises: IndexDamaged."""
        first = self._get([f"{name}/{0:06d}"])
        if not first:
            return None
        ((_, fields),) = first.items()
        names = [f"{name}/{number:06d}" for number in range(1, int(fields["pages"]))]
        found = dict(first)
        for low in range(0, len(names), _READ):
            found.update(self._get(names[low : low + _READ]))
        try:
            packed = "".join(str(found[key]["page"]) for key in sorted([*first, *names]))
            return zlib.decompress(base64.b64decode(packed, validate=True)).decode()
        except (KeyError, ValueError, zlib.error) as error:
            raise IndexDamaged(
                f"The list {name} on {self._database.server} is damaged: run `python -m index rollback` there, "
                "or build again with --fresh."
            ) from error

    def names(self) -> set[str]:
        """Return the names of all texts that are there."""
        return {key.removesuffix(f"/{0:06d}") for key in self._keys() if key.endswith(f"/{0:06d}")}

    def delete(self, names: Iterable[str]) -> None:
        """Delete texts, also half-written ones, and all whose names begin so."""
        begins = tuple(f"{name}/" for name in names)
        gone = [key for key in self._keys() if key.startswith(begins)] if begins else []
        # the first pages last: what is half deleted must still be found by the next try
        gone.sort(key=lambda key: key.endswith(f"/{0:06d}"))
        for low in range(0, len(gone), self._database.batch):
            self._records.delete(ids=gone[low : low + self._database.batch])

    def _keys(self) -> Iterator[str]:
        offset = 0
        while page := self._records.get(limit=_READ, offset=offset, include=[])["ids"]:
            yield from page
            offset += len(page)

    def _get(self, names: list[str]) -> dict[str, dict[str, Any]]:
        found = self._records.get(ids=names, include=["metadatas"])
        return dict(zip(found["ids"], found["metadatas"], strict=True))

    def _put(self, rows: list[tuple[str, dict[str, Any]]]) -> None:
        if rows:
            ids, fields = zip(*rows, strict=True)
            self._records.upsert(ids=list(ids), metadatas=list(fields), embeddings=[[1.0]] * len(rows))
