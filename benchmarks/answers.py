"""How the gate judges sentences as language models word them, each beside a wrong twin, over the sample's articles.

    python benchmarks/answers.py [--part learning|reporting] [--show] [--json]

Each sentence cites its whole article. Marked is every verdict but "supported": wrongly for what the article says,
rightly for the twin. The gate was made with the part for learning in view; of the other part only these numbers were
looked at.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from measure import cell, command, machine, milliseconds

from assistant.checks import Evidence, check
from assistant.types import Check
from index.articles import Article
from index.readers import Record, read

HERE = Path(__file__).parent
ARTICLES = HERE.parent / "articles"
ANSWERS = HERE / "sample" / "answers.jsonl"
PARTS = ("learning", "reporting")
KINDS = ("number", "date", "name", "quotation", "attribution", "opposite", "invented", "swapped")


@dataclass(frozen=True)
class Pair:
    """A sentence that its article says, and one made wrong in one way."""

    part: str
    kind: str
    says: str
    wrong: str
    evidence: Evidence


@dataclass(frozen=True)
class Judged:
    """The verdicts on both sentences of a pair, the gravest where there are several, and the seconds of each."""

    pair: Pair
    says: Check
    wrong: Check
    seconds: tuple[float, float]

    @property
    def false_mark(self) -> bool:
        return self.says.verdict != "supported"

    @property
    def caught(self) -> bool:
        return self.wrong.verdict != "supported"


def pairs(part: str) -> Iterator[Pair]:
    """Yield the pairs of a part."""
    known = _articles()
    for line in ANSWERS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["part"] == part:
            article = known[row["article"], row.get("title", "")]
            yield Pair(part, row["kind"], row["says"], row["wrong"], Evidence(article.source, article.text))


def _articles() -> dict[tuple[str, str], Article]:
    """Return the sample's articles by file, and by file and title where one file has several."""
    found: dict[tuple[str, str], Article] = {}
    for path in sorted(ARTICLES.iterdir()):
        for item in read([path]):
            if isinstance(item, Record):
                found[path.name, ""] = found[path.name, item.article.source.title] = item.article
    return found


def judged(pair: Pair) -> Judged:
    """Return the verdicts on a pair."""
    found, seconds = [], []
    for sentence in (pair.says, pair.wrong):
        started = time.perf_counter()
        checks = check(f"{sentence} [1]", {1: pair.evidence})
        seconds.append(time.perf_counter() - started)
        found.append(min(checks, key=lambda one: (one.verdict == "supported", one.support)))
    return Judged(pair, found[0], found[1], (seconds[0], seconds[1]))


def table(found: Sequence[Judged]) -> Iterator[str]:
    """Yield the table: what was wrongly marked, and what was caught of each kind."""
    yield f"| part | n | honest wrongly marked | of these unsupported | {' | '.join(KINDS)} |"
    yield "| --- " * (4 + len(KINDS)) + "|"
    for part in dict.fromkeys(one.pair.part for one in found):
        some = [one for one in found if one.pair.part == part]
        grave = sum(one.says.verdict == "unsupported" for one in some)
        kinds = [[one.caught for one in some if one.pair.kind == kind] for kind in KINDS]
        cells = [cell(np.array(values, dtype=float)) for values in ([one.false_mark for one in some], *kinds) if values]
        yield f"| {part} | {len(some)} | {cells[0]} | {grave} | {' | '.join(cells[1:])} |"
    yield f"\none sentence against an article: {milliseconds([second for one in found for second in one.seconds])}"


def as_json(found: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """Return the shares by part."""
    shares: dict[str, dict[str, float]] = {}
    for part in dict.fromkeys(one.pair.part for one in found):
        some = [one for one in found if one.pair.part == part]
        kinds = {kind: [one.caught for one in some if one.pair.kind == kind] for kind in KINDS}
        shares[part] = {
            "n": len(some),
            "wrongly_marked": float(np.mean([one.false_mark for one in some])),
            **{kind: float(np.mean(values)) for kind, values in kinds.items() if values},
        }
    return shares


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=PARTS, help="only this part")
    parser.add_argument("--show", action="store_true", help="also show what failed of the part for learning")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    arguments = parser.parse_args()
    found = [judged(pair) for part in PARTS if arguments.part in (None, part) for pair in pairs(part)]
    if arguments.json:
        print(json.dumps(as_json(found)))
        return
    print(machine(), "\n")
    for line in table(found):
        print(line)
    for one in found if arguments.show else ():
        if one.pair.part == "learning" and one.false_mark:
            print(f"\nwrongly marked ({one.says.support}): {one.pair.says}\n  -> {one.says.reason}")
        if one.pair.part == "learning" and not one.caught:
            print(f"\nnot caught, {one.pair.kind} ({one.wrong.support}): {one.pair.wrong}")


if __name__ == "__main__":
    command(main)
