"""Sources → a new generation of the index, or the removal of articles from it. Knows nothing of search.

A build reads as a stream: articles are decided on (new, changed, the same, said already), cut,
embedded and stored in batches, so memory does not grow with the sources. Nothing is visible until
the new generation is whole.
"""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.articles import article_id, content_hash
from index.embedding import Embedder, Vectors, load_embedder
from index.encoding import Encoder
from index.errors import ArticleMissing, BadRequest, IndexDamaged, IndexMissing
from index.generations import Generations, Manifest
from index.lexical import Lexical, heading
from index.live import check_model
from index.passages import passages
from index.readers import Known, Record, Unreadable, read
from index.store import Entry, Store, StoredArticle, version_of
from index.web import Manners, is_address

if TYPE_CHECKING:
    from index.web.fetching import Wait
    from index.web.visiting import Visit

BATCH_PASSAGES = 4_000
_MANY_PASSAGES = 1_000


@dataclass(frozen=True, slots=True)
class Failure:
    """A source or record that gave no article, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A source whose text another article has already; `same_as` is that article's title or URL."""

    source: str
    same_as: str


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build or removal did. Records read = added + updated + unchanged + duplicates + failed."""

    generation: int
    added: int
    updated: int
    unchanged: int
    removed: int
    duplicates: tuple[Duplicate, ...]
    failed: tuple[Failure, ...]
    passages: int
    seconds: float


Progress = Callable[[int, int], None]  # articles read and passages stored so far


def build(
    sources: Iterable[str | os.PathLike[str]],
    index: str | os.PathLike[str] = "news-index",
    *,
    embedding: str | None = None,
    embedder: Embedder | None = None,
    fresh: bool = False,
    format: str | None = None,
    progress: Progress | None = None,
    manners: Manners | None = None,
    wait: Wait | None = None,
) -> BuildReport:
    """Add the articles of files, folders, globs, web addresses and "-" (standard input) to an index, or make it.

    An article that is there already is left, or replaced where it has changed. `embedding` names the
    model (default: the index's own, else the shipped one); `embedder` gives it loaded. `fresh` starts
    from nothing. `format` names that of sources that do not show theirs. `progress` is called with the articles read
    and passages stored so far. `manners` say how the web is asked, and `wait` waits between two requests, true where
    no more are to be made.
    Raises: BadRequest where no source holds an article, IndexBusy, IndexMismatch, EmbeddingError.
    """
    started = time.monotonic()
    places = [os.fspath(source) for source in ([sources] if isinstance(sources, (str, os.PathLike)) else sources)]
    if not places:
        raise BadRequest("Nothing to index: name files, folders, globs or web addresses.")
    generations = Generations(index)
    with generations.lock():
        generations.sweep()
        with _Change(generations, embedding, embedder, fresh) as change:
            visit = _visit(change, manners, wait) if any(map(is_address, places)) else None
            with visit or nullcontext(), _Reading(change, progress) as reading:
                for item in read(places, format, visit):
                    reading.take(item)
                reading.finish()
            if len(reading.failed) == reading.read:
                if visit and change.live:
                    visit.keep(change.live)
                raise BadRequest(_nothing(reading.failed))
            generation = change.publish()
            if visit:
                visit.keep(generations.path(generation))
    return reading.report(generation, time.monotonic() - started)


def remove(ids_or_urls: Sequence[str], index: str | os.PathLike[str] = "news-index") -> BuildReport:
    """Remove articles by id or URL, in a new generation. Raises: ArticleMissing, IndexMissing, IndexBusy."""
    started = time.monotonic()
    generations = Generations(index)
    generations.current()
    with generations.lock():
        generations.sweep()
        with _Change(generations, None, None, False) as change:
            found = list({entry.source.id: entry for entry in map(change.known, ids_or_urls)}.values())
            for entry in found:
                change.forget(entry)
            change.write(_Batch(found, []), np.zeros((0, change.embedder.dimensions), dtype=np.float32))
            generation = change.publish()
    return BuildReport(generation, 0, 0, 0, len(found), (), (), change.passages, round(time.monotonic() - started, 3))


class _Batch:
    """Articles to take out and articles to put in, with their passages."""

    def __init__(self, out: Sequence[Entry], articles: Sequence[StoredArticle]) -> None:
        self.out, self.articles = out, articles
        self.found = [stored.passages() for stored in articles]


class _Change:
    """A new generation in the making: a copy of the live one, made when the first change comes."""

    def __init__(self, generations: Generations, embedding: str | None, embedder: Embedder | None, fresh: bool) -> None:
        self._generations = generations
        self._live = None if fresh else _live(generations)
        name = embedding or (self._live.embedding if self._live else None)
        self.embedder = embedder or load_embedder(name)
        if self._live:
            check_model(self._live, self.embedder, generations.folder)
        self._number: int | None = None
        self._store: Store | None = None
        self._lexical: Lexical | None = None
        self.entries: dict[str, Entry] = {}
        self.by_content: dict[str, str] = {}
        self.by_origin: dict[str, str] = {}
        self.passages = 0
        self._load()

    def __enter__(self) -> _Change:
        return self

    def __exit__(self, *_: object) -> None:
        if self._store is not None:
            self._store.close()
        if self._number is not None:
            # never published: leave nothing behind
            self._generations.discard(self._number)

    @property
    def live(self) -> Path | None:
        """The folder of the generation that the new one is made from."""
        return self._generations.path(self._live.generation) if self._live else None

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
        if self.by_content.get(entry.content) == entry.source.id:
            del self.by_content[entry.content]
        if entry.origin and self.by_origin.get(entry.origin) == entry.source.id:
            del self.by_origin[entry.origin]

    def note(self, entry: Entry) -> None:
        """Put an article on the books."""
        self.passages += len(entry.spans)
        self.entries[entry.source.id] = entry
        self.by_content.setdefault(entry.content, entry.source.id)
        if entry.origin:
            self.by_origin[entry.origin] = entry.source.id

    def write(self, batch: _Batch, vectors: Vectors) -> None:
        """Take articles out, then put articles with their passages and vectors (passages, dimensions) in."""
        store, lexical = self._open()
        store.delete(batch.out)
        lexical.delete(entry.source.id for entry in batch.out)
        if batch.articles:
            store.add(batch.articles, vectors)
            lexical.add(passage for group in batch.found for passage in group)

    def publish(self) -> int:
        """Make the new generation live and return its number; without any change, the live one stays."""
        if self._number is None:
            assert self._live is not None  # nothing live and nothing changed: the build has refused before
            return self._live.generation
        store, lexical = self._open()
        lexical.commit()
        store.close()
        self._store = None
        days = [entry.source.published for entry in self.entries.values() if entry.source.published]
        outlets = Counter(entry.source.outlet for entry in self.entries.values() if entry.source.outlet)
        manifest = Manifest(
            generation=self._number,
            parent=self._live.generation if self._live else None,
            built_at=datetime.now(UTC).replace(microsecond=0),
            embedding=self.embedder.name,
            fingerprint=self.embedder.fingerprint,
            dimensions=self.embedder.dimensions,
            articles=len(self.entries),
            passages=self.passages,
            oldest=min(days, default=None),
            newest=max(days, default=None),
            outlets=dict(outlets.most_common()),
        )
        self._generations.publish(manifest)
        number, self._number = self._number, None
        return number

    def _load(self) -> None:
        """Put the live generation's articles on the books."""
        if self._live is None:
            return
        store = Store.open(self._generations.path(self._live.generation) / "chroma")
        try:
            for entry in store.entries():
                self.note(entry)
        finally:
            store.close()
        try:
            Lexical.open(self._generations.path(self._live.generation) / "lexical")
        except IndexDamaged:
            # a change by itself: the word index is made again from the store
            self._open()

    def _open(self) -> tuple[Store, Lexical]:
        if self._store is None or self._lexical is None:
            parent = self._live.generation if self._live else None
            self._number = self._generations.begin(parent)
            path = self._generations.path(self._number)
            make = parent is None
            self._store = Store.create(path / "chroma") if make else Store.open(path / "chroma")
            self._lexical = Lexical.create(path / "lexical") if make else _word_index(path / "lexical", self._store)
        return self._store, self._lexical


class _Reading:
    """Decides on each record, counts what became of it, and hands batches on: one is embedded as another is written."""

    def __init__(self, change: _Change, progress: Progress | None) -> None:
        self._change, self._progress = change, progress
        self._out: list[Entry] = []
        self._in: dict[str, StoredArticle] = {}
        self._in_passages = 0
        self._encoder = Encoder(change.embedder)
        self._embedding: _Batch | None = None
        self.read = self.added = self.updated = self.unchanged = 0
        self._met: set[str] = set()
        self.duplicates: list[Duplicate] = []
        self.failed: list[Failure] = []

    def __enter__(self) -> _Reading:
        return self

    def __exit__(self, *_: object) -> None:
        self._encoder.close()

    def take(self, item: Record | Unreadable | Known) -> None:
        """Take one record in."""
        self.read += 1
        if isinstance(item, Unreadable):
            self.failed.append(Failure(item.source, item.reason))
        elif isinstance(item, Known):
            self.unchanged += 1
        else:
            self._decide(item)
        if self._in_passages >= _MANY_PASSAGES:
            # more than a handful: a second process pays, and it is ready by the time a batch is full
            self._encoder.start()
        if self._in_passages >= BATCH_PASSAGES:
            self._hand_on()
        if self._progress and self.read % 50 == 0:
            self._progress(self.read, self._change.passages)

    def finish(self) -> None:
        """Write what is still waiting, to the end."""
        self._hand_on()
        self._write(self._take_embedded())
        if self._progress:
            self._progress(self.read, self._change.passages)

    def report(self, generation: int, seconds: float) -> BuildReport:
        """Return what became of all records."""
        return BuildReport(
            generation=generation,
            added=self.added,
            updated=self.updated,
            unchanged=self.unchanged,
            removed=0,
            duplicates=tuple(self.duplicates),
            failed=tuple(self.failed),
            passages=self._change.passages,
            seconds=round(seconds, 3),
        )

    def _decide(self, record: Record) -> None:
        change, article = self._change, record.article
        self._met.add(article.source.id)
        content = content_hash(article.text)
        before = change.entries.get(article.source.id)
        if before is None and content in change.by_content:
            same = change.entries[change.by_content[content]].source
            self.duplicates.append(Duplicate(record.place, same.url or same.title))
            return
        version = version_of(article.source, content)
        if before is not None and before.version == version:
            self.unchanged += 1
            return
        if before is None and record.origin:
            # the same file with another text: an edit, though its id came from the old text;
            # unless the old text was met in another file just now, for then it has only moved
            was = change.by_origin.get(record.origin, "")
            before = None if was in self._met else change.entries.get(was)
        if before is None:
            self.added += 1
        else:
            self.updated += 1
            self._take_out(before)
        spans = tuple((passage.start, passage.end) for passage in passages(article))
        entry = Entry(article.source, content, version, spans, record.origin)
        self._in[article.source.id] = StoredArticle(entry, article.text)
        self._in_passages += len(spans)
        change.note(entry)

    def _take_out(self, entry: Entry) -> None:
        if entry.source.id in self._in:
            self._hand_on()
        self._out.append(entry)
        self._change.forget(entry)

    def _hand_on(self) -> None:
        """Give what is waiting to the encoder, and write the batch that it had before meanwhile."""
        batch = _Batch(self._out, list(self._in.values()))
        if not batch.out and not batch.articles:
            return
        embedded = self._take_embedded()
        texts = [f"{heading(passage.source)}\n{passage.text}" for group in batch.found for passage in group]
        self._encoder.submit(texts)
        self._embedding = batch
        self._out, self._in, self._in_passages = [], {}, 0
        self._write(embedded)

    def _take_embedded(self) -> tuple[_Batch, Vectors] | None:
        batch, self._embedding = self._embedding, None
        return (batch, self._encoder.result()) if batch else None

    def _write(self, embedded: tuple[_Batch, Vectors] | None) -> None:
        if embedded:
            self._change.write(*embedded)


def _visit(change: _Change, manners: Manners | None, wait: Wait | None) -> Visit:
    from index.web.visiting import Visit

    return Visit(manners, known=change.live, held=change.entries.__contains__, wait=wait)


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


def _live(generations: Generations) -> Manifest | None:
    try:
        return generations.manifest(generations.current())
    except IndexMissing:
        return None


def _nothing(failed: Sequence[Failure]) -> str:
    first = failed[0]
    more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
    return f"Nothing was indexed. {first.source}: {first.reason}{more}."
