"""How well questions are refused that the articles cannot answer: later questions asked of earlier articles.

    python benchmarks/refusals.py CORPUS QUESTIONS JUDGED --before 2023-01-01 --answerable 2022 --unanswerable 2024
                                  [--index DIR] [--rate 0.1] [--baseline]

Builds an index of the articles before the day (or takes the one given). To be answered: questions asked in one year
and before the day, with a judged article in the index. To be refused: those asked in the other year and not before
the day, with none of theirs in it. AUROC: how often a question to be answered scores above one to be refused. Each
with its day of asking and without it; and what the shipped threshold does. Dateline's embedding and decision learned
from news up to 2023: on that, what depends on them looks better than it is.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from measure import Question, bootstrap, cell, command, key, load_questions, machine
from retrieval import articles, bm25s_found, build_index

from index.errors import BadRequest

if TYPE_CHECKING:
    from assistant.decision import Features
    from index import NewsIndex


def before(corpus: str, day: date, path: Path) -> str:
    """Write the articles published before a day as JSON lines and return the path; those without a day are left."""
    with path.open("w", encoding="utf-8") as file:
        for source, text in articles(corpus):
            if source.published and source.published < day:
                record = {"url": source.url, "title": source.title, "outlet": source.outlet, "text": text}
                dated = {**record, "published": source.published.isoformat(), "authors": source.authors}
                file.write(json.dumps(dated, ensure_ascii=False) + "\n")
    return str(path)


def evidence(index: NewsIndex, questions: Sequence[Question], day: Callable[[Question], date | None]) -> list[Features]:
    """Return what Dateline decides each question on, asked on its `day`."""
    from assistant.answering import PASSAGES_FOUND
    from assistant.asked import take_apart
    from assistant.decision import judged

    found = []
    with index.snapshot() as live:
        info = live.info()
        for question in questions:
            finding = live.find(question.text, PASSAGES_FOUND, asked_on=day(question))
            found.append(judged(take_apart(finding.scope.words, live.idf, info.passages), finding, info))
    return found


def split(questions: Sequence[Question], held: set[str], day: date, years: tuple[str, str]) -> list[list[Question]]:
    """Return the questions to be answered and those to be refused; `held` are the keys of the indexed articles."""
    answerable, unanswerable = years
    chosen: list[list[Question]] = [[], []]
    for question in questions:
        if question.asked_on is None:
            continue
        year, early, known = str(question.asked_on.year), question.asked_on < day, not held.isdisjoint(question.urls)
        if year == answerable and early and known:
            chosen[0].append(question)
        elif year == unanswerable and not early and not known:
            chosen[1].append(question)
    if not all(chosen):
        raise BadRequest("There must be questions to be answered and questions to be refused: choose other years.")
    return chosen


def auroc(answered: np.ndarray, refused: np.ndarray) -> float:
    """Return how often one score of the first lies above one of the second; ties count half."""
    below = np.searchsorted(np.sort(refused), answered, "left")
    upto = np.searchsorted(np.sort(refused), answered, "right")
    return float((below + upto).mean() / 2 / len(refused))


def refused_at(rate: float) -> Callable[[np.ndarray, np.ndarray], float]:
    """Return the share refused by a threshold that refuses this share of the questions to be answered."""
    return lambda answered, refused: float((refused < np.quantile(answered, rate)).mean())


def rows(name: str, scores: Sequence[np.ndarray], rate: float) -> str:
    """Return a table row of two groups' scores."""
    cells = [bootstrap(measure, *scores) for measure in (auroc, refused_at(rate))]
    sizes = " + ".join(str(len(group)) for group in scores)
    return f"| {name} | {sizes} | {' | '.join(cells)} |"


def dateline_rows(index: NewsIndex, groups: Sequence[Sequence[Question]], rate: float) -> Iterator[str]:
    """Yield the rows of Dateline's decision, then those of its shipped threshold."""
    from assistant.decision import needed, support

    shipped = []
    for name, day in (("no day given", lambda _: None), ("asked on its day", lambda question: question.asked_on)):
        found = [evidence(index, group, day) for group in groups]
        yield rows(f"Dateline, {name}", [np.array([support(one) for one in group]) for group in found], rate)
        refused = [np.array([support(one) < needed(one) for one in group], dtype=float) for group in found]
        shipped.append(f"| {name} | {' | '.join(map(cell, refused))} |")
    yield "\n| shipped threshold | refused though answerable | refused rightly |\n| --- | --- | --- |"
    yield from shipped


def bm25_scores(corpus: str, groups: Sequence[Sequence[Question]]) -> list[np.ndarray]:
    """Return each question's best score by bm25s."""
    flat = [question for group in groups for question in group]
    _, _, scores = bm25s_found(corpus, flat, k=1)
    return np.split(scores[:, 0], [len(groups[0])])


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("corpus", "questions", "judged"):
        parser.add_argument(name)
    parser.add_argument("--before", type=date.fromisoformat, required=True)
    parser.add_argument("--answerable", required=True, metavar="YEAR")
    parser.add_argument("--unanswerable", required=True, metavar="YEAR")
    parser.add_argument("--index", help="an index of the articles before the day")
    parser.add_argument("--rate", type=float, default=0.1, help="share of answerable questions that may be refused")
    parser.add_argument("--baseline", action="store_true", help="also bm25s")
    arguments = parser.parse_args()

    from index import NewsIndex

    questions = load_questions(arguments.corpus, arguments.questions, arguments.judged, ())
    with tempfile.TemporaryDirectory() as folder:
        early = ""
        if arguments.baseline or not arguments.index:
            early = before(arguments.corpus, arguments.before, Path(folder) / "articles.jsonl")
        with NewsIndex.open(arguments.index or build_index(early, f"{folder}/index")) as index:
            held = {key(source) for source in index.articles()}
            groups = split(questions, held, arguments.before, (arguments.answerable, arguments.unanswerable))
            print(f"{index.info().articles:,} articles; {machine()}\n")
            print(f"| score | n | AUROC | refused at {arguments.rate:.0%} false refusals |\n| --- | --- | --- | --- |")
            if arguments.baseline:
                scores = bm25_scores(early, groups)
                print(rows("best BM25 (bm25s, stemmed, title + chunk)", scores, arguments.rate), flush=True)
            for line in dateline_rows(index, groups, arguments.rate):
                print(line, flush=True)


if __name__ == "__main__":
    command(main)
