"""A real Chroma server for tests, each test with a database of its own; and a door before it that fails as asked."""

from __future__ import annotations

import itertools
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from index.bounded import Connection
from index.errors import ServerFailed
from index.servers import Server

_NUMBERS = itertools.count()


@contextmanager
def chroma(folder: Path, port: int | None = None) -> Iterator[Server]:
    """Run a server on this machine until the block ends."""
    port = port or free_port()
    command = [str(Path(sys.executable).parent / "chroma"), "run", "--path", str(folder), "--host", "127.0.0.1"]
    with (folder.parent / f"{folder.name}.log").open("wb") as log:
        process = subprocess.Popen([*command, "--port", str(port)], stdout=log, stderr=log)
    server = Server(f"http://127.0.0.1:{port}", cache=str(folder.parent / "derived"))
    try:
        _wait_for(server)
        yield server
    finally:
        process.kill()
        process.wait(10)


class Running:
    """A server that can be killed by SIGKILL and started again, with the same data at the same address."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port, self._held = folder, free_port(), ExitStack()
        self.server = self._held.enter_context(chroma(folder, self._port))

    def restart(self) -> None:
        """Kill the server, and start it again."""
        self._held.close()
        self._held.enter_context(chroma(self._folder, self._port))

    def close(self) -> None:
        """Kill the server for good."""
        self._held.close()


def own_database(server: Server) -> Server:
    """Make a database that no other test uses."""
    name = f"test-{next(_NUMBERS)}"
    connection = Connection(server)
    try:
        connection.create_database(name, server.tenant)
    finally:
        connection.close()
    return replace(server, database=name)


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _wait_for(server: Server) -> None:
    end = time.monotonic() + 30
    while True:
        connection = Connection(server)
        try:
            connection.heartbeat()
            return
        except ServerFailed:
            assert time.monotonic() < end, "the server did not start"
        finally:
            connection.close()


class Door:
    """A TCP proxy to a server on this machine.

    `mode`: pass, slow, drip (a byte now and then), hang (says nothing), cut (in the answer), lose (all of the answer),
    shut. It cuts, loses or shuts `cuts` times, and then does as `then` says; with no `cuts` it shuts for good.
    """

    def __init__(self, port: int) -> None:
        self.mode, self.cuts, self.then = "pass", 0, "pass"
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def before(self, server: Server) -> Server:
        """Return the server as it is reached through here."""
        return replace(server, url=self.url)

    def close(self) -> None:
        """Close all connections and end."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.drop()
        for thread in self._threads:
            thread.join(5)

    def drop(self) -> None:
        """Break off all connections that are open."""
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open.clear()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            if self.mode == "shut":
                near.close()
                self._count()
                continue
            far = socket.create_connection(("127.0.0.1", self._to))
            for one in (near, far):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or each request waits 40 ms
            self._open += [near, far]
            for args in ((near, far, False), (far, near, True)):
                thread = threading.Thread(target=self._pump, args=args, daemon=True)
                self._threads.append(thread)
                thread.start()

    def _count(self) -> None:
        if self.cuts:
            self.cuts -= 1
            if not self.cuts:
                self.mode = self.then

    def _pump(self, source: socket.socket, to: socket.socket, answers: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if self.mode == "hang":
                    continue
                if self.mode == "slow" and answers:
                    time.sleep(0.1)
                if self.mode in ("cut", "lose") and answers and self.cuts:
                    to.sendall(data[: len(data) // 2] if self.mode == "cut" else b"")
                    self._count()
                    break
                if self.mode == "drip" and answers:
                    _drip(to, data)
                else:
                    to.sendall(data)
        for one in (source, to):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


def _drip(to: socket.socket, data: bytes) -> None:
    for low in range(len(data)):
        to.sendall(data[low : low + 1])
        time.sleep(0.02)
