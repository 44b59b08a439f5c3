"""Which articles are the same. Knows nothing of files."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.articles import article_id, content_hash

URL = "https://www.example.org/2020/10/23/test"


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param("https://www.example.org/2020/10/23/test/", id="last slash"),
        pytest.param("https://www.example.org/2020/10/23/test#comments", id="fragment"),
        pytest.param("HTTPS://WWW.Example.ORG/2020/10/23/test", id="case of scheme and host"),
        pytest.param("  https://www.example.org/2020/10/23/test \n", id="white space"),
    ],
)
def test_one_address_in_two_spellings_is_one_article(spelling: str) -> None:
    assert article_id(spelling, "one text") == article_id(URL, "another text")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("https://www.example.org/2020/10/23/TEST", id="case of the path"),
        pytest.param("https://www.example.org/2020/10/23/test?page=2", id="query"),
        pytest.param("https://example.net/2020/10/23/test", id="host"),
    ],
)
def test_another_address_is_another_article(other: str) -> None:
    assert article_id(other, "a text") != article_id(URL, "a text")


def test_without_an_address_the_words_make_the_article() -> None:
    assert article_id(None, "Turkey  bought\nit.") == article_id(None, "Turkey bought it.")
    assert article_id(None, "Turkey bought it.") != article_id(None, "Turkey sold it.")
    assert article_id("", "Turkey bought it.") == article_id(None, "Turkey bought it.")


def test_an_id_is_16_hex_digits() -> None:
    assert len(article_id(URL, "")) == 16
    assert int(article_id(None, "a text"), 16) >= 0


@given(st.text())
@example("\x1b\xa00")
def test_no_address_is_too_odd_for_an_id(url: str) -> None:
    assert len(article_id(url, "text")) == 16


def test_a_broken_address_still_names_its_article() -> None:
    assert article_id("http://[draft/1", "a") == article_id("http://[draft/1 ", "b")
    assert article_id("http://[draft/1", "a") != article_id("http://[draft/2", "a")


@given(st.lists(st.text(st.characters(categories=["L", "N", "P"]), min_size=1), min_size=1))
def test_white_space_does_not_change_the_content(words: list[str]) -> None:
    assert content_hash(" ".join(words)) == content_hash("\n\n" + "\t ".join(words) + "\n")
