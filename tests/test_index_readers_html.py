"""Web pages: the article's text and fields, notices of correction kept, hostile pages given up in time."""

from __future__ import annotations

import json
import time
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from tests.samples import PARAGRAPH, a_page, articles, one, read_bytes, reason, reasons

URL = "https://gazette.example/ferry"


def json_ld(data: Any) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


NEWS = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Ferry line returns",
    "url": URL,
    "datePublished": "2021-05-04T23:30:00+02:00",
    "dateModified": "2021-05-06T08:00:00+02:00",
    "author": [{"@type": "Person", "name": "Ingrid Øverland"}, {"@type": "Person", "name": "Bo Ek"}],
    "publisher": {"@type": "NewsMediaOrganization", "name": "Harbour Gazette"},
}
SITE = {"@type": "WebSite", "name": "Gazette online", "url": "https://gazette.example/"}


@pytest.mark.parametrize(
    "data",
    [
        NEWS,
        [SITE, NEWS],
        {"@context": "https://schema.org", "@graph": [SITE, {"@type": "BreadcrumbList"}, NEWS]},
        {"@type": "WebPage", "url": URL, "mainEntity": NEWS},
        {**NEWS, "@type": ["NewsArticle", "ReportageNewsArticle"], "publisher": [NEWS["publisher"]]},
        {"@graph": [{**NEWS, "author": [{"@id": "#i"}, {"@id": "#b"}], "publisher": {"@id": "#g"}},
                    {"@id": "#i", "@type": "Person", "name": "Ingrid Øverland"},
                    {"@id": "#b", "@type": "Person", "name": "Bo Ek"},
                    {"@id": "#g", "@type": "Organization", "name": "Harbour Gazette"}]},
        {**NEWS, "author": ["Ingrid Øverland", "Bo Ek"], "publisher": "Harbour Gazette"},
    ],
    ids=["alone", "in a list", "in a graph", "in its page", "of two types", "with ids", "with plain names"],
)  # fmt: skip
def test_json_ld_tells_the_fields_however_it_is_nested(data: Any) -> None:
    source = one(a_page(json_ld(data)), "a.html").source
    assert (source.title, source.url, source.outlet) == ("Ferry line returns", URL, "Harbour Gazette")
    assert source.authors == ("Ingrid Øverland", "Bo Ek")
    assert (source.published, source.published_from) == (date(2021, 5, 4), "json-ld")
    assert source.published_at == datetime(2021, 5, 4, 23, 30, tzinfo=timezone(timedelta(hours=2)))
    assert source.modified == date(2021, 5, 6)


def test_open_graph_tells_the_fields_where_json_ld_does_not() -> None:
    head = (
        '<meta property="og:title" content="Ferry line returns">'
        '<meta property="og:site_name" content="Harbour Gazette">'
        f'<meta property="og:url" content="{URL}"><meta name="author" content="Ingrid Øverland">'
        '<meta property="article:published_time" content="2021-05-04T23:30:00+02:00">'
        '<meta property="article:modified_time" content="2021-05-06T08:00:00+02:00">'
    )
    source = one(a_page(head, title="Ferry line returns | Harbour Gazette"), "a.html").source
    assert (source.title, source.url, source.outlet) == ("Ferry line returns", URL, "Harbour Gazette")
    assert source.authors == ("Ingrid Øverland",)
    assert (source.published, source.published_from, source.modified) == (
        date(2021, 5, 4),
        "metadata",
        date(2021, 5, 6),
    )


@pytest.mark.parametrize(
    ("head", "given", "url"),
    [
        (f'<link rel="canonical" href="{URL}">', "https://m.gazette.example/ferry?utm_source=x", URL),
        ('<link rel="canonical" href="/ferry">', "https://gazette.example/amp/ferry", URL),
        ('<link rel="canonical" href="https://gazette.example/">', URL, URL),
        (f'<link rel="canonical" href="/"><meta property="og:url" content="{URL}">', "https://gazette.example/x", URL),
        ('<link rel="canonical" href="javascript:alert(1)">', URL, URL),
        ('<link rel="canonical" href="http://[">', URL, URL),
        ("", URL, URL),
        ("", None, None),
    ],
    ids=["canonical", "relative", "front page", "front page, og:url", "script", "nonsense", "as it came", "none"],
)  # fmt: skip
def test_an_article_has_the_address_its_page_gives(head: str, given: str | None, url: str | None) -> None:
    assert one(a_page(head), "a.html", url=given).source.url == url


NOTICE = "Correction, May 6: An earlier version of this article gave 221 passengers; there were 212."


