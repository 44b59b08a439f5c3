"""The README's commands and code run as they stand there, on the sample; what it says exists, exists."""

from __future__ import annotations

import gzip
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
COMMANDS = [line.strip() for line in README.splitlines() if line.startswith("    .venv/bin/python ")]
BUILDS = [line for line in COMMANDS if " -m index build " in line]
CODE = re.search(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that the README names."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(ROOT / "articles", folder / "my-articles")
    (folder / "new-articles").mkdir()
    story = {
        "title": "Ferry returns",
        "text": "The ferry to Inishmore came back into service on Monday.",
        "outlet": "X",
    }
    with gzip.open(folder / "new-articles" / "monday.jsonl.gz", "wt") as file:
        file.write(json.dumps(story) + "\n")
    return folder


def run(command: list[str], desk: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DATELINE_INDEX": str(desk / "my-index")}
    return subprocess.run(command, cwd=desk, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_two_commands_stand_within_the_first_thirty_lines() -> None:
    head = README.splitlines()[:30]
    makefile = (ROOT / "Makefile").read_text()
    for target in ("chat", "test"):
        assert any(line.startswith(f"    make {target}") for line in head)
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_the_builds_and_the_code_run(desk: Path) -> None:
    assert len(BUILDS) == 2
    for line in BUILDS:
        command = line.replace(".venv/bin/python", shlex.quote(sys.executable))
        done = run(["sh", "-c", command], desk)
        assert done.returncode == 0, done.stderr
    assert CODE is not None
    done = run([sys.executable, "-c", CODE.group(1)], desk)
    assert done.returncode == 0, done.stderr
    assert "[1]" in done.stdout
    assert "Northgate Post" in done.stdout
    hits = run([sys.executable, "-m", "index", "search", "ferry to Inishmore", "--json"], desk)
    assert json.loads(hits.stdout)["hits"][0]["title"] == "Ferry returns"


def test_the_commands_take_the_options_it_names(desk: Path) -> None:
    for command, options in (
        (["-m", "index", "--help"], ["build", "remove", "list", "info", "search", "rollback"]),
        (["-m", "index", "build", "--help"], ["--index", "--embedding", "--fresh", "--json"]),
        (["-m", "assistant", "--help"], ["--index", "--model", "--asked-on", "--base-url", "--json"]),
        ([str(ROOT / "ui.py"), "--help"], ["--index", "--model", "--host", "--port", "--base-url"]),
    ):
        done = run([sys.executable, *command], desk)
        assert done.returncode == 0
        for option in options:
            assert option in done.stdout
            assert option in README


def test_every_file_it_links_is_there() -> None:
    for document in [ROOT / "README.md", *ROOT.glob("docs/*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
