"""What the benchmarks share: questions and judgements read, hits told from misses, shares with their intervals.

A corpus is anything the index reads. Questions are JSON lines {id, question, answer, asked_on}; judgements
{question_id, article_ids}, where an article is named by its URL or by the `id` of its record in a JSON lines corpus.
"""

from __future__ import annotations

import json
import lzma
import os
import platform
import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Question:
    """A question with a known answer and the URLs of the articles that hold it."""

    id: str
    text: str
    answer: str
    asked_on: date | None
    urls: frozenset[str]


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
                frozenset(urls.get(key, key) for key in record["article_ids"]),
            )
        )
    return found


def folded(text: str) -> str:
    """Return the text in lower case with every run of other characters than letters and digits as one space."""
    return f" {re.sub(r'[^a-z0-9]+', ' ', text.lower()).strip()} "


def holds(question: Question, url: str | None, title: str, text: str) -> bool:
    """Tell whether a passage answers: its article is judged so and the answer stands in its title or text."""
    return url in question.urls and folded(question.answer) in folded(f"{title} {text}")


def first_hits(ranks: Sequence[int | None]) -> dict[str, np.ndarray]:
    """Return per question the measures of the rank (from 1) of its first hit, None where there was none."""
    places = np.array([rank or 10**9 for rank in ranks], dtype=float)
    measures = {f"R@{k}": (places <= k).astype(float) for k in (1, 3, 10, 100)}
    measures["MRR@10"] = np.where(places <= 10, 1 / places, 0.0)
    return measures


def interval(values: np.ndarray, draws: int = 2_000, seed: int = 0) -> tuple[float, float, float]:
    """Return the mean and the ends of its 95 % bootstrap interval."""
    rng = np.random.default_rng(seed)
    means = values[rng.integers(0, len(values), (draws, len(values)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(values.mean()), float(low), float(high)


def row(name: str, ranks: Sequence[int | None]) -> str:
    """Return a table row of the measures with their intervals."""
    cells = []
    for values in first_hits(ranks).values():
        mean, low, high = interval(values)
        cells.append(f"{mean:.3f} ({low:.3f}-{high:.3f})")
    return f"| {name} | {' | '.join(cells)} |"


HEADER = "| method | R@1 | R@3 | R@10 | R@100 | MRR@10 |\n| --- | --- | --- | --- | --- | --- |"


def milliseconds(times: Sequence[float]) -> str:
    """Return p50 and p99 of times in seconds."""
    p50, p99 = np.percentile(np.array(times) * 1000, [50, 99])
    return f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, n={len(times)}"


def machine() -> str:
    """Return a line that says where and when a figure was measured."""
    where = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return f"{where}, {time.strftime('%Y-%m-%d')}; {' '.join(sys.argv)}"
