"""Vectors, article texts and metadata in Chroma, the store of record. The only importer of chromadb.

Two collections: `passages` holds a vector under an id that says where the passage stands
(`<article>:<start>-<end>`) and nothing else; `articles` holds each whole text once, its metadata,
and the mean of its passage vectors. A passage's text is a slice of its article's.

The text is kept as a metadata value, not as Chroma's document: an embedded or single-node Chroma keeps
a full-text index of documents that no schema turns off, four times the time and twice the disk.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self, cast

import numpy as np
from numpy.typing import NDArray

from index.addresses import same_url
from index.articles import Article, PublishedFrom, Source, content_hash
from index.errors import IndexDamaged
from index.passages import Passage

Vectors = NDArray[np.float32]

# Chroma takes at most 5,461 records a call.
_BATCH = 5_000
_PAGE = 500  # whole articles read at a time
# Chosen by measured recall against exact search and the time to add: see docs/measurements.md.
_MAX_NEIGHBORS = 8
_EF_CONSTRUCTION = 40
_EF_SEARCH = 400


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
    """One generation's Chroma database. Not for two writers, nor for a writer beside a reader."""

    def __init__(self, client: Any, passages: Any, articles: Any) -> None:
        self._client, self._passages, self._articles = client, passages, articles
        self._size: int | None = None

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make an empty store in a folder that no store was in before."""
        from chromadb.api.types import HnswIndexConfig, Schema, VectorIndexConfig

        client = _client(path)
        hnsw = HnswIndexConfig(max_neighbors=_MAX_NEIGHBORS, ef_construction=_EF_CONSTRUCTION, ef_search=_EF_SEARCH)
        schema = Schema().create_index(config=VectorIndexConfig(space="cosine", hnsw=hnsw))
        names = ("passages", "articles")
        made = [client.create_collection(name, schema=schema, embedding_function=None) for name in names]
        return cls(client, *made)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a store. Raises: IndexDamaged where Chroma finds none there or cannot read it."""
        if not (path / "chroma.sqlite3").is_file():
            raise IndexDamaged(f"The index's database {path} is missing: build the index again with --fresh.")
        try:
            client = _client(path)
            found = [client.get_collection(name, embedding_function=None) for name in ("passages", "articles")]
        except Exception as error:  # Chroma raises its own and sqlite's errors alike
            raise IndexDamaged(
                f"The index's database {path} cannot be read ({error}): build the index again with --fresh."
            ) from error
        return cls(client, *found)

    def close(self) -> None:
        """Let go of the files; the store must not be used after it."""
        self._client.close()

    def add(self, articles: Sequence[StoredArticle], vectors: Vectors) -> None:
        """Add articles; `vectors` (passages, dimensions) holds their passages' vectors in the order of their spans."""
        ids = [passage_id(stored.entry.source.id, *span) for stored in articles for span in stored.entry.spans]
        for low in range(0, len(ids), _BATCH):
            self._passages.add(ids=ids[low : low + _BATCH], embeddings=vectors[low : low + _BATCH])
        ends = np.cumsum([len(stored.entry.spans) for stored in articles])
        means = np.stack([part.mean(axis=0) for part in np.split(vectors, ends[:-1])])
        for low in range(0, len(articles), _BATCH):
            part = articles[low : low + _BATCH]
            self._articles.add(
                ids=[stored.entry.source.id for stored in part],
                metadatas=[_metadata(stored) for stored in part],
                embeddings=means[low : low + _BATCH],
            )

    def delete(self, entries: Sequence[Entry]) -> None:
        """Delete articles and their passages."""
        ids = [passage_id(entry.source.id, *span) for entry in entries for span in entry.spans]
        for low in range(0, len(ids), _BATCH):
            self._passages.delete(ids=ids[low : low + _BATCH])
        for low in range(0, len(entries), _BATCH):
            self._articles.delete(ids=[entry.source.id for entry in entries[low : low + _BATCH]])

    def nearest(self, vector: NDArray[np.float32], k: int) -> dict[str, float]:
        """Return up to k passage ids near a unit vector (dimensions,), with cosines, by approximate search."""
        if self._size is None:
            # counting takes Chroma longer than searching, and what is searched does not change
            self._size = self._passages.count()
        k = min(k, self._size, _EF_SEARCH)
        if not k:
            return {}
        found = self._passages.query(query_embeddings=[vector], n_results=k, include=["distances"])
        return {key: 1.0 - distance for key, distance in zip(found["ids"][0], found["distances"][0], strict=True)}

    def vectors(self, ids: Sequence[str]) -> tuple[list[str], Vectors]:
        """Return the ids that are there and their unit vectors (n, dimensions), in the same order."""
        found = self._passages.get(ids=list(ids), include=["embeddings"])
        return found["ids"], np.asarray(found["embeddings"], dtype=np.float32)

    def articles(self, ids: Iterable[str]) -> dict[str, Article]:
        """Return the articles of these ids; one that is not there is left out."""
        found = self._articles.get(ids=list(ids), include=["metadatas"])
        return {
            key: Article(source_of(key, metadata), metadata["text"])
            for key, metadata in zip(found["ids"], found["metadatas"], strict=True)
        }

    def entries(self) -> Iterator[Entry]:
        """Yield every stored article without its text."""
        for key, metadata in self._rows():
            yield _entry(key, metadata)

    def stored(self) -> Iterator[StoredArticle]:
        """Yield every stored article whole."""
        for key, metadata in self._rows():
            yield StoredArticle(_entry(key, metadata), metadata["text"])

    def _rows(self) -> Iterator[tuple[str, dict[str, str]]]:
        for low in range(0, self._articles.count(), _PAGE):
            found = self._articles.get(limit=_PAGE, offset=low, include=["metadatas"])
            yield from zip(found["ids"], found["metadatas"], strict=True)

    def counts(self) -> tuple[int, int]:
        """Return the numbers of articles and passages."""
        return self._articles.count(), self._passages.count()


def _client(path: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(path), settings=Settings(anonymized_telemetry=False))


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


def _metadata(stored: StoredArticle) -> dict[str, str]:
    """Return the metadata; Chroma takes no None, so what is not known is left out."""
    entry = stored.entry
    fields = {
        **fields_of(entry.source),
        "content": entry.content,
        "version": entry.version,
        "origin": entry.origin,
        "spans": ",".join(f"{start}-{end}" for start, end in entry.spans),
        "text": stored.text,
    }
    return {key: value for key, value in fields.items() if value is not None}


def _entry(key: str, metadata: dict[str, str]) -> Entry:
    spans = tuple((int(start), int(end)) for start, end in (span.split("-") for span in metadata["spans"].split(",")))
    return Entry(source_of(key, metadata), metadata["content"], metadata["version"], spans, metadata.get("origin"))
