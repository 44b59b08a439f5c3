"""The library: listing, adding, removing with undo, going back; without Gradio and without a browser."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant
from assistant.page import jobs
from assistant.page.desk import Desk
from assistant.page.intake import Rules
from assistant.page.jobs import Job
from assistant.page.librarian import NO_REPORT
from assistant.page.progress import Outcomes, ended_html, running_html, share_of
from assistant.page.reading import GONE
from assistant.page.session import Changes, Visitor
from assistant.page.shelf import READ_ONLY, newer
from index import NewsIndex, build
from index.generations import Generations
from tests.fake_assistant import HOSTILE, FakeAssistant
from tests.fakes import HashEmbedder
from tests.newsroom import story, write
from tests.stories import STORIES, small_index

ME, OTHER = Visitor("user:reader", "page"), Visitor("key:secret", "another")
TEXT = {
    "title": "Walrus seen",
    "date": "2024-05-03",
    "text": "A walrus was seen near the ferry on Friday, and then left.",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index made by the shipped embedding, which a build in a process of its own can add to."""
    folder = tmp_path_factory.mktemp("made")
    build([write(folder / "a.jsonl", *STORIES)], folder / "index")
    return folder / "index"


@pytest.fixture
async def desk(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    shutil.copytree(made, tmp_path / "index")
    (tmp_path / "uploads").mkdir()
    monkeypatch.setattr(jobs, "NICENESS", 0)  # other tests run beside these
    with Assistant.open(tmp_path / "index") as assistant:
        desk = Desk(assistant, rules=Rules(uploads=tmp_path / "uploads"))
        await desk.greet(ME)
        yield desk
        await asyncio.to_thread(desk.librarian.jobs.close)


async def act(desk: Desk, do: str, who: Visitor = ME, **fields: Any) -> Changes:
    return await desk.act(who, {"do": do, **fields})


async def ended(desk: Desk) -> Changes:
    """What a page shows once the job has ended."""
    async with asyncio.timeout(60):
        while desk.librarian.jobs.last and desk.librarian.jobs.last.running:
            await asyncio.sleep(0.02)
    return await act(desk, "job")


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def state(folder: Path) -> Any:
    """All that an undo must bring back."""
    with NewsIndex.open(folder) as index:
        sources = index.articles()
        return sources, [index.versions(source.id) for source in sources]


async def test_what_is_added_can_be_removed_and_had_back_as_it_was(desk: Desk) -> None:
    folder = desk.assistant.folder
    begun = await act(desk, "add-text", **TEXT)
    assert "data-running" in begun["job"] and "Begun by you" in begun["job"] and 'data-begun="1"' in begun["intake"]
    refused = await act(desk, "add-text", OTHER, **TEXT)
    assert "already: wait until" in refused["told"] and "Begun by reader at" in refused["job"]
    assert "Begun by reader at" in (await act(desk, "library", OTHER))["job"]
    shown = await ended(desk)
    assert "1 added, 0 updated, 0 unchanged. Generation 2 is in use." in words(shown["job"])
    assert "Walrus seen" in shown["shelf"] and "generation 2" in shown["history"] and "generation 2" in shown["status"]
    assert "A newer index is in use: generation 2, 1 article more." in shown["notice"]
    assert "notice" not in await act(desk, "library")  # said once
    file = json.loads((await act(desk, "report"))["download"])
    assert json.loads(file["text"])["title"] == "Walrus seen" and file["name"].endswith(".jsonl")
    assert (await act(desk, "close-report"))["job"] == "" == (await act(desk, "library"))["job"]

    before = state(folder)
    chosen = [before[0][0].id, before[0][2].id]
    assert "data-running" in (await act(desk, "remove", chosen="\n".join(chosen)))["job"]
    shown = await ended(desk)
    assert words(shown["told"]) == f"Removed 2 articles: “{before[0][0].title}”, “{before[0][2].title}”. Undo"
    assert shown["job"] == "" and "Walrus seen" not in shown["shelf"]
    assert GONE in (await act(desk, "open", article=chosen[0]))["reader"]
    undone = await act(desk, "undo")
    assert undone["told"] == "" and "An earlier index is in use: generation 2, 2 articles more." in undone["notice"]
    assert state(folder) == before
    assert "There is nothing to undo" in (await act(desk, "undo"))["told"]


async def test_an_undo_that_comes_too_late_changes_nothing_and_says_so(desk: Desk) -> None:
    folder = desk.assistant.folder
    await act(desk, "remove", chosen=state(folder)[0][0].id)
    assert "Undo" in (await ended(desk))["told"]
    Generations(folder).rollback()  # by another program
    for told in ((await act(desk, "undo"))["told"], (await act(desk, "library"))["told"]):
        assert "has changed since" in told
    assert "Undo" not in (await act(desk, "library"))["told"]
    assert Generations(folder).current() == 1
    assert (await act(desk, "dismiss"))["told"] == "" == (await act(desk, "library"))["told"]


async def test_a_cancelled_build_leaves_the_index_as_it_was(desk: Desk, tmp_path: Path) -> None:
    folder, path = desk.assistant.folder, tmp_path / "uploads" / ("a" * 64) / "many.jsonl"
    path.parent.mkdir()
    write(path, *map(story, range(12_000)))  # which are not built before it is cancelled
    before = state(folder)
    await act(desk, "add-files", files=json.dumps([{"path": str(path), "name": "news/many.jsonl"}]))
    assert not path.exists()
    async with asyncio.timeout(60):
        while (last := desk.librarian.jobs.last) and last.running and not last.sofar.get("added"):
            await asyncio.sleep(0.01)
    assert last and last.running and 0 < (share_of(last) or 0) <= 1
    assert "of 1 files read" in (await act(desk, "job"))["job"]
    assert "being cancelled" in (await act(desk, "stop-job"))["job"]
    assert "Cancelled The index is as it was." in words((await ended(desk))["job"])
    assert state(folder) == before
    assert Generations(folder).current() == 1
    with Generations(folder).lock():
        pass  # let go of
    assert not list(Path(desk.librarian.jobs._room or "").glob("in"))


async def test_another_program_that_builds_is_waited_for(desk: Desk) -> None:
    with Generations(desk.assistant.folder).lock():
        await act(desk, "add-text", **TEXT)
        shown = await ended(desk)
        assert "It failed Another build is writing to" in words(shown["job"])
        assert "wait until it has ended" in shown["job"]
        assert "Another build" in (await act(desk, "rollback", live="1"))["told"]
    assert NO_REPORT in (await act(desk, "report"))["told"]
    assert "no earlier generation" in (await act(desk, "rollback", live="1"))["told"]


async def test_back_and_forward_between_generations(tmp_path: Path) -> None:
    with small_index(tmp_path) as index:
        build([write(tmp_path / "b.jsonl", story(1), story(2))], index.folder, embedder=HashEmbedder(256))
        desk = Desk(Assistant(index))
        held = index.info().articles
        shown = words((await act(desk, "library"))["history"])
        assert "The one before: generation 1 of" in shown
        assert f"Answers then rest on {held - 2} articles, 2 articles fewer." in shown
        assert "generation 2 is in use, not 1" in (await act(desk, "rollback", live="1"))["told"]
        shown = words((await act(desk, "rollback", live="2"))["history"])
        assert f"Holds {held - 2} articles" in shown and "Go forward to generation 2" in shown
        assert "There is no generation before" not in shown
        shown = words((await act(desk, "forward", live="1"))["history"])
        assert f"Holds {held} articles" in shown and "Go back to generation 1" in shown
        for bad in ("", "x", "-1", "9" * 30):
            assert "is in use, not" in (await act(desk, "rollback", live=bad))["told"]


async def test_the_list_is_searched_filtered_and_continued(tmp_path: Path) -> None:
    with small_index(tmp_path) as index:
        write(tmp_path / "b.jsonl", *(story(n, title=f"{HOSTILE} {n}") for n in range(120)))
        build([tmp_path / "b.jsonl"], index.folder, embedder=HashEmbedder(256))
        desk, held = Desk(Assistant(index)), index.info().articles

        async def listed(**fields: str) -> str:
            return str((await act(desk, "browse", **fields))["shelf"])

        first = await listed()
        assert f"{held} articles, the first 50 shown." in first and first.count("<li>") == 50 and "<script" not in first
        assert "Show 50 more" in first and 'data-more="100"' in first
        more = await listed(more="100")
        assert more.count("<li>") == 100 and f"Show {held - 100} more" in more
        assert (await act(desk, "library"))["shelf"].count("<li>") == 100  # the page stays as it was
        assert "1 of" in words(await listed(words="missil")) and "First S-400 missiles" in await listed(words="missil")
        assert "1 of" in words(await listed(outlet="gamma weekly"))
        assert "Finland joins NATO" in await listed(since="2023-04-04", until="2023-04-04")
        assert "No article fits. Take words away" in await listed(words="zzz")
        assert "exchange From and To" in (await act(desk, "browse", since="2024-01-02", until="2024-01-01"))["told"]
        assert f"{held} articles" in await listed(more="-5")
        assert "is no day: write it as" in (await act(desk, "browse", since="nonsense"))["told"]
        slow, quick = await asyncio.gather(act(desk, "browse", words="mis"), act(desk, "browse", words="missil"))
        assert slow == {} and "First S-400 missiles" in quick["shelf"]  # the one that is outdated shows nothing


async def test_a_newer_index_is_said_with_the_next_answer(tmp_path: Path) -> None:
    with small_index(tmp_path) as index:
        desk = Desk(Assistant(index))
        await desk.greet(ME)
        build([write(tmp_path / "b.jsonl", story(1))], index.folder, embedder=HashEmbedder(256))
        shown = [one async for one in desk.ask(ME, {"question": "What ran aground in the Suez Canal?"})]
        assert any("A newer index is in use: generation 2, 1 article more." in one.get("notice", "") for one in shown)
        shown = [one async for one in desk.ask(ME, {"question": "What ran aground in the Suez Canal?"})]
        assert not any("newer" in one.get("notice", "") for one in shown)
    assert newer((4, 9), (3, 9)) == "An earlier index is in use: generation 3, as many articles."


async def test_read_only_offers_and_does_nothing() -> None:
    desk = Desk(FakeAssistant(), rules=Rules(read_only=True))  # type: ignore[arg-type]
    shown = {**await desk.greet(ME), **await act(desk, "browse")}
    assert READ_ONLY in shown["intake"] and "<form" not in shown["intake"]
    assert "Fighter and radar" in shown["shelf"] and "remove" not in shown["shelf"].lower()
    for do in ("add-files", "add-text", "add-web", "stop-job", "remove", "undo", "rollback", "forward"):
        assert READ_ONLY in (await act(desk, do, chosen="one", live="1", addresses="https://a.example", **TEXT))["told"]
    assert desk.librarian.jobs.last is None


async def test_what_cannot_be_begun_begins_nothing() -> None:
    desk = Desk(FakeAssistant())  # type: ignore[arg-type]
    for do, fields, said in (
        ("remove", {}, "No article is chosen"),
        ("remove", {"chosen": "no such"}, "no article no"),
        ("remove", {"chosen": " ".join(map(str, range(1_001)))}, "1,001 articles"),
        ("add-web", {"addresses": "--fresh"}, "no web address"),
        ("add-files", {"files": '[{"path": "/etc/hosts", "name": "a.txt"}]'}, "did not arrive"),
        ("add-text", {}, "There is no text"),
        ("report", {}, "no report"),
    ):
        assert said.lower() in (await act(desk, do, **fields))["told"].lower()
    assert desk.librarian.jobs.last is None and (await act(desk, "stop-job"))["job"] == ""


def job(**fields: Any) -> Job:
    return Job(1, "add", ME, datetime(2024, 5, 3, 12, tzinfo=UTC), 3, **fields)


@pytest.mark.parametrize(
    ("sofar", "bar", "said"),
    [
        ({}, None, "It is starting"),
        (
            {"stage": "reading", "files": 412, "of_files": 1_000, "added": 310, "bytes": 25, "of_bytes": 100},
            "25.0",
            "412 of 1,000 files read, 310 added.",
        ),
        ({"stage": "reading", "read": 7, "added": 5, "failed": 2}, None, "7 articles found, 5 added, 2 not read."),
        ({"stage": "writing", "of_files": 1, "added": 3}, None, "All is read. The index is being written: 3 added."),
    ],
)
def test_progress_is_a_bar_where_the_share_is_known_and_words_always(sofar: Any, bar: str | None, said: str) -> None:
    html = running_html(job(sofar=sofar), OTHER)
    assert re.findall(r'<progress[^>]* value="([^"]*)"', html) == ([bar] if bar else [])
    assert said in words(html)


def test_a_report_names_what_it_is_of_and_is_only_text() -> None:
    rows = [{"kind": "failed", "file": f"{HOSTILE}{n}", "record": "line 3", "reason": HOSTILE} for n in range(30)]
    rows += [{"kind": "duplicate", "url": "https://a.example/1", "title": "One", "reason": "the same text as Two"}]
    report = {"added": 1_234, "updated": 0, "unchanged": 2, "duplicates": 1, "failed": [{}] * 30, "seconds": 1.25}
    html = ended_html(job(state="done", report=report, now=4), Outcomes.of(rows))
    assert "<script" not in html and "<img" not in html
    said = words(html)
    assert "1,234 added, 0 updated, 2 unchanged, 30 not read. Generation 4 is in use." in said
    assert "Not read (30)" in said and html.count("line 3") == 20 and "And 10 more" in said
    assert "https://a.example/1 One the same text as Two" in said
    assert "holds all of it already" in ended_html(job(state="done", report=report, now=3), Outcomes())
    assert "done before it could be cancelled" in ended_html(job(state="done", stopping=True, now=4), Outcomes())


def test_who_has_no_name_is_not_told_by_their_key() -> None:
    job = Job(1, "add", OTHER, datetime.now(UTC), 1)
    shown = running_html(job, ME)
    assert "Begun by another page" in shown and "secret" not in shown
