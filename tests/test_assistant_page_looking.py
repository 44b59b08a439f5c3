"""The sources of an answer compared: what is shown of them, when it is looked up, and that it stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from lxml import html

from assistant.disagreement import Difference, Told
from assistant.page.compared import AGREE, ONE, SAME_DAY, block_html, compared_html
from assistant.page.desk import Desk
from assistant.page.session import Visitor
from index import Source
from index.errors import IndexMissing
from tests.fake_assistant import HOSTILE, QUOTES, SOURCES, TEXT, FakeAssistant, answer, cite

READER = Visitor("reader", "page")
REPRINT = Source("copy", "The same again", "https://d.example/4", "Delta", (), date(2019, 7, 13), "metadata")
WITHDRAWN = Source("w", "Taken back", None, "Beta", (), date(2019, 7, 12), withdrawn=True)


def shown(*citations: Any, differences: Any = (), note: str = "") -> Any:
    return html.fromstring(f"<div>{compared_html(citations, differences, note)}</div>")


def text(page: Any) -> str:
    return " ".join(page.text_content().split())


def test_each_article_has_one_mark_that_opens_it_at_its_quote() -> None:
    cited = [cite(1, SOURCES[0], QUOTES[0]), cite(2, SOURCES[1], QUOTES[1]), cite(3, SOURCES[0], QUOTES[1])]
    page = shown(*cited)
    for plot in ("wide", "narrow"):
        marks = page.xpath(f'.//div[@class="plot {plot}"]//button[@class="mark"]')
        assert [mark.get("data-article") for mark in marks] == ["one", "two"]
        assert marks[0].get("data-quote") == QUOTES[0] and marks[0].get("data-do") == "open"
        start, end = int(marks[0].get("data-start")), int(marks[0].get("data-end"))
        assert TEXT[start:end] == QUOTES[0]
        assert marks[0].get("aria-label") == "Fighter and radar · Alpha News · 12 July 2019 · source 1, 3"
        assert "date unknown" in marks[1].get("aria-label")
    assert [item.text_content() for item in page.xpath('.//ul[@class="key"]/li')] == [
        "● Alpha News",
        "■ outlet unknown",
    ]


@pytest.mark.parametrize(
    ("source", "told"),
    [(SOURCES[0], f"{ONE} It was published on 12 July 2019."), (SOURCES[1], f"{ONE} Its date is unknown.")],
)
def test_one_article_alone_is_a_sentence_and_no_plot(source: Source, told: str) -> None:
    page = shown(cite(1, source, QUOTES[0]), cite(2, source, QUOTES[1]))
    assert told in text(page) and not page.xpath(".//svg")


def test_who_reports_it_counts_reprints_once_and_tells_what_was_taken_back() -> None:
    printed = replace(cite(1, SOURCES[0], QUOTES[0]), reprints=(REPRINT,))
    page = shown(printed, cite(2, WITHDRAWN, QUOTES[1]), cite(3, SOURCES[2], QUOTES[1]))
    table = page.xpath('.//table[@aria-label="Who reports it"]')[0]
    rows = [" ".join(row.text_content().split()) for row in table.xpath("./tbody/tr")]
    assert len(rows) == 4
    assert "reprint of 1" in rows[1] and "Delta" in rows[1] and "withdrawn" in rows[2]
    assert "3 articles of 3 outlets, 3 independent sources." in text(page)
    page = shown(printed, cite(2, REPRINT, QUOTES[1]))
    assert "2 articles of 2 outlets, 1 independent source." in text(page)


def test_figures_stand_side_by_side_and_open_their_places() -> None:
    one = Told("7.8", SOURCES[0], QUOTES[0], 3, 9)
    later = Difference(("people", "died"), "later", (replace(one, value="912"), replace(one, value="3,549")))
    differ = Difference(("magnitude",), "differ", (one, replace(one, value="7.7")))
    page = shown(cite(1, SOURCES[0], QUOTES[0]), differences=[later, differ])
    assert [heading.text_content().split(": ")[1] for heading in page.xpath(".//h4")] == ["magnitude", "people, died"]
    assert [cell.text_content() for cell in page.xpath('.//table[@aria-label="Figures for magnitude"]//td/b')] == [
        "7.8",
        "7.7",
    ]
    place = page.xpath('.//button[@class="place quote"]')[0]
    assert (place.get("data-start"), place.get("data-end"), place.get("data-quote")) == ("3", "9", QUOTES[0])
    assert text(page).count(SAME_DAY) == 1 and AGREE not in text(page)
    assert AGREE in text(shown(cite(1, SOURCES[0], QUOTES[0])))
    assert "The index is gone." in text(shown(cite(1, SOURCES[0], QUOTES[0]), note="The index is gone."))


def test_what_articles_say_stays_text() -> None:
    bad = Source("bad", HOSTILE, "javascript:alert(1)", HOSTILE, (), date(2020, 1, 1))
    told = Difference((HOSTILE,), "differ", (Told(HOSTILE, bad, HOSTILE, 1, 2), Told("2", bad, HOSTILE, 1, 2)))
    page = shown(replace(cite(1, bad, QUOTES[0]), quote=HOSTILE), cite(2, SOURCES[2], QUOTES[1]), differences=[told])
    assert not page.xpath(".//script | .//img | .//@onerror | .//a")
    assert HOSTILE in page.text_content()


async def asked(desk: Desk, question: str = "why?") -> None:
    async for _ in desk.ask(READER, {"question": question}):
        pass


async def test_it_is_looked_up_when_it_is_opened_and_stays_while_a_later_answer_grows() -> None:
    class Counting(FakeAssistant):
        looked_for: list[Any] = []  # noqa: RUF012 — of the test alone

        def find(self, request: Any, rewritten: str | None = None) -> Any:
            self.looked_for.append((request.question, request.writer, rewritten))
            return SimpleNamespace(hits=())

    assistant = Counting(0.02)
    desk = Desk(assistant)  # type: ignore[arg-type]
    await asked(desk)
    assert assistant.looked_for == []
    (talk,) = (await desk.act(READER, {"do": "look", "turn": "0", "show": "yes"})).values()
    assert assistant.looked_for == [("why?", None, None)]
    assert '<details class="looking" open>' in talk[0] and "Who reports it" in talk[0]
    async for changes in desk.ask(READER, {"question": "and then?"}):
        if "talk" in changes:
            assert "Who reports it" in changes["talk"][0]
    assert len(assistant.looked_for) == 1
    (talk,) = (await desk.act(READER, {"do": "look", "turn": "0", "show": ""})).values()
    assert "Who reports it" not in talk[0] and "looking" in talk[0] and "looking" in talk[1]


async def test_it_opens_while_a_later_answer_grows_and_stays() -> None:
    desk = Desk(FakeAssistant(0.03))  # type: ignore[arg-type]
    await asked(desk)
    growing = desk.ask(READER, {"question": "and then?"})
    await anext(growing)
    await desk.act(READER, {"do": "look", "turn": "0", "show": "yes"})
    pieces = [changes["talk"] async for changes in growing if "talk" in changes]
    assert pieces and all("Who reports it" in piece[0] for piece in pieces)


@pytest.mark.parametrize("turn", ["", "-1", "1", "99", "x"])
async def test_a_turn_that_is_not_there_changes_nothing(turn: str) -> None:
    desk = Desk(FakeAssistant())  # type: ignore[arg-type]
    await asked(desk)
    assert await desk.act(READER, {"do": "look", "turn": turn, "show": "yes"}) == {}


async def test_what_has_no_sources_has_nothing_to_compare() -> None:
    desk = Desk(FakeAssistant())  # type: ignore[arg-type]
    await asked(desk, "refuse")
    assert await desk.act(READER, {"do": "look", "turn": "0", "show": "yes"}) == {}


async def test_an_index_that_is_gone_is_told_in_words() -> None:
    class Gone(FakeAssistant):
        def find(self, request: Any, rewritten: str | None = None) -> Any:
            raise IndexMissing("There is no index here: build one.")

    desk = Desk(Gone())  # type: ignore[arg-type]
    await asked(desk)
    (talk,) = (await desk.act(READER, {"do": "look", "turn": "0", "show": "yes"})).values()
    assert "There is no index here: build one." in talk[0] and "Who reports it" in talk[0]


def test_the_block_says_what_it_will_do() -> None:
    closed, opened = html.fromstring(block_html("", 3)), html.fromstring(block_html("<h3>When</h3>", 3))
    assert closed.get("open") is None and opened.get("open") is not None
    assert [page.xpath("./summary/@data-show") for page in (closed, opened)] == [["yes"], [""]]
    assert answer("x").citations == ()
