"""Retrieval measured on one's own data: the news layout and BEIR's, what a hit is and what each number says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.measure import Question, first_hits, holds, interval, load_beir, ndcg
from index.errors import BadRequest

SCRIPT = Path(__file__).parent.parent / "benchmarks" / "retrieval.py"
TEXTS = {
    "d1": ("Harbour", "The harbour was dredged so that larger ferries can dock there."),
    "d2": ("Orchard", "Frost took most of the blossom of the pears in the cold spring."),
    "d3": ("Railway", "The railway bought electric trains for the line along the coast."),
    "d4": ("Harbour again", "The harbour was dredged so that larger ferries can dock there."),
    "d5": ("Nothing", ""),
}


def lines(path: Path, records: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    """A BEIR folder with two documents that say the same and one that says nothing."""
    (tmp_path / "qrels").mkdir()
    lines(tmp_path / "corpus.jsonl", [{"_id": k, "title": t, "text": x, "metadata": {}} for k, (t, x) in TEXTS.items()])
    queries = {"q1": "Why was the harbour dredged?", "q2": "What took the blossom of the pears?", "q3": "Who cooked?"}
    lines(tmp_path / "queries.jsonl", [{"_id": key, "text": text} for key, text in queries.items()])
    rows = "query-id\tcorpus-id\tscore\nq1\td4\t2\nq1\td3\t1\nq2\td2\t1\nq2\td1\t0\nq3\td5\t1\n"
    (tmp_path / "qrels" / "test.tsv").write_text(rows, encoding="utf-8")
    return tmp_path


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_a_beir_folder_gives_questions_without_answers_and_graded_relevance(beir: Path) -> None:
    first, second, third = load_beir(beir, "test")
    assert (first.text, first.answer, sorted(first.urls.values())) == ("Why was the harbour dredged?", None, [1, 2])
    assert list(second.urls.values()) == [1]
    assert list(third.urls) == ["beir:d5"]


def test_a_beir_folder_is_measured_with_hits_by_document(beir: Path) -> None:
    done = run("--beir", beir)
    assert done.returncode == 0, done.stderr
    assert "3 questions" in done.stdout
    (row,) = [line for line in done.stdout.splitlines() if line.startswith("| Dateline")]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[1] == "3"
    # the harbour, under either of its two names, and the pears are found first; what has no text never is
    assert [cells[i].split()[0] for i in (2, 3, 4)] == ["0.667"] * 3


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda folder: (folder / "queries.jsonl").unlink(), "queries.jsonl is missing"),
        (lambda folder: (folder / "qrels" / "test.tsv").write_text("q1\td1\tmuch\n"), "line 1"),
        (lambda folder: (folder / "qrels" / "test.tsv").write_text("q9\td1\t1\n"), "line 1"),
    ],
    ids=["a file missing", "a score in words", "an unknown query"],
)
def test_a_broken_beir_folder_is_told_in_one_sentence(beir: Path, change, sentence: str) -> None:  # type: ignore[no-untyped-def]
    change(beir)
    with pytest.raises(BadRequest, match=sentence):
        load_beir(beir, "test")


def test_another_split_that_is_missing_ends_the_command_with_2_and_a_sentence(beir: Path) -> None:
    done = run("--beir", beir, "--split", "dev")
    assert done.returncode == 2
    assert "'dev'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_hit_holds_the_answer_in_a_relevant_article() -> None:
    known = Question("q", "Who?", "Ada Lovelace", None, {"u": 1})
    assert holds(known, "u", "On ADA LOVELACE's engine", "")
    assert not holds(known, "u", "", "Lovelace")
    assert not holds(known, "v", "", "Ada Lovelace")
    assert holds(Question("q", "Who?", None, None, {"u": 1}), "u", "", "anything")


def test_measures_of_ranks() -> None:
    measures = {name: values.tolist() for name, values in first_hits([1, 3, 11, None]).items()}
    assert measures["R@1"] == [1, 0, 0, 0]
    assert measures["R@3"] == [1, 1, 0, 0]
    assert measures["R@100"] == [1, 1, 1, 0]
    assert measures["MRR@10"] == pytest.approx([1, 1 / 3, 0, 0])


def test_ndcg_ranks_articles_once_by_their_gain() -> None:
    question = Question("q", "?", None, None, {"a": 2, "b": 1})
    assert ndcg(question, ["a", "a", "b"]) == pytest.approx(1.0)
    assert ndcg(question, ["b", "a"]) == pytest.approx((1 + 2 / np.log2(3)) / (2 + 1 / np.log2(3)))
    assert ndcg(question, ["x"] * 9) == 0.0
    assert ndcg(question, [*"cdefghijkl", "a"]) == 0.0


def test_an_interval_holds_its_mean_and_narrows_with_more_questions() -> None:
    few, many = (np.arange(n) % 2.0 for n in (20, 2_000))
    (mean, low, high), (_, lower, higher) = interval(few), interval(many)
    assert low < mean < high
    assert higher - lower < high - low
