"""How well the gate tells what an article says from what it does not: judged summaries, and sentences made wrong.

    python benchmarks/gate.py [--corpus articles/] [--years 2024] [-n 200] [--qags DIR] [--half dev|held] [--json]

Sentences of the corpus, citing the passage they stand in, with one number, date, name, outlet, negation or quotation
changed: how many are caught, and how many of those for the thing that was changed. The same sentences untouched, or
said otherwise and still right: how many are wrongly marked. Marked is every verdict but "supported". And on summaries
of news whose sentences people judged (QAGS: DIR/mturk_cnndm.jsonl, DIR/mturk_xsum.jsonl): AUROC of `support` and
balanced accuracy of the verdict, beside the share of words that both have. Half the summaries, by a hash of their
article, were looked at while the gate was made ("dev"); the other half ("held") was not.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
from corruptions import RIGHT, WRONG, Case, right, told, wrong
from measure import bootstrap, cell, command, machine, milliseconds, records
from refusals import auroc
from retrieval import articles

from assistant.checks import Evidence, check
from assistant.types import Check
from index.articles import Article, Source
from index.errors import BadRequest

HERE = Path(__file__).parent
ARTICLES = 1_000  # as many articles are drawn from a larger corpus
PARTS = ("cnndm", "xsum")


@dataclass(frozen=True)
class Judged:
    """A sentence of a summary, whether most judges found it in the article, and what was made of it."""

    part: str
    held: bool
    true: bool
    support: float
    passed: bool
    overlap: float


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", default=str(HERE.parent / "articles"))
    parser.add_argument("--years", nargs="*", default=[], help="only articles of these years")
    parser.add_argument("-n", type=int, default=200, help="sentences of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--qags", metavar="DIR", help="judged summaries")
    parser.add_argument("--half", choices=("dev", "held"), help="only this half of the summaries")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="also show N failures of each kind")
    arguments = parser.parse_args()
    found = measured(arguments.corpus, arguments.years, arguments.n, arguments.seed)
    judged = list(summaries(Path(arguments.qags))) if arguments.qags else []
    if arguments.half:
        judged = [one for one in judged if one.held == (arguments.half == "held")]
    if arguments.json:
        print(json.dumps({**as_json(found), "qags": qags_json(judged)}))
        return
    print(machine(), "\n")
    for line in (*corruption_table(found), *speed(found), *(qags_table(judged) if judged else ())):
        print(line)
    for kind in (*WRONG, *RIGHT) if arguments.show else ():
        failed = [one for one in found if one.case.kind == kind and one.marked == (kind in RIGHT)]
        for one in failed[: arguments.show]:
            print(f"\n{kind} {one.case.origin} ({one.case.culprit}): {one.case.text}\n  -> {one.check.reason}")


@dataclass(frozen=True)
class Tried:
    """A case, the verdict on it and the seconds that took."""

    case: Case
    check: Check
    seconds: float

    @property
    def marked(self) -> bool:
        return self.check.verdict != "supported"

    @property
    def named(self) -> bool:
        """Tell whether the reason names what was changed: the value, or that it says the opposite."""
        if self.case.kind == "negation":
            return "opposite" in self.check.reason
        return _letters(self.case.culprit).removeprefix("the ") in _letters(self.check.reason)


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


def measured(corpus: str, years: Sequence[str], count: int, seed: int) -> list[Tried]:
    """Try `count` cases of each kind. Raises: BadRequest where the corpus holds none of these years."""
    cases = list(made(corpus, years, count, seed))
    if not cases:
        raise BadRequest(f"{corpus} has no articles {'of these years' if years else 'that can be read'}.")
    return [tried(case) for case in cases]


def made(corpus: str, years: Sequence[str], count: int, seed: int) -> Iterator[Case]:
    """Yield up to `count` cases of each kind, the same for the same seed."""
    rng = random.Random(seed)
    chosen = [
        Article(source, text)
        for source, text in articles(corpus)
        if not years or (source.published and str(source.published.year) in years)
    ]
    if len(chosen) > ARTICLES:
        chosen = rng.sample(chosen, ARTICLES)
    sentences = told(chosen, rng)
    for makes, kinds in ((wrong, WRONG), (right, RIGHT)):
        for kind in kinds:
            rng.shuffle(sentences)
            yield from islice(makes(kind, sentences, rng), count)


def tried(case: Case) -> Tried:
    """Return the verdict on a case."""
    evidence = {
        number: Evidence(passage.source, passage.text, passage.start)
        for number, passage in enumerate(case.evidence, start=1)
    }
    started = time.process_time()
    checks = check(case.text, evidence)
    seconds = time.process_time() - started
    marked = [one for one in checks if one.verdict != "supported"]
    return Tried(case, (marked or checks)[0], seconds)


def corruption_table(found: Sequence[Tried]) -> Iterator[str]:
    """Yield the tables of what was caught and what was wrongly marked."""
    yield "| changed | n | caught | value from the same article | from elsewhere | reason names it |"
    yield "| --- " * 6 + "|"
    for kind in WRONG:
        some = [one for one in found if one.case.kind == kind]
        groups = [[one for one in some if one.case.origin == origin] for origin in ("same article", "elsewhere")]
        caught = [one for one in some if one.marked]
        cells = [
            *(_share([one.marked for one in group]) for group in (some, *groups)),
            _share([o.named for o in caught]),
        ]
        yield f"| {kind} | {len(some)} | {' | '.join(cells)} |"
    yield "\n| honest | n | wrongly marked | of these unsupported |\n| --- | --- | --- | --- |"
    for kind in RIGHT:
        some = [one for one in found if one.case.kind == kind]
        verdicts = Counter(one.check.verdict for one in some)
        yield f"| {kind} | {len(some)} | {_share([one.marked for one in some])} | {verdicts['unsupported']} |"
    some = [one for one in found if one.case.kind in RIGHT[1:]]
    yield f"| all rewritten | {len(some)} | {_share([one.marked for one in some])} | |"


def _share(values: Sequence[bool]) -> str:
    return cell(np.array(values, dtype=float)) if values else "–"


def speed(found: Sequence[Tried]) -> Iterator[str]:
    """Yield what a sentence takes against the passage it cites, and against eight passages, in one answer."""
    alone = milliseconds([one.seconds for one in found])
    yield f"\nprocessor time, one sentence, one or two passages never seen before: {alone}"
    cases = found[:: max(1, len(found) // 400)]
    times = []
    for index in range(0, len(cases) - 8, 8):
        group = cases[index : index + 8]
        shown = [one.case.evidence[0] for one in group]
        evidence = {number: Evidence(one.source, one.text, one.start) for number, one in enumerate(shown, start=1)}
        text = " ".join(re.sub(r"(?: ?\[\d\])+\.$", " [1-8].", one.case.text) for one in group)
        started = time.process_time()
        checks = check(text, evidence)
        times.append((time.process_time() - started) / max(1, len(checks)))
    if times:
        yield f"processor time, one sentence of eight, each against the same eight passages: {milliseconds(times)}\n"


def as_json(found: Sequence[Tried]) -> dict[str, dict[str, dict[str, float]]]:
    """Return the shares per kind."""
    shares: dict[str, dict[str, dict[str, float]]] = {"caught": {}, "wrongly_marked": {}}
    for kind in (*WRONG, *RIGHT):
        some = [one for one in found if one.case.kind == kind]
        share = {"n": len(some), "share": float(np.mean([one.marked for one in some])) if some else 0.0}
        shares["caught" if kind in WRONG else "wrongly_marked"][kind] = share
    return shares


def summaries(folder: Path) -> Iterator[Judged]:
    """Yield every judged sentence of both parts, checked against its article. Raises: BadRequest."""
    for part in PARTS:
        path = folder / f"mturk_{part}.jsonl"
        if not path.is_file():
            raise BadRequest(f"{path} is missing: give the folder of the QAGS annotations.")
        for record in records(path):
            held = hashlib.sha256(record["article"].encode()).digest()[0] % 2 == 1
            evidence = {1: Evidence(Source("judged", ""), record["article"])}
            for one in record["summary_sentences"]:
                votes = [response["response"] == "yes" for response in one["responses"]]
                text = one["sentence"].strip().rstrip(".")
                checks = check(f"{text} [1].", evidence) if text else ()
                if checks:
                    support = min(item.support for item in checks)
                    passed = all(item.verdict == "supported" for item in checks)
                    overlap = words_shared(text, record["article"])
                    yield Judged(part, held, sum(votes) * 2 > len(votes), support, passed, overlap)


def words_shared(sentence: str, article: str) -> float:
    """Return the share of a sentence's words that its article has: the baseline."""
    words = re.findall(r"\w+", sentence.lower())
    known = set(re.findall(r"\w+", article.lower()))
    return sum(word in known for word in words) / max(1, len(words))


