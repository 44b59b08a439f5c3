"""An index on a server that a Ray cluster writes, going on where it was broken off. Knows nothing of Ray itself.

Reading, deciding what is new and deriving stay one build's, here, in the order of the sources; the work on each article
is the workers'. What is new waits in a file until all is decided, then it is embedded and written, a parcel at a time.
Each parcel that is written is listed on the server (`done`). A build that died leaves its records and that list behind:
the next one on Ray with the same model takes over what is there already, word for word, under the keys that it has.
"""

from __future__ import annotations

import json
import pickle  # a file of our own  # nosec B403
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from index.articles import content_hash
from index.cluster import Cluster, connected
from index.embedding import Embedder, Vectors
from index.labour import Done, File, Job, Unseen, size_of
from index.readers import STANDARD_INPUT, Amount, Known, Record, Unreadable, read, read_file
from index.readers.files import files
from index.readers.formats import named
from index.ready import Ready
from index.served import Served
from index.servers import Server
from index.shared import Collections, SharedStore
from index.store import Entry, Store, StoredArticle, metadata_of, parcels
from index.sweeping import intents
from index.web import is_address
from index.web.visiting import Visit

_PARCEL = 500  # passages that are embedded, written and listed as done at once
_PARCELS_A_CPU = 40  # handed to the cluster at once: what is in memory here and there
_FEWEST_PARCELS = 160
Item = Record | Ready | Unreadable | Known


class Bulk(Served):
    """The generations of an index on a server; the one in the making is written by a cluster."""

    def __init__(self, server: Server, address: str) -> None:
        super().__init__(server)
        self.written: Callable[[int], None] = lambda passages: None  # is told of passages that are there
        self._address = address
        self._cluster: Cluster | None = None
        self._model = ("", "")  # name and fingerprint
        self._begun = False  # to write

    @contextmanager
    def working(self, embedder: Embedder) -> Iterator[Callable[..., Iterator[Item]]]:
        """Have the cluster at work until the block ends, with a model; give what reads like `read`."""
        self._model = embedder.name, embedder.fingerprint
        with connected(self._address) as self._cluster:
            yield self._read

    def open(self, number: int) -> Store:
        """Open the store of a generation; in that of the one in the making, articles wait to be written."""
        making = self._making
        if making is None or making.number != number:
            return super().open(number)
        return Waiting(Collections.made(self._database, making.base), self.path(number), making.stamp, self)

    def discard(self, number: int) -> None:
        """Give up the generation in the making; what is written of it stays for the next build to go on with."""
        if self._begun:
            self._making = None
            self._held.close()
            self._replica.discard(number)
        else:
            super().discard(number)

    def take_over(self, wanted: Mapping[str, str]) -> dict[str, str]:
        """Begin to write: return which articles are there, under which stamp, of those wanted (id → what they say).

        They are of builds that died, whose other records are deleted.
        """
        making, lists = self._made(), self._needed()
        self._check()
        broken = [stamp for stamp in self._broken() if lists.read(f"{stamp}/base") == making.base]
        self._begun = True
        lists.write(f"{making.stamp}/model", self._model[1])
        done = self._done(broken)
        there = {key: said for key, said in done.items() if wanted.get(key.partition(".")[2]) == said}
        if there:
            self._intend(list(there))
            self._list_done(there)
        collections = Collections.made(self._database, making.base)
        for stamp in broken:
            collections.drop(intents(lists, stamp) - there.keys())
        lists.delete(broken)
        return {key.partition(".")[2]: key.partition(".")[0] for key in there}

    def write(self, articles: Iterator[StoredArticle], said: Mapping[str, str]) -> None:
        """Have articles embedded and written."""
        making, lease, cluster = self._made(), self._lease, self._cluster
        assert lease is not None and cluster is not None  # a build holds both
        job = Job(self.server, making.base, making.stamp, lease.owner, *self._model)
        for group in _grouped(parcels(articles, _PARCEL), max(_FEWEST_PARCELS, _PARCELS_A_CPU * cluster.cpus)):
            self._intend([f"{making.stamp}.{stored.entry.source.id}" for parcel in group for stored in parcel])
            for number in cluster.write(job, group):
                ids = [stored.entry.source.id for stored in group[number]]
                self._list_done({f"{making.stamp}.{article}": said[article] for article in ids})
                self.written(sum(len(stored.entry.spans) for stored in group[number]))

    def said(self, entry: Entry) -> str:
        """Return what is the same only where all that is written of an article is."""
        return content_hash(json.dumps([metadata_of(entry), self._model[1]], sort_keys=True))

    def _base(self, stamp: str) -> str:
        """Return whose collections a generation begun from nothing uses: those of one that died, or its own."""
        lists, whole = self._needed(), {self._told(one)["base"] for one in self._published()}
        bases = (lists.read(f"{one}/base") for one in self._broken())
        return next((base for base in bases if base and base not in whole), stamp)

    def _spared(self) -> set[str]:
        return set() if self._begun else self._unfinished()

    def _unfinished(self) -> set[str]:
        begun = {name.removesuffix("/model") for name in self._needed().names() if name.endswith("/model")}
        return begun.difference(self._published())

    def _broken(self) -> list[str]:
        """Return the stamps of builds on Ray with the same model that died, the last one first."""
        lists = self._needed()
        return [one for one in sorted(self._unfinished(), reverse=True) if lists.read(f"{one}/model") == self._model[1]]

    def _done(self, stamps: Sequence[str]) -> dict[str, str]:
        """Return the keys of all articles that these builds have written, with what they say."""
        lists = self._needed()
        names = [name for name in lists.names() if name.startswith(tuple(f"{stamp}/done/" for stamp in stamps))]
        return dict(line.split() for name in names for line in (lists.read(name) or "").splitlines())

    def _list_done(self, done: Mapping[str, str]) -> None:
        """Write down what is written, so that it need not be written again."""
        making = self._made()
        making.parcels += 1
        lines = "\n".join(f"{key} {said}" for key, said in done.items())
        self._needed().write(f"{making.stamp}/done/{making.parcels:06d}", lines)

    def _read(
        self, sources: Sequence[str], format: str | None, visit: Visit | None, root: Path | None, amount: Amount
    ) -> Iterator[Item]:
        """Read as `read` does: files by the cluster, what is piped in and the web here."""
        if format:
            named(format)
        waiting: list[File | Unreadable] = []
        for source in sources:
            if source == STANDARD_INPUT or is_address(source):
                yield from self._read_files(waiting, amount)
                waiting = []
                yield from read([source], format, visit, root, amount)
            else:
                found = files(source)
                waiting += [path if isinstance(path, Unreadable) else _file(path, format, root) for path in found]
        yield from self._read_files(waiting, amount)

    def _read_files(self, waiting: list[File | Unreadable], amount: Amount) -> Iterator[Item]:
        assert self._cluster is not None  # nothing is read before the work begins
        for item in self._cluster.read(waiting) if waiting else ():
            if isinstance(item, Done):
                amount.add(item.size)
            elif isinstance(item, Unseen):
                kind = named(item.file.format) if item.file.format else None
                yield from read_file(item.file.path, kind, item.file.root, amount)
            else:
                yield item


