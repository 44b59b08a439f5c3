"""Whether reading outlets, days and slips from questions costs answers: how many are read, what that leaves out, R@k.

    python benchmarks/understanding.py --corpus ARTICLES.jsonl --questions Q.jsonl --judged J.jsonl --index DIR
                                       [--years 2022 2023] [--slips] [--show]

A filter is wrong where it leaves out every article judged to hold the answer. The same questions are then searched as
read and with every reading taken back. With `--slips` each question first gets one letter wrong, in one word that the
index has: how many are mended, to what, and what that is worth.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from measure import Question, command, header, key, load_questions, machine, milliseconds, row
from retrieval import first

SLIPPED = 6  # letters of a word that gets a slip


def main() -> None:
    """Print counts, the table, and the milliseconds that reading a question takes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--questions", required=True)
    parser.add_argument("--judged", required=True)
    parser.add_argument("--index", required=True)
    parser.add_argument("--years", nargs="*", default=[])
    parser.add_argument("--slips", action="store_true")
    parser.add_argument("--show", action="store_true", help="print what was read, and which filters were wrong")
    arguments = parser.parse_args()

    from index import NewsIndex
    from index.finding import scope_of
    from index.lexical import Filters, terms

    asked = load_questions(arguments.corpus, arguments.questions, arguments.judged, arguments.years)
    counts: Counter[str] = Counter()
    ranks: dict[str, list[int | None]] = {"as read": [], "nothing read": []}
    times = []
    with NewsIndex.open(arguments.index) as index, index.snapshot() as live:
        by_key = {key(source): source for source in live.articles()}
        outlets, lexical = tuple(live.manifest.outlets), live._lexical
        questions = list(slipped(asked, lexical.frequency)) if arguments.slips else [(one, "", "") for one in asked]
        for question, meant, typed in questions:
            begin = time.perf_counter()
            scope = scope_of(question.text, lexical, outlets, Filters(), question.asked_on)
            times.append(time.perf_counter() - begin)
            read = scope.understood
            counts.update({phrase.kind for phrase in read.phrases})
            counts["corrected"] += bool(scope.corrections)
            if typed:
                used = scope.corrections.get(typed, typed)
                right = terms(used) == terms(meant)
                counts["slip mended" if right else "slip left" if used == typed else "slip mended wrongly"] += 1
            if scope.outlets or scope.since or scope.until:
                judged = [by_key[url] for url in question.urls if url in by_key]
                wrong = bool(judged) and not any(passes(source, scope) for source in judged)
                counts.update({"filter": 1, "filter that leaves out every judged article": wrong})
            if arguments.show and (read.phrases or scope.corrections):
                print(question.asked_on, question.text, read.phrases, dict(scope.corrections), sep=" | ")
            taken_back = [*scope.corrections, *(one.words for one in read.phrases)]
            for name, without in (("as read", []), ("nothing read", taken_back)):
                hits = live.search(question.text, 100, asked_on=question.asked_on, without=without)
                found = [(key(hit.passage.source), hit.passage.source.title, hit.passage.text) for hit in hits]
                ranks[name].append(first(question, found))
    print(f"{len(questions)} questions; {machine()}\n{dict(counts)}\nreading: {milliseconds(times)}\n\n{header()}")
    for name, of_it in ranks.items():
        print(row(name, of_it))


def passes(source, scope) -> bool:
    """Tell whether an article passes the filters of a scope."""
    if scope.outlets and source.outlet not in scope.outlets:
        return False
    if not (scope.since or scope.until):
        return True
    day = source.published
    return day is not None and (scope.since or day) <= day <= (scope.until or day)


def slipped(questions: Sequence[Question], frequency) -> Iterator[tuple[Question, str, str]]:
    """Yield questions with a letter left out, exchanged or changed in one word; that word as meant and typed."""
    from index.lexical import terms

    chance = random.Random(0)
    for question in questions:
        words = list(re.finditer(rf"(?<![\w’'-])[A-Za-z]{{{SLIPPED},}}(?![\w-])", question.text))
        words = [match for match in words if frequency(terms(match.group())[0]) > 20]
        if not words:
            continue
        match = chance.choice(words)
        word, place, letter = match.group(), chance.randrange(1, len(match.group()) - 1), chance.choice("aeinorstlm")
        left, right = word[:place], word[place:]
        typed = chance.choice([left + right[1:], left + right[1] + right[0] + right[2:], left + letter + right[1:]])
        if terms(typed) != terms(word):
            text = question.text[: match.start()] + typed + question.text[match.end() :]
            yield replace(question, text=text), word, typed


if __name__ == "__main__":
    command(main)
