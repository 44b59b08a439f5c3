"""The day, month or year that an article's address carries. Knows no page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from index.moments import EARLIEST, Setting
from index.months import month_number

_IN_PATH = re.compile(r"/(19\d\d|20\d\d)[/-](\d{1,2}|[A-Za-z]{3,9})[/-](\d{1,2})(?=[/_.-]|$)")
_IN_NAME = re.compile(r"(?<!\d)(20\d\d)-?([01]\d)-?([0-3]\d)(?!\d)")
_MONTH = re.compile(r"/(19\d\d|20\d\d)[/-](0[1-9]|1[0-2])(?=/)")
_YEAR = re.compile(r"/(19\d\d|20\d\d)(?=/)")


@dataclass(frozen=True, slots=True)
class Carried:
    """What an address carries: the day of its folders, a day in a name (which may be an event's), a month, a year."""

    day: date | None = None
    named: date | None = None
    month: tuple[int, int] | None = None
    year: int | None = None


def carried(url: str | None, setting: Setting) -> Carried:
    """Return what the path of an address carries; a day that cannot be meant is none."""
    try:
        path = urlsplit(url or "").path
    except ValueError:
        path = url or ""
    day = next((found for match in _IN_PATH.finditer(path) if (found := _day(match, setting))), None)
    named = next((found for match in _IN_NAME.finditer(path) if (found := _day(match, setting))), None)
    if day:
        return Carried(day, named, (day.year, day.month), day.year)
    month, year = _MONTH.search(path), _YEAR.search(path)
    return Carried(None, named, (int(month[1]), int(month[2])) if month else None, int(year[1]) if year else None)


def _day(match: re.Match[str], setting: Setting) -> date | None:
    year, month, day = match.groups()
    try:
        found = date(int(year), int(month) if month.isdigit() else month_number(month) or 0, int(day))
    except ValueError:
        return None
    return found if EARLIEST <= found <= setting.latest else None
