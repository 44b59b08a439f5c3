"""Vectors, article texts and metadata in Chroma, the store of record.

Two collections: `passages` holds a vector under an id that says where the passage stands
(`<article>:<start>-<end>`) and nothing else; `articles` holds each whole text once, its metadata,
and the mean of its passage vectors. A passage's text is a slice of its article's.

The text is kept as a metadata value, not as Chroma's document: an embedded or single-node Chroma keeps
a full-text index of documents that no schema turns off, four times the time and twice the disk.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self, cast

import numpy as np
from numpy.typing import NDArray

from index.addresses import same_url
from index.articles import Article, PublishedFrom, Source, content_hash
from index.chroma import BATCH, EF_SEARCH, WRITTEN, blot, embedded, schema
from index.errors import Hindered, IndexDamaged
from index.passages import Passage

Vectors = NDArray[np.float32]

_NAMES = ("passages", "articles")
_PAGE = 500  # whole articles read at a time


@dataclass(frozen=True, slots=True)
class Entry:
    """What the store keeps of an article beside its text.

    `content` and `version` tell a build new from changed; `spans` are its passages; `origin` is the file it came from.
    """

    source: Source
    content: str
    version: str
    spans: tuple[tuple[int, int], ...]
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """A whole article as the store keeps it."""

    entry: Entry
    text: str

    @property
    def article(self) -> Article:
        """The article alone."""
        return Article(self.entry.source, self.text)

    @property
    def sound(self) -> bool:
        """Whether text and metadata are those that were written, by the hashes kept with them."""
        entry = self.entry
        return content_hash(self.text) == entry.content and version_of(entry.source, entry.content) == entry.version

    def passages(self) -> list[Passage]:
        """Return its passages, each a slice of its text."""
        return [Passage(self.entry.source, self.text[start:end], start, end) for start, end in self.entry.spans]


def passage_id(article: str, start: int, end: int) -> str:
    """Return the id of a passage: 16 hex digits of its article and the characters it spans."""
    return f"{article}:{start}-{end}"


def version_of(source: Source, content: str) -> str:
    """Return 32 hex digits that change with the text (given as its `content_hash`) or any metadata shown.

    How the address is spelled does not count: the same page met at its mobile address is no change.
    """
    fields = {**fields_of(source), "url": same_url(source.url) if source.url else None, "content": content}
    return content_hash(json.dumps(fields, sort_keys=True))


class Store:
    """One generation's Chroma database in a folder. Not for two writers, nor for a writer beside a reader.

    `_key`, `_bare` and `_put` are where a store that generations share differs (`SharedStore`).
    """

    def __init__(
        self, passages: Any, articles: Any, close: Callable[[], None], batch: int = BATCH, folder: Path | None = None
    ) -> None:
        self._passages, self._articles, self._close, self._batch = passages, articles, close, batch
        self._database, self._wrote = folder, False
        self._size: int | None = None

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make an empty store in a folder that no store was in before."""
        client = embedded(path)

        def made(name: str) -> Any:
            return client.create_collection(name, schema=schema(), embedding_function=None)

        passages, articles = map(made, _NAMES)
        return cls(passages, articles, client.close, folder=path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a store. Raises: IndexDamaged where Chroma finds none there or cannot read it."""
        if not (path / "chroma.sqlite3").is_file():
            raise IndexDamaged(f"The index's database {path} is missing: build the index again with --fresh.")
        try:
            client = embedded(path)
            passages, articles = (client.get_collection(name, embedding_function=None) for name in _NAMES)
            if small := [one for one in (passages, articles) if one.count() < WRITTEN]:
                for one in small:
                    one.get(limit=1, include=["embeddings"])  # as it opens these, Chroma writes into the folder
                blot(path, unwritten=True)
        except Hindered:
            raise
        except Exception as error:  # Chroma raises its own and sqlite's errors alike
            raise IndexDamaged(
                f"The index's database {path} cannot be read ({error}): build the index again with --fresh."
            ) from error
        return cls(passages, articles, client.close, folder=path)

    def close(self) -> None:
        """Let go of it; the store must not be used after it."""
        self._close()
        if self._database and self._wrote:
            blot(self._database)

    def add(self, articles: Sequence[StoredArticle], vectors: Vectors) -> None:
        """Add articles; `vectors` (passages, dimensions) holds their passages' vectors in the order of their spans."""
        self._wrote = True
        # the articles first: they tell which passages a build that is killed may have left behind
        ends = np.cumsum([len(stored.entry.spans) for stored in articles])
        means = np.stack([part.mean(axis=0) for part in np.split(vectors, ends[:-1])])
        for low in range(0, len(articles), self._batch):
            part = articles[low : low + self._batch]
            self._put(
                self._articles,
                ids=[self._key(stored.entry.source.id) for stored in part],
                metadatas=[_metadata(stored) for stored in part],
                embeddings=means[low : low + self._batch],
            )
        entries = [stored.entry for stored in articles]
        ids = [self._passage(entry.source.id, span) for entry in entries for span in entry.spans]
        for low in range(0, len(ids), self._batch):
            batch = slice(low, low + self._batch)
            self._put(self._passages, ids=ids[batch], embeddings=vectors[batch])

    def flush(self) -> None:
        """Write what was added and still waits; here nothing does."""

    def delete(self, entries: Sequence[Entry]) -> None:
        """Delete articles and their passages."""
        self._wrote = True
        ids = [self._passage(entry.source.id, span) for entry in entries for span in entry.spans]
        for low in range(0, len(ids), self._batch):
            self._passages.delete(ids=ids[low : low + self._batch])
        for low in range(0, len(entries), self._batch):
            self._articles.delete(ids=[self._key(entry.source.id) for entry in entries[low : low + self._batch]])

    def nearest(self, vector: NDArray[np.float32], k: int) -> dict[str, float]:
        """Return up to k passage ids near a unit vector (dimensions,), with cosines, by approximate search."""
        if self._size is None:
            # counting takes Chroma longer than searching, and what is searched does not change
            self._size = self._passages.count()
        k = min(k, self._size, EF_SEARCH)
        if not k:
            return {}
        found = self._passages.query(query_embeddings=[vector], n_results=k, include=["distances"])
        pairs = zip(map(self._bare, found["ids"][0]), found["distances"][0], strict=True)
        return {key: 1.0 - distance for key, distance in pairs if key is not None}

    def vectors(self, ids: Sequence[str]) -> tuple[list[str], Vectors]:
        """Return the ids that are there and their unit vectors (n, dimensions), in the same order."""
        wanted = {self._keyed(key): key for key in ids}
        found = self._passages.get(ids=list(wanted), include=["embeddings"])
        return [wanted[key] for key in found["ids"]], np.asarray(found["embeddings"], dtype=np.float32)

    def articles(self, ids: Iterable[str]) -> dict[str, Article]:
        """Return the articles of these ids; one that is not there is left out.

        Raises: IndexDamaged where one is not as it was written: what is quoted is checked as it is read.
        """
        return {stored.entry.source.id: stored.article for stored in self._read(ids)}

    def entries(self) -> Iterator[Entry]:
        """Yield every stored article without its text."""
        for key, metadata in self._rows():
            yield entry_of(key, metadata)

    def stored(self) -> Iterator[StoredArticle]:
        """Yield every stored article whole. Raises: IndexDamaged where one is not as it was written."""
        for key, metadata in self._rows():
            yield _stored(key, metadata)

    def counts(self) -> tuple[int, int]:
        """Return the numbers of articles and passages."""
        return self._articles.count(), self._passages.count()

    def _rows(self) -> Iterator[tuple[str, dict[str, str]]]:
        for low in range(0, self._articles.count(), _PAGE):
            found = self._articles.get(limit=_PAGE, offset=low, include=["metadatas"])
            yield from zip(found["ids"], found["metadatas"], strict=True)

    def _read(self, ids: Iterable[str]) -> Iterator[StoredArticle]:
        wanted = {self._key(article): article for article in ids}
        if not wanted:
            return
        found = self._articles.get(ids=list(wanted), include=["metadatas"])
        for key, metadata in zip(found["ids"], found["metadatas"], strict=True):
            yield _stored(wanted[key], metadata)

    def _passage(self, article: str, span: tuple[int, int]) -> str:
        return passage_id(self._key(article), *span)

    def _keyed(self, passage: str) -> str:
        """Return the key under which a passage is stored."""
        article, span = passage.split(":")
        return f"{self._key(article)}:{span}"

    def _key(self, article: str) -> str:
        """Return the key under which an article is stored."""
        return article

    def _bare(self, key: str) -> str | None:
        """Return the id of the passage that is stored under a key, or None where it is none of this generation."""
        return key

    def _put(self, collection: Any, **rows: Any) -> None:
        collection.add(**rows)


def fields_of(source: Source) -> dict[str, str | None]:
    """Return all of a source but its id as strings; what is not known is None."""
    return {
        "title": source.title,
        "url": source.url,
        "outlet": source.outlet,
        "authors": json.dumps(source.authors, ensure_ascii=False) if source.authors else None,
        "published": source.published.isoformat() if source.published else None,
        "published_from": source.published_from,
        "published_at": source.published_at.isoformat() if source.published_at else None,
        "modified": source.modified.isoformat() if source.modified else None,
        "notice": source.notice,
        "withdrawn": "yes" if source.withdrawn else None,
        "pages": ",".join(map(str, source.pages)) or None,
    }


def source_of(key: str, fields: Mapping[str, str | None]) -> Source:
    """Return the source of these fields, as `fields_of` gives them; one that is missing is not known."""
    published, moment, modified = (fields.get(name) for name in ("published", "published_at", "modified"))
    return Source(
        id=key,
        title=fields["title"] or "",
        url=fields.get("url"),
        outlet=fields.get("outlet"),
        authors=tuple(json.loads(fields.get("authors") or "[]")),
        published=date.fromisoformat(published) if published else None,
        published_from=cast(PublishedFrom, fields["published_from"]),
        published_at=datetime.fromisoformat(moment) if moment else None,
        modified=date.fromisoformat(modified) if modified else None,
        notice=fields.get("notice"),
        withdrawn=bool(fields.get("withdrawn")),
        pages=tuple(map(int, (fields.get("pages") or "").split(","))) if fields.get("pages") else (),
    )


def _stored(key: str, metadata: Mapping[str, str]) -> StoredArticle:
    """Return an article from what is stored under its id. Raises: IndexDamaged where that is not as it was written."""
    with suppress(ValueError, KeyError, TypeError):
        stored = StoredArticle(entry_of(key, metadata), metadata["text"])
        if stored.sound:
            return stored
    raise IndexDamaged(
        f"The article {key} in the index is not as it was written: run `python -m index verify`, which says what to do."
    )


def _metadata(stored: StoredArticle) -> dict[str, str]:
    return {**metadata_of(stored.entry), "text": stored.text}


def metadata_of(entry: Entry) -> dict[str, str]:
    """Return the metadata; Chroma takes no None, so what is not known is left out."""
    fields = {
        **fields_of(entry.source),
        "content": entry.content,
        "version": entry.version,
        "origin": entry.origin,
        "spans": ",".join(f"{start}-{end}" for start, end in entry.spans),
    }
    return {key: value for key, value in fields.items() if value is not None}


def entry_of(key: str, metadata: Mapping[str, str]) -> Entry:
    """Return the entry of an article from its metadata as `metadata_of` gives it."""
    spans = tuple((int(start), int(end)) for start, end in (span.split("-") for span in metadata["spans"].split(",")))
    return Entry(source_of(key, metadata), metadata["content"], metadata["version"], spans, metadata.get("origin"))


def parcels(articles: Iterable[StoredArticle], passages: int) -> Iterator[list[StoredArticle]]:
    """Yield articles in lists that have that many passages or just above; the last has what is left."""
    parcel: list[StoredArticle] = []
    held = 0
    for stored in articles:
        parcel.append(stored)
        held += len(stored.entry.spans)
        if held >= passages:
            yield parcel
            parcel, held = [], 0
    if parcel:
        yield parcel
