"""Many people ask while the index is built, shortened and rolled back, again and again: what breaks, what grows.

    python benchmarks/soak.py ARTICLES.jsonl[.xz] QUESTIONS.jsonl[.xz] [--minutes 20] [--people 20] [--size 2000]
                              [--server] [--out soak.json]

First the same people ask for `--quiet` minutes while nothing changes: that is idle. Then, beside them, commands of
their own go on without end: articles are added and changed, taken out, and had back by a rollback (`Editor`).

Wrong is a citation whose words, span or day are not those of its article as it stood in a generation that was live
while it was asked; an answer that failed or never came; a command that failed; a traceback or error in the server's
log; an index that in the end does not list the articles that it should. Memory and descriptors are the server's; their
slope is a line through means of a minute with its 95 % interval, the first minutes after warming up left out.
Exits with 1 where anything is wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import html
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil
from asking import LONGEST, Heard, Person
from measure import command, machine, records

sys.path.insert(0, str(Path(__file__).parent.parent))  # servers are the tests' too

CITED = re.compile(
    r'class="source" [^>]*?data-article="(\w+)"[^>]*? data-start="(\d+)" data-end="(\d+)" data-quote="([^"]*)"'
    r"[^>]*>((?:(?!</button>).)*)</button>",
    re.DOTALL,
)
DAY = re.compile(r'<time datetime="([^"]*)"')
TURNS = 10  # questions until a person opens the page anew
STRIDE = 5.0  # seconds between two looks at the server
SETTLED = 120.0  # seconds after which the server's memory should be flat

Version = tuple[str, str | None]  # a text and its day


@dataclass
class State:
    """What is live from one moment to another, on the monotonic clock; both ends may still see the neighbour's."""

    live: Mapping[str, Version]
    since: float
    until: float = float("inf")


