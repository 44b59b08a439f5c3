"""Days, months, years and the like in a text, by what they mean on the day of the article. Knows no other numbers.

A moment without its year means the one nearest to the article's day; "Monday" the one before or after that day. Without
a day of the article, such words mean only themselves.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

Span = tuple[date, date]

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTH = (
    r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?|aug(?:ust|\.)?"
    r"|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
_NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
_YEAR = r"(?:1[5-9]\d\d|20\d\d)"
_MOMENT = re.compile(
    rf"\b(?P<iso>{_YEAR}-\d\d-\d\d)\b"
    rf"|\b(?P<month1>{_MONTH}) (?P<day1>\d{{1,2}})(?:st|nd|rd|th)?(?:(?:,? |,)(?P<year1>{_YEAR}))?(?![\w%]|[.,:]\d)"
    rf"|\b(?P<day2>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month2>{_MONTH})(?:,? (?P<year2>{_YEAR}))?(?!\w)"
    rf"|\b(?P<month3>{_MONTH}),? (?:of )?(?P<year3>{_YEAR})(?![\w%]|[.,]\d)"
    r"|(?<![\w.,/$€£])(?P<slash>\d{1,2}/\d{1,2}/(?:19|20)\d\d)(?!\w)"
    r"|(?<!\w)(?P<decade>(?:1[5-9]|20)\d0|['’][1-9]0)['’]?s\b"
    rf"|(?<![\w.,/$€£¥:-])(?P<year4>{_YEAR})(?![\w%]|[.,:]\d|-\d{{3}})"
    rf"|\b(?:(?P<which>last|next|this|on|past) )?(?P<weekday>{'|'.join(_DAYS)})s?\b"
    r"|\b(?P<now>the day before yesterday|yesterday|today|tonight|tomorrow|last night)\b"
    r"|\b(?P<rel>this|last|next|past|previous) (?P<unit>week|month|year|weekend)\b"
    rf"|\b(?P<count>\d{{1,3}}|{'|'.join(_NUMBERS)}|an?) (?P<ago>day|week|month|year|decade)s? ago\b"
    rf"|\b(?P<month4>{_MONTH})\b"
)
# "may" and "march" are months only here; so are short forms, and any month in small letters
_PLACED = re.compile(
    r"\b(?:in|since|until|till|from|to|by|of|last|next|this|early|late|mid|through|before|after|during|for|and|between)"
    r"[\s-]$"
)
_AHEAD = re.compile(
    r"\b(?:will|would|next|upcoming|coming|plans?|planned|expect\w*|schedul\w*|set to|due|is to|are to)\b|[’']ll\b"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time at `[start, end)`. `spans` are the days it may mean; `parts` its (month, day) where it has no year.

    `weekday` counts from Monday, 0; a moment of which no day is known has no spans and equals only its like.
    """

    start: int
    end: int
    text: str
    spans: tuple[Span, ...] = ()
    parts: tuple[int, int | None] | None = None
    weekday: int | None = None
    year_only: int | None = None


def moments(text: str, published: date | None) -> list[Moment]:
    """Return the moments of a text in order, read on the day it was published."""
    lower = text.lower() if len(text.lower()) == len(text) else text
    return list(_moments(text, lower, published))


def same(claimed: Moment, given: Moment) -> bool:
    """Tell whether a source's moment bears out a claimed one: the same, or lying within it ("2019" for "12 July")."""
    if claimed.text.lower() == given.text.lower():
        return True
    if claimed.weekday is not None and given.weekday is not None:
        return claimed.weekday == given.weekday
    if claimed.parts is not None:
        return _has(given, *claimed.parts)
    return any(a <= c and d <= b for a, b in claimed.spans for c, d in given.spans)


def _has(given: Moment, month: int, day: int | None) -> bool:
    """Tell whether a moment lies in that month, and on that day."""
    if given.parts is not None:
        return given.parts[0] == month and (day is None or given.parts[1] == day)
    return any(
        first.month == last.month == month and first.year == last.year and (day is None or first.day == last.day == day)
        for first, last in given.spans
    )


def _moments(text: str, lower: str, published: date | None) -> Iterator[Moment]:
    for match in _MOMENT.finditer(lower):
        groups = {name: value for name, value in match.groupdict().items() if value}
        start, end = match.span()
        if "which" in groups and groups["which"] == "on":
            start += 3
        if groups.get("now") == "today" and text[start] == "T" and text[max(0, start - 2) : start - 1].isalpha():
            continue  # USA Today
        try:
            moment = _read(text, lower, groups, start, end, published)
        except (ValueError, OverflowError):
            continue  # the 31st of June: no day, so no moment
        if moment is not None:
            yield moment


