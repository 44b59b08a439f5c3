"""Learn what each part of a sentence's evidence weighs, from questions whose answers are known.

    python benchmarks/train_quotes.py --corpus ARTICLES.jsonl --questions Q.jsonl --judged J.jsonl --years 2022 2023
                                      [--xquad FILE.json] [--index DIR] [--leave-out NAME ...] [--out FILE]

The sentences of one question compete: the probability that one is chosen is the softmax of the weighted sums, and the
log probability of choosing one that holds the answer is maximised; one from a judged article counts twice. Each
question is asked on its day and without one, so that the weights serve both. Quiz questions paraphrase; with `--xquad`
the plain questions about every other article of a file in SQuAD's form are learned from too, each paragraph read alone.
Prints the share of first quotes that hold the answer by five-fold cross-validation, then writes the weights. The same
data give the same weights.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from measure import Question, folded, interval, key, load_questions, machine
from quotes import alone, read_paragraphs
from retrieval import build_index

from assistant.asked import Asked, take_apart
from assistant.evidence import PARTS, Evidence
from assistant.quotes import LEARNED, PASSAGES_READ
from assistant.sentences import Candidate, candidates
from index import NewsIndex

STEPS = 150
RATE = 0.1
SHRINK = 1e-3  # of the squared weights, for parts brought to one scale
FOLDS = 5
# What the answers to learn from cannot teach: that a sentence is hard to read alone. In log odds.
SET = {"leaning": -1.0}
TIMES = 2  # how often a question about a paragraph counts, of which there are fewer


@dataclass(frozen=True)
class Group:
    """The sentences of one question: their parts (n, parts), and the gain of each (n,): 0, 1, or 2 where judged."""

    day: str  # groups of one day, or of one paragraph, are never split between learning and checking
    rows: np.ndarray
    gains: np.ndarray


def of_news(index_dir: str, questions: Sequence[Question], names: Sequence[str]) -> list[Group]:
    """Return the sentences the index gives for each question, asked on its day and without one."""
    groups = []
    with NewsIndex.open(index_dir).snapshot() as live:
        passages = live.info().passages
        for question in questions:
            asked, answer = take_apart(question.text, live.idf, passages), folded(question.answer)
            for day in (question.asked_on, None):
                found = candidates(live.search(question.text, PASSAGES_READ, asked_on=day))
                gains = [
                    (answer in folded(one.text)) * (1.0 + (key(one.hit.passage.source) in question.urls))
                    for one in found
                ]
                groups += group(f"{question.asked_on}", asked, found, gains, names)
    return groups


def of_paragraphs(path: str, names: Sequence[str]) -> list[Group]:
    """Return the sentences of each question's paragraph, TIMES over; those held out are left out."""
    groups = []
    paragraphs, questions = read_paragraphs(path)
    for one in questions:
        if not one.held_out:
            asked, hits = alone(paragraphs, one)
            found = candidates(hits)
            gains = [float(each.start <= one.start and one.end <= each.end) for each in found]
            groups += TIMES * group(f"paragraph {one.paragraph}", asked, found, gains, names)
    return groups


def group(
    day: str,
    asked: Asked,
    found: Sequence[Candidate],
    gains: Sequence[float],
    names: Sequence[str],
) -> list[Group]:
    """Return the sentences found for a question as numbers; nothing where none was found."""
    if not found:
        return []
    return [Group(day, Evidence(asked, found).rows(names), np.array(gains))]


def fit(groups: Sequence[Group]) -> np.ndarray:
    """Return the weights (parts,) under which sentences with a gain are likeliest to be chosen."""
    groups = [group for group in groups if group.gains.any() and not group.gains.all()]
    rows = np.concatenate([group.rows for group in groups])
    gains = np.concatenate([group.gains for group in groups])
    sizes = [len(group.rows) for group in groups]
    owner, starts = np.repeat(np.arange(len(groups)), sizes), np.r_[0, np.cumsum(sizes)[:-1]]
    scale = rows.std(axis=0) + 1e-9
    rows = rows / scale

    weights = np.zeros(rows.shape[1])
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):  # Adam
        scores = rows @ weights
        odds = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        chosen = odds / np.add.reduceat(odds, starts)[owner]
        right = odds * gains / np.add.reduceat(odds * gains, starts)[owner]
        slope = rows.T @ (chosen - right) / len(groups) + SHRINK * weights
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        weights = weights - RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-9)
    return weights / scale


def first_right(groups: Sequence[Group], weights: np.ndarray) -> list[bool]:
    """Return for each question whether its best sentence holds the answer."""
    return [bool(group.gains[np.argmax(group.rows @ weights)] > 0) for group in groups]


def cross_validated(groups: Sequence[Group]) -> list[bool]:
    """Return the same under weights learned from the questions of other days."""
    fold = {day: n % FOLDS for n, day in enumerate(sorted({group.day for group in groups}))}
    right = []
    for number in range(FOLDS):
        weights = fit([group for group in groups if fold[group.day] != number])
        right += first_right([group for group in groups if fold[group.day] == number], weights)
    return right


def main() -> None:
    """Learn and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--questions", required=True)
    parser.add_argument("--judged", required=True)
    parser.add_argument("--years", nargs="*", default=[], help="learn only from questions asked in these years")
    parser.add_argument("--xquad", metavar="FILE")
    parser.add_argument("--index", help="an index of the corpus that is there already")
    parser.add_argument("--leave-out", nargs="*", default=[], metavar="NAME", help="parts or groups of parts")
    parser.add_argument("--out", type=Path, default=LEARNED)
    arguments = parser.parse_args()

    names = [name for name, part in PARTS.items() if not {name, part.group} & {*arguments.leave_out, *SET}]
    questions = load_questions(arguments.corpus, arguments.questions, arguments.judged, arguments.years)
    with tempfile.TemporaryDirectory() as folder:
        index_dir = arguments.index or build_index(arguments.corpus, folder)
        groups = of_news(index_dir, questions, names)
    if arguments.xquad:
        groups += of_paragraphs(arguments.xquad, names)
    share, low, high = interval(np.array(cross_validated(groups), dtype=float))
    print(f"{len(groups)} groups; {machine()}\nright first, cross-validated: {share:.3f} ({low:.3f}-{high:.3f})")
    weights = {name: round(float(weight), 4) for name, weight in zip(names, fit(groups), strict=True)} | SET
    made = {"years": arguments.years, "groups": len(groups), "left_out": arguments.leave_out}
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps({"made": made, "weights": weights}, indent=1) + "\n")
    print("\n".join(f"{weight:8.3f}  {PARTS[name].group}: {name}" for name, weight in weights.items()))


if __name__ == "__main__":
    main()
