"""What the benchmarks share: questions and judgements read, hits told from misses, shares with their intervals.

A corpus is anything the index reads. Questions are JSON lines {id, question, answer, asked_on}; judgements
{question_id, article_ids}, where an article is named by its URL or by the `id` of its record in a JSON lines corpus.
Or all three are a folder in BEIR's layout: corpus.jsonl, queries.jsonl, qrels/*.tsv.
"""

from __future__ import annotations

import csv
import json
import lzma
import os
import platform
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from index.addresses import same_url
from index.articles import Source
from index.errors import BadRequest, DatelineError, SourceError


@dataclass(frozen=True)
class Question:
    """A question, its answer where one is known, and the articles judged relevant: `key` of each → gain (1 or more)."""

    id: str
    text: str
    answer: str | None
    asked_on: date | None
    urls: Mapping[str, int]


def key(source: Source) -> str:
    """Return what names an article in judgements: its URL, however that is spelled, else its id."""
    return same_url(source.url) if source.url else source.id


def records(path: str | Path) -> Iterator[dict]:
    """Yield the records of a .jsonl or .jsonl.xz file."""
    path = Path(path)
    with lzma.open(path, "rt") if path.suffix == ".xz" else path.open() as file:
        for line in file:
            yield json.loads(line)


def load_questions(corpus: str, questions: str, judged: str, years: Sequence[str]) -> list[Question]:
    """Return the judged questions asked in these years."""
    in_lines = ".jsonl" in Path(corpus).suffixes
    urls = {record["id"]: record["url"] for record in records(corpus) if "id" in record} if in_lines else {}
    by_id = {record["id"]: record for record in records(questions)}
    found = []
    for record in records(judged):
        question = by_id[record["question_id"]]
        asked_on = question.get("asked_on")
        if years and (asked_on or "")[:4] not in years:
            continue
        found.append(
            Question(
                question["id"],
                question["question"],
                question["answer"],
                date.fromisoformat(asked_on) if asked_on else None,
                {same_url(urls.get(name) or name): 1 for name in record["article_ids"]},
            )
        )
    return found


def load_beir(folder: str | Path, split: str) -> list[Question]:
    """Return the questions of one split of a BEIR folder; its corpus is `folder/corpus.jsonl`. Raises: BadRequest."""
    folder = Path(folder)
    files = [folder / "corpus.jsonl", folder / "queries.jsonl", folder / "qrels" / f"{split}.tsv"]
    if missing := [str(path) for path in files if not path.is_file()]:
        raise BadRequest(f"{folder} is no BEIR folder with the split {split!r}: {', '.join(missing)} is missing.")
    corpus, queries, qrels = files
    keys = dict(_beir_keys(corpus))
    texts = {str(record["_id"]): record["text"] for record in records(queries)}
    relevant: dict[str, dict[str, int]] = {}
    with qrels.open(encoding="utf-8", newline="") as file:
        for number, cells in enumerate(csv.reader(file, delimiter="\t"), 1):
            if number == 1 and cells[-1:] == ["score"]:
                continue
            if len(cells) != 3 or cells[0] not in texts or not re.fullmatch(r"-?\d+", cells[2]):
                raise BadRequest(f"{qrels}, line {number}, is not a known query-id, a corpus-id and a whole score.")
            query, document, score = cells[0], cells[1], int(cells[2])
            if score > 0:
                # a document without text is in no index: it stays, as one that is never found
                name = keys.get(document, f"beir:{document}")
                gains = relevant.setdefault(query, {})
                gains[name] = max(score, gains.get(name, 0))
    return [Question(query, texts[query], None, None, gains) for query, gains in relevant.items()]


def _beir_keys(corpus: Path) -> Iterator[tuple[str, str]]:
    """Yield each document's name and the `key` the index has it under: one for all that say the same."""
    from index.readers.records import from_mapping

    for record in records(corpus):
        try:
            yield str(record["_id"]), key(from_mapping(record).source)
        except SourceError:
            continue


def folded(text: str) -> str:
    """Return the text in lower case with every run of other characters than letters and digits as one space."""
    return f" {re.sub(r'[^a-z0-9]+', ' ', text.lower()).strip()} "


