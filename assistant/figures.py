"""Numbers of a text by value and kind: counts, money, percentages, ordinals, fractions, times, scores. Knows no dates.

"12 million", "12,000,000", "12m" and "twelve million" are one figure; "5 percent" and "$5" are not. Where a spelling
can mean two values ("100m"), the figure has both.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["number", "money", "percent", "ordinal", "fraction", "time", "score"]
Hedge = Literal["", "about", "over", "under"]

_SCALES = {
    "hundred": 10**2,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "dozen": 12,
    "k": 10**3,
    "m": 10**6,
    "mn": 10**6,
    "b": 10**9,
    "bn": 10**9,
    "tn": 10**12,
}
_UNITS = dict(
    zip(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen""".split(),
        range(20),
        strict=True,
    )
)
_TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
_WORDS = {**_UNITS, **_TENS}
_ORDINALS = dict(
    zip(
        "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(),
        range(3, 13),
        strict=True,
    )
)
_PARTS = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_CURRENCIES = {
    "$": "$",
    "us$": "$",
    "a$": "a$",
    "c$": "c$",
    "hk$": "hk$",
    "nz$": "nz$",
    "s$": "s$",
    "r$": "r$",
    "€": "€",
    "£": "£",
    "¥": "¥",
    "₹": "₹",
    "dollar": "$",
    "euro": "€",
    "pound": "£",
    "yen": "¥",
    "yuan": "yuan",
    "rupee": "₹",
    "rouble": "rouble",
    "ruble": "rouble",
    "franc": "franc",
    "krona": "krona",
    "rand": "rand",
    "buck": "$",
    "cent": "cent",
    "lira": "lira",
    "won": "won",
    "shekel": "shekel",
    "peso": "peso",
}
_SCALE_WORD = r"(?:hundred|thousand|million|billion|trillion|dozen)"
_SIGN = r"(?:(?:us|hk|nz|[acsr])?\$|[€£¥₹])"
_MONEY_WORD = (
    r"(?:dollars?|euros?|pounds?(?: sterling)?|yen|yuan|rupees?|r(?:o)?ubles?|francs?|kron(?:a|or)|rand|bucks?|cents?"
    r"|liras?|shekels?|pesos?)"
)
_PERCENT = r"\s?%|[\s-]per\s?cent(?:age points?)?\b|[\s-]percent\b|[\s-]pct\b"
_TAIL = (
    rf"(?P<percent>{_PERCENT})?"
    rf"(?:[\s-](?:u\.?s\.? |american |canadian |australian )?(?P<coin>{_MONEY_WORD})\b)?"
)
_DIGITS = re.compile(
    rf"(?<![\w.,])(?P<sign>{_SIGN})?\s?(?<![a-z]-)"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,15}(?:\.\d+)?)(?![\d])"
    rf"(?:(?P<ordinal>st|nd|rd|th)\b|(?:(?:[\s-]?(?P<scale>{_SCALE_WORD})s?\b|\s?(?P<short>k|mn?|bn?|tn)\b)?{_TAIL}))"
)
_CLOCK = re.compile(
    r"(?<![\w.,:$€£-])(?P<hour>[01]?\d|2[0-4])(?:(?P<sep>[:.])(?P<minute>[0-5]\d))?\s?(?P<half>[ap]\.?m\b\.?)?(?![\w:%]|[.,]\d)"
)
_SCORE = re.compile(r"(?<![\w.,:$€£/–-])(\d{1,3})[-–](\d{1,3})(?![\w%]|[-–.,]\d)")
_UPTO_99 = rf"(?:(?:{'|'.join(_TENS)})[ -](?:{'|'.join(_UNITS)})|{'|'.join(_WORDS)})"
_SPELLED = re.compile(
    rf"\b(?P<words>(?:an? |half an? |several )?{_SCALE_WORD}|{_UPTO_99})"
    rf"(?P<more>(?:[ -]{_SCALE_WORD}(?:[ -](?:and )?{_UPTO_99})?)*)\b{_TAIL}"
)
_FRACTION = re.compile(
    r"\b(?:(?P<top>an?|one|two|three|four)[ -])?(?P<part>half|halves|thirds?|quarters?|fifths?|tenths?)\b"
)
_ORDINAL = re.compile(rf"\b(?:{'|'.join(_ORDINALS)})\b")
_HEDGES: tuple[tuple[Hedge, re.Pattern[str]], ...] = (
    (
        "over",
        re.compile(r"\b(?:more than|over|above|at least|exceed(?:s|ed|ing)?|upwards? of|well over)\W+(?:\w+\W+)?$"),
    ),
    ("under", re.compile(r"\b(?:nearly|almost|less than|fewer than|under|below|up to|close to|at most)\W+$")),
    ("about", re.compile(r"\b(?:about|around|roughly|some|approximately|circa|an estimated|estimated|near)\W+$")),
)
_NO_SMALL_ORDINAL = 13
_SPANS = {"decade": 10, "centur": 100, "week": 7, "fortnight": 14}  # of years or days
_SPAN = re.compile(r"[\s-](decade|centur|week|fortnight)")
_MEASURE = re.compile(r"[\s-](second|minute|hour|day|week|month|year|decade|centur)")
_RANGE = re.compile(r"\s?(?:to|and|or|-|–)\s?")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure at `[start, end)`; `values` are what it may mean (score: its sides; time: minutes of the day)."""

    kind: Kind
    values: tuple[float, ...]
    start: int
    end: int
    text: str
    unit: str = ""
    hedge: Hedge = ""
    measure: str = ""  # a length of time it counts: "day"


def figures(text: str, dated: list[tuple[int, int]]) -> list[Figure]:
    """Return the figures of a text in order, without those inside the spans of its dates."""
    lower = text.lower() if len(text.lower()) == len(text) else text
    found: list[Figure] = []
    taken = bytearray(len(text))
    for start, end in dated:
        taken[start:end] = b"\1" * (end - start)
    for finder in (_clocks, _scores, _in_digits, _spelled, _fractions, _ordinals):
        for figure in finder(lower):
            if not any(taken[figure.start : figure.end]):
                unit = _MEASURE.match(lower, figure.end) if figure.kind == "number" else None
                measure, shown = unit.group(1) if unit else "", text[figure.start : figure.end]
                found.append(replace(figure, text=shown, measure=measure, hedge=_hedge(lower, figure.start)))
        for figure in found:
            taken[figure.start : figure.end] = b"\1" * (figure.end - figure.start)
    found.sort(key=lambda figure: figure.start)
    return _ranged(lower, found)


def same(claimed: Figure, given: Figure) -> bool:
    """Tell whether a source's figure bears out a claimed one."""
    kinds = {claimed.kind, given.kind}
    if claimed.measure and given.measure and not _same_measure(claimed, given):
        return False
    if kinds == {"fraction", "percent"}:
        one, other = (item.values[0] * (100 if item.kind == "fraction" else 1) for item in (claimed, given))
        return abs(one - other) <= 1
    if kinds == {"score", "number"}:
        return claimed.kind == "number" and bool(set(claimed.values) & set(given.values))
    if kinds == {"score"}:
        return claimed.values == given.values
    if kinds == {"time"}:
        # 9:45 without a half of the day may be either
        exact = claimed.unit and given.unit
        return any((a - b) % (1440 if exact else 720) == 0 for a in claimed.values for b in given.values)
    if kinds == {"ordinal", "number"}:
        # the 74th anniversary is that of turning 74; but "the third" is not "three"
        return any(a == b >= _NO_SMALL_ORDINAL for a in claimed.values for b in given.values)
    if len(kinds) == 2 and ("number" not in kinds or kinds & {"time", "ordinal", "fraction"}):
        return False
    if claimed.unit != given.unit and claimed.kind == given.kind == "money" and not _same_coin(claimed, given):
        return False
    return any(_near(a, b, claimed.hedge) for a in claimed.values for b in given.values)


