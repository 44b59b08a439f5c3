"""What the gate reads from a text: figures by value, dates by day, quotations, names, what is denied."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import figures, moments
from assistant.figures import Figure
from assistant.moments import Moment
from assistant.named import Known, names_of
from assistant.polarity import Polarity, opposites
from assistant.quotations import flat, quotations, verbatim
from assistant.rarity import is_mostly_a_name, rarity
from assistant.reading import Reading, term_of

DAY = date(2019, 7, 16)  # a Tuesday


def figure(text: str) -> Figure:
    (found,) = figures.figures(text, [])
    return found


def moment(text: str, day: date | None = DAY) -> Moment:
    (found,) = moments.moments(text, day)
    return found


@pytest.mark.parametrize(
    ("claimed", "source"),
    [
        ("12 million people", "12,000,000 people"),
        ("12m people", "twelve million people"),
        ("5 percent", "5%"),
        ("5 per cent", "five percent"),
        ("$2.5 billion", "2.5 billion dollars"),
        ("US$5", "$5"),
        ("€3m", "3 million euros"),
        ("a third of them", "33 percent"),
        ("half of them", "50%"),
        ("two dozen", "24"),
        ("half a million", "500,000"),
        ("twenty-five", "25"),
        ("two hundred and ten", "210"),
        ("the 5th", "the fifth"),
        ("9:45 p.m.", "21:45"),
        ("9 pm", "9:00 p.m."),
        ("noon", "12:00"),
        ("3-1", "3–1"),
        ("a 47-year-old", "aged 47"),
        ("about 1,200", "1,187"),
        ("nearly 1,200", "1,187"),
        ("more than 1,000", "1,187"),
        ("roughly $3 billion", "$2.96 billion"),
        ("100m", "100 metres"),
        ("1.5 million", "1,500,000"),
    ],
)
def test_one_figure_written_twice(claimed: str, source: str) -> None:
    assert figures.same(figure(claimed), figure(source))


@pytest.mark.parametrize(
    ("claimed", "source"),
    [
        ("12 million", "12 billion"),
        ("12", "21"),
        ("$5", "€5"),
        ("$5", "5%"),
        ("5th", "5"),
        ("3-1", "1-3"),
        ("9:45 a.m.", "9:45 p.m."),
        ("a third of them", "a quarter of them"),
        ("1,200", "1,187"),
        ("about 1,300", "1,187"),
        ("about $2.6 billion", "$2.5 billion"),
        ("more than 1,200", "1,187"),
        ("half of them", "30 percent"),
    ],
)
def test_two_figures(claimed: str, source: str) -> None:
    assert not figures.same(figure(claimed), figure(source))


def test_a_range_lends_its_scale_and_kind() -> None:
    one, other = figures.figures("between 5 and 10 percent", [])
    assert (one.kind, other.kind) == ("percent", "percent")
    first, _ = figures.figures("5 to 10 million", [])
    assert 5_000_000 in first.values


@pytest.mark.parametrize("text", ["no figure at all", "one of them", "several hundred", "the S-400", "by halves"])
def test_what_is_no_figure(text: str) -> None:
    assert [found for found in figures.figures(text, []) if found.kind != "fraction"] == []


@settings(max_examples=80, deadline=None)
@given(st.integers(2, 10**12))
def test_a_whole_number_is_itself_however_it_is_written(value: int) -> None:
    assert figures.same(figure(f"{value:,}"), figure(str(value)))
    assert not figures.same(figure(f"{value:,}"), figure(str(value + 1)))


@pytest.mark.parametrize(
    ("claimed", "source"),
    [
        ("12 July 2019", "July 12"),
        ("July 12, 2019", "2019-07-12"),
        ("12 July", "12 July 2019"),
        ("July 2019", "12 July 2019"),
        ("2019", "July 12"),
        ("15 July 2019", "on Monday"),
        ("16 July 2019", "today"),
        ("15 July 2019", "yesterday"),
        ("on Monday", "July 15"),
        ("on Monday", "Monday"),
        ("July 2018", "July 2018"),
        ("2018", "last year"),
        ("this year", "March 2019"),
        ("last week", "July 10"),
        ("the 1990s", "1995"),
        ("in June", "June 3"),
        ("Sept. 3", "3 September"),
        ("7/12/2019", "12 July 2019"),
        ("last week", "last week"),
    ],
)
def test_one_day_written_twice(claimed: str, source: str) -> None:
    assert moments.same(moment(claimed), moment(source))


@pytest.mark.parametrize(
    ("claimed", "source"),
    [
        ("12 July 2019", "July 13"),
        ("12 July 2018", "July 12"),
        ("12 July 2019", "July 2019"),
        ("22 July 2019", "on Monday"),
        ("on Monday", "Tuesday"),
        ("on Monday", "July 16"),
        ("2018", "July 12"),
        ("last year", "this year"),
        ("the 1980s", "1995"),
        ("in June", "July 3"),
    ],
)
def test_two_days(claimed: str, source: str) -> None:
    assert not moments.same(moment(claimed), moment(source))


def test_a_weekday_to_come_is_the_next() -> None:
    will = moments.moments("It will open on Monday.", DAY)[0]
    assert moments.same(moment("22 July 2019"), will)


def test_without_a_day_of_the_article_words_mean_themselves() -> None:
    assert moments.same(moment("Monday", None), moment("Monday", None))
    assert moments.same(moment("12 July", None), moment("July 12", None))
    assert not moments.same(moment("12 July 2019", None), moment("Monday", None))


@pytest.mark.parametrize("text", ["It may rain.", "They march on.", "31 June", "USA Today reported", "page 19 of 20"])
def test_what_is_no_date(text: str) -> None:
    assert moments.moments(text, DAY) == []


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("He said “no”.", ["no"]),
        ('He said "no way," and left.', ["no way,"]),
        ("He said ‘no’ twice.", ["no"]),
        ("He said 'no way' twice.", ["no way"]),
        ("It's Tom's and the Smiths' house.", []),
        ("“He said ‘never’ to me,” she said.", ["He said ‘never’ to me,", "never"]),
        ("«Nein», sagte er.", ["Nein"]),
        ("“ ”", []),
    ],
)
def test_what_stands_in_quotation_marks(text: str, quoted: list[str]) -> None:
    assert [one.text for one in quotations(text)] == quoted


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        ("we  will NOT go back.", True),
        ("we will … back", True),
        ("we […] go back", True),
        ("back … we will", False),
        ("we will go back", False),
        ("ill not go", False),
        ("we will [never] go back", False),
    ],
)
def test_verbatim(quote: str, stands: bool) -> None:
    (one,) = quotations(f"“{quote}”")
    assert verbatim(one, [flat("“We will not go back”, he said.")]) == stands


@pytest.mark.parametrize(
    ("name", "source", "missing"),
    [
        ("Erdogan", "President Recep Tayyip Erdogan spoke", None),
        ("Recep Erdogan", "President Recep Tayyip Erdogan spoke", None),
        ("Vladimir Putin", "President Putin spoke", "Vladimir Putin"),
        ("Maria Weber", "Maria Santos met Jonas Weber", ""),
        ("US", "The United States agreed", None),
        ("America", "The U.S. agreed", None),
        ("France", "the French minister", None),
        ("British", "in Britain", None),
        ("NATO", "the North Atlantic Treaty Organization", None),
        ("North Atlantic Treaty Organization", "NATO agreed", None),
        ("Ida Lund of Beta Wire", "Ida Lund\nBeta Wire", None),
        ("S-400", "the S-400 system", None),
        ("S-500", "the S-400 system", "S-500"),
    ],
)
def test_whether_a_name_is_there(name: str, source: str, missing: str | None) -> None:
    (found,) = names_of(Reading(f"They met {name} there, it was told in the evening."))
    assert Known([Reading(source)]).missing(found) == missing


def test_a_capital_that_opens_a_sentence_makes_no_name() -> None:
    text = "Officials met. Meanwhile Erdogan spoke. White House staff left for Paris."
    assert [name.text for name in names_of(Reading(text))] == ["Erdogan", "White House", "Paris"]


def test_in_small_letters_known_names_are_names() -> None:
    assert [name.text for name in names_of(Reading("the robbery in edinburgh was on monday"))] == ["edinburgh"]
    assert is_mostly_a_name(term_of("edinburgh"))
    assert rarity("zzyzx") > rarity(term_of("government")) > rarity("the")


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("He did not sign the deal.", ["sign"]),
        ("He hasn’t been invited.", ["invited"]),
        ("They refused to pay.", ["pay"]),
        ("There is no evidence.", ["evidence"]),
        ("It was not only cheap.", []),
        ("He never ever drove, and left.", ["drove"]),
        ("No. He left.", []),
    ],
)
def test_what_is_denied(text: str, denied: list[str]) -> None:
    reading = Reading(text)
    heads = Polarity(reading).heads
    assert [text[reading.starts[index] : reading.ends[index]] for index in heads] == denied


@pytest.mark.parametrize(
    ("word", "other"), [("rise", "fell"), ("won", "lost"), ("unlikely", "likely"), ("legal", "illegal")]
)
def test_opposites(word: str, other: str) -> None:
    assert term_of(other) in set(opposites(term_of(word)))
