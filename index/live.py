"""The index as others hold it: opens the live generation, and the next one when a build has swapped it.

Safe for many threads. A generation stays open until the last call on it has ended.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any, Self

from index.articles import Article, Source
from index.catalogue import FILE as CATALOGUE
from index.catalogue import Catalogue, Shelf
from index.embedding import Embedder, load_embedder
from index.errors import DatelineError, IndexDamaged, IndexMismatch, IndexMissing
from index.finding import Finding, Hit
from index.lexical import Lexical
from index.manifest import Manifest
from index.places import Place, Tell
from index.ranking import WEIGHTS, Weights
from index.recent import FILE as RECENT
from index.recent import Added, Recent
from index.reprints import FILE as SIGNATURES
from index.room import check_writable
from index.search import Snapshot
from index.stories import Stories
from index.versions import Version, Versions
from index.where import Where, place_of

# made from the store where damaged; not known where damaged; for builds alone
NOT_READ = (CATALOGUE, RECENT, f"reprints/{SIGNATURES}")


class _Open:
    """A snapshot, what keeps its generation on disk, and how many calls are on it; `stamp` as of `Place`."""

    def __init__(self, snapshot: Snapshot, stamp: str, held: ExitStack) -> None:
        self.snapshot, self.stamp, self.users, self.retired = snapshot, stamp, 0, False
        self._held = held

    def close(self) -> None:
        """Let go of the files, and of the generation."""
        self.snapshot.close()
        self._held.close()


class NewsIndex:
    """An index in a folder or on a server, open for reading."""

    def __init__(
        self, index: Where, embedder: Embedder | None = None, weights: Weights = WEIGHTS, tell: Tell | None = None
    ) -> None:
        self._place = place_of(index)
        self._given, self._weights, self._tell = embedder, weights, tell
        self._loaded: Embedder | None = None
        self._lock = threading.Lock()
        self._live: _Open | None = None
        self._preparing: threading.Thread | None = None

    @classmethod
    def open(
        cls, index: Where, embedder: Embedder | None = None, weights: Weights = WEIGHTS, tell: Tell | None = None
    ) -> Self:
        """Open an index, in a folder or on a server, with the embedding model that made it.

        `embedder` is that model where the caller has it already; `weights` are those of the ranking. `tell` is called
        with how many articles of how many were taken in, while what a server does not keep is derived. Raises:
        IndexMissing, IndexMismatch, IndexDamaged, EmbeddingError, ServerFailed.
        """
        made = cls(index, embedder, weights, tell)
        try:
            with made.snapshot():
                return made
        except BaseException:
            made.close()
            raise

    @property
    def folder(self) -> Path:
        """The index's folder; of one on a server, that of what is derived here."""
        return self._place.folder

    @property
    def place(self) -> Place:
        """Where the index lives, with its generations."""
        return self._place

    @property
    def preparing(self) -> bool:
        """Whether a newer generation is being made ready; until it is, the one before answers."""
        return self._preparing is not None and self._preparing.is_alive()

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
        if self._preparing is not None:
            self._preparing.join()
        with self._lock:
            self._retire()
            self._place.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def _hold(self) -> _Open:
        before = self._live
        # asked without the lock: a server that is slow to answer makes no question wait for another
        number = self._place.current()
        with self._lock:
            # where another question has opened one meanwhile, that is as new
            if self._live is None or (self._live is before and self._behind(number)):
                if self._live and self._live.snapshot.manifest.generation == number:
                    self._retire()  # deleted and built anew: Chroma would give the open store of this path once more
                opened = self._open(number)
                self._retire()
                self._live = opened
            self._live.users += 1
            return self._live

    def _behind(self, number: int) -> bool:
        """Tell whether the generation that is open is to give way to this one."""
        return self._live is not None and self._live.stamp != self._place.stamp(number) and self._ready(number)

    def _ready(self, number: int) -> bool:
        """Tell whether a generation can take the place of the one that is open; where not, begin to make it ready."""
        if self._place.ready(number):
            return True
        if not self.preparing:
            self._preparing = threading.Thread(target=self._prepare, args=(number,), name="prepare", daemon=True)
            self._preparing.start()
        return False

    def _prepare(self, number: int) -> None:
        # what goes wrong here goes wrong again, and is told, when nothing older is open; a next question tries again
        with suppress(DatelineError, OSError):
            self._place.prepare(number, self._tell)

    def _open(self, number: int) -> _Open:
        """Open a generation; where a build has swapped and swept it meanwhile, the one that is live now."""
        while True:
            try:
                return self._open_one(number)
            except IndexDamaged:
                if (now := self._place.current()) == number:
                    raise
                number = now

    def _open_one(self, number: int) -> _Open:
        stamp, manifest = self._place.stamp(number), self._place.manifest(number)
        if not manifest.articles:
            how = f"add some with `python -m index build SOURCE... {self._place.given}`"
            raise IndexMissing(f"The index in {self._place.name} holds no articles: {how}.")
        embedder = self._given or self._loaded
        if embedder is None or (self._given is None and embedder.fingerprint != manifest.fingerprint):
            # another generation may be of another model
            embedder = self._loaded = load_embedder(manifest.embedding)
        check_model(manifest, embedder, self._place)
        with ExitStack() as opened:
            damaged = self._place.prepare(number, self._tell, NOT_READ)
            opened.enter_context(self._place.held(number))
            path = self._place.path(number)
            check_writable(path)
            lexical = Lexical.open(path / "lexical")
            stories, versions = Stories.open(path / "reprints"), Versions.open(path)
            store = self._place.open(number)
            whole = CATALOGUE not in damaged
            catalogue = Catalogue.open(path if whole else None, lambda: (entry.source for entry in store.entries()))
            recent = Recent() if RECENT in damaged else Recent.open(path)
            about = (stories, versions, catalogue, recent)
            snapshot = Snapshot(manifest, store, lexical, *about, embedder, self._weights)
            return _Open(snapshot, stamp, opened.pop_all())

    def _retire(self) -> None:
        if self._live is not None:
            self._live.retired = True
            if not self._live.users:
                self._live.close()
            self._live = None


def check_model(manifest: Manifest, embedder: Embedder, place: Place) -> None:
    """Raises: IndexMismatch where the index was made by another model."""
    if manifest.fingerprint != embedder.fingerprint:
        raise IndexMismatch(
            f"The index in {place.name} was made by the embedding model {manifest.embedding!r} "
            f"({manifest.fingerprint[:12]}), not by this {embedder.name!r} ({embedder.fingerprint[:12]}): "
            f"build it again with `python -m index build SOURCE... {place.given} --fresh`."
        )