@pytest.mark.parametrize(
    ("page", "last"),
    [
        (a_page(body=f'<aside class="article-correction"><p>{NOTICE}</p></aside>'), True),
        (a_page(body=f"<div class='box'><em>{NOTICE}</em></div>"), True),
        (a_page().replace("<footer>", f"<footer><p>{NOTICE}</p>"), True),
        (a_page().replace("<p>One", f'<div class="editors-note"><b>Correction</b> {NOTICE[12:]}</div><p>One'), False),
        (a_page(body=f"<p>{NOTICE}</p>"), True),
    ],
    ids=["aside", "division", "footer", "above", "paragraph"],
)
def test_a_notice_of_correction_stays_in_the_text_once(page: str, last: bool) -> None:
    paragraphs = one(page, "a.html").text.split("\n\n")
    assert [number for number, text in enumerate(paragraphs) if "221 passengers" in text] == [3 if last else 0]


def test_a_link_to_corrections_is_no_notice() -> None:
    assert (
        "Corrections"
        not in one(a_page(body="<div class='corrections'><a href='/c'>Corrections</a></div>"), "a.html").text
    )


def test_a_correction_in_json_ld_is_the_articles_notice() -> None:
    correction = {"@type": "CorrectionComment", "text": "There were 212 passengers, not 221."}
    source = one(a_page(json_ld({**NEWS, "correction": correction})), "a.html").source
    assert source.notice == "There were 212 passengers, not 221."
    assert one(a_page(json_ld({**NEWS, "correction": "https://gazette.example/c"})), "a.html").source.notice is None


def test_words_stay_apart_and_paragraphs_whole() -> None:
    body = (
        "<p>The new quay was\n   Ready on Monday,<br>as the mayor<br/>Had said in a speech that was long.</p>"
        "<ul><li>It runs hourly.</li><li>It costs 40 crowns.</li></ul><blockquote>“At last,” she said.</blockquote>"
    )
    assert one(a_page(body=body), "a.html").text.split("\n\n")[3:] == [
        "The new quay was Ready on Monday, as the mayor Had said in a speech that was long.",
        "It runs hourly.",
        "It costs 40 crowns.",
        "“At last,” she said.",
    ]


def test_a_page_that_is_all_script_gives_the_text_it_keeps_in_json_ld() -> None:
    head = json_ld({**NEWS, "articleBody": f"{PARAGRAPH}\n\n{PARAGRAPH} &amp; more."})
    page = f"<html><head><title>Ferry line returns</title>{head}</head><body><div id='app'></div></body></html>"
    assert one(page, "a.html").text == f"{PARAGRAPH}\n\n{PARAGRAPH} & more."


@pytest.mark.parametrize(
    ("encoding", "charset", "meta"),
    [
        ("utf-8", None, None),
        ("utf-8", "iso-8859-1", None),
        ("cp1252", "iso-8859-1", None),
        ("cp1252", None, "windows-1252"),
        ("utf-16", None, None),
        ("cp1251", "windows-1251", None),
        ("shift_jis", None, "shift_jis"),
    ],
)
def test_letters_survive_however_they_are_declared(encoding: str, charset: str | None, meta: str | None) -> None:
    words = {"cp1251": "Паром", "shift_jis": "フェリー"}.get(encoding, "Café Åse")
    head = f'<meta charset="{meta}">' if meta else ""
    page = a_page(head, f"<p>{words}, {PARAGRAPH}</p>", title=words).encode(encoding)
    article = one(page, "a.html", charset=charset)
    assert article.source.title == words
    assert words in article.text


@pytest.mark.parametrize("name", ["a.html", "a.xml", "told by its content"])
def test_xhtml_is_a_page(name: str) -> None:
    kind = (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">'
    )
    page = a_page().replace("<!doctype html><html>", f'{kind}<html xmlns="http://www.w3.org/1999/xhtml">')
    assert one(f'<?xml version="1.0" encoding="utf-8"?>{page}', name).source.title == "Ferry line returns"


HOSTILE = {
    "deep": "<div>" * 100_000 + PARAGRAPH,
    "deep inside": "<article>" + "<b><i>" * 50_000 + PARAGRAPH,
    "tables without end": "<table><tr><td>" * 30_000 + PARAGRAPH,
    "signs": "<" * 1_000_000,
    "an attribute": f'<p class="{"a " * 1_000_000}">x</p>',
    "comments": "<!--" * 500_000 + f"<p>{PARAGRAPH}</p>" * 3,
    "brackets": f'<script type="application/ld+json">{"[" * 1_000_000}</script>' + f"<p>{PARAGRAPH}</p>" * 3,
    "objects": json_ld({"mainEntity": [NEWS] * 20_000}) + f"<p>{PARAGRAPH}</p>" * 3,
    "zeros": "\0" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_bounded_and_the_next_is_read(name: str) -> None:
    begun = time.monotonic()
    found = read_bytes(f"<html><body>{HOSTILE[name]}", "a.html")
    assert len(articles(found)) + len(reasons(found)) == 1
    assert time.monotonic() - begun < 60
    assert one(a_page(), "b.html").source.title == "Ferry line returns"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"<html><body><p></p></body></html>", "no article"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), ""),
        (b"<html>" + b" " * 17_000_000, "larger than"),
    ],
    ids=["empty", "no text", "picture", "huge"],
)
def test_what_is_no_page_is_named(content: bytes, said: str) -> None:
    assert said in reason(content, "a.html")
