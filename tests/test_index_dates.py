"""An article's own day from metadata, URL and text; rather none than a wrong one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import HEAD_CHARACTERS, date_in_text, date_in_url, parse_date

DAY = date(2019, 7, 12)


@pytest.mark.parametrize(
    "value",
    [
        *("2019-07-12", "2019-07-12T08:30:00Z", "2019-07-12 08:30:00+03:00", " 2019-07-12\n", "20190712", 20190712),
        *("20190712T083000Z", "2019/07/12", "2019/7/12 08:30", "2019.07.12", "13:05, 12 July 2019", "2019-7-12"),
        *("July 12, 2019", "Jul. 12, 2019 3:05 pm", "12 July 2019", "12th July, 2019", "Friday, July 12th, 2019"),
        *("Fri, 12 Jul 2019 08:30:00 GMT", "Fri, 12 Jul 2019 08:30:00 +0300", "Published on July 12, 2019 by AB"),
        *(DAY, datetime(2019, 7, 12, 23, 59), 1562918400, 1562918400.5, 1562918400000, "1562918400", "1562918400000"),
    ],
    ids=repr,
)
def test_a_day_in_metadata_is_read(value: Any) -> None:
    assert parse_date(value) == DAY


@pytest.mark.parametrize(("text", "day"), [("25/12/2019", date(2019, 12, 25)), ("12/25/2019", date(2019, 12, 25))])
def test_a_numeric_day_is_read_where_it_can_mean_one_thing(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    "value",
    [
        *(None, "", "  ", "yesterday", "01/02/2019", "July 2019", "2019", 2019, 12, 0, True, "2019-13-45", 20191345),
        *("2019-02-30", "1066-10-14", "2999-01-01", float("nan"), float("inf"), -5, 1e300, [], {}, b"2019-07-12"),
    ],
    ids=repr,
)
def test_what_names_no_day_gives_none(value: Any) -> None:
    assert parse_date(value) is None


def test_tomorrow_may_be_meant_and_the_day_after_not() -> None:
    today = datetime.now(UTC).date()
    assert parse_date(str(today + timedelta(days=1))) == today + timedelta(days=1)
    assert parse_date(str(today + timedelta(days=3))) is None


@given(st.one_of(st.text(), st.integers(), st.floats(), st.dates(), st.datetimes()))
def test_no_value_is_too_odd(value: Any) -> None:
    found = parse_date(value)
    assert found is None or date(1600, 1, 1) <= found <= datetime.now(UTC).date() + timedelta(days=1)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2020, 1, 1)))
def test_every_day_survives_being_written(day: date) -> None:
    for text in (str(day), f"{day:%B} {day.day}, {day.year}", f"{day:%a, %d %b %Y} 10:00:00 GMT", f"{day:%Y%m%d}"):
        assert parse_date(text) == day


@pytest.mark.parametrize(
    "url",
    [
        *(
            "https://x.example/2019/07/12/story",
            "https://x.example/2019/jul/12/story",
            "https://x.example/2019/Jul/12/a",
        ),
        *(
            "https://x.example/news/2019/7/12/",
            "https://x.example/story-2019-07-12.html",
            "https://x.example/a-20190712",
        ),
        "https://x.example/2019-07-12/story",
    ],
)
def test_a_day_in_an_address_is_read(url: str) -> None:
    assert date_in_url(url) == DAY


@pytest.mark.parametrize(
    "url",
    [
        *(
            None,
            "",
            "https://x.example/story",
            "https://x.example/2019/07/",
            "https://x.example/201907121",
            "/2019/13/45/a",
        ),
        *("https://x.example/id/9920190712", "https://x.example/2999/01/01/a", "https://x.example/2019/foo/12/"),
    ],
)
def test_an_address_without_a_day_gives_none(url: str | None) -> None:
    assert date_in_url(url) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("ANKARA, July 12, 2019 (Wire) — The first parts came.", id="dateline"),
        pytest.param("Published: 12 July 2019\n\nThe first parts came.", id="signed"),
        pytest.param("Updated on Friday, July 12, 2019 at 10:00\n\nThe first parts came.", id="updated"),
        pytest.param("By A. Writer\nJuly 12, 2019\n\nThe first parts came.", id="a line of its own"),
        pytest.param("2019-07-12\nThe first parts came.", id="ISO line"),
        pytest.param("The first parts came on Friday, July 12, 2019, the ministry said.", id="weekday"),
    ],
)
def test_a_day_that_a_text_gives_as_its_own_is_found(text: str) -> None:
    assert date_in_text(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("The treaty of July 12, 2019 was signed by both sides.", id="an event's day"),
        pytest.param("Nothing here.", id="none"),
        pytest.param("They marched 12, 2019 of them.", id="a word like a month"),
        pytest.param("x" * HEAD_CHARACTERS + "\nJuly 12, 2019\n", id="far down"),
    ],
)
def test_a_text_without_a_day_of_its_own_gives_none(text: str) -> None:
    assert date_in_text(text) is None
