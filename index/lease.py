"""The right to change an index on a server: one process at a time has it, on all machines.

It is a collection with a fixed name, since of several who create one exactly one succeeds. It tells its owner and
until when it holds by the server's clock; the owner prolongs it while it works. One that ran out is first renamed by
its id, so that nobody takes away what another has just taken. Who shares the folder in which this machine derives
shares a lock of files too: there a lease is known to be a dead one's at once.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from contextlib import suppress
from typing import Any

from index.chroma import Database
from index.errors import IndexBusy, ServerFailed

NAME = "dateline-build"
SECONDS = 60.0


class Lease:
    """A lease on the index in a database. `machine` is the same for all who share the local lock, which must be held.

    Raises: IndexBusy from `take` where another holds it, from `check` where it was lost.
    """

    def __init__(self, database: Database, machine: str, seconds: float = SECONDS) -> None:
        self._database, self._machine, self._seconds = database, machine, seconds
        self.owner = secrets.token_hex(8)
        self._record: Any = None
        self._until = 0.0  # by this machine's monotonic clock
        self._ended = threading.Event()

    def take(self) -> None:
        """Take the lease."""
        while self._record is None:
            asked = time.monotonic()
            self._record = self._database.create(NAME, self._told())
            self._until = asked + self._seconds
            if self._record is None:
                self._clear()
        self._tidy()
        threading.Thread(target=self._prolong, name="lease", daemon=True).start()

    def check(self) -> None:
        """Look whether the lease is still ours."""
        check(self._database, self.owner if time.monotonic() < self._until else "")

    def release(self) -> None:
        """Give the lease back; where the server is gone it runs out by itself."""
        self._ended.set()
        with suppress(ServerFailed):
            self._put_aside(self._record)

    def _clear(self) -> None:
        """Put a lease aside that ran out or is a dead one's. Raises: IndexBusy."""
        there = self._database.get(NAME)
        if there is None:
            return
        told = there.metadata or {}
        left = float(told.get("until", 0)) - self._database.now()
        # one that holds for longer than any is given is of before the server's clock was set back
        if told.get("machine") != self._machine and 0 < left <= 2 * SECONDS:
            raise IndexBusy(
                f"Another build, on {told.get('host')}, is writing to {self._database.server}: "
                "wait until it has ended, then try again."
            )
        self._put_aside(there)

    def _put_aside(self, record: Any) -> None:
        aside = f"{NAME}-{record.id}"
        try:
            # by its id: the name may be another's by now
            record.modify(name=aside)
        except ServerFailed as error:
            if error.status != 404:
                raise
        self._database.delete(aside)

    def _tidy(self) -> None:
        """Delete what one that was killed had put aside."""
        with suppress(ServerFailed):
            for name in self._database.collections():
                if name.startswith(f"{NAME}-"):
                    self._database.delete(name)

    def _told(self) -> dict[str, str | float]:
        until = self._database.now() + self._seconds
        host = f"{socket.gethostname()} (process {os.getpid()})"
        return {"owner": self.owner, "machine": self._machine, "host": host, "until": round(until, 3)}

    def _prolong(self) -> None:
        while not self._ended.wait(self._seconds / 4):
            with suppress(ServerFailed):
                asked = time.monotonic()
                self._record.modify(metadata=self._told())
                self._until = asked + self._seconds


def check(database: Database, owner: str) -> None:
    """Look whether this owner still has the lease. Raises: IndexBusy."""
    there = database.get(NAME) if owner else None
    if there is None or (there.metadata or {}).get("owner") != owner:
        raise IndexBusy(
            f"This build was silent for so long that another may have begun on {database.server}: "
            "nothing of it is live; start it again."
        )
