"""Connections to machines that were checked, each ended when its time is up. Knows nothing of HTTP.

The check stands where the connection is made: a name is looked up here, its addresses are checked, and one of those
very addresses is connected to. A name that has another address a moment later changes nothing.
"""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpcore

from index.timed import Clock, TimedBackend
from index.web.addresses import Unfetched, public

Resolver = Callable[[str, int], Sequence[str]]  # host, port → numeric addresses; raises OSError or UnicodeError
_MOST_ADDRESSES = 4  # tried of one name


class Guard(httpcore.NetworkBackend):
    """Opens connections for a pool; `begin` starts the time that all reading and writing together may take."""

    def __init__(self, *, allow_private: bool = False, resolve: Resolver | None = None) -> None:
        self._allow_private = allow_private
        self._resolve = resolve or look_up
        self._clock = Clock()
        self._connections = TimedBackend(self._clock)

    def begin(self, seconds: float) -> None:
        """Start the clock for one exchange."""
        self._clock.begin(seconds)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to an address of the host that may be asked. Raises: Unfetched, httpcore's errors."""
        failure: Exception | None = None
        for address in self._allowed(host, port, self._clock.left(timeout))[:_MOST_ADDRESSES]:
            try:
                return self._connections.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        assert failure is not None  # there was an address
        raise failure

    def _allowed(self, host: str, port: int, seconds: float) -> list[str]:
        found = _within(seconds, lambda: self._resolve(host, port))
        allowed = [address for address in found if self._allow_private or public(address)]
        if not found:
            raise Unfetched(f"no machine goes by the name {host}")
        if not allowed:
            where = "is" if found[0] == host else f"is at {found[0]}, which is"
            raise Unfetched(f"{host} {where} no public address: give --allow-private if it is meant")
        return allowed


def look_up(host: str, port: int) -> list[str]:
    """Return the addresses that the system knows for a host. Raises: OSError, UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _within(seconds: float, resolve: Callable[[], Sequence[str]]) -> Sequence[str]:
    """Look a name up in a thread that may be left behind, as the system's resolver knows no time limit."""
    answer: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put(resolve())
        except Exception as error:
            answer.put(error)

    threading.Thread(target=ask, name="looking up a name", daemon=True).start()
    try:
        found = answer.get(timeout=seconds)
    except queue.Empty:
        raise Unfetched("its name could not be looked up in time", passing=True) from None
    if isinstance(found, UnicodeError) or (isinstance(found, socket.gaierror) and found.errno != socket.EAI_AGAIN):
        raise Unfetched("no machine goes by that name") from found
    if isinstance(found, Exception):
        raise Unfetched("its name could not be looked up", passing=True) from found
    return found
