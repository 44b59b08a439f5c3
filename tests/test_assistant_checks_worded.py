"""Sentences as language models word them against what they cite: what holds in other words, and what does not."""

from __future__ import annotations

from datetime import date

import pytest

from assistant import figures
from assistant.checks import Evidence, check
from assistant.following import day_follows, follows
from assistant.likeness import likeness
from assistant.named import Known, kin, names_of
from assistant.reading import Reading, term_of
from assistant.sources import Cited, Part
from assistant.synonyms import near, wide
from index.articles import Source

PASSAGE = (
    "The government of Norway said on Thursday that it would sell twelve F-16 fighters to Romania. The defence "
    "minister, Ine Solberg, signed the contract in Bucharest, and Oslo will deliver the aircraft within two decades. "
    "The National Survey of Roads and Bridges Authority had warned of the plan. A first batch left Bergen on 3 March, "
    "two days earlier than planned, and weighs 400 tonnes. No aircraft was damaged. "
    "Nadia Voss, who leads the union, denied that jobs would be lost. The minister thanked the United States for its "
    "help. The navy searched the coast near Tromso for six hours and found nothing. "
    "Karl Brandt gave 100 million kroner and Petra Holm 40 million to the museum, which turned 75 in May."
)
SOURCE = Source("n", "Norway sells jets", outlet="Gamma Press", published=date(2023, 3, 10))
EVIDENCE = {1: Evidence(SOURCE, PASSAGE)}


def verdict(sentence: str) -> tuple[str, str]:
    (found,) = check(f"{sentence} [1].", EVIDENCE)
    return found.verdict, found.reason


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param(
            "Oslo said on Thursday that it would sell twelve F-16 fighters to Romania", id="capital-for-country"
        ),
        pytest.param("Washington was thanked by the minister for its help", id="capital-for-a-country-of-two-words"),
        pytest.param("The White House was thanked by the minister for its help", id="seat-for-country"),
        pytest.param("The Norwegians will sell twelve fighters to Romania", id="people-for-country"),
        pytest.param("Norway will sell twelve F-16s to Romania", id="plural-designation"),
        pytest.param("The Romania-bound F-16 fighters were sold by Norway", id="compound"),
        pytest.param("The NSRBA had warned of the plan", id="acronym-with-small-words"),
        pytest.param("Defence Minister Solberg signed the contract in Bucharest", id="title-before-name"),
        pytest.param("Norway will deliver the aircraft within 20 years", id="decades"),
        pytest.param("The first batch had been planned to leave on 5 March", id="day-from-another"),
        pytest.param("The first batch of aircraft departed from Bergen on 3 March", id="synonym"),
        pytest.param("The first batch weighs 400 t, i.e. 400 tons", id="units"),
    ],
)
def test_what_is_said_in_other_words_is_supported(sentence: str) -> None:
    assert verdict(sentence)[0] == "supported", verdict(sentence)


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        pytest.param("The government of Norway would sell twelve fighters to Bulgaria", "Bulgaria", id="other-country"),
        pytest.param("A first batch left Oslo on 3 March", "not Oslo", id="city-told-of-stays-itself"),
        pytest.param("Norway will deliver the aircraft within 30 years", "30", id="other-figure"),
        pytest.param("The navy searched the coast near Tromso for six days", "six", id="other-measure"),
        pytest.param("The first batch left Bergen on 9 March", "9 March", id="other-day"),
        pytest.param("An aircraft was damaged", "opposite", id="denied-there"),
        pytest.param(
            "Petra Holm gave 100 million kroner and Karl Brandt 40 million to the museum",
            "not Karl Brandt",
            id="changed-places",
        ),
        pytest.param(
            "Karl Brandt said that the plan would cost no jobs and the union would not lose", "", id="far-speaker"
        ),
    ],
)
def test_what_is_wrong_in_other_words_is_marked(sentence: str, named: str) -> None:
    found, reason = verdict(sentence)
    assert found != "supported"
    assert named in reason


def test_what_is_denied_is_never_a_number() -> None:
    evidence = {
        1: Evidence(SOURCE, "All 25 sailors are safe, the owner said, and no oil has leaked from the 25 tanks.")
    }
    (found,) = check("The owner said that all 25 sailors are safe and that there was no leak of oil [1].", evidence)
    assert "25" not in found.reason


