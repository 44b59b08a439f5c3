"""The benchmark of web pages runs on the sample and counts what comes back."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_every_template_gives_its_article_back() -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "pages.py"), "-n", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stderr
    rows = [row.split(" | ") for row in done.stdout.splitlines() if row.startswith("| ") and "template" not in row]
    rows = [row for row in rows if "---" not in row[0]]
    assert len(rows) == 11
    assert {(row[1], row[2], row[4]) for row in rows} == {("2", "0", "1.000")}