def comparable(claimed: Figure, given: Figure) -> bool:
    """Tell whether one figure could have been written in the other's place."""
    plain = {"number", "money", "percent", "fraction"}
    return claimed.kind == given.kind or {claimed.kind, given.kind} <= plain


def _same_measure(claimed: Figure, given: Figure) -> bool:
    """Tell whether two figures count the same: two months are not two weeks, but 14 days are."""
    return claimed.measure == given.measure or (
        bool(set(claimed.values[1:] or claimed.values) & set(given.values[1:] or given.values))
        and len(claimed.values) != len(given.values)
    )


def _same_coin(claimed: Figure, given: Figure) -> bool:
    units = {claimed.unit, given.unit}
    return "" in units or ("$" in units and all(unit.endswith("$") for unit in units))


def _near(claimed: float, given: float, hedge: Hedge) -> bool:
    if math.isclose(claimed, given, rel_tol=1e-13):
        return True
    if not hedge or claimed <= 0 or given <= 0 or _digits(claimed) >= _digits(given):
        return False
    # rounded as the sentence says: to as many digits as it gives
    unit = 10.0 ** (math.floor(math.log10(given)) + 1 - _digits(claimed))
    exact = given / unit
    rounded = {"about": {round(exact)}, "over": {math.floor(exact)}, "under": {math.ceil(exact), round(exact)}}[hedge]
    return any(math.isclose(claimed, value * unit, rel_tol=1e-13) for value in rounded)


def _digits(value: float) -> int:
    """Return how many digits a number is given with: 2,500 with 2."""
    return len(f"{value:.10g}".replace(".", "").split("e")[0].strip("0")) or 1


