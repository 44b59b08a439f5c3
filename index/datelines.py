"""What the head of a text says of its own day: a dateline, a line that says published or updated, a lone date.

A date in running prose is an event's, weekday or not, and is never taken; nor are dates further down. A dateline
without a year gives month and day, and the year must come from elsewhere. Knows no page and no metadata.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from index.moments import Found, Moment, Setting, find_moments
from index.months import month_number

HEAD_CHARACTERS = 1_500  # a date further down is an event's, not the article's
_LINE = 160  # characters of a line that is no paragraph
_OPENING_LINES = 3

_PUBLISHED = (
    r"(?:first )?published|posted|issued|dated|publi[ée]e?s?|veröffentlicht|erschienen|publicad[oa]|pubblicat[oa]"
    r"|gepubliceerd|geplaatst|(?:yayın(?:lanma)?|oluşturulma|giriş)(?: tarihi)?|yayınlandı"
    r"|опубликован[оа]?|дата публикации|опубліковано|opublikowano|publicerad|publicerat|publiceret|publisert"
)
_UPDATED = (
    r"(?:last )?updated?|(?:last )?modified|last changed|revised|corrected|mise? à jour|modifi[ée]e?|modifica"
    r"|aktualisiert|geändert|stand"
    r"|actualizad[oa]|atualizad[oa]|modificad[oa]|(?:ultimo )?aggiornament[oi]|aggiornat[oa]|modificat[oa]|bijgewerkt"
    r"|gewijzigd|(?:son )?güncelle(?:me|nme|ndi)?(?: tarihi)?|обновлен[оа]?|изменен[оа]?|оновлено|zaktualizowano"
    r"|aktualizacja|uppdaterad|uppdaterat|opdateret|oppdatert"
)
_LABEL = re.compile(rf"\b(?:(?P<updated>{_UPDATED})|(?P<published>{_PUBLISHED}))\b", re.I)
_BEFORE_LABEL = re.compile(r"(?:^|[|·•–—(\[;/,]|\.\s)[\s*_#>]*$")
_HALF = re.compile(r"\b[ap]\.\s?m\.", re.I)
_AGAIN = re.compile(r"\b(?:originally|previously|initialement|ursprünglich|originalmente)\b", re.I)
_BY = re.compile(r"(?:by|von|par|por|di|da|door)\s[^,|:]{2,50}[,|·•–—-]?|", re.I)
_WEEKDAY = r"(?:(?:on|le|am|el|den|the)\s)?(?:[^\W\d_]{2,12}(?:-feira)?\.?,?\s*)?(?:(?:the|le|il|el|den)\s)?"
_OPENS_LINE = re.compile(rf"[\s*_#>(|·•–—-]*{_WEEKDAY}$")
_AFTER = r"(?:pazartesi|salı|çarşamba|perşembe|cuma(?:rtesi)?|pazar)?"  # where the weekday stands last
_AGO = r"(?:(?:updated\s)?\d+ (?:minute|hour|day|month|year)s? ago|\d+ min(?:ute)?s? read)?"
_ENDS_LINE = re.compile(rf"[\s*_)|·•.,–—-]*{_AFTER}[\s*_)|·•./–—-]*{_AGO}\s*$", re.I)
_SENTENCE_ENDS = re.compile(r"[.!?:][\"”’»)]*$")

_PLACE = r"(?P<place>(?:[^\W\d_]|[.'’])(?:[^\W\d_]|[ .,'’()/-]){1,60}?)"
_NUMBER = r"\d{1,2}(?:st|nd|rd|th|er|[.º])?"
_MONTH = r"[^\W\d_]{3,12}\.?"
_DAY = (
    rf"(?P<told>(?:{_MONTH}\s+{_NUMBER}|{_NUMBER}\s+(?:de\s+)?{_MONTH})(?:,?\s+(?:de\s+)?\d{{4}}(?!\d))?"
    r"|\d{4}-\d\d-\d\d)"
)
_AGENCY = r"(?P<agency>\s*\([^)\n]{2,40}\))?"
_WEEKDAY_OF_DATELINE = r"(?:[^\W\d_]{4,12},?\s+)?"
_DATELINE = re.compile(
    rf"^\s*(?:{_PLACE},?\s*{_AGENCY.replace('agency', 'first')},?\s+)?{_WEEKDAY_OF_DATELINE}{_DAY}{_AGENCY}"
    r"\s*(?:\.?\s*[-–—]|\.\s*/(?P<slashed>[^\W\d_]{2,15})/\.)",
    re.MULTILINE,
)
_DATELINE_CHARACTERS = 600
_MONTH_AND_DAY = re.compile(
    r"(?P<m>[^\W\d_]{3,12})\.?\s+(?P<d>\d{1,2})|(?P<d2>\d{1,2})[^\W\d_]{0,2}[.º]?\s+(?:de\s+)?(?P<m2>[^\W\d_]{3,12})"
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a head says in words of its own: when it was published and when changed."""

    published: Moment | None = None
    modified: Moment | None = None


