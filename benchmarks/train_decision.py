"""Learn the decision whether the articles found can answer, and the threshold it is used at.

    python benchmarks/train_decision.py CORPUS QUESTIONS JUDGED [--until 2023-12-31] [--early 2022-09-01] [--rate 0.06]
                                        [--index DIR] [--early-index DIR] [--out FILE]

Learns from judged questions asked from the start of `--until`'s year to that day, on two indexes: of all articles
up to it (to be answered) and of those before `--early` (to be refused, there as on the first one when the articles
judged and all that hold the answer are taken out). With them come small indexes of a few articles drawn at random,
questions asked on the last day of the index, and questions asked months and years after it, so that time alone does
not decide. One logistic regression for questions whose day is known, one for the others; each threshold refuses
`--rate` of the questions that the large index answers. Nothing asked or published later is looked at.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from measure import Question, command, folded, key, load_questions, records
from refusals import before, evidence
from retrieval import build_index

from index.addresses import same_url
from index.errors import BadRequest

if TYPE_CHECKING:
    from assistant.decision import Features
    from index import NewsIndex
    from index.finding import Hit

Day = Callable[[Question], date | None]
# Articles of a small index, how many such indexes, and how many questions each is asked that it answers.
SMALL = ((1, 40, 1), (10, 25, 6), (100, 5, 30), (1_000, 2, 100))
LATER = (120, 250, 400, 700, 1_000)  # days
DEEP = 50  # passages from which ten are left when those that answer are taken out
STRENGTH = 1.0  # of the regularisation
SEED = 1


class Group:
    """Evidence of one kind of case: to be answered or not, and how much all of it weighs in learning."""

    def __init__(self, answered: bool, weight: float, found: list[Features]) -> None:
        self.answered, self.weight, self.found = answered, weight, found

    def where(self, kept: Callable[[Features], bool]) -> Group:
        """Return the group with some of its evidence only."""
        return Group(self.answered, self.weight, [one for one in self.found if kept(one)])

    def rows(self, names: Sequence[str]) -> np.ndarray:
        """Return (n, names) numbers."""
        return np.array([[getattr(one, name) for name in names] for one in self.found], dtype=float)


def taken_out(index: NewsIndex, questions: Sequence[Question], day: Day) -> list[Features]:
    """Return the evidence left when the judged articles and all that hold the answer are not there."""
    from assistant.answering import PASSAGES_FOUND
    from assistant.asked import take_apart
    from assistant.decision import judged

    found = []
    with index.snapshot() as live:
        info = live.info()
        for question in questions:
            finding = live.find(question.text, DEEP, asked_on=day(question))
            gone = {hit.passage.source.id for hit in finding.hits if _answers(question, hit)}
            left = [hit for hit in finding.hits if hit.passage.source.id not in gone][:PASSAGES_FOUND]
            asked = take_apart(finding.scope.words, live.idf, info.passages)
            found.append(judged(asked, replace(finding, hits=tuple(left)), info))
    return found


def _answers(question: Question, hit: Hit) -> bool:
    source = hit.passage.source
    return key(source) in question.urls or folded(question.answer or "") in folded(f"{source.title} {hit.passage.text}")


def small_indexes(
    corpus: str, questions: Sequence[Question], folder: str
) -> Iterator[tuple[NewsIndex, list[Question], list[Question]]]:
    """Yield indexes of a few articles with questions they answer and questions they do not."""
    from index import NewsIndex

    chance = random.Random(SEED)
    articles = {same_url(record["url"]): record for record in records(corpus) if record["url"]}
    known = [question for question in questions if not articles.keys().isdisjoint(question.urls)]
    for size, times, asked in SMALL:
        for number in range(min(times, len(known) // (2 * asked))):
            picked = chance.sample(known, 2 * asked)
            others = {url for question in picked[asked:] for url in question.urls}
            chosen = {url for question in picked[:asked] for url in sorted(question.urls)[:1] if url in articles}
            rest = chance.sample(sorted(articles), min(len(articles), size + len(others)))
            chosen |= set([url for url in rest if url not in others][: max(0, size - len(chosen))])
            path = Path(folder) / f"{size}-{number}.jsonl"
            path.write_text("".join(json.dumps(articles[url]) + "\n" for url in sorted(chosen)), encoding="utf-8")
            with NewsIndex.open(build_index(str(path), f"{folder}/{size}-{number}")) as index:
                answered = [question for question in picked if not chosen.isdisjoint(question.urls)]
                yield index, answered, [question for question in picked if chosen.isdisjoint(question.urls)]


def small_groups(corpus: str, questions: Sequence[Question], days: Sequence[Day]) -> list[list[Group]]:
    """Return the evidence of small indexes, for each way to give a day."""
    groups = [[Group(True, 0.5, []), Group(False, 0.5, [])] for _ in days]
    with tempfile.TemporaryDirectory() as folder:
        for index, *asked in small_indexes(corpus, questions, folder):
            for day, pair in zip(days, groups, strict=True):
                for group, part in zip(pair, asked, strict=True):
                    group.found.extend(evidence(index, part, day))
    return groups


def large_groups(large: NewsIndex, early: NewsIndex, questions: Sequence[Question], day: Day) -> list[Group]:
    """Return the evidence of the two large indexes; the first group sets the threshold."""
    known, unknown = _held(large, questions, True), _held(early, questions, False)
    return [
        Group(True, 1.0, evidence(large, known, day)),
        Group(False, 0.75, evidence(early, unknown, day)),
        Group(False, 0.25, taken_out(large, known, day)),
    ]


def late_groups(large: NewsIndex, questions: Sequence[Question]) -> list[Group]:
    """Return the evidence of questions asked long after their news: on the index's last day, or after it."""
    known, last, chance = _held(large, questions, True), large.info().newest, random.Random(SEED)
    later = {question.id: on_its_day(question) + timedelta(chance.choice(LATER)) for question in known}
    old = [question for question in known if on_its_day(question).month <= 6]
    return [
        Group(True, 0.15, evidence(large, old, lambda _: last)),
        Group(True, 0.3, evidence(large, known, lambda question: later[question.id])),
    ]


