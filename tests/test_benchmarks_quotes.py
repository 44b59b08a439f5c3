"""Learning to choose sentences, and measuring the choice, on a few made-up articles."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
TEXTS = {
    "harbour": "The harbour of Aster was dredged. The mayor, Anna Weber, opened the harbour of Aster in May.",
    "orchard": "The orchard of Birke was planted with pears. Frost took 40 trees from the orchard of Birke in April.",
    "railway": "The railway of Cedern bought trains. The railway of Cedern runs electric trains to Dorn since Monday.",
}
ASKED = [
    ("harbour", "Who opened the harbour of Aster?", "Anna Weber"),
    ("orchard", "How many trees did the orchard of Birke lose?", "40"),
    ("railway", "Where do the trains of the railway of Cedern run?", "Dorn"),
]


def write(path: Path, records: list[dict[str, object]]) -> str:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return str(path)


def data(folder: Path) -> list[str]:
    articles = [
        {"id": name, "url": f"https://a.example/{name}", "title": name, "text": text, "published": "2020-05-01"}
        for name, text in TEXTS.items()
    ]
    questions = [
        {"id": name, "question": question, "answer": answer, "asked_on": f"2020-05-0{day}"}
        for day, (name, question, answer) in enumerate(ASKED, start=1)
    ]
    judged = [{"question_id": name, "article_ids": [name]} for name in TEXTS]
    return [
        *("--corpus", write(folder / "articles.jsonl", articles)),
        *("--questions", write(folder / "questions.jsonl", questions)),
        *("--judged", write(folder / "judged.jsonl", judged)),
    ]


def run(script: str, *arguments: str) -> str:
    command = [sys.executable, str(BENCHMARKS / script), *arguments]
    done = subprocess.run(command, cwd=BENCHMARKS.parent, env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


ENVIRONMENT = {"PYTHONPATH": str(BENCHMARKS.parent), "PATH": ""}


def test_weights_are_learned_and_then_choose_the_sentence_with_the_answer(tmp_path: Path) -> None:
    given, weights = data(tmp_path), tmp_path / "quotes.json"
    run("train_quotes.py", *given, "--leave-out", "agreement", "age", "--out", str(weights))
    learned = json.loads(weights.read_text())["weights"]
    assert "overlap" in learned and not {"agreed", "age"} & learned.keys()
    told = run("quotes.py", *given, "--weights", str(weights))
    (row,) = (line for line in told.splitlines() if line.startswith("| refusals ignored"))
    assert re.findall(r"(\d\.\d{3}) \(", row) == ["1.000"] * 4


def test_quotes_are_measured_on_questions_about_paragraphs(tmp_path: Path) -> None:
    paragraphs = [
        {
            "context": TEXTS[name],
            "qas": [{"question": question, "answers": [{"text": answer, "answer_start": TEXTS[name].index(answer)}]}],
        }
        for name, question, answer in ASKED
    ]
    file = tmp_path / "questions.json"
    file.write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}))
    rows = [line for line in run("quotes.py", "--xquad", str(file)).splitlines() if line.endswith("| 3 |")]
    assert len(rows) == 2
    assert all("| 1.000 " in row for row in rows)
