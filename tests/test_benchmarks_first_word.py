"""The benchmark of the first word: what it prints on the sample."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from index import build

ROOT = Path(__file__).parent.parent


def test_it_sets_the_reader_beside_the_model(tmp_path: Path) -> None:
    build([str(ROOT / "articles")], tmp_path / "news")
    questions = ROOT / "benchmarks" / "sample" / "questions.jsonl"
    script = [sys.executable, str(ROOT / "benchmarks" / "first_word.py"), str(tmp_path / "news"), str(questions)]
    done = subprocess.run([*script, "-n", "4", "--thinks", "0.05"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    own, reader, ours = (float(value) for value in re.findall(r"p50 (-?[\d.]+)", done.stdout))
    assert "4 questions" in done.stdout
    assert 50 <= own < reader
    assert 0 < ours < 1_000
