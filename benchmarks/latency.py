"""How long a search and an answer take on an index: p50 and p99 over questions, warm, one at a time.

python benchmarks/latency.py INDEX QUESTIONS.jsonl[.xz] [-n 500]
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from datetime import date

from measure import machine, milliseconds, records


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


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index")
    parser.add_argument("questions")
    parser.add_argument("-n", type=int, default=500)
    arguments = parser.parse_args()

    from assistant import Assistant
    from index import NewsIndex

    questions = [record for _, record in zip(range(arguments.n), records(arguments.questions), strict=False)]
    news, assistant = NewsIndex.open(arguments.index), Assistant.open(arguments.index)

    def day(question: dict) -> date | None:
        return date.fromisoformat(question["asked_on"]) if question.get("asked_on") else None

    print(f"{news.info().passages:,} passages; {machine()}")
    print("search:", milliseconds(timed(lambda q: news.search(q["question"], 10, asked_on=day(q)), questions)))
    print("answer:", milliseconds(timed(lambda q: assistant.answer(q["question"], asked_on=day(q)), questions)))
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
