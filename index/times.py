"""Days and spans of days that a question names, counted from the day of asking. Knows nothing of articles.

A span is read one of two ways. As a filter it bounds when an article was published: "since March", "before May 2022",
"what was said last week". As a period it only says when an event was: "the 2019 summit", "on April 8", "who won last
week": what was written before or later may still tell of it, so nothing is left out. A "before" or "after" in front of
an event with a year ("before the 2019 summit") gives that year as a period: the event's own day is not known.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, cast

Role = Literal["date", "period"]
Span = tuple[date, date]
_Kind = Literal["day", "month", "year", "window", "event"]  # a window reaches to the day of asking, or near it

_MONTHS = "january february march april may june july august september october november december".split()
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_SOME = {"a couple of": 2, "couple of": 2, "few": 4, "several": 7, "a": 1, "an": 1}

_MONTH = rf"(?P<month>{'|'.join(_MONTHS)}|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
_NUMERAL = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_END = r"(?![\w%$]|[.,:/]\d|-\d(?!\d{3}\b))"
_MOMENT = re.compile(
    r"(?<![\w$€£.,/])(?<![a-z]-)(?:"
    rf"(?P<iso>(?:19|20)\d\d-\d\d-\d\d)"
    rf"|(?:the )?(?P<day>{_NUMERAL}|(?:{'|'.join(_ORDINALS)})(?= of ))(?: of)? {_MONTH}(?:,? (?:of )?{_YEAR})?"
    rf"|{_MONTH.replace('month', 'month2')} (?:the )?(?P<day2>{_NUMERAL})(?:,? {_YEAR.replace('year', 'year2')})?"
    rf"|{_MONTH.replace('month', 'month3')}(?:,? (?:of )?{_YEAR.replace('year', 'year3')})?"
    rf"|(?P<season>{'|'.join(_SEASONS)})(?: of)? {_YEAR.replace('year', 'year4')}"
    rf"|{_YEAR.replace('year', 'year5')}(?:[-–/](?P<more>\d\d))?"
    rf"){_END}",
    re.I,
)
_UNIT = r"(?P<unit>day|week|month|year)s?"
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_NUMBERS)}|{'|'.join(_SOME)})"
_RELATIVE = re.compile(
    r"(?<![\w-])(?:"
    r"(?P<now>today|the day before yesterday|tonight|yesterday|last night|this (?:morning|afternoon|evening)"
    r"|over the weekend)"
    rf"|(?:the )?(?:start|beginning) of (?P<start>the|this|last) (?P<startunit>week|month|year)"
    rf"|(?P<the>the )?(?P<which>last|past|previous|this) (?P<whole>weekend|week|month|year)(?! of\b)"
    rf"|(?:the )?(?:last|past|previous) {_COUNT} {_UNIT}"
    rf"|{_COUNT.replace('count', 'ago')} {_UNIT.replace('unit', 'agounit')} ago"
    rf"|(?P<whichseason>last|this|past) (?P<season>{'|'.join(_SEASONS)}|{'|'.join(_MONTHS)})"
    rf"|(?:(?:last|this|past) )?(?P<weekday>{'|'.join(_DAYS)})"
    r")(?![\w-])",
    re.I,
)
# What stands right before a span, and makes it a bound.
_BOUND = re.compile(
    r"\b(?P<word>since|after|following|before|prior to|until|till|up to)\s+"
    r"(?P<the>the )?(?:(?:early|mid|late)[ -]|(?:the )?(?:start|beginning|end|middle) of )?$",
    re.I,
)
_IN = re.compile(r"\b(?:in|during|of|from|throughout|early|late|mid|by)[ -]$", re.I)
_ON = re.compile(r"\b(?:on|since|before|after|until|till|by|from|between|and|to|of|in)\s+(?:the )?$", re.I)
_RANGE = re.compile(r"\s*(?:and|to|until|till|through|[-–])\s*(?:the )?", re.I)
_RANGE_OPENS = re.compile(r"\b(?:between|from)\s+(?:the )?$", re.I)
_PLACES = re.compile(r"\b(?:in|on|during|(?<!\bas )of|from|throughout)\s+(?:(?:early|mid|late)[ -])?$", re.I)
_DAY_AND = re.compile(
    r"\b(?:between|from)\s+(?:the )?(\d{1,2})(?:st|nd|rd|th)?\s+(?:and|to|until|till|through)\s+(?:the )?$", re.I
)
_THE_DAY = re.compile(r"\bthe (?:day|night|week|month|year)\s+$", re.I)  # "the day before" is no bound
_EVENT = re.compile(r"['’]s?\b")  # "last week's summit" is an event
# "The first since 2017", "the worst since March": how rare it is, not when it was told.
_COMPARED = re.compile(
    r"\b(?:first(?! (?:minister|lady))|worst|best|biggest|largest|smallest|highest|lowest|record"
    r"|the (?!west|rest|test|protest|forest)\w+est)\b[^.?!]{0,40}$",
    re.I,
)
_NUMBERED = re.compile(
    r"\b(?:flight|route|highway|windows|room|section|number|no\.|bill|agenda|model|formula)\s$", re.I
)
_COUNTED = re.compile(
    r"\s(?:people|dollars|troops|soldiers|workers|jobs|members|deaths|homes|miles|km|met(?:er|re)s|feet|tons|tonnes|hours|votes|cases|points)\b",
    re.I,
)
# After a bare "May" or "March" these show that the month was meant, and after a bare year that no event has that year.
_GOES_ON = re.compile(
    r"\s*(?:$|[?.!,;:)\]–—\"”]|(?:of|to|and|in|on|at|about|by|did|does|do|is|are|was|were|what|who|how|why|when|where|which"
    r"|has|have|had|with|for|from|that|against|as|or|until|the|a)\b)",
    re.I,
)
_NAMED_DAY = re.compile(r"\b(?:black|good|super|bloody|cyber|giving|ash|palm|easter|fat|freaky)\s$", re.I)
_NAMED_AFTER = re.compile(r"\s(?:times|mirror|mail|telegraph|express|night (?:live|football)|night lights)\b", re.I)
# A day without a year in a question that looks ahead is not the last such day.
_AHEAD = re.compile(
    r"\b(?:will|next|upcoming|expected|expires?|scheduled|set to|going to|due|planned|plans? to|begins?|starts?)\b",
    re.I,
)
# "Today" that means these times, not this day.
_NOWADAYS = re.compile(r"\b(?:is|are|do|does|can|lives?|remains?|exists?)\b", re.I)
_HAPPENS = re.compile(r"\b(?:happen\w*|news|headlines?|stor(?:y|ies)|report\w*|says?|saying|announc\w*|latest)\b", re.I)


@dataclass(frozen=True, slots=True)
class Time:
    """A span of days named at `[start, end)` of a question; as a filter one of its ends may be open."""

    start: int
    end: int
    role: Role
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class _Named:
    """A span as named, before what stands around it was looked at."""

    start: int
    end: int
    span: Span
    kind: _Kind


def times(question: str, today: date, *, published: bool, said: bool) -> list[Time]:
    """Return the spans of days that a question names, in order.

    `published`: the question asks for what was published, `said`: for what was said or happened; both are asked of a
    time, where any other question only places its event in it.
    """
    named = sorted([*_moments(question, today), *_relatives(question, today)], key=lambda one: (one.start, -one.end))
    found: list[Time] = []
    index = 0
    while index < len(named):
        one, after = named[index], named[index + 1] if index + 1 < len(named) else None
        index += 1
        if found and one.start < found[-1].end:
            continue
        time = _range(question, one, after, published, said) if after else None
        if time is not None:
            index += 1
        else:
            time = _alone(question, one, today, published, said)
        if time is not None and (time.first or today) <= today:
            found.append(time)
    return found


def _range(question: str, one: _Named, other: _Named, published: bool, said: bool) -> Time | None:
    """Return "between X and Y", "from X to Y" or "X–Y" as one span."""
    opened = _RANGE_OPENS.search(question[: one.start])
    joint = question[one.end : other.start]
    if not _RANGE.fullmatch(joint) or not (opened or joint.strip() in ("-", "–")):
        return None
    first, last = one.span[0], other.span[1]
    if first > last or (other.kind == "year" and one.kind != "year"):
        # "between March and May 2022": the year stands only once
        first = _in_year(first, last.year if first.month <= last.month else last.year - 1)
    if first > last:
        return None
    years = one.kind == other.kind == "year"
    role: Role = "date" if published or (said and not years) else "period"
    return Time(opened.start() if opened else one.start, other.end, role, first, last)


def _alone(question: str, one: _Named, today: date, published: bool, said: bool) -> Time | None:
    first, last = one.span
    before, after = question[: one.start], question[one.end :]
    if day_and := _DAY_AND.search(before):
        # "between 3 and 9 May"
        day = int(day_and.group(1))
        if one.kind == "day" and 0 < day < last.day:
            return Time(day_and.start(), one.end, "date" if said else "period", last.replace(day=day), last)
    bound = _BOUND.search(before)
    if bound and _THE_DAY.search(before[: bound.start()]):
        bound = None
    if bound and bound["word"].lower() == "since" and _COMPARED.search(before[: bound.start()]):
        return None
    if bound and not _EVENT.match(after) and not (one.kind == "year" and (bound["the"] or not _GOES_ON.match(after))):
        return _bounded(bound.group("word").lower(), bound.start(), one, today)
    published, said = (asked and not _EVENT.match(after) for asked in (published, said))
    if one.kind == "window" and said:
        return Time(one.start, one.end, "date", first, last if published else today)
    placed = _PLACES.search(before)
    if published and (placed or one.kind == "event"):
        return Time(placed.start() if placed else one.start, one.end, "date", first, min(last, today))
    return Time(one.start, one.end, "period", first, last)


def _bounded(word: str, start: int, one: _Named, today: date) -> Time | None:
    first, last = one.span
    if word == "since":
        return Time(start, one.end, "date", first, None)
    if word in ("after", "following"):
        return Time(start, one.end, "date", last if one.kind != "window" else first, None)
    if first > today:
        return None
    if word in ("before", "prior to"):
        last = first - timedelta(1)
    return Time(start, one.end, "date", None, last)


def _moments(question: str, today: date) -> Iterator[_Named]:
    """Yield the days, months, seasons and years written with their names or numbers."""
    ahead = bool(_AHEAD.search(question))
    for match in _MOMENT.finditer(question):
        before, after = question[: match.start()], question[match.end() :]
        groups = {name: value for name, value in match.groupdict().items() if value}
        month, day = (groups.get(name) or groups.get(f"{name}2") or "" for name in ("month", "day"))
        month = month or groups.get("month3", "")
        year = next((int(value) for name, value in groups.items() if name.startswith("year")), None)
        if year is None and "iso" not in groups and ahead:
            continue
        if not _meant(month, day, year, match.group(), before, after):
            continue
        if (span := _span(groups, month, day, year, today)) is not None and span[0] <= today:
            kind: _Kind = "day" if day or "iso" in groups else "month" if month or "season" in groups else "year"
            yield _Named(match.start(), match.end(), span, kind)


def _meant(month: str, day: str, year: int | None, text: str, before: str, after: str) -> bool:
    """Tell a date from what only looks like one: "may", "march", "second", a count, the number of a flight."""
    if not month:
        return not (year and (_NUMBERED.search(before) or _COUNTED.match(after)))
    if year:
        return True
    verb = month.lower() in ("may", "march", "mar")
    if day:
        return not verb or month[:1].isupper() or bool(_ON.search(before)) or not day.isdigit()
    placed = _IN.search(before) or _BOUND.search(before) or _RANGE_OPENS.search(before)
    if not placed:
        # the second of "between March and May"
        placed = re.search(r"\b(?:between|from)\b.{3,30}\b(?:and|to|until|through) $", before, re.I)
    if not placed or (verb and not _GOES_ON.match(after)):
        return False
    return len(month.rstrip(".")) > 3 or month.lower() == "may"


def _span(groups: dict[str, str], month: str, day: str, year: int | None, today: date) -> Span | None:
    """Return what a moment names; without a year, the last such one that has begun."""
    try:
        if "iso" in groups:
            one = date.fromisoformat(groups["iso"])
            return one, one
        if "season" in groups:
            return _season(groups["season"], year or today.year)
        if not month:
            assert year is not None
            last = year // 100 * 100 + int(groups["more"]) if "more" in groups else year
            return (date(year, 1, 1), date(last, 12, 31)) if year <= last <= year + 20 else None
        number = next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(month.lower().rstrip(".")[:3]))
        if not day:
            first = date(year or today.year, number, 1)
            first = first if year or first <= today else first.replace(year=first.year - 1)
            return first, _month_end(first)
        of_month = int(re.sub(r"\D", "", day)) if day[0].isdigit() else _ORDINALS.index(day.lower()) + 1
        one = date(year or today.year, number, of_month)
        if not year and one > today:
            one = date(today.year - 1, number, of_month)
        return one, one
    except ValueError:
        # the 31st of June
        return None


def _relatives(question: str, today: date) -> Iterator[_Named]:
    """Yield the spans counted from the day of asking."""
    for match in _RELATIVE.finditer(question):
        groups = {name: value.lower() for name, value in match.groupdict().items() if value}
        if "weekday" in groups and not _is_the_day(question, match.start(), match.end()):
            continue
        if "now" in groups:
            span, kind = _now(groups["now"], question, today), "window"
        elif "which" in groups:
            rolling = "the" in groups or groups["which"] == "past"
            span = _whole(groups["which"], groups["whole"], rolling, today)
            kind = "event" if groups["whole"] == "year" and not rolling else "window"
        elif "unit" in groups:
            span, kind = (_back(today, _days(groups["count"], groups["unit"])), today), "window"
        elif "start" in groups:
            first, _ = _whole("last" if groups["start"] == "last" else "this", groups["startunit"], False, today)
            span, kind = (first, first), "day"
        else:
            span, kind = _event(groups, match.group().lower().startswith("last"), today), "event"
        if span is not None:
            yield _Named(*match.span(), span, cast(_Kind, kind))


def _event(groups: dict[str, str], before_now: bool, today: date) -> Span | None:
    """Return a weekday, "two weeks ago" or "last summer"."""
    if "weekday" in groups:
        back = (today.weekday() - _DAYS.index(groups["weekday"])) % 7
        day = today - timedelta(back or 7 * before_now)
        # what happened in the evening is reported on the day after
        return day, day + timedelta(1)
    if "ago" in groups:
        days = _days(groups["ago"], groups["agounit"])
        slack, day = timedelta(min(183, days // 6 + 1)), _back(today, days)
        return max(day, date(1, 1, 1) + slack) - slack, min(day + slack, today)
    return _last_named(groups["whichseason"], groups["season"], today)


def _is_the_day(question: str, start: int, end: int) -> bool:
    """Tell a weekday from Black Friday or the Sunday Times; in a question that looks ahead it is one to come."""
    named = _NAMED_DAY.search(question[:start]) or _NAMED_AFTER.match(question[end:])
    return not (named or _AHEAD.search(question))


def _now(words: str, question: str, today: date) -> Span | None:
    day = timedelta(1)
    if words == "the day before yesterday":
        return today - 2 * day, today - 2 * day
    if words == "yesterday":
        return today - day, today - day
    if words == "over the weekend":
        return _whole("last", "weekend", False, today)
    if words == "last night":
        return today - day, today
    if words == "today" and _NOWADAYS.search(question) and not _HAPPENS.search(question):
        return None
    # it may be today already where the question is asked, and not yet where the article was written
    return today - day, today


def _whole(which: str, unit: str, rolling: bool, today: date) -> Span:
    """Return this or the last week, month, year or weekend; `rolling`: "the past month", back from today."""
    monday = today - timedelta(today.weekday())
    if unit == "weekend":
        saturday = monday - timedelta(2) if today.weekday() < 5 or which == "last" else monday + timedelta(5)
        return saturday, min(saturday + timedelta(2), today)
    if rolling and which != "this":
        return _back(today, {"week": 7, "month": 31, "year": 366}[unit]), today
    if unit == "week":
        # "last week" said on a Friday may mean the week before or these seven days: both are in
        return (monday - timedelta(7), today) if which != "this" else (min(monday, today - timedelta(7)), today)
    first = today.replace(day=1) if unit == "month" else today.replace(month=1, day=1)
    if which == "this":
        return first, today
    last = first - timedelta(1)
    return (last.replace(day=1) if unit == "month" else last.replace(month=1, day=1)), last


def _last_named(which: str, name: str, today: date) -> Span | None:
    """Return the last season or month of that name that is over; this one, where it has begun."""
    for year in (today.year, today.year - 1, today.year - 2):
        month = _MONTHS.index(name) + 1 if name in _MONTHS else 0
        first, last = (date(year, month, 1), _month_end(date(year, month, 1))) if month else _season(name, year)
        if last < today or (which == "this" and first <= today):
            return first, last
    return None


def _season(name: str, year: int) -> Span:
    first = date(year, _SEASONS[name.lower()], 1)
    end = date(year + 1, 2, 1) if first.month == 12 else first.replace(month=first.month + 2)
    return first, _month_end(end)


def _month_end(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])


def _in_year(day: date, year: int) -> date:
    return day.replace(year=year, day=min(day.day, monthrange(year, day.month)[1]))


def _back(today: date, days: int) -> date:
    return date.fromordinal(max(1, today.toordinal() - days))


def _days(count: str, unit: str) -> int:
    number = int(count) if count.isdigit() else _SOME.get(count) or _NUMBERS.index(count) + 1
    return number * {"day": 1, "week": 7, "month": 31, "year": 366}[unit]
