"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.__main__ import main
from index import NewsIndex
from tests.fake_chat import Script, openai_server
from tests.stories import small_index

ROOT = Path(__file__).parent.parent
WHY = "Why is Washington worried about the S-400?"
KEYS = [
    *("question", "text", "mode", "answered", "reason", "independent_sources", "citations", "nearest"),
    *("as_of", "checks", "filters", "usage"),
]
STANDING = ("published_from", "published_at", "modified", "notice", "withdrawn")


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsIndex]:
    with small_index(tmp_path_factory.mktemp("stories")) as opened:
        yield opened


@pytest.fixture(autouse=True)
def opens(stories: NewsIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """Open the stories with their own embedder; any other folder as it is."""
    real = NewsIndex.open
    monkeypatch.setattr(
        NewsIndex, "open", lambda folder, **_: stories if str(folder) == str(stories.folder) else real(folder)
    )
    monkeypatch.setattr(Assistant, "close", lambda self: None)
    monkeypatch.setenv("DATELINE_INDEX", str(stories.folder))
    monkeypatch.delenv("DATELINE_MODEL", raising=False)


Out = Callable[[], str]


@pytest.fixture
def out(capsys: pytest.CaptureFixture[str]) -> Out:
    """What was printed since the last look."""
    return lambda: capsys.readouterr().out


def test_json_is_one_object_of_the_promised_shape(out: Out) -> None:
    assert main([WHY, "--json"]) == 0
    found = json.loads(out())
    assert list(found) == KEYS
    assert found["answered"] is True
    first = found["citations"][0]
    assert list(first) == [
        *("number", "article_id", "title", "outlet", "url", "published", *STANDING),
        *("quote", "start", "end", "page", "reprints"),
    ]
    assert found["independent_sources"] == len({citation["article_id"] for citation in found["citations"]})
    assert first["quote"].startswith("Washington fears")
    assert first["published"] == "2019-07-12"
    newest = max(citation["published"] for citation in found["citations"])
    dated = {"evidence_newest": newest, "index_newest": "2023-04-04", "generation": 1}
    assert found["as_of"] == {**dated, "warning": None}


def test_how_fresh_an_answer_is_stands_below_it_and_in_json(out: Out) -> None:
    now = "Why does Washington currently fear the S-400?"
    old = ["--asked-on", "2024-12-10"]
    assert main([now, *old]) == 0
    said = "You ask about now, but the newest evidence is "
    lines = out().splitlines()
    (place,) = [place for place, line in enumerate(lines) if line.startswith(f"! {said}")]
    assert lines[place - 1].startswith("As of ")
    assert lines[place - 1].endswith(": the newest evidence. Newest article in the index: 4 April 2023.")
    assert main([now, *old, "--json"]) == 0
    assert json.loads(out())["as_of"]["warning"].startswith(said)
    assert main([WHY]) == 0
    printed = out()
    assert "As of " in printed and "You ask" not in printed


def test_json_of_a_refusal(out: Out) -> None:
    assert main(["What is the capital of Mongolia?", "--json"]) == 0
    found = json.loads(out())
    assert (found["answered"], found["citations"]) == (False, [])
    assert list(found["nearest"][0]) == ["article_id", "title", "outlet", "published", "withdrawn"]


def test_an_answer_in_words_with_its_sources(out: Out) -> None:
    assert main([WHY]) == 0
    printed = out()
    assert printed.startswith("“Washington fears")
    assert "[1] First S-400 missiles reach Turkey — Alpha News, 12 July 2019  https://a.example/missiles" in printed


def test_what_was_read_is_told_and_can_be_taken_back(out: Out) -> None:
    question = "What did Alpha News say about why Washington is worried?"
    assert main([question]) == 0
    assert '(only Alpha News; say --without "Alpha News" to search everything)' in out()
    assert main([question, "--without", "alpha news", "--json"]) == 0
    filters = json.loads(out())["filters"]
    assert (filters["outlets"], filters["read"][0]["applied"]) == ([], False)


def test_words_without_quotation_marks_are_one_question(out: Out) -> None:
    assert main(WHY.split()) == 0
    assert out().startswith("“Washington fears")


def test_a_refusal_in_words(out: Out) -> None:
    assert main(["What", "is", "the", "capital", "of", "Mongolia?"]) == 0
    printed = out()
    assert "do not answer this" in printed
    assert "Nearest articles:" in printed


def test_filters_reach_the_search(out: Out) -> None:
    assert main([WHY, "--json", "--outlet", "Beta Wire", "--since", "2020-01-01", "--until", "2020-12-31"]) == 0
    found = json.loads(out())
    assert {citation["outlet"] for citation in found["citations"]} <= {"Beta Wire"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([WHY, "--asked-on", "yesterday"], "'yesterday' is not a date, write it as 2024-05-03"),
        ([WHY, "--since", "2024-02-30"], "'2024-02-30' is not a date"),
        ([WHY, "--since", "2024-01-02", "--until", "2024-01-01"], "since (2024-01-02) lies after until"),
        ([WHY, "--index", "/nowhere/at/all"], "There is no index in /nowhere/at/all"),
        ([WHY, "--model", "gpt"], "must be written provider:name"),
        ([WHY, "--model", "nobody:gpt"], "no model provider 'nobody'"),
        ([WHY, "--base-url", "http://127.0.0.1:9/v1"], "needs the model's name"),
        ([WHY, "--colour", "red"], "Unrecognized arguments: --colour"),
        (["--json"], "With --json a question is needed"),
        ([" "], "The question is empty"),
    ],
    ids=lambda value: " ".join(value[-2:]) if isinstance(value, list) else "",
)
def test_what_cannot_be_asked_is_one_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    printed, error = capsys.readouterr()
    assert sentence in error
    assert error.count("\n") == 1
    assert printed == ""


