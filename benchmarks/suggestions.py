"""How many questions are suggested after an answer, of which kinds, and how long they take to be made.

    python benchmarks/suggestions.py INDEX QUESTIONS.jsonl[.xz] [-n 60] [--seed 1] [--years 2024] [--show]

Each question begins a conversation. Whether a suggestion is a good one no program can tell: `--show` prints them to be
read, each under what was asked.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter

import numpy as np
from measure import machine, records


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index")
    parser.add_argument("questions")
    parser.add_argument("-n", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--years", nargs="*", default=[], help="only questions asked in these")
    parser.add_argument("--show", action="store_true")
    arguments = parser.parse_args()

    from assistant import Assistant, Turn

    years = tuple(arguments.years)
    asked = [
        record["question"]
        for record in records(arguments.questions)
        if not years or str(record.get("asked_on", "")).startswith(years)
    ]
    asked = random.Random(arguments.seed).sample(asked, min(arguments.n, len(asked)))
    assistant = Assistant.open(arguments.index)
    seconds, counts = [], []
    kinds: Counter[str] = Counter()
    for question in asked:
        answer = assistant.answer(question)
        began = time.perf_counter()
        found = assistant.suggestions(answer, [Turn(question, answer.text)])
        seconds.append(time.perf_counter() - began)
        counts.append(len(found))
        kinds.update(" ".join(one.split()[: 2 if one.startswith("How") else 1]) for one in found)
        if arguments.show:
            print(f"{'' if answer.answered else '(refused) '}{question}", *(f"    {one}" for one in found), sep="\n")
    p50, p95 = np.percentile(seconds, (50, 95))
    print(f"{assistant.info().articles:,} articles, {len(asked)} questions; {machine()}")
    print(f"{sum(counts)} suggested; after {sum(map(bool, counts))} of {len(counts)} at least one")
    print(f"p50 {p50:.2f} s, p95 {p95:.2f} s, longest {max(seconds):.2f} s")
    print(", ".join(f"{kind} {count}" for kind, count in kinds.most_common()))


if __name__ == "__main__":
    main()