@dataclass
class Editor:
    """Changes the index by commands of their own, and knows at each moment what it should hold."""

    options: Sequence[str]
    work: Path
    spare: list[dict[str, Any]]
    records: dict[str, dict[str, Any]]  # of all articles that are or were there, by id
    states: list[State]
    rng: random.Random = field(default_factory=lambda: random.Random(7))
    counts: dict[str, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def go_on(self, pause: float) -> None:
        """Change it until `done`, with a pause after each change."""
        while not self.done.is_set():
            for change in (self.add, self.remove, self.roll_back, self.add, self.remove):
                if self.done.is_set():
                    return
                change()
                self.done.wait(pause)

    def add(self) -> None:
        """Add 40 articles and change 20."""
        live = dict(self.states[-1].live)
        new, self.spare = self.spare[:40], self.spare[40:]
        changed = [
            {
                **self.records[key],
                "text": f"{self.records[key]['text']}\nThis article was changed: {self.rng.random()}.",
            }
            for key in self.rng.sample(sorted(live), 20)
        ]
        path = self.work / "more.jsonl"
        path.write_text("".join(json.dumps(record) + "\n" for record in [*new, *changed]))
        live.update(self.known([*new, *changed]))
        self._run("build", live, str(path))

    def remove(self) -> None:
        """Take articles out, until there are as many as at first: memory that grows with the index is no leak."""
        live = dict(self.states[-1].live)
        out = self.rng.sample(sorted(live), len(live) - len(self.states[0].live))
        for key in out:
            del live[key]
        self._run("remove", live, *out)

    def roll_back(self) -> None:
        """Take the last change back."""
        self._run("rollback", self.states[-2].live)

    def known(self, new: Sequence[dict[str, Any]]) -> dict[str, Version]:
        """Remember records, and return what the index makes of them."""
        from index.readers.records import from_mapping

        made = {}
        for record in new:
            article = from_mapping(record)
            day = article.source.published
            self.records[article.source.id] = record
            made[article.source.id] = (article.text, day.isoformat() if day else None)
        return made

    def _run(self, name: str, live: Mapping[str, Version], *arguments: str) -> None:
        start = time.monotonic()
        line = [sys.executable, "-m", "index", name, *arguments, *self.options]
        done = subprocess.run(line, capture_output=True, text=True, check=False)
        self.counts[name] = self.counts.get(name, 0) + 1
        if done.returncode:
            self.failed.append(f"{name}: exit {done.returncode}: {done.stderr.strip()[-300:]}")
            return
        self.states[-1].until = time.monotonic()
        self.states.append(State(live, start))


@dataclass
class Watch:
    """Looks at the server now and then."""

    process: psutil.Process
    seen: list[tuple[float, float, int]] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def go_on(self) -> None:
        """Look until `done`: seconds, MB, descriptors."""
        start = time.monotonic()
        while not self.done.wait(STRIDE):
            mb = self.process.memory_info().rss / 2**20
            self.seen.append((time.monotonic() - start, mb, self.process.num_fds()))


@dataclass
class Told:
    """An answer, and between which moments it was made; or None, and why it was lost."""

    heard: Heard | None
    asked: float
    answered: float
    why: str = ""


async def person(address: str, questions: Sequence[str], pause: float, until: float, seed: int) -> list[Told]:
    """Ask, and think for a random time between 0 and twice the pause, until the end."""
    rng, told = random.Random(seed), []
    # let go of sooner than the server does, lest both meet: a browser would ask again
    limits = httpx.Limits(max_connections=None, keepalive_expiry=2)
    while time.monotonic() < until:
        async with httpx.AsyncClient(base_url=address, timeout=LONGEST, limits=limits, trust_env=False) as client:
            (await client.get("/")).raise_for_status()
            one = Person(client, (await client.get("/config")).raise_for_status().json())
            await one.open()
            for _ in range(TURNS):
                await asyncio.sleep(rng.uniform(0, 2 * pause))
                if time.monotonic() >= until:
                    break
                asked, heard, why = time.monotonic(), None, ""
                try:
                    heard = await asyncio.wait_for(one.ask(rng.choice(questions)), LONGEST)
                except (httpx.HTTPError, TimeoutError, AssertionError) as error:
                    why = repr(error)
                told.append(Told(heard, asked, time.monotonic(), why))
            await one.close()
    return told


async def crowd(address: str, questions: Sequence[str], people: int, pause: float, seconds: float) -> list[Told]:
    """Let people ask for some time; return all answers."""
    until = time.monotonic() + seconds
    asking = [person(address, questions, pause, until, seed) for seed in range(people)]
    return [one for mine in await asyncio.gather(*asking) for one in mine]


def wrong(told: Told, states: Sequence[State]) -> str:
    """Return what is wrong with an answer; nothing where it is right."""
    from index.characters import inert

    if told.heard is None:
        return f"an answer was lost: {told.why}"
    turn = told.heard.turns[-1]
    if 'class="failure"' in turn or 'aria-busy="false"' not in turn:
        return f"{told.heard.question!r} failed: {re.sub('<[^>]+>', ' ', turn)[:300]}"
    could = [state.live for state in states if state.since <= told.answered and state.until >= told.asked]
    for key, start, end, quote, shown in CITED.findall(turn):
        day = "".join(DAY.findall(shown))
        versions = [live[key] for live in could if key in live]
        said = html.unescape(quote)
        if not any(inert(text[int(start) : int(end)]) == said and (known or "") == day for text, known in versions):
            return (
                f"{told.heard.question!r} cites {key} {start}-{end} {day}: {said[:80]!r}, of {len(versions)} versions"
            )
    return ""


def slope(times: Sequence[float], values: Sequence[float]) -> str:
    """Return the slope an hour of a line through means of a minute, with its 95 % interval."""
    from scipy.stats import linregress, t

    minutes = np.array(times) // 60
    each = [
        (np.mean(np.array(times)[minutes == one]), np.mean(np.array(values)[minutes == one])) for one in set(minutes)
    ]
    if len(each) < 3:
        return "not known: it needs three minutes"
    line = linregress(*zip(*sorted(each), strict=True))
    half = t.ppf(0.975, max(len(each) - 2, 1)) * line.stderr
    return f"{line.slope * 3600:+.1f} an hour ({(line.slope - half) * 3600:+.1f} to {(line.slope + half) * 3600:+.1f})"


def waits(told: Sequence[Told]) -> dict[str, float]:
    """Return p50 and p99 of the seconds until an answer was whole, each with all that were not lost."""
    whole = [one.heard.whole for one in told if one.heard]
    return {f"p{q}": round(float(np.percentile(whole, q)), 3) for q in (50, 95, 99)} | {"n": len(whole)}


def soak(arguments: argparse.Namespace, work: Path) -> dict[str, Any]:
    """Run it; return the figures."""
    from index import build
    from tests.browser import serving, wait_for
    from tests.chroma import chroma

    corpus = list(different(records(arguments.articles)))
    random.Random(0).shuffle(corpus)
    base, spare = corpus[: arguments.size], corpus[arguments.size :]
    asked = [record["question"] for record in records(arguments.questions)]
    with ExitStack() as running:
        where, option = str(work / "index"), "--index"
        if arguments.server:
            where, option = running.enter_context(chroma(work / "index")).url, "--chroma"
            os.environ["DATELINE_CHROMA_CACHE"] = str(work / "derived")
        first = work / "base.jsonl"
        first.write_text("".join(json.dumps(record) + "\n" for record in base))
        passages = build([str(first)], where).passages
        editor = Editor([option, where], work, spare, {}, [])
        editor.states.append(State(editor.known(base), time.monotonic()))
        log = running.enter_context((work / "server.log").open("wb"))
        address = running.enter_context(serving("ui.py", option, where, "--port", log=log))
        wait_for(address)
        server = next(one for one in psutil.Process().children() if "ui.py" in one.cmdline())
        ask = (address, asked, arguments.people, arguments.pause)
        asyncio.run(crowd(*ask, 30))  # which warms up
        idle = asyncio.run(crowd(*ask, arguments.quiet * 60))
        watch = Watch(server)
        beside = [threading.Thread(target=watch.go_on), threading.Thread(target=editor.go_on, args=(arguments.rest,))]
        for thread in beside:
            thread.start()
        busy = asyncio.run(crowd(*ask, arguments.minutes * 60))
        editor.done.set()
        watch.done.set()
        for thread in beside:
            thread.join()
        lost = set(editor.states[-1].live) ^ listed(where)
    said = (work / "server.log").read_text(errors="replace")
    problems = [problem for one in (*idle, *busy) if (problem := wrong(one, editor.states))]
    problems += editor.failed + [f"the index and what it should list differ in {key}" for key in lost]
    problems += [line for line in said.splitlines() if "Traceback" in line or "Error" in line]
    cited = sum(len(CITED.findall(one.heard.turns[-1])) for one in (*idle, *busy) if one.heard)
    problems += [] if cited else ["no answer cites anything: the questions are not about these articles"]
    late = [one for one in watch.seen if one[0] >= min(SETTLED, arguments.minutes * 30)]
    times, memory, descriptors = zip(*late, strict=True)
    ratio = waits(busy)["p99"] / waits(idle)["p99"]
    return {
        "machine": machine(),
        "passages": passages,
        "changes": editor.counts,
        "idle": waits(idle),
        "busy": waits(busy),
        "p99_busy_to_idle": round(ratio, 2),
        "memory_mb": [round(memory[0]), round(memory[-1]), round(max(memory))],
        "memory_slope_mb": slope(times, memory),
        "descriptors": [descriptors[0], descriptors[-1], max(descriptors)],
        "descriptors_slope": slope(times, descriptors),
        "load": round(os.getloadavg()[2], 1),
        "citations": cited,
        "wrong": problems,
    }


def listed(where: str) -> set[str]:
    """Return the ids of all articles of an index."""
    from index import NewsIndex

    news = NewsIndex.open(where)
    try:
        return {source.id for source in news.articles()}
    finally:
        news.close()


def different(articles: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield articles, no two of which the index would take for one."""
    from index.readers.records import from_mapping

    known: set[str] = set()
    for record in articles:
        article = from_mapping(record)
        if known.isdisjoint(both := {article.source.id, article.text}):
            known |= both
            yield record


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles")
    parser.add_argument("questions")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--quiet", type=float, default=3)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--pause", type=float, default=4, help="seconds between an answer and the next question")
    parser.add_argument("--rest", type=float, default=10, help="seconds between two changes of the index")
    parser.add_argument("--size", type=int, default=2_000, help="how many the index begins with")
    parser.add_argument("--server", action="store_true", help="the index is on a Chroma server")
    parser.add_argument("--out", help="a file for the figures as JSON")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        found = soak(arguments, Path(work))
    problems = found.pop("wrong")
    for name, value in found.items():
        print(f"{name}: {value}")
    print(f"wrong: {len(problems)}", *problems[:20], sep="\n")
    if arguments.out:
        Path(arguments.out).write_text(json.dumps({**found, "wrong": problems}, indent=1))
    raise SystemExit(bool(problems))


if __name__ == "__main__":
    command(main)
