"""An article's own day, from metadata, URL or text; None rather than a guess. Knows nothing of formats.

A day that cannot be meant is refused: before 1600, after tomorrow, or numeric and ambiguous (01/02/2019).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

_MONTH = r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\.?)"
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_FULL_DATE = (
    rf"(?:\b{_MONTH}\s+{_DAY},?\s+(\d{{4}})\b|\b{_DAY}\s+{_MONTH},?\s+(\d{{4}})\b"
    r"|\b(\d{4})-(\d{2})-(\d{2})(?!\d))"
)
_ALONE = re.compile(rf"^[^.!?\n]{{0,60}}?\b{_FULL_DATE}[^.!?\n]{{0,30}}$", re.MULTILINE)
_WITH_WEEKDAY = re.compile(rf"\b{_WEEKDAY},?\s+(?:the\s+)?{_FULL_DATE}")
_DATELINE = re.compile(
    rf"^[A-Z][A-Z .,'’()/-]{{2,60}}?,?\s*{_FULL_DATE}\s*(?:\([^)\n]{{2,30}}\)\s*)?[-–—:]", re.MULTILINE
)
_SIGNED = re.compile(
    rf"(?i:\b(?:published|updated|posted|issued|dated)\b)(?:\s+(?i:on|at|by)|:|\s)[^.!?\n]{{0,40}}?{_FULL_DATE}"
)
_IN_URL = re.compile(
    r"/(19\d\d|20\d\d)[/-](\d{1,2}|[A-Za-z]{3,9})[/-](\d{1,2})(?=[/_.-]|$)|(?<!\d)(20\d\d)-?([01]\d)-?([0-3]\d)(?!\d)"
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
HEAD_CHARACTERS = 1_500  # a date further down is an event's, not the article's


def parse_date(value: Any) -> date | None:
    """Return the day that a metadata value gives: ISO, RFC 2822, written out, a datetime, or seconds since 1970."""
    if isinstance(value, datetime):
        return _plausible(value.date())
    if isinstance(value, date):
        return _plausible(value)
    if isinstance(value, int) and 16_000_000 <= value < 100_000_000:
        # 20190712, read as a number
        return _plausible(_written(str(value)))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_epoch(float(value))
    if not isinstance(value, str) or not (text := value.strip()):
        return None
    if re.fullmatch(r"\d{9,13}(\.\d+)?", text):
        return _from_epoch(float(text))
    return _plausible(_written(text))


def date_in_url(url: str | None) -> date | None:
    """Return the day in a path such as `/2019/07/12/` or `/story-2019-07-12`, or None."""
    for match in _IN_URL.finditer(url or ""):
        year, month, day = (group for group in match.groups() if group)
        found = _plausible(_day(year, month, day))
        if found:
            return found
    return None


def date_in_text(text: str) -> date | None:
    """Return the day that the head of a text gives as its own: a dateline, a dated line, a weekday with its date."""
    head = text[:HEAD_CHARACTERS]
    for pattern in (_DATELINE, _SIGNED, _ALONE, _WITH_WEEKDAY):
        found = [day for match in pattern.finditer(head) if (day := _plausible(_day_of(match)))]
        if found:
            return max(found)
    return None


def _written(text: str) -> date | None:
    if match := re.match(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)", text):
        return _day(*match.groups())
    if match := re.fullmatch(r"(\d{4})(\d{2})(\d{2})(?:T?\d{4,6}Z?)?", text):
        return _day(*match.groups())
    if match := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:[ ,].*)?", text):
        first, second, year = match.groups()
        if int(first) > 12 or first == second:
            return _day(year, second, first)
        return _day(year, first, second) if int(second) > 12 else None
    if match := re.search(_FULL_DATE, text):
        return _day_of(match)
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _day_of(match: re.Match[str]) -> date | None:
    month_a, day_a, year_a, day_b, month_b, year_b, year_c, month_c, day_c = match.groups()[-9:]
    return _day(year_a or year_b or year_c, month_a or month_b or month_c, day_a or day_b or day_c)


def _day(year: str, month: str, day: str) -> date | None:
    try:
        number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
        return date(int(year), number, int(day))
    except ValueError:
        return None


def _from_epoch(seconds: float) -> date | None:
    if not abs(seconds) >= 1e8:
        # a year, a count, NaN: no time since 1970 that news would give
        return None
    if seconds > 1e11:
        # milliseconds, as JavaScript writes them
        seconds /= 1000
    try:
        return _plausible(datetime.fromtimestamp(seconds, UTC).date())
    except (ValueError, OverflowError, OSError):
        return None


def _plausible(day: date | None) -> date | None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    return day if day and date(1600, 1, 1) <= day <= tomorrow else None
