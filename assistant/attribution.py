"""Outlet, date and standing of a source in words. Knows nothing of answers: what is unknown is said to be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from index.articles import Source

if TYPE_CHECKING:
    from assistant.citations import Citation

WITHDRAWN = "withdrawn"
CORRECTED = "corrected"


def day_in_words(day: date | None) -> str:
    """Return "8 April 2019", or "date unknown"."""
    return f"{day.day} {day:%B} {day.year}" if day else "date unknown"


def moment_in_words(moment: datetime | None) -> str:
    """Return "8 April 2019, 14:05 UTC", or "at a time unknown"."""
    if moment is None:
        return "at a time unknown"
    here = moment.astimezone(UTC)
    return f"{day_in_words(here.date())}, {here:%H:%M} UTC"


def status(source: Source) -> str:
    """Return "withdrawn" or "corrected" for what its outlet took back or put right, else ""."""
    return WITHDRAWN if source.withdrawn else CORRECTED if source.notice else ""


def attribution(source: Source, reprints: int = 0, offset: int | None = None) -> str:
    """Return "Outlet, 8 April 2019", then what applies: ", page 3, withdrawn (+6 reprints)".

    `reprints` is the number of further articles that say the same, `offset` the place in a text that has pages.
    """
    page = source.page(offset) if offset is not None else None
    parts = [source.outlet or "outlet unknown", day_in_words(source.published), page and f"page {page}", status(source)]
    others = f" (+{reprints} reprint{'' if reprints == 1 else 's'})" if reprints else ""
    return f"{', '.join(part for part in parts if part)}{others}"


def independent(citations: Iterable[Citation]) -> int:
    """Return how many sources the citations come from, where an article and its reprints are one."""
    stories: list[set[str]] = []
    for citation in citations:
        story = {citation.source.id, *(source.id for source in citation.reprints)}
        for other in [other for other in stories if other & story]:
            stories.remove(other)
            story |= other
        stories.append(story)
    return len(stories)