@pytest.mark.parametrize(
    ("claimed", "given", "same"),
    [
        ("two decades", "20 years", True),
        ("two weeks", "14 days", True),
        ("two months", "two weeks", False),
        ("75th", "75", True),
        ("3rd", "3", False),
        ("5-3", "3", False),
        ("3", "5-3", True),
    ],
)
def test_figures_of_one_value(claimed: str, given: str, same: bool) -> None:
    one, other = figures.figures(claimed, [])[0], figures.figures(given, [])[0]
    assert figures.same(one, other) is same


def cited(text: str, published: date | None = None) -> Cited:
    return Cited((Evidence(Source("x", "", published=published), text),))


@pytest.mark.parametrize(
    ("sentence", "text", "follow"),
    [
        ("The two of them left.", "Both of them left.", True),
        ("The two of them left.", "They left.", False),
        ("It came four days earlier.", "It came on 19 August 2023, the other on 23 August 2023.", True),
        ("It came five days earlier.", "It came on 19 August 2023, the other on 23 August 2023.", False),
        ("A total of 90 died.", "In the east 40 died and 50 in the west.", True),
        ("On Monday 90 died.", "In the east 40 died and 50 in the west.", False),
    ],
)
def test_figures_that_follow(sentence: str, text: str, follow: bool) -> None:
    claim = Part(Reading(sentence))
    assert [follows(figure, claim, cited(text)) for figure, _ in claim.figures] == [follow]


@pytest.mark.parametrize(("day", "follow"), [("27 March 2023", True), ("28 March 2023", False)])
def test_days_that_follow(day: str, follow: bool) -> None:
    source = cited("It was approved on 30 March. Hungary had agreed three days earlier.", date(2023, 3, 31))
    assert [day_follows(moment, source) for moment in Reading(day).moments] == [follow]


@pytest.mark.parametrize(
    ("sentence", "text", "missing"),
    [
        ("Moscow replied.", "Russia replied.", None),
        ("It happened in Moscow.", "It happened in Russia.", "Moscow"),
        ("The Kremlin replied.", "Moscow replied.", None),
        ("The Dutch port of Rotterdam was closed.", "Rotterdam was closed.", None),
        ("The Dutch port was closed.", "Rotterdam was closed.", "Dutch"),
        ("The MHRA agreed.", "The Medicines and Healthcare products Regulatory Agency agreed.", None),
        ("The USGS measured it.", "The United States Geological Survey measured it.", None),
        ("The USGS measured it.", "The United Nations measured it.", "USGS"),
        ("The Nordic states applied.", "Finland applied.", None),
    ],
)
def test_names_under_which_a_source_has_them(sentence: str, text: str, missing: str | None) -> None:
    claim = Reading(sentence)
    known = Known([Reading(text)])
    absent = [name.text for name in names_of(claim) if known.missing(name, claim.present) is not None]
    assert absent == ([missing] if missing else [])


def test_a_capital_is_kin_to_its_country_and_other_seats_but_no_other_capital() -> None:
    (name,) = names_of(Reading("Then Moscow replied."))
    others = set(kin(name, frozenset()))
    assert ("russia",) in others
    assert (term_of("Kremlin"),) in others
    assert (term_of("Kyiv"),) not in others


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("launched", "lifted", True),
        ("rescuers", "rescue", True),
        ("rebuilding", "rebuilt", True),
        ("contract", "control", False),
        ("rose", "fell", False),
        ("ship", "vessel", True),
    ],
)
def test_words_that_say_the_same(one: str, other: str, expected: bool) -> None:
    assert near(term_of(one), wide([term_of(other)])) is expected


def test_likeness_is_greatest_for_the_same_sentence() -> None:
    source = cited("The ferry sank off Lisbon. Shares fell on Tuesday.")
    same, far = likeness("The ferry sank off Lisbon.", source), likeness("Whales sing in winter.", source)
    assert same == pytest.approx(1.0, abs=1e-3)
    assert far < 0.5 < same