def balanced(passed: np.ndarray, failed: np.ndarray, threshold: float = 0.5) -> float:
    """Return the mean of the shares of true sentences at or above a threshold and of untrue ones below it."""
    return float(((passed >= threshold).mean() + (failed < threshold).mean()) / 2)


def best_threshold(passed: np.ndarray, failed: np.ndarray) -> float:
    """Return the threshold of the best balanced accuracy."""
    return max(np.unique(np.concatenate((passed, failed))), key=partial(balanced, passed, failed))


def _groups(judged: Sequence[Judged], measure: str) -> tuple[np.ndarray, np.ndarray]:
    values = [[float(getattr(one, measure)) for one in judged if one.true == true] for true in (True, False)]
    return np.array(values[0]), np.array(values[1])


def qags_table(judged: Sequence[Judged]) -> Iterator[str]:
    """Yield the table of the judged summaries; thresholds of scores are the best of the dev half of the same part."""
    yield "| summaries | half | n true + untrue | score | AUROC | balanced accuracy, dev's threshold | of the verdict |"
    yield "| --- " * 7 + "|"
    for part, half, some in _slices(judged):
        mine = [one for one in judged if one.part == part]
        dev = [one for one in mine if not one.held] or mine
        best = {score: best_threshold(*_groups(dev, score)) for score in ("support", "overlap")}
        for score, name in (("support", "the gate"), ("overlap", "words shared")):
            groups = _groups(some, score)
            area = bootstrap(auroc, *groups)
            accuracy = bootstrap(partial(balanced, threshold=best[score]), *groups)
            verdict = bootstrap(balanced, *_groups(some, "passed")) if score == "support" else "–"
            sizes = " + ".join(str(len(group)) for group in groups)
            yield f"| {part} | {half} | {sizes} | {name} | {area} | {accuracy} | {verdict} |"


def _slices(judged: Sequence[Judged]) -> Iterator[tuple[str, str, list[Judged]]]:
    for part in PARTS:
        mine = [one for one in judged if one.part == part]
        halves = {"dev": [one for one in mine if not one.held], "held": [one for one in mine if one.held]}
        both = {"whole": mine} if all(halves.values()) else {}
        for half, some in {**halves, **both}.items():
            if len({one.true for one in some}) == 2:
                yield part, half, some


def qags_json(judged: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """Return AUROC of both scores and balanced accuracy of the verdict, by part and half."""
    return {
        f"{part} {half}": {
            "auroc": auroc(*_groups(some, "support")),
            "auroc_words_shared": auroc(*_groups(some, "overlap")),
            "balanced_accuracy": balanced(*_groups(some, "passed")),
        }
        for part, half, some in _slices(judged)
    }


if __name__ == "__main__":
    command(main)
