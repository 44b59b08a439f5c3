"""What a page brings in is taken as untrusted: names, places, sizes, texts, addresses."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.page.intake import MEGABYTE, Rules, is_read, take_addresses, take_files, take_text
from index.errors import BadRequest


@pytest.fixture
def rules(tmp_path: Path) -> Rules:
    (tmp_path / "uploads").mkdir()
    return Rules(uploads=tmp_path / "uploads")


def upload(rules: Rules, name: str, content: str = "text", digit: str = "a") -> str:
    """Put a file where the server puts what is uploaded, and return its place."""
    assert rules.uploads
    path = rules.uploads / (digit * 64) / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return str(path)


def sent(*files: tuple[Any, Any]) -> str:
    return json.dumps([{"path": path, "name": name} for path, name in files])


def taken(into: Path) -> list[str]:
    return sorted(path.relative_to(into).as_posix() for path in into.rglob("*") if path.is_file())


def test_files_are_moved_under_their_own_names(rules: Rules, tmp_path: Path) -> None:
    one, two = upload(rules, "a.txt", "one"), upload(rules, "b.jsonl.gz", "two", "b")
    assert take_files(sent((one, "a.txt"), (two, "2024/May/b.jsonl.gz")), rules, tmp_path / "in") == 2
    assert taken(tmp_path / "in") == ["2024/May/b.jsonl.gz", "a.txt"]
    assert (tmp_path / "in" / "a.txt").read_text() == "one"
    assert not Path(one).exists() and not Path(two).exists()


def test_one_content_under_one_name_in_two_folders_is_two_files(rules: Rules, tmp_path: Path) -> None:
    one = upload(rules, "a.txt")
    take_files(sent((one, "x/a.txt"), (one, "y/a.txt"), (one, "x/a.txt")), rules, tmp_path / "in")
    assert taken(tmp_path / "in") == ["x/a (2).txt", "x/a.txt", "y/a.txt"]
    assert not Path(one).exists()


@pytest.mark.parametrize(
    ("name", "under"),
    [
        ("../../etc/a.txt", "etc/a.txt"),
        ("/etc/a.txt", "etc/a.txt"),
        ("..\\..\\a.txt", "a.txt"),
        ("C:\\x\\a.txt", "C/x/a.txt"),
        (".ssh/.a.txt", "ssh/a.txt"),
        ("x/\n<b>\x00a.txt", "x/b__a.txt"),
        ("/".join("d" * 30) + "/a.txt", "/".join("d" * 11) + "/a.txt"),
        ("é" * 300 + ".txt", "é" * 88 + ".txt"),
        ("\ud800.txt", "?.txt"),
    ],
)
def test_a_name_stays_in_its_folder(rules: Rules, tmp_path: Path, name: str, under: str) -> None:
    take_files(sent((upload(rules, "a.txt"), name)), rules, tmp_path / "in")
    assert taken(tmp_path / "in") == [under]


def test_only_what_was_uploaded_is_taken(rules: Rules, tmp_path: Path) -> None:
    """A file elsewhere, a way out of the folder, a link, another place in it, no file: none is read or moved."""
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    real = Path(upload(rules, "a.txt"))
    (real.parent / "link.txt").symlink_to(secret)
    (rules.uploads / "loose.txt").write_text("loose")  # type: ignore[operator]
    inside = f"{real.parent}/../{'a' * 64}/a.txt"
    places = [secret, "/etc/hosts", inside, real.parent / "link.txt", real.parent.parent / "loose.txt", real.parent]
    places += [f"{real}/../../../secret.txt", os.path.relpath(real), "", "a\0b", f"{real}\0", real.parent / "gone.txt"]
    for place in map(str, places):
        with pytest.raises(BadRequest, match=r"a\.txt did not arrive here"):
            take_files(sent((place, "a.txt")), rules, tmp_path / "in")
    with pytest.raises(BadRequest, match="did not arrive"):
        take_files(sent((str(real), "a.txt")), replace(rules, uploads=None), tmp_path / "in")
    assert secret.read_text() == "secret" and real.exists() and not (tmp_path / "in").exists()


@pytest.mark.parametrize("given", ["", "[]", "null", "{", "{}", "[1]", '[{"path": 1, "name": "a.txt"}]', "[" * 10_000])
def test_what_names_no_files_is_one_sentence(rules: Rules, tmp_path: Path, given: str) -> None:
    with pytest.raises(BadRequest, match=r"^(No file was chosen: .*|What was sent names no files\. .*)\.$"):
        take_files(given, rules, tmp_path / "in")


def test_limits_are_kept_on_the_server_too(rules: Rules, tmp_path: Path) -> None:
    path = upload(rules, "a.txt", "x" * 3 * MEGABYTE)
    for less, said in (
        ({"files": 1}, "2 files; add 1 or fewer"),
        ({"file_bytes": 2 * MEGABYTE}, "has 3 MB; each file may have 2 MB"),
        ({"bytes": 5 * MEGABYTE}, "6 MB; add 5 MB or less"),
    ):
        with pytest.raises(BadRequest, match=said):
            take_files(sent((path, "a.txt"), (path, "b.txt")), replace(rules, **less), tmp_path / "in")
    with pytest.raises(BadRequest, match=r"a\.docx is of no format"):
        take_files(sent((path, "a.docx")), rules, tmp_path / "in")
    assert Path(path).exists()
    assert is_read("A.TXT") and is_read("a.csv.xz") and not is_read("a.gz.exe") and not is_read("txt")


def test_a_text_is_written_as_an_article(rules: Rules, tmp_path: Path) -> None:
    take_text(
        {"do": "add-text", "title": " A ", "text": "Line\nline", "date": "2024-05-03", "url": ""}, rules, tmp_path
    )
    assert json.loads((tmp_path / "pasted text.jsonl").read_text()) == {
        "title": "A",
        "date": "2024-05-03",
        "text": "Line\nline",
    }


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": " "}, "There is no text"),
        ({"text": "x" * 1_000_001}, "more than 1,000,000 characters"),
        ({"text": "x", "url": "javascript:alert(1)"}, "must begin with https"),
        ({"text": "x", "date": "yesterday"}, "'yesterday' is no day: write it as YYYY-MM-DD"),
    ],
)
def test_a_text_that_is_none_is_said(rules: Rules, tmp_path: Path, fields: dict[str, str], said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        take_text(fields, rules, tmp_path)
    assert not list(tmp_path.glob("*.jsonl"))


def test_addresses_are_taken_one_a_line(rules: Rules) -> None:
    assert take_addresses(" https://a.example/1 \n\nhttps://a.example/1\nhttp://b.example", rules) == [
        "https://a.example/1",
        "http://b.example",
    ]
    for wrong, said in (
        ("", "There is no address"),
        ("a.example", "This is no web address: a.example"),
        ("https://a.example\n/etc/passwd", "no web address: /etc/passwd"),
        ("--fresh", "no web address: --fresh"),
        ("file:///etc/passwd", "no web address"),
        ("\n".join(f"https://a.example/{n}" for n in range(51)), "51 addresses; add 50"),
    ):
        with pytest.raises(BadRequest, match=said):
            take_addresses(wrong, rules)