def test_an_unforeseen_failure_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(self: object, request: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Assistant, "run", fail)
    assert main([WHY]) == 2
    assert capsys.readouterr().err == (
        "Dateline failed in a way it should not (ZeroDivisionError): please report it.\n"
    )


def test_a_chat_keeps_its_turns(monkeypatch: pytest.MonkeyPatch, out: Out) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{WHY}\n\nand why did Turkey buy it?\n"))
    assert main([]) == 0
    printed = out()
    assert "5 articles, newest 2023-04-04; answers: quotes." in printed
    assert "(searched: Why did Turkey buy the S-400?)" in printed


def test_the_stricter_mode_leaves_out_what_it_invents(out: Out) -> None:
    script = Script(chunks=["Washington fears it could spy on the F-35 fighter [1].", " It cost $9 billion [1]."])
    with openai_server(script) as url:
        assert main([WHY, "--model", "tiny", "--base-url", url, "--strict"]) == 0
    printed = out()
    assert "billion" not in printed
    assert "1 sentence was left out" in printed


def test_quotes_can_be_asked_for_where_the_environment_names_a_model(monkeypatch: pytest.MonkeyPatch, out: Out) -> None:
    monkeypatch.setenv("DATELINE_MODEL", "nobody:nothing")
    assert main([WHY, "--json", "--model", "quotes"]) == 0
    found = json.loads(out())
    assert (found["mode"], found["usage"]["tokens_in"], found["usage"]["tokens_out"]) == ("quotes", 0, 0)


def test_a_model_writes_and_what_it_invents_is_said(monkeypatch: pytest.MonkeyPatch, out: Out) -> None:
    script = Script(chunks=["Washington fears it could spy on the F-35 fighter [1].", " It cost $9 billion [1]."])
    with openai_server(script) as url:
        monkeypatch.setenv("DATELINE_MODEL", "tiny")
        monkeypatch.setenv("DATELINE_API_KEY", "mine")
        assert main([WHY, "--base-url", url]) == 0
    printed = out()
    assert printed.startswith("Washington fears it could spy on the F-35 fighter [1]. It cost $9 billion [1].\n")
    assert "Not supported by what it cites: “It cost $9 billion [1].” The number $9 billion does" in printed
    assert re.search(r"^\d+\.\d s$", printed, re.M)
    assert script.keys == ["Bearer mine"]


def test_text_cannot_steer_the_terminal(monkeypatch: pytest.MonkeyPatch, out: Out) -> None:
    with openai_server(Script(chunks=["Washington fears\x1b[2J it could spy on the F-35 fighter [1].\r"])) as url:
        assert main([WHY, "--model", "tiny", "--base-url", url]) == 0
    printed = out()
    assert "\x1b" not in printed
    assert "\r" not in printed


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        env={**os.environ, **environment},
    )


def test_help_comes_without_the_heavy_parts() -> None:
    done = run("-X", "importtime", "-m", "assistant", "--help")
    assert done.returncode == 0
    assert "QUESTION" in done.stdout
    for heavy in ("langchain", "chromadb", "numpy", "tantivy", "torch"):
        assert f"| {heavy}" not in done.stderr.replace("|   ", "| ")
        assert f" {heavy}\n" not in done.stderr


def test_quotes_need_no_langchain(tmp_path: Path) -> None:
    code = (
        "import sys, assistant.__main__ as m\n"
        f"code = m.main(['When did Finland join NATO?', '--index', {str(tmp_path / 'x')!r}])\n"
        "heavy = {'langchain', 'langchain_core', 'torch', 'sentence_transformers', 'gradio'} & set(sys.modules)\n"
        "print(code, sorted(heavy))"
    )
    (tmp_path / "a.txt").write_text("Finland joins NATO\n\nFinland became the 31st member of NATO on 4 April 2023.\n")
    assert run("-m", "index", "build", str(tmp_path / "a.txt"), "--index", str(tmp_path / "x")).returncode == 0
    done = run("-c", code)
    assert done.stdout.startswith("“Finland became the 31st member of NATO on 4 April 2023.”")
    assert done.stdout.endswith("0 []\n")
