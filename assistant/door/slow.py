"""What a client gets that brings the head of its request slowly, or never: so many seconds. Knows no request.

uvicorn waits for it without end, and who only holds connections open would in the end be all that there is room for.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

HEAD_SECONDS = 20.0
GONE_SECONDS = 120  # without a sign of life from the other end of a connection, or with no room for what it is sent


class Protocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """uvicorn's own, with an end to waiting for a head."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def _waiting(self) -> bool:
        return self.cycle is None or bool(self.cycle.response_complete)

    def _watch(self) -> None:
        """Count the seconds while a head is waited for, from its first byte or the connection's beginning."""
        if not self._waiting():
            self._stop()
        elif self._late is None:
            self._late = asyncio.get_running_loop().call_later(HEAD_SECONDS, self._give_up)

    def _stop(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _give_up(self) -> None:
        self._late = None
        if self._waiting():
            self.transport.close()


def mind_the_gone(listening: socket.socket) -> None:
    """Let the system end connections, made through this socket, whose other end has gone or takes nothing more."""
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    wanted: dict[str, Any] = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 20, "TCP_KEEPCNT": 3}
    wanted["TCP_USER_TIMEOUT"] = GONE_SECONDS * 1_000
    for name, value in wanted.items():
        if (option := getattr(socket, name, None)) is not None:  # each system has its own
            listening.setsockopt(socket.IPPROTO_TCP, option, value)
