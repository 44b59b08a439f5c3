"""The panel with an article: quotes, the ways between them, versions, reprints, corrections. Without a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant, Citation
from assistant.page.articles import LACKS, MOVED, Shown, article_html
from assistant.page.desk import Desk
from assistant.page.marking import Mark, marked_html, where
from assistant.page.places import Place
from assistant.page.said import Said
from assistant.page.session import Visitor
from assistant.page.versions import changes_html
from index import Article, NewsIndex, Source, build
from index.versions import Version
from tests.fake_assistant import QUOTES, SOURCES, TEXT, FakeAssistant, answer, cite
from tests.fakes import HashEmbedder
from tests.test_assistant_markup import Read

READER = Visitor("reader", "page")
THREE = (cite(1, SOURCES[0], QUOTES[0]), cite(2, SOURCES[0], QUOTES[1]), cite(3, SOURCES[2], QUOTES[0]))


def desk_of(cited: tuple[Citation, ...] = THREE, assistant: Any = None) -> Desk:
    """A desk at which a reader's second turn is an answer with these quotes."""
    desk = Desk(assistant or FakeAssistant())
    desk.sessions.of(READER).turns[:] = [Said("first", failure="No."), Said("q", answer("q", "Yes.", citations=cited))]
    return desk


async def opened(place: Place, desk: Desk | None = None, do: str = "open", **more: Any) -> Read:
    """The panel after a click on a button at a place: exactly what the button carries is sent."""
    (_, button), *_ = Read(f"<button {place.html(do)}>").elements
    sent = {name.removeprefix("data-"): value for name, value in button.items()}
    return Read((await (desk or desk_of()).act(READER, {**sent, **more}))["reader"])


def marks(panel: Read) -> list[tuple[str | None, bool]]:
    return [(attrs.get("data-number"), "aria-current" in attrs) for attrs in panel.all("mark")]


def steps(panel: Read) -> dict[str, dict[str, str | None]]:
    return {str(attrs["name"]): attrs for attrs in panel.all("button", "button") if "name" in attrs}


# Quotes.


@pytest.mark.parametrize("number", [1, 2])
async def test_all_quotes_of_the_answer_are_marked_and_the_chosen_one_is_current(number: int) -> None:
    panel = await opened(Place.of(THREE[number - 1], 1))
    assert marks(panel) == [("1", number == 1), ("2", number == 2)]
    assert panel.marked == "".join(QUOTES)
    assert f"Quote {number} of 3" in panel.text


async def test_the_ways_lead_through_all_quotes_in_order_and_into_the_next_article() -> None:
    desk, place, seen = desk_of(), Place.of(THREE[0], 1), []
    while True:
        panel = await opened(place, desk)
        seen.append((panel.all("article")[0]["aria-label"], marks(panel)))
        assert f"Quote {len(seen)} of 3" in panel.text
        ways = steps(panel)
        assert ("disabled" in ways["previous"], "disabled" in ways["next"]) == (len(seen) == 1, len(seen) == 3)
        if "disabled" in ways["next"]:
            break
        place = Place.read({name.removeprefix("data-"): str(value) for name, value in ways["next"].items()})
        assert place == Place.of(THREE[len(seen)], 1)
    assert [current for _, current in seen[2][1]] == [True]
    back = Place.read({name.removeprefix("data-"): str(value) for name, value in steps(panel)["previous"].items()})
    assert back == Place.of(THREE[1], 1)


async def test_numbers_lead_though_the_answer_cites_them_in_another_order() -> None:
    panel = await opened(Place.of(THREE[1], 1), desk_of((THREE[2], THREE[1], THREE[0])))
    assert "Quote 2 of 3" in panel.text
    assert (steps(panel)["previous"]["data-number"], steps(panel)["next"]["data-number"]) == ("1", "3")


async def test_a_sentence_near_a_quote_stands_between_the_quotes() -> None:
    near = "It stands near the end."
    start = TEXT.index(near)
    panel = await opened(Place("one", start, start + len(near), near, 1, 2))
    assert marks(panel) == [("1", False), ("2", False), (None, True)]
    assert "Near quote 2 of 3" in panel.text
    assert (steps(panel)["previous"]["data-number"], steps(panel)["next"]["data-number"]) == ("2", "3")


async def test_an_article_opened_as_a_whole_shows_the_first_quote_in_it() -> None:
    panel = await opened(Place("three", turn=1))
    assert marks(panel) == [("3", True)]
    assert "Quote 3 of 3" in panel.text
    assert marks(await opened(Place("two", turn=1))) == []


@pytest.mark.parametrize("turn", [None, 0, 7, 10**8])
async def test_without_the_turn_the_one_quote_is_marked_all_the_same(turn: int | None) -> None:
    panel = await opened(replace(Place.of(THREE[1], 1), turn=turn))
    assert marks(panel) == [(None, True)]
    assert panel.marked == QUOTES[1]
    assert not panel.all("nav")


