"""An index on a Chroma server: its generations, the pointer to the live one, and what this machine derives from them.

    dateline-move-00000012           the last of these names the live generation (`pointer.py`)
    dateline-build                   held by the one process that builds (`lease.py`)
    dateline-lists                   of each generation: how it was made, what is in it (`lists.py`)
    dateline-0001-a3f1c2-passages    vectors, texts and earlier versions, shared by the generations from one fresh
             …-articles, -earlier    build on (`shared.py`)

Beside it, in a folder of this machine, stands what is derived: the same files as in the folder of an embedded index.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from index.chroma import Database
from index.deriving import Listed, Replica
from index.errors import BadRequest, IndexBusy, IndexDamaged, IndexMismatch, ServerFailed
from index.generations import changed, missing
from index.lease import SECONDS, Lease
from index.lists import Lists, keys_of
from index.manifest import FORMAT, Manifest, of_text, to_text
from index.places import Tell
from index.pointer import Move, last_move, move_to, new_stamp, number_of
from index.recent import Recent
from index.servers import Server
from index.shared import Collections, SharedStore, known_members
from index.store import Store
from index.sweeping import abandon, sweep
from index.versions import Versions

GRACE = 3_600.0  # seconds for which a generation is kept after another took its place: readers may still be on it


@dataclass(slots=True)
class _Making:
    """A generation in the making. `base` is the stamp of the fresh build whose collections it shares.

    `intents` and `parcels` count what is listed of it: see `_intend` and `Bulk`.
    `offered`: it is whole, and was to be made live. Where the server's answer to that was lost, it may be live.
    """

    number: int
    stamp: str
    base: str
    intents: int = 0
    parcels: int = 0
    offered: bool = False


class Served:
    """The generations of the index on a server. Safe for many threads that read."""

    def __init__(self, server: Server, grace: float = GRACE, lease: float = SECONDS) -> None:
        self.server, self.name, self.given = server, str(server), f"--chroma {server.url}"
        self.derived = ("",)
        self.mend = "What this machine derives from the server is made again when it is read: nothing is lost."
        self.options, self.environment = ["--chroma", server.url], server.environment()
        self._grace, self._seconds = grace, lease
        self._opening = threading.Lock()
        self._open_database: Database | None = None
        self._stamps: dict[int, str] = {}
        self._manifests: dict[str, dict[str, Any]] = {}
        self._lease: Lease | None = None
        self._before: Move | None = None
        self._making: _Making | None = None
        self._held = ExitStack()

    @cached_property
    def folder(self) -> Path:
        """Return the folder of what this machine derives. Another index made at the same address has another one."""
        lists = self._lists()
        if lists is None:
            raise missing(self)
        return self.server.folder() / lists.identity[:8]

    def close(self) -> None:
        """Let go of the connections; the next call makes new ones."""
        with self._opening:
            if self._open_database is not None:
                self._open_database.close()
                self._open_database = None

    def current(self) -> int:
        """Return the number of the live generation. Raises: IndexMissing, ServerFailed."""
        return self._live().live

    def before(self) -> int | None:
        """Return the generation to which a rollback leads."""
        return self._numbered(self._earlier(self._live()))

    def after(self) -> int | None:
        """Return the newest generation that was made from the live one and left by a rollback."""
        return self._numbered(self._later(self._live()))

    def stamp(self, number: int) -> str:
        """Return what tells a generation from another of its number."""
        return self._stamp(number)

    def manifest(self, number: int) -> Manifest:
        """Return how a generation was made. Raises: IndexDamaged, IndexMismatch, ServerFailed."""
        told = self._told(self._stamp(number))
        version = told["manifest"].get("format")
        if version != FORMAT:
            raise IndexMismatch(
                f"The index on {self.name} has format {version}, not {FORMAT}, which this version reads: "
                "build it again with --fresh."
            )
        return of_text(json.dumps(told["manifest"]))

    def path(self, number: int) -> Path:
        """Return the folder of what is derived for a generation."""
        return self._replica.path(number)

    def ready(self, number: int) -> bool:
        """Tell whether all that is derived for a generation is there."""
        return self._replica.ready(number, self._stamp(number))

    def kept(self) -> list[int]:
        """Return the numbers of the generations that are live, or may be by a move."""
        live = self._live()
        ways = (live.stamp, self._earlier(live), self._later(live))
        return [number for stamp in ways if (number := self._numbered(stamp)) is not None]

    def damaged(self, number: int) -> dict[str, str] | None:
        """Return the files of what is derived here for a generation that are not as they were written, and how."""
        return self._replica.damaged(number) if self.ready(number) else {}

    def prepare(self, number: int, tell: Tell | None = None, spare: tuple[str, ...] = ()) -> set[str]:
        """Derive what is missing or damaged for a generation. Raises: IndexDamaged, ServerFailed."""
        if self.ready(number) and not self._replica.spoilt(number):
            return set()
        stamp = self._stamp(number)
        lists, collections = self._needed(), Collections.open(self._database, self._told(stamp)["base"])
        articles, earlier, recent = (lists.read(f"{stamp}/{name}") for name in ("articles", "earlier", "recent"))
        if articles is None or earlier is None:
            raise IndexDamaged(f"Generation {number} is no longer on {self.name}: ask again, and the live one answers.")
        listed = Listed(keys_of(articles), keys_of(earlier), Recent.of(recent or ""))
        self._replica.derive(self.manifest(number), stamp, collections, listed, tell)
        return set()

    def open(self, number: int) -> Store:
        """Open the store of a generation; that of the one in the making for writing."""
        making = self._making
        if making is None or making.number != number:
            collections = Collections.open(self._database, self._told(self._stamp(number))["base"])
            return SharedStore(collections, self.path(number))
        return SharedStore(Collections.made(self._database, making.base), self.path(number), making.stamp, self._intend)

    def create(self, number: int) -> Store:
        """Make the store of a generation begun without a parent."""
        return self.open(number)

    def held(self, number: int) -> AbstractContextManager[None]:
        """Keep what is derived for a generation from being swept from this machine."""
        return self._replica.held(number)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the only one, on all machines, that changes this index. Raises: IndexBusy, ServerFailed."""
        Lists.made(self._database)
        with self._replica.lock():
            lease = Lease(self._database, self._replica.machine(), self._seconds)
            lease.take()
            try:
                self._lease, self._before = lease, last_move(self._database)
                yield
            finally:
                self._lease = None
                lease.release()

    def begin(self, parent: int | None) -> int:
        """Begin a generation that lists what its parent lists, or nothing; return its number."""
        lists = self._needed()
        numbers = [self._before.highest if self._before else 0, *(number_of(name) for name in lists.names())]
        number = max(numbers) + 1
        stamp = new_stamp(number)
        base = self._base(stamp) if parent is None else str(self._told(self._stamp(parent))["base"])
        if parent is not None:
            self.prepare(parent)
        self._making = _Making(number, stamp, base)
        lists.write(f"{stamp}/base", base)
        self._replica.begin(parent, number)
        self._held.enter_context(self._replica.held(number))
        return number

    def _base(self, stamp: str) -> str:
        """Return whose collections a generation begun from nothing uses: its own."""
        return stamp

    def publish(self, manifest: Manifest) -> None:
        """Write what the generation lists, then move the pointer, then let go of what is no longer needed."""
        making, lists = self._made(), self._needed()
        self._check()
        folder = self.path(manifest.generation)
        listed = "\n".join(f"{since}.{article}" for article, since in known_members(folder).items())
        lists.write(f"{making.stamp}/articles", listed)
        self._put_versions(folder)
        lists.write(f"{making.stamp}/recent", Recent.open(folder).text())
        before = self._before.stamp if self._before else None
        told = {"manifest": json.loads(to_text(manifest)), "base": making.base, "before": before}
        lists.write(f"{making.stamp}/manifest", json.dumps({**told, "at": self._database.now()}))
        # before the move: who sees it live on this machine finds all derived
        self._replica.finish(manifest, making.stamp)
        making.offered = True
        self._before = move_to(self._database, making.stamp, self._before)
        self._stamps[making.number] = making.stamp
        self._making = None
        self._held.close()
        # it is live: what cannot be tidied up now, the next build does
        with suppress(ServerFailed, IndexBusy, IndexDamaged):
            self.sweep()

    def rollback(self, live: int | None = None) -> int:
        """Make the generation before the live one live again; return its number: see `Place.rollback`."""
        return self._move(live, self._earlier, f"There is no earlier generation on {self.name} to roll back to.")

    def forward(self, live: int | None = None) -> int:
        """Make the generation live again that a rollback left: see `Place.forward`."""
        return self._move(live, self._later, f"There is no later generation on {self.name}: it goes with a build.")

    def _move(self, live: int | None, way: Callable[[Move], str | None], none: str) -> int:
        """Move the pointer from the live generation to the one to which a way leads."""
        self.current()
        with self.lock():
            before = self._before
            assert before is not None  # something is live
            if live is not None and live != before.live:
                raise changed(before.live, live)
            stamp = way(before)
            number = self._numbered(stamp)
            if stamp is None or number is None:
                raise BadRequest(none)
            self.manifest(number)
            return move_to(self._database, stamp, before).live

    def sweep(self) -> None:
        """Delete all but the live generation, the one before it, and those replaced less than an hour ago."""
        self._check()
        try:
            told = {stamp: self._told(stamp) for stamp in self._published()}
        except IndexDamaged:
            # which is the one before is not known: all may be needed
            return
        if self._before is None or self._before.stamp in told:
            sweep(self._database, self._needed(), self._before, told, self._grace, self._spared())

    def _spared(self) -> set[str]:
        """Return the stamps of generations that never became whole and are not to be tidied up yet."""
        return set()

    def discard(self, number: int) -> None:
        """Give up the generation in the making; what cannot be deleted now is deleted by the next build.

        One that may be live by now is left to that too: it sees what became of it.
        """
        making, self._making = self._making, None
        self._held.close()
        if making is None or making.offered:
            return
        self._replica.discard(number)
        with suppress(ServerFailed, IndexBusy, IndexDamaged):
            self._check()
            abandon(self._database, self._needed(), making.stamp)

    @property
    def _database(self) -> Database:
        with self._opening:
            if self._open_database is None:
                self._open_database = Database(self.server)
            return self._open_database

    @cached_property
    def _replica(self) -> Replica:
        return Replica(self.folder, self.name)

    def _lists(self) -> Lists | None:
        return Lists.open(self._database)

    def _needed(self) -> Lists:
        lists = self._lists()
        if lists is None:
            raise missing(self)
        return lists

    def _live(self) -> Move:
        move = last_move(self._database)
        if move is None:
            raise missing(self)
        self._stamps[move.live] = move.stamp
        return move

    def _stamp(self, number: int) -> str:
        if number not in self._stamps:
            for stamp in self._published():
                # one that was overtaken may have the number of the one that is live
                self._stamps.setdefault(number_of(stamp), stamp)
        try:
            return self._stamps[number]
        except KeyError:
            raise IndexDamaged(f"There is no generation {number} on {self.name}: build again.") from None

    def _numbered(self, stamp: str | None) -> int | None:
        """Return the number of a stamp, by which it is asked for from now on."""
        if stamp is None:
            return None
        number = number_of(stamp)
        self._stamps[number] = stamp
        return number

    def _published(self) -> list[str]:
        """Return the stamps of all generations whose lists are whole."""
        return [name.removesuffix("/manifest") for name in self._needed().names() if name.endswith("/manifest")]

    def _earlier(self, live: Move) -> str | None:
        """Return the stamp of the generation to go back to; where the live one is damaged, the highest below it."""
        there = self._published()
        try:
            before: str | None = self._told(live.stamp)["before"]
        except IndexDamaged:
            before = max((stamp for stamp in there if number_of(stamp) < live.live), key=number_of, default=None)
        return before if before in there else None

    def _later(self, live: Move) -> str | None:
        """Return the stamp of the newest that took the place of the live one, unless it was built from nothing."""
        there = (stamp for stamp in self._published() if live.live < number_of(stamp) <= live.highest)
        after = (stamp for stamp in there if self._told(stamp)["before"] == live.stamp)
        newest = max(after, key=number_of, default=None)
        return newest if newest and self._told(newest)["manifest"]["parent"] is not None else None

    def _told(self, stamp: str) -> dict[str, Any]:
        """Return how a generation was made, when, and whose collections it shares."""
        if stamp not in self._manifests:
            text = self._needed().read(f"{stamp}/manifest")
            if text is None:
                raise IndexDamaged(f"Generation {stamp} is no longer on {self.name}: ask again, the live one answers.")
            self._manifests[stamp] = json.loads(text)
        return self._manifests[stamp]

    def _made(self) -> _Making:
        assert self._making is not None  # only what was begun is written to and published
        return self._making

    def _check(self) -> None:
        assert self._lease is not None  # the lock must be held
        self._lease.check()

    def _intend(self, keys: list[str]) -> None:
        """Write down what is about to be written, so that what a killed build leaves behind can be found."""
        making = self._made()
        self._check()
        making.intents += 1
        self._needed().write(f"{making.stamp}/intent/{making.intents:06d}", "\n".join(keys))

    def _put_versions(self, folder: Path) -> None:
        """List the earlier versions, and bring those that the parent does not have."""
        making, lists = self._made(), self._needed()
        shared = self._before is not None and making.base != making.stamp
        there = keys_of(lists.read(f"{self._before.stamp}/earlier") or "") if self._before and shared else set()
        with closing(Versions.open(folder)) as versions:
            keys = versions.keys()
            lists.write(f"{making.stamp}/earlier", "\n".join(keys))
            rows = {key: versions.row(number) for key, number in keys.items() if key not in there}
        Collections.made(self._database, making.base).keep(rows)
