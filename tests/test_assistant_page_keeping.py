"""The menu of conversations at the desk: reloads, several windows and readers, deleting, exporting, a full disk."""

from __future__ import annotations

import asyncio
import html
import json
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.page import conversations as store
from assistant.page import keeping as page
from assistant.page.conversations import digest
from assistant.page.desk import Desk
from assistant.page.menu import UNKEPT
from assistant.page.session import Changes, Visitor
from tests.fake_assistant import HOSTILE, FakeAssistant

ANN, BOB = Visitor("ann", "one"), Visitor("bob", "one")


def desk_of(folder: Path | None, pause: float = 0.0) -> Desk:
    return Desk(FakeAssistant(pause), folder)  # type: ignore[arg-type]


async def ask(desk: Desk, question: str, visitor: Visitor = ANN) -> list[Changes]:
    return [changes async for changes in desk.ask(visitor, {"do": "ask", "question": question})]


def questions(desk: Desk, visitor: Visitor = ANN) -> list[str]:
    return [said.question for said in desk.sessions.of(visitor).turns]


def id_of(changes: Changes) -> str:
    return re.findall(r'data-conversation="(\w*)"', changes["menu"])[0]


async def listed(desk: Desk, visitor: Visitor = ANN, **click: str) -> list[str]:
    menu = (await desk.act(visitor, {"do": "conversations", **click}))["menu"]
    return [html.unescape(name) for name in re.findall(r"<b>(.*?)</b>", menu)]


def files(folder: Path, reader: str = "ann") -> list[Path]:
    return sorted((folder / digest(reader)).glob("*.json"))


