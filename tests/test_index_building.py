"""What a build makes of its sources, counted; and that the index then says what the sources say."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import index.building
import index.changing
from index.building import BuildReport, Sofar, build, remove
from index.errors import ArticleMissing, BadRequest, DatelineError, IndexDamaged, IndexMismatch, IndexMissing
from index.generations import Generations
from index.live import NewsIndex
from tests.fakes import HashEmbedder
from tests.newsroom import marker, story, word, write

Build = Callable[..., BuildReport]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "news"


@pytest.fixture
def make(folder: Path) -> Build:
    """Build sources into the test's index and check that every record is accounted for."""

    def make(*sources: Path | str, **options: Any) -> BuildReport:
        seen: list[Sofar] = []
        options = {"embedder": HashEmbedder(), **options}
        report = build(sources, folder, progress=seen.append, **options)
        told = report.added + report.updated + report.unchanged + len(report.duplicates) + len(report.failed)
        assert (seen[-1].read, seen[-1].passages) == (told, report.passages)
        assert (seen[-1].bytes, seen[-1].files) == (seen[-1].of_bytes, seen[-1].of_files)
        return report

    return make


def counts(report: BuildReport) -> tuple[int, int, int, int, int]:
    """Added, updated, unchanged, duplicates, failed."""
    return report.added, report.updated, report.unchanged, len(report.duplicates), len(report.failed)


def found(folder: Path, question: str) -> set[str]:
    """The titles of the articles that hold the question's first rare word."""
    with NewsIndex.open(folder, HashEmbedder()) as index:
        rare = next(term for term in question.split() if term.startswith("qu"))
        return {hit.passage.source.title for hit in index.search(question, 50) if rare in hit.passage.text}


def holdings(folder: Path) -> tuple[int, int, int, int]:
    """Articles and passages as the manifest says and as the store and the word index hold them."""
    with NewsIndex.open(folder, HashEmbedder()) as index, index.snapshot() as live:
        info = live.info()
        stored = live._store.counts()
        assert stored == (info.articles, info.passages)
        assert live._lexical._searcher.num_docs == info.passages
        return info.articles, info.passages, *stored


def test_the_first_build_makes_the_index(make: Build, folder: Path, tmp_path: Path) -> None:
    report = make(write(tmp_path / "a.jsonl", *map(story, range(20))))
    assert counts(report) == (20, 0, 0, 0, 0)
    assert report.generation == 1
    assert report.seconds > 0
    assert holdings(folder)[:2] == (20, report.passages)
    assert found(folder, marker(3)) == {"Report 3"}


