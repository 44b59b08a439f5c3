"""A damaged index names what is damaged, and says what it said before or one sentence: never anything else."""

from __future__ import annotations

import json
import os
import random
import resource
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from benchmarks.faulting import Tried
from benchmarks.faults_files import Case, cases, prepared, tried
from index.__main__ import main
from index.building import build
from index.errors import DatelineError, Hindered, IndexDamaged, IndexMissing
from index.files import listed
from index.generations import Generations
from index.live import NewsIndex
from index.verifying import verify
from tests.fakes import HashEmbedder
from tests.newsroom import marker, processes, story, write

FLIPS, OTHERS = 6, 5  # of some 170 cases; benchmarks/faults.py tries them all


def put(folder: Path, *numbers: int, **fields: Any) -> Path:
    source = write(folder / "new.jsonl", *(story(number, **fields) for number in numbers))
    build([source], folder / "index", embedder=HashEmbedder())
    return folder / "index"


def try_some(folder: Path, to: Path) -> None:
    """In a process that forks, so no engine may run in it: damage some files in some ways, the small ones for sure."""
    index, undamaged = prepared(folder)
    each = cases(index, seed=7, flips=1)
    choice = random.Random(7)
    flips = choice.sample([case for case in each if case.kind == "a flipped bit"], FLIPS)
    others = choice.sample([case for case in each if case.kind != "a flipped bit"], OTHERS)
    for name in ("CURRENT", "generations/0002/manifest.json", "generations/0002/chroma/chroma.sqlite3"):
        flips.append(Case(name, "a flipped bit", choice.random()))
    found = [tried(index, case, undamaged) for case in (*flips, *others)]
    to.write_text(json.dumps([(one.what, one.wrong) for one in found]))


def test_a_damaged_file_is_named_and_gives_no_other_answer(tmp_path: Path) -> None:
    process = processes().Process(target=try_some, args=(tmp_path, tmp_path / "told.json"))
    process.start()
    process.join(120)
    assert process.exitcode == 0
    found = [Tried(what, wrong=wrong) for what, wrong in json.loads((tmp_path / "told.json").read_text())]
    assert [one.wrong for one in found if one.wrong] == []
    assert len(found) == FLIPS + OTHERS + 3
    assert sum(one.what == "one sentence" for one in found) > len(found) / 2


