"""Outlet and date in words. Knows nothing of answers: what is unknown is said to be."""

from __future__ import annotations

from datetime import date

from index.articles import Source


def day_in_words(day: date | None) -> str:
    """Return "8 April 2019", or "date unknown"."""
    return f"{day.day} {day:%B} {day.year}" if day else "date unknown"


def attribution(source: Source, twins: int = 0) -> str:
    """Return "Outlet, 8 April 2019"; `twins` is the number of further outlets with the same text."""
    others = f" +{twins}" if twins else ""
    return f"{source.outlet or 'outlet unknown'}{others}, {day_in_words(source.published)}"
