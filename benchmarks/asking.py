"""How long people wait who ask at once, each on a page of their own, over HTTP; and whether each answer is theirs.

python benchmarks/asking.py INDEX QUESTIONS.jsonl[.xz] [--people 20] [--each 10]

Each person opens the page and sends what its scripts send, one question after the other without a pause: to the queue,
whose stream of changes is read as it comes. Times are from sending to the first words of an answer, to the whole of
it, and to all that changes with it (what to ask next, the menu).
Every answer is set beside what the assistant says to that conversation alone: what is lost or another's is counted.
"""

from __future__ import annotations

import argparse
import asyncio
import html
import json
import os
import re
import secrets
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
from gradio_client.utils import apply_diff
from measure import machine, records

if TYPE_CHECKING:
    from assistant import Answer, Assistant

sys.path.insert(0, str(Path(__file__).parent.parent))  # servers of the page are the tests' too

LONGEST = 60.0  # seconds until an answer counts as lost
ASKED = re.compile(r'class="turn"[^>]*? data-question="([^"]*)"')
QUOTED = re.compile(r'class="source" [^>]*? data-quote="([^"]*)"')


@dataclass(frozen=True)
class Heard:
    """One answer as a page got it: seconds to its first words, its last and all else, and the HTML of the talk."""

    question: str
    first: float
    whole: float
    all: float
    turns: Sequence[str]


class Person:
    """One open page, as its server sees it; its client keeps the cookie by which that tells people apart."""

    def __init__(self, client: httpx.AsyncClient, config: Mapping[str, Any]) -> None:
        self.client, self.session = client, secrets.token_hex(6)
        named = {part["props"].get("elem_id"): part["id"] for part in config["components"]}
        found = {tuple(target): one for one in config["dependencies"] for target in one["targets"]}
        self.trigger = named["composer"]
        ask, self.greet_id = found[self.trigger, "submit"], found[0, "load"]["id"]
        self.ask_id, self.talk = ask["id"], ask["outputs"].index(named["talk"])

    async def open(self) -> None:
        (await self.client.get("/")).raise_for_status()
        sent = self._sent(self.greet_id, None, 0)
        (await self.client.post("/gradio_api/run/predict", json=sent)).raise_for_status()
        self._beating = asyncio.create_task(self._beat())

    async def close(self) -> None:
        self._beating.cancel()
        with suppress(asyncio.CancelledError, httpx.HTTPError):
            await self._beating

    async def _beat(self) -> None:
        """Hold the stream from which the server knows that the page is open: it forgets one that is closed."""
        async with self.client.stream("GET", f"/gradio_api/heartbeat/{self.session}", timeout=None) as stream:
            stream.raise_for_status()
            async for _ in stream.aiter_bytes():
                pass

    async def ask(self, question: str) -> Heard:
        began, first, whole, data = time.perf_counter(), 0.0, 0.0, None
        event = {"do": "ask", "question": question}
        joined = await self.client.post("/gradio_api/queue/join?", json=self._sent(self.ask_id, event, self.trigger))
        joined.raise_for_status()
        turns: Sequence[str] = ()
        async with self.client.stream("GET", "/gradio_api/queue/data", params={"session_hash": self.session}) as stream:
            async for message in _messages(stream):
                if message["msg"] not in ("process_generating", "process_completed"):
                    continue
                assert message["success"], message
                came = message["output"].get("data") or []
                data = _changed(data, came)
                if isinstance(shown := data[self.talk], list):
                    turns = shown[:-1]  # the last is the picture's number
                    if not first and '<div class="answer"' in turns[-1] and "Looking through" not in turns[-1]:
                        first = time.perf_counter() - began
                    if not whole and 'aria-busy="false"' in turns[-1]:
                        whole = time.perf_counter() - began
                if message["msg"] == "process_completed":
                    break
        return Heard(question, first, whole, time.perf_counter() - began, turns)

    def _sent(self, number: int, event: Any, trigger: int) -> dict[str, Any]:
        about = {"fn_index": number, "trigger_id": trigger, "session_hash": self.session}
        return {"data": [], "event_data": event, **about}


async def _messages(stream: httpx.Response) -> Any:
    async for line in stream.aiter_lines():
        if line.startswith("data:"):
            yield json.loads(line[5:])


def _changed(data: list[Any] | None, came: list[Any]) -> list[Any]:
    """Return what the parts are now; after the first message only differences come."""
    if data is None:
        return list(came)
    return (
        [apply_diff(old, new) if _is_diff(new) else new for old, new in zip(data, came, strict=True)] if came else data
    )


