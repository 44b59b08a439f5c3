"""Which articles came into an index last, and when: at most so many, the last first. Knows nothing of what they say.

Each build writes the list beside its generation and takes over that of the one before. Where the file is missing or
damaged, nothing is known of earlier builds.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from index.articles import Source

MOST = 50
FILE = "recent.json"


@dataclass(frozen=True, slots=True)
class Added:
    """An article, and when a build added or updated it last."""

    source: Source
    at: datetime


class Recent:
    """Ids of articles with the moment of the build that brought each in."""

    def __init__(self, rows: Iterable[tuple[str, datetime]] = ()) -> None:
        self.rows = tuple(rows)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Return the list that `save` wrote into a folder; an empty one where it cannot be read."""
        try:
            return cls.of((folder / FILE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return cls()  # made by an earlier version, or damaged

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the list of such a text as `text` gives; an empty one where it cannot be read."""
        try:
            return cls((str(key), datetime.fromisoformat(at).astimezone(UTC)) for key, at in json.loads(text))
        except (ValueError, TypeError):
            return cls()

    def text(self) -> str:
        """Return the list as a text."""
        return json.dumps([(key, at.isoformat()) for key, at in self.rows])

    def save(self, folder: Path) -> None:
        """Write the list into a folder."""
        (folder / FILE).write_text(self.text(), encoding="utf-8")

    def then(self, came: Iterable[str], at: datetime, held: Container[str]) -> Self:
        """Return the list after a build that brought articles in, in this order; only what is `held` stays in it."""
        moments = dict.fromkeys(reversed(list(came)), at)
        rows = [*moments.items(), *(row for row in self.rows if row[0] not in moments)]
        return type(self)([row for row in rows if row[0] in held][:MOST])
