"""Whether the index answers, for whoever watches over the server. Looks seldom, with one thread, and never for long.

What it says may be read by anyone: no path, no address, no number.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from index.errors import IndexMissing, ServerFailed

if TYPE_CHECKING:
    from index.manifest import Manifest

SECONDS = 2.0  # that a look may take, before it counts as none
FRESH = 1.0  # seconds for which what was seen holds, however many ask
MISSING = "There is no index, or it holds no article yet: build one."
SERVER = "The Chroma server that holds the index does not answer as it should: look after it."
SILENT = f"The index did not answer within {SECONDS:g} seconds."
BROKEN = "The index cannot be opened: the log of Dateline says why."

log = logging.getLogger("dateline")


class Pulse:
    """Looks whether the index answers. Used on one event loop."""

    def __init__(self, look: Callable[[], Manifest]) -> None:
        """`look` opens what is live now and tells of it, or raises."""
        self._look, self._thread = look, ThreadPoolExecutor(1, "pulse")
        self._looking: asyncio.Future[Manifest] | None = None
        self._seen: Manifest | None = None
        self._problem, self._at = "", 0.0

    async def problem(self) -> str:
        """Return why no question can be answered now, in words for anyone; nothing where one can."""
        if self._looking is None and (not self._at or time.monotonic() - self._at > FRESH):
            self._looking = asyncio.get_running_loop().run_in_executor(self._thread, self._look)
            self._looking.add_done_callback(self._ended)
        if self._looking is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._done(self._looking)), SECONDS)
        return SILENT if self._looking is not None else self._problem

    @property
    def seen(self) -> Manifest | None:
        """What was live when it was looked at last; None where nothing could be read."""
        return self._seen

    async def _done(self, looking: asyncio.Future[Manifest]) -> None:
        await asyncio.wait([looking])

    def _ended(self, looking: asyncio.Future[Manifest]) -> None:
        self._looking, self._at = None, time.monotonic()
        error = None if looking.cancelled() else looking.exception()
        before, self._problem = self._problem, "" if error is None else _words(error)
        self._seen = looking.result() if error is None and not looking.cancelled() else None
        if self._problem and self._problem != before:
            log.error("the index does not answer", exc_info=error)


def _words(error: BaseException) -> str:
    kinds = ((IndexMissing, MISSING), (ServerFailed, SERVER))
    return next((words for kind, words in kinds if isinstance(error, kind)), BROKEN)
