"""How often answers are found to rest on articles that disagree, of which kind that is, and how long it takes to tell.

    python benchmarks/disagreements.py [--index DIR] [--questions Q.jsonl] [--years 2024] [--answers 150] [--skip N]
        [--show]

Asks the questions in a fixed random order until so many are answered, and looks for different figures in what was
found for each answer, as the page does. Whether a difference is a true one, no number tells: `--show` prints each with
its sentences, to be read. Without arguments: the sample and its questions on the earthquake.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from measure import command, machine, milliseconds, records

from assistant import Assistant
from assistant.disagreement import Difference, differences, places
from assistant.found import quoted
from assistant.request import Request
from index import build

SAMPLE = Path(__file__).parent.parent / "articles"
ASKED = ("How strong was the earthquake of February 2023?", "How many people died in the earthquake in Turkey?")


def main() -> None:
    """Print the figures, and with --show what they count."""
    options = _options()
    with tempfile.TemporaryDirectory() as made:
        if not options.index:
            build([SAMPLE], made)
        with Assistant.open(options.index or made) as assistant:
            _report(assistant, list(_requests(options)), options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", help="an index; without it the sample's is built")
    parser.add_argument("--questions", help="JSON lines with `question` and `asked_on`")
    parser.add_argument("--years", nargs="*", default=[], help="only questions asked in these years")
    parser.add_argument("--answers", type=int, default=150, help="answers to look at (default: 150)")
    parser.add_argument("--skip", type=int, default=0, help="answers to pass over first, those read before")
    parser.add_argument("--show", action="store_true", help="print each difference with its sentences")
    return parser.parse_args()


def _requests(options: argparse.Namespace) -> Iterator[Request]:
    """Yield the questions in a fixed random order."""
    if not options.questions:
        yield from map(Request, ASKED)
        return
    rows = [row for row in records(options.questions) if not options.years or row["asked_on"][:4] in options.years]
    for row in random.Random(7).sample(rows, len(rows)):
        yield Request(row["question"], asked_on=date.fromisoformat(row["asked_on"]))


def _report(assistant: Assistant, requests: list[Request], options: argparse.Namespace) -> None:
    kinds: Counter[str] = Counter()
    seconds: list[float] = []
    spoke = skipped = 0
    for request in requests:
        found = assistant.find(request)
        if found.refusal is not None:
            continue
        if skipped < options.skip:
            skipped += 1
            continue
        *_, answer = quoted(found)
        began = time.perf_counter()
        told = differences(places(answer.citations, found.hits), {one.source.id for one in answer.citations})
        seconds.append(time.perf_counter() - began)
        spoke += bool(told)
        kinds.update(one.kind for one in told)
        if options.show:
            _show(request, told)
        if len(seconds) == options.answers:
            break
    print(machine())
    print("| answers | with a difference | they disagree | at another time |\n| --- | --- | --- | --- |")
    print(f"| {len(seconds)} | {spoke} | {kinds['differ']} | {kinds['later']} |")
    print(milliseconds(seconds))


def _show(request: Request, told: list[Difference]) -> None:
    for one in told:
        print(f"\n{request.question}\n  {one.kind}: {', '.join(one.what)}")
        for figure in one.told:
            print(f"    {figure.value} | {figure.source.published} | {figure.source.outlet} | {figure.sentence}")


if __name__ == "__main__":
    command(main)
