"""The index as others hold it: opens the live generation, and the next one when a build has swapped it.

Safe for many threads. A generation stays open until the last call on it has ended.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Self

from index.articles import Article, Source
from index.catalogue import Catalogue, Shelf
from index.embedding import Embedder, load_embedder
from index.errors import IndexDamaged, IndexMismatch, IndexMissing
from index.finding import Finding, Hit
from index.generations import Generations, Manifest, Stamp
from index.lexical import Lexical
from index.ranking import WEIGHTS, Weights
from index.recent import Added, Recent
from index.search import Snapshot
from index.store import Store
from index.stories import Stories
from index.versions import Version, Versions


class _Open:
    """A snapshot, what keeps its generation on disk, and how many calls are on it; `stamp` as of `Generations`."""

    def __init__(self, snapshot: Snapshot, stamp: Stamp, held: ExitStack) -> None:
        self.snapshot, self.stamp, self.users, self.retired = snapshot, stamp, 0, False
        self._held = held

    def close(self) -> None:
        """Let go of the files, and of the generation."""
        self.snapshot.close()
        self._held.close()


class NewsIndex:
    """An index in a folder, open for reading."""

    def __init__(
        self, folder: str | os.PathLike[str], embedder: Embedder | None = None, weights: Weights = WEIGHTS
    ) -> None:
        self._generations = Generations(folder)
        self._given, self._weights = embedder, weights
        self._loaded: Embedder | None = None
        self._lock = threading.Lock()
        self._live: _Open | None = None

    @classmethod
    def open(cls, folder: str | os.PathLike[str], embedder: Embedder | None = None, weights: Weights = WEIGHTS) -> Self:
        """Open an index with the embedding model that made it.

        `embedder` is that model where the caller has it already; `weights` are those of the ranking. Raises:
        IndexMissing, IndexMismatch, IndexDamaged, EmbeddingError.
        """
        index = cls(folder, embedder, weights)
        with index.snapshot():
            return index

    @property
    def folder(self) -> Path:
        """The index's folder."""
        return self._generations.folder

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Give the live generation; it stays the same, and open, until the block ends."""
        held = self._hold()
        try:
            yield held.snapshot
        finally:
            with self._lock:
                held.users -= 1
                if held.retired and not held.users:
                    held.close()

    def search(
        self,
        question: str,
        k: int = 10,
        *,
        asked_on: date | None = None,
        outlets: Sequence[str] = (),
        since: date | None = None,
        until: date | None = None,
        topic: str = "",
        without: Sequence[str] = (),
    ) -> list[Hit]:
        """Search the live generation: see `Snapshot.search`."""
        with self.snapshot() as live:
            return live.search(
                question, k, asked_on=asked_on, outlets=outlets, since=since, until=until, topic=topic, without=without
            )

    def find(self, question: str, k: int = 10, **narrowing: Any) -> Finding:
        """Search the live generation and say what was searched: arguments and errors as in `Snapshot.find`."""
        with self.snapshot() as live:
            return live.find(question, k, **narrowing)

    def article(self, id_or_url: str) -> Article:
        """Return a whole article. Raises: ArticleMissing."""
        with self.snapshot() as live:
            return live.article(id_or_url)

    def versions(self, id_or_url: str) -> list[Version]:
        """Return what an article said before, the oldest first, and at the end what it says now.

        Earlier versions are for reading; they are never found or quoted. Raises: ArticleMissing.
        """
        with self.snapshot() as live:
            return live.versions(id_or_url)

    def story(self, id_or_url: str) -> list[Source]:
        """Return all articles that print the story of one, the likeliest original first. Raises: ArticleMissing."""
        with self.snapshot() as live:
            return live.story(id_or_url)

    def articles(self, offset: int = 0, limit: int | None = None) -> list[Source]:
        """Return the sources of the articles, newest first."""
        with self.snapshot() as live:
            return live.articles(offset, limit)

    def browse(self, words: str = "", **narrowing: Any) -> Shelf:
        """Return one page of the list of articles: arguments and errors as in `Snapshot.browse`."""
        with self.snapshot() as live:
            return live.browse(words, **narrowing)

    def days(self) -> Mapping[date | None, int]:
        """Return how many articles were published on each day; None counts those whose day is not known."""
        with self.snapshot() as live:
            return live.days()

    def recent(self, limit: int = 8) -> list[Added]:
        """Return the articles that were added or updated last, the last first; none where that is not known."""
        with self.snapshot() as live:
            return live.recent(limit)

    def info(self) -> Manifest:
        """Return what the live generation holds and how it was made."""
        with self.snapshot() as live:
            return live.info()

    def close(self) -> None:
        """Let go of the files; calls that are under way end first."""
        with self._lock:
            self._retire()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def _hold(self) -> _Open:
        with self._lock:
            number = self._generations.current()
            if self._live is None or self._live.stamp != self._generations.stamp(number):
                if self._live and self._live.stamp[0] == number:
                    self._retire()  # deleted and built anew: Chroma would give the open store of this path once more
                opened = self._open(number)
                self._retire()
                self._live = opened
            self._live.users += 1
            return self._live

    def _open(self, number: int) -> _Open:
        """Open a generation; where a build has swapped and swept it meanwhile, the one that is live now."""
        while True:
            try:
                return self._open_one(number)
            except IndexDamaged:
                if (now := self._generations.current()) == number:
                    raise
                number = now

    def _open_one(self, number: int) -> _Open:
        stamp, manifest = self._generations.stamp(number), self._generations.manifest(number)
        if not manifest.articles:
            how = f"add some with `python -m index build SOURCE... --index {self.folder}`"
            raise IndexMissing(f"The index in {self.folder} holds no articles: {how}.")
        embedder = self._given or self._loaded
        if embedder is None or (self._given is None and embedder.fingerprint != manifest.fingerprint):
            # another generation may be of another model
            embedder = self._loaded = load_embedder(manifest.embedding)
        check_model(manifest, embedder, self.folder)
        with ExitStack() as opened:
            opened.enter_context(self._generations.held(number))
            path = self._generations.path(number)
            lexical = Lexical.open(path / "lexical")
            stories, versions = Stories.open(path / "reprints"), Versions.open(path)
            store = Store.open(path / "chroma")
            catalogue = Catalogue.open(path, lambda: (entry.source for entry in store.entries()))
            about = (stories, versions, catalogue, Recent.open(path))
            snapshot = Snapshot(manifest, store, lexical, *about, embedder, self._weights)
            return _Open(snapshot, stamp, opened.pop_all())

    def _retire(self) -> None:
        if self._live is not None:
            self._live.retired = True
            if not self._live.users:
                self._live.close()
            self._live = None


def check_model(manifest: Manifest, embedder: Embedder, folder: Path) -> None:
    """Raises: IndexMismatch where the index was made by another model."""
    if manifest.fingerprint != embedder.fingerprint:
        raise IndexMismatch(
            f"The index in {folder} was made by the embedding model {manifest.embedding!r} "
            f"({manifest.fingerprint[:12]}), not by this {embedder.name!r} ({embedder.fingerprint[:12]}): "
            f"build it again with `python -m index build SOURCE... --index {folder} --fresh`."
        )
