"""Different figures for the same thing are found, and all that only looks so is not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant.citations import Citation
from assistant.counted import Place
from assistant.disagreement import Difference, differences, places
from assistant.sources import Evidence
from index import Article, Source
from index.readers import Record, read

FIRST, SECOND = date(2023, 2, 6), date(2023, 2, 7)


def place(name: str, text: str, day: date | None = FIRST, *prints: str, title: str = "Quake") -> Place:
    return Place(
        Evidence(Source(name, title, outlet=name.title(), published=day), text, 10), frozenset([name, *prints])
    )


def told(*looked_at: Place, main: str = "a") -> list[Difference]:
    return differences(looked_at, {main})


def values(found: list[Difference]) -> list[tuple[str, list[str]]]:
    return [(one.kind, [figure.value for figure in one.told]) for one in found]


SAYS = "An earthquake of magnitude {} struck the south of Turkey and the north of Syria on Monday."
TOLL = "At least {} people have died in Turkey since the earthquake, President Erdogan said."


def pair(form: str, one: str, other: str, days: tuple[date | None, date | None] = (FIRST, FIRST)) -> list[Difference]:
    return told(place("a", form.format(one), days[0]), place("b", form.format(other), days[1]))


def test_two_measures_of_one_thing_differ_and_each_says_where_it_stands() -> None:
    (found,) = pair(SAYS, "7.8", "7.7", (SECOND, FIRST))
    assert found.kind == "differ"
    assert [(one.value, one.source.id) for one in found.told] == [("7.7", "b"), ("7.8", "a")]  # by their days
    assert found.what == ("magnitude", "Turkey", "Syria")
    first = found.told[0]
    assert first.sentence == SAYS.format("7.7")
    assert (first.start, first.end) == (10, 10 + len(first.sentence))  # in the article, not in the passage


@pytest.mark.parametrize(
    ("one", "other", "days", "kind"),
    [
        ("912", "1,213", (FIRST, SECOND), "later"),
        ("1,213", "912", (FIRST, SECOND), None),  # at least so many, and so many later than that: both hold
        ("912", "3,549", (FIRST, SECOND), "later"),
        ("912", "913", (FIRST, FIRST), None),  # each "at least"
    ],
)
def test_a_toll_that_rises_is_told_by_day_and_is_no_disagreement(
    one: str, other: str, days: tuple[date, date], kind: str | None
) -> None:
    assert [found.kind for found in pair(TOLL, one, other, days)] == ([kind] if kind else [])


def test_a_figure_of_one_day_and_one_of_no_known_day_differ() -> None:
    text = "The Bexley bridge in London carries {} vehicles over the river Thames, the council of Camden said."
    assert values(pair(text, "4,000", "5,500")) == [("differ", ["4,000", "5,500"])]
    assert values(pair(text, "4,000", "5,500", (FIRST, None))) == [("differ", ["4,000", "5,500"])]
    assert values(pair(text, "4,000", "5,500", (FIRST, SECOND))) == [("later", ["4,000", "5,500"])]
    assert values(pair(text, "4,000", "5,500", (FIRST, date(2023, 6, 1)))) == []  # hardly the same


def test_what_is_long_past_does_not_change_from_day_to_day() -> None:
    text = "It took {} months for one million refugees to leave Syria in 2013, the United Nations said."
    assert values(pair(text, "three", "six", (FIRST, SECOND))) == [("differ", ["three months", "six months"])]


SHIP = "The Ever Given carried {} when it ran aground in the Suez Canal in Egypt, its owner said."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("18,300 containers", "18,300 containers"),
        ("about 200 containers", "198 containers"),
        ("more than 18,000 containers", "18,300 containers"),
        ("up to 20,000 containers", "18,300 containers"),
        ("18,300 containers", "20,000 tonnes"),
        ("25 sailors", "18,300 containers"),
        ("18,300 containers", "200 containers"),  # so far apart that they count other things
        ("$9 million of goods", "9,500 containers"),
        ("18,300 containers", "another 2,000 containers"),
        ("18,300 containers on Monday", "17,000 containers on Tuesday"),
        ("18,300 containers in three days", "17,000 containers in four days"),
        ("container number 18", "container number 20"),
        ("12% of the goods", "from 14% of the goods"),
        ("18,300 containers (not 20,000)", "20,000 containers"),
    ],
)
def test_what_only_looks_like_a_difference_is_none(one: str, other: str) -> None:
    assert pair(SHIP, one, other) == []


def test_the_same_words_of_others_are_no_difference() -> None:
    text = "The hospital of {} in England treated {} patients after the storm on Friday, its director said."
    one, other = text.format("Arden", "140"), text.format("Bexley", "95")
    assert told(place("a", one), place("b", other)) == []
    assert values(told(place("a", one), place("b", text.format("Arden", "95"))))[0][1] == ["140", "95"]


def test_reprints_count_once_and_one_side_is_cited() -> None:
    one, other = place("a", SAYS.format("7.8"), FIRST, "b"), place("b", SAYS.format("7.7"), FIRST, "a")
    assert told(one, other) == []  # one story
    apart = (place("b", SAYS.format("7.8")), place("c", SAYS.format("7.7")))
    assert told(*apart, main="a") == [] and len(told(*apart, main="c")) == 1
    third = place("d", SAYS.format("7.7"), FIRST, "c")
    (found,) = told(*apart, third, main="b")
    assert [figure.source.id for figure in found.told] == ["b", "c", "d"]


def test_an_article_that_has_both_figures_knows_what_tells_them_apart() -> None:
    both = "It had first been given as 7.8; magnitude 7.8 was corrected."
    assert told(place("a", SAYS.format("7.8")), place("b", f"{SAYS.format('7.7')} {both}")) == []


def test_captions_lists_and_machine_talk_are_left_out() -> None:
    listed = "Turkey counted {} dead in the earthquake, 12 bridges, 40 schools, 8 hospitals and 5 mosques down."
    assert pair(listed, "912", "800") == []
    assert pair("Photo: {} people died in Turkey and Syria in the earthquake (Reuters)", "912", "800") == []


def test_quotes_that_were_not_found_again_are_looked_at_too() -> None:
    source = Source("a", "Quake", published=FIRST)
    looked_at = places([Citation(1, source, SAYS.format("7.8"), 5, 90)], [])
    assert [(one.evidence.source.id, one.evidence.start) for one in looked_at] == [("a", 5)]


@pytest.fixture(scope="module")
def sample() -> list[Article]:
    return [item.article for item in read([Path(__file__).parent.parent / "articles"]) if isinstance(item, Record)]


def in_sample(sample: list[Article], words: str) -> list[Difference]:
    """What all articles with these words give differently, each looked at whole."""
    chosen = [article for article in sample if words in article.text]
    assert len(chosen) > 1
    looked_at = [Place(Evidence(one.source, one.text), frozenset([one.source.id])) for one in chosen]
    return differences(looked_at, {one.source.id for one in chosen})


def test_the_disagreement_of_the_sample_is_found_and_the_toll_is_none(sample: list[Article]) -> None:
    given = in_sample(sample, "earthquake")
    assert values(given) == [("differ", ["7.8", "7.7"]), ("later", ["912", "3,549"])]
    texts = {article.source.id: article.text for article in sample}
    for figure in given[0].told:
        assert texts[figure.source.id][figure.start : figure.end] == figure.sentence


@pytest.mark.parametrize("words", ["S-400", "Ever Given", "Notre-Dame", "Webb", "DART", "Silicon Valley Bank", "NATO"])
def test_where_the_sample_agrees_nothing_is_said(sample: list[Article], words: str) -> None:
    assert in_sample(sample, words) == []
