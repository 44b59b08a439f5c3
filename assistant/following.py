"""Figures and days that do not stand in a source but follow from those that do. Knows nothing of verdicts.

"Both" makes two; 23 and 19 August are four days apart; "three days earlier" than 30 March is the 27th; 800,000 doses,
two for each, are for 400,000. Only sums that a reader would do in the head.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations

from assistant.figures import Figure
from assistant.moments import Moment
from assistant.sources import Cited, Part

_PAIRED = {
    2.0: re.compile(
        r"\b(?:both|pair|twins?|couple|twice|doubled?|doubles|neither|either|second|each other|halves)\b", re.I
    ),
    3.0: re.compile(r"\b(?:trio|triplets?|tripled?|thrice|three-time)\b", re.I),
}
_COUNTS = "one two three four five six seven eight nine ten eleven twelve".split()
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_COUNTS)}|an?|the)"
_UNIT = r"(?P<unit>day|week)s?"
_SHIFTED = re.compile(
    rf"\b{_COUNT} (?:full )?{_UNIT} (?P<way>earlier|before|previously|later|after|afterwards)\b", re.I
)
_APART = re.compile(
    r"\s?(?:full )?(?P<unit>day|week|month|year)s? (?:earlier|before|previously|later|after|apart|ago)", re.I
)
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_SUMMED = re.compile(
    r"\b(?:total|combined|together|altogether|both|sum|more|fewer|less|difference|gap|margin|remaining|rest|others?|half"
    r"|each|every\w*|double|twice|up from|down from|rose by|fell by|increased by|between them)\b",
    re.I,
)
_LEAST = 13  # smaller numbers are a sum of others by chance
_MOST = 12  # figures of a passage that are reckoned with


def follows(figure: Figure, claim: Part, cited: Cited) -> bool:
    """Tell whether a claimed figure follows from what stands in the source."""
    if figure.kind not in ("number", "money", "percent"):
        return False
    return any(
        _counted(value, cited)
        or _apart(value, figure, claim, cited)
        or _reckoned(value, figure, claim.reading.text, cited)
        for value in figure.values
    )


def day_follows(moment: Moment, cited: Cited) -> bool:
    """Tell whether a claimed day is one that the source tells from another: "three days earlier"."""
    spans = [span for span in moment.spans if span[0] == span[1]]
    return bool(spans) and any(first in set(_told(cited)) for first, _ in spans)


def _counted(value: float, cited: Cited) -> bool:
    pattern = _PAIRED.get(value)
    return pattern is not None and any(pattern.search(part.reading.text) for part in cited.passages)


def _days(cited: Cited) -> set[date]:
    """Return the single days that the source tells of, its own among them."""
    moments = (moment for part in cited.parts for moment, _ in part.moments)
    days = {first for moment in moments for first, last in moment.spans if first == last}
    return days | {one.source.published for one in cited.evidence if one.source.published}


def _told(cited: Cited) -> Iterator[date]:
    """Yield each day that is told as so long before or after another, or the article's own where it tells of none."""
    moments = (moment for part in cited.passages for moment, _ in part.moments)
    days = {first for moment in moments for first, last in moment.spans if first == last} or _days(cited)
    for part in cited.passages:
        for match in _SHIFTED.finditer(part.reading.text):
            count = match["count"].lower()
            number = int(count) if count.isdigit() else _COUNTS.index(count) + 1 if count in _COUNTS else 1
            step = timedelta(number * _DAYS[match["unit"].lower()])
            back = match["way"].lower() in ("earlier", "before", "previously")
            back ^= part.reading.text.startswith(" than", match.end())  # two days earlier than planned
            yield from (day - step if back else day + step for day in days)


def _apart(value: float, figure: Figure, claim: Part, cited: Cited) -> bool:
    """Tell whether two days of the source, or of source and sentence, lie so far apart as the sentence says."""
    unit = _APART.match(claim.reading.text, figure.end)
    if unit is None:
        return False
    length = _DAYS[unit["unit"].lower()]
    days = sorted(_days(cited))[:_MOST]
    wanted, slack = value * length, 0 if length == 1 else length / 2
    return any(abs((later - earlier).days - wanted) <= slack for earlier, later in combinations(days, 2))


def _reckoned(value: float, figure: Figure, text: str, cited: Cited) -> bool:
    """Tell whether a figure is the sum, difference, half or double of figures in one place of the source."""
    if value < _LEAST or not _SUMMED.search(text):
        return False
    for part in cited.passages:
        near = [(one, around.sentence) for one, around in part.figures if one.kind == figure.kind]
        for (one, place), (other, second) in combinations(near[:_MOST], 2):
            if place != second:
                continue
            pairs = ((a, b) for a in one.values for b in other.values)
            if any(value in (a + b, abs(a - b)) for a, b in pairs):
                return True
        doubled = any(value in (2 * a, a / 2) for one, _ in near[:_MOST] for a in one.values)
        if doubled and _counted(2.0, cited):
            return True
    return False
