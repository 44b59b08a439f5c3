"""The day or moment that a document's own fields give, the first that can be meant. Knows no format."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from index.articles import PublishedFrom
from index.dates import parse_date


def when(candidates: Iterable[tuple[PublishedFrom, Any]]) -> tuple[date | datetime | None, PublishedFrom]:
    """Return the first candidate (where it stood, what stood there) that is a day, as a moment where it is one."""
    for published_from, value in candidates:
        moment = _moment(value)
        if day := parse_date(moment or value):
            return moment or day, published_from
    return None, "none"


def _moment(value: Any) -> datetime | None:
    """Return the moment of a value that tells its zone, or None."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        with suppress(ValueError, TypeError, IndexError, OverflowError):
            moment = read(str(value).strip())
            if moment.tzinfo:
                return moment
    return None
