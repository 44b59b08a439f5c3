"""Connections that end by a clock: all steps of an exchange together, not each by itself. Knows nothing of HTTP.

A limit for each step is none for a server that sends a byte now and then.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable
from typing import Any

import httpcore

_PART = 65_536


class Clock(threading.local):
    """How long an exchange may still take; each thread has its own."""

    _end = float("inf")

    def begin(self, seconds: float) -> None:
        """Start the clock for one exchange."""
        self._end = time.monotonic() + seconds

    def left(self, timeout: float | None) -> float:
        """Return how long the next step may take. Raises: httpcore.ReadTimeout where no time is left."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time is up")
        return left if timeout is None else min(left, timeout)


class Timed(httpcore.NetworkStream):
    """A connection whose every step ends by the clock."""

    def __init__(self, stream: httpcore.NetworkStream, clock: Clock) -> None:
        self._stream, self._clock = stream, clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._clock.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # sent as one, a buffer has as long again for each part of it that the other side takes
        for low in range(0, len(buffer), _PART):
            self._stream.write(buffer[low : low + _PART], self._clock.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return Timed(self._stream.start_tls(ssl_context, server_hostname, self._clock.left(timeout)), self._clock)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class TimedBackend(httpcore.NetworkBackend):
    """Opens such connections."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._sockets = clock, httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to a host. Raises: httpcore's errors."""
        left = self._clock.left(timeout)
        return Timed(self._sockets.connect_tcp(host, port, left, local_address, socket_options), self._clock)