def test_nothing_new_makes_no_new_generation(make: Build, folder: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", *map(story, range(5)))
    first = make(path)
    embedder = HashEmbedder()
    again = make(path, embedder=embedder)
    assert counts(again) == (0, 0, 5, 0, 0)
    assert (again.generation, again.passages) == (first.generation, first.passages)
    assert embedder.encoded == 0
    assert [path.name for path in (folder / "generations").iterdir()] == ["0001"]


def test_only_what_is_new_is_embedded(make: Build, folder: Path, tmp_path: Path) -> None:
    before = make(write(tmp_path / "a.jsonl", *map(story, range(5))))
    embedder = HashEmbedder()
    report = make(write(tmp_path / "a.jsonl", *map(story, range(7))), embedder=embedder)
    assert counts(report) == (2, 0, 5, 0, 0)
    assert embedder.encoded == report.passages - before.passages
    assert report.generation == 2
    assert found(folder, marker(1)) == {"Report 1"}
    assert found(folder, marker(6)) == {"Report 6"}
    holdings(folder)


def test_an_edited_article_replaces_its_old_passages(make: Build, folder: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", *map(story, range(5)))
    make(path)
    edited = story(2, text=story(2)["text"].replace(word(2), word(99)))
    report = make(write(path, story(1), edited))
    assert counts(report) == (0, 1, 1, 0, 0)
    assert found(folder, marker(2)) == set()
    assert found(folder, marker(99)) == {"Report 2"}
    assert holdings(folder)[0] == 5


def test_an_edited_title_is_shown_and_found(make: Build, folder: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", story(1), story(2))
    make(path)
    assert counts(make(write(path, story(1, title="Walrus seen"), story(2)))) == (0, 1, 1, 0, 0)
    with NewsIndex.open(folder, HashEmbedder()) as index:
        assert {source.title for source in index.articles()} == {"Walrus seen", "Report 2"}
        assert index.search("walrus", 1)[0].passage.source.title == "Walrus seen"
    holdings(folder)


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.json"])
def test_an_edited_file_without_an_address_replaces_its_old_text(
    make: Build, folder: Path, tmp_path: Path, name: str
) -> None:
    def content(number: int) -> str:
        text = story(number)["text"]
        if name.endswith("json"):
            return json.dumps({"title": "Report", "text": text})
        page = f"<html><body><article><h1>Report</h1><p>{text}</p></article></body></html>"
        return page if name.endswith("html") else f"Report\n\n{text}"

    path = tmp_path / name
    path.write_text(content(1))
    make(path, write(tmp_path / "b.jsonl", story(7)))
    path.write_text(content(2))
    assert counts(make(path)) == (0, 1, 0, 0, 0)
    assert found(folder, marker(1)) == set()
    assert len(found(folder, marker(2))) == 1
    assert holdings(folder)[0] == 2
    path.write_text(content(1))
    assert counts(make(path)) == (0, 1, 0, 0, 0)
    assert len(found(folder, marker(1))) == 1


def test_a_moved_file_is_not_lost_when_another_takes_its_place(make: Build, folder: Path, tmp_path: Path) -> None:
    sources = tmp_path / "in"
    sources.mkdir()
    (sources / "b.txt").write_text(f"Report 1\n{story(1)['text']}")
    make(sources)
    (sources / "b.txt").rename(sources / "a.txt")
    (sources / "b.txt").write_text(f"Report 2\n{story(2)['text']}")
    assert counts(make(sources)) == (1, 0, 1, 0, 0)
    assert found(folder, marker(1)) == {"Report 1"}
    assert found(folder, marker(2)) == {"Report 2"}


def test_the_same_text_twice_is_indexed_once_and_said(make: Build, folder: Path, tmp_path: Path) -> None:
    twin = story(1, url="https://other.example/copy", title="The same again", text="\n\n" + story(1)["text"] + " ")
    nameless = story(1, url=None)
    report = make(write(tmp_path / "a.jsonl", story(1), twin, nameless, story(2)))
    assert counts(report) == (2, 0, 0, 2, 0)
    assert {duplicate.same_as for duplicate in report.duplicates} == {"https://wire.example/1"}
    assert [duplicate.source for duplicate in report.duplicates] == [f"{tmp_path}/a.jsonl, line {n}" for n in (2, 3)]
    assert holdings(folder)[0] == 2
    later = make(write(tmp_path / "b.jsonl", twin))
    assert counts(later) == (0, 0, 0, 1, 0)
    assert later.generation == report.generation


def test_a_source_given_twice_is_unchanged_the_second_time(make: Build, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", story(1))
    assert counts(make(path, path, f"{tmp_path}/*.jsonl")) == (1, 0, 2, 0, 0)


def test_an_article_that_changes_within_one_build_ends_as_the_last_one(
    make: Build, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = [story(n, url="https://wire.example/live") for n in (1, 2, 3)]
    monkeypatch.setattr(index.building, "BATCH_PASSAGES", 1)
    report = make(write(tmp_path / "a.jsonl", story(7), *versions, story(8)))
    assert counts(report) == (3, 2, 0, 0, 0)
    assert [found(folder, marker(n)) for n in (1, 2, 3)] == [set(), set(), {"Report 3"}]
    assert holdings(folder)[0] == 3


@pytest.mark.parametrize("batch", [1, 7, 10_000])
def test_the_size_of_a_batch_changes_nothing(
    make: Build, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(index.building, "BATCH_PASSAGES", batch)
    make(write(tmp_path / "a.jsonl", *map(story, range(12))))
    changed = [story(n, text=story(n + 50)["text"]) for n in range(4)]
    report = make(write(tmp_path / "a.jsonl", *changed, *map(story, range(4, 14)), *changed))
    assert counts(report) == (2, 4, 12, 0, 0)
    assert found(folder, marker(0)) == set()
    assert [found(folder, marker(n)) for n in (50, 7, 13)] == [{"Report 0"}, {"Report 7"}, {"Report 13"}]
    assert holdings(folder)[0] == 14


def test_what_cannot_be_read_is_reported_and_the_rest_indexed(make: Build, folder: Path, tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", story(1), {"title": "no text"}, story(2))
    (tmp_path / "b.txt").write_text("")
    (tmp_path / "c.pdf").write_bytes(b"%PDF")
    report = make(tmp_path, "nowhere.txt")
    assert counts(report) == (2, 0, 0, 0, 4)
    assert all(failure.reason and failure.source for failure in report.failed)
    assert holdings(folder)[0] == 2


def test_no_article_at_all_is_refused_and_changes_nothing(make: Build, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("")
    with pytest.raises(BadRequest, match=r"b\.txt: the file is empty"):
        make(tmp_path / "b.txt", "nowhere")
    with pytest.raises(IndexMissing):
        NewsIndex.open(folder, HashEmbedder())
    make(write(tmp_path / "a.jsonl", story(1)))
    with pytest.raises(BadRequest, match="1 more"):
        make(tmp_path / "b.txt", "nowhere")
    with pytest.raises(BadRequest, match="name files"):
        build([], folder, embedder=HashEmbedder())
    assert found(folder, marker(1)) == {"Report 1"}


def test_fresh_starts_from_nothing(make: Build, folder: Path, tmp_path: Path) -> None:
    make(write(tmp_path / "a.jsonl", story(1), story(2)))
    report = make(write(tmp_path / "b.jsonl", story(3)), fresh=True)
    assert counts(report) == (1, 0, 0, 0, 0)
    assert report.generation == 2
    assert found(folder, marker(1)) == set()
    assert found(folder, marker(3)) == {"Report 3"}
    assert Generations(folder).rollback() == 1
    assert found(folder, marker(1)) == {"Report 1"}


def test_after_a_rollback_the_next_build_starts_from_there(make: Build, folder: Path, tmp_path: Path) -> None:
    make(write(tmp_path / "a.jsonl", story(1)))
    make(write(tmp_path / "b.jsonl", story(2)))
    reader = NewsIndex.open(folder, HashEmbedder())
    assert len(reader.articles()) == 2
    Generations(folder).rollback()
    make(write(tmp_path / "c.jsonl", story(3)))
    assert {source.title for source in reader.articles()} == {"Report 1", "Report 3"}
    reader.close()


def test_another_model_is_refused_with_what_to_do(make: Build, folder: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", story(1))
    make(path)
    other = HashEmbedder(name="other-hash")
    with pytest.raises(IndexMismatch, match=r"'word-hash'.*'other-hash'.*--fresh"):
        make(path, embedder=other)
    with pytest.raises(IndexMismatch, match="--fresh"):
        NewsIndex.open(folder, other)
    assert make(path, embedder=other, fresh=True).generation == 2
    with NewsIndex.open(folder, other) as index:
        assert index.info().embedding == "other-hash"


def test_a_failure_in_the_middle_leaves_the_old_index(make: Build, folder: Path, tmp_path: Path) -> None:
    class Broken(HashEmbedder):
        def encode_documents(self, texts: Any) -> Any:
            raise DatelineError("The model has gone.")

    make(write(tmp_path / "a.jsonl", story(1)))
    path = write(tmp_path / "b.jsonl", story(2))
    with pytest.raises(DatelineError, match="has gone"):
        make(path, embedder=Broken())
    assert found(folder, marker(1)) == {"Report 1"}
    make(path)
    assert found(folder, marker(2)) == {"Report 2"}


# Removal


def test_removed_is_gone_and_added_again_is_back(make: Build, folder: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", *map(story, range(4)))
    make(path)
    with NewsIndex.open(folder, HashEmbedder()) as index:
        by_id = next(source.id for source in index.articles() if source.title == "Report 0")
    report = remove_with_hash(["https://wire.example/2/#top", by_id, by_id], folder)
    assert (report.removed, report.generation) == (2, 2)
    assert found(folder, marker(2)) == found(folder, marker(0)) == set()
    assert holdings(folder)[0] == 2
    assert counts(make(path)) == (2, 0, 2, 0, 0)
    assert found(folder, marker(2)) == {"Report 2"}
    assert holdings(folder)[0] == 4


def test_what_is_not_there_cannot_be_removed(make: Build, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        remove_with_hash(["x"], folder)
    assert not folder.exists()
    make(write(tmp_path / "a.jsonl", story(1)))
    for name in ("https://wire.example/99", "0" * 16, "", "http://[x"):
        with pytest.raises(ArticleMissing, match="python -m index list"):
            remove_with_hash(["https://wire.example/1", name], folder)
    assert found(folder, marker(1)) == {"Report 1"}


def test_an_emptied_index_says_so_and_takes_articles_again(make: Build, folder: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", story(1))
    make(path)
    remove_with_hash(["https://wire.example/1"], folder)
    with pytest.raises(IndexMissing, match="holds no articles"):
        NewsIndex.open(folder, HashEmbedder())
    assert counts(make(path)) == (1, 0, 0, 0, 0)
    assert found(folder, marker(1)) == {"Report 1"}


def remove_with_hash(names: list[str], folder: Path) -> BuildReport:
    """`remove` with the embedder of these tests, which no name loads."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index.changing, "load_embedder", lambda name: HashEmbedder())
        return remove(names, folder)


def test_the_report_is_complete(make: Build, tmp_path: Path) -> None:
    report = make(write(tmp_path / "a.jsonl", story(1)))
    place = f"{tmp_path}/a.jsonl, line 1"
    assert report == BuildReport(1, 1, 0, 0, 0, (), (), report.passages, report.seconds, undated=(place,))


@pytest.mark.parametrize("damage", ["missing", "cut short"])
def test_a_lost_word_index_is_made_again_by_any_build(tmp_path: Path, folder: Path, make: Build, damage: str) -> None:
    source = write(tmp_path / "a.jsonl", *(story(n) for n in range(4)))
    make(source)
    words = folder / "generations" / "0001" / "lexical"
    if damage == "missing":
        shutil.rmtree(words)
    else:
        (words / "meta.json").write_bytes((words / "meta.json").read_bytes()[:20])
    with pytest.raises(IndexDamaged, match=r"any `python -m index build` on this index makes (it|them) again"):
        NewsIndex.open(folder, HashEmbedder())
    report = make(source)
    assert counts(report) == (0, 0, 4, 0, 0)
    assert report.generation == 2
    for number in range(4):
        assert found(folder, f"report {word(number)}")
    assert holdings(folder)[1] == report.passages


def test_files_below_a_root_are_the_same_wherever_it_lies(make: Build, folder: Path, tmp_path: Path) -> None:
    """What is brought in from elsewhere passes through another folder each time."""
    for place, text in (("one", "Walruses were seen near the ferry."), ("two", "Two walruses were seen there.")):
        (tmp_path / place / "notes").mkdir(parents=True)
        (tmp_path / place / "notes" / "a.txt").write_text(f"Seen on Friday\n{text}", encoding="utf-8")
        (tmp_path / place / "b.txt").write_text(
            "Seen on Monday\nA whale was seen, and nobody knew it.", encoding="utf-8"
        )
    first = make(tmp_path / "one", root=tmp_path / "one")
    again = make(tmp_path / "two", root=tmp_path / "two")
    assert (counts(first), counts(again)) == ((2, 0, 0, 0, 0), (0, 1, 1, 0, 0))
    assert set(first.undated) == {"notes/a.txt", "b.txt"}
    assert counts(make(tmp_path / "one" / "b.txt", root=tmp_path / "two")) == (0, 0, 1, 0, 0)