@pytest.mark.parametrize("turn", ["-1", "x", "", "1.0", "١", "1" * 40, {"a": 1}, None])
async def test_a_turn_that_is_none_is_none(turn: Any) -> None:
    panel = await opened(Place.of(THREE[0], 1), turn=turn)
    assert panel.marked == QUOTES[0] and not panel.all("nav")


@pytest.mark.parametrize("number", [9, 3])
async def test_a_button_of_a_conversation_that_is_over_marks_its_own_quote_alone(number: int) -> None:
    panel = await opened(replace(Place.of(THREE[0], 1), number=number))  # 3 is of another article
    assert marks(panel) == [(None, True)] and panel.marked == QUOTES[0]
    assert not panel.all("nav")


async def test_a_quote_that_is_gone_is_told_and_the_way_goes_on() -> None:
    gone = Citation(2, SOURCES[0], "It was never there.", 3, 22)
    panel = await opened(Place.of(gone, 1), desk_of((THREE[0], gone, THREE[2])))
    assert MOVED in panel.text and "Quote 2 of 3" in panel.text
    assert marks(panel) == [("1", False)]
    assert steps(panel)["next"]["data-article"] == "three"


@pytest.mark.parametrize(
    ("text", "quote", "start", "found"),
    [
        ("a b. c d.", "c d.", 5, (5, 9)),
        ("New first. c d.", "c d.", 5, (11, 15)),
        ("c d. And c d. And c d.", "c d.", 8, (9, 13)),
        ("a\nb c  d. e", "b c d.", 0, (2, 9)),
        ("a b", "c", 0, None),
        ("a b", "", 0, None),
        ("a.c", "abc", 7, None),
    ],
    ids=["there", "moved", "nearest of several", "lines broken otherwise", "gone", "no quote", "no pattern"],
)
def test_where_a_quote_stands(text: str, quote: str, start: int, found: tuple[int, int] | None) -> None:
    assert where(text, quote, start, start + len(quote)) == found


@given(
    st.text("ab<&\n ", max_size=80),
    st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), max_size=5),
)
def test_marks_that_overlap_lose_and_add_no_text(text: str, spans: list[tuple[int, int]]) -> None:
    inside = [sorted((min(a, len(text)), min(b, len(text)))) for a, b in spans]
    made = [Mark(start, end, at, at == 1) for at, (start, end) in enumerate(inside, 1)]
    page = Read(marked_html(text, made))
    assert "".join(page.text.split()) == "".join(text.split())
    covered = "".join(text[at] for at in range(len(text)) if any(start <= at < end for start, end in inside))
    assert "".join(page.marked.split()) == "".join(covered.split())
    current = [attrs for attrs in page.all("mark") if "aria-current" in attrs]
    assert bool(current) == any(text[start:end].strip() for start, end in inside[:1])


# What is known of the article.


def facts(**changes: Any) -> str:
    source = replace(SOURCES[0], **changes)
    return Read(article_html(Shown(Article(source, TEXT), Place("one", 17, 20, TEXT[17:20])))).text


def test_hour_change_page_and_authors_are_told() -> None:
    told = facts(
        authors=("A. Writer", "B. Other"),
        published_at=datetime(2019, 7, 12, 14, 5, tzinfo=UTC),
        modified=date(2019, 7, 14),
        pages=(0, 10, 4_000),
    )
    expected = (
        "Date from its metadata · published at 14:05 UTC · changed 14 July 2019 · by A. Writer, B. Other · page 2"
    )
    assert expected in told


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"notice": "Correction: it was 3.\nAnd 4."}, "! Corrected by its outletCorrection: it was 3.And 4."),
        ({"withdrawn": True}, "! Withdrawn by its outlet"),
        ({"withdrawn": True, "notice": "Taken back."}, "! Withdrawn by its outletTaken back."),
    ],
    ids=["corrected", "withdrawn", "withdrawn with notice"],
)
def test_the_outlets_own_notice_stands_above_the_text(changes: dict[str, Any], said: str) -> None:
    told = facts(**changes)
    assert said in told and told.index(said) < told.index(QUOTES[0])
    assert ("corrected" if "withdrawn" not in changes else "withdrawn") in told[: told.index("Fighter and radar")]
    assert "Corrected by" not in facts() and "Withdrawn by" not in facts()


# Versions and reprints, over a real index.


OLD = "A ferry sank on Monday, officials said. " + "Nothing else is known of it. " * 12 + "Three people drowned."
NEW = OLD.replace("Monday", "Tuesday").replace("Three", "Four")


def story(outlet: str, text: str, title: str = "Ferry sinks") -> dict[str, str]:
    name = outlet.lower()
    return {
        "url": f"https://{name}.example/x",
        "title": title,
        "outlet": outlet,
        "published": "2024-05-03",
        "text": text,
    }


