"""Whether reading outlets, days and slips from questions costs answers: how many are read, what that leaves out, R@k.

    python benchmarks/understanding.py --corpus ARTICLES.jsonl --questions Q.jsonl --judged J.jsonl --index DIR
                                       [--years 2022 2023] [--show]

A filter is wrong where it leaves out every article judged to hold the answer. The same questions are then searched as
read and with every phrase taken back.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter

from measure import HEADER, load_questions, machine, milliseconds, row
from retrieval import first


def main() -> None:
    """Print counts, the table, and the milliseconds that reading a question takes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--questions", required=True)
    parser.add_argument("--judged", required=True)
    parser.add_argument("--index", required=True)
    parser.add_argument("--years", nargs="*", default=[])
    parser.add_argument("--show", action="store_true", help="print what was read, and which filters were wrong")
    arguments = parser.parse_args()

    from index import NewsIndex
    from index.finding import scope_of
    from index.lexical import Filters

    questions = load_questions(arguments.corpus, arguments.questions, arguments.judged, arguments.years)
    index = NewsIndex.open(arguments.index)
    by_url = {source.url: source for source in index.articles()}
    counts: Counter[str] = Counter()
    ranks: dict[str, list[int | None]] = {"as read": [], "nothing read": []}
    times = []
    with index.snapshot() as live:
        outlets = tuple(live.manifest.outlets)
        for question in questions:
            begin = time.perf_counter()
            scope = scope_of(question.text, live._lexical, outlets, Filters(), question.asked_on)
            times.append(time.perf_counter() - begin)
            read = scope.understood
            kinds = {phrase.kind for phrase in read.phrases}
            counts.update(kinds)
            counts["dropped"] += bool(scope.dropped)
            counts["corrected"] += bool(scope.corrections)
            judged = [by_url[url] for url in question.urls if url in by_url]
            if judged and (scope.outlets or scope.since or scope.until):
                counts["filtered"] += 1
                if not any(_passes(source, scope) for source in judged):
                    counts["every judged article left out"] += 1
                    if arguments.show:
                        print("WRONG", [(s.outlet, str(s.published)) for s in judged])
            if arguments.show and (read.phrases or scope.corrections):
                print(question.asked_on, question.text, read.phrases, scope.corrections, scope.words)
            for name, without in (
                ("as read", ()),
                ("nothing read", [*scope.corrections, *(one.words for one in read.phrases)]),
            ):
                if name == "nothing read" and not without:
                    ranks[name].append(ranks["as read"][-1])
                    continue
                hits = live.search(question.text, 10, asked_on=question.asked_on, without=without)
                found = [(hit.passage.source.url, hit.passage.source.title, hit.passage.text) for hit in hits]
                ranks[name].append(first(question, found))
    print(f"{len(questions)} questions; {machine()}\n{dict(counts)}\nreading: {milliseconds(times)}\n\n{HEADER}")
    for name, of_it in ranks.items():
        print(row(name, of_it))


def _passes(source, scope) -> bool:
    day = source.published
    return (not scope.outlets or source.outlet in scope.outlets) and (
        not (scope.since or scope.until)
        or (day is not None and (scope.since or day) <= day and (scope.until or day) >= day)
    )


if __name__ == "__main__":
    main()
