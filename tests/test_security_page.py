"""Each threat of docs/security.md names tests that show what is done about it, and those are there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text()
THREATS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(("| what", "| ---"))]


def defined(path: Path) -> set[str]:
    """Return the names of all tests of a file, those of classes with theirs."""
    found: set[str] = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)}
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found.add(node.name)
    return found


@pytest.mark.parametrize("threat", THREATS, ids=[threat.split("|")[1].strip()[:60] for threat in THREATS])
def test_each_threat_has_its_tests(threat: str) -> None:
    named = re.findall(r"`(tests/\w+\.py)::(\w+(?:::\w+)?)`", threat.split("|")[3])
    assert named, "a threat without a test"
    for file, name in named:
        assert name in defined(ROOT / file), f"{file} has no {name}"


def test_the_page_names_threats() -> None:
    assert len(THREATS) > 20
