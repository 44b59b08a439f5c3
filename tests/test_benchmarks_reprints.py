"""The reprint benchmark on the sample: what it prints, and that it measures what it says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

BENCHMARK = Path(__file__).parent.parent / "benchmarks" / "reprints.py"


def table(*arguments: str) -> dict[str, list[float]]:
    """The figures of each row, by its name."""
    command = [sys.executable, str(BENCHMARK), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=BENCHMARK.parent.parent)
    rows = re.findall(r"^\| (\d.*?) \| (.*) \|$", done.stdout, re.M)
    return {name: [float(cell) for cell in cells.split(" | ")] for name, cells in rows}


def test_the_copies_of_the_sample_are_told_from_the_rest() -> None:
    figures = table("--contained", "0.8", "0.999", "--alike", "0.4", "0.99")
    assert len(figures) == 8
    right, found, wrong, missed, precision, recall = figures["0.8, 0.4: made"]
    assert (right >= 30, found, wrong, missed) == (True, right, 0, 0)
    assert (precision, recall) == (1.0, 1.0)
    strict = figures["0.999, 0.99: made"]
    assert strict[5] < 0.5 and strict[3] == strict[0] - strict[1]
