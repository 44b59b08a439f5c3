"""Refusals measured, and the decision learned, on made-up articles: what is asked of what, and what the numbers say."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from assistant.decision import learned
from benchmarks.measure import Question
from index.errors import BadRequest

FOLDER = Path(__file__).parent.parent / "benchmarks"
sys.path.insert(0, str(FOLDER))  # its scripts import one another by name
from refusals import auroc, before, refused_at, split  # noqa: E402

TOPICS = ("harbour ferries", "orchard blossom", "railway trains", "library tools", "glacier tunnel", "opera chandelier")
YEARS = (2021, 2022, 2023)


def write(path: Path, records: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """Articles on six topics in 60 towns, each town in one of three years, with a question on each."""
    folder = tmp_path_factory.mktemp("news")
    articles: list[dict[str, object]] = []
    questions: list[dict[str, object]] = []
    for number in range(60):
        first, second = TOPICS[number % len(TOPICS)].split()
        day = f"{YEARS[number // 20]}-0{1 + number % 9}-01"
        town = f"Town{number:02}"
        text = f"The {first} of {town} has new {second} since Friday. Mayor Name{number:02} of {town} welcomed it."
        head = {"id": f"a{number}", "url": f"https://paper.example/{number}", "title": f"News from {town}"}
        articles.append({**head, "published": day, "text": text})
        question = f"Who welcomed the new {second} of the {first} in {town}?"
        asked = {"id": f"q{number}", "asked_on": day, "question": question, "answer": f"Name{number:02}"}
        questions.append(asked)
    judged: list[dict[str, object]] = [{"question_id": f"q{n}", "article_ids": [f"a{n}"]} for n in range(60)]
    return (
        write(folder / "articles.jsonl", articles),
        write(folder / "questions.jsonl", questions),
        write(folder / "judged.jsonl", judged),
    )


def run(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(FOLDER / script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def test_later_questions_asked_of_earlier_articles_are_told_apart(files: tuple[Path, Path, Path]) -> None:
    years = ("--before", "2023-01-01", "--answerable", "2022", "--unanswerable", "2023")
    done = run("refusals.py", *files, *years, "--baseline")
    assert done.returncode == 0, done.stderr
    rows = {line.split("|")[1].strip(): line for line in done.stdout.splitlines() if line.startswith("| ")}
    assert "40 articles" in done.stdout
    for name in ("best BM25 (bm25s, stemmed, title + chunk)", "Dateline, no day given", "Dateline, asked on its day"):
        assert "| 20 + 20 |" in rows[name]
        assert float(rows[name].split("|")[3].split()[0]) > 0.9  # AUROC
    assert float(rows["asked on its day"].split("|")[3].split()[0]) > 0.9


def test_years_that_leave_nothing_are_told_in_one_sentence(files: tuple[Path, Path, Path]) -> None:
    done = run("refusals.py", *files, "--before", "2023-01-01", "--answerable", "2022", "--unanswerable", "2021")
    assert done.returncode == 2
    assert "choose other years" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_decision_is_learned_by_one_command(files: tuple[Path, Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "learned" / "decision.json"
    done = run("train_decision.py", *files, "--until", "2023-12-31", "--early", "2022-06-01", "--out", out)
    assert done.returncode == 0, done.stderr
    models = learned(out)
    assert models["undated"].weights["coverage"] > 0
    assert models["dated"].weights["behind"] < 0
    made = json.loads(out.read_text(encoding="utf-8"))["made"]
    assert (made["rate"], made["articles"], made["questions"]) == (0.06, 60, 20)


def test_a_year_without_questions_is_told_in_one_sentence(files: tuple[Path, Path, Path], tmp_path: Path) -> None:
    done = run("train_decision.py", *files, "--until", "2030-12-31", "--out", tmp_path / "decision.json")
    assert done.returncode == 2
    assert "nothing to learn from" in done.stderr
    assert not (tmp_path / "decision.json").exists()


def test_articles_of_the_day_or_later_and_undated_ones_are_left(tmp_path: Path) -> None:
    days = {"one": "2021-01-01", "two": "2023-01-01", "three": None}
    records: list[dict[str, object]] = [{"title": k, "text": f"About {k}.", "published": v} for k, v in days.items()]
    corpus = write(tmp_path / "all.jsonl", records)
    left = Path(before(str(corpus), date(2023, 1, 1), tmp_path / "early.jsonl")).read_text(encoding="utf-8")
    assert [json.loads(line)["title"] for line in left.splitlines()] == ["one"]


def question(asked_on: date | None, url: str) -> Question:
    return Question(f"{asked_on} {url}", "Who?", "she", asked_on, {url: 1})


def test_a_question_counts_only_where_it_is_clear_what_should_be() -> None:
    day = date(2023, 1, 1)
    answerable, refusable = question(date(2022, 5, 1), "in"), question(date(2024, 5, 1), "out")
    unclear = [
        question(date(2022, 5, 1), "out"),
        question(date(2024, 5, 1), "in"),
        question(date(2021, 5, 1), "in"),
        question(None, "in"),
    ]
    chosen = split([*unclear, answerable, refusable], {"in"}, day, ("2022", "2024"))
    assert chosen == [[answerable], [refusable]]
    with pytest.raises(BadRequest):
        split(unclear, {"in"}, day, ("2022", "2024"))


def test_auroc_and_refused_at_a_rate() -> None:
    high, low = np.array([3.0, 4.0, 5.0, 6.0]), np.array([0.0, 1.0, 2.0, 4.5])
    assert auroc(high, low) == pytest.approx(14 / 16)
    assert auroc(low, low) == pytest.approx(0.5)
    assert refused_at(0.0)(high, low) == 0.75
    assert refused_at(0.5)(high, low) == 0.75
    assert refused_at(0.9)(high, low) == 1.0
