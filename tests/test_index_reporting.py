"""The report of a build: each record counted once, listed with file, number and reason, whatever became of it."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from index.__main__ import main
from index.building import build
from index.errors import BadRequest
from index.generations import Generations
from index.reporting import BuildReport, Ledger, Outcome
from tests.fakes import HashEmbedder
from tests.newsroom import story, write

RECORDS = {"added", "updated", "unchanged", "duplicate", "failed"}
VIEWS = {"reprint", "undated"}


def sources(folder: Path) -> list[Path]:
    """Files of every format family, with something of everything that can become of a record."""
    folder.mkdir()
    long = story(1)["text"]
    made = [
        write(
            folder / "a.jsonl",
            story(1, published="2024-05-03", outlet="Alpha"),
            story(2, text=f"TOWN (Example Wire) — {long}", published="2024-05-04", outlet="Beta"),
            story(3, text=long, outlet="Alpha"),
            story(1, published="2024-05-03", outlet="Alpha", url="http://www.wire.example/1/?utm_source=a"),
            {"title": "no text"},
            story(4),
        )
    ]
    text = {
        "b.txt": f"A title\n\n{story(5)['text']}",
        "c.md": f"---\ntitle: A\ndate: 2024-05-05\n---\n{story(6)['text']}",
        "d.html": f"<html><body><article><h1>Report</h1><p>{story(7)['text']}</p></article></body></html>",
        "e.json": json.dumps([story(8), {"url": "x"}, 7]),
        "f.csv": f'title,text\nReport 9,"{story(9)["text"]}"\nNothing,\n',
        "g.xyz": "not read",
        "h.json": "{broken",
        "odd\nname, line 3.txt": f"A title\n\n{story(10)['text']}",
    }
    for name, content in text.items():
        (folder / name).write_text(content, encoding="utf-8")
        made.append(folder / name)
    (folder / "i.jsonl.gz").write_bytes(gzip.compress(json.dumps(story(11)).encode()) + b"broken")
    return [*made, folder / "i.jsonl.gz", folder / "nowhere.txt"]


def listed(path: Path) -> list[dict[str, Any]]:
    content = path.read_text(encoding="utf-8")
    if path.suffix == ".csv":
        return [{key: value or None for key, value in row.items()} for row in csv.DictReader(content.splitlines(True))]
    return json.loads(content) if path.suffix == ".json" else [json.loads(line) for line in content.splitlines()]


def agrees(report: BuildReport, rows: list[dict[str, Any]], read: int) -> None:
    """Check that records in = added + updated + unchanged + duplicates + failed, in the report and in its file."""
    counts = report.counts()
    kinds = Counter(row["kind"] for row in rows)
    assert sum(counts[name] for name in ("added", "updated", "unchanged", "duplicates", "failed")) == read
    assert sum(kinds[kind] for kind in RECORDS) == read
    plural = {"duplicate": "duplicates", "reprint": "reprints"}
    assert {plural.get(kind, kind): kinds[kind] for kind in RECORDS | VIEWS} == counts
    assert all(row["reason"] and (row["file"] or row["url"]) for row in rows)
    views = {(row["file"], row["record"]) for row in rows if row["kind"] in VIEWS}
    assert views <= {(row["file"], row["record"]) for row in rows if row["kind"] in ("added", "updated")}


@pytest.mark.parametrize("ending", [".jsonl", ".json", ".csv"])
def test_every_record_is_counted_and_listed(tmp_path: Path, ending: str) -> None:
    made, path = sources(tmp_path / "in"), tmp_path / f"report{ending}"
    read: list[int] = []

    def run() -> BuildReport:
        return build(
            made,
            tmp_path / "news",
            embedder=HashEmbedder(),
            report=path,
            progress=lambda sofar: read.append(sofar.read),
        )

    first = run()
    rows = listed(path)
    agrees(first, rows, read[-1])
    assert (first.added, first.updated, len(first.duplicates), len(first.reprints)) == (9, 0, 1, 1)
    assert first.unchanged == 1
    by_line = {(Path(row["file"]).name, row["record"], row["kind"]): row for row in rows}
    assert by_line["a.jsonl", "line 2", "reprint"]["reason"] == "a reprint of https://wire.example/1"
    assert by_line["a.jsonl", "line 3", "duplicate"]["reason"] == "the same text as https://wire.example/1"
    assert by_line["a.jsonl", "line 5", "failed"]["reason"].startswith("it has no text")
    assert by_line["a.jsonl", "line 4", "unchanged"]["title"] == "Report 1"
    assert by_line["odd\\nname, line 3.txt", None, "added"]["article_id"]
    again = run()
    agrees(again, listed(path), read[-1])
    assert (again.added, again.updated, again.reprints, again.undated) == (0, 0, (), ())
    write(made[0], story(1, text=story(50)["text"], published="2024-05-03", outlet="Alpha"), story(4, title="Now"))
    changed = run()
    rows = listed(path)
    agrees(changed, rows, read[-1])
    assert {row["reason"] for row in rows if row["kind"] == "updated"} == {
        *("its text changed", "its title, date or other metadata changed")
    }


def test_the_size_of_a_batch_changes_no_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, found = sources(tmp_path / "in"), []
    for size in (1, 5, 10_000):
        monkeypatch.setattr("index.building.BATCH_PASSAGES", size)
        report = build(made, tmp_path / f"news{size}", embedder=HashEmbedder(), report=tmp_path / "r.jsonl")
        found.append((report.counts(), [{**row} for row in listed(tmp_path / "r.jsonl")]))
    assert found[0] == found[1] == found[2]


def test_a_report_is_whole_though_nothing_could_be_indexed(tmp_path: Path) -> None:
    for ending in ("json", "jsonl"):
        with pytest.raises(BadRequest, match="Nothing was indexed"):
            build([tmp_path / "nowhere"], tmp_path / "news", embedder=HashEmbedder(), report=tmp_path / f"r.{ending}")
        assert [row["kind"] for row in listed(tmp_path / f"r.{ending}")] == ["failed"]


def test_a_report_that_cannot_be_written_is_said_before_anything_is_built(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", story(1))
    for name, words in (("r.txt", "must end in"), ("none/r.json", "cannot be written"), ("", "must end in")):
        with pytest.raises(BadRequest, match=words):
            build([path], tmp_path / "news", embedder=HashEmbedder(), report=tmp_path / name)
    assert not (tmp_path / "news" / "CURRENT").exists()
    build([path], tmp_path / "news", embedder=HashEmbedder())
    assert Generations(tmp_path / "news").current() == 1


def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").symlink_to("/dev/full")
    with pytest.raises(BadRequest, match="cannot be written"), Ledger(tmp_path / "r.jsonl") as ledger:
        ledger.write(Outcome("added", "a", "new"))


@pytest.mark.parametrize(
    ("place", "file", "record", "url"),
    [
        ("in/a.jsonl, line 12", "in/a.jsonl", "line 12", None),
        ("in/b, c.txt", "in/b, c.txt", None, None),
        ("in/a.zip, b.csv, row 3", "in/a.zip, b.csv", "row 3", None),
        ("https://a.example/feed, entry 2", None, "entry 2", "https://a.example/feed"),
        ("https://a.example/story", None, None, "https://a.example/story"),
    ],
)
def test_a_place_is_file_and_number_or_address(
    place: str, file: str | None, record: str | None, url: str | None
) -> None:
    row = Outcome("failed", place, "why").row()
    assert (row["file"], row["record"], row["url"]) == (file, record, url)


def test_the_command_tells_all_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = sources(tmp_path / "in")
    told = ["build", *map(str, made), "--index", str(tmp_path / "news"), "--report", str(tmp_path / "r.csv")]
    assert main(told) == 1
    said = capsys.readouterr().out
    assert "9 added, 0 updated, 1 unchanged, 1 duplicates, 8 failed, 1 reprints, 6 without a date" in said
    assert "Report 2 is https://wire.example/1 in another print" in said
    assert main([*told, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["unchanged"], found["reprints"], found["undated"]) == (10, 0, 0)
