"""What programs get of the three doors, over a real index; and the line of all who ask."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from assistant import Assistant
from assistant.door.endpoints import NAMES, Endpoints
from assistant.page.desk import Desk
from assistant.page.line import ENOUGH, FULL, Line, TooMany
from assistant.page.session import Visitor
from index import build
from index.errors import ArticleMissing, BadRequest
from tests.fake_assistant import FakeAssistant

QUESTION = "Why was Turkey removed from the F-35 programme?"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("doors") / "index"
    build(["articles"], folder)
    with Assistant.open(folder) as opened:
        yield opened


@pytest.fixture
def doors(assistant: Assistant) -> Endpoints:
    return Endpoints(assistant, Line())


async def test_ask_is_the_json_of_an_answer(doors: Endpoints) -> None:
    told = await doors.ask("me", QUESTION)
    assert told["answered"] and "[1]" in told["text"] and json.dumps(told)
    assert {"quote", "outlet", "url", "published"} <= set(told["citations"][0])
    history = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": told["text"]}]
    followed = await doors.ask("me", "And when did the first parts arrive?", history, asked_on="2019-08-01")
    assert followed["answered"] and "Turkey" in str(followed["citations"])
    narrowed = await doors.ask("me", QUESTION, outlets=["The Northgate Post"], until="2019-12-31", strict=True)
    assert {one["outlet"] for one in narrowed["citations"]} == {"The Northgate Post"}


async def test_search_gives_passages(doors: Endpoints) -> None:
    told = await doors.search("me", QUESTION, k=3)
    assert len(told["hits"]) == 3 and told["question"] == QUESTION and "read" in told["filters"] and json.dumps(told)
    late = await doors.search("me", QUESTION, since="2020-01-01")
    assert all(hit["published"] >= "2020-01-01" for hit in late["hits"])


async def test_articles_lists_and_gives_one_whole(doors: Endpoints) -> None:
    first = await doors.articles("me", limit=2)
    rest = await doors.articles("me", offset=2, limit=1_000)
    assert first["total"] == rest["total"] == len(first["articles"]) + len(rest["articles"])
    source = (await doors.articles("me", "notre"))["articles"][0]
    whole = await doors.articles("me", article=source["article_id"])
    assert whole["article"]["text"] and {**whole["article"], **source} == whole["article"]
    with pytest.raises(ArticleMissing):
        await doors.articles("me", article="../../etc/passwd")


HOSTILE: list[tuple[str, dict[str, Any], str]] = [
    *[("ask", {"question": wrong}, "`question` is a text") for wrong in (None, 5, [], {}, True)],
    ("ask", {"question": " ?! "}, "is empty, or has no word"),
    ("ask", {"question": "x" * 2_001}, "2,001 characters"),
    *[
        ("ask", {"question": "x", "history": wrong}, "`history` is a list")
        for wrong in ("x", 5, {}, [1], [{}], [["a"]])
    ],
    ("ask", {"question": "x", "history": [{"role": "system", "content": "x"}]}, "`history` is a list"),
    ("ask", {"question": "x", "history": [{"role": "user", "content": "x"}] * 101}, "at most 100 turns"),
    ("ask", {"question": "x", "history": [{"role": "user", "content": "x" * 200_001}]}, "200,000 characters"),
    *[("search", {"question": "x", "k": wrong}, "`k` is a whole number") for wrong in (0, 101, "3", 1.5, True, None)],
    *[
        ("search", {"question": "x", "since": wrong}, "since|no day")
        for wrong in (5, [], "x", "2024-13-01", "2024-1-1")
    ],
    ("search", {"question": "x", "since": "2024-02-01", "until": "2024-01-01"}, "2024-02-01"),
    *[("search", {"question": "x", "outlets": wrong}, "`outlets` is a list") for wrong in ("CNN", 5, [1], {})],
    ("search", {"question": "x", "outlets": ["x"] * 101}, "at most 100 names"),
    ("articles", {"words": 5}, "`words` is a text"),
    ("articles", {"offset": -1}, "`offset` is a whole number from 0"),
    ("articles", {"limit": 10**30}, "`limit` is a whole number"),
    ("articles", {"article": ["x"]}, "`article` is a text, not a list"),
]


@pytest.mark.parametrize(("door", "given", "says"), HOSTILE)
async def test_what_a_client_got_wrong_is_one_sentence(
    doors: Endpoints, door: str, given: dict[str, Any], says: str
) -> None:
    with pytest.raises(BadRequest, match=says) as told:
        await getattr(doors, door)("me", **given)
    assert str(told.value).endswith(".") and "\n" not in str(told.value)


def test_each_door_says_what_each_of_its_arguments_is() -> None:
    for name in NAMES:
        door = getattr(Endpoints, name)
        arguments = set(door.__annotations__) - {"who", "return"}
        assert all(f"            {argument}: " in door.__doc__ for argument in arguments) and "Returns:" in door.__doc__


async def test_beyond_the_line_one_is_told() -> None:
    line, inside = Line(at_once=1, waiting=1, of_one=1), []
    end = asyncio.Event()

    async def ask(who: str) -> None:
        async with line.place(who):
            inside.append(who)
            await end.wait()

    first, second = asyncio.create_task(ask("a")), asyncio.create_task(ask("b"))
    await asyncio.sleep(0.01)
    assert inside == ["a"]
    for who, why in (("a", ENOUGH), ("c", FULL)):
        with pytest.raises(TooMany, match=why.split(":")[0]):
            await ask(who)
    second.cancel()  # who waits and goes leaves the place to others
    await asyncio.sleep(0.01)
    third = asyncio.create_task(ask("c"))
    end.set()
    await asyncio.gather(first, third)
    assert inside == ["a", "c"] and not line.refusal("a") and not line._inside


async def test_the_page_says_in_its_notice_that_the_line_is_full() -> None:
    desk = Desk(FakeAssistant())  # type: ignore[arg-type]
    desk.line = Line(at_once=1, waiting=0)
    async with desk.line.place("other"):
        changes = [one async for one in desk.ask(Visitor("me", "1"), {"question": "Why?"})]
        assert changes == [{"notice": FULL}] and not desk.sessions.of(Visitor("me", "1")).turns
    *_, last, _ = [one async for one in desk.ask(Visitor("me", "1"), {"question": "Why?"})]
    assert "notice" in last or "status" in last
