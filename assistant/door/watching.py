"""What those ask who watch over the server: is it alive, can it answer, how much does it do. Knows no reader."""

from __future__ import annotations

import hmac
import json
from pathlib import Path

from assistant.door.bodies import Refused
from assistant.door.metrics import Metrics
from assistant.door.policy import host_of, loopback
from assistant.door.pulse import Pulse
from assistant.door.visit import Visit
from index.errors import BadRequest
from index.logs import hide

SHORTEST_TOKEN = 16  # characters
_BY_A_PROXY = ("x-forwarded-for", "x-forwarded-host", "forwarded", "x-real-ip")


class Watching:
    """Answers /health and /health/live, and /metrics where it is asked for."""

    def __init__(self, pulse: Pulse, metrics: Metrics | None = None, token: str | None = None) -> None:
        """`token` is what is needed to read the metrics; without, they are for this machine alone."""
        self._pulse, self._metrics, self._token = pulse, metrics, token

    async def answers(self, visit: Visit) -> bool:
        """Answer a request; return whether it was one of these. Raises: Refused."""
        known = visit.path in ("/health", "/health/live") or (visit.path == "/metrics" and self._metrics is not None)
        if not known:
            return False
        if visit.method not in ("GET", "HEAD"):
            raise Refused(405, "This address takes GET or HEAD only.", allow="GET, HEAD")
        match visit.path:
            case "/health/live":
                await _say(visit, 200, {"status": "ok"})
            case "/health":
                problem = await self._pulse.problem()
                told = {"status": "unavailable", "detail": problem} if problem else {"status": "ok"}
                await _say(visit, 503 if problem else 200, told)
            case _:
                await self._count(visit)
        return True

    async def _count(self, visit: Visit) -> None:
        assert self._metrics is not None
        self._check(visit)
        problem = await self._pulse.problem()
        text, kind = self._metrics.text(None if problem else self._pulse.seen)
        await visit.answer(200, text, {"content-type": kind})

    def _check(self, visit: Visit) -> None:
        """Raises: Refused: who asks may not read the metrics."""
        if self._token is None:
            here = loopback(visit.address) and loopback(host_of(visit.headers.get("host", "")))
            if not here or any(name in visit.headers for name in _BY_A_PROXY):
                raise Refused(403, "The metrics are read from this machine only, or with --metrics-token-file.")
            return
        kind, _, given = visit.headers.get("authorization", "").partition(" ")
        right = hmac.compare_digest(given.strip().encode("utf-8", "replace"), self._token.encode())
        if kind.lower() != "bearer" or not right:
            raise Refused(401, "The metrics need their token: send it as `Authorization: Bearer TOKEN`.")


async def _say(visit: Visit, status: int, told: dict[str, str]) -> None:
    await visit.answer(status, json.dumps(told).encode(), {"content-type": "application/json"})


def token_of(file: str) -> str:
    """Return the token in a file. Raises: BadRequest."""
    try:
        token = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise BadRequest(
            f"The file {file}, which is to hold the token of the metrics, cannot be read: check it."
        ) from None
    if len(token) < SHORTEST_TOKEN or not (token.isascii() and token.isprintable()) or " " in token:
        raise BadRequest(f"The token in {file} must have {SHORTEST_TOKEN} or more plain characters: make a longer one.")
    hide(token)
    return token
