"""How long a search and an answer take on an index: p50 and p99 over questions, warm, one at a time.

python benchmarks/latency.py INDEX QUESTIONS.jsonl[.xz] [-n 500] [--json]

INDEX is a folder or the address of a Chroma server; seconds to open count what a server's index has derived meanwhile.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import psutil
from measure import command, machine, milliseconds, peak_mb, records


def timed(call: Callable[[dict], object], questions: list[dict]) -> list[float]:
    """Return the seconds of each call, after five calls that do not count."""
    for question in questions[:5]:
        call(question)
    times = []
    for question in questions:
        start = time.perf_counter()
        call(question)
        times.append(time.perf_counter() - start)
    return times


def measured(index: str, questions: list[dict]) -> dict[str, Any]:
    """Return passages, seconds to open, the seconds of each search and answer, and this process's MB."""
    from assistant import Assistant
    from index import NewsIndex

    def day(question: dict) -> date | None:
        return date.fromisoformat(question["asked_on"]) if question.get("asked_on") else None

    start = time.perf_counter()
    news = NewsIndex.open(index)
    passages, opened = news.info().passages, time.perf_counter() - start
    assistant = Assistant.open(index)
    return {
        "passages": passages,
        "open_seconds": opened,
        "search": timed(lambda q: news.search(q["question"], 10, asked_on=day(q)), questions),
        "answer": timed(lambda q: assistant.answer(q["question"], asked_on=day(q)), questions),
        "mb": psutil.Process().memory_info().rss >> 20,
        "peak_mb": peak_mb(),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index")
    parser.add_argument("questions")
    parser.add_argument("-n", type=int, default=500)
    parser.add_argument("--json", action="store_true", help="p50 and p99 in ms, and the rest, as one JSON object")
    arguments = parser.parse_args()
    questions = [record for _, record in zip(range(arguments.n), records(arguments.questions), strict=False)]
    found = measured(arguments.index, questions)
    if arguments.json:
        spread = {
            f"{name}_p{q}_ms": float(np.percentile(found.pop(name) if q == 99 else found[name], q)) * 1000
            for name in ("search", "answer")
            for q in (50, 99)
        }
        print(json.dumps({**found, **spread}))
        return
    print(f"{found['passages']:,} passages, opened in {found['open_seconds']:.1f} s; {machine()}")
    print("search:", milliseconds(found["search"]))
    print("answer:", milliseconds(found["answer"]))
    print(f"memory: {found['mb']} MB, at its peak {found['peak_mb']} MB")


if __name__ == "__main__":
    command(main)
