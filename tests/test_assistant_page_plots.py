"""Plots as SVG of the page: their marks and bars, and that nothing of matplotlib's own look is in them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import pytest
from lxml import etree

from assistant.page.plots import NARROW, TOUCH, WIDE, Plot, bars, binned, timeline

DAY = date(2023, 2, 6)
LOOK = Path("assistant/page/look")


def plots() -> Iterator[Plot]:
    days = [DAY, DAY, DAY + timedelta(1), None, None, date(2024, 2, 6)]
    for width in (WIDE, NARROW):
        yield timeline(days, [0, 1, 2, 0, 9, 5], width, 'Articles "by" <day>')
        yield bars(binned({day: 3 for day in days if day}), width, "Bars")


def test_nothing_of_a_plot_reaches_beyond_it() -> None:
    """No size, font, colour, name, style sheet or address: what it looks like is the page's to say."""
    for plot in plots():
        etree.fromstring(plot.svg)  # well-formed
        assert not re.search(r"#[0-9a-f]{3}|\bid=|<style|<script|font-family|http|url\(|href|<metadata", plot.svg)
        assert " width=" not in plot.svg.split(">")[0]
        assert f'viewBox="0 0 {plot.size[0]} {plot.size[1]}"' in plot.svg


def test_every_colour_is_one_of_the_style_sheet_in_both_themes() -> None:
    sheets = "".join(path.read_text(encoding="utf-8") for path in LOOK.glob("*.css"))
    used = {name for plot in plots() for name in re.findall(r"var\((--[\w-]+)\)", plot.svg)}
    assert {"--group-0", "--group-5", "--quiet", "--accent"} <= used
    for name in used:
        assert sheets.count(f"{name}: ") >= 2, name


def test_text_stays_text_and_the_title_is_told() -> None:
    (plot, *_) = plots()
    root = etree.fromstring(plot.svg)
    assert root.get("role") == "img" and root.get("aria-label") == 'Articles "by" <day>'
    assert "date unknown" in [text.text for text in root.iter("text")]


def test_no_mark_hides_another() -> None:
    """All on one day, on days next to each other, and of no day: each is a touch away from each other."""
    days = [DAY] * 5 + [DAY + timedelta(n) for n in range(8)] + [None] * 3 + [DAY + timedelta(400)]
    for width in (WIDE, NARROW):
        plot = timeline(days, [0] * len(days), width, "x")
        places = [(left * width / 100, top * plot.size[1] / 100) for left, top in plot.places]
        assert len(places) == len(days)
        for (x, y), (other_x, other_y) in combinations(places, 2):
            assert max(abs(x - other_x), abs(y - other_y)) >= TOUCH - 0.01
        assert all(0 <= left <= 100 and 0 <= top <= 100 for left, top in plot.places)


def test_marks_stand_by_their_days() -> None:
    plot = timeline([date(2020, 1, 1), date(2020, 1, 11), date(2020, 1, 3)], [0, 0, 0], WIDE, "x")
    first, last, between = (left for left, _ in plot.places)
    assert (between - first) / (last - first) == pytest.approx(0.2)


def test_groups_differ_in_shape_and_not_by_colour_alone() -> None:
    plot = timeline([DAY] * 6, range(6), WIDE, "x")
    paths = [path for path in etree.fromstring(plot.svg).iter("path") if path.get("transform")]
    drawn = [(path.get("d"), path.get("style")) for path in paths]
    assert len({shape for shape, _ in drawn}) == len({colour for _, colour in drawn}) == 6


@pytest.mark.parametrize(
    ("days", "names"),
    [
        ({DAY: 2, DAY + timedelta(2): 1}, ["6 February 2023", "7 February 2023", "8 February 2023"]),
        (
            {date(2023, 12, 30): 2, date(2024, 3, 2): 1},
            ["December 2023", "January 2024", "February 2024", "March 2024"],
        ),
        ({date(2017, 1, 1): 2, date(2024, 1, 1): 1}, [str(year) for year in range(2017, 2025)]),
    ],
    ids=["days", "months", "years"],
)
def test_the_span_chooses_the_bars(days: dict[date, int], names: list[str]) -> None:
    counts = binned(days)
    assert [bar.name for bar in counts] == names
    assert sum(bar.count for bar in counts) == 3 and counts[0].count == 2 and counts[-1].count == 1


def test_each_bar_tells_its_number() -> None:
    plot = bars(binned({date(2019, 1, 1): 1_234, date(2021, 1, 1): 5, date(2030, 1, 1): 1}), WIDE, "x")
    titles = [title.text for title in etree.fromstring(plot.svg).iter("title")]
    assert titles[:3] == ["2019: 1,234", "2020: 0", "2021: 5"] and len(titles) == 12


def test_the_library_waits_for_the_first_plot() -> None:
    code = "import sys, assistant.page.desk, assistant.answering, assistant.page.plots as p; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"matplotlib", "assistant.disagreement"} & set(done.stdout.split())