def _hedge(lower: str, start: int) -> Hedge:
    before = lower[max(0, start - 24) : start]
    return next((hedge for hedge, pattern in _HEDGES if pattern.search(before)), "")


def _clocks(lower: str) -> Iterator[Figure]:
    for match in _CLOCK.finditer(lower):
        if not match["half"] and match["sep"] != ":":
            continue
        hour = int(match["hour"])
        if match["half"]:
            hour = hour % 12 + (12 if match["half"].startswith("p") else 0)
        sure = "day" if match["half"] or hour > 12 else ""
        yield Figure("time", (hour * 60 + int(match["minute"] or 0),), *match.span(), "", sure)
    for match in re.finditer(r"\b(?:noon|midday|midnight)\b", lower):
        yield Figure("time", (0.0 if match.group() == "midnight" else 720.0,), *match.span(), "", "day")


def _scores(lower: str) -> Iterator[Figure]:
    for match in _SCORE.finditer(lower):
        yield Figure("score", (float(match.group(1)), float(match.group(2))), *match.span(), "")


def _in_digits(lower: str) -> Iterator[Figure]:
    for match in _DIGITS.finditer(lower):
        value = float(match["digits"].replace(",", ""))
        if match["ordinal"]:
            yield Figure("ordinal", (value,), *match.span(), "")
            continue
        values: tuple[float, ...] = (value,)
        if scale := match["scale"] or match["short"]:
            scaled = round(value * _SCALES[scale], 6)
            # 100m may be metres; 5k a distance
            values = (scaled,) if match["scale"] or match["sign"] or match["coin"] else (scaled, value)
        yield _valued(match, values)


def _valued(match: re.Match[str], values: tuple[float, ...]) -> Figure:
    sign = match.groupdict().get("sign") or ""
    coin = sign or re.sub(r"(?:(?<=[a-z])s| sterling)$", "", match["coin"] or "")
    kind: Kind = "percent" if match["percent"] else "money" if coin else "number"
    unit = _CURRENCIES.get(coin, coin) if kind == "money" else ""
    if unit == "cent":
        unit, values = "", tuple(value / 100 for value in values) + values
    if kind == "number" and (span := _SPAN.match(match.string, match.end())):
        values = (*values, *(value * _SPANS[span.group(1)] for value in values))  # two decades are 20 years
    start = match.start() + (match.group()[0] == " ")
    return Figure(kind, values, start, match.end(), "", unit)


def _spelled(lower: str) -> Iterator[Figure]:
    for match in _SPELLED.finditer(lower):
        words = re.findall(r"[a-z]+", f"{match['words']} {match['more']}")
        if words in (["one"], ["zero"]) and not (match["percent"] or match["coin"]):
            continue
        if words[0] == "several" or (len(words) == 1 and words[0] in _SCALES):
            continue
        yield _valued(match, (_value(words),))


def _value(words: list[str]) -> float:
    total = part = 0.0
    for word in words:
        if word == "half":
            part = 0.5
        elif word in _SCALES:
            scale = _SCALES[word]
            part = (part or 1) * scale
            if scale >= 1000:
                total, part = total + part, 0.0
        elif word in _WORDS:
            part += _WORDS[word]
    return total + part


def _fractions(lower: str) -> Iterator[Figure]:
    for match in _FRACTION.finditer(lower):
        part = match["part"].rstrip("s") if match["part"] != "halves" else "half"
        if part != "half" and match["top"] is None:
            continue
        if re.match(
            r"[ -](?:an? )?(?:hour|year|day|century|time|back|brother|sister|of the (?:year|season|game))",
            lower[match.end() :],
        ):
            continue
        top = {"two": 2, "three": 3, "four": 4}.get(match["top"] or "", 1)
        yield Figure("fraction", (round(top / _PARTS[part], 4),), *match.span(), "")


def _ordinals(lower: str) -> Iterator[Figure]:
    for match in _ORDINAL.finditer(lower):
        yield Figure("ordinal", (float(_ORDINALS[match.group()]),), *match.span(), "")


def _ranged(lower: str, found: list[Figure]) -> list[Figure]:
    """Let the first figure of "5 to 10 million" or "between 5 and 10 percent" mean what the second is."""
    for index in range(len(found) - 1):
        one, other = found[index], found[index + 1]
        if one.kind not in ("number", "money") or not _RANGE.fullmatch(lower[one.end : other.start]):
            continue
        scale = next((_SCALES[word] for word in re.findall(r"[a-z]+", other.text.lower()) if word in _SCALES), 1)
        if scale > 1 and all(value < 1000 for value in one.values):
            one = replace(one, values=(*one.values, *(value * scale for value in one.values)))
        if one.kind == "number" and other.kind in ("money", "percent"):
            one = replace(one, kind=other.kind, unit=other.unit)
        found[index] = one
    return found