def holds(question: Question, url: str | None, title: str, text: str) -> bool:
    """Tell whether a passage answers: its article is judged so and an answer that is known stands in title or text."""
    if url not in question.urls:
        return False
    return question.answer is None or folded(question.answer) in folded(f"{title} {text}")


def holds_answer(question: Question, url: str | None, title: str, text: str) -> bool:
    """Tell whether the answer stands in a passage, of whichever article: judgements are never complete."""
    return bool(question.answer) and folded(question.answer or "") in folded(f"{title} {text}")


def is_judged(question: Question, url: str | None, title: str, text: str) -> bool:
    """Tell whether a passage is of a judged article, with the answer or without."""
    return url in question.urls


def first_hits(ranks: Sequence[int | None]) -> dict[str, np.ndarray]:
    """Return per question the measures of the rank (from 1) of its first hit, None where there was none."""
    places = np.array([rank or 10**9 for rank in ranks], dtype=float)
    measures = {f"R@{k}": (places <= k).astype(float) for k in (1, 3, 10, 100)}
    measures["MRR@10"] = np.where(places <= 10, 1 / places, 0.0)
    return measures


def ndcg(question: Question, found: Sequence[str | None], k: int = 10) -> float:
    """Return nDCG@k of the articles (their keys, by rank; later passages of one already seen do not count), 0 to 1."""
    gains = [question.urls.get(name or "", 0) for name in dict.fromkeys(found)]
    best = sorted(question.urls.values(), reverse=True)
    discounted, ideal = (sum(gain / np.log2(rank + 1) for rank, gain in enumerate(row[:k], 1)) for row in (gains, best))
    return float(discounted / ideal) if ideal else 0.0


def interval(values: np.ndarray, draws: int = 2_000, seed: int = 0) -> tuple[float, float, float]:
    """Return the mean and the ends of its 95 % bootstrap interval."""
    rng = np.random.default_rng(seed)
    means = values[rng.integers(0, len(values), (draws, len(values)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(values.mean()), float(low), float(high)


def bootstrap(
    measure: Callable[..., float], *groups: np.ndarray, digits: int = 3, draws: int = 2_000, seed: int = 0
) -> str:
    """Return a measure of groups of values with its 95 % interval; each group is drawn from by itself."""
    rng = np.random.default_rng(seed)
    drawn = [measure(*(group[rng.integers(0, len(group), len(group))] for group in groups)) for _ in range(draws)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return f"{measure(*groups):.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"


def header(*more: str) -> str:
    """Return the head of a table of `row`s that have these further columns."""
    names = ("method", "n", *first_hits([]), *more)
    return f"| {' | '.join(names)} |\n{'| --- ' * len(names)}|"


def row(name: str, ranks: Sequence[int | None], *more: Sequence[float]) -> str:
    """Return a table row: how many questions, the measures of the ranks and further values, with their intervals."""
    columns = [*first_hits(ranks).values(), *map(np.asarray, more)]
    return f"| {name} | {len(ranks)} | {' | '.join(map(cell, columns))} |"


def cell(values: np.ndarray) -> str:
    """Return a mean with its interval."""
    mean, low, high = interval(values)
    return f"{mean:.3f} ({low:.3f}-{high:.3f})"


def milliseconds(times: Sequence[float], high: int = 99) -> str:
    """Return p50 and a high percentile of times in seconds, each with its 95 % interval."""
    values = np.array(times) * 1000
    p50, top = (bootstrap(partial(np.percentile, q=q), values, digits=1) for q in (50, high))
    return f"p50 {p50} ms, p{high} {top} ms, n={len(times)}"


def machine() -> str:
    """Return a line that says where and when a figure was measured."""
    where = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return f"{where}, {time.strftime('%Y-%m-%d')}; {' '.join(sys.argv)}"


def peak_mb() -> int:
    """Return the most memory that this process has held, in MB; what `getrusage` tells begins with its parent's."""
    return int(re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[0]) >> 10


def command(main: Callable[[], None]) -> None:
    """Run a benchmark; what its user can put right is said in one sentence, with exit code 2."""
    try:
        main()
    except DatelineError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
