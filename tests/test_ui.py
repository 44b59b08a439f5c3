"""How the page asks, stops and starts, without a browser."""

from __future__ import annotations

import asyncio
import html
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import ui
from assistant import Assistant, Turn
from assistant.markup import MOVED, Said, turn_html
from tests.fake_assistant import QUOTES, TEXT, FakeAssistant
from tests.fake_chat import Script, openai_server
from tests.stories import small_index
from tests.test_assistant_markup import Read

# The desk.


def click(**data: Any) -> Any:
    return SimpleNamespace(_data=data or None)


READER: Any = SimpleNamespace(session_hash="reader")


async def last(desk: ui.Desk, question: str, turns: list[Said]) -> Said:
    return [said async for said in desk.answers(question, turns, {})][-1]


async def asked(desk: ui.Desk, typed: str, turns: list[Said], *chosen: Any, event: Any = None) -> list[list[Any]]:
    return [shown async for shown in desk.ask(event or click(), READER, typed, turns, *chosen)]


async def test_an_answer_grows_and_ends() -> None:
    pictures = [said async for said in ui.Desk(FakeAssistant(0.06)).answers("why?", [], {})]  # type: ignore[arg-type]
    texts = [said.answer.text for said in pictures if said.answer]
    assert pictures[0] == Said("why?", busy=True)
    assert all(later.startswith(earlier) for earlier, later in pairwise(texts))
    assert len(set(texts)) > 3
    assert [said.busy for said in pictures] == [True] * (len(pictures) - 1) + [False]
    assert pictures[-1].answer is not None and pictures[-1].answer.done


async def test_a_fast_answer_is_not_sent_piece_by_piece() -> None:
    assert len([0 async for _ in ui.Desk(FakeAssistant()).answers("why?", [], {})]) <= 3  # type: ignore[arg-type]


async def test_failures_become_words_and_the_next_question_is_answered(caplog: pytest.LogCaptureFixture) -> None:
    assistant = FakeAssistant()
    desk = ui.Desk(assistant)  # type: ignore[arg-type]
    told, broken = await last(desk, "sentence", []), await last(desk, "fail", [])
    assert told.failure == "The model <b>x</b> is not there: start it."
    assert broken.failure == ui.FAILED
    assert "secret" not in turn_html(broken)
    assert "a secret <b>" in caplog.text
    assert not told.busy and not broken.busy
    good = await last(desk, "why?", [told, broken])
    assert good.answer is not None and good.answer.done
    await last(desk, "and then?", [told, broken, good, replace(good, answer=replace(good.answer, done=False))])
    assert assistant.histories[-1] == [Turn("why?", good.answer.text)]


@pytest.mark.parametrize(
    ("typed", "notice"),
    [("", ui.EMPTY), (" \n", ui.EMPTY), ("x" * 2_001, "2,001 characters; ask it in 2,000 or fewer")],
)
async def test_what_cannot_be_asked_is_said_softly(typed: str, notice: str) -> None:
    ui._import_gradio()
    turns: list[Said] = []
    ((talk, box, told, status),) = await asked(ui.Desk(FakeAssistant()), typed, turns)  # type: ignore[arg-type]
    assert notice in told
    assert talk == box == status == ui.gr.skip()
    assert turns == []


async def test_two_answers_are_not_written_at_once() -> None:
    ui._import_gradio()
    growing = [Said("first", busy=True)]
    ((_, box, told, _),) = await asked(ui.Desk(FakeAssistant()), "second", growing)  # type: ignore[arg-type]
    assert (box, told) == (ui.gr.skip(), ui.WAIT)


async def test_an_example_is_asked_in_place_of_what_is_typed() -> None:
    ui._import_gradio()
    turns: list[Said] = []
    desk = ui.Desk(FakeAssistant())  # type: ignore[arg-type]
    shown = await asked(desk, "half a", turns, event=click(question="Why the radar?"))
    assert [said.question for said in turns] == ["Why the radar?"]
    assert shown[0][1] == "" and shown[-2][1] == ui.gr.skip()
    assert "1,234 articles" in shown[-2][3]
    assert shown[-1] == [ui.gr.skip()] * 4