class Waiting(SharedStore):
    """The store of a generation in the making, whose new articles wait in a file until `flush`."""

    def __init__(self, collections: Collections, folder: Path, stamp: str, bulk: Bulk) -> None:
        super().__init__(collections, folder, stamp)
        self._bulk = bulk
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed with the store
        self._places: dict[str, int] = {}

    def close(self) -> None:
        """Let go of it: see `SharedStore.close`."""
        super().close()
        self._file.close()

    def add(self, articles: Sequence[StoredArticle], vectors: Vectors) -> None:
        """Let articles wait; their vectors are made by who writes them."""
        for stored in articles:
            article = stored.entry.source.id
            self.members[article], self._new[article] = self._stamp, stored.entry
            self._places[article] = self._file.seek(0, 2)
            pickle.dump(stored, self._file)

    def delete(self, entries: Sequence[Entry]) -> None:
        """Take articles out: see `SharedStore.delete`."""
        for entry in entries:
            if self._places.pop(entry.source.id, None) is not None:
                del self.members[entry.source.id], self._new[entry.source.id]
        super().delete([entry for entry in entries if entry.source.id in self.members])

    def flush(self) -> None:
        """Have all that waits written, but what a build that died has written already."""
        said = {article: self._bulk.said(self._new[article]) for article in self._places}
        for article, since in self._bulk.take_over(said).items():
            self.members[article] = since
            del self._places[article]
        self._bulk.write(map(self._waiting, list(self._places)), said)
        self._places.clear()

    def _waiting(self, article: str) -> StoredArticle:
        self._file.seek(self._places[article])
        stored: StoredArticle = pickle.load(self._file)  # nosec B301 - a file of our own
        return stored

    def _read(self, ids: Iterable[str]) -> Iterator[StoredArticle]:
        wanted = list(ids)
        yield from (self._waiting(article) for article in wanted if article in self._places)
        yield from super()._read([article for article in wanted if article not in self._places])


def _file(path: Path, format: str | None, root: Path | None) -> File:
    return File(path, format, root, size_of(path), Path.cwd())


def _grouped(each: Iterator[list[StoredArticle]], many: int) -> Iterator[list[list[StoredArticle]]]:
    group: list[list[StoredArticle]] = []
    for parcel in each:
        group.append(parcel)
        if len(group) == many:
            yield group
            group = []
    if group:
        yield group
