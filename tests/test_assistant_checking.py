"""The gate alone, from the command line: a text against files or articles of an index."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from assistant.__main__ import main

ARTICLE = """---
title: Ferry sinks off Portugal
outlet: Beta Wire
published: 2022-11-09
url: https://beta.example/ferry
---
The ferry Aurora sank off Lisbon on Monday with 412 people aboard. Baltic Lines, its owner, paid a fine of €3 million.
"""
OTHER = "The harbour of Porto will be closed for repairs until May, the mayor said on Friday.\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    first, second = tmp_path / "ferry.md", tmp_path / "harbour.txt"
    first.write_text(ARTICLE, encoding="utf-8")
    second.write_text(OTHER, encoding="utf-8")
    return str(first), str(second)


def test_all_supported_is_0(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "The ferry Aurora sank off Lisbon [1].", "--against", files[0]]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("supported: The ferry Aurora sank off Lisbon [1].\n  [1] “The ferry Aurora sank off Lisbon")
    assert "Beta Wire, 9 November 2022" in out
    assert err == ""


def test_something_unsupported_is_1_and_is_named(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    text = "The ferry Aurora sank off Lisbon with 512 people aboard. Baltic Lines paid a fine of 3 million euros."
    assert main(["check", text, "--against", *files]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("unsupported: The ferry Aurora")
    assert lines[1] == "  The article has 412, not 512."
    assert lines[3].startswith("supported: Baltic Lines")


def test_numbers_choose_the_article(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    text = "The harbour of Porto will be closed until May [2]. The ferry Aurora sank off Lisbon [2]. It rained."
    assert main(["check", text, "--against", *files, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [one["verdict"] for one in found["checks"]] == ["supported", "unsupported", "uncited"]
    assert found["supported"] is False
    evidence = found["checks"][0]["evidence"]
    assert OTHER[evidence["start"] : evidence["end"]] == evidence["quote"]
    assert [one["number"] for one in found["articles"]] == [1, 2]


def test_the_text_may_come_from_stdin(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("The ferry Aurora sank off Lisbon.\n"))
    assert main(["check", "-", "--against", files[0]]) == 0
    assert capsys.readouterr().out.startswith("supported: ")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["check", "A text.", "--against", "no-such-file.md"], "no-such-file.md: no such file or folder."),
        (["check", " ", "--against", "FILE"], "The text is empty: give what is to be checked."),
        (["check", "A text.", "--json"], "see `python -m assistant check --help`"),
        (["check", "--against", "FILE"], "see `python -m assistant check --help`"),
        (["check", "A text.", "--against", "FILE", "--index", "no-index"], "no-index"),
    ],
    ids=["no file", "no text", "no article", "nothing", "no index"],
)
def test_bad_input_is_2_with_one_sentence(
    arguments: list[str], sentence: str, files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([files[0] if one == "FILE" else one for one in arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert sentence in err
    assert len(err.strip().splitlines()) == 1


def test_articles_of_an_index_are_named_by_url(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from index import build

    build([files[0]], tmp_path / "index")
    wanted = ["--against", "https://beta.example/ferry", "--index", str(tmp_path / "index")]
    assert main(["check", "The ferry Aurora sank off Lisbon [1].", *wanted]) == 0
    assert main(["check", "The ferry Aurora sank off Naples [1].", *wanted]) == 1
    capsys.readouterr()
    assert main(["check", "A text.", "--against", "https://beta.example/none", *wanted[2:]]) == 2