@pytest.mark.parametrize(
    ("chosen", "options"),
    [
        ((), (None, False)),
        (("model", True), (None, True)),
        (("quotes", False), ("quotes", False)),
        (("<b>", "yes"), (None, False)),
        (({"a": 1}, 1), (None, False)),
    ],
)
async def test_who_writes_is_one_of_two_whatever_the_browser_sends(chosen: tuple[Any, ...], options: Any) -> None:
    ui._import_gradio()
    assistant = FakeAssistant()
    await asked(ui.Desk(assistant), "why?", [], *chosen)  # type: ignore[arg-type]
    assert assistant.options == [{"writer": options[0], "strict": options[1]}]


@pytest.mark.parametrize("how", ["stop", "clear"])
async def test_an_answer_that_was_stopped_is_not_heard_again(how: str) -> None:
    ui._import_gradio()
    assistant = FakeAssistant(0.06)
    desk, turns = ui.Desk(assistant), list[Said]()  # type: ignore[arg-type]
    growing = desk.ask(click(), READER, "why?", turns)
    for _ in range(3):
        await anext(growing)
    await getattr(desk, how)(READER, turns)
    kept = list(turns)
    assert [(said.stopped, said.busy) for said in kept] == ([(True, False)] if how == "stop" else [])
    meanwhile = await asked(desk, "and now?", turns)
    assert [shown async for shown in growing] == [[ui.gr.skip()] * 4]
    assert [said.question for said in turns] == [said.question for said in kept] + ["and now?"]
    assert len(meanwhile) > 2 and not turns[-1].busy
    assert assistant.ended == 1


@pytest.mark.parametrize("how", ["stop", "clear", "leave"])
async def test_a_model_that_is_silent_is_cut_off_at_once(how: str) -> None:
    ui._import_gradio()
    assistant = FakeAssistant()
    desk, turns = ui.Desk(assistant), list[Said]()  # type: ignore[arg-type]
    growing = desk.ask(click(), READER, "silent", turns)
    await anext(growing)
    waiting = asyncio.ensure_future(anext(growing))
    await asyncio.sleep(0.05)
    await desk.leave(SimpleNamespace(session_hash="another reader"))  # type: ignore[arg-type]
    await asyncio.sleep(0.05)
    assert not waiting.done() and assistant.ended == 0
    began = time.monotonic()
    await getattr(desk, how)(READER, *([turns] if how != "leave" else []))
    assert await waiting == [ui.gr.skip()] * 4
    assert assistant.ended == 1
    assert time.monotonic() - began < 1
    await growing.aclose()