def changed(path: Path, *statements: str) -> None:
    """Change what is in a database behind the back of the index, and list its files anew, so that no checksum tells."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    folder = next(parent for parent in path.parents if (parent / "CURRENT").exists())
    generations = Generations(folder)
    generations.publish(generations.manifest(generations.current()))


def damage(index: Path) -> list[tuple[str, str]]:
    return [(one.file, one.what) for found in verify(index).generations for one in found.damage]


def test_a_whole_index_is_whole_and_reading_it_changes_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, 1, 2)
    index = put(tmp_path, 1, text="Another text. " + marker(9))
    before = [listed(index / "generations" / number) for number in ("0001", "0002")]
    with NewsIndex.open(index, HashEmbedder()) as news:
        assert news.search(marker(9), 3) and news.versions(news.articles()[0].id)
    assert main(["verify", "--index", str(index)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Generation 2 (live): whole.",
        "Generation 1: whole.",
        "The index is whole.",
    ]
    assert [listed(index / "generations" / number) for number in ("0001", "0002")] == before


@pytest.mark.parametrize(
    ("file", "advice"),
    [
        ("chroma/chroma.sqlite3", "rollback"),
        ("versions.sqlite", "rollback"),
        ("manifest.json", "rollback"),
        ("lexical/meta.json", "makes that again"),
        ("reprints/stories.json", "makes that again"),
        ("articles.json", "makes that again"),
    ],
)
def test_what_is_to_be_done_mends_it(tmp_path: Path, file: str, advice: str) -> None:
    put(tmp_path, 1)
    index = put(tmp_path, 2)
    path = index / "generations" / "0002" / file
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 4]) + whole[middle + 1 :])
    report = verify(index)
    assert [(one.generation, [each.file for each in one.damage]) for one in report.generations] == [
        (2, [file]),
        (1, []),
    ]
    assert report.advice is not None and advice in report.advice
    if advice == "rollback":
        with pytest.raises(IndexDamaged):
            put(tmp_path, 3)
        Generations(index).rollback()
    numbers = (1, 3) if advice == "rollback" else (1, 2, 3)
    put(tmp_path, 3)
    with NewsIndex.open(index, HashEmbedder()) as news:
        assert sorted(source.title for source in news.articles()) == [f"Report {number}" for number in numbers]
    assert all(not one.damage for one in verify(index).generations if one.live)


def test_what_is_quoted_is_checked_as_it_is_read(tmp_path: Path) -> None:
    index = put(tmp_path, 1, published="2020-03-04")
    store = index / "generations" / "0001" / "chroma" / "chroma.sqlite3"
    for key, new in (("text", "Another text."), ("published", "2020-03-05"), ("title", "Rep0rt"), ("text", None)):
        with closing(sqlite3.connect(store)) as connection:
            asked = "SELECT string_value FROM embedding_metadata WHERE key = ?"
            (was,) = connection.execute(asked, (key,)).fetchone()
        value = f"'{new}'" if new else "NULL"
        changed(store, f"UPDATE embedding_metadata SET string_value = {value} WHERE key = '{key}'")
        with NewsIndex.open(index, HashEmbedder()) as news:
            for ask in (lambda: news.article("https://wire.example/1"), lambda: news.search(marker(1), 1)):
                with pytest.raises(IndexDamaged, match="not as it was written"):
                    ask()
        assert [file for file, _ in damage(index)] == ["chroma"]
        changed(store, f"UPDATE embedding_metadata SET string_value = '{was}' WHERE key = '{key}'")
    assert damage(index) == []


def test_an_earlier_version_is_checked_as_it_is_read(tmp_path: Path) -> None:
    put(tmp_path, 1)
    index = put(tmp_path, 1, text="Another text. " + marker(9))
    path = index / "generations" / "0002" / "versions.sqlite"
    for change in (
        "UPDATE versions SET until = replace(until, '20', '19')",
        "UPDATE versions SET source = replace(source, 'Report 1', 'Report 7')",
        "UPDATE versions SET text = x'0011'",
    ):
        changed(path, change)
        with NewsIndex.open(index, HashEmbedder()) as news, pytest.raises(IndexDamaged, match="verify"):
            news.versions("https://wire.example/1")
        assert [file for file, _ in damage(index)] == ["versions.sqlite"]


def test_each_part_must_fit_the_others(tmp_path: Path) -> None:
    put(tmp_path, 1, 2, 3)
    index = put(tmp_path, 4)
    here, other = (Generations(index).path(number) for number in (2, 1))
    for name in ("lexical", "reprints", "articles.json"):
        path, aside = here / name, tmp_path / "aside"
        path.rename(aside)
        (other / name).rename(path)
        changed(here / "versions.sqlite")
        assert (name, "does not fit the articles") in damage(index)
        path.rename(other / name)
        aside.rename(path)
        changed(here / "versions.sqlite")
    assert damage(index) == []
    changed(here / "chroma" / "chroma.sqlite3", "DELETE FROM embeddings_queue WHERE id LIKE '%:%' AND vector NOTNULL")
    assert [file for file, _ in damage(index)] == ["chroma"]


def test_an_index_of_an_earlier_version_is_judged_by_its_content(tmp_path: Path) -> None:
    put(tmp_path, 1)
    index = put(tmp_path, 2)
    (index / "CURRENT").write_text("2\n")
    for path in index.glob("generations/*/manifest.json"):
        fields = json.loads(path.read_text())
        path.write_text(json.dumps({key: fields[key] for key in fields if key not in ("files", "sum")}, indent=1))
    (index / "generations" / "0001" / "articles.json").unlink()  # the earliest indexes have none
    assert [(one.listed, one.damage) for one in verify(index).generations] == [(False, ()), (False, ())]
    with NewsIndex.open(index, HashEmbedder()) as news:
        assert len(news.articles()) == 2
    put(tmp_path, 3)
    assert [one.listed for one in verify(index).generations] == [True, False]


def test_a_lost_pointer_loses_no_article(tmp_path: Path) -> None:
    put(tmp_path, 1)
    index = put(tmp_path, 2)
    (index / "CURRENT").unlink()
    with pytest.raises(IndexDamaged, match="rollback"):
        put(tmp_path, 3)
    assert [file for file, _ in damage(index)] == ["CURRENT"]
    assert Generations(index).rollback() == 2
    assert damage(index) == []


def test_a_first_build_that_died_before_its_pointer_goes_on(tmp_path: Path) -> None:
    index = put(tmp_path, 1)
    (index / "CURRENT").unlink()
    with NewsIndex.open(index, HashEmbedder()) as news:
        assert [source.title for source in news.articles()] == ["Report 1"]
    put(tmp_path, 2)
    assert (index / "CURRENT").exists()
    with NewsIndex.open(index, HashEmbedder()) as news:
        assert len(news.articles()) == 2
    with pytest.raises(IndexMissing):
        verify(tmp_path / "nothing")


def test_an_index_that_may_not_be_written_to_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = put(tmp_path, 1)
    # as it is for another user than its owner, or on a disk mounted to be read; who runs the tests may be root
    monkeypatch.setattr("os.access", lambda path, mode: not (mode == os.W_OK and index in Path(path).parents))
    for ask in (lambda: NewsIndex.open(index, HashEmbedder()), lambda: verify(index)):
        with pytest.raises(Hindered, match="cannot be written to, which the index's engines need even to read it"):
            ask()


def with_few_files(index: Path, files: int, to: Path) -> None:
    """Ask, verify and build in a process that may open few files."""
    told = []
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    for do in (
        lambda: NewsIndex.open(index, HashEmbedder()),
        lambda: verify(index),
        lambda: build([index.parent / "new.jsonl"], index, embedder=HashEmbedder()),
    ):
        try:
            do()
        except DatelineError as error:
            told.append((type(error).__name__, str(error)))
    to.write_text(json.dumps(told))


@pytest.mark.parametrize("files", [16, 24, 32])
def test_too_few_open_files_are_told_with_their_number(tmp_path: Path, files: int) -> None:
    index = put(tmp_path, 1)
    process = processes().Process(target=with_few_files, args=(index, files, tmp_path / "told.json"))
    process.start()
    process.join(60)
    assert process.exitcode == 0
    told = json.loads((tmp_path / "told.json").read_text())
    assert [kind for kind, _ in told] == ["Hindered"] * 3
    assert all(f"may open {files}," in what and "ulimit -n" in what for _, what in told)
    assert damage(index) == []
