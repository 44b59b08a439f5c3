"""What reading questions costs is measured: on the sample, whose questions ask for no outlet, nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from index import build

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "benchmarks" / "sample"


def test_reading_the_samples_questions_loses_no_answer(tmp_path: Path) -> None:
    build([ROOT / "articles"], tmp_path / "index")
    given = ("--corpus", ROOT / "articles", "--questions", SAMPLE / "questions.jsonl")
    command = [sys.executable, ROOT / "benchmarks" / "understanding.py", *given, "--judged", SAMPLE / "judged.jsonl"]
    for more in ((), ("--slips",)):
        done = subprocess.run(
            [*map(str, command), "--index", str(tmp_path / "index"), *more], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        cells = [line.strip("|").split("|") for line in done.stdout.splitlines() if line.startswith("|")]
        found = {row[0].strip(): float(row[4].split()[0]) for row in cells if "read" in row[0]}  # R@10
        assert found.keys() == {"as read", "nothing read"}
        assert found["as read"] >= found["nothing read"] > 0.5