async def test_stop_closes_the_connection_to_a_silent_server(tmp_path: Path) -> None:
    """Over a socket: before its first word the model's server sees the reader's stop as the end of the connection."""
    ui._import_gradio()
    script = Script(["Late."], pause=60)
    with openai_server(script) as url, small_index(tmp_path) as index:
        desk, turns = ui.Desk(Assistant(index, "openai:tiny", base_url=url)), list[Said]()
        growing = desk.ask(click(), READER, "Why is Washington worried about the S-400?", turns, "model")
        await anext(growing)
        waiting = asyncio.ensure_future(anext(growing))
        async with asyncio.timeout(20):
            while not script.requests:
                await asyncio.sleep(0.02)
        began = time.monotonic()
        await desk.stop(READER, turns)
        assert await asyncio.to_thread(script.closed.wait, 1), "the model's server still writes"
        assert time.monotonic() - began < 1
        assert await waiting == [ui.gr.skip()] * 4
        assert [(said.stopped, said.busy) for said in turns] == [(True, False)]
        shown = await asked(desk, "What ran aground in the Suez Canal?", turns, "quotes")
        assert "container ship" in shown[-2][0][1]  # asked again at once


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "There is no article  in the index."),
        ({"article": ["one"]}, "There is no article"),
        ({"article": "one", "start": "x"}, html.escape(ui.FAILED)),
        ({"article": "one", "start": {"a": 1}}, html.escape(ui.FAILED)),
    ],
)
def test_a_click_may_hold_anything(data: dict[str, Any], says: str) -> None:
    assert says in ui.Desk(FakeAssistant()).open(click(**data))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "marked"),
    [
        (
            {"start": TEXT.index(QUOTES[1]), "end": TEXT.index(QUOTES[1]) + len(QUOTES[1]), "quote": QUOTES[1]},
            QUOTES[1],
        ),
        ({"start": 3, "end": 9, "quote": QUOTES[1]}, QUOTES[1]),
        ({"start": -5, "end": 10**9, "quote": QUOTES[0]}, QUOTES[0]),
        ({"start": 3, "end": 9, "quote": "It was never there."}, ""),
        ({}, ""),
    ],
    ids=["where it was", "moved", "absurd offsets", "gone", "no quote"],
)
def test_the_quoted_sentence_is_found_again(data: dict[str, Any], marked: str) -> None:
    page = Read(ui.Desk(FakeAssistant()).open(click(article="one", **data)))  # type: ignore[arg-type]
    assert page.marked == marked
    assert (MOVED in page.text) == (data.get("quote") == "It was never there.")


def test_examples_are_made_once_a_generation_and_may_fail(caplog: pytest.LogCaptureFixture) -> None:
    class Counting(FakeAssistant):
        made = 0

        def examples(self, n: int = 4) -> list[str]:
            self.made += 1
            return super().examples(n)

    assistant = Counting()
    desk = ui.Desk(assistant)  # type: ignore[arg-type]
    assert desk.examples() == desk.examples() == FakeAssistant().examples()
    assert assistant.made == 1

    class Failing(FakeAssistant):
        def info(self) -> Any:
            raise OSError("gone")

    assert ui.Desk(Failing()).examples() == []  # type: ignore[arg-type]
    assert "no example questions" in caplog.text


# Starting.


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """Starting the page changes the environment of its process, which here is that of the other tests."""
    kept = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(kept)


def test_the_help_is_there_before_gradio() -> None:
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "ui.py", "--help"], capture_output=True, text=True, timeout=20)
    assert time.perf_counter() - began < 2  # half a second on a quiet machine
    assert done.returncode == 0 and "--index" in done.stdout
    check = "import sys, ui; print([name for name in ('gradio', 'langchain', 'chromadb') if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, timeout=20)
    assert loaded.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--host", "0.0.0.0"], "this machine only"),
        (["--host", "::"], "this machine only"),
        (["--host", "127.evil.example"], "this machine only"),
        (["--port", "0"], "There is no port 0"),
        (["--port", "99999"], "There is no port 99999"),
        (["--port", "http"], "Argument --port: invalid int value"),
        (["--indx", "x"], "Unrecognized arguments: --indx x"),
        (["--index", "nowhere/at-all"], "python -m index build"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_served_is_one_sentence(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATELINE_MODEL", raising=False)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = arguments if "--port" in arguments else [*arguments, "--port", str(port)]
    assert ui.main(given) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert err.count("\n") == 1


def test_a_port_that_is_taken_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert ui.main(["--port", str(port)]) == 2
    assert re.fullmatch(rf"Port {port} cannot be had \(.*\): choose another with --port\.\n", capsys.readouterr().err)


def test_a_fault_of_ours_is_no_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fault(*_: object) -> None:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr(ui, "_check_address", fault)
    assert ui.main([]) == 2
    assert capsys.readouterr().err == "Dateline failed in a way it should not (ZeroDivisionError): please report it.\n"


def test_nothing_of_the_page_points_outside() -> None:
    ours = ui.HEAD + ui.CSS + ui.TALK_JS + ui.READER_JS
    assert set(re.findall(r"\w+://[^\s'\"]*", ours)) == {"http://www.w3.org/2000/svg"}
    assert "@import" not in ours and "url(" not in ours
