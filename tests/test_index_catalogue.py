"""The list of articles: as fast from its file as it is the same from the store."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from index import NewsIndex, Source
from index.articles import article_id
from index.catalogue import Catalogue
from index.lexical import Filters
from tests.stories import small_index

FIRST = date(2020, 1, 1)


def source(number: int) -> Source:
    """One of many articles, each on a day of its own."""
    day = FIRST + timedelta(days=number % 1_000)
    title = f"Report {number} on harbours"
    return Source(article_id(None, title), title, None, f"Outlet {number % 7}", (f"Ann Name{number}",), day, "metadata")


def refuse() -> list[Source]:
    raise AssertionError("the file is there")


def test_the_list_is_read_back_whole(tmp_path: Path) -> None:
    odd = replace(source(1), id="odd", title="“Ü\ud800” [x]", outlet=None, authors=(), published=None)
    written = Catalogue.of([source(3), odd, source(2)])
    written.save(tmp_path)
    titles = [one.title for one in Catalogue.open(tmp_path, refuse).page(0, None)]
    assert titles == ["Report 3 on harbours", "Report 2 on harbours", "“Ü?” [x]"]
    assert Catalogue.open(tmp_path, refuse).page(1, 1) == [source(2)]
    assert Catalogue.open(tmp_path, refuse).browse("name3 REPORT", Filters(), 0, 9).sources == (source(3),)


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '[["id"], []]', '[["id", "title"], [["a"]]]', "null"])
def test_a_list_that_cannot_be_read_is_made_again(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "articles.json").write_text(content)
    assert Catalogue.open(tmp_path, lambda: [source(1)]).page(0, None) == [source(1)]


def test_a_build_writes_the_list_and_an_index_without_one_shows_the_same(tmp_path: Path) -> None:
    with small_index(tmp_path) as index:
        (path,) = index.folder.glob("generations/*/articles.json")
        before = index.articles()
        browsed = index.browse("turk", since=date(2020, 1, 1))
    path.unlink()
    with NewsIndex.open(index.folder, index._given) as again:
        assert again.articles() == before
        assert again.browse("turk", since=date(2020, 1, 1)) == browsed
        assert browsed.total == 1


def test_thousands_are_listed_in_a_moment(tmp_path: Path) -> None:
    Catalogue.of(map(source, range(20_000))).save(tmp_path)
    listed = Catalogue.open(tmp_path, refuse)
    began = time.perf_counter()
    page = listed.browse("", Filters(), 0, 50)
    assert time.perf_counter() - began < 1.0  # some 50 ms on a quiet machine
    assert (len(page.sources), page.total) == (50, 20_000)
    assert listed.browse("", Filters(("OUTLET 3",), until=date(2020, 2, 1)), 0, 50).total == sum(
        number % 7 == 3 and number % 1_000 <= 31 for number in range(20_000)
    )
