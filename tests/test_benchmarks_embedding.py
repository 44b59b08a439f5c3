"""The training of the shipped model, on a few made-up articles: what it writes loads everywhere, twice the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from index.embedding import StaticEmbedder, load_embedder

SCRIPT = Path(__file__).parent.parent / "benchmarks" / "train_embedding.py"
TOPICS = {
    "harbour": "The harbour was dredged so that larger ferries can dock. Ferries carry goods to the islands every day.",
    "orchard": "The orchard was planted with pears and plums. Frost took most of the blossom in the cold spring.",
    "railway": "The railway bought electric trains for the coast. Trains will run twice an hour from next summer.",
    "library": "The library lends tools as well as books. Readers borrow drills, ladders and saws for a week.",
}


def write(path: Path, records: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def files(folder: Path) -> tuple[Path, Path, Path]:
    articles: list[dict[str, object]] = []
    questions: list[dict[str, object]] = []
    judged: list[dict[str, object]] = []
    for number in range(24):
        topic = list(TOPICS)[number % 4]
        day = f"20{20 + number % 5}-05-01"
        text = f"{TOPICS[topic]} It was decided in town number {number}. The mayor welcomed it. Not everyone did."
        article = {
            "id": f"a{number}",
            "url": f"https://paper.example/{number}",
            "title": f"News of the {topic} {number}",
        }
        articles.append({**article, "outlet": "The Paper", "published": day, "text": text})
        question = {"id": f"q{number}", "asked_on": day, "question": f"What of the {topic} {number}?"}
        questions.append({**question, "answer": f"town number {number}"})
        judged.append({"question_id": f"q{number}", "article_ids": [f"a{number}"]})
    return (
        write(folder / "articles.jsonl", articles),
        write(folder / "questions.jsonl", questions),
        write(folder / "judged.jsonl", judged),
    )


def run(*arguments: object) -> str:
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_trains_the_same_twice_loads_everywhere_and_is_measured(tmp_path: Path) -> None:
    articles, questions, judged = files(tmp_path)
    sizes = ("--vocabulary", 400, "--dimensions", 16, "--epochs", 3)
    for name in ("one", "two"):
        said = run(articles, tmp_path / name, *sizes)
    assert "20 articles" in said  # 24, less those of 2024
    first, second = (load_embedder(str(tmp_path / name)) for name in ("one", "two"))
    assert isinstance(first, StaticEmbedder)
    assert first.dimensions == 16
    assert first.fingerprint == second.fingerprint

    from sentence_transformers import SentenceTransformer

    texts = [*TOPICS.values(), "Ferries, trains and an unseen 東京"]
    reference = SentenceTransformer(str(tmp_path / "one"), device="cpu").encode(texts, show_progress_bar=False)
    assert np.asarray((first.encode_documents(texts) * reference).sum(axis=1)).min() >= 0.999

    measured = run(articles, tmp_path / "one", "--questions", questions, "--judged", judged)
    assert "4 questions" in measured
    assert "| heading: title |" in measured
