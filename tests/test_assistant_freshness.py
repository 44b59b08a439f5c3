"""How old the evidence of an answer is, and whether its question asks for newer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from assistant.freshness import as_of_in_words, warning
from assistant.types import AsOf
from index import Source
from index.scope import Scope
from index.understanding import understand
from tests.fake_assistant import QUOTES, SOURCES, answer, cite

TODAY = date(2024, 12, 10)
OUTLETS = ("CNN", "USA Today", "Alpha News")


def source(day: date | None) -> Source:
    return Source("x", "A title", published=day, published_from="metadata" if day else "none")


def warned(question: str, *days: date | None, asked_on: date | None = TODAY, index: date | None = TODAY) -> str | None:
    """The warning under a question whose evidence is of these days."""
    scope = Scope(understand(question, OUTLETS, asked_on))
    return warning(question, scope, [source(day) for day in days], asked_on, index)


ABOUT_NOW = [
    "Who is the current president of France?",
    "What is the latest on the strike?",
    "What is the newest figure for inflation?",
    "What did the Fed say most recently?",
    "Is Turkey still under sanctions?",
    "Are the hostages free now?",
    "Who leads the party at the moment?",
    "How many people have died so far?",
    "Has the bridge been rebuilt yet?",
    "Does the ban not hold any longer?",
    "What is happening in Ukraine?",
    "What's going on at Boeing?",
    "What's new about the telescope?",
    "As of now, who leads the race?",
    "Who owns the club nowadays?",
    "What is the state of the talks these days?",
    "What is USA Today now saying about the strike?",
    "What was the latest death toll?",
    "who is the current prime minister",
    "Is the bridge that collapsed in 2019 still closed?",
    "What is the current state of the 2015 agreement?",
]
ABOUT_A_TIME = [
    ("What happened today?", "today"),
    ("What happened this week in Gaza?", "this week"),
    ("Who won last week?", "last week"),
    ("What did the Fed do yesterday?", "yesterday"),
    ("How many have died so far this year?", "this year"),
    ("Who won the election in 2024?", "2024"),
    ("What has CNN said since November?", "since November"),
    ("Who won on Monday?", "Monday"),
    ("Who owns the club today?", "today"),
]
NOT_ABOUT_NOW = [
    "Who was the president as of 2019?",
    "Who is, as of March 2019, the current president?",
    "What was the latest on the strike in 2019?",
    "Why is the US worried about the S-400?",
    "Why was he still in office?",
    "Did the crew know yet that the ship had run aground?",
    "What did USA Today say about the strike?",
    "Which airline bought the now-defunct Wow?",
    "When did Finland join NATO?",
    "What has CNN said since March 2019?",
    "Who led the party before May 2022?",
    "What happened in the last five years?",
    "What happened on 12 July 2019?",
    "How did the 2019 summit end?",
]


@pytest.mark.parametrize("question", ABOUT_NOW)
def test_who_asks_about_now_is_told_that_the_evidence_is_old(question: str) -> None:
    said = "You ask about now, but the newest evidence is 5 years old."
    assert warned(question, date(2019, 7, 12), date(2018, 1, 1)) == said
    assert warned(question, date(2019, 7, 12), TODAY - timedelta(20)) is None


@pytest.mark.parametrize(("question", "words"), ABOUT_A_TIME)
def test_who_names_a_time_that_reaches_to_now_is_told_so_in_those_words(question: str, words: str) -> None:
    assert warned(question, date(2019, 7, 12)) == f"You ask about “{words}”, but the newest evidence is 5 years old."
    assert warned(question, TODAY - timedelta(3)) is None


@pytest.mark.parametrize("question", NOT_ABOUT_NOW)
@pytest.mark.parametrize("day", [date(2019, 7, 12), None], ids=["old", "undated"])
def test_any_other_question_is_answered_from_old_evidence(question: str, day: date | None) -> None:
    assert warned(question, day) is None


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (29, None),
        (30, None),
        (31, "31 days"),
        (59, "59 days"),
        (61, "2 months"),
        (365, "11 months"),
        (729, "23 months"),
        (731, "2 years"),
        (3_660, "10 years"),
        (-400, None),
    ],
)
def test_a_month_is_fresh_and_ages_are_said_in_words(days: int, said: str | None) -> None:
    told = warned("Who is the current president?", TODAY - timedelta(days))
    assert told == (said and f"You ask about now, but the newest evidence is {said} old.")


def test_what_is_asked_about_today_is_held_to_a_week() -> None:
    assert warned("What happened today?", TODAY - timedelta(8)) is None
    assert "is 9 days old" in str(warned("What happened today?", TODAY - timedelta(9)))


def test_without_a_day_of_asking_today_counts() -> None:
    today = datetime.now(UTC).date()
    assert warned("Who is the current president?", today - timedelta(3), asked_on=None) is None
    assert "3 years" in str(warned("Who is the current president?", today - timedelta(1_200), asked_on=None))


@pytest.mark.parametrize(
    ("days", "index", "said"),
    [
        ((None,), TODAY, "You ask about now, but the evidence has no date."),
        (
            (None, date(2019, 7, 12)),
            TODAY,
            "You ask about now, but the newest evidence that has a date is 5 years old.",
        ),
        ((None, TODAY), TODAY, None),
        ((), date(2022, 1, 1), "You ask about now, but the newest article in the index is 2 years old."),
        ((), TODAY, None),
        ((), None, None),
    ],
    ids=["undated", "one undated", "one fresh", "refused, old index", "refused, fresh index", "refused, no dates"],
)
def test_evidence_without_a_date_and_refusals(
    days: Sequence[date | None], index: date | None, said: str | None
) -> None:
    assert warned("Who is the current president?", *days, index=index) == said


def test_a_reader_who_narrows_to_the_past_is_not_warned() -> None:
    question = "Who is the current president?"
    narrowed = Scope(understand(question, OUTLETS, TODAY), until=date(2019, 12, 31))
    assert warning(question, narrowed, [source(date(2019, 7, 12))], TODAY, TODAY) is None
    to_now = replace(narrowed, until=TODAY)
    assert warning(question, to_now, [source(date(2019, 7, 12))], TODAY, TODAY)


def test_a_follow_up_counts_as_typed_and_as_understood() -> None:
    understood = Scope(understand("Who is the president of France?", OUTLETS, TODAY))
    assert warning("And who is it now?", understood, [source(date(2019, 7, 12))], TODAY, TODAY)
    understood = Scope(understand("Is Turkey still under sanctions?", OUTLETS, TODAY))
    assert warning("And Turkey?", understood, [source(date(2019, 7, 12))], TODAY, TODAY)


def test_a_time_that_left_nothing_still_was_asked_for() -> None:
    read = understand("What happened this week in Gaza?", OUTLETS, TODAY)
    dropped = Scope(read.leaving("date"), dropped=read.phrases)
    assert "“this week”" in str(warning(read.question, dropped, [source(date(2023, 1, 1))], TODAY, TODAY))
    taken_back = Scope(understand(read.question, OUTLETS, TODAY, without=["this week"]))
    assert warning(read.question, taken_back, [source(date(2023, 1, 1))], TODAY, TODAY) is None


@pytest.mark.parametrize(
    ("numbers", "evidence", "index", "line"),
    [
        ((0,), SOURCES[0].published, TODAY, "As of 12 July 2019: the newest evidence. "),
        ((0, 1), SOURCES[0].published, TODAY, "As of 12 July 2019: the newest evidence that has a date. "),
        ((1,), None, TODAY, "As of an unknown day: the evidence has no date. "),
        ((), None, TODAY, ""),
        ((0,), SOURCES[0].published, None, "As of 12 July 2019: the newest evidence. "),
    ],
    ids=["dated", "one undated", "undated", "refused", "undated index"],
)
def test_each_answer_has_its_line(numbers: Sequence[int], evidence: date | None, index: date | None, line: str) -> None:
    cited = tuple(cite(number + 1, SOURCES[number], QUOTES[0]) for number in numbers)
    told = answer("q", "Yes.", citations=cited, as_of=AsOf(evidence, index, 1))
    held = "Newest article in the index: 10 December 2024." if index else "No article in the index has a date."
    assert as_of_in_words(told) == line + held
