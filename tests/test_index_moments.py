"""A day and its moment read from one value: every form, every language, nothing impossible, never an error."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.moments import EARLIEST, Setting, find_moments, numeral_order, parse_date, read_moment
from index.months import LANGUAGES, month_number, names_of, order_of
from index.zones import zone_of

DAY = date(2019, 7, 12)
TODAY = date(2020, 3, 1)
SETTING = Setting.of(today=TODAY)
DAYS = st.dates(min_value=date(1971, 1, 1), max_value=date(2019, 12, 31))


@pytest.mark.parametrize(
    "value",
    [
        *("2019-07-12", "2019-07-12T08:30:00Z", "2019-07-12 08:30:00+03:00", " 2019-07-12\n", "20190712", 20190712),
        *("20190712T083000Z", "2019/07/12", "2019/7/12 08:30", "2019.07.12", "13:05, 12 July 2019", "2019-7-12"),
        *("July 12, 2019", "Jul. 12, 2019 3:05 pm", "12 July 2019", "12th July, 2019", "Friday, July 12th, 2019"),
        *("Fri, 12 Jul 2019 08:30:00 GMT", "Fri, 12 Jul 2019 08:30:00 +0300", "Published on July 12, 2019 by AB"),
        *("Fri Jul 12 10:15:00 2019", "Fri Jul 12 10:15:00 +0000 2019", "12-Jul-19", "Fri, 12 Jul 19 08:30:00 GMT"),
        *("2019-W28-5", "2019W285", "2019-193", "12.07.2019", "12.07.19, 10:15", "2019年7月12日", "12 July '19"),
        *(DAY, datetime(2019, 7, 12, 23, 59), 1562918400, 1562918400.5, 1562918400000, "1562918400", "1562918400000"),
    ],
    ids=repr,
)
def test_a_day_in_metadata_is_read(value: Any) -> None:
    assert parse_date(value) == DAY


@pytest.mark.parametrize(
    "value",
    [
        *(None, "", "  ", "yesterday", "01/02/2019", "July 2019", "2019", 2019, 12, 0, True, "2019-13-45", 20191345),
        *("2019-02-30", "1066-10-14", "2999-01-01", float("nan"), float("inf"), -5, 1e300, [], {}, b"2019-07-12"),
        *("1970-01-01T00:00:00Z", "0001-01-01", "2019-366", "2019-000", "2019-W60-1", "31 February 2019", "2019-07"),
        *("They marched 12, 2019 of them.", "04/08/19", "32.01.2019", "12 Foo 2019", "x" * 1_000),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_names_no_day_gives_none(value: Any) -> None:
    assert parse_date(value) is None


def test_tomorrow_may_be_meant_and_the_day_after_not() -> None:
    today = datetime.now(UTC).date()
    assert parse_date(str(today + timedelta(days=1))) == today + timedelta(days=1)
    assert parse_date(str(today + timedelta(days=2))) is None
    assert parse_date("2020-03-02", SETTING) and not parse_date("2020-03-03", SETTING)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2019-07-12T23:30:00-04:00", "2019-07-12T23:30:00-04:00"),
        ("2019-07-12T08:30:00.123Z", "2019-07-12T08:30:00+00:00"),
        ("2019-07-12T083000+0530", None),
        ("12 July 2019, 10:15 BST", "2019-07-12T10:15:00+01:00"),
        ("10:15 p.m. ET on Friday, July 12, 2019", "2019-07-12T22:15:00-04:00"),
        ("Jan. 12, 2019 12:05 am EST", "2019-01-12T00:05:00-05:00"),
        ("8 avril 2019 à 10h15 CEST", "2019-04-08T10:15:00+02:00"),
        ("8 апреля 2019 года, 10:15 МСК", "2019-04-08T10:15:00+03:00"),
        ("2019-04-08 10:15:00 Europe/Berlin", "2019-04-08T10:15:00+02:00"),
        ("2019-07-12 10:15 UTC+3", "2019-07-12T10:15:00+03:00"),
        ("Fri Jul 12 10:15:00 +0200 2019", "2019-07-12T10:15:00+02:00"),
        ("20190712T101500Z", "2019-07-12T10:15:00+00:00"),
        ("2019-07-12T10:15:00", None),
        ("2019-07-12T25:15:00Z", None),
        ("12 July 2019, 10:15 IST", None),
        ("12 July 2019, 10:15", None),
        (1562918400, "2019-07-12T08:00:00+00:00"),
        (datetime(2019, 7, 12, 1, tzinfo=timezone(timedelta(hours=9))), "2019-07-12T01:00:00+09:00"),
    ],
    ids=repr,
)
def test_a_moment_is_given_only_with_its_zone(value: Any, moment: str | None) -> None:
    found = read_moment(value)
    assert found and (found.at.isoformat() if found.at else None) == moment
    assert moment is None or str(found.day) == moment[:10], "the day is the writer's own, not one in UTC"


def test_a_zone_with_two_meanings_is_settled_by_the_region() -> None:
    found = read_moment("12 July 2019, 10:15 IST", Setting.of("en-IN"))
    assert found and found.at and found.at.isoformat() == "2019-07-12T10:15:00+05:30"
    assert (
        zone_of("CST") is None and zone_of("CST", "us") and zone_of("Nowhere/City") is None and zone_of("+25") is None
    )


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("01/02/2019", "en-GB", date(2019, 2, 1)),
        ("01/02/2019", "en-US", date(2019, 1, 2)),
        ("01/02/2019", "fr", date(2019, 2, 1)),
        ("01/02/2019", "en", None),
        ("01/02/2019", "fr-CA", None),
        ("01/02/2019", "xx", None),
        ("25/12/2019", "en-US", date(2019, 12, 25)),
        ("12/25/2019", "fr", date(2019, 12, 25)),
        ("25/12/2019", None, date(2019, 12, 25)),
        ("02/02/2019", None, date(2019, 2, 2)),
        ("01/04/2020", None, date(2020, 1, 4)),  # the first of April is still to come
        ("13/04/19", None, date(2019, 4, 13)),
        ("12 July 95", None, date(1995, 7, 12)),
    ],
)
def test_numerals_are_read_where_they_can_mean_one_thing(text: str, language: str | None, day: date | None) -> None:
    assert parse_date(text, Setting.of(language, TODAY)) == day


def test_other_dates_settle_the_order_of_numerals() -> None:
    assert numeral_order(["25/12/2019", "01/02/2019"]) == "dmy"
    assert numeral_order(["12/25/2019"]) == "mdy"
    assert numeral_order(["12/25/2019", "30-11-19"], like=["01/02/2019"]) == "mdy"
    assert numeral_order(["25/12/2019", "12/25/2019"]) is None, "two hands"
    assert numeral_order(["01/02/2019", "02/02/2019", "25.12.2019"]) is None
    assert numeral_order(["04/08/2019"], near=[date(2019, 4, 10)]) == "mdy"
    assert numeral_order(["04/05/2019"], near=[date(2019, 4, 20)]) is None, "both are near"
    assert numeral_order(["04/05/2019"], near=[date(2019, 4, 20)], latest=date(2019, 4, 21)) == "mdy"


def test_the_dates_of_a_text_are_found_with_their_places() -> None:
    text = "Published 12 July 2019, 10:15 BST · Updated July 13, 2019 and not 8 Apr 19"
    assert [(text[one.start : one.end], str(one.moment.day)) for one in find_moments(text, SETTING)] == [
        ("12 July 2019, 10:15 BST", "2019-07-12"),
        ("July 13, 2019", "2019-07-13"),
    ]


def test_no_name_means_two_months() -> None:
    meanings: dict[str, set[int]] = {}
    for language in LANGUAGES:
        assert len(names_of(language)) == 12
        for number, names in enumerate(names_of(language), 1):
            for name in names:
                meanings.setdefault(name, set()).add(number)
                assert month_number(name.upper()) == month_number(f"{name}.") == number
    assert {len(numbers) for numbers in meanings.values()} == {1}
    assert month_number("fevrier") == month_number("ŞUBAT") == month_number("KASIM") - 9 == 2  # type: ignore[operator]
    assert order_of("de_AT") == order_of("pt-BR") == "dmy" and order_of("") is None


FORMS = (
    *("{d} {m} {y}", "{d}. {m} {y}", "{d} de {m} de {y}", "{d} {m}, {y}", "{D} {M} {y}", "{m} {d}, {y}"),
    *(
        "le {d} {m} {y} à 10:15",
        "10:15, {d} {m} {y}",
        "{iso}",
        "{iso}T10:15:00+03:00",
        "{y}/{0m}/{0d}",
        "{0d}.{0m}.{y}",
    ),
)


@given(DAYS, st.sampled_from(LANGUAGES), st.sampled_from(FORMS), st.booleans())
def test_every_day_in_every_form_and_language_reads_back(day: date, language: str, form: str, short: bool) -> None:
    name = names_of(language)[day.month - 1][-1 if short else 0]
    fields = {"d": day.day, "m": name, "y": day.year, "M": name.upper(), "D": f"{day.day:02}", "iso": day}
    text = form.format(**fields, **{"0m": f"{day.month:02}", "0d": f"{day.day:02}"})
    assert parse_date(text) == day
    assert [one.moment.day for one in find_moments(text, Setting.of())] == [day]


@given(st.datetimes(datetime(1971, 1, 2), datetime(2019, 12, 30)), st.integers(-12 * 4, 14 * 4))
def test_every_moment_survives_being_written(clock: datetime, quarters: int) -> None:
    at = clock.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=15 * quarters)))
    week = "{}-W{:02}-{}".format(*at.isocalendar())
    clocked = (at.isoformat(), format_datetime(at), f"{at:%Y%m%dT%H%M%S%z}", f"{at:%a %b %d %H:%M:%S %z %Y}")
    for text in (*clocked, f"{week}T{at:%H:%M:%S%z}", f"{at:%Y-%jT%H:%M:%S%z}", f"{at:%I:%M:%S %p %z, %d %B %Y}"):
        found = read_moment(text)
        assert found and (found.day, found.at) == (at.date(), at), text


@given(st.one_of(st.text(), st.integers(), st.floats(), st.dates(), st.datetimes(timezones=st.timezones())))
def test_no_value_is_too_odd(value: Any) -> None:
    found = read_moment(value, SETTING)
    assert found is None or EARLIEST <= found.day <= TODAY + timedelta(days=1)


PIECES = st.sampled_from(
    [
        *"0123456789/-.:, \n'’年月日",
        "2019",
        "12",
        "July",
        "апреля",
        "de",
        "th",
        "T",
        "Z",
        "+03:00",
        "UTC",
        "pm",
        "W28",
        "at",
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_no_text_is_too_odd(text: str) -> None:
    latest = SETTING.latest
    assert all(one.moment.day <= latest for one in find_moments(text, SETTING, short_years=True))
    found = read_moment(text, SETTING)
    assert found is None or EARLIEST <= found.day <= latest