def _is_diff(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, list) and len(one) == 3 for one in value)


async def crowd(address: str, asked: Sequence[Sequence[str]]) -> list[list[Heard | None]]:
    """Ask each person's questions, one after the other, all people at once; None for what was lost."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, timeout=LONGEST, limits=limits, trust_env=False) as one:
        (await one.get("/")).raise_for_status()  # which gives the cookie that all else asks for
        config = (await one.get("/config")).raise_for_status().json()
        clients = [httpx.AsyncClient(base_url=address, timeout=LONGEST, limits=limits, trust_env=False) for _ in asked]
        try:
            return await asyncio.gather(
                *(_one(Person(c, config), mine) for c, mine in zip(clients, asked, strict=True))
            )
        finally:
            await asyncio.gather(*(client.aclose() for client in clients))


async def _one(person: Person, questions: Sequence[str]) -> list[Heard | None]:
    await person.open()
    heard: list[Heard | None] = []
    for question in questions:
        try:
            heard.append(await asyncio.wait_for(person.ask(question), LONGEST))
        except (httpx.HTTPError, TimeoutError):
            heard.append(None)
    await person.close()
    return heard


def wrong(assistant: Assistant, heard: Sequence[Sequence[Heard | None]]) -> list[str]:
    """Return what is not as it should be: lost, cut short, another's, or not what the assistant says to it alone."""
    return [problem for mine in heard for problem in _wrong_with(assistant, mine)]


def _wrong_with(assistant: Assistant, mine: Sequence[Heard | None]) -> Iterator[str]:
    """Yield what is wrong with one person's answers, each set beside the same conversation held alone."""
    from assistant import Turn
    from index.characters import inert

    history: list[Turn] = []
    for one in mine:
        if one is None:
            yield "an answer was lost"
            continue
        answer = assistant.answer(one.question, history)
        history.append(Turn(one.question, answer.text))
        said = [html.unescape(question) for turn in one.turns for question in ASKED.findall(turn)]
        if said != [inert(turn.question) for turn in history]:
            yield f"{one.question!r} stands in the conversation {said}"
        elif problem := _not_the(answer, one.turns[-1]):
            yield f"{one.question!r}: {problem}"


def _not_the(answer: Answer, turn: str) -> str:
    from assistant.page.escaping import safe
    from index.characters import inert

    quotes = [html.unescape(quote) for quote in QUOTED.findall(turn)]
    if 'aria-busy="false"' not in turn:
        return "it does not end"
    if quotes != [inert(one.quote) for one in answer.citations]:
        return f"it quotes {quotes}"
    return "" if answer.citations or safe(answer.reason or answer.text) in turn else "it gives another reason"


def processor() -> float:
    """Return the seconds of processor time that what this process has started has used; Linux tells them."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            fields = stat.read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12]) if int(fields[1]) == os.getpid() else 0
    return total / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Print the figures. Exits with 1 where an answer was lost or is another's."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index")
    parser.add_argument("questions")
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--each", type=int, default=10)
    arguments = parser.parse_args()

    from assistant import Assistant
    from tests.browser import serving, wait_for

    needed = arguments.people * arguments.each
    questions = [record["question"] for _, record in zip(range(needed), records(arguments.questions), strict=False)]
    asked = [questions[number :: arguments.people] for number in range(arguments.people)]
    with serving("ui.py", "--index", arguments.index, "--port") as address:
        wait_for(address, 120)
        asyncio.run(crowd(address, [questions[:3]]))  # these warm up
        began, busy = time.perf_counter(), processor()
        heard = asyncio.run(crowd(address, asked))
        took, busy = time.perf_counter() - began, processor() - busy
    assistant = Assistant.open(arguments.index)
    print(f"{assistant.info().passages:,} passages; {arguments.people} people × {arguments.each}; {machine()}")
    told = [one for mine in heard for one in mine if one]
    for what in ("first", "whole", "all"):
        p50, p95, p99 = np.percentile([getattr(one, what) for one in told], (50, 95, 99))
        print(f"{what + ':':7} p50 {p50:.2f} s, p95 {p95:.2f} s, p99 {p99:.2f} s, n={len(told)}")
    cost = f"{busy / len(told) * 1000:.0f} ms of the server's processor time each"
    print(f"{len(told) / took:.1f} answers a second, {cost}; load average {os.getloadavg()[0]:.1f}")
    problems = wrong(assistant, heard)
    print(*problems[:20], f"{len(problems)} lost, cut short or another's", sep="\n")
    raise SystemExit(bool(problems))


if __name__ == "__main__":
    main()
