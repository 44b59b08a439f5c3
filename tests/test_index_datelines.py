"""What the head of a text says of its own day, and what only looks like it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.datelines import HEAD_CHARACTERS, YearlessDay, dateline, told_in_head
from index.moments import Moment, Setting

DAY = date(2019, 7, 12)
SETTING = Setting.of("en-GB", date(2020, 3, 1))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Published: 12 July 2019\n\nThe first parts came.", id="signed"),
        pytest.param("By A. Writer\nJuly 12, 2019\n\nThe first parts came.", id="a line of its own"),
        pytest.param("2019-07-12\nThe first parts came.", id="ISO line"),
        pytest.param("Friday 12 July 2019 10.15 BST\nThe first parts came.", id="weekday and hour"),
        pytest.param("Published 5:12 p.m. ET July 12, 2019 | Updated 6:03 a.m. ET July 13, 2019", id="the hour before"),
        pytest.param("By A. Writer, published 12 July 2019 and updated on 13 July 2019\nText.", id="in one line"),
        pytest.param("Publié le 12/07/2019 à 10h15, mis à jour le 13/07/2019\nTexte.", id="French"),
        pytest.param("Yayınlanma: 12 Temmuz 2019 10:15\nGüncelleme: 13 Temmuz 2019\nMetin.", id="Turkish"),
        pytest.param("Опубликовано 12 июля 2019 года, обновлено 13 июля 2019\nТекст.", id="Russian"),
        pytest.param("First published on Fri 12 Jul 2019 10.15 BST\nThe first parts came.", id="first published"),
        pytest.param("July 12, 2019 / 10:15 AM / 2 years ago\nThe first parts came.", id="with slashes"),
        pytest.param("Published 5:12 PM EDT, July 12, 2019\nText.", id="the hour in capitals"),
        pytest.param("12 luglio 2019 (modifica il 13 luglio 2019 | 08:00)\nTesto.", id="Italian"),
        pytest.param("10:15 12.07.2019 (обновлено: 08:00 13.07.2019)\nТекст.", id="Russian numerals"),
        pytest.param("12.jul.2019 às 10h15\nTexto.", id="Portuguese"),
        pytest.param("Oluşturulma Tarihi: Temmuz 12, 2019 10:15\nMetin.", id="Turkish, the month first"),
        pytest.param(
            "Publié le 12 juillet 2019 à 10h15 - Mis à jour le 13 juillet 2019 à 08h00\nTexte.", id="two in one"
        ),
        pytest.param("By A. Writer on July 12, 2019\nThe first parts came.", id="byline"),
    ],
)
def test_a_day_that_a_head_gives_as_its_own_is_found(text: str) -> None:
    told = told_in_head(text, SETTING)
    assert told.published and told.published.day == DAY
    assert told.modified is None or told.modified.day == date(2019, 7, 13)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("The treaty of July 12, 2019 was signed by both sides.", id="an event's day"),
        pytest.param("The first parts came on Friday, July 12, 2019, the ministry said.", id="weekday in prose"),
        pytest.param("A study published on July 12, 2019 says so.", id="a study's day"),
        pytest.param("This story was originally published July 12, 2019.", id="first published elsewhere"),
        pytest.param("Nothing here.", id="none"),
        pytest.param("Jan. 27, 1967: Apollo fire\nThe rest.", id="an entry"),
        pytest.param("It began so.\nJuly 12, 2019\nThen it went on.", id="after a sentence"),
        pytest.param("July 11, 2019\nJuly 12, 2019\nA diary.", id="two days"),
        pytest.param("x" * HEAD_CHARACTERS + "\nJuly 12, 2019\n", id="far down"),
        pytest.param("Published 12 July 2019\nPosted 12 August 2019\nText.", id="two that differ"),
    ],
)
def test_a_head_without_a_day_of_its_own_gives_none(text: str) -> None:
    assert told_in_head(text, SETTING).published is None


def test_what_was_updated_is_no_publication() -> None:
    told = told_in_head("Updated on Friday, July 12, 2019 at 10:00 GMT\n\nThe first parts came.", SETTING)
    assert told.published is None and told.modified and told.modified.day == DAY


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ANKARA, July 12, 2019 (Wire) — The first parts came.", DAY),
        ("MOSCOW, April 8 (Wire) — It was said.", YearlessDay(4, 8)),
        ("MOSCOW, Apr. 8 (Northern Press) - It was said.", YearlessDay(4, 8)),
        ("МОСКВА, 8 апр — Агентство. Сказано.", YearlessDay(4, 8)),
        ("Berlin, 8. April (Agentur) – Es heißt.", YearlessDay(4, 8)),
        ("PARIS (Agence), 8 avril — Il dit.", YearlessDay(4, 8)),
        ("NEW YORK, Monday, April 8 (Wire) — It was said.", YearlessDay(4, 8)),
        ("A title\nPORT-AU-PRINCE, Haiti, 8 April (Wire) — It was said.", YearlessDay(4, 8)),
        ("April 8 (Wire) - It was said.", YearlessDay(4, 8)),
        ("MOSCOW, April 8. /WIRE/. It was said.", YearlessDay(4, 8)),
        ("MOSCOW. April 8 (Wire) -- It was said.", YearlessDay(4, 8)),
        ("WASHINGTON, DC - DECEMBER 21: People pass a sign.", None),  # a photograph's caption
        ("MOSCOW — It was said on April 8.", None),
        ("On April 8 — a Monday — it was said.", None),
        ("MOSCOW, April 31 (Wire) — No such day.", None),
        ("MOSCOW, Smarch 8 (Wire) — No such month.", None),
    ],
)
def test_a_dateline_is_told_from_what_looks_like_one(text: str, found: date | YearlessDay | None) -> None:
    told = dateline(text, SETTING)
    assert (told.day if isinstance(told, Moment) else told) == found


def test_a_day_without_its_year_is_found_near_another() -> None:
    day = YearlessDay(12, 30)
    assert day.near(date(2020, 1, 2), 10) == date(2019, 12, 30)
    assert day.near(date(2020, 2, 2), 10) is None
    assert YearlessDay(2, 29).in_year(2019) is None and YearlessDay(2, 29).near(date(2019, 3, 1), 3) is None


WORDS = st.sampled_from(
    [
        "Published",
        "Updated",
        "By",
        "A. Writer",
        "12 July 2019",
        "April 8",
        "8 avril",
        "MOSCOW",
        "(Wire)",
        "—",
        "|",
        "\n",
        ",",
    ]
)


@given(st.one_of(st.text(), st.lists(WORDS, max_size=30).map(" ".join)))
def test_no_head_is_too_odd(text: str) -> None:
    told = told_in_head(text, SETTING)
    found = dateline(text, SETTING)
    days = [one.day for one in (told.published, told.modified, found) if isinstance(one, Moment)]
    assert all(day <= SETTING.latest for day in days)
