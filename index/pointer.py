"""Which generation on a server is live: the last of a row of numbered moves. Knows nothing of what generations hold.

Each move is a collection whose name tells its number, and of several who create one name exactly one succeeds. So who
moves from what is no longer live fails, whatever happened in between: no lock needs to be trusted for that.
"""

from __future__ import annotations

import re
import secrets
from contextlib import suppress
from dataclasses import dataclass

from index.chroma import Database
from index.errors import IndexBusy, ServerFailed

_NAME = "dateline-move-"
_KEPT = 2  # moves that stay, for those who count on


@dataclass(frozen=True, slots=True)
class Move:
    """The generation with this stamp became live at a time of the server; `highest` is the highest number ever live."""

    sequence: int
    stamp: str
    highest: int
    at: float

    @property
    def live(self) -> int:
        """Return the number of the live generation."""
        return number_of(self.stamp)


def new_stamp(number: int) -> str:
    """Return the stamp of a new generation: its number, and what no other ever has."""
    return f"{number:04d}-{secrets.token_hex(3)}"


def number_of(stamp: str) -> int:
    """Return the number of the generation with this stamp."""
    return int(stamp.partition("-")[0])


def last_move(database: Database) -> Move | None:
    """Return the move that counts, or None where nothing was ever live."""
    found = {int(name.removeprefix(_NAME)): fields for name, fields in database.collections().items() if _is(name)}
    if not found:
        return None
    last = max(found)
    fields = found[last]
    return Move(last, str(fields["stamp"]), int(fields["highest"]), float(fields["at"]))


def move_to(database: Database, stamp: str, before: Move | None) -> Move:
    """Make a generation live after the move `before`.

    Raises: IndexBusy where another came between; ServerFailed where the server went, perhaps after it made the move.
    """
    sequence = before.sequence + 1 if before else 1
    highest = max(before.highest if before else 0, number_of(stamp))
    made = Move(sequence, stamp, highest, round(database.now(), 3))
    fields = {"stamp": stamp, "highest": highest, "at": made.at, "owner": secrets.token_hex(8)}
    try:
        ours = database.create(f"{_NAME}{sequence:08d}", fields) is not None and last_move(database) == made
    except ServerFailed as error:
        raise ServerFailed(
            f"{str(error).rstrip('.')}; whether the new generation is live is not known: `python -m index info` tells.",
            error.status,
        ) from error
    if not ours:
        raise IndexBusy(
            f"Another build made its generation live on {database.server} meanwhile: nothing of this one is; "
            "start it again."
        )
    # it is live: what cannot be tidied up now, the next move does
    with suppress(ServerFailed):
        for name in database.collections():
            if _is(name) and int(name.removeprefix(_NAME)) <= sequence - _KEPT:
                database.delete(name)
    return made


def _is(name: str) -> bool:
    return re.fullmatch(rf"{_NAME}\d+", name) is not None
