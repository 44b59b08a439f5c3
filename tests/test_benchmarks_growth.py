"""What the benchmarks of growth and of a soak rest on: made articles, fits, and a judge that sees what is wrong."""

from __future__ import annotations

import json
import sys
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

from asking import Heard  # noqa: E402
from growth import COLUMNS, at, fit, grown, tell  # noqa: E402
from soak import State, Told, different, slope, wrong  # noqa: E402

from index import NewsIndex, build  # noqa: E402

QUOTE = "The ferry left & came back."
ARTICLE = {
    "title": "Ferry",
    "url": "https://a.example/1",
    "text": "The harbour was shut on Monday.\nThen Captain Moreau of Brest reached Valmora with Anna Keller.",
}


def articles() -> list[dict[str, object]]:
    body = "The minister said in Paris that Karl Brandt of number {n} would meet Maria Duval.\n{more}"
    words = [
        f"Paragraph {k} of story {n} tells how Otto Lang saw event {n * 7 + k}." for n in range(12) for k in range(9)
    ]
    return [
        {
            "title": f"About Otto Lang {n}",
            "url": f"https://a.example/{n}",
            "outlet": "The Ledger",
            "published": f"2021-03-{n + 1:02d}",
            "text": body.format(n=n, more="\n".join(words[n * 9 : n * 9 + 9])),
        }
        for n in range(12)
    ]


def test_made_articles_are_new_ones_and_no_reprints(tmp_path: Path) -> None:
    source = tmp_path / "made.jsonl"
    made = list(islice(grown(articles()), 40))
    assert sorted(one["url"] for one in made[:12]) == sorted(one["url"] for one in articles())
    assert made == list(islice(grown(articles()), 40))  # anyone gets the same
    source.write_text("".join(json.dumps(one) + "\n" for one in made))
    report = build([source], tmp_path / "index")
    assert (report.added, len(report.duplicates), len(report.failed)) == (40, 0, 0)
    assert {len(one["text"].split("\n")) for one in made} == {10}  # of the length of real ones
    news = NewsIndex.open(tmp_path / "index")
    assert news.info().articles == 40
    news.close()


def test_a_fit_finds_the_base_and_what_each_passage_takes(capsys: pytest.CaptureFixture[str]) -> None:
    rows: list[dict[str, Any]] = [{"place": "folder", "machine": "m", "passages": 10**n} for n in (4, 5, 6)]
    for row in rows:
        size = row["passages"]
        row.update({**dict.fromkeys(COLUMNS, 200 + size / 1000), "passages": size, "server_mb": None})
    assert fit(rows, "build_seconds") == pytest.approx((200, 1_000))
    assert at(rows, "disk_mb", 1e7) == pytest.approx(10_200)
    tell(rows, 0.01, 0.1)
    said = capsys.readouterr().out
    assert "| build_seconds | 1.02e+04 | 1.002e+05 | 200 | 1,000 |" in said
    # 10.2 GB at 730 cents, and thrice as much disk at 10 cents
    assert "10,000,000: a machine with 10 GB of memory and 31 GB of disk, $78 a month" in said


def turn(
    article: str = "ab", start: int = 4, quote: str = "The ferry left &amp; came back.", day: str = "2021-03-04"
) -> str:
    end = start + len(QUOTE)
    shown = f'<time datetime="{day}">4 March 2021</time>' if day else "date unknown"
    place = (
        f'data-do="open" data-article="{article}" data-turn="0" data-number="1" data-start="{start}" data-end="{end}"'
    )
    source = f'<button class="source" {place} data-quote="{quote}" aria-describedby="x"><b>T</b>{shown}</button>'
    return f'<div class="turn" aria-busy="false">{source}</div>'


def told(html: str, asked: float = 10.0, answered: float = 11.0) -> Told:
    return Told(Heard("Who?", 0.1, 0.2, 0.3, [html]), asked, answered)


STATES = [
    State({"ab": (f"Yes.{QUOTE} End.", "2021-03-04")}, 0.0, 9.0),
    State({"ab": (f"No. {QUOTE} End.", "2021-03-04"), "cd": (f"Yes.{QUOTE}", None)}, 8.0),
]


def test_the_judge_of_a_soak_lets_what_is_right_pass() -> None:
    assert wrong(told(turn()), STATES) == ""
    assert wrong(told(turn("cd", day="")), STATES) == ""
    assert wrong(told(turn(), asked=8.5), STATES) == ""


@pytest.mark.parametrize(
    ("html", "asked", "words"),
    [
        (turn(day="2021-03-05"), 10.0, "cites ab"),
        (turn(day=""), 10.0, "cites ab"),
        (turn(start=5), 10.0, "cites ab"),
        (turn(quote="The ferry left."), 10.0, "cites ab"),
        (turn("cd", day=""), 5.0, "of 0 versions"),  # asked and answered before it came in
        (turn("ef"), 10.0, "cites ef"),
        (turn().replace('"false"', '"true"'), 10.0, "failed"),
        (turn() + '<p class="failure">It broke.</p>', 10.0, "It broke."),
    ],
)
def test_the_judge_of_a_soak_sees_what_is_wrong(html: str, asked: float, words: str) -> None:
    assert words in wrong(told(html, asked, asked + 1), STATES)
    assert wrong(Told(None, 1.0, 2.0, "why"), STATES) == "an answer was lost: why"


def test_articles_that_the_index_would_take_for_one_are_one() -> None:
    moved = {**ARTICLE, "url": "https://b.example/2"}
    tracked = {**ARTICLE, "url": ARTICLE["url"] + "?utm_source=x", "text": ARTICLE["text"] + " More."}
    other = {**ARTICLE, "url": "https://c.example/3", "text": "Another text of another day."}
    assert list(different([ARTICLE, moved, tracked, other])) == [ARTICLE, other]


def test_a_slope_has_an_interval_that_holds_it() -> None:
    times = list(np.arange(0, 1200, 5.0))
    flat = slope(times, [500 + np.sin(t) for t in times])
    low, high = (float(one) for one in flat[flat.index("(") + 1 : -1].split(" to "))
    assert low <= 0 <= high
    assert slope(times, [500 + t / 36 for t in times]).startswith("+100.0 an hour")
    assert "three minutes" in slope(times[:12], times[:12])
