"""The dates of the sample's articles are found on every page made of them, and none is made up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_no_date_of_the_samples_pages_is_wrong() -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "dates.py"), "--alone", "-n", "10"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    rows = [line.strip("| ").split(" | ") for line in done.stdout.splitlines() if line.startswith("|")][2:]
    assert len(rows) == 14
    shares = {name: [float(number) for number in cells.split(", ")] for name, cells in rows}
    assert all(wrong == 0 for _, wrong, _ in shares.values())
    assert shares["the 11 together"][0] >= 0.98
    assert shares["dateline, footer's year"][0] == 0, "a year that any visit may have written is not believed"
