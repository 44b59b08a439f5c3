"""Plots as SVG for the page: when articles were published, and how many at a time. Knows nothing of what they say.

matplotlib draws; it is imported by whoever draws first, never on the way to an answer. Colours are names of the style
sheet's, so that a plot follows the theme; text stays text; nothing that can be chosen is in the picture: buttons lie
over it, at the places that are given with it. A plot is drawn for a width, since its letters do not shrink with it.
"""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDE, NARROW = 660, 330  # pixels: for a column of the page, and for a phone
SHAPES = ("o", "s", "^", "D", "v", "P")  # of a group's marks; the last ones and colours serve all further groups
TOUCH = 26  # pixels from one mark to the next at least, so that each can be hit
_EDGE = 24  # pixels left free at either end
_AXIS = 26  # pixels under a plot for what stands at its axis
_DPI = 72  # a pixel is a point, as matplotlib counts in SVG
_NAMES = {"#000001": "var(--ink)", "#000002": "var(--quiet)", "#000003": "var(--line)", "#000004": "var(--accent)"}
_NAMES |= {f"#00000{group + 5:x}": f"var(--group-{group})" for group in range(len(SHAPES))}
_QUIET, _LINE, _ACCENT = "#000002", "#000003", "#000004"
_DRAWING = threading.Lock()  # matplotlib's caches are shared by all figures


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture, its size in pixels, and the middle of each mark in percent of it, from the left and the top."""

    svg: str
    size: tuple[int, int]
    places: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """How many there are of a day, a month or a year: `name` says which in full, `short` does at the axis."""

    name: str
    short: str
    count: int


def timeline(days: Sequence[date | None], groups: Sequence[int], width: int, title: str) -> Plot:
    """Return marks by day, those of unknown day in a lane of their own; none hides another. `groups` count from 0."""
    known = sorted((day, number) for number, day in enumerate(days) if day)
    scale = _scale([day for day, _ in known], width)
    lanes = _lanes([scale(day) for day, _ in known])
    undated = [number for number, day in enumerate(days) if not day]
    high = TOUCH * (max(lanes, default=-1) + 1)
    axis = _AXIS if known else 0
    height = high + axis + (TOUCH + 4 if undated else 0) + 4
    places = {
        number: (scale(day), 4 + high - TOUCH * (lane + 0.5)) for (day, number), lane in zip(known, lanes, strict=True)
    }
    left = 104  # after "date unknown"
    places |= {number: (left + TOUCH * place, height - 4 - TOUCH / 2) for place, number in enumerate(undated)}
    with _DRAWING:
        figure, axes = _canvas(width, height)
        if known:
            axes.plot([8, width - 8], [4 + high] * 2, color=_LINE, linewidth=1)
        for day, text in _ticks([day for day, _ in known], width):
            axes.plot([scale(day)] * 2, [4 + high, 8 + high], color=_QUIET, linewidth=1)
            axes.text(scale(day), 12 + high, text, color=_QUIET, fontsize=12, ha="center", va="top")
        if undated:
            axes.text(8, height - 4 - TOUCH / 2, "date unknown", color=_QUIET, fontsize=12, va="center")
        for number, (x, y) in places.items():
            group = min(groups[number], len(SHAPES) - 1)
            axes.scatter([x], [y], s=100, marker=SHAPES[group], color=f"#00000{group + 5:x}", linewidths=0)
        svg = _svg(figure, title)
    shown = tuple((100 * x / width, 100 * y / height) for x, y in (places[number] for number in range(len(days))))
    return Plot(svg, (width, height), shown)


def bars(counts: Sequence[Bar], width: int, title: str, height: int = 170) -> Plot:
    """Return a bar for each, with its exact number in its title."""
    top = max(bar.count for bar in counts) or 1
    left, bottom = 14 + 7 * len(f"{top:,}"), height - _AXIS
    step = (width - left - 8) / len(counts)
    with _DRAWING:
        figure, axes = _canvas(width, height)
        for value in _round_numbers(top):
            y = bottom - (bottom - 12) * value / top
            axes.plot([left, width - 8], [y, y], color=_LINE, linewidth=1, zorder=0)
            axes.text(left - 6, y, f"{value:,}", color=_QUIET, fontsize=12, ha="right", va="center")
        for number, bar in enumerate(counts):
            long = (bottom - 12) * bar.count / top
            place = left + step * (number + 0.1)
            drawn = axes.bar(place, -long, step * 0.8, bottom, align="edge", color=_ACCENT, linewidth=0)
            drawn[0].set_gid(f"bar-{number}")
        for number in _some(len(counts), max(1, (width - left) // 64)):
            x = left + step * (number + 0.5)
            axes.text(x, bottom + 6, counts[number].short, color=_QUIET, fontsize=12, ha="center", va="top")
        svg = _svg(figure, title, {f"bar-{number}": f"{bar.name}: {bar.count:,}" for number, bar in enumerate(counts)})
    return Plot(svg, (width, height))


def binned(days: Mapping[date, int]) -> list[Bar]:
    """Return how many there are a day, a month or a year, whichever makes the fewest bars that still show a course."""
    first, last = min(days), max(days)
    if (last - first).days <= 62:
        all_days = [first + timedelta(step) for step in range((last - first).days + 1)]
        return [Bar(f"{day.day} {day:%B %Y}", f"{day.day} {day:%b}", days.get(day, 0)) for day in all_days]
    if _month(last) - _month(first) < 60:
        found = {date(month // 12, month % 12 + 1, 1): 0 for month in range(_month(first), _month(last) + 1)}
        for day, count in days.items():
            found[day.replace(day=1)] += count
        return [Bar(f"{day:%B %Y}", f"{day:%b %Y}", count) for day, count in found.items()]
    found = {date(year, 1, 1): 0 for year in range(first.year, last.year + 1)}
    for day, count in days.items():
        found[date(day.year, 1, 1)] += count
    return [Bar(str(day.year), str(day.year), count) for day, count in found.items()]


def _scale(days: Sequence[date], width: int) -> Any:
    """Return where a day stands, in pixels from the left; one day alone stands in the middle."""
    if not days or days[0] == days[-1]:
        return lambda day: width / 2
    first, whole = days[0], (days[-1] - days[0]).days
    return lambda day: _EDGE + (width - 2 * _EDGE) * (day - first).days / whole


def _lanes(places: Sequence[float]) -> list[int]:
    """Return for marks from left to right the lowest lane in which each is clear of the one before it."""
    ends: list[float] = []
    lanes = []
    for place in places:
        lane = next((lane for lane, end in enumerate(ends) if place - end >= TOUCH), len(ends))
        ends[lane : lane + 1] = [place]
        lanes.append(lane)
    return lanes


def _ticks(days: Sequence[date], width: int) -> list[tuple[date, str]]:
    """Return the days to name at the axis, in words that fit the span: days, the first of months, or years."""
    if not days:
        return []
    first, last = days[0], days[-1]
    if first == last:
        return [(first, f"{first.day} {first:%B %Y}")]
    most, whole = max(2, width // 100), (last - first).days
    if whole <= 62:
        step = -(-whole // (most - 1))
        chosen = [first + timedelta(after) for after in range(0, whole + 1, step)]
        return [(day, f"{day.day} {day:%b}{day: %Y}" if day == first else f"{day.day} {day:%b}") for day in chosen]
    months = [date(number // 12, number % 12 + 1, 1) for number in range(_month(first), _month(last) + 1)]
    inside = [day for day in months if first <= day]
    step = next(step for step in (1, 2, 3, 6, 12, 24, 60, 120, 600, 1200) if len(inside) <= step * most)
    # whole years and quarters are named rather than those that happen to come first
    begin = next((place for place, day in enumerate(inside) if (day.month - 1) % min(step, 12) == 0), 0)
    return [(day, f"{day:%Y}" if step >= 12 else f"{day:%b %Y}") for day in inside[begin::step]]


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _round_numbers(top: int) -> list[int]:
    """Return up to five round numbers from 0 to the highest."""
    step = next(size for power in range(12) for size in (10**power, 2 * 10**power, 5 * 10**power) if top / size <= 4)
    return list(range(0, top + 1, step))


def _some(number: int, most: int) -> list[int]:
    """Return at most so many of 0 … number - 1, evenly apart."""
    return list(range(0, number, -(-number // most)))


@cache
def _library() -> None:
    """Have matplotlib keep text as text and take no formula for one; it is told once, since its settings are global."""
    import matplotlib

    matplotlib.rcParams.update({"svg.fonttype": "none", "text.parse_math": False, "svg.hashsalt": "dateline"})


def _canvas(width: int, height: int) -> tuple[Figure, Axes]:
    """Return an empty picture in which one unit is one pixel, counted from the upper left."""
    _library()
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    return figure, axes


def _svg(figure: Figure, title: str, titles: Mapping[str, str] | None = None) -> str:
    """Return a picture as an SVG element of the page: no size, font, colour, style sheet or name of its own in it."""
    from lxml import etree

    written = io.BytesIO()
    figure.savefig(written, format="svg", transparent=True, metadata={"Date": None})
    root = etree.fromstring(written.getvalue(), etree.XMLParser(resolve_entities=False, no_network=True))
    space = "{http://www.w3.org/2000/svg}"
    shapes = {path.get("id"): path.get("d") for path in root.iter(f"{space}path") if path.get("id")}
    for mark in [*root.iter(f"{space}use")]:
        # drawn in place: what is referred to by name would be one for all plots of the page
        place, mark.tag = f"translate({mark.attrib.pop('x')} {mark.attrib.pop('y')})", f"{space}path"
        mark.set("d", shapes[mark.attrib.pop("{http://www.w3.org/1999/xlink}href")[1:]])
        mark.set("transform", place)
    for extra in [*root.iter(f"{space}metadata", f"{space}defs", etree.Comment)]:
        extra.getparent().remove(extra)
    for element in root.iter():
        named = (titles or {}).get(element.attrib.pop("id", ""))
        element.attrib.pop("clip-path", None)
        if style := element.attrib.pop("style", None):
            element.attrib["style"] = _styled(style)
        if named:
            told = etree.SubElement(element, f"{space}title")
            told.text = named
    width, height = (float(number) for number in root.attrib["viewBox"].split()[2:])
    inside = b"".join(etree.tostring(child, encoding="utf-8", with_tail=False) for child in root).decode()
    # the page's HTML needs no name spaces
    inside = re.sub(r' xmlns(?::\w+)?="[^"]*"', "", inside)
    head = f'<svg role="img" viewBox="0 0 {width:g} {height:g}" aria-label="{escape(title)}">'
    return f"{head}{inside}</svg>"


def _styled(style: str) -> str:
    """Return a style with the page's colours, and without fonts."""
    kept = [part.strip() for part in style.split(";") if not part.strip().startswith("font-family")]
    return re.sub(
        r"#[0-9a-f]{6}", lambda match: _NAMES.get(match.group(), "currentColor"), "; ".join(filter(None, kept))
    )
