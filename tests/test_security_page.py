"""docs/security.md: each threat names tests that exist, and it says what is not defended against; pinned versions."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/security.md").read_text(encoding="utf-8")
THREATS = [row for row in re.findall(r"^\|(.+)\|$", PAGE, re.M) if not re.match(r" (threat|---) \|", row)]


@cache
def named_in(file: str) -> frozenset[str]:
    return frozenset(_names(ast.parse((ROOT / file).read_text(encoding="utf-8"))))


def _names(tree: ast.Module | ast.ClassDef) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node.name
        elif isinstance(node, ast.ClassDef):
            yield from (f"{node.name}::{name}" for name in _names(node))


@pytest.mark.parametrize("row", THREATS, ids=lambda row: row.split("|")[0].strip()[:50])
def test_each_threat_has_its_tests(row: str) -> None:
    threat, done, shown = row.split("|")
    assert threat.strip() and done.strip()
    named = re.findall(r"`([^`]+)`", shown)
    assert named and not re.sub(r"`[^`]+`", "", shown).strip()
    for name in named:
        file, _, test = name.partition("::")
        assert test in named_in(file), f"there is no test {name}"


def test_all_of_the_page_is_read() -> None:
    assert (
        len(THREATS)
        == PAGE.count("`tests/test_") - PAGE.count("` `tests/test_") - PAGE.count("`tests/test_security_page.py`")
        >= 30
    )
    assert len(PAGE.partition("## What is not defended against")[2].split("\n- ")) > 8


def test_what_is_depended_on_is_pinned() -> None:
    def plain(name: str) -> str:
        return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", name.strip())[0]).lower()  # type: ignore[index]

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {
        plain(one) for some in [project["dependencies"], *project["optional-dependencies"].values()] for one in some
    }
    lines = [line for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    assert all(re.fullmatch(r"[\w.-]+==[\w.+!]+( ;.+)?", line) for line in lines)
    assert wanted - {plain(project["name"])} <= set(map(plain, lines))
