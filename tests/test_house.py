"""The house stands: arrows one way, one importer for each engine, cheap imports, a small top level."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import assistant
import index

ROOT = Path(__file__).parent.parent
MODULES = sorted([*ROOT.glob("*.py"), *ROOT.glob("index/**/*.py"), *ROOT.glob("assistant/**/*.py")])
OURS = {"index", "assistant", "ui"}
TOP_LEVEL = {
    *("assistant", "index", "ui.py", "tests", "benchmarks", "docs", "articles"),
    *(
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "LICENSE",
        "Makefile",
        "pyproject.toml",
        "constraints.txt",
    ),
}
LINES = 450
LINES_OF_THE_PAGE = 600  # one file, its style sheet with it


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def imported(path: Path, *, types: bool = True) -> frozenset[str]:
    """The full names of the modules that a file imports anywhere in it; without `types`, at run time only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(_imported(tree, types))


def _imported(node: ast.AST, types: bool) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert not child.level, "imports are written out in full"
            yield child.module or ""
        elif not types and isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        yield from _imported(child, types)


def packages(path: Path, *, types: bool = True) -> set[str]:
    return {module.split(".")[0] for module in imported(path, types=types)}


def room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_the_arrows_go_one_way(path: Path) -> None:
    forbidden = {
        "index": {"assistant", "ui", "gradio", "langchain", "langchain_core", "langchain_chroma"},
        "assistant": {"ui", "gradio", "chromadb", "tantivy", "sentence_transformers", "model2vec"},
        "ui": {"chromadb", "tantivy", "langchain", "langchain_core"},
    }[room(path)]
    assert not packages(path) & forbidden
    if room(path) == "ui":
        assert packages(path, types=False) & OURS == {"assistant"}


@pytest.mark.parametrize("path", sorted(ROOT.glob("assistant/page/*.py")), ids=name)
def test_the_page_knows_nothing_of_the_door(path: Path) -> None:
    assert not any(module.startswith("assistant.door") for module in imported(path))


@pytest.mark.parametrize(
    ("package", "only"),
    [
        ("chromadb", {"index/bounded.py", "index/chroma.py"}),
        ("tantivy", {"index/lexical.py"}),
        ("gradio", {"ui.py"}),
        ("trafilatura", {"index/readers/html.py"}),
        ("feedparser", {"index/readers/feeds.py"}),
        ("defusedxml", {"index/readers/markup.py"}),
        ("pypdf", {"index/readers/pdf.py"}),
        ("warcio", {"index/readers/warc.py"}),
        ("ray", {"index/cluster.py"}),
        ("pyarrow", {"index/readers/parquet.py"}),
        ("charset_normalizer", {"index/readers/encodings.py"}),
        ("httpx", {"index/bounded.py", "index/web/addresses.py", "index/web/fetching.py"}),
        ("httpcore", {"index/timed.py", "index/web/connecting.py", "index/web/fetching.py"}),
        ("sentence_transformers", {"index/embedding.py"}),
        ("datasketch", {"index/reprints.py"}),
        ("matplotlib", {"assistant/page/plots.py"}),
        ("sqlite3", {"index/chroma.py", "index/versions.py"}),
        # between a process and those it started, or a cluster's: docs/security.md
        ("pickle", {"index/encoding.py", "index/bulk.py", "index/cluster.py", "index/labour.py"}),
    ],
)
def test_each_engine_has_one_importer(package: str, only: set[str]) -> None:
    assert {name(path) for path in MODULES if package in packages(path)} == only


def test_no_import_hides_from_these_tests() -> None:
    """Only the two package doors import by a computed name, and only from their own tables."""
    found = {name(path) for path in MODULES if "import_module" in path.read_text() or "__import__(" in path.read_text()}
    assert found <= {"index/__init__.py", "assistant/__init__.py"}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_no_model_brings_code_and_no_shell_is_started(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        named = {key.arg: key.value for key in node.keywords} if isinstance(node, ast.Call) else {}
        for wanted in ("trust_remote_code", "shell", "allow_pickle"):
            assert ast.unparse(named.get(wanted, ast.Constant(False))) == "False"
        called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
        assert called not in ("eval", "exec", "compile", "os.system", "os.popen", "yaml.load", "torch.load")


def test_what_the_packages_offer() -> None:
    assert index.__all__ == [
        *("Article", "BuildReport", "DatelineError", "Hit", "NewsIndex", "Passage", "Snapshot", "Source"),
        *("build", "remove"),
    ]
    assert assistant.__all__ == [
        *("Answer", "ArticleMissing", "AsOf", "Assistant", "BadRequest", "Check", "Citation", "DatelineError"),
        *("IndexMissing", "ModelError", "NewsRetriever", "Turn", "answer", "to_json"),
    ]
    for package in (index, assistant):
        assert all(getattr(package, offered).__name__ == offered for offered in package.__all__)
        with pytest.raises(AttributeError, match="nonsense"):
            _ = package.nonsense


@pytest.mark.parametrize("package", ["index", "assistant", "index.__main__", "assistant.__main__"])
def test_an_import_costs_next_to_nothing(package: str) -> None:
    code = f"import time; t = time.perf_counter(); import {package}; print(time.perf_counter() - t)"
    runs = [subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True) for _ in range(3)]
    assert all(run.returncode == 0 for run in runs), runs[0].stderr
    assert min(float(run.stdout) for run in runs) < 0.3


@pytest.mark.parametrize("package", ["index", "assistant"])
def test_an_import_loads_no_engine(package: str) -> None:
    heavy = {
        "chromadb",
        "tantivy",
        "gradio",
        "httpx",
        "langchain",
        "langchain_core",
        "torch",
        "sentence_transformers",
        "model2vec",
        "datasketch",
        "matplotlib",
    }
    code = f"import sys, {package}; print(*(name for name in {sorted(heavy)} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "")


def test_the_top_level_is_small() -> None:
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith((".", "__"))}
    made = {
        item for item in found if item.endswith((".egg-info", "-index")) or item in ("build", "dist", "dateline-kept")
    }
    assert found - made <= TOP_LEVEL


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_each_module_says_what_it_is_and_stays_readable(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "a module begins by saying what it does"
    assert len(text.splitlines()) <= (LINES_OF_THE_PAGE if name(path) == "ui.py" else LINES)