def _read(text: str, lower: str, groups: dict[str, str], start: int, end: int, published: date | None) -> Moment | None:
    shown = text[start:end]
    if "iso" in groups:
        day = date.fromisoformat(groups["iso"])
        return Moment(start, end, shown, ((day, day),))
    if "slash" in groups:
        return Moment(start, end, shown, tuple(_slashed(groups["slash"])))
    if "decade" in groups:
        digits = groups["decade"].lstrip("'’")
        first = int(digits) if len(digits) == 4 else 1900 + int(digits)
        return Moment(start, end, shown, ((date(first, 1, 1), date(first + 9, 12, 31)),))
    if "weekday" in groups:
        weekday = _DAYS.index(groups["weekday"])
        ahead = groups.get("which") == "next" or _AHEAD.search(lower, max(0, start - 80), end + 40) is not None
        return Moment(start, end, shown, tuple(_around(weekday, published, ahead)), weekday=weekday)
    if "now" in groups or "rel" in groups or "ago" in groups:
        return Moment(start, end, shown, tuple(_relative(groups, published)))
    return _dated(text, lower, groups, start, end, published)


def _dated(
    text: str, lower: str, groups: dict[str, str], start: int, end: int, published: date | None
) -> Moment | None:
    name = next((groups[key] for key in ("month1", "month2", "month3", "month4") if key in groups), "")
    year = next((int(groups[key]) for key in ("year1", "year2", "year3", "year4") if key in groups), None)
    number = next((int(groups[key]) for key in ("day1", "day2") if key in groups), None)
    shown = text[start:end]
    if not name:
        assert year is not None
        return Moment(start, end, shown, ((date(year, 1, 1), date(year, 12, 31)),), year_only=year)
    if number is None and year is None and not _is_month(shown, lower[max(0, start - 12) : start]):
        return None
    month = _MONTHS.index(name[:3]) + 1
    if year is not None:
        return Moment(start, end, shown, (_days(year, month, number),))
    _days(2000, month, number)  # no day that no year has
    return Moment(start, end, shown, tuple(_nearest(month, number, published)), parts=(month, number))


def _is_month(shown: str, before: str) -> bool:
    if (len(shown) == 3 and shown.lower() != "may") or shown.endswith("."):
        return False
    if shown.lower() in ("may", "march"):
        return bool(_PLACED.search(before)) and (shown[0].isupper() or before.endswith("in "))
    return shown[0].isupper() or bool(_PLACED.search(before))


def _days(year: int, month: int, day: int | None) -> Span:
    if day is None:
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    one = date(year, month, day)
    return one, one


def _nearest(month: int, day: int | None, published: date | None) -> Iterator[Span]:
    """Yield what a day or month without a year may mean: that of the same year, and the nearest."""
    if published is None:
        return
    spans = []
    for year in (published.year - 1, published.year, published.year + 1):
        try:
            spans.append(_days(year, month, day))
        except ValueError:
            continue  # 29 February
    nearest = min(spans, key=lambda span: abs((span[0] - published).days), default=None)
    yield from (span for span in spans if span == nearest or span[0].year == published.year)


def _around(weekday: int, published: date | None, ahead: bool) -> Iterator[Span]:
    """Yield the day of that name before the article's, and the one after it where something is said to come."""
    if published is not None:
        back = published - timedelta((published.weekday() - weekday) % 7)
        for day in (back, back + timedelta(7))[: 1 + ahead]:
            yield day, day


def _slashed(text: str) -> Iterator[Span]:
    first, second, year = map(int, text.split("/"))
    for month, day in sorted({(first, second), (second, first)}):
        if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
            yield date(year, month, day), date(year, month, day)


def _relative(groups: dict[str, str], published: date | None) -> Iterator[Span]:
    if published is None:
        return
    if "now" in groups:
        back = {"yesterday": 1, "last night": 1, "tomorrow": -1, "the day before yesterday": 2}.get(groups["now"], 0)
        day = published - timedelta(back)
        yield day, day
        return
    if "ago" in groups:
        count = groups["count"]
        number = int(count) if count.isdigit() else _NUMBERS.index(count) + 1 if count in _NUMBERS else 1
        days = number * {"day": 1, "week": 7, "month": 30, "year": 365, "decade": 3652}[groups["ago"]]
        day, slack = published - timedelta(days), timedelta(days // 4)
        yield day - slack, day + slack
        return
    step = {"this": 0, "next": 1}.get(groups["rel"], -1)
    yield _whole(groups["unit"], step, published)


def _whole(unit: str, step: int, published: date) -> Span:
    monday = published - timedelta(published.weekday())
    if unit == "week":
        return monday + timedelta(7 * step), monday + timedelta(7 * step + 6)
    if unit == "weekend":
        return monday + timedelta(7 * step + 5), monday + timedelta(7 * step + 6)
    if unit == "year":
        return date(published.year + step, 1, 1), date(published.year + step, 12, 31)
    months = published.year * 12 + published.month - 1 + step
    return _days(months // 12, months % 12 + 1, None)
