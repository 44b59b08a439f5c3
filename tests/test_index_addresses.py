"""Which spellings of an address are one article, and which are two."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.addresses import canonical_url, is_plain, same_url

PAGE = "https://www.paper.example.org/2020/10/23/test"


@pytest.mark.parametrize(
    "spelling",
    [
        "https://paper.example.org/2020/10/23/test",
        "http://www.paper.example.org/2020/10/23/test/",
        "http://www.paper.example.org:80/2020/10/23/test",
        "https://WWW.PAPER.example.org.:443/2020/10/23/test#comments",
        "//paper.example.org/2020/10/23/test",
        "https://paper.example.org/2020/10/23/test/index.html",
        "https://paper.example.org/2020/10/23/test;jsessionid=0A1B2C",
        "https://paper.example.org/2020/10/23/test?PHPSESSID=ab12",
        "https://paper.example.org/2020/10/23/test?sid=0a1b2c3d4e5f6a7b8c9d",
    ],
)
def test_one_page_in_many_spellings(spelling: str) -> None:
    assert same_url(spelling) == same_url(PAGE)
    assert is_plain(spelling)


@pytest.mark.parametrize(
    "dressed",
    [
        "https://m.paper.example.org/2020/10/23/test",
        "https://mobile.paper.example.org/2020/10/23/test",
        "https://amp.paper.example.org/2020/10/23/test",
        "https://paper.m.example.org/2020/10/23/test",
        "https://paper.example.org/amp/2020/10/23/test",
        "https://paper.example.org/2020/10/23/test/amp/",
        "https://paper.example.org/2020/10/23/test.amp",
        "https://paper.example.org/2020/10/23/test?amp",
        "https://paper.example.org/2020/10/23/test?amp=1",
        "https://paper.example.org/2020/10/23/test?outputType=amp",
        "https://paper-example-org.cdn.ampproject.org/c/s/www.paper.example.org/2020/10/23/test?utm_source=a",
        "https://search.example/amp/s/amp.paper.example.org/2020/10/23/test",
        *(
            f"{PAGE}?{name}=x1"
            for name in "utm_source utm_medium fbclid gclid msclkid cmpid ref ref_src mc_cid at_medium".split()
        ),
    ],
)
def test_a_page_in_another_dress_and_a_tracked_link_are_the_same_page(dressed: str) -> None:
    assert same_url(dressed) == same_url(PAGE)
    assert not is_plain(dressed)
    assert is_plain(PAGE)


def test_what_names_an_article_stays_and_its_order_does_not_count() -> None:
    page = "https://paper.example/story?id=123&page=2"
    assert same_url("http://m.paper.example/story/?utm_source=a&page=2&fbclid=b&id=123&") == same_url(page)
    assert same_url("https://a.example/story.amp.html") == same_url("https://a.example/story.html")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/?id=123", "https://a.example/?id=124"),
        ("https://a.example/story?p=1", "https://a.example/story"),
        ("https://a.example/story?sid=42", "https://a.example/story?sid=43"),
        ("https://a.example/story?cid=42", "https://a.example/story?cid=43"),
        ("https://a.example/Story", "https://a.example/story"),
        ("https://a.example/amp", "https://a.example/"),
        ("https://a.example/amplifier", "https://a.example/lifier"),
        ("https://a.example/index-of-prices.html", "https://a.example/"),
        ("https://a.example/champ", "https://a.example/ch"),
        ("https://news.a.example/1", "https://sport.a.example/1"),
        ("https://a.example:8080/1", "https://a.example/1"),
        ("https://mobile.example/1", "https://example/1"),
        ("https://a.example/#/story/1", "https://a.example/#/story/2"),
        ("https://a.example/#!story/1", "https://a.example/#!story/2"),
        ("urn:newsml:a.example:1", "urn:newsml:a.example:2"),
        ("/news/1", "/news/2"),
    ],
)
def test_two_articles_stay_two(one: str, other: str) -> None:
    assert same_url(one) != same_url(other)


@given(
    st.text(),
    st.lists(st.sampled_from(["utm_source", "id", "page", "fbclid", "amp", "ref"]), max_size=4),
    st.sampled_from(["http://www.", "https://m.", "//amp.", "ftp://", "", "https://www.a.example/amp/s/"]),
)
@example("\x1b\xa00", [], "")
@example("A:", [], "http:")
def test_the_form_of_a_form_is_itself(path: str, names: list[str], start: str) -> None:
    tail = "?" + "&".join(f"{name}=1" for name in names)
    for url in (path, f"{start}paper.example/{path}{tail}", f"{start}paper.example/{quote(path)}{tail}"):
        assert same_url(same_url(url)) == same_url(url)
        assert isinstance(is_plain(url), bool)


@pytest.mark.parametrize(
    ("canonical", "chosen"),
    [
        ("https://a.example/story", "https://a.example/story"),
        ("/story?id=1", "https://m.a.example/story?id=1"),
        ("https://wire.example/original", "https://wire.example/original"),
        ("https://a.example/", "https://m.a.example/x?utm_source=a"),
        ("javascript:alert(1)", "https://m.a.example/x?utm_source=a"),
        ("http://[broken", "https://m.a.example/x?utm_source=a"),
        (" ", "https://m.a.example/x?utm_source=a"),
        (None, "https://m.a.example/x?utm_source=a"),
    ],
)
def test_the_canonical_address_wins_unless_it_is_a_slip(canonical: str | None, chosen: str) -> None:
    assert canonical_url("https://m.a.example/x?utm_source=a", canonical) == chosen
    assert canonical_url(None, "https://a.example/story") == "https://a.example/story"
