"""One generation's view of collections that generations share on a Chroma server. Knows nothing of which is live.

Records are written once and never changed. The key of an article begins with the stamp of the generation in which
it came in, and so do those of its passages. A generation is a list of such keys: a new one costs what it changes,
and an older one is read on undisturbed while the next is made. What no kept generation lists is deleted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.chroma import EF_SEARCH, Database
from index.errors import IndexDamaged
from index.store import Entry, Store, StoredArticle, Vectors, entry_of, metadata_of, passage_id

READ = 250  # records read at once; a hosted Chroma gives 300 at most
_FILE = "articles.jsonl"
_NAMES = ("passages", "articles", "earlier")
Members = dict[str, str]  # article id → the stamp of the generation in which it came in


@dataclass(frozen=True, slots=True)
class Collections:
    """What the generations from one fresh build on share."""

    passages: Any
    articles: Any
    earlier: Any
    batch: int

    @classmethod
    def made(cls, database: Database, base: str) -> Collections:
        """Return those of the fresh build `base`, made where they are missing."""
        passages, articles, earlier = (database.need(f"dateline-{base}-{name}") for name in _NAMES)
        return cls(passages, articles, earlier, database.batch)

    @classmethod
    def open(cls, database: Database, base: str) -> Collections:
        """Return those of the fresh build `base`. Raises: IndexDamaged."""
        passages, articles, earlier = (database.get(f"dateline-{base}-{name}") for name in _NAMES)
        if passages is None or articles is None or earlier is None:
            raise IndexDamaged(f"Collections of the index on {database.server} are missing: build again with --fresh.")
        return cls(passages, articles, earlier, database.batch)

    def keep(self, rows: Mapping[str, Mapping[str, str | int]]) -> None:
        """Write earlier versions, by key."""
        keys = list(rows)
        for low in range(0, len(keys), READ):
            part = keys[low : low + READ]
            self.earlier.upsert(ids=part, metadatas=[dict(rows[key]) for key in part], embeddings=[[1.0]] * len(part))

    def kept(self, keys: Iterable[str]) -> Iterator[Mapping[str, str | int]]:
        """Yield earlier versions."""
        wanted = list(keys)
        for low in range(0, len(wanted), READ):
            yield from self.earlier.get(ids=wanted[low : low + READ], include=["metadatas"])["metadatas"]

    def forget(self, keys: Iterable[str]) -> None:
        """Delete earlier versions."""
        wanted = list(keys)
        for low in range(0, len(wanted), READ):
            self.earlier.delete(ids=wanted[low : low + READ])

    def drop(self, keys: Iterable[str]) -> None:
        """Delete articles by key, with their passages."""
        wanted = list(keys)
        for low in range(0, len(wanted), READ):
            part = wanted[low : low + READ]
            found = self.articles.get(ids=part, include=["metadatas"])
            entries = zip(found["ids"], found["metadatas"], strict=True)
            ids = [passage_id(key, *span) for key, fields in entries for span in entry_of(key, fields).spans]
            for start in range(0, len(ids), self.batch):
                self.passages.delete(ids=ids[start : start + self.batch])
            # last, as they tell the passages
            self.articles.delete(ids=part)


class SharedStore(Store):
    """One generation of shared collections. `folder` holds what is known of its articles, without their texts.

    `members` are its articles where the folder does not know them yet. With a `stamp` it is a new generation in the
    making: `intend` is told the keys of articles before they are written, and what is known is written to the folder
    when it is closed.
    """

    def __init__(
        self,
        collections: Collections,
        folder: Path,
        stamp: str = "",
        intend: Callable[[list[str]], None] | None = None,
        members: Members | None = None,
    ) -> None:
        super().__init__(collections.passages, collections.articles, lambda: None, collections.batch)
        self._folder, self._stamp, self._intend = folder, stamp, intend
        self.members = known_members(folder) if members is None else members
        self._new: dict[str, Entry] = {}

    def close(self) -> None:
        """Let go of it; write what is known of a new generation's articles."""
        if self._stamp:
            old = ((entry, since) for entry, since in known(self._folder) if entry.source.id not in self._new)
            kept = [(entry, since) for entry, since in old if self.members.get(entry.source.id) == since]
            new = ((entry, self.members[article]) for article, entry in self._new.items())
            write_known(self._folder, [*kept, *new])

    def put(self, articles: Sequence[StoredArticle], vectors: Vectors) -> None:
        """Write articles that are among the members."""
        super().add(articles, vectors)

    def add(self, articles: Sequence[StoredArticle], vectors: Vectors) -> None:
        """Add articles: see `Store.add`."""
        for stored in articles:
            self.members[stored.entry.source.id] = self._stamp
            self._new[stored.entry.source.id] = stored.entry
        if self._intend is not None:
            self._intend([self._key(stored.entry.source.id) for stored in articles])
        self.put(articles, vectors)

    def delete(self, entries: Sequence[Entry]) -> None:
        """Take articles out; those of earlier generations are taken off the list alone."""
        super().delete([entry for entry in entries if self.members.get(entry.source.id) == self._stamp])
        for entry in entries:
            self.members.pop(entry.source.id, None)
            self._new.pop(entry.source.id, None)

    def nearest(self, vector: NDArray[np.float32], k: int) -> dict[str, float]:
        """Return the nearest passages of this generation: see `Store.nearest`."""
        found = super().nearest(vector, k)
        if len(found) < k:
            # passages of other generations stand in the way, or there are no more
            found = dict(list(super().nearest(vector, EF_SEARCH).items())[:k])
        return found

    def vectors(self, ids: Sequence[str]) -> tuple[list[str], Vectors]:
        """Return the ids that are there and their unit vectors: see `Store.vectors`."""
        parts = [super(SharedStore, self).vectors(ids[low : low + READ]) for low in range(0, len(ids), READ)]
        rows = [rows for keys, rows in parts if keys]
        return [key for keys, _ in parts for key in keys], np.concatenate(rows) if rows else np.zeros((0, 0), "f4")

    def entries(self) -> Iterator[Entry]:
        """Yield every article of this generation without its text, from what is known of it here."""
        yield from (entry for entry, _ in known(self._folder))

    def stored(self) -> Iterator[StoredArticle]:
        """Yield every article of this generation whole."""
        yield from self.these(list(self.members))

    def these(self, ids: Sequence[str]) -> Iterator[StoredArticle]:
        """Yield the articles of these ids whole. Raises: IndexDamaged where one is not there any more."""
        for low in range(0, len(ids), READ):
            part = ids[low : low + READ]
            found = {stored.entry.source.id: stored for stored in self._read(part)}
            yield from (found[key] for key in part)

    def counts(self) -> tuple[int, int]:
        """Return the numbers of articles and passages."""
        spans = [len(entry.spans) for entry in self.entries()]
        return len(spans), sum(spans)

    def _read(self, ids: Iterable[str]) -> Iterator[StoredArticle]:
        there = [article for article in ids if article in self.members]
        parts = [there[low : low + READ] for low in range(0, len(there), READ)]
        found = [stored for part in parts for stored in super(SharedStore, self)._read(part)]
        if len(found) < len(set(there)):
            raise IndexDamaged(
                "This generation of the index is no longer on the server: ask again, and the live one answers."
            )
        return iter(found)

    def _key(self, article: str) -> str:
        return f"{self.members.get(article, '-')}.{article}"

    def _bare(self, key: str) -> str | None:
        since, _, passage = key.partition(".")
        return passage if self.members.get(passage.partition(":")[0]) == since else None

    def _put(self, collection: Any, **rows: Any) -> None:
        collection.upsert(**rows)


def known_members(folder: Path) -> Members:
    """Return which articles a folder knows, and since when. Raises: IndexDamaged."""
    return {entry.source.id: since for entry, since in known(folder)}


def known(folder: Path) -> Iterator[tuple[Entry, str]]:
    """Yield what a folder knows of its articles, each with the stamp under which it came in. Raises: IndexDamaged."""
    path = folder / _FILE
    if not path.exists():
        return
    try:
        with path.open(encoding="utf-8") as file:
            for line in file:
                fields = json.loads(line)
                yield entry_of(fields.pop("id"), fields), fields["since"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(f"{path} cannot be read: delete {folder}, and it is made again.") from error


def write_known(folder: Path, articles: Iterable[tuple[Entry, str]]) -> None:
    """Write what is known of articles into a folder, over what was known."""
    draft = folder / f"{_FILE}.new"
    with draft.open("w", encoding="utf-8") as file:
        for entry, since in articles:
            fields = {"id": entry.source.id, "since": since, **metadata_of(entry)}
            file.write(json.dumps(fields, ensure_ascii=False) + "\n")
    draft.replace(folder / _FILE)
