"""A new generation in the making: what is in it, what goes out and what comes in. Knows nothing of reading."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from index.articles import Source, article_id
from index.catalogue import Catalogue
from index.embedding import Embedder, Vectors, load_embedder
from index.errors import ArticleMissing, IndexDamaged, IndexMissing
from index.generations import DERIVED
from index.lexical import Lexical, fold
from index.live import check_model
from index.manifest import Manifest
from index.places import Place, Tell
from index.recent import FILE as RECENT
from index.recent import Recent
from index.reprints import Signatures
from index.store import Entry, Store, StoredArticle
from index.stories import Stories
from index.versions import Versions


class Batch:
    """Articles to take out and articles to put in, with their passages.

    `instead`: the id of an article that goes out → the id of the one that takes its place, often the same.
    """

    def __init__(
        self, out: Sequence[Entry], articles: Sequence[StoredArticle], instead: Mapping[str, str] | None = None
    ) -> None:
        self.out, self.articles, self.instead = out, articles, instead or {}
        self.found = [stored.passages() for stored in articles]


class Change:
    """A new generation in the making: a copy of the live one, made when the first change comes."""

    def __init__(
        self,
        place: Place,
        embedding: str | None,
        embedder: Embedder | None,
        fresh: bool,
        tell: Tell | None = None,
    ) -> None:
        self._place = place
        self._live = None if fresh else _live(place)
        name = embedding or (self._live.embedding if self._live else None)
        self.embedder = embedder or load_embedder(name)
        if self._live:
            check_model(self._live, self.embedder, place)
        self._number: int | None = None
        self._store: Store | None = None
        self._lexical: Lexical | None = None
        self._versions: Versions | None = None
        self.signatures = Signatures()
        self.entries: dict[str, Entry] = {}
        self.by_content: dict[str, list[str]] = {}
        self.by_origin: dict[str, str] = {}
        self.stories = Stories()
        self._recent, self._came = Recent(), list[str]()  # in the live generation; in this change
        self.passages = 0
        self._lost: set[str] = set()  # files of the live generation that are damaged, and made again here
        self._load(tell)

    def __enter__(self) -> Change:
        return self

    def __exit__(self, *_: object) -> None:
        if self._store is not None:
            self._store.close()
        if self._versions is not None:
            self._versions.close()
        if self._number is not None:
            # never published: leave nothing behind
            self._place.discard(self._number)

    @property
    def live(self) -> Path | None:
        """The folder of the generation that the new one is made from."""
        return self._place.path(self._live.generation) if self._live else None

    @property
    def live_since(self) -> datetime | None:
        """When the generation was built that the new one is made from."""
        return self._live.built_at if self._live else None

    def known(self, id_or_url: str) -> Entry:
        """Return the entry of an article. Raises: ArticleMissing."""
        for key in (id_or_url, article_id(id_or_url, "")):
            if key in self.entries:
                return self.entries[key]
        raise ArticleMissing(f"No article {id_or_url} is in the index: `python -m index list` shows those that are.")

    def forget(self, entry: Entry) -> None:
        """Take an article off the books."""
        self.passages -= len(entry.spans)
        self.entries.pop(entry.source.id, None)
        self.signatures.remove(entry.source.id)
        self.by_content[entry.content].remove(entry.source.id)
        if entry.origin and self.by_origin.get(entry.origin) == entry.source.id:
            del self.by_origin[entry.origin]

    def note(self, entry: Entry) -> None:
        """Put an article on the books."""
        self.passages += len(entry.spans)
        self.entries[entry.source.id] = entry
        self.by_content.setdefault(entry.content, []).append(entry.source.id)
        if entry.origin:
            self.by_origin[entry.origin] = entry.source.id

    def same_text(self, content: str, outlet: str | None) -> Source | None:
        """Return the source of an article with this `content_hash`; one of another outlet is a reprint."""
        for article in self.by_content.get(content, ()):
            source = self.entries[article].source
            if not outlet or not source.outlet or fold(outlet) == fold(source.outlet):
                return source
        return None

    def said_before(self, article: str, content: str) -> bool:
        """Tell whether an article of the live generation had a text of this `content_hash` before."""
        return self._versions is not None and self._versions.said(article, content)

    def write(self, batch: Batch, vectors: Vectors) -> None:
        """Take articles out, then put articles with their passages and vectors (passages, dimensions) in."""
        store, lexical = self._open()
        self._keep(batch, store)
        store.delete(batch.out)
        lexical.delete(entry.source.id for entry in batch.out)
        if batch.articles:
            store.add(batch.articles, vectors)
            lexical.add(passage for group in batch.found for passage in group)
        self._came += [stored.entry.source.id for stored in batch.articles]

    def publish(self) -> int:
        """Make the new generation live and return its number; without any change, the live one stays."""
        if self._number is None:
            assert self._live is not None  # nothing live and nothing changed: the build has refused before
            return self._live.generation
        store, lexical = self._open()
        lexical.commit()
        store.flush()
        store.close()
        self._store = None
        if self._versions is not None:
            self._versions.commit()
        path = self._place.path(self._number) / "reprints"
        self.signatures.save(path)
        self.stories = Stories(self.signatures.stories())
        self.stories.save(path)
        Catalogue.of(entry.source for entry in self.entries.values()).save(path.parent)
        built_at = datetime.now(UTC).replace(microsecond=0)
        self._recent.then(self._came, built_at, self.entries).save(path.parent)
        days = [entry.source.published for entry in self.entries.values() if entry.source.published]
        outlets = Counter(entry.source.outlet for entry in self.entries.values() if entry.source.outlet)
        manifest = Manifest(
            generation=self._number,
            parent=self._live.generation if self._live else None,
            built_at=built_at,
            embedding=self.embedder.name,
            fingerprint=self.embedder.fingerprint,
            dimensions=self.embedder.dimensions,
            articles=len(self.entries),
            passages=self.passages,
            oldest=min(days, default=None),
            newest=max(days, default=None),
            outlets=dict(outlets.most_common()),
        )
        self._place.publish(manifest)
        number, self._number = self._number, None
        return number

    def _load(self, tell: Tell | None) -> None:
        """Put the live generation's articles on the books."""
        if self._live is None:
            return
        self._lost = self._place.prepare(self._live.generation, tell, DERIVED)
        path = self._place.path(self._live.generation)
        with closing(self._place.open(self._live.generation)) as store:
            for entry in store.entries():
                self.note(entry)
        self._versions = Versions.open(path)
        self._recent = Recent() if RECENT in self._lost else Recent.open(path)
        if self._lost or not self._derived(path):
            # a change by itself: what is derived is made again from the store
            self._open()
            self._sign()

    def _derived(self, path: Path) -> bool:
        """Take over what is derived for the live generation; tell whether all of it can be read."""
        try:
            Lexical.open(path / "lexical")
            self.stories = Stories.open(path / "reprints")
            self.signatures = Signatures.open(path / "reprints")
        except IndexDamaged:
            return False
        return True

    def _sign(self) -> None:
        """Make the signatures of all articles anew."""
        self.signatures = Signatures()
        for stored in self._open()[0].stored():
            self.signatures.add(stored.entry.source.id, stored.text, stored.entry.source.published)

    def _keep(self, batch: Batch, store: Store) -> None:
        """Keep what a batch replaces among the versions, and let go of those of what it only takes out."""
        assert self._versions is not None  # made by _open
        replaced = store.articles(batch.instead) if batch.instead else {}
        for article in replaced.values():
            self._versions.keep(article, batch.instead[article.source.id])
        self._versions.forget([entry.source.id for entry in batch.out if entry.source.id not in batch.instead])

    def _open(self) -> tuple[Store, Lexical]:
        if self._store is None or self._lexical is None:
            parent = self._live.generation if self._live else None
            self._number = self._place.begin(parent)
            path = self._place.path(self._number)
            if any(name.startswith("lexical/") for name in self._lost):
                shutil.rmtree(path / "lexical", ignore_errors=True)
            make = parent is None
            self._store = self._place.create(self._number) if make else self._place.open(self._number)
            self._lexical = Lexical.create(path / "lexical") if make else _word_index(path / "lexical", self._store)
            if self._versions is not None:
                self._versions.close()
            self._versions = Versions.create(path)
        return self._store, self._lexical


def _word_index(path: Path, store: Store) -> Lexical:
    """Open a word index; one that is missing or damaged is made again from the store, which holds all it needs."""
    try:
        return Lexical.open(path)
    except IndexDamaged:
        shutil.rmtree(path, ignore_errors=True)
        lexical = Lexical.create(path)
        for stored in store.stored():
            lexical.add(stored.passages())
        return lexical


def _live(place: Place) -> Manifest | None:
    try:
        return place.manifest(place.current())
    except IndexMissing:
        return None
