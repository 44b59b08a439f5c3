"""What the page does with a question or a click, without Gradio and without a browser."""

from __future__ import annotations

import asyncio
import html
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest

from assistant import Assistant, Turn
from assistant.page import desk as page
from assistant.page.articles import MOVED
from assistant.page.desk import Desk, click_of
from assistant.page.reading import GONE
from assistant.page.said import Said
from assistant.page.session import Changes, Sessions, Visitor
from assistant.page.starting import Starting
from assistant.page.turns import turn_html
from tests.fake_assistant import QUOTES, TEXT, FakeAssistant
from tests.fake_chat import Script, openai_server
from tests.stories import small_index
from tests.test_assistant_markup import Read

READER = Visitor("reader", "page")


def desk_of(assistant: Any = None, turns: list[Said] | None = None) -> Desk:
    """A desk at which one reader has these turns before them."""
    desk = Desk(assistant or FakeAssistant())
    desk.sessions.of(READER).turns[:] = turns or []
    return desk


def turns_of(desk: Desk) -> list[Said]:
    return desk.sessions.of(READER).turns


async def last(desk: Desk, question: str, turns: list[Said]) -> Said:
    return [said async for said in desk.answers(Said(question, busy=True), turns)][-1]


async def asked(desk: Desk, question: str, **chosen: Any) -> list[Changes]:
    return [shown async for shown in desk.ask(READER, {"do": "ask", "question": question, **chosen})]


async def test_an_answer_grows_and_ends() -> None:
    pictures = [said async for said in desk_of(FakeAssistant(0.06)).answers(Said("why?", busy=True), [])]
    texts = [said.answer.text for said in pictures if said.answer]
    assert pictures[0] == Said("why?", busy=True)
    assert all(later.startswith(earlier) for earlier, later in pairwise(texts))
    assert len(set(texts)) > 3
    assert [said.busy for said in pictures] == [True] * (len(pictures) - 1) + [False]
    assert pictures[-1].answer is not None and pictures[-1].answer.done


async def test_a_fast_answer_is_not_sent_piece_by_piece() -> None:
    assert len([0 async for _ in desk_of(FakeAssistant()).answers(Said("why?", busy=True), [])]) <= 3


async def test_failures_become_words_and_the_next_question_is_answered(caplog: pytest.LogCaptureFixture) -> None:
    assistant = FakeAssistant()
    desk = desk_of(assistant)
    told, broken = await last(desk, "sentence", []), await last(desk, "fail", [])
    assert told.failure == "The model <b>x</b> is not there: start it."
    assert broken.failure == page.FAILED
    assert "secret" not in turn_html(broken)
    assert "a secret <b>" in caplog.text
    assert not told.busy and not broken.busy
    good = await last(desk, "why?", [told, broken])
    assert good.answer is not None and good.answer.done
    await last(desk, "and then?", [told, broken, good, replace(good, answer=replace(good.answer, done=False))])
    assert assistant.histories[-1] == [Turn("why?", good.answer.text)]


@pytest.mark.parametrize(
    ("typed", "notice"),
    [("", page.EMPTY), (" \n", page.EMPTY), ("x" * 2_001, "2,001 characters; ask it in 2,000 or fewer")],
)
async def test_what_cannot_be_asked_is_said_softly(typed: str, notice: str) -> None:
    desk = desk_of()
    (changes,) = await asked(desk, typed)
    assert list(changes) == ["notice"]
    assert notice in changes["notice"]
    assert turns_of(desk) == []


async def test_two_answers_are_not_written_at_once() -> None:
    assert await asked(desk_of(turns=[Said("first", busy=True)]), "second") == [{"notice": page.WAIT}]


async def test_a_question_is_asked_and_the_talk_grows() -> None:
    desk = desk_of()
    shown = await asked(desk, " Why the radar? ")
    assert [said.question for said in turns_of(desk)] == ["Why the radar?"]
    assert all(changes["notice"] == "" and len(changes["talk"]) == 1 for changes in shown[:-2])
    assert "1,234 articles" in shown[-2]["status"]
    assert shown[-1] == {}


@pytest.mark.parametrize(
    ("chosen", "options"),
    [
        ({}, (None, False)),
        ({"writer": "model", "strict": "yes"}, (None, True)),
        ({"writer": "quotes"}, ("quotes", False)),
        ({"writer": "<b>", "strict": "perhaps"}, (None, False)),
        ({"writer": {"a": 1}, "strict": 1}, (None, False)),
    ],
)
async def test_who_writes_is_one_of_two_whatever_the_browser_sends(chosen: dict[str, Any], options: Any) -> None:
    assistant = FakeAssistant()
    await asked(desk_of(assistant), "why?", **chosen)
    assert assistant.options == [{"writer": options[0], "strict": options[1]}]


@pytest.mark.parametrize("how", ["stop", "new"])
async def test_an_answer_that_was_stopped_is_not_heard_again(how: str) -> None:
    assistant = FakeAssistant(0.06)
    desk = desk_of(assistant)
    growing = desk.ask(READER, {"question": "why?"})
    for _ in range(3):
        await anext(growing)
    await desk.act(READER, {"do": how})
    kept = list(turns_of(desk))
    assert [(said.stopped, said.busy) for said in kept] == ([(True, False)] if how == "stop" else [])
    meanwhile = await asked(desk, "and now?")
    assert [shown async for shown in growing] == [{}]
    assert [said.question for said in turns_of(desk)] == [said.question for said in kept] + ["and now?"]
    assert len(meanwhile) > 2 and not turns_of(desk)[-1].busy
    assert assistant.ended == 1