@dataclass(frozen=True, slots=True)
class YearlessDay:
    """A dateline's month and day. `in_year` gives the date."""

    month: int
    day: int

    def in_year(self, year: int) -> date | None:
        """Return the day of that year, or None for 29 February and the like."""
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None

    def near(self, day: date, days: int) -> date | None:
        """Return the one such day that lies within so many days of another."""
        options = (self.in_year(year) for year in (day.year - 1, day.year, day.year + 1))
        return next((one for one in options if one and abs((one - day).days) <= days), None)


def told_in_head(text: str, setting: Setting, opening_lines: int = _OPENING_LINES) -> Told:
    """Return the days that the lines of a head give by saying so; two that differ give none.

    A day on a line of its own, unlabelled, counts among so many opening lines only.
    """
    published: list[Moment] = []
    modified: list[Moment] = []
    alone: list[Moment] = []
    opening = True
    for number, line in enumerate(_lines(text), 1):
        found = find_moments(line, setting) if len(line) <= _LINE else []
        # what stands around and between the dates of the line
        around = [line[one:other] for one, other in _gaps(line, found)]
        for place, one in enumerate(found):
            label = _label(around[place])
            if label:
                (modified if label == "updated" else published).append(one.moment)
            elif opening and _stands_alone(around, place):
                alone.append(one.moment)
        # after the first sentence, a date on a line of its own heads a list, a programme, an older entry
        opening = opening and number < opening_lines and (bool(found) or not _SENTENCE_ENDS.search(line))
    return Told(_same(published) or (None if published else _same(alone)), modified[-1] if modified else None)


def dateline(text: str, setting: Setting) -> Moment | YearlessDay | None:
    """Return the day of a dateline such as "MOSCOW, April 8 (Wire) —", with or without its year."""
    for match in _DATELINE.finditer(text[:_DATELINE_CHARACTERS]):
        if not _is_dateline(match):
            continue
        if found := find_moments(match["told"], setting):
            return found[0].moment
        parts = _MONTH_AND_DAY.match(match["told"])
        month = month_number(parts["m"] or parts["m2"]) if parts else None
        day = int(parts["d"] or parts["d2"]) if parts else 0
        if month and not re.search(r"\d{4}", match["told"]) and YearlessDay(month, day).in_year(2000):
            return YearlessDay(month, day)
    return None


def _is_dateline(match: re.Match[str]) -> bool:
    """Tell a dateline from a sentence: an agency in brackets, or a place in capitals."""
    place = match["place"] or ""
    if " - " in place:
        # "PARIS, FRANCE - MAY 03: A view of": a photograph's caption
        return False
    agency = match["agency"] or match["first"] or match["slashed"]
    first = re.split(r"[\s,]", place)[0]
    return bool(agency) if not place else bool((agency and place[0].isupper()) or (len(first) > 2 and first.isupper()))


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of the head that hold anything, each up to one character more than a line may have."""
    for line in text[:HEAD_CHARACTERS].split("\n"):
        if stripped := line.strip():
            yield stripped


def _label(before: str) -> str | None:
    """Return which label the words before a date are: one that opens them, or stands there with a capital."""
    for match in reversed(list(_LABEL.finditer(before))):
        opens = _BEFORE_LABEL.search(before[: match.start()]) is not None
        after = _HALF.sub("", before[match.end() :])
        if len(after) > 40 or re.search(r"[.!?]\s", after) or _AGAIN.search(before):
            return None
        if opens or match[0][0].isupper():
            return "updated" if match["updated"] else "published"
    return None


def _gaps(line: str, found: list[Found]) -> Iterator[tuple[int, int]]:
    return zip([0, *(one.end for one in found)], [*(one.start for one in found), len(line)], strict=True)


def _stands_alone(around: list[str], place: int) -> bool:
    """Tell whether a date is the first of its line, with a weekday or writer at most, and only a labelled one after."""
    before, after = around[place], around[place + 1]
    by = _BY.match(before)
    before = before[by.end() :] if by else before
    ended = _ENDS_LINE.fullmatch(after) if place + 2 == len(around) else _label(after)
    return not place and bool(_OPENS_LINE.fullmatch(before)) and bool(ended)


def _same(moments: Iterable[Moment]) -> Moment | None:
    """Return the moment, with its clock if any has one, where all name one day."""
    known = list(moments)
    if len({moment.day for moment in known}) != 1:
        return None
    return next((moment for moment in known if moment.at), known[0])