async def test_a_reload_and_a_restart_show_the_same_conversation(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    changes = await ask(desk, "judge this")
    await ask(desk, "why?")
    which, shown = id_of(changes[0]), (await desk.act(ANN, {"do": "stop"}))["talk"]
    for again in (desk, desk_of(tmp_path)):
        reloaded = Visitor("ann", "reloaded")
        resumed = await again.act(reloaded, {"do": "resume", "conversation": which})
        assert resumed["talk"] == shown
        assert id_of(resumed) == which
    await ask(again, "and then?", reloaded)
    assert again.assistant.histories[-1][-1].question == "why?"  # type: ignore[attr-defined]
    assert [path.stem for path in files(tmp_path)] == [which]


async def test_what_was_asked_is_on_disk_before_it_is_answered(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    growing = desk.ask(ANN, {"question": "silent"})
    which = id_of(await anext(growing))
    async with asyncio.timeout(5):
        while not files(tmp_path):
            await asyncio.sleep(0.01)
    resumed = await desk_of(tmp_path).act(ANN, {"do": "resume", "conversation": which})
    assert "Stopped before the end." in resumed["talk"][0]
    assert 'data-do="ask" data-event="submit" data-question="silent"' in resumed["talk"][0]
    await growing.aclose()


async def test_a_reload_waits_for_what_the_page_left_is_still_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of(tmp_path, 0.06)
    growing = desk.ask(ANN, {"question": "why?"})
    which = id_of(await anext(growing))
    while "The radar" not in (await anext(growing))["talk"][0]:
        pass
    save = store.Conversations.save

    def slowly(*arguments: Any, **how: Any) -> Any:
        time.sleep(0.3)
        return save(*arguments, **how)

    monkeypatch.setattr(store.Conversations, "save", slowly)
    await desk.leave(ANN)
    resumed = await desk.act(Visitor("ann", "reloaded"), {"do": "resume", "conversation": which})
    assert "The radar" in resumed["talk"][0] and "Stopped before the end." in resumed["talk"][0]
    await growing.aclose()


async def test_a_reload_while_an_answer_grows_shows_how_far_it_came(tmp_path: Path) -> None:
    desk, reloaded = desk_of(tmp_path, 0.06), Visitor("ann", "reloaded")
    growing = desk.ask(ANN, {"question": "why?"})
    while not (changes := await anext(growing)).get("menu"):
        pass
    which = id_of(changes)
    while "The radar" not in changes["talk"][0]:
        changes = await anext(growing)
    await asyncio.sleep(0.1)
    resumed = await desk.act(reloaded, {"do": "resume", "conversation": which})
    assert "The radar" in resumed["talk"][0] and "Stopped before the end." in resumed["talk"][0]
    await growing.aclose()
    await desk.leave(ANN)
    await ask(desk, "and then?", reloaded)
    assert questions(desk, reloaded) == ["why?", "and then?"]
    assert [path.stem for path in files(tmp_path)] == [which]  # the page that was left wrote over nothing


async def test_a_page_that_is_closed_keeps_what_it_showed(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, 0.06)
    growing = desk.ask(ANN, {"question": "why?"})
    while "The radar" not in (await anext(growing))["talk"][0]:
        pass
    await desk.leave(ANN)
    await growing.aclose()
    async with asyncio.timeout(5):
        while not files(tmp_path) or b"The radar" not in files(tmp_path)[0].read_bytes():
            await asyncio.sleep(0.01)


async def test_a_quick_reader_is_not_overtaken_by_the_reload(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    which = id_of((await ask(desk, "first"))[0])
    quick = Visitor("ann", "quick")
    await ask(desk, "second", quick)
    assert await desk.act(quick, {"do": "resume", "conversation": which}) == {}
    assert questions(desk, quick) == ["second"]


async def test_readers_and_windows_never_mix(tmp_path: Path) -> None:
    desk, other = desk_of(tmp_path), Visitor("ann", "two")
    mine = await asyncio.gather(ask(desk, "ann's first"), ask(desk, "bob's", BOB), ask(desk, "ann's second", other))
    ids = [id_of(changes[0]) for changes in mine]
    assert len(set(ids)) == 3
    assert sorted(await listed(desk)) == ["ann's first", "ann's second"]
    assert await listed(desk, BOB) == ["bob's"]
    for act in ("resume", "reopen", "delete", "rename"):
        changes = await desk.act(BOB, {"do": act, "conversation": ids[0], "title": "mine"})
        assert "no such conversation" in changes["notice"]
        assert "ann" not in str(changes)
    assert questions(desk, BOB) == ["bob's"]
    assert len(files(tmp_path)) == 2


async def test_a_new_one_begins_and_the_old_one_is_opened_again(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    first = await ask(desk, "judge")
    begun = await desk.act(ANN, {"do": "new"})
    assert (questions(desk), id_of(begun), begun["reader"]) == ([], "", "")
    await ask(desk, "why?")
    assert await listed(desk) == ["why?", "judge"]
    opened = await desk.act(ANN, {"do": "reopen", "conversation": id_of(first[0])})
    assert questions(desk) == ["judge"]
    assert opened["talk"] == first[-2].get("talk", opened["talk"])
    assert 'aria-current="true"' in opened["menu"]
    await ask(desk, "more of it")
    assert [len(json.loads(path.read_text())["turns"]) for path in files(tmp_path)].count(2) == 1


async def test_deleted_and_brought_back(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    which = id_of((await ask(desk, "first"))[0])
    await desk.act(ANN, {"do": "new"})
    await ask(desk, "second")
    gone = await desk.act(ANN, {"do": "delete", "conversation": which})
    assert "Deleted: first" in gone["menu"] and "talk" not in gone
    assert len(files(tmp_path)) == 1
    back = await desk.act(ANN, {"do": "undelete"})
    assert "Deleted" not in back["menu"]
    assert await listed(desk) == ["second", "first"]
    open_now = desk.sessions.of(ANN).kept.id
    begun = await desk.act(ANN, {"do": "delete", "conversation": open_now})
    assert questions(desk) == [] and len(begun["talk"]) == 1
    await desk.act(ANN, {"do": "undelete"})
    assert await listed(desk) == ["second", "first"]


async def test_what_was_deleted_while_its_answer_grew_stays_deleted(tmp_path: Path) -> None:
    desk, other = desk_of(tmp_path, 0.02), Visitor("ann", "two")
    growing = desk.ask(ANN, {"question": "why?"})
    which = id_of(await anext(growing))
    await asyncio.sleep(0.1)
    await desk.act(other, {"do": "delete", "conversation": which})
    assert [changes async for changes in growing]
    assert files(tmp_path) == []


async def test_titles_are_given_and_found(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    which = id_of((await ask(desk, f"about {HOSTILE}"))[0])
    form = (await desk.act(ANN, {"do": "rename", "conversation": which}))["menu"]
    assert f'data-do="rename" data-conversation="{which}"><label' in form
    named = (await desk.act(ANN, {"do": "rename", "conversation": which, "title": "<i>Mine</i>"}))["menu"]
    assert "&lt;i&gt;Mine" in named and "<i>" not in named and "<script" not in named and "<img" not in named
    assert await listed(desk, words="MINE about") == ["<i>Mine</i>"]
    assert await listed(desk, words="nowhere") == []
    assert "None of 1 has “nowhere”" in (await desk.act(ANN, {"do": "conversations"}))["menu"]


async def test_a_list_of_many_is_short_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_of(tmp_path)
    one = (await ask(desk, "first")) and files(tmp_path)[0].read_text()
    for number in range(40):
        id = f"{number:032x}"
        (tmp_path / digest("ann") / f"{id}.json").write_text(one.replace("first", f"question {number}"))
    (tmp_path / digest("ann") / f"{99:032x}.json").write_text("{")
    assert len(await listed(desk)) == 30
    menu = (await desk.act(ANN, {"do": "conversations"}))["menu"]
    assert "11 more: search for a word of theirs." in menu and 'type="search"' in menu
    assert "41 kept on the server" in menu
    assert f"1 is damaged or from a newer Dateline, and left alone: {99:032x}.json." in menu


async def test_a_full_disk_is_told_and_the_talk_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_of(tmp_path)

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "_write", full)
    changes = await ask(desk, "why?")
    assert "could not be kept (No space left on device)" in changes[-2]["notice"]
    assert "The radar" in "".join(str(each.get("talk")) for each in changes)
    monkeypatch.undo()
    changes = await ask(desk, "again?")
    assert "notice" not in changes[-2]
    assert len(json.loads(files(tmp_path)[0].read_text())["turns"]) == 2


async def test_the_oldest_goes_with_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.Conversations.__init__, "__defaults__", (2,))
    desk = desk_of(tmp_path)
    told: Sequence[Changes] = []
    for question in ("first", "second", "third"):
        await desk.act(ANN, {"do": "new"})
        told = await ask(desk, question)
    assert html.escape(page.REPLACED.format("first")) in told[-2]["notice"]
    assert await listed(desk) == ["third", "second"]


async def test_where_nothing_is_kept_the_menu_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    desk = desk_of(None)
    assert html.escape(UNKEPT) in (await desk.greet(ANN))["menu"]
    await ask(desk, "why?")
    for act in ("resume", "reopen", "delete", "rename"):
        changes = await desk.act(ANN, {"do": act, "conversation": "a" * 32, "title": "x"})
        assert html.escape(UNKEPT) in changes["notice"]
    assert "The radar" in exported(await desk.act(ANN, {"do": "export", "format": "markdown"}))[1]
    await desk.act(ANN, {"do": "new"})
    assert questions(desk) == [] and list(tmp_path.iterdir()) == []


def exported(changes: Changes) -> tuple[str, str]:
    name, text = re.findall(r'data-name="([^"]*)".* data-text="([^"]*)"', changes["menu"])[0]
    return name, json.loads(html.unescape(text))


@pytest.mark.parametrize(("form", "ending"), [("markdown", "md"), ("html", "html"), ("json", "json"), ("../x", "md")])
async def test_a_conversation_is_given_to_the_browser_as_a_file(tmp_path: Path, form: str, ending: str) -> None:
    desk = desk_of(tmp_path)
    assert page.NOTHING in (await desk.act(ANN, {"do": "export", "format": form}))["notice"]
    await ask(desk, f"Why {HOSTILE}? Ünïcode ☃\u2028")
    name, text = exported(await desk.act(ANN, {"do": "export", "format": form, "opened": "7"}))
    assert re.fullmatch(rf"dateline-\d{{4}}-\d\d-\d\d-why-script-document-[a-z0-9-]*\.{ending}", name)
    assert "☃" in text
    after = await desk.act(ANN, {"do": "conversations"})
    assert 'id="file"' not in after["menu"]
