"""Thumbs and notes: a line each, whole whoever writes beside it, the last counts, shown again after a reload."""

from __future__ import annotations

import io
import json
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.page import judging as page
from assistant.page.conversations import Conversations, NotKept, digest
from assistant.page.desk import Desk
from assistant.page.feedback import NAME, Feedback
from assistant.page.said import Said
from assistant.page.session import Changes, Visitor
from assistant.page.tools import LONGEST_NOTE
from assistant.page.turns import turn_html
from tests.fake_assistant import HOSTILE, QUOTES, FakeAssistant, judged
from tests.test_assistant_markup import OURS, Read

ANN = Visitor("ann", "one")
ROOT = Path(__file__).parent.parent


async def judged_desk(folder: Path | None) -> Desk:
    """A desk at which Ann has asked two questions."""
    desk = Desk(FakeAssistant(), folder)  # type: ignore[arg-type]
    for question in ("judge", "why?"):
        assert [changes async for changes in desk.ask(ANN, {"question": question, "writer": "quotes"})]
    return desk


def lines(folder: Path) -> list[dict[str, Any]]:
    path = folder / NAME
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


async def judge(desk: Desk, turn: int, thumb: str, **more: str) -> Changes:
    return await desk.act(ANN, {"do": "judge", "turn": str(turn), "thumb": thumb, **more})


async def test_a_thumb_is_a_line_with_all_that_it_is_about(tmp_path: Path) -> None:
    desk = await judged_desk(tmp_path)
    changes = await judge(desk, 0, "up")
    (line,) = lines(tmp_path)
    said = desk.sessions.of(ANN).turns[0]
    assert list(line) == (
        "time reader conversation asked question options answer answered writer generation citations thumb note".split()
    )
    assert (line["thumb"], line["note"], line["writer"], line["generation"]) == ("up", "", "fake:model", 3)
    assert (line["reader"], line["conversation"]) == (digest("ann"), desk.sessions.of(ANN).kept.id)
    assert said.asked and (line["asked"], line["question"]) == (said.asked.isoformat(), "judge")
    assert line["options"] == {"writer": "quotes", "strict": False}
    assert [(one["article_id"], one["quote"]) for one in line["citations"]] == [("one", QUOTES[0]), ("two", QUOTES[1])]
    assert line["answer"] == judged("judge").text
    assert 'aria-pressed="true"' in changes["talk"][0] and 'aria-pressed="true"' not in changes["talk"][1]
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600


async def test_the_last_line_counts_and_is_shown_after_a_reload(tmp_path: Path) -> None:
    desk = await judged_desk(tmp_path)
    await judge(desk, 1, "up")
    await judge(desk, 1, "down")
    await judge(desk, 1, "down", note=f" {HOSTILE}\nSecond line. ")
    assert [(line["thumb"], line["note"]) for line in lines(tmp_path)] == [
        *(("up", ""), ("down", "")),
        ("down", f"{HOSTILE}\nSecond line."),
    ]
    assert len({(line["reader"], line["conversation"], line["asked"]) for line in lines(tmp_path)}) == 1
    which = desk.sessions.of(ANN).kept.id
    (_, again) = Conversations(tmp_path).load("ann", which).turns
    assert (again.thumb, again.note) == ("down", f"{HOSTILE}\nSecond line.")
    shown = Read(turn_html(again, 1))
    assert {tag for tag, _ in shown.elements} <= OURS | {"form", "label", "textarea"}
    assert f"{HOSTILE}\nSecond line." in shown.text
    await judge(desk, 1, "")
    assert (lines(tmp_path)[-1]["thumb"], lines(tmp_path)[-1]["note"]) == (None, "")
    assert Conversations(tmp_path).load("ann", which).turns[1].thumb == ""


@pytest.mark.parametrize("turn", ["2", "-1", "x", "", "99999999999"])
async def test_what_is_no_answer_is_not_judged(tmp_path: Path, turn: str) -> None:
    desk = await judged_desk(tmp_path)
    if turn == "2":
        assert [changes async for changes in desk.ask(ANN, {"question": "in one sentence"})]  # which fails
    await desk.act(ANN, {"do": "judge", "turn": turn, "thumb": "up"})
    assert lines(tmp_path) == []
    assert desk.sessions.of(ANN).turns[-1].thumb == ""


async def test_a_note_is_bounded_and_a_thumb_is_one_of_two(tmp_path: Path) -> None:
    desk = await judged_desk(tmp_path)
    long = await judge(desk, 0, "up", note="x" * (LONGEST_NOTE + 1))
    assert "1,001 characters; write it in 1,000 or fewer" in long["notice"]
    assert lines(tmp_path) == []
    await judge(desk, 0, "sideways", note="x")
    assert [(line["thumb"], line["note"]) for line in lines(tmp_path)] == [(None, "")]


async def test_where_nothing_is_kept_a_thumb_has_no_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    desk = await judged_desk(None)
    assert page.NOWHERE in (await judge(desk, 0, "up"))["notice"]
    assert list(tmp_path.iterdir()) == []


async def test_a_thumb_given_while_the_next_answer_grows_stays(tmp_path: Path) -> None:
    desk = await judged_desk(tmp_path)
    desk.assistant.pause = 0.02  # type: ignore[attr-defined]
    growing = desk.ask(ANN, {"question": "and then?"})
    await anext(growing)
    await judge(desk, 0, "down")
    assert [changes async for changes in growing]
    assert [said.thumb for said in desk.sessions.of(ANN).turns] == ["down", "", ""]


WRITER = """
import sys
from pathlib import Path
from assistant.page.feedback import Feedback
from tests.test_assistant_page_judging import TURN
for number in range(30):
    Feedback(Path(sys.argv[1])).add(sys.argv[2], str(number), TURN)
"""
TURN = Said("q", judged("q"), asked=datetime(2026, 1, 2, tzinfo=UTC), thumb="up", note="ü" * LONGEST_NOTE)


def test_writers_beside_each_other_tear_no_line(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    others = [subprocess.Popen([*command, f"process {n}"], cwd=ROOT) for n in range(2)]
    with ThreadPoolExecutor(4) as pool:
        for thread in range(4):
            feedback = Feedback(tmp_path)
            pool.map(lambda n, one=feedback, who=thread: one.add(f"thread {who}", str(n), TURN), range(30))
    assert [other.wait(60) for other in others] == [0, 0]
    found = lines(tmp_path)
    assert len(found) == 180
    assert {line["note"] for line in found} == {TURN.note}
    assert len({(line["reader"], line["conversation"]) for line in found}) == 180


def test_the_file_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    feedback = Feedback(tmp_path)
    monkeypatch.setattr("assistant.page.feedback.BIGGEST", 10)
    feedback.add("ann", "a", TURN)
    with pytest.raises(NotKept, match="is full"):
        feedback.add("ann", "a", TURN)
    assert len(lines(tmp_path)) == 1


def test_a_disk_that_fills_up_leaves_whole_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    feedback = Feedback(tmp_path)
    feedback.add("ann", "a", TURN)
    before = feedback.path.read_bytes()
    write = io.FileIO.write

    class Short(io.FileIO):
        def write(self, data: Any) -> int:
            return write(self, bytes(data)[:100])

    monkeypatch.setattr("assistant.page.feedback.os.fdopen", lambda number, *_, **__: Short(number, "ab"))
    with pytest.raises(NotKept, match="no room on the disk"):
        feedback.add("ann", "a", replace(TURN, note="b"))
    assert feedback.path.read_bytes() == before
