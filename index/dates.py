"""An article's own day: what metadata, JSON-LD, address, dateline and text say, weighed; none rather than a guess.

It is never the day of import nor a file's time. In that order each is believed, but where two are more than APART
days apart, the one that more evidence stands by; the address counts double, for it is made once; and of two with as
much, the earlier, for machines stamp later, never earlier. Knows no format; `page_dates` finds a page's evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from index.articles import PublishedFrom
from index.datelines import YearlessDay, dateline, told_in_head
from index.moments import Moment, Setting, numeral_order, parse_date, read_moment
from index.url_dates import Carried, carried

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["Dated", "Evidence", "date_of_page", "date_of_record", "decide", "parse_date"]

APART = 3  # days between two that do not contradict each other: written, put on line, dated by another zone
_FETCHING = timedelta(minutes=10)  # a time so near to the fetching was made by it
_CHANGED_SOON = 10  # days within which a change tells the year of a dateline
# A dateline is when a wire wrote, which may be weeks before an outlet publishes: it supports and does not outweigh.
_WEIGHTS: dict[PublishedFrom, int] = {"metadata": 2, "json-ld": 2, "url": 4, "dateline": 1, "text": 2}
_COPYRIGHT = re.compile(r"(?:©|\(c\)|\bcopyright\b)[^\n\d]{0,40}(\d{4})(?!\d)(?!\s*[-–—]\s*\d{4})", re.I)


@dataclass(frozen=True, slots=True)
class Dated:
    """An article's own day (None: unknown), its moment with zone where that is told too, and what told it."""

    day: date | None = None
    at: datetime | None = None
    source: PublishedFrom = "none"


UNDATED = Dated()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one article has to say of its date.

    `shown` is a day on the page beside the headline; `told` one in a text, believed where nothing else speaks.
    `fetched` is when a page was fetched. The copyright year of a page's footer is no evidence: many sites write it anew
    each year, and nothing tells which; a wire's copyright line stands in the text.
    """

    setting: Setting
    metadata: Moment | None = None
    json_ld: Moment | None = None
    address: Carried = field(default_factory=Carried)
    dateline: Moment | YearlessDay | None = None
    shown: Moment | None = None
    told: Moment | None = None
    modified: tuple[Moment, ...] = ()
    text: str = ""
    fetched: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Said:
    moment: Moment
    source: PublishedFrom


def date_of_page(
    page: HtmlElement | str | bytes,
    url: str | None = None,
    text: str = "",
    *,
    fetched: datetime | None = None,
    today: date | None = None,
) -> tuple[Dated, date | None]:
    """Return the day of a page's article and that of its last change, as far as it tells them.

    `text` is the article without the page around it; `fetched` when the page was fetched, if known: what is later is
    refused, and so is a date made by the fetching. `today` stands in for today in tests. Never raises.
    """
    from index.page_dates import evidence_of_page

    return decide(evidence_of_page(page, url, text, fetched, _today(today, fetched)))


def date_of_record(
    published: Any = None,
    *,
    modified: Any = None,
    url: str | None = None,
    text: str = "",
    language: str | None = None,
    fetched: datetime | None = None,
    today: date | None = None,
) -> tuple[Dated, date | None]:
    """Return the day of an article given as fields, and that of its last change.

    `published` and `modified` are any values, or lists of them of which the first that names a day counts. `text` is
    looked into only where it is given. Never raises.
    """
    setting = Setting.of(language, _today(today, fetched))
    changed = _first(modified, setting)
    address = carried(url, setting)
    if not setting.order:
        near = [day for day in (address.day, changed and changed.day) if day]
        latest = changed.day + timedelta(days=1) if changed else setting.latest
        written = [value for value in (*_listed(published), *_listed(modified)) if isinstance(value, str)]
        setting = replace(setting, order=numeral_order(written, near, latest))
    told = told_in_head(text, setting)
    found = Evidence(
        setting,
        metadata=_first(published, setting),
        address=address,
        dateline=dateline(text, setting),
        told=told.published,
        modified=tuple(one for one in (changed or _first(modified, setting), told.modified) if one),
        text=text,
        fetched=fetched,
    )
    return decide(found)


def decide(evidence: Evidence) -> tuple[Dated, date | None]:
    """Return the day that the evidence comes to, and the day of the last change."""
    changed = next((one for one in evidence.modified if not _by_fetching(one, evidence)), None)
    said = _believed(evidence, changed)
    dated = _weighed(said, evidence) if said else _from_the_weak(evidence, changed)
    if changed and dated.day and changed.day < dated.day:
        changed = None
    return dated, changed.day if changed else None


def _believed(evidence: Evidence, changed: Moment | None) -> list[_Said]:
    """Return what speaks, the surest first, without what was made by the fetching or lies after the last change."""
    day = evidence.address.day
    voices: list[tuple[Moment | YearlessDay | None, PublishedFrom]] = [
        (evidence.metadata, "metadata"),
        (evidence.json_ld, "json-ld"),
        (Moment(day) if day else None, "url"),
        (evidence.dateline, "dateline"),
        (evidence.shown, "text"),
    ]
    said = [_Said(moment, source) for moment, source in voices if isinstance(moment, Moment)]
    return [one for one in said if not _refused(one, said, evidence, changed)]


def _refused(one: _Said, said: list[_Said], evidence: Evidence, changed: Moment | None) -> bool:
    """Tell whether metadata belies itself: made by the fetching, after the last change, or outside the URL's month."""
    if one.source not in ("metadata", "json-ld"):
        return False
    others = [other for other in said if other.source not in ("metadata", "json-ld")]
    if any(_agree(one, other) for other in others):
        return False
    late = changed is not None and (one.moment.day - changed.day).days > APART
    return late or _by_fetching(one.moment, evidence) or _outside(one.moment.day, evidence.address.month)


