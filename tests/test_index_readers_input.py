"""Standard input, formats told from content, formats named: through the command line as it is used."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.specimens import MAKERS
from index.errors import BadRequest
from index.readers import FORMATS, Record, Unreadable, read
from index.readers.formats import read_input
from index.readers.inputs import Input
from tests.newsroom import story

ROOT = Path(__file__).parent.parent


class Piped:
    """A standard input that gives its bytes a few at a time, as a slow pipe does, and cannot be read back."""

    def __init__(self, content: bytes, step: int = 1_000) -> None:
        self.buffer = self
        self._file, self._step = io.BytesIO(content), step

    def read(self, size: int = -1) -> bytes:
        return self._file.read(min(size, self._step) if size >= 0 else self._step)

    def seekable(self) -> bool:
        return False


def piped(monkeypatch: pytest.MonkeyPatch, content: bytes, format: str | None = None) -> list[Record | Unreadable]:
    monkeypatch.setattr("sys.stdin", Piped(content))
    return list(read(["-"], format))


@pytest.mark.parametrize("kind", sorted({kind.name for kind in FORMATS} - {"text"}))
def test_what_is_piped_in_is_told_by_its_content(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    content = next(iter(MAKERS[kind]([story(1), story(2)]).values()))
    for packed in (content, gzip.compress(content)):
        first, *_ = piped(monkeypatch, packed)
        assert isinstance(first, Record), first
        assert first.article.source.title == "Report 1"
        assert first.place.startswith("standard input")


@pytest.mark.parametrize("kind", sorted({kind.name for kind in FORMATS} - {"text"}))
def test_a_file_without_a_known_ending_is_told_by_its_content(kind: str) -> None:
    content = next(iter(MAKERS[kind]([story(1), story(2)]).values()))
    first, *_ = read_input(Input.of(content, "upload", "upload"))
    assert isinstance(first, Record), first
    assert first.article.source.title == "Report 1"


def test_plain_text_is_read_where_it_is_called_so(monkeypatch: pytest.MonkeyPatch) -> None:
    (item,) = piped(monkeypatch, b"A title\n\nIts text.", "text")
    assert isinstance(item, Record)
    assert item.article.text == "Its text."
    (bad,) = piped(monkeypatch, b"A title\n\nIts text.")
    assert isinstance(bad, Unreadable)
    assert "not a format that is read" in bad.reason
    assert "--format" in bad.reason
    for kind in FORMATS:
        assert all(suffix in bad.reason for suffix in kind.suffixes)


def test_a_named_format_wins_over_the_ending(tmp_path: Path) -> None:
    path = tmp_path / "export.dat"
    path.write_text("text\tdate\nIts text.\t2021-05-04\n")
    (item,) = read([path], "csv")
    assert isinstance(item, Record)
    with pytest.raises(BadRequest, match=r"'docx' is no format: there are .*csv"):
        list(read([path], "docx"))


def test_an_empty_pipe_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    (item,) = piped(monkeypatch, b"")
    assert isinstance(item, Unreadable)
    assert (item.source, item.reason) == ("standard input", "the file is empty")


def test_ten_thousand_failures_in_a_row_end_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    found = piped(monkeypatch, b'{"title": "No text"}\n' * 12_000 + b'{"text": "A text."}\n')
    assert len(found) == 10_001
    assert isinstance(found[-1], Unreadable)
    assert "the rest is left unread" in found[-1].reason


def test_the_command_line_builds_from_a_pipe(tmp_path: Path) -> None:
    lines = "".join(json.dumps(story(number)) + "\n" for number in range(3))
    command = [sys.executable, "-m", "index", "build", "-", "--index", str(tmp_path / "index"), "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, input=lines, capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["added"] == 3
    more = subprocess.run(
        [*command, "--format", "text"],
        input="A title\n\nIts text.",
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
    )
    assert json.loads(more.stdout)["added"] == 1
