"""The index at a glance: its numbers, its states, made once a generation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from lxml import html

from assistant.page.desk import Desk
from assistant.page.overview import EMPTY, UNDATED, overview_html
from assistant.page.session import Visitor
from index.errors import IndexMissing
from index.recent import Added
from tests.fake_assistant import HOSTILE, SOURCES, FakeAssistant
from tests.stories import small_index

READER = Visitor("reader", "page")
ADDED = [Added(SOURCES[2], datetime(2024, 12, 9, 23, tzinfo=UTC))]
DAYS: dict[date | None, int] = {date(2019, 7, 12): 1_200, date(2023, 1, 2): 34, None: 5}


def shown(days: Mapping[date | None, int] = DAYS, outlets: Mapping[str, int] | None = None) -> Any:
    return html.fromstring(
        overview_html(days, {"CNN": 1_200, "BBC": 30} if outlets is None else outlets, SOURCES, ADDED, 3)
    )


def rows(page: Any, name: str) -> list[list[str]]:
    return [
        [cell.text_content().strip() for cell in row if cell.get("class") != "bar"]
        for row in page.xpath(f'.//table[@aria-label="{name}"]//tr')
    ]


def test_the_exact_numbers_can_be_read() -> None:
    page = shown()
    assert rows(page, "Articles by date") == [["January 2023", "34"], ["July 2019", "1,200"]]
    assert rows(page, "Articles by outlet") == [["CNN", "1,200"], ["BBC", "30"], ["outlet unknown", "9"]]
    assert "5 more without a date." in page.text_content()
    assert len(page.xpath(".//svg")) == 2
    opened = page.xpath('.//ol[contains(@class, "newest")]//button')
    assert [(one.get("data-do"), one.get("data-article")) for one in opened] == [("open", one.id) for one in SOURCES]
    (last,) = page.xpath('.//ol[contains(@class, "added")]/li')
    assert last.text_content() == "ThirdGamma · 2 January 2020 · added 9 December 2024"
    assert [(one.get("data-do"), one.get("data-article")) for one in last.xpath(".//button")] == [("open", "three")]


def test_what_was_added_last_is_left_out_where_it_is_not_known() -> None:
    assert "Last added" not in overview_html(DAYS, {}, SOURCES)


def test_of_many_outlets_the_first_are_shown_and_the_others_can_be() -> None:
    page = shown(outlets={f"Outlet {number:02}": 30 - number for number in range(15)})
    assert page.xpath(".//details/summary/text()") == ["The numbers", "3 more"]
    tables = page.xpath('.//table[@aria-label="Articles by outlet"]')
    assert [len(table.xpath(".//th[starts-with(., 'Outlet')]")) for table in tables] == [12, 3]


@pytest.mark.parametrize(("days", "told"), [({}, EMPTY), ({None: 3}, UNDATED)])
def test_without_articles_or_dates_it_says_so(days: dict[date | None, int], told: str) -> None:
    page = shown(days, {})
    assert told in page.text_content() and not page.xpath(".//svg")


def test_what_articles_say_stays_text() -> None:
    page = shown(outlets={HOSTILE: 3})
    assert not page.xpath(".//script | .//img | .//@onerror")


async def test_it_is_made_once_a_generation() -> None:
    class Counting(FakeAssistant):
        generation, made = 3, 0

        def info(self) -> Any:
            return SimpleNamespace(generation=self.generation, outlets={"CNN": 3})

        def days(self) -> dict[date | None, int]:
            self.made += 1
            return super().days()

    assistant = Counting()
    desk = Desk(assistant)  # type: ignore[arg-type]
    first = await desk.act(READER, {"do": "overview"})
    assert await desk.act(READER, {"do": "overview"}) == first and assistant.made == 1
    assistant.generation = 4
    assert (await desk.act(READER, {"do": "overview"}))["overview"] != first["overview"] and assistant.made == 2


async def test_an_index_that_is_gone_is_told_in_words() -> None:
    class Gone(FakeAssistant):
        def info(self) -> Any:
            raise IndexMissing("There is no index here: build one.")

    changes = await Desk(Gone()).act(READER, {"do": "overview"})  # type: ignore[arg-type]
    assert "There is no index here: build one." in changes["overview"]


def test_the_index_counts_its_articles_by_day(tmp_path: Any) -> None:
    with small_index(tmp_path) as index:
        days = index.days()
        assert sum(days.values()) == index.info().articles
        assert {day: days[day] for day in days} == {
            day: sum(source.published == day for source in index.articles()) for day in days
        }
