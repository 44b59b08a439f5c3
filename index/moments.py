"""A day, and where it is told the moment, read from one value or found in a text. Knows nothing of formats or articles.

A day that cannot be meant is refused: before 1600, after tomorrow, or numeric with two readings (01/02/2019) unless the
language or other dates settle which. The day is the one written, in the writer's own zone, never one moved to UTC.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from index.months import Order, month_number, order_of
from index.zones import at_zone

EARLIEST = date(1600, 1, 1)
_ZERO = date(1970, 1, 1)  # what machines write where they know no time
_LONGEST = 200  # characters of a value that is a date with something around it, not a text

_S = r"[^\S\n]"
_WORD = r"(?P<m>[^\W\d_]{3,12})"
_SHORT_OR_LONG = r"(?P<y>\d{4}|['’]?\d\d)(?![\d])"
_DAY_FIRST = re.compile(
    rf"(?<![\w/.:])(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|re|ème|e|[.ºª°])?[^\S\n-]*-?{_S}*(?:(?:of|de|di|da|den){_S}+)?"
    rf"{_WORD}\.?,?{_S}*-?{_S}*(?:(?:de|del|do|of){_S}+)?{_SHORT_OR_LONG}"
)
_MONTH_FIRST = re.compile(
    rf"(?<!\w){_WORD}\.?(?:{_S}+|-)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,{_S}*|{_S}+|-){_SHORT_OR_LONG}"
)
_YEAR_FIRST = re.compile(r"(?<![\d/.-])(?P<y>\d{4})(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?!\d)")
_NUMERALS = re.compile(r"(?<![\d/.-])(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})(?P=sep)(?P<y>\d{4}|\d\d)(?![\d/-])")
_HAN = re.compile(r"(?P<y>\d{4})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日")
_UNIX = re.compile(
    r"(?<!\w)(?P<m>[A-Z][a-z]{2})\s+(?P<d>\d{1,2})\s+(?P<clock>\d\d:\d\d:\d\d)\s+(?P<zone>[A-Z]{2,5}|[+-]\d{4})?\s*(?P<y>\d{4})\b"
)
# Only as a whole value: in a text these are numbers.
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)(?:T?(?P<clock>\d{4}(?:\d\d)?)(?P<zone>Z|[+-]\d\d:?\d\d)?)?")
_WEEK = re.compile(r"(\d{4})-?W(\d\d)-?([1-7])(?!\d)")
_DAY_OF_YEAR = re.compile(r"(\d{4})-(\d{3})(?!\d)")

_CLOCK = (
    r"(?:(?P<h>[01]?\d|2[0-3])[:.h]{1}(?P<mi>[0-5]\d)(?!\d)(?::(?P<s>[0-5]\d|60)(?:[.,]\d+)?)?(?:\s?(?P<half>[ap])\.?\s?m\b\.?)?"
    r"|(?P<h2>1?\d)\s?(?P<half2>[ap])\.?\s?m\b\.?)"
)
_ZONE = (
    r"(?:[^\S\n]?\(?(?P<zone>(?:UTC|GMT)?[^\S\n]?[+−-]\d{1,2}:?(?:\d\d)?(?!\d)|[A-Z][a-z]+/[A-Z][A-Za-z_]+|Z\b"
    r"|[A-ZİМСК]{2,5}\b)\)?)?"
)
_LINK = (
    r"(?:[\s,·|•/–—-]|\b(?:at|as of|à|um|uhr|alle(?: ore)?|ore|às|a las?|las|om|kl\.?|saat|в|о|г\.?|года"
    r"|on|the|le|am|el|il)\b){0,6}"
)
_CLOCK_AFTER = re.compile(rf"(?:T|{_LINK}){_CLOCK}{_ZONE}", re.I)
_WEEKDAY = r"(?:[^\W\d_]{2,12}\.?,?\s)?"
_CLOCK_BEFORE = re.compile(rf"(?<![\d:]){_CLOCK}{_ZONE}{_LINK}{_WEEKDAY}{_LINK}$", re.I)
_NEAR = 40


@dataclass(frozen=True, slots=True)
class Moment:
    """A day as its writer counts it, and the moment (with its zone) where hour and zone are told too."""

    day: date
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """How dates are read: which numeral is the day, whose zone names these are, and the last day that can be meant."""

    latest: date
    order: Order | None = None
    region: str | None = None

    @classmethod
    def of(cls, language: str | None = None, today: date | None = None) -> Setting:
        """Return the setting of a language tag such as `en-GB`; tomorrow may be meant, since zones differ."""
        parts = (language or "").replace("_", "-").split("-")
        region = parts[-1].lower() if len(parts) > 1 and len(parts[-1]) == 2 else None
        return cls((today or datetime.now(UTC).date()) + timedelta(days=1), order_of(language), region)


@dataclass(frozen=True, slots=True)
class Found:
    """A date in a text, and where it stands."""

    start: int
    end: int
    moment: Moment


def parse_date(value: Any, setting: Setting | None = None) -> date | None:
    """Return the day that a metadata value gives, or None. See `read_moment`."""
    moment = read_moment(value, setting)
    return moment.day if moment else None


def read_moment(value: Any, setting: Setting | None = None) -> Moment | None:
    """Return what a metadata value says: ISO (also weeks and days of the year), RFC 2822, written out, seconds.

    Never raises; None for what names no day, or one that cannot be meant.
    """
    setting = setting or Setting.of()
    moment = _read(value, setting)
    return moment if moment and EARLIEST <= moment.day <= setting.latest and moment.day != _ZERO else None


def find_moments(text: str, setting: Setting, *, short_years: bool = False) -> list[Found]:
    """Return the full dates in a text, in their order; `short_years` also reads "8 Apr 19" and "13/04/19"."""
    found: list[Found] = []
    for match in sorted(_matches(text), key=lambda match: (match.start(), -match.end())):
        if found and match.start() < found[-1].end:
            continue
        if not short_years and len(match["y"]) < 4:
            continue
        day = _day_of(match, setting)
        if day and EARLIEST <= day <= setting.latest:
            found.append(_with_clock(text, match, day, setting, found[-1].end if found else 0))
    return found


def numeral_order(
    texts: Iterable[str],
    near: Iterable[date] = (),
    latest: date = date.max,
    *,
    like: Iterable[str] | None = None,
    days: int = 31,
) -> Order | None:
    """Return the order of the numeric dates of one hand: 25/12/2019 settles 01/02/2019 beside it.

    So do days known to be near (within so many days of) one reading only, and the latest day that can be meant. Dates
    of another shape than those in the texts `like` are by another hand: 11-30-19 says nothing of 01/02/2019. None where
    all this leaves it open.
    """
    known = list(near)
    shapes = None if like is None else {_shape(match) for text in like for match in _NUMERALS.finditer(text)}
    orders: set[Order] = set()
    for text in texts:
        for match in _NUMERALS.finditer(text):
            if shapes is not None and _shape(match) not in shapes:
                continue
            first, second, year = match["a"], match["b"], match["y"]
            readings: dict[Order, date | None] = {"dmy": _day(year, second, first), "mdy": _day(year, first, second)}
            possible = {order for order, day in readings.items() if day and day <= latest}
            if len(possible) > 1:
                possible = {order for order in possible if _is_near(readings[order], known, days)}
            if len(possible) == 1 and match["sep"] != "." and first != second:
                orders |= possible
    return orders.pop() if len(orders) == 1 else None


def _shape(match: re.Match[str]) -> tuple[str, int]:
    return match["sep"], len(match["y"])


def has_numerals(text: str) -> bool:
    """Tell whether a text holds a day in numerals, such as 01/02/2019."""
    return _NUMERALS.search(text) is not None


def _is_near(day: date | None, known: Iterable[date], days: int) -> bool:
    return day is not None and any(abs((day - other).days) <= days for other in known)


def _read(value: Any, setting: Setting) -> Moment | None:
    if isinstance(value, datetime):
        return Moment(value.date(), value if value.tzinfo else None)
    if isinstance(value, date):
        return Moment(value)
    if isinstance(value, int) and 16_000_000 <= value < 100_000_000:
        # 20190712, read as a number
        value = str(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_epoch(float(value))
    if not isinstance(value, str) or not (text := value.strip()[:_LONGEST]):
        return None
    if re.fullmatch(r"\d{9,13}(\.\d+)?", text):
        return _from_epoch(float(text))
    return _whole(text, setting) or _within(text, setting)


def _within(text: str, setting: Setting) -> Moment | None:
    found = find_moments(text, setting, short_years=True)
    return found[0].moment if found else None


def _whole(text: str, setting: Setting) -> Moment | None:
    """Read the forms that are dates only where nothing else stands beside them."""
    if match := _COMPACT.fullmatch(text):
        day = _day(match["y"], match["m"], match["d"])
        clock = match["clock"] or ""
        if not day or not clock:
            return Moment(day) if day else None
        return Moment(day, _moment(day, clock[:2], clock[2:4], clock[4:] or "0", match["zone"], setting))
    try:
        if match := _WEEK.match(text):
            day = date.fromisocalendar(int(match[1]), int(match[2]), int(match[3]))
        elif match := _DAY_OF_YEAR.match(text):
            year, number = int(match[1]), int(match[2])
            day = date(year, 1, 1) + timedelta(days=number - 1)
            if not number or day.year != year:
                return None
        else:
            return None
    except (ValueError, OverflowError):
        return None
    return _with_clock(text, match, day, setting).moment


def _matches(text: str) -> Iterator[re.Match[str]]:
    if not any(letter.isdigit() for letter in text):
        return
    for pattern in (_DAY_FIRST, _MONTH_FIRST, _YEAR_FIRST, _NUMERALS, _HAN, _UNIX):
        for match in pattern.finditer(text):
            if pattern is _YEAR_FIRST or pattern is _NUMERALS or pattern is _HAN or month_number(match["m"]):
                yield match


def _day_of(match: re.Match[str], setting: Setting) -> date | None:
    year = _year(match["y"], setting)
    if match.re is not _NUMERALS:
        return _day(year, match["m"], match["d"])
    first, second = match["a"], match["b"]
    day_first, month_first = _day(year, second, first), _day(year, first, second)
    order = setting.order or ("dmy" if match["sep"] == "." else None)
    if order and (found := day_first if order == "dmy" else month_first):
        return found
    possible = {day for day in (day_first, month_first) if day and day <= setting.latest}
    return possible.pop() if len(possible) == 1 else None


def _year(written: str, setting: Setting) -> int:
    year = int(written.lstrip("'’"))
    if len(written) == 4:
        return year
    century = setting.latest.year // 100 * 100
    return century + year if century + year <= setting.latest.year else century - 100 + year


def _day(year: int | str, month: str, day: str) -> date | None:
    number = int(month) if month.isdigit() else month_number(month)
    try:
        return date(int(year), number or 0, int(day))
    except ValueError:
        return None


def _with_clock(text: str, match: re.Match[str], day: date, setting: Setting, earliest: int = 0) -> Found:
    """Return the date with the hour right after it, or right before it but not before that place."""
    if match.re is _UNIX:
        hour, minute, second = match["clock"].split(":")
        moment = _moment(day, hour, minute, second, match["zone"], setting)
        return Found(match.start(), match.end(), Moment(day, moment))
    if after := _CLOCK_AFTER.match(text[match.end() : match.end() + _NEAR]):
        return Found(match.start(), match.end() + after.end(), Moment(day, _clocked(after, day, setting)))
    begin = max(earliest, match.start() - _NEAR)
    if before := _CLOCK_BEFORE.search(text[begin : match.start()]):
        return Found(begin + before.start(), match.end(), Moment(day, _clocked(before, day, setting)))
    return Found(match.start(), match.end(), Moment(day))


def _clocked(match: re.Match[str], day: date, setting: Setting) -> datetime | None:
    hour = int(match["h"] or match["h2"])
    half = (match["half"] or match["half2"] or "").lower()
    if half and hour > 12:
        return None
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    return _moment(day, str(hour), match["mi"] or "0", match["s"] or "0", match["zone"], setting)


def _moment(day: date, hour: str, minute: str, second: str, zone: str | None, setting: Setting) -> datetime | None:
    try:
        clock = datetime(day.year, day.month, day.day, int(hour), int(minute), min(int(second), 59))
        found = at_zone(clock, zone or "", setting.region)
        if found:
            # year 1 and 9999 have moments that UTC has not
            found.astimezone(UTC)
        return found
    except (ValueError, OverflowError):
        return None


def _from_epoch(seconds: float) -> Moment | None:
    if not math.isfinite(seconds) or abs(seconds) < 1e8:
        # a year, a count: no time since 1970 that news would give
        return None
    if seconds > 1e11:
        # milliseconds, as JavaScript writes them
        seconds /= 1000
    try:
        at = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return Moment(at.date(), at)
