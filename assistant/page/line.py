"""Where questions wait to be answered: so many at once, so many waiting, so many of one reader. Knows no question.

Whoever comes beyond that is told at once what to do, and is not left to hang.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from index.errors import DatelineError
from index.seeing import event, span

AT_ONCE = 8  # answered together; more only make each other slow
WAITING = 64
OF_ONE = 4  # of one reader, in all their windows and programs
FULL = "Many people are asking just now: ask again in half a minute."
ENOUGH = f"{OF_ONE} questions of yours are being answered already: wait until one of them is done, or stop one."


class TooMany(DatelineError):
    """There is no room for one more question now."""


class Line:
    """The line of all who ask. It changes on one event loop alone: no locks."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING, of_one: int = OF_ONE) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._most, self._of_one = at_once + waiting, of_one
        self._inside: Counter[str] = Counter()

    @property
    def empty(self) -> bool:
        """Whether nobody is being answered and nobody waits."""
        return not self._inside

    def refusal(self, who: str) -> str:
        """Return why one more question of `who` is not taken now, or nothing; it is told to who watches."""
        full = FULL if self._inside.total() >= self._most else ""
        why = ENOUGH if self._inside[who] >= self._of_one else full
        if why:
            event("turned_away")
        return why

    @asynccontextmanager
    async def place(self, who: str) -> AsyncGenerator[None]:
        """Wait for one's turn and keep it. Raises: TooMany."""
        if why := self.refusal(who):
            raise TooMany(why)
        self._inside[who] += 1
        try:
            async with AsyncExitStack() as turn:
                with span("waiting"):
                    await turn.enter_async_context(self._free)
                with span("turn"):
                    yield
        finally:
            self._inside[who] -= 1
            if not self._inside[who]:
                del self._inside[who]