def on_its_day(question: Question) -> date:
    """Return the day a question was asked; all that are learned from have one."""
    assert question.asked_on
    return question.asked_on


def no_day(_: Question) -> None:
    """Give no day of asking."""


def _held(index: NewsIndex, questions: Sequence[Question], held: bool) -> list[Question]:
    """Return the questions some of whose judged articles are in the index, or none."""
    keys = {key(source) for source in index.articles()}
    return [question for question in questions if keys.isdisjoint(question.urls) != held]


def learn(learned: Sequence[Group], names: Sequence[str], rate: float) -> dict[str, Any]:
    """Return a logistic regression of these numbers and the threshold that refuses the rate of the first group."""
    from sklearn.linear_model import LogisticRegression

    rows = np.concatenate([group.rows(names) for group in learned])
    answered = np.concatenate([np.full(len(group.found), group.answered) for group in learned])
    weights = np.concatenate([np.full(len(group.found), group.weight / len(group.found)) for group in learned])
    model = LogisticRegression(C=STRENGTH, max_iter=5_000)
    model.fit(rows, answered, sample_weight=weights * len(weights) / weights.sum())
    chances = model.predict_proba(learned[0].rows(names))[:, 1]
    return {
        "weights": {name: round(float(weight), 3) for name, weight in zip(names, model.coef_[0], strict=True)},
        "bias": round(float(model.intercept_[0]), 3),
        "threshold": round(float(np.quantile(chances, rate)), 3),
    }


def opened(corpus: str, day: date, ready: str | None, folder: Path) -> tuple[NewsIndex, str]:
    """Return an index of the articles before a day, built where none is ready, and the file of these articles."""
    from index import NewsIndex

    folder.mkdir()
    path = before(corpus, day, folder / "articles.jsonl")
    return NewsIndex.open(ready or build_index(path, str(folder / "index"))), path


def main() -> None:
    """Write the decision."""
    from assistant.decision import LEARNED
    from assistant.features import DATED, UNDATED

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("corpus", "questions", "judged"):
        parser.add_argument(name)
    parser.add_argument("--until", type=date.fromisoformat, default=date(2023, 12, 31))
    parser.add_argument("--early", type=date.fromisoformat, default=date(2022, 9, 1))
    parser.add_argument("--index", help="an index of the articles up to --until")
    parser.add_argument("--early-index", help="an index of the articles before --early")
    parser.add_argument("--rate", type=float, default=0.06, help="share of answerable questions the threshold refuses")
    parser.add_argument("--out", type=Path, default=LEARNED)
    arguments = parser.parse_args()

    year = str(arguments.until.year)
    questions = load_questions(arguments.corpus, arguments.questions, arguments.judged, [year])
    questions = [question for question in questions if question.asked_on and question.asked_on <= arguments.until]
    if not questions:
        raise BadRequest(f"No judged question was asked in {year} up to {arguments.until}: nothing to learn from.")
    with tempfile.TemporaryDirectory() as folder:
        after = arguments.until + timedelta(days=1)
        large, corpus = opened(arguments.corpus, after, arguments.index, Path(folder) / "large")
        early, _ = opened(arguments.corpus, arguments.early, arguments.early_index, Path(folder) / "early")
        made = {"rate": arguments.rate, "until": str(arguments.until), "early": str(arguments.early)}
        data: dict[str, Any] = {"made": {**made, "articles": large.info().articles, "questions": len(questions)}}
        days: list[Day] = [no_day, on_its_day]
        small = small_groups(corpus, questions, days)
        for name, names, day, few in zip(("undated", "dated"), (UNDATED, DATED), days, small, strict=True):
            learned = large_groups(large, early, questions, day) + few
            if name == "dated":
                learned += late_groups(large, questions)
                # a question that names its own year is decided on as if its day were not known
                learned = [group.where(lambda one: one.behind is not None) for group in learned]
            data[name] = learn([group for group in learned if group.found], names, arguments.rate)
            sizes = (f"{len(group.found)} {'answered' if group.answered else 'refused'}" for group in learned)
            print(f"{name}: {', '.join(sizes)}", flush=True)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    print(f"written to {arguments.out}")


if __name__ == "__main__":
    command(main)
