"""Questions as people write them: what is a filter, what only places an event, and what is neither."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.understanding import Understood, telling, understand

OUTLETS = (
    *("CNN", "USA Today", "The Week", "The Guardian", "Reuters", "The New York Times", "BBC News", "Time", "The Sun"),
    *("Daily Mirror", "The Washington Post", "Le Monde", "El País", "nytimes.com", "Harbour Times"),
)
DAY = date(2024, 5, 3)  # a Friday


def read(question: str, **options: object) -> Understood:
    return understand(question, OUTLETS, DAY, **options)  # type: ignore[arg-type]


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("question", "outlets"),
    [
        ("What did CNN say about the strike?", ["CNN"]),
        ("What did CNN report on the strike?", ["CNN"]),
        ("what did cnn say about the strike", ["CNN"]),
        ("What has the Guardian written about floods?", ["The Guardian"]),
        ("How did Reuters cover the strike?", ["Reuters"]),
        ("What is CNN reporting about the strike?", ["CNN"]),
        ("Did CNN report that the bridge is closed?", ["CNN"]),
        ("What CNN says about the strike", ["CNN"]),
        ("CNN reported that a bridge fell. Which one?", ["CNN"]),
        ("According to the Guardian, why did the bridge fall?", ["The Guardian"]),
        ("Why did the bridge fall according to guardian?", ["The Guardian"]),
        ("CNN's report on the mine", ["CNN"]),
        ("the Guardian’s coverage of the summit", ["The Guardian"]),
        ("a CNN investigation into the mine", ["CNN"]),
        ("Who was quoted in the New York Times on inflation?", ["The New York Times"]),
        ("What was in the New York Times about inflation?", ["The New York Times"]),
        ("inflation in the New York Times", ["The New York Times"]),
        ("The latest on the earthquake from Reuters", ["Reuters"]),
        ("From Reuters: earthquake", ["Reuters"]),
        ("coverage by CNN of the summit", ["CNN"]),
        ("article published by Le Monde", ["Le Monde"]),
        ("What did El Pais say about the vote?", ["El País"]),
        ("What did CNN and the Guardian say about Gaza?", ["CNN", "The Guardian"]),
        ("What did CNN, Reuters and USA TODAY report?", ["CNN", "Reuters", "USA Today"]),
        ("What did the NYT say about inflation?", ["The New York Times"]),
        ("what did wapo say about inflation", ["The Washington Post"]),
        ("What did the BBC say about the king?", ["BBC News"]),
        ("What did the week say about Brexit?", ["The Week"]),
        ("In The Week, who won?", ["The Week"]),
        ("What did Time report about the vote?", ["Time"]),
        ("What did The Sun say about the king?", ["The Sun"]),
        ("tell me what the guardian wrote about the strike", ["The Guardian"]),
        ("Compare CNN and the Guardian on Gaza", ["CNN", "The Guardian"]),
        ("How did the New York Times describe the verdict?", ["The New York Times"]),
        ("Show me articles from The Sun about the strike", ["The Sun"]),
        # not these: the outlet is what the question is about, or no outlet at all
        ("Why did CNN fire its CEO?", []),
        ("Who owns USA Today?", []),
        ("Who owns CNN and the Guardian?", []),
        ("Who left the Washington Post?", []),
        ("shares in the Washington Post", []),
        ("Who resigned from CNN?", []),
        ("Which anchor was fired from CNN?", []),
        ("CNN town hall with Trump", []),
        ("Who hosted the debate on CNN?", []),
        ("How many people work in the New York Times building?", []),
        ("What happened in the week before the vote?", []),
        ("What happened in the week?", []),
        ("Which song was on top in the last week?", []),
        ("What time is it on Mars?", []),
        ("Was the bridge built in time?", []),
        ("Did the sun shine on Mars?", []),
        ("How far is it from the sun?", []),
        ("Who looked in the mirror?", []),
        ("What did the times table say?", []),
        ("Time flies when the ferry is late", []),
        ("Sun reports of the week", []),
        ("Trump said on CNN that he would win. When?", []),
        ("Who told CNN that the deal was off?", []),
        ("What did Trump tell CNN about the vote?", []),
        ("What did the Telegraph say about the king?", []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_outlet_is_a_filter_only_where_it_is_asked_to_speak(question: str, outlets: list[str]) -> None:
    assert list(read(question).outlets) == outlets


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("What did CNN say last week about the strike?", "2024-04-22", "2024-05-03"),
        ("What was said about the strike last week?", "2024-04-22", "2024-05-03"),
        ("What happened yesterday?", "2024-05-02", "2024-05-03"),
        ("What did CNN say yesterday about the strike?", "2024-05-02", "2024-05-02"),
        ("What happened today?", "2024-05-02", "2024-05-03"),
        ("What does USA Today say today about inflation?", "2024-05-02", "2024-05-03"),
        ("What has the minister said this month?", "2024-05-01", "2024-05-03"),
        ("What did CNN report last month about floods?", "2024-04-01", "2024-04-30"),
        ("What did CNN report last year about floods?", "2023-01-01", "2023-12-31"),
        ("floods past three days", "2024-04-30", "2024-05-03"),
        ("news on floods in the last 2 weeks", "2024-04-19", "2024-05-03"),
        ("What was reported over the weekend?", "2024-04-27", "2024-05-03"),
        ("Which bridges were closed since March?", "2024-03-01", None),
        ("Which bridges have closed since 2023-05-01?", "2023-05-01", None),
        ("floods since May 2022", "2022-05-01", None),
        ("floods since December", "2023-12-01", None),
        ("floods since the start of the year", "2024-01-01", None),
        ("What was known before May 2022?", None, "2022-04-30"),
        ("What was known before 3 May 2022?", None, "2022-05-02"),
        ("What was known prior to June 1st, 2023?", None, "2023-05-31"),
        ("floods until June 2023", None, "2023-06-30"),
        ("strikes after the first of June", "2023-06-01", None),
        ("strikes after the second of May", "2024-05-02", None),
        ("strikes after June 1, 2023", "2023-06-01", None),
        ("floods between March and May 2022", "2022-03-01", "2022-05-31"),
        ("floods between 3 and 9 May 2022", "2022-05-03", "2022-05-09"),
        ("What was said between November and February 2024?", "2023-11-01", "2024-02-29"),
        ("What did CNN say from March to May 2022?", "2022-03-01", "2022-05-31"),
        ("CNN articles from March 2023", "2023-03-01", "2023-03-31"),
        ("What did CNN report in March about inflation?", "2024-03-01", "2024-03-31"),
        ("news from July", "2023-07-01", "2023-07-31"),
        ("What did they say the day before yesterday?", "2024-05-01", "2024-05-03"),
        ("floods from 3 to 9 May 2022", "2022-05-03", "2022-05-09"),
        # not these
        ("What was closed the day before June 1?", None, None),
        ("Is there news on the ferry as of June 2023?", None, None),
        ("Who won the cup last week?", None, None),
        ("How many people live in Lagos today?", None, None),
        ("Who owns USA Today?", None, None),
        ("The worst flood since 1953 hit which town?", None, None),
        ("Who was seen for the first time since March?", None, None),
        ("What may happen to the bridge?", None, None),
        ("Why did May resign before March?", None, "2024-02-29"),
        ("Who led before May resigned?", None, None),
        ("floods after the second May bank holiday", None, None),
        ("Since he left, what has changed?", None, None),
        ("What was said after the summit?", None, None),
        ("What did they say before 31 June 2023?", None, None),
        ("What will open after June 1?", None, None),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_a_time_of_reporting_is_a_filter(question: str, since: str | None, until: str | None) -> None:
    found = read(question)
    assert (found.since, found.until) == (day(since), day(until))


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("Who resigned in 2022?", "2022-01-01", "2022-12-31"),
        ("Who spoke at the 2019 summit?", "2019-01-01", "2019-12-31"),
        ("What was promised before the 2019 summit?", "2019-01-01", "2019-12-31"),
        ("Which tower fell on April 8?", "2024-04-08", "2024-04-08"),
        ("Which tower fell on 8 April 2023?", "2023-04-08", "2023-04-08"),
        ("Which tower fell on June 8?", "2023-06-08", "2023-06-08"),
        ("Who resigned in March 2023?", "2023-03-01", "2023-03-31"),
        ("Who resigned in march?", "2024-03-01", "2024-03-31"),
        ("Who resigned in May?", "2024-05-01", "2024-05-31"),
        ("Who resigned in Sept. 2023?", "2023-09-01", "2023-09-30"),
        ("Where did it burn last summer?", "2023-06-01", "2023-08-31"),
        ("Where did it burn in summer 2022?", "2022-06-01", "2022-08-31"),
        ("Who won last year's final?", "2023-01-01", "2023-12-31"),
        ("Who won the cup last week?", "2024-04-22", "2024-05-03"),
        ("Who won on Sunday?", "2024-04-28", "2024-04-29"),
        ("Who won last Friday?", "2024-04-26", "2024-04-27"),
        ("Where was the 2021-22 season played?", "2021-01-01", "2022-12-31"),
        ("How many died between 2021 and 2023?", "2021-01-01", "2023-12-31"),
        ("Which was worse, 2021 or 2023?", "2021-01-01", "2023-12-31"),
        ("Who won the June 2023 vote in 2023?", "2023-06-01", "2023-06-30"),
        ("Which ship sank two weeks ago?", "2024-04-16", "2024-04-22"),
        # not these
        ("How many seats will the 2030 stadium have?", None, None),
        ("How many of the 2000 troops left?", None, None),
        ("Why was flight 2022 late?", None, None),
        ("Who bought it for $2000?", None, None),
        ("Who led the March on Washington?", None, None),
        ("Who won the second May round?", None, None),
        ("What sold best on Black Friday?", None, None),
        ("Who is on the Sunday Times list?", None, None),
        ("Which song was sung in the 1990s?", None, None),
        ("Who will speak on June 8?", None, None),
        ("Who can march in wed?", None, None),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_a_time_of_an_event_is_a_period(question: str, first: str | None, last: str | None) -> None:
    found = read(question)
    assert found.period == ((day(first), day(last)) if first else None)
    assert (found.outlets, found.since, found.until) == ((), None, None)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What did CNN say last week about the strike?", "What about the strike?"),
        ("According to the Guardian, why did the bridge fall?", "why did the bridge fall?"),
        ("floods since March", "floods"),
        ("Who resigned in 2022?", "Who resigned in 2022?"),
        ("What did CNN say last week?", "What did CNN say last week?"),
    ],
)
def test_what_became_a_filter_is_not_searched(question: str, words: str) -> None:
    assert read(question).words == words


@pytest.mark.parametrize("taken_back", ["last week", "Last  WEEK", "week", "say last week about"])
def test_what_the_caller_takes_back_is_words_again(taken_back: str) -> None:
    found = read("What did CNN say last week about the strike?", without=[taken_back])
    assert (found.outlets, found.since, found.until) == (("CNN",), None, None)
    assert "last week" in found.words
    assert [(one.words, one.applied) for one in found.phrases] == [("CNN", True), ("last week", False)]


def test_all_of_it_can_be_taken_back() -> None:
    question = "What did CNN say last week about the 2019 summit?"
    found = read(question, without=["CNN", "last week", "2019"])
    assert (found.words, found.outlets, found.since, found.period) == (question, (), None, None)
    assert len(found.phrases) == 3


def test_a_short_form_of_two_outlets_is_no_outlet() -> None:
    assert understand("What did the NYT say?", ("New York Times", "North Yorkshire Times"), DAY).outlets == ()


def test_without_a_day_it_is_asked_today() -> None:
    found = understand("What happened yesterday?")
    assert found.since is not None
    assert 0 <= (date.today() - found.since).days <= 2


_WORDS = st.sampled_from(
    """what did CNN say last week since before between and until the of May march 2019 31 2024-02-30 second summer the
    Sunday today USA Today according to in on from past three days ago year's 's , ? — “ 1 June Reuters Week""".split()
)


@given(st.one_of(st.text(), st.lists(_WORDS, max_size=14).map(" ".join)), st.dates(), st.lists(st.text(max_size=9)))
def test_any_text_is_read(question: str, asked_on: date, without: list[str]) -> None:
    found = understand(question, OUTLETS, asked_on, without)
    assert found.words or not telling(question)
    ends = 0
    for one in found.phrases:
        assert one.words == question[one.start : one.end] != ""
        assert one.start >= ends
        ends = one.end
    assert not (found.since and found.until) or found.since <= found.until
    assert not found.period or found.period[0] <= found.period[1]


def test_reading_is_quick_however_long_the_question() -> None:
    for text in ("what did CNN say last week ", "between May and ", "the first since ", "CNN, ", "in 2019 ", "a" * 40):
        begin = time.perf_counter()
        understand((text * 2_000)[:2_000], OUTLETS, DAY)
        assert time.perf_counter() - begin < 1.0