@pytest.fixture(scope="module")
def ferry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsIndex]:
    """An index with an article that was changed once, and its reprint."""
    folder = tmp_path_factory.mktemp("ferry")
    source = folder / "stories.jsonl"
    for text, title in ((OLD, "Ferry missing"), (NEW, "Ferry sinks")):
        told = [story("Alpha", text, title), story("Beta", NEW)]
        source.write_text("\n".join(map(json.dumps, told)), encoding="utf-8")
        build([source], folder / "index", embedder=HashEmbedder(256))
    with NewsIndex.open(folder / "index", HashEmbedder(256)) as opened:
        yield opened


def by_outlet(index: NewsIndex) -> dict[str, Source]:
    return {str(source.outlet): source for source in index.articles()}


async def test_earlier_versions_are_listed_and_compared(ferry: NewsIndex) -> None:
    alpha = by_outlet(ferry)["Alpha"]
    desk = desk_of(assistant=Assistant(ferry))
    panel = await opened(Place(alpha.id), desk)
    assert "Earlier versions: 1" in panel.text and "Ferry missing" in panel.text
    (choice,) = [one for one in panel.all("button", "other") if one["data-do"] == "compare"]
    compared = await opened(Place(alpha.id), desk, "compare", until=choice["data-until"])
    assert "Changed since the version that stood until" in compared.text
    for said in ("taken out: Monday,", "put in: Tuesday,", "taken out: Three", "put in: Four", "taken out: missing"):
        assert said in compared.text
    assert "words that stayed" in compared.text
    assert [one for one in compared.all("button", "other") if "aria-current" in one]
    (back,) = [one for one in compared.all("button", "button") if "name" not in one]
    assert (back["data-do"], back["data-article"]) == ("open", alpha.id)


@pytest.mark.parametrize("until", ["", "now", "1999-01-01T00:00:00+00:00", {"a": 1}, None])
async def test_a_version_that_is_none_shows_the_article(ferry: NewsIndex, until: Any) -> None:
    panel = await opened(
        Place(by_outlet(ferry)["Alpha"].id), desk_of(assistant=Assistant(ferry)), "compare", until=until
    )
    assert "Changed since" not in panel.text and "Four people drowned." in panel.text


async def test_a_quote_from_an_earlier_version_is_told_with_its_time(ferry: NewsIndex) -> None:
    quote = "Three people drowned."
    panel = await opened(
        Place(by_outlet(ferry)["Alpha"].id, OLD.index(quote), len(OLD), quote), desk_of(assistant=Assistant(ferry))
    )
    assert f"{MOVED} It stood there until " in panel.text


async def test_the_same_story_elsewhere_opens_at_the_same_quote(ferry: NewsIndex) -> None:
    sources, quote = by_outlet(ferry), "Four people drowned."
    start = NEW.index(quote)
    told = Citation(1, sources["Alpha"], quote, start, start + len(quote), (sources["Beta"],))
    lacking = replace(told, number=2, quote="Only Alpha says so.", reprints=())
    desk = desk_of((told, lacking), Assistant(ferry))
    panel = await opened(Place.of(told, 1), desk)
    assert "The same story elsewhere: 1 article" in panel.text
    (other,) = [one for one in panel.all("button", "other") if one["data-do"] == "open"]
    assert other["data-article"] == sources["Beta"].id
    reprint = await opened(Place(sources["Beta"].id, 0, 0, quote, 1, 1), desk)
    assert marks(reprint) == [("1", True)] and reprint.marked == quote
    assert "Quote 1 of 2" in reprint.text
    assert LACKS in (await opened(Place(sources["Beta"].id, 0, 0, lacking.quote, 1, 2), desk)).text


async def test_an_article_that_stands_alone_lists_nothing() -> None:
    panel = await opened(Place.of(THREE[0], 1))
    assert not panel.all("details")


def test_texts_with_the_same_words_have_no_changes() -> None:
    article = Article(SOURCES[0], "One two.\n\nThree.")
    page = Read(
        changes_html(article, Version(Article(SOURCES[0], "One  two. Three."), datetime.now(UTC)), Place("one"))
    )
    assert "The words of the text are the same." in page.text
    assert len(page.all("ins")) == len(page.all("del")) == 1  # those of the legend


@given(st.lists(st.sampled_from("a b c d. e".split()), max_size=120), st.integers(0, 120), st.integers(0, 120))
def test_what_is_folded_and_what_is_shown_are_the_whole_new_text(words: list[str], first: int, second: int) -> None:
    start, end = sorted((first, second))
    new = " ".join([*words[:start], "new", *words[end:]])
    old = Article(SOURCES[0], " ".join(words))
    html = changes_html(Article(SOURCES[0], new), Version(old, datetime.now(UTC)), Place("one"))
    kept = Kept(html.split("Back to the article</button>")[1])
    assert kept.text.split() == new.split()


class Kept(Read):
    """A comparison without what was taken out and without our own words."""

    _within = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within += tag in ("del", "summary", "span")

    def handle_endtag(self, tag: str) -> None:
        self._within -= tag in ("del", "summary", "span")

    def handle_data(self, data: str) -> None:
        self.text += f" {data}" if not self._within else " "
