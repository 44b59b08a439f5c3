"""Which articles of a generation are one story in several prints, for those who read it. Knows no text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Self

from index.articles import Source
from index.errors import IndexDamaged

_FILE = "stories.json"
# Those who write for others to print; compared with the name of an outlet.
_AGENCY = re.compile(
    r"\b(?:AP|Associated Press|Reuters|AFP|Agence France-Presse|dpa|Deutsche Presse-Agentur|UPI|Xinhua|ANSA|EFE|Kyodo"
    r"|United Press International|TASS|Interfax|PTI|Press Trust of India|PA Media|Press Association|AAP|Canadian Press"
    r"|[\w-]+ News Agency|[\w-]+ Wire|Newswire)\b"
)


class Stories:
    """Article id → the ids of all articles that print its story."""

    def __init__(self, stories: Iterable[Sequence[str]] = ()) -> None:
        self._all = [tuple(story) for story in stories]
        self._of = {article: story for story in self._all for article in story}

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read the stories of a folder. Raises: IndexDamaged."""
        try:
            return cls(json.loads((path / _FILE).read_text()))
        except (OSError, ValueError, TypeError) as error:
            raise IndexDamaged(
                f"The stories in {path} are missing or cannot be read: "
                "any `python -m index build` on this index makes them again."
            ) from error

    def save(self, path: Path) -> None:
        """Write the stories into a folder."""
        path.mkdir(exist_ok=True)
        (path / _FILE).write_text(json.dumps(self._all))

    def of(self, article: str) -> tuple[str, ...]:
        """Return the ids of all articles that print the story of this one; its own alone where no other does."""
        return self._of.get(article, (article,))

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        return iter(self._all)


def by_origin(sources: Iterable[Source]) -> list[Source]:
    """Return the prints of a story, the likeliest original first: an agency's before others', then the earliest."""
    return sorted(sources, key=_originality)


def _originality(source: Source) -> tuple[bool, date, datetime, str]:
    agency = bool(source.outlet and _AGENCY.search(source.outlet))
    day = source.published or date.max
    # within a day only those that tell their hour can be put in order
    moment = source.published_at.astimezone(UTC) if source.published_at else datetime.combine(day, time.max, UTC)
    return not agency, day, moment, source.id
