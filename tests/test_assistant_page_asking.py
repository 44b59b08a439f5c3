"""Asking: the filters, what was understood and taken back, what to ask next; without a browser."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant, Turn
from assistant.page.asking import Asking
from assistant.page.desk import ANSWERED, EMPTY, Desk, _newest
from assistant.page.filters import MOST_OUTLETS, draft_of, filters_html, filters_of, without
from assistant.page.line import Line
from assistant.page.said import Said
from assistant.page.session import Session, Visitor
from assistant.page.turns import turn_html
from assistant.page.understood import FREE
from assistant.request import Options
from index.errors import BadRequest
from tests.fake_assistant import HOSTILE, FakeAssistant
from tests.stories import small_index
from tests.test_assistant_markup import Read
from tests.test_assistant_page_desk import READER, asked, desk_of, turns_of

KNOWN = {"Alpha News": 9, "Beta  Wire": 3}
DAY = date(2024, 5, 3)


def buttons(html: str, do: str) -> list[dict[str, str | None]]:
    return [one for one in Read(html).all("button") if one.get("data-do") == do]


def narrowing_of(desk: Desk) -> Options:
    return desk.sessions.of(READER).narrowing


async def narrowed(desk: Desk, **fields: str) -> str:
    return (await desk.act(READER, {"do": "narrow", **fields}))["filters"]  # type: ignore[no-any-return]


# The filters.


def test_a_form_is_read_as_filters() -> None:
    sent = {
        "since": "2024-05-01",
        "until": "2024-05-03",
        "topic": " S-400  deal ",
        "outlets": "beta wire\nAlpha News\nx",
    }
    meant = filters_of(draft_of(sent), KNOWN, {})
    assert meant == {
        "outlets": ("Beta Wire", "Alpha News"),
        "since": date(2024, 5, 1),
        "until": DAY,
        "topic": "S-400 deal",
    }
    assert filters_of(draft_of({}), KNOWN, meant) == {}


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"since": "2024-05-04", "until": "2024-05-03"}, "starts on 4 May 2024, after it ends on 3 May 2024: swap"),
        ({"since": "<b>"}, "'<b>' is no day: write it as YYYY-MM-DD"),
        ({"until": "2024-13-01"}, "is no day"),
        ({"topic": "?!"}, "has no word in it"),
        ({"topic": "x" * 201}, "has 201 characters; use 200 or fewer"),
    ],
)
async def test_what_is_wrong_is_told_kept_in_the_form_and_not_applied(sent: dict[str, str], told: str) -> None:
    desk = desk_of()
    await narrowed(desk, topic="radar")
    shown = await narrowed(desk, **sent)
    assert narrowing_of(desk) == {"topic": "radar"}
    assert told in Read(shown).text and "<details open>" in shown and "<b>" not in shown
    fields = {str(one["name"]): one["value"] for one in Read(shown).all("input") if "name" in one}
    assert {name: fields[name] for name in sent} == sent
    assert "The filters are as before." in shown


@given(st.dictionaries(st.sampled_from(["since", "until", "topic", "outlets"]), st.text(max_size=40)))
def test_whatever_a_browser_sends_is_filters_or_a_sentence(sent: dict[str, str]) -> None:
    form = draft_of(sent)
    try:
        meant = filters_of(form, KNOWN, {})
    except BadRequest as problem:
        assert str(problem).endswith(".")
        filters_html(KNOWN, {}, form, str(problem))
    else:
        assert set(meant.get("outlets", ())) <= {"Alpha News", "Beta Wire"}
        filters_html(KNOWN, meant)


async def test_filters_hold_until_they_are_taken_away_one_by_one() -> None:
    assistant = FakeAssistant()
    desk = desk_of(assistant)
    shown = await narrowed(desk, since="2019-01-01", topic="radar", outlets="Alpha News\nOutlet 3")
    names = [str(one["aria-label"]) for one in buttons(shown, "widen") if one.get("aria-label")]
    assert names == [
        "Remove the filter Alpha News",
        "Remove the filter Outlet 3",
        "Remove the filter since 1 January 2019",
        "Remove the filter topic “radar”",
    ]
    await asked(desk, "why?")
    await asked(desk, "and then?", writer="quotes")
    kept = {"outlets": ("Alpha News", "Outlet 3"), "since": date(2019, 1, 1), "topic": "radar"}
    assert assistant.options == [
        {**kept, "writer": None, "strict": False},
        {**kept, "writer": "quotes", "strict": False},
    ]
    assert assistant.narrowings[-1] == kept
    told = turn_html(turns_of(desk)[-1])
    assert "Filters: Alpha News, Outlet 3 · since 1 January 2019 · topic “radar”." in told
    for button in buttons(shown, "widen")[:-2]:
        sent = {name.removeprefix("data-"): value for name, value in button.items() if name.startswith("data-")}
        shown = (await desk.act(READER, sent))["filters"]
    assert narrowing_of(desk) == {"topic": "radar"}
    assert "Clear filters" in shown
    shown = (await desk.act(READER, {"do": "widen", "what": "all"}))["filters"]
    assert narrowing_of(desk) == {} and "Clear filters" not in shown


def test_what_is_not_a_filter_stays_when_filters_go() -> None:
    options: Options = {"strict": True, "outlets": ("A",), "since": DAY}
    assert without(options, "all") == {"strict": True}
    assert without(options, "outlet", "a") == {"strict": True, "since": DAY}
    assert without(options, "<b>") == options


async def test_the_bar_is_made_anew_for_a_newer_index_and_keeps_what_is_chosen() -> None:
    class Growing(FakeAssistant):
        generation = 3

        def info(self) -> Any:
            info = super().info()
            info.generation = self.generation
            info.outlets = {"Alpha News": 1_000} if self.generation == 3 else {"Omega Post": 5}
            return info

    assistant = Growing()
    desk = desk_of(assistant)
    assert "Omega Post" not in (await desk.greet(READER))["filters"]
    await narrowed(desk, outlets="Alpha News")
    assert not any("filters" in changes for changes in await asked(desk, "why?"))
    assistant.generation = 4
    shown = next(changes["filters"] for changes in await asked(desk, "why?") if "filters" in changes)
    boxes = {one["value"]: "checked" in one for one in Read(shown).all("input") if one.get("type") == "checkbox"}
    assert boxes == {"Alpha News": True, "Omega Post": False}
    assert narrowing_of(desk)["outlets"] == ("Alpha News",)


def test_of_very_many_outlets_the_largest_are_listed_and_the_rest_counted() -> None:
    shown = filters_html({f"Outlet {n}": n + 1 for n in range(MOST_OUTLETS + 7)}, {"outlets": ("Outlet 0",)})
    boxes = [one["value"] for one in Read(shown).all("input") if one.get("type") == "checkbox"]
    assert len(boxes) == MOST_OUTLETS and boxes[:2] == ["Outlet 0", f"Outlet {MOST_OUTLETS + 6}"]
    assert "7 smaller outlets are not listed" in shown
    assert "search" not in filters_html(KNOWN, {})


def test_names_of_outlets_stay_text() -> None:
    shown = filters_html({HOSTILE: 1}, {"outlets": (HOSTILE,), "topic": HOSTILE})
    assert "<script" not in shown and "<img" not in shown
    assert {tag for tag, _ in Read(shown).elements} <= set(
        "div details summary form fieldset legend label input p ul li span i button".split()
    )


# Again.


async def test_asked_again_without_what_was_read(tmp_path: Path) -> None:
    with small_index(tmp_path) as index:
        desk = desk_of(Assistant(index))
        await asked(desk, "What did Beta Wire say about the S-400 misiles?")
        first = turns_of(desk)[0]
        (outlet, typed) = buttons(turn_html(first), "again")
        assert (outlet["aria-label"], typed["aria-label"]) == (
            "Ask again without Beta Wire",
            "Ask again without misiles",
        )
        assert outlet["data-event"] == "submit"
        await asked(desk, "", do="again", turn="0", without="Beta Wire")
        again = turns_of(desk)[1]
        assert again.question == first.question and again.options["without"] == ("Beta Wire",)
        assert again.answer and again.answer.filters.outlets == ()
        assert "Asked again without “Beta Wire”." in turn_html(again)
        await asked(desk, "", do="again", turn="1", without="misiles")
        assert turns_of(desk)[2].options["without"] == ("Beta Wire", "misiles")
        assert "Asked again without “Beta Wire” and “misiles”." in turn_html(turns_of(desk)[2])


async def test_what_is_asked_again_follows_the_turns_before_the_original() -> None:
    assistant = FakeAssistant()
    desk = desk_of(assistant)
    for question in ("one?", "two?", "three?"):
        await asked(desk, question)
    await asked(desk, "", do="again", turn="1", without="x")
    await asked(desk, "", do="again", turn="3", without="y")
    await asked(desk, "four?")
    followed = [[cast.question for cast in history if isinstance(cast, Turn)] for history in assistant.histories]
    assert followed[3] == followed[4] == ["one?"]
    assert followed[5] == ["one?", "two?", "three?", "two?", "two?"]


@pytest.mark.parametrize("turn", ["", "1", "-1", "x", "٣", "9" * 30])
async def test_what_is_no_longer_there_is_not_asked_again(turn: str) -> None:
    desk = desk_of()
    await asked(desk, "why?")
    assert await asked(desk, "", do="again", turn=turn) == [{"notice": EMPTY}]


async def test_a_refusal_by_filters_offers_to_ask_without_them(tmp_path: Path) -> None:
    with small_index(tmp_path) as index:
        desk = desk_of(Assistant(index))
        await narrowed(desk, until="2019-12-31")
        await asked(desk, "What ran aground in the Suez Canal?")
        refused = turns_of(desk)[0]
        assert refused.answer and not refused.answer.answered
        assert "of these only those until 31 December 2019" in turn_html(refused)
        (button,) = [one for one in buttons(turn_html(refused), "again") if "data-filters" in one]
        await asked(desk, "", do="again", turn=str(button["data-turn"]), filters="none")
        free = turns_of(desk)[1]
        assert free.answer and free.answer.answered and FREE in turn_html(free)
        assert narrowing_of(desk) == {"until": date(2019, 12, 31)}  # the bar holds for the next question
        assert "Ask without filters" not in turn_html(free)


def test_a_refusal_without_filters_offers_none() -> None:
    from tests.fake_assistant import answer

    assert "Ask without filters" not in turn_html(Said("why?", answer("why?", "No.", answered=False)))


def test_a_rewritten_question_can_be_put_into_the_box() -> None:
    from tests.fake_assistant import answer

    shown = Read(turn_html(Said("Why?", answer("Why?", "It is.", searched=f"Why {HOSTILE}?"))))
    (edit,) = [one for one in shown.all("button") if "data-edit" in one]
    assert edit["data-edit"] == f"Why {HOSTILE}?"


# What to ask next.


async def test_suggestions_come_after_the_answer_and_only_under_the_last() -> None:
    desk = desk_of()
    shown = await asked(desk, "why?")
    assert all("Ask next" not in str(changes) for changes in shown[:-2])
    assert "Why the fighter?" in shown[-2]["talk"][0]
    shown = await asked(desk, "and then?")
    assert "Ask next" not in shown[-2]["talk"][0] and "Ask next" in shown[-2]["talk"][1]
    assert "<script" not in str(shown)


async def test_no_suggestion_for_who_has_moved_on_stopped_or_failed(caplog: pytest.LogCaptureFixture) -> None:
    waiting, going = threading.Event(), threading.Event()

    class Slow(FakeAssistant):
        def suggestions(self, *arguments: Any, **narrowing: Any) -> list[str]:
            waiting.set()
            going.wait(5)
            return super().suggestions(*arguments, **narrowing)

    part, session = Asking(Slow(), Line()), Session(Visitor("", ""))  # type: ignore[arg-type]
    desk = desk_of()
    await asked(desk, "why?")
    session.turns, session.filters_of = [replace(turns_of(desk)[0], suggestions=())], 3
    making = asyncio.ensure_future(part.after(session))
    await asyncio.to_thread(waiting.wait, 5)
    session.turns.append(Said("next", busy=True))
    going.set()
    assert await making == {}
    session.turns[1:] = [Said("sentence", failure="No.")]
    assert await part.after(session) == {}
    session.turns[1:] = [replace(session.turns[0], stopped=True)]
    assert await part.after(session) == {}
    assert all("talk" not in changes for changes in (await asked(desk, "unsuggested"))[-2:])
    assert "Asking failed after an answer" in caplog.text
    assert turns_of(desk)[-1].answer and not turns_of(desk)[-1].failure


async def test_nothing_is_suggested_while_somebody_waits_for_an_answer() -> None:
    desk, told = desk_of(), list[bool]()

    class Asked(FakeAssistant):
        def suggestions(self, *arguments: Any, go_on: Any = None, **narrowing: Any) -> list[str]:
            told.append(go_on())
            return super().suggestions(*arguments, **narrowing)

    await asked(desk, "why?")
    line = Line()
    part, session = Asking(Asked(), line), Session(Visitor("", ""))  # type: ignore[arg-type]
    session.turns, session.filters_of = [replace(turns_of(desk)[0], suggestions=())], 3
    async with line.place("another"):
        assert await part.after(session) == {}
    assert told == []
    assert "Ask next" in (await part.after(session))["talk"][0]
    assert told == [True]


async def test_what_an_answer_changes_is_what_its_stream_may_carry() -> None:
    desk = desk_of()
    changed = {name for _ in range(2) for changes in await asked(desk, "why?") for name in changes}
    desk.sessions.of(READER).held, desk.sessions.of(READER).filters_of = (-1, 0), -1  # another index came meanwhile
    changed |= {name for changes in await asked(desk, "why?") for name in changes}
    assert changed == set(ANSWERED)


async def test_who_draws_slowly_gets_the_newest_and_the_last() -> None:
    heard = asyncio.Queue[Said | None]()
    for one in (Said("a"), Said("b"), Said("c"), None):
        heard.put_nowait(one)
    assert await _newest(heard) == Said("c")
    assert await _newest(heard) is None
