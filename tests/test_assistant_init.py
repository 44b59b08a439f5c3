"""The package as others import it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import assistant

ROOT = Path(__file__).parent.parent


def test_all_is_pinned_and_all_of_it_is_there() -> None:
    assert sorted(assistant.__all__) == [
        "Answer",
        "ArticleMissing",
        "AsOf",
        "Assistant",
        "BadRequest",
        "Check",
        "Citation",
        "DatelineError",
        "IndexMissing",
        "ModelError",
        "NewsRetriever",
        "Turn",
        "answer",
        "to_json",
    ]
    for name in assistant.__all__:
        assert getattr(assistant, name).__name__ == name
        assert name in dir(assistant)


def test_other_names_are_not() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        assistant.nothing  # noqa: B018


def test_importing_is_quick_and_light() -> None:
    code = (
        "import sys, time; start = time.perf_counter(); import assistant; took = time.perf_counter() - start\n"
        "print(took, 'numpy' in sys.modules, 'langchain_core' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=30)
    took, numpy, langchain = done.stdout.split()
    assert float(took) < 0.3
    assert (numpy, langchain) == ("False", "False")


def test_no_module_knows_the_page_or_the_stores() -> None:
    for path in (ROOT / "assistant").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        for foreign in ("gradio", "chromadb", "tantivy"):
            assert f"import {foreign}" not in text, path.name
            assert f"from {foreign}" not in text, path.name
