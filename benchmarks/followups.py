"""How often a turn of a conversation finds its article, asked through the Assistant with its real answers before it.

    python benchmarks/followups.py [--part learning|reporting|later] [--corpus SOURCE...] [--conversations TALKS.jsonl]
                                   [--index DIR] [--misses]

Conversations are JSON lines {id, turns: [{question, kind, article_ids}]}; an article is named by its URL, or by its
title where it has none. A turn is found when one of its articles is among those of the first three passages found
(`Assistant.find`), first when it is that of the first of them, and quoted when one is cited. Of the first 86
conversations the odd ones are for learning and the even ones for reporting; the later ones were written when the rules
were done. Without arguments: the sample and its conversations, all parts.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from measure import interval, machine, records

if TYPE_CHECKING:
    from index.articles import Source

HERE = Path(__file__).parent
CONVERSATIONS = HERE / "sample" / "conversations.jsonl"
PARTS = ("learning", "reporting", "later")
HALVED = 86  # conversations up to this number are the two halves
FIRST_PASSAGES = 3


@dataclass(frozen=True)
class Asked:
    """A turn as it went: what was asked and searched, how well its article was found."""

    talk: str
    part: str
    kind: str  # of follow-up; "first" for the turn that opens a conversation
    question: str
    searched: str
    first: bool
    found: bool
    quoted: bool


def part(talk: str) -> str:
    """Return which part a conversation belongs to, by the number its id ends with."""
    number = re.search(r"\d+$", talk)
    if number is None:
        raise ValueError(f"The id {talk!r} of a conversation must end with a number.")
    if int(number.group()) > HALVED:
        return "later"
    return "learning" if int(number.group()) % 2 else "reporting"


def ask_all(index_dir: str, talks: Iterable[dict]) -> Iterator[Asked]:
    """Yield every turn of the conversations, each asked with the answers before it."""
    from assistant import Assistant, Turn
    from assistant.request import Request

    with Assistant.open(index_dir) as assistant:
        for talk in talks:
            history: list[Turn] = []
            for turn in talk["turns"]:
                answer = assistant.answer(turn["question"], history)
                hits = assistant.find(Request(turn["question"], history)).hits[:FIRST_PASSAGES]
                named = [any(_named(source, turn) for source in (hit.passage.source, *hit.reprints)) for hit in hits]
                yield Asked(
                    talk["id"],
                    part(talk["id"]),
                    turn["kind"] if history else "first",
                    turn["question"],
                    answer.searched,
                    any(named[:1]),
                    any(named),
                    any(_named(citation.source, turn) for citation in answer.citations),
                )
                history.append(Turn(turn["question"], answer.text))


def _named(source: Source, turn: dict) -> bool:
    return (source.url or source.title) in turn["article_ids"]


def row(name: str, turns: Sequence[Asked]) -> str:
    """Return a table row: how many turns, and the shares found and quoted with their 95 % intervals."""
    cells = []
    for values in zip(*((turn.first, turn.found, turn.quoted) for turn in turns), strict=True):
        mean, low, high = interval(np.array(values, dtype=float))
        cells.append(f"{mean:.3f} ({low:.3f}-{high:.3f})")
    return f"| {name} | {len(turns)} | {' | '.join(cells)} |"


def table(turns: Sequence[Asked]) -> Iterator[str]:
    """Yield the rows: all turns, first turns, follow-ups, and each kind of follow-up."""
    yield "| turns | n | first | among the first three | quoted |\n| --- | --- | --- | --- | --- |"
    follow_ups = [turn for turn in turns if turn.kind != "first"]
    yield row("all", turns)
    yield row("first", [turn for turn in turns if turn.kind == "first"])
    yield row("follow-ups", follow_ups)
    for kind in sorted({turn.kind for turn in follow_ups}):
        yield row(kind, [turn for turn in follow_ups if turn.kind == kind])


def main() -> None:
    """Print a table a part, and the misses."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=PARTS, nargs="*", default=PARTS)
    parser.add_argument("--corpus", nargs="+", default=[str(HERE.parent / "articles")])
    parser.add_argument("--conversations", default=str(CONVERSATIONS))
    parser.add_argument("--index", help="an index of the corpus that is there already")
    parser.add_argument("--misses", action="store_true", help="list the turns not found, with what was searched")
    arguments = parser.parse_args()

    talks = [talk for talk in records(arguments.conversations) if part(talk["id"]) in arguments.part]
    print(f"{len(talks)} conversations; {machine()}")
    with tempfile.TemporaryDirectory() as folder:
        turns = list(ask_all(arguments.index or built(arguments.corpus, folder), talks))
    for name in sorted({turn.part for turn in turns}, key=PARTS.index):
        print(f"\n{name}\n")
        print(*table([turn for turn in turns if turn.part == name]), sep="\n")
        for turn in turns:
            if arguments.misses and turn.part == name and not turn.found:
                print(f"not found: {turn.talk} ({turn.kind}) {turn.question!r} searched as {turn.searched!r}")


def built(corpus: Sequence[str], folder: str) -> str:
    """Build an index of the corpus in a folder and return its path."""
    from index import build

    build(corpus, folder)
    return folder


if __name__ == "__main__":
    main()
