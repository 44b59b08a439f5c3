"""An article's own day out of all that speaks of it; rather none than a wrong one, never today, never the fetching."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import Dated, date_of_record
from index.moments import EARLIEST, Setting
from index.url_dates import carried

DAY = date(2019, 7, 12)
TODAY = date(2020, 3, 1)
PATH = "https://x.example/2019/07/12/story"


def found(published: Any = None, **more: Any) -> tuple[Dated, date | None]:
    return date_of_record(published, today=TODAY, **more)


@pytest.mark.parametrize(
    "url",
    [
        *(PATH, "https://x.example/2019/jul/12/story", "https://x.example/2019/Jul/12/a", "/2019/juillet/12/a"),
        *(
            "https://x.example/news/2019/7/12/",
            "https://x.example/story-2019-07-12.html",
            "https://x.example/a-20190712",
        ),
        "https://x.example/2019-07-12/story",
    ],
)
def test_a_day_in_an_address_is_read(url: str) -> None:
    assert date_of_record(url=url)[0].day == DAY


@pytest.mark.parametrize(
    "url",
    [
        *(None, "", "https://x.example/story", "https://x.example/2019/07/", "https://x.example/201907121"),
        *("/2019/13/45/a", "https://x.example/id/9920190712", "https://x.example/2999/01/01/a", "http://[x]/2019/a"),
        *("https://x.example/2019/foo/12/", "https://x.example/a?from=2019-07-12", "https://x.example/a#2019-07-12"),
    ],
)
def test_an_address_without_a_day_gives_none(url: str | None) -> None:
    assert date_of_record(url=url)[0].day is None


def test_an_address_may_carry_a_month_or_a_year_alone() -> None:
    setting = Setting.of(today=TODAY)
    assert carried("https://x.example/2019/07/story", setting).month == (2019, 7)
    assert carried("https://x.example/2019/story", setting).year == 2019
    assert carried(PATH, setting).month == (2019, 7)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("ANKARA, July 12, 2019 (Wire) — The first parts came.", DAY),
        ("Published: 12 July 2019\n\nThe first parts came.", DAY),
        ("Updated on July 12, 2019\n\nThe first parts came.", None),
        ("The first parts came on Friday, July 12, 2019, the ministry said.", None),
        ("MOSCOW, July 12 (Wire) — The first parts came.", None),
    ],
)
def test_a_text_gives_its_day_or_none(text: str, day: date | None) -> None:
    assert date_of_record(text=text)[0].day == day


@pytest.mark.parametrize(
    ("fields", "day", "source"),
    [
        ({"published": "2019-07-12"}, DAY, "metadata"),
        ({"published": ["", None, "soon", "2019-07-12"]}, DAY, "metadata"),
        ({"published": "2019-07-12", "url": "https://x.example/2019/07/14/a"}, DAY, "metadata"),
        ({"url": PATH}, DAY, "url"),
        ({"url": "https://x.example/preview-2019-07-12"}, DAY, "url"),
        ({"text": "ANKARA, July 12, 2019 (Wire) — It came."}, DAY, "dateline"),
        ({"text": "Published 12 July 2019\nIt came."}, DAY, "text"),
        ({"published": "unknown"}, None, "none"),
        ({}, None, "none"),
    ],
    ids=repr,
)
def test_the_surest_that_speaks_is_believed_and_named(fields: dict[str, Any], day: date | None, source: str) -> None:
    dated, modified = found(**fields)
    assert (dated.day, dated.source, modified) == (day, source, None)


@pytest.mark.parametrize(
    ("fields", "day", "source"),
    [
        # far from the day of the address: stamped when the page was moved or fetched
        ({"published": "2020-02-01", "url": PATH}, DAY, "url"),
        ({"published": "2018-01-01", "url": PATH}, DAY, "url"),
        # a day in a name may be an event's
        ({"published": "2019-07-01", "url": "https://x.example/summit-2019-07-12"}, date(2019, 7, 1), "metadata"),
        # outside the month of the address
        ({"published": "2020-02-01", "url": "https://x.example/2019/07/a"}, None, "none"),
        ({"published": "2019-08-02", "url": "https://x.example/2019/07/a"}, date(2019, 8, 2), "metadata"),
        # after the last change
        ({"published": "2020-02-01", "modified": "2019-07-14"}, None, "none"),
        ({"published": "2020-02-01", "modified": "2019-07-14", "url": PATH}, DAY, "url"),
        # a wire may be printed later, and what belies itself gives way to it
        ({"published": "2019-08-01", "text": "ANKARA, July 12, 2019 (Wire) — It came."}, date(2019, 8, 1), "metadata"),
        (
            {"published": "2020-02-01", "modified": "2019-07-14", "text": "ANKARA, July 12, 2019 (Wire) — It came."},
            DAY,
            "dateline",
        ),
        # two against one
        (
            {
                "published": "2018-01-02",
                "url": "https://x.example/2019/07/12/a",
                "text": "ANKARA, July 12, 2019 — It came.",
            },
            DAY,
            "url",
        ),
    ],
    ids=repr,
)
def test_what_contradicts_itself_is_weighed(fields: dict[str, Any], day: date | None, source: str) -> None:
    assert (found(**fields)[0].day, found(**fields)[0].source) == (day, source)


@pytest.mark.parametrize(
    ("fields", "day"),
    [
        ({"url": "https://x.example/2019/07/a"}, DAY),
        ({"url": "https://x.example/2019/08/a"}, None),
        ({"url": "https://x.example/2019/11/a"}, None),
        ({"url": "https://x.example/2019/a"}, DAY),
        ({"modified": "2019-07-15"}, DAY),
        ({"modified": "2019-10-15"}, None),
        ({"modified": "2019-07-10"}, None),
        ({"text": "ANKARA, July 12 (Wire) — It came.\n© 2019 Wire. All rights reserved."}, DAY),
        ({"text": "ANKARA, July 12 (Wire) — It came.\nCopyright 1998-2019 Wire."}, None),
        ({"text": "ANKARA, July 12 (Wire) — It came.\n© 2019 Wire. © 2018 Press."}, None),
        ({"text": "ANKARA, July 12 (Wire) — It came in 2019."}, None),
        ({}, None),
    ],
    ids=repr,
)
def test_the_year_of_a_dateline_comes_from_elsewhere_or_stays_unknown(fields: dict[str, Any], day: date | None) -> None:
    dated, _ = found(**{"text": "ANKARA, July 12 (Wire) — It came.", **fields})
    assert (dated.day, dated.source) == (day, "dateline" if day else "none")


def test_published_and_modified_stay_apart() -> None:
    assert found("2019-07-12", modified="2019-07-14T10:00:00Z") == (Dated(DAY, None, "metadata"), date(2019, 7, 14))
    assert found(modified="2019-07-14") == (Dated(), date(2019, 7, 14))
    text = "Published 12 July 2019, 10:15 BST · Updated 13 July 2019, 11:15 BST\nIt came."
    at = datetime(2019, 7, 12, 10, 15, tzinfo=timezone(timedelta(hours=1)))
    assert found(text=text) == (Dated(DAY, at, "text"), date(2019, 7, 13))
    assert found("2019-07-12", modified="2019-07-10")[1] is None, "no change before the beginning"


def test_the_day_is_the_local_one() -> None:
    for written in ("2019-07-12T23:30:00-04:00", "2019-07-12T00:30:00+03:00"):
        dated, _ = found(written)
        assert dated.day == DAY and dated.at and dated.at.isoformat() == written
    # UTC is the machine's: the address has the day as it was where it was written
    dated, _ = found("2019-07-13T01:30:00Z", url=PATH)
    assert (dated.day, dated.at) == (DAY, datetime(2019, 7, 13, 1, 30, tzinfo=UTC))
    assert found("2019-07-13T17:30:00Z", url=PATH)[0].day == date(2019, 7, 13), "nowhere on earth was that the 12th"


def test_a_date_made_by_the_fetching_is_refused() -> None:
    fetched = datetime(2019, 12, 1, 10, 0, tzinfo=UTC)
    assert found("2019-12-01T09:59:58Z", fetched=fetched)[0] == Dated()
    assert found("2019-12-01T09:59:58Z", fetched=fetched, url="https://x.example/2019/12/01/a")[0].day
    assert found("2019-12-01T08:00:00Z", fetched=fetched)[0].day == fetched.date()
    assert found("2019-12-03", fetched=fetched)[0] == Dated(), "younger than its fetching"
    assert found("2019-07-12", modified="2019-12-01T10:00:00Z", fetched=fetched)[1] is None


@pytest.mark.parametrize(
    ("fields", "day"),
    [
        ({"published": "01/02/2019"}, None),
        ({"published": "01/02/2019", "language": "en-GB"}, date(2019, 2, 1)),
        ({"published": "04/08/2019", "url": "https://x.example/2019/04/08/a"}, date(2019, 4, 8)),
        ({"published": "04/05/2019", "modified": "2019-04-07"}, date(2019, 4, 5)),
    ],
    ids=repr,
)
def test_numerals_that_read_both_ways_are_settled_or_refused(fields: dict[str, Any], day: date | None) -> None:
    assert found(**fields)[0].day == day


VALUES = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.floats(),
    st.dates().map(str),
    st.datetimes(timezones=st.timezones()),
    st.integers(),
)


@given(VALUES, VALUES, st.text(max_size=80), st.text(max_size=200), st.none() | st.datetimes(timezones=st.just(UTC)))
def test_nothing_is_too_odd_nor_in_the_future(
    published: Any, modified: Any, url: str, text: str, fetched: datetime | None
) -> None:
    dated, changed = found(published, modified=modified, url=url, text=text, fetched=fetched)
    for day in (dated.day, changed):
        assert day is None or EARLIEST <= day <= TODAY + timedelta(days=1)
    assert (dated.source == "none") == (dated.day is None)
    assert dated.at is None or dated.at.tzinfo