@pytest.mark.parametrize("how", ["stop", "new", "leave"])
async def test_a_model_that_is_silent_is_cut_off_at_once(how: str) -> None:
    assistant = FakeAssistant()
    desk = desk_of(assistant)
    growing = desk.ask(READER, {"question": "silent"})
    await anext(growing)
    waiting = asyncio.ensure_future(anext(growing))
    await asyncio.sleep(0.05)
    await desk.leave(Visitor("reader", "another page"))
    await asyncio.sleep(0.05)
    assert not waiting.done() and assistant.ended == 0
    began = time.monotonic()
    await (desk.leave(READER) if how == "leave" else desk.act(READER, {"do": how}))
    assert await waiting == {}
    assert assistant.ended == 1
    assert time.monotonic() - began < 1
    await growing.aclose()


async def test_stop_closes_the_connection_to_a_silent_server(tmp_path: Path) -> None:
    """Over a socket: before its first word the model's server sees the reader's stop as the end of the connection."""
    script = Script(["Late."], pause=60)
    with openai_server(script) as url, small_index(tmp_path) as index:
        desk = desk_of(Assistant(index, "openai:tiny", base_url=url))
        growing = desk.ask(READER, {"question": "Why is Washington worried about the S-400?", "writer": "model"})
        await anext(growing)
        waiting = asyncio.ensure_future(anext(growing))
        async with asyncio.timeout(20):
            while not script.requests:
                await asyncio.sleep(0.02)
        began = time.monotonic()
        await desk.act(READER, {"do": "stop"})
        assert await asyncio.to_thread(script.closed.wait, 1), "the model's server still writes"
        assert time.monotonic() - began < 1
        assert await waiting == {}
        assert [(said.stopped, said.busy) for said in turns_of(desk)] == [(True, False)]
        shown = await asked(desk, "What ran aground in the Suez Canal?", writer="quotes")
        assert "container ship" in shown[-3]["talk"][1]  # asked again at once


async def test_a_conversation_begun_while_another_ends_is_the_one_that_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk = desk_of(turns=[Said("first", busy=True)])
    after = desk._keeping.after

    async def slow(session: Any) -> Changes:
        changes = await after(session)
        await desk.act(READER, {"do": "new"})
        return changes

    monkeypatch.setattr(desk._keeping, "after", slow)
    assert "Ask the articles" in (await desk.act(READER, {"do": "stop"}))["talk"][0]


@pytest.mark.parametrize("sent", [None, [], "x", 5, {}, {"do": "unheard of"}, {"do": ["open"]}, {"do": "__init__"}])
async def test_a_click_that_means_nothing_changes_nothing(sent: Any) -> None:
    assert await desk_of().act(READER, sent) == {}
    assert click_of({"a": {"b": 1}, "c": [2], "d": None, "e": 3, 4: "f"}) == {"e": "3", "4": "f"}


async def opened(**click: Any) -> Any:
    return (await desk_of().act(READER, {"do": "open", **click}))["reader"]


@pytest.mark.parametrize("article", ["", ["one"], "../../etc/passwd"])
async def test_what_is_not_in_the_index_is_not_opened(article: Any) -> None:
    assert GONE in await opened(article=article)


@pytest.mark.parametrize(
    ("data", "marked"),
    [
        (
            {"start": TEXT.index(QUOTES[1]), "end": TEXT.index(QUOTES[1]) + len(QUOTES[1]), "quote": QUOTES[1]},
            QUOTES[1],
        ),
        ({"start": 3, "end": 9, "quote": QUOTES[1]}, QUOTES[1]),
        ({"start": -5, "end": 10**9, "quote": QUOTES[0]}, QUOTES[0]),
        ({"start": "x", "end": {"a": 1}, "quote": QUOTES[0]}, QUOTES[0]),
        ({"start": 3, "end": 9, "quote": "It was never there."}, ""),
        ({}, ""),
    ],
    ids=["where it was", "moved", "absurd offsets", "no numbers", "gone", "no quote"],
)
async def test_the_quoted_sentence_is_found_again(data: dict[str, Any], marked: str) -> None:
    panel = Read(await opened(article="one", **data))
    assert panel.marked == marked
    assert (MOVED in panel.text) == (data.get("quote") == "It was never there.")


async def test_a_fault_of_ours_is_told_in_words(caplog: pytest.LogCaptureFixture) -> None:
    class Failing(FakeAssistant):
        def article(self, article_id: str) -> Any:
            raise OSError("a secret")

    changes = await desk_of(Failing()).act(READER, {"do": "open", "article": "one"})
    assert html.escape(page.FAILED) in changes["notice"] and "secret" not in str(changes)
    assert "a secret" in caplog.text


def test_examples_are_made_once_a_generation_and_may_fail(caplog: pytest.LogCaptureFixture) -> None:
    class Counting(FakeAssistant):
        made = 0

        def examples(self, n: int = 4) -> list[str]:
            self.made += 1
            return super().examples(n)

    assistant = Counting()
    starting = Starting(cast(Any, assistant))
    assert starting.examples() == starting.examples() == FakeAssistant().examples()
    assert assistant.made == 1

    class Failing(FakeAssistant):
        def info(self) -> Any:
            raise OSError("gone")

    assert Starting(cast(Any, Failing())).examples() == []
    assert "no example questions" in caplog.text


def test_so_many_pages_are_kept_at_most_and_never_one_that_is_busy() -> None:
    sessions = Sessions(2)
    first, second, third = (sessions.of(Visitor("", name)) for name in "abc")
    assert sessions.of(Visitor("", "b")) is second and sessions.of(Visitor("", "c")) is third
    assert sessions.of(Visitor("", "a")) is not first  # and now b is gone
    busy = sessions.of(Visitor("", "c"))
    busy.writing = cast(Any, object())
    for name in "defg":
        sessions.of(Visitor("", name))
    assert sessions.of(Visitor("", "c")) is busy