def _weighed(said: list[_Said], evidence: Evidence) -> Dated:
    def weight(one: _Said) -> tuple[int, bool, int]:
        agreeing = [other for other in said if _agree(one, other)]
        by_address = any(other.source == "url" for other in agreeing)
        return sum(_WEIGHTS[other.source] for other in agreeing), by_address, -one.moment.day.toordinal()

    best = max(said, key=weight)
    group = [one for one in said if _agree(best, one)]
    return _local(group, evidence)


def _local(group: list[_Said], evidence: Evidence) -> Dated:
    """Return what the surest of a group says, on the day its writers count where it gives the moment in UTC."""
    first = group[0]
    day, at = first.moment.day, first.moment.at
    if at is None:
        at = next((one.moment.at for one in group if one.moment.at and one.moment.day == day), None)
    elif not at.utcoffset():
        for other in group[1:]:
            theirs = other.moment
            if theirs.at and theirs.at.utcoffset() and abs(theirs.at - at) <= timedelta(minutes=1):
                return Dated(theirs.day, theirs.at, first.source)
            if theirs.day != day and not theirs.at and _somewhere(at, theirs.day):
                return Dated(theirs.day, at, first.source)
    return Dated(day, at, first.source)


def _from_the_weak(evidence: Evidence, changed: Moment | None) -> Dated:
    """Return what is believed only where nothing surer speaks: a day in a URL's name, a dateline's year inferred."""
    if evidence.address.named:
        return Dated(evidence.address.named, None, "url")
    if isinstance(evidence.dateline, YearlessDay):
        day = _with_year(evidence.dateline, evidence, changed)
        return Dated(day, None, "dateline") if day and day <= evidence.setting.latest else UNDATED
    if evidence.told and not _outside(evidence.told.day, evidence.address.month):
        return Dated(evidence.told.day, evidence.told.at, "text")
    return UNDATED


def _with_year(found: YearlessDay, evidence: Evidence, changed: Moment | None) -> date | None:
    """Return a dateline's day in the year of the address, a change soon after, a copyright line, or None."""
    address = evidence.address
    if address.month:
        return found.near(date(*address.month, 15), 15 + APART)
    if address.year:
        return found.in_year(address.year)
    if changed:
        near = found.near(changed.day, _CHANGED_SOON)
        return near if near and near <= changed.day + timedelta(days=1) else None
    if evidence.told and (near := found.near(evidence.told.day, APART)):
        return near
    own = {int(year) for year in _COPYRIGHT.findall(evidence.text)}
    return found.in_year(own.pop()) if len(own) == 1 else None


def _agree(one: _Said, other: _Said) -> bool:
    return abs((one.moment.day - other.moment.day).days) <= APART


def _outside(day: date, month: tuple[int, int] | None) -> bool:
    """Tell whether a day is more than APART days outside a month."""
    if month is None:
        return False
    first = date(*month, 1)
    after = (first + timedelta(days=31)).replace(day=1)
    return day < first - timedelta(days=APART) or day >= after + timedelta(days=APART)


def _by_fetching(moment: Moment, evidence: Evidence) -> bool:
    if not evidence.fetched or not evidence.fetched.tzinfo or not moment.at:
        return False
    return abs(moment.at - evidence.fetched) <= _FETCHING


def _somewhere(at: datetime, day: date) -> bool:
    """Tell whether a moment in UTC was on that day somewhere on earth."""
    try:
        return day in {(at + timedelta(hours=hours)).date() for hours in (-12, 14)}
    except OverflowError:
        return False


def _today(today: date | None, fetched: datetime | None) -> date:
    """Return the last day that had begun: nothing in a page is younger than its fetching."""
    today = today or datetime.now(UTC).date()
    return min(today, fetched.date()) if fetched else today


def _listed(values: Any) -> Iterable[Any]:
    return values if isinstance(values, (list, tuple)) else [values]


def _first(values: Any, setting: Setting) -> Moment | None:
    return next((moment for value in _listed(values) if (moment := read_moment(value, setting))), None)
