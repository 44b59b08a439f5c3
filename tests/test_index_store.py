"""The store gives back what was put in, exactly."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from index.articles import Article, Source, content_hash
from index.chroma import WRITTEN
from index.errors import IndexDamaged
from index.passages import passages
from index.store import Entry, Store, StoredArticle, Vectors, passage_id, version_of
from tests.fakes import HashEmbedder
from tests.newsroom import marker, story

EMBEDDER = HashEmbedder()
FULL = Source(
    "00000000000000ff", "Café “opens”", "https://x.example/a", "X & Y", ("Ann", "Bo"), date(2021, 5, 4), "url"
)
BARE = Source("ffffffffffffffff", "A title")


def entry_of(article: Article, spans: Sequence[tuple[int, int]], origin: str | None = None) -> Entry:
    content = content_hash(article.text)
    return Entry(article.source, content, version_of(article.source, content), tuple(spans), origin)


def stored(source: Source, number: int = 1) -> StoredArticle:
    article = Article(source, story(number)["text"] * 3)
    spans = [(p.start, p.end) for p in passages(article)]
    return StoredArticle(entry_of(article, spans, f"/somewhere/{number}.txt"), article.text)


def vectors(*articles: StoredArticle) -> Vectors:
    return EMBEDDER.encode_documents([passage.text for item in articles for passage in item.passages()])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.create(tmp_path / "chroma")
    yield store
    store.close()


def test_articles_come_back_as_they_were(store: Store) -> None:
    full, bare = stored(FULL), stored(BARE, 2)
    store.add([full, bare], vectors(full, bare))
    assert store.articles([FULL.id, BARE.id, "0" * 16]) == {FULL.id: full.article, BARE.id: bare.article}
    assert sorted(store.stored(), key=lambda item: item.article.source.id) == [full, bare]
    assert store.counts() == (2, len(full.entry.spans) + len(bare.entry.spans))


def test_entries_say_what_a_build_must_know(store: Store) -> None:
    full = stored(FULL)
    store.add([full], vectors(full))
    (entry,) = store.entries()
    assert (entry.source, entry.spans, entry.origin) == (FULL, full.entry.spans, "/somewhere/1.txt")
    assert entry == full.entry


def test_a_version_changes_with_the_text_and_with_what_is_shown() -> None:
    article = stored(FULL).article
    others = [
        Article(article.source, article.text + "!"),
        Article(
            Source(FULL.id, "Another title", FULL.url, FULL.outlet, FULL.authors, FULL.published, "url"), article.text
        ),
        Article(Source(FULL.id, FULL.title, FULL.url, "Z", FULL.authors, FULL.published, "url"), article.text),
        Article(Source(FULL.id, FULL.title, FULL.url, FULL.outlet, (), FULL.published, "url"), article.text),
        Article(
            Source(FULL.id, FULL.title, FULL.url, FULL.outlet, FULL.authors, date(2021, 5, 5), "url"), article.text
        ),
        Article(Source(FULL.id, FULL.title, FULL.url, FULL.outlet, FULL.authors, FULL.published, "text"), article.text),
    ]
    assert len({entry_of(other, []).version for other in [article, *others]}) == len(others) + 1


def test_the_nearest_passages_are_the_nearest(store: Store) -> None:
    articles = [stored(Source(f"{n:016x}", "A title"), n) for n in range(1, 60)]
    rows = vectors(*articles)
    store.add(articles, rows)
    ids = [passage_id(item.article.source.id, *span) for item in articles for span in item.entry.spans]
    question = EMBEDDER.encode_queries([marker(7)])[0]
    exact = {key: float(cosine) for key, cosine in zip(ids, rows @ question, strict=True)}
    wanted = sorted(exact, key=lambda key: -exact[key])[:10]
    found = store.nearest(question, 10)
    assert len(set(found) & set(wanted)) >= 9
    assert all(found[key] == pytest.approx(exact[key], abs=1e-4) for key in found)
    assert len(store.nearest(question, 100_000)) <= len(ids)


def test_vectors_come_back_in_the_order_of_their_ids(store: Store) -> None:
    full, bare = stored(FULL), stored(BARE, 2)
    rows = vectors(full, bare)
    store.add([full, bare], rows)
    ids = [passage_id(item.article.source.id, *span) for item in (full, bare) for span in item.entry.spans]
    keys, found = store.vectors([*reversed(ids), "0" * 16 + ":0-5"])
    assert set(keys) == set(ids)
    for key, row in zip(keys, found, strict=True):
        assert np.allclose(row, rows[ids.index(key)], atol=1e-6)


def test_deleted_is_gone_and_added_again_is_back(store: Store) -> None:
    full, bare = stored(FULL), stored(BARE, 2)
    store.add([full, bare], vectors(full, bare))
    entry = next(entry for entry in store.entries() if entry.source.id == FULL.id)
    store.delete([entry])
    assert store.articles([FULL.id]) == {}
    assert all(key.startswith(BARE.id) for key in store.nearest(vectors(full)[0], 50))
    assert store.counts() == (1, len(bare.entry.spans))
    other = stored(FULL, 3)
    store.add([other], vectors(other))
    assert store.articles([FULL.id]) == {FULL.id: other.article}
    assert np.allclose(store.vectors([passage_id(FULL.id, *other.entry.spans[0])])[1][0], vectors(other)[0], atol=1e-6)


def test_more_than_one_call_to_chroma_can_hold(store: Store) -> None:
    articles = [
        StoredArticle(entry_of(Article(Source(f"{n:016x}", "T"), f"Text {n}."), [(0, 4)]), f"Text {n}.")
        for n in range(5_500)
    ]
    store.add(articles, np.tile(HashEmbedder(4).encode_documents(["Text"]), (5_500, 1)))
    assert store.counts() == (5_500, 5_500)
    entries = list(store.entries())
    assert len({entry.source.id for entry in entries}) == 5_500
    store.delete(entries)
    assert store.counts() == (0, 0)


def test_what_was_written_is_there_when_opened_again(tmp_path: Path) -> None:
    full = stored(FULL)
    store = Store.create(tmp_path / "chroma")
    store.add([full], vectors(full))
    store.close()
    again = Store.open(tmp_path / "chroma")
    assert again.articles([FULL.id]) == {FULL.id: full.article}
    assert len(again.nearest(vectors(full)[0], 10)) == len(full.entry.spans)
    again.close()


def test_nothing_of_our_memory_is_left_in_the_files(tmp_path: Path) -> None:
    """Chroma writes room for vectors as it got it, with what stood there before, on every opening."""
    path, full = tmp_path / "chroma", stored(FULL)

    def left() -> bytes:
        return b"".join(
            file.read_bytes() for file in path.glob("*/*.bin") if file.name in ("data_level0.bin", "length.bin")
        )

    def litter() -> None:
        kept = [b"marked secret " * size for size in (8, 16, 28, 60, 7_857) for _ in range(50)]
        del kept

    litter()
    store = Store.create(path)
    store.add([full], vectors(full))
    litter()
    store.close()
    assert left() == bytes(len(left())) != b""
    for _ in range(2):
        litter()
        store = Store.open(path)
        assert store.nearest(vectors(full)[0], 1).keys() == {passage_id(FULL.id, *full.entry.spans[0])}
        assert store.articles([FULL.id]) == {FULL.id: full.article}
        assert left() == bytes(len(left()))
        store.close()
        assert left() == bytes(len(left()))


def test_vectors_that_were_written_are_kept_when_memory_is_blotted_out(tmp_path: Path) -> None:
    path, many = tmp_path / "chroma", [stored(replace(FULL, id=f"{number:016x}"), number) for number in range(700)]
    found = vectors(*many)
    store = Store.create(path)
    store.add(many, found)
    before = store.nearest(found[0], 20)
    store.close()
    heads = [struct.unpack_from("<i4Q", head.read_bytes())[3] for head in path.glob("*/header.bin")]
    assert max(heads) >= WRITTEN, "nothing was written yet, so nothing is shown by this"
    store = Store.open(path)
    assert store.nearest(found[0], 20) == before
    store.delete([many[1].entry])
    store.add([many[1]], vectors(many[1]))
    store.close()
    store = Store.open(path)
    assert store.nearest(found[0], 20).keys() == before.keys()
    assert np.allclose(store.vectors([passage_id(many[0].entry.source.id, *many[0].entry.spans[0])])[1][0], found[0])
    store.close()


def test_nothing_is_found_in_an_empty_store(store: Store) -> None:
    assert store.nearest(EMBEDDER.encode_queries(["a question"])[0], 5) == {}
    assert list(store.entries()) == []


@pytest.mark.parametrize("content", [None, b"", b"not a database" * 999])
def test_a_damaged_store_is_said(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "chroma.sqlite3").write_bytes(content)
    with pytest.raises(IndexDamaged, match="--fresh"):
        Store.open(tmp_path)


def test_a_passage_id_says_where_it_stands() -> None:
    assert passage_id("00ab", 12, 345) == "00ab:12-345"
