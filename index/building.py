"""Sources → a new generation of the index, or the removal of articles from it. Knows nothing of search.

A build reads as a stream: articles are decided on (new, changed, the same, said already), cut,
embedded and stored in batches, so memory does not grow with the sources. Nothing is visible until
the new generation is whole.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from index.addresses import is_plain
from index.articles import Source
from index.changing import Batch, Change
from index.clock import check_clock
from index.embedding import Embedder, Vectors
from index.encoding import Encoder, Later
from index.errors import BadRequest
from index.lexical import passage_texts
from index.places import Place, Tell
from index.readers import Amount, Known, Record, Unreadable, read
from index.ready import Ready
from index.reporting import BuildReport, Duplicate, Failure, Kind, Ledger, Outcome, Reprint
from index.seeing import span
from index.servers import Server
from index.store import Entry, StoredArticle
from index.stories import by_origin
from index.web import Manners, is_address
from index.where import Where, place_of, settled

if TYPE_CHECKING:
    from index.bulk import Bulk
    from index.web.fetching import Wait
    from index.web.visiting import Visit

BATCH_PASSAGES = 4_000
_MANY_PASSAGES = 1_000
_SECONDS_A_PICTURE = 0.2  # between two calls of `progress`


@dataclass(frozen=True, slots=True)
class Sofar:
    """How far a build has come: records read and what became of them, and files and bytes of all that there are.

    `of_files` and `of_bytes` are None where that is not known before: on the web, in a pipe. `stage` is what is done:
    the index is being copied, sources are read, what was read is written.
    """

    stage: Literal["copying", "reading", "writing"]
    read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    failed: int = 0
    passages: int = 0
    files: int = 0
    of_files: int | None = None
    bytes: int = 0
    of_bytes: int | None = None
    written: int = 0


Progress = Callable[[Sofar], None]


def build(
    sources: Iterable[str | os.PathLike[str]],
    index: Where = "news-index",
    *,
    embedding: str | None = None,
    embedder: Embedder | None = None,
    processes: int | None = None,
    fresh: bool = False,
    format: str | None = None,
    progress: Progress | None = None,
    report: str | os.PathLike[str] | None = None,
    manners: Manners | None = None,
    wait: Wait | None = None,
    root: str | os.PathLike[str] | None = None,
    tell: Tell | None = None,
    ray: str | None = None,
) -> BuildReport:
    """Add the articles of files, folders, globs, web addresses and "-" (standard input) to an index, or make it.

    `index` is a folder, a `Server` or its address. An article that is there already is left, or replaced where it has
    changed. `embedding` names the model (default: the index's own, else the shipped one); `embedder` gives it loaded;
    a transformer embeds in `processes` of its own (default: one a GPU where there are several, else in this one).
    `fresh` starts from nothing. `format` names that of sources that do not show theirs. `progress` is called now and
    then with how far it has come. `report` names a file that gets what became of each record (.jsonl, .json or .csv).
    `manners` say how the web is asked, and `wait` waits between two requests, true where no more are to be made.
    Files below `root` are known by their path from there: the same file is the same wherever `root` lies.
    `tell` is called while what a server does not keep is derived: see `NewsIndex.open`.
    `ray` is the address of a Ray cluster, "auto", or "local" for one of this machine, that reads, cuts, embeds and
    writes, to a server only; it goes on where such a build was broken off.
    Raises: BadRequest where no source holds an article, IndexBusy, IndexMismatch, EmbeddingError, ServerFailed,
    ClusterFailed, Hindered.
    """
    started = time.monotonic()
    places = [os.fspath(source) for source in ([sources] if isinstance(sources, (str, os.PathLike)) else sources)]
    if not places:
        raise BadRequest("Nothing to index: name files, folders, globs or web addresses.")
    if ray and processes:
        raise BadRequest("--embedding-processes is for a build on this machine alone: leave it out with --ray.")
    bulk = _on_ray(index, ray) if ray else None
    place: Place = bulk or place_of(index)
    with ExitStack() as held:
        seen = held.enter_context(span("build"))
        held.callback(place.close)
        held.enter_context(place.lock())
        ledger = held.enter_context(Ledger(report)) if report is not None else None
        place.sweep()
        amount = Amount()
        if progress:
            amount.count(places)
            progress(Sofar("copying", of_files=amount.of_files, of_bytes=amount.of_bytes))
        change = held.enter_context(Change(place, embedding, embedder, fresh, tell))
        began = check_clock(change.live_since)
        visit = held.enter_context(_visit(change, manners, wait)) if any(map(is_address, places)) else None
        encoder: Encoder | Later = Later() if bulk else Encoder(change.embedder, processes)
        reader = held.enter_context(bulk.working(change.embedder)) if bulk else read
        with span("build.read"), _Reading(change, encoder, progress, ledger, amount) as reading:
            for item in reader(places, format, visit, Path(root) if root is not None else None, amount):
                reading.take(item)
            reading.finish()
        if bulk:
            bulk.written = reading.wrote
        if len(reading.failed) == reading.read:
            if visit and change.live:
                visit.keep(change.live)
            raise BadRequest(_nothing(reading.failed))
        check_clock(began)
        with span("build.publish"):
            generation = change.publish()
        if visit:
            visit.keep(place.path(generation))
        done = reading.report(generation, started)
        seen.note(generation=generation, passages=done.passages, **done.counts())
        return done


def remove(ids_or_urls: Sequence[str], index: Where = "news-index", *, tell: Tell | None = None) -> BuildReport:
    """Remove articles by id or URL, in a new generation. `tell` is that of `build`.

    Raises: ArticleMissing, IndexMissing, IndexBusy, ServerFailed.
    """
    started = time.monotonic()
    with span("remove") as seen, closing(place_of(index)) as place:
        place.current()
        with place.lock():
            place.sweep()
            with Change(place, None, None, False, tell) as change:
                found = list({entry.source.id: entry for entry in map(change.known, ids_or_urls)}.values())
                for entry in found:
                    change.forget(entry)
                change.write(Batch(found, []), np.zeros((0, change.embedder.dimensions), dtype=np.float32))
                generation = change.publish()
        seen.note(generation=generation, removed=len(found))
    return BuildReport(generation, 0, 0, 0, len(found), (), (), change.passages, round(time.monotonic() - started, 3))


class _Reading:
    """Decides on each record, counts what became of it, and hands batches on: one is embedded as another is written."""

    def __init__(
        self,
        change: Change,
        encoder: Encoder | Later,
        progress: Progress | None,
        ledger: Ledger | None,
        amount: Amount,
    ) -> None:
        self._change, self._progress, self._ledger, self._amount = change, progress, ledger, amount
        self._shown = 0.0  # when progress was told last, on the monotonic clock
        self._out: list[Entry] = []
        self._in: dict[str, StoredArticle] = {}
        self._instead: dict[str, str] = {}
        self._in_passages = 0
        self._encoder = encoder
        self._embedding: Batch | None = None
        self._written = 0
        self.read = self.added = self.updated = self.unchanged = 0
        self._met: set[str] = set()
        self._places: dict[str, str] = {}  # of the articles added and updated
        self.duplicates: list[Duplicate] = []
        self.failed: list[Failure] = []

    def __enter__(self) -> _Reading:
        return self

    def __exit__(self, *_: object) -> None:
        self._encoder.close()

    def take(self, item: Record | Ready | Unreadable | Known) -> None:
        """Take one record in."""
        self.read += 1
        if isinstance(item, Unreadable):
            self.failed.append(Failure(item.source, item.reason))
            self._tell(Outcome("failed", item.source, item.reason))
        elif isinstance(item, Known):
            self.unchanged += 1
            self._tell(Outcome("unchanged", item.source, "known from before, and not changed since"))
        else:
            self._decide(item if isinstance(item, Ready) else Ready(item))
        if self._in_passages >= _MANY_PASSAGES:
            # more than a handful: a second process pays, and it is ready by the time a batch is full
            self._encoder.start()
        if self._in_passages >= BATCH_PASSAGES:
            self._hand_on()
        if self._progress and time.monotonic() - self._shown >= _SECONDS_A_PICTURE:
            self._show("reading")

    def wrote(self, passages: int) -> None:
        """Take in how many passages a cluster has written."""
        self._written += passages
        if time.monotonic() - self._shown >= _SECONDS_A_PICTURE:
            self._show("writing")

    def finish(self) -> None:
        """Write what is still waiting, to the end."""
        self._show("writing")
        self._hand_on()
        self._write(self._take_embedded())
        self._show("writing")

    def report(self, generation: int, started: float) -> BuildReport:
        """Return what became of all records, once the change is published; `started` is on the monotonic clock."""
        undated = [key for key in self._places if self._change.entries[key].source.published is None]
        for key in undated:
            self._view("undated", key, "no date in its metadata, its address or its text")
        return BuildReport(
            generation=generation,
            added=self.added,
            updated=self.updated,
            unchanged=self.unchanged,
            removed=0,
            duplicates=tuple(self.duplicates),
            failed=tuple(self.failed),
            passages=self._change.passages,
            reprints=tuple(self._reprints()),
            undated=tuple(self._places[key] for key in undated),
            seconds=round(time.monotonic() - started, 3),
        )

    def _show(self, stage: Literal["reading", "writing"]) -> None:
        if self._progress is None:
            return
        amount, self._shown = self._amount, time.monotonic()
        sofar = Sofar(
            stage,
            self.read,
            self.added,
            self.updated,
            self.unchanged,
            len(self.duplicates),
            len(self.failed),
            self._change.passages,
            amount.files,
            amount.of_files,
            amount.bytes,
            amount.of_bytes,
            self._written,
        )
        self._progress(sofar)

    def _reprints(self) -> Iterator[Reprint]:
        """Yield what this build added or updated of stories that another article had first."""
        entries = self._change.entries
        for story in self._change.stories:
            if self._places.keys().isdisjoint(story):
                continue
            original, *prints = by_origin(entries[key].source for key in story)
            for source in prints:
                if source.id in self._places:
                    self._view("reprint", source.id, f"a reprint of {_name(original)}")
                    yield Reprint(self._places[source.id], source.title, _name(original))

    def _decide(self, record: Ready) -> None:
        change, content, version = self._change, record.content, record.version
        source, met = record.article.source, record.article.source.id in self._met
        self._met.add(source.id)
        before = change.entries.get(source.id)
        same = change.same_text(content, source.outlet) if before is None else None
        if same is not None:
            self._duplicate(record, same, "the same text as")
            return
        if before is not None and before.version == version:
            self.unchanged += 1
            self._say("unchanged", record, "as it is in the index")
            return
        if before is not None and self._other_dress(before, source, content, met):
            self._duplicate(record, before.source, "another address of")
            return
        if before is None and record.origin:
            # the same file with another text: an edit, though its id came from the old text;
            # unless the old text was met in another file just now, for then it has only moved
            was = change.by_origin.get(record.origin, "")
            before = None if was in self._met else change.entries.get(was)
        if before is None:
            self.added += 1
            self._say("added", record, "new")
        else:
            self.updated += 1
            what = "title, date or other metadata" if before.content == content else "text"
            self._say("updated", record, f"its {what} changed")
            self._take_out(before, source.id)
        self._put_in(record)

    def _other_dress(self, before: Entry, source: Source, content: str, met: bool) -> bool:
        """Tell whether a record is only another address of an article that is there, and tells nothing new.

        AMP and mobile pages, and tracked links, are cut differently, so their text proves no change, unless it is new
        to us. A text that was replaced before does not come back by another spelling of the address.
        """
        if not source.url or not before.source.url or source.url == before.source.url:
            return False
        if content != before.content and self._change.said_before(source.id, content):
            return True
        dressed, told = not is_plain(source.url), met and is_plain(before.source.url)
        return (dressed and told) or (content == before.content and (dressed or told))

    def _put_in(self, record: Ready) -> None:
        source = record.article.source
        entry = Entry(source, record.content, record.version, record.spans, record.origin)
        self._in[source.id] = StoredArticle(entry, record.article.text)
        self._in_passages += len(entry.spans)
        self._change.note(entry)
        self._change.signatures.put(source.id, record.signature)
        self._places[source.id] = record.place

    def _duplicate(self, record: Ready, of: Source, how: str) -> None:
        self.duplicates.append(Duplicate(record.place, _name(of)))
        self._say("duplicate", record, f"{how} {_name(of)}")

    def _say(self, kind: Kind, record: Ready, reason: str) -> None:
        source = record.article.source
        self._tell(Outcome(kind, record.place, reason, source.title, source.url, source.id))

    def _view(self, kind: Kind, key: str, reason: str) -> None:
        source = self._change.entries[key].source
        self._tell(Outcome(kind, self._places[key], reason, source.title, source.url, key))

    def _tell(self, outcome: Outcome) -> None:
        if self._ledger is not None:
            self._ledger.write(outcome)

    def _take_out(self, entry: Entry, now: str) -> None:
        """Take an article out, whose place the article `now` takes."""
        if entry.source.id in self._in:
            self._hand_on()
        self._out.append(entry)
        self._instead[entry.source.id] = now
        self._places.pop(entry.source.id, None)
        self._change.forget(entry)

    def _hand_on(self) -> None:
        """Give what is waiting to the encoder, and write the batch that it had before meanwhile."""
        batch = Batch(self._out, list(self._in.values()), self._instead)
        if not batch.out and not batch.articles:
            return
        embedded = self._take_embedded()
        self._encoder.submit(passage_texts(batch.found))
        self._embedding = batch
        self._out, self._in, self._instead, self._in_passages = [], {}, {}, 0
        self._write(embedded)

    def _take_embedded(self) -> tuple[Batch, Vectors] | None:
        batch, self._embedding = self._embedding, None
        with span("build.embed"):
            return (batch, self._encoder.result()) if batch else None

    def _write(self, embedded: tuple[Batch, Vectors] | None) -> None:
        if embedded:
            with span("build.write"):
                self._change.write(*embedded)


def _visit(change: Change, manners: Manners | None, wait: Wait | None) -> Visit:
    from index.web.visiting import Visit

    return Visit(manners, known=change.live, held=change.entries.__contains__, wait=wait)


def _on_ray(index: Where, address: str) -> Bulk:
    server = settled(index)
    if not isinstance(server, Server):
        raise BadRequest("Building on Ray writes to a Chroma server: name it by --chroma URL.")
    from index.bulk import Bulk

    return Bulk(server, address)


def _nothing(failed: Sequence[Failure]) -> str:
    first = failed[0]
    more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
    return f"Nothing was indexed. {first.source}: {first.reason}{more}."


def _name(source: Source) -> str:
    return source.url or source.title
