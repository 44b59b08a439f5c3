"""A page's own date among all the dates of a page: tags, microdata, JSON-LD, the lines beside the headline."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import Dated, date_of_page

DAY = date(2019, 7, 12)
CHANGED = date(2019, 7, 14)
TODAY = date(2020, 3, 1)
URL = "https://paper.example/news/parts"
TITLE = "The first parts reach the country"
TEXT = "The first parts came in the morning, and those who had waited for them since the spring said more would come."
TEXT += " Nobody else knew."


def page(head: str = "", byline: str = "", body: str = f"<p>{TEXT}</p>", *, lang: str = "en", after: str = "") -> str:
    return (
        f'<html lang="{lang}"><head><title>{TITLE} | Paper</title>{head}</head><body><nav>Home</nav>'
        f"<article><h1>{TITLE}</h1>{byline}{body}</article>{after}<footer>© 2018 Paper</footer></body></html>"
    )


def linked(*nodes: Any) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)


def found(html: str | bytes, url: str | None = URL, text: str = TEXT, **more: Any) -> tuple[Dated, date | None]:
    return date_of_page(html, url, text, today=TODAY, **more)


def day(html: str, **more: Any) -> date | None:
    return found(html, **more)[0].day


@pytest.mark.parametrize(
    "tag",
    [
        '<meta property="article:published_time" content="2019-07-12T10:15:00+03:00">',
        '<meta itemprop="datePublished" content="2019-07-12">',
        '<meta name="DC.date.issued" content="2019-07-12">',
        '<meta name="parsely-pub-date" content="2019-07-12T07:15:00Z">',
        '<meta name="sailthru.date" content="2019-07-12 10:15:00">',
        '<meta name="pubdate" content="Fri, 12 Jul 2019 10:15:00 GMT">',
        '<meta name="date" content="1562918400000">',
        """<meta name="parsely-page" content='{"pub_date": "2019-07-12"}'>""",
        '<meta property="article:published_time" content="soon"><meta name="dc.date" content="12/07/2019, 14/07/2019">',
    ],
)
def test_a_day_in_the_head_is_read(tag: str) -> None:
    dated, changed = found(page(tag, lang="en-GB"))
    assert (dated.day, dated.source, changed) == (DAY, "metadata", None)


@pytest.mark.parametrize(
    "byline",
    [
        '<time pubdate datetime="2019-07-12T10:15:00Z">Friday</time>',
        '<span itemprop="datePublished" content="2019-07-12">Friday</span>',
        '<span itemprop="datePublished">12 July 2019</span>',
    ],
)
def test_marked_elements_are_metadata(byline: str) -> None:
    dated, _ = found(page(byline=byline))
    assert (dated.day, dated.source) == (DAY, "metadata")


@pytest.mark.parametrize(
    "byline",
    [
        '<p>By A. Writer</p><time datetime="2019-07-12T10:15:00Z">Friday</time>',
        "<div><span>Published</span> <span>12 July 2019</span>, 10:15 BST · Updated 14 July 2019</div>",
        '<div>Updated <time datetime="2019-07-14">later</time></div><div>12 July 2019</div>',
        "<p>12 July 2019</p><div>The square on 3 May 2014. Photo: A. Photographer</div>",
    ],
)
def test_the_lines_beside_the_headline_are_read(byline: str) -> None:
    dated, changed = found(page(byline=byline))
    assert (dated.day, dated.source) == (DAY, "text")
    assert changed in (None, CHANGED)


@pytest.mark.parametrize(
    ("lang", "byline"),
    [
        *(("fr", "Publié le 12 juillet 2019 à 10h15"), ("fr-FR", "12/07/2019 10:15"), ("de", "Stand: 12.07.2019")),
        *(
            ("de", "Veröffentlicht am 12. Juli 2019"),
            ("es", "12 de julio de 2019"),
            ("it", "Pubblicato il 12 luglio 2019"),
        ),
        *(
            ("pt-BR", "Publicado em 12/07/2019 10h15"),
            ("nl", "12 juli 2019 om 10:15"),
            ("tr", "Giriş: 12.07.2019 10:15"),
        ),
        *(
            ("tr", "12 Temmuz 2019 Cuma"),
            ("ru", "12 июля 2019, 10:15 МСК"),
            ("en-US", "07/12/2019"),
            ("pl", "12 lipca 2019"),
        ),
    ],
)
def test_other_languages_are_read(lang: str, byline: str) -> None:
    dated, changed = found(page(byline=f"<div>{byline}</div>", lang=lang))
    assert (changed if byline.startswith("Stand") else dated.day) == DAY


@pytest.mark.parametrize(
    "nodes",
    [
        [[{"datePublished": "2019-07-12"}]],
        [{"@type": "NewsArticle", "datePublished": "2019-07-12T10:15:00+03:00", "dateModified": "2019-07-14"}],
        [[{"@type": "BreadcrumbList"}, {"@type": ["Thing", "NewsArticle"], "datePublished": ["2019-07-12"]}]],
        [
            {"@type": "Organization"},
            {"@type": "https://schema.org/NewsArticle", "datePublished": {"@value": "2019-07-12"}},
        ],
        [
            {
                "@graph": [
                    {"@type": "WebPage", "url": URL, "datePublished": "2019-01-01"},
                    {"@type": "NewsArticle", "datePublished": "2019-07-12"},
                ]
            }
        ],
        [
            {
                "@type": "WebPage",
                "mainEntity": {"@type": "NewsArticle", "url": URL + "?x=1", "datePublished": 1562918400},
            }
        ],
        [{"@type": "WebPage", "url": "https://www.paper.example/news/parts/amp", "datePublished": "2019-07-12"}],
        [
            {"@type": "NewsArticle", "url": "https://paper.example/other", "datePublished": "2018-01-01"},
            {"@type": "NewsArticle", "headline": TITLE.upper(), "datePublished": "2019-07-12"},
        ],
    ],
    ids=lambda nodes: json.dumps(nodes)[:60],
)
def test_json_ld_is_read_in_every_shape(nodes: list[Any]) -> None:
    dated, _ = found(page(linked(*nodes)))
    assert (dated.day, dated.source) == (DAY, "json-ld")


@pytest.mark.parametrize(
    "nodes",
    [
        [{"@type": "NewsArticle", "url": "https://paper.example/other", "datePublished": "2019-07-12"}],
        [{"@type": "NewsArticle", "headline": "Another story", "datePublished": "2019-07-12"}],
        [{"@type": "Event", "name": TITLE, "datePublished": "2019-07-12"}],
        [
            {"@type": "NewsArticle", "datePublished": "2019-07-12"},
            {"@type": "NewsArticle", "datePublished": "2018-07-12"},
        ],
        [{"@type": "NewsArticle", "dateModified": "2019-07-14"}],
        [{"@type": "NewsArticle", "datePublished": [[]]}, 7, None, "x", []],
        [{"@type": 7, "datePublished": "2019-07-12"}],
        [{"@type": "NewsArticle", "comment": [{"@type": "Comment", "datePublished": "2019-07-12"}]}],
    ],
    ids=lambda nodes: json.dumps(nodes)[:60],
)
def test_json_ld_on_something_else_is_not(nodes: list[Any]) -> None:
    assert day(page(linked(*nodes))) is None


def test_broken_json_ld_stops_nothing() -> None:
    deep = "[" * 100_000
    for block in ("{", deep, "<!-- {} -->", '{"@type": "NewsArticle", "datePublished": "2019-07-12",}', ""):
        html = page(f'<script type="application/ld+json">{block}</script><meta name="date" content="2019-07-12">')
        assert day(html) == DAY
    lines = '{"@type": "NewsArticle",\n"description": "two\nlines", "datePublished": "2019-07-12"}'
    assert found(page(f'<script type="application/ld+json">{lines}</script>'))[0].source == "json-ld"


@pytest.mark.parametrize(
    ("head", "byline", "after"),
    [
        ("", "", '<aside class="related"><time pubdate datetime="2018-01-01">then</time></aside>'),
        ("", "", '<div class="comments"><span itemprop="datePublished">1 January 2018</span></div>'),
        (
            "",
            "",
            '<div itemscope itemtype="http://schema.org/Comment"><time itemprop="datePublished" datetime="2018-01-01">',
        ),
        ("", "", "<footer>Updated 1 January 2018. © 2018</footer>"),
        ("", "<div>The square on 3 May 2014. Photo: A. Photographer</div>", ""),
        ("", "<p>The treaty of 3 May 2014 holds.</p>", ""),
        ("", '<ul class="related"><li>Another story<br>3 May 2014</li></ul>', ""),
        ('<meta name="viewport" content="2019-07-12">', "", ""),
        ('<meta name="date" content="01/02/2019">', "", ""),
        ('<meta property="article:published_time" content="2020-03-09">', "", ""),
        ("", "", "<div>Concert: <time datetime='2018-01-01'>1 January</time></div>"),
    ],
)
def test_dates_of_other_things_are_not_the_pages(head: str, byline: str, after: str) -> None:
    assert found(page(head, byline, after=after))[0] == Dated()


def test_the_sites_name_is_no_headline() -> None:
    html = (
        f"<html><title>{TITLE}</title><body><h1>Paper</h1><p>1 March 2020</p><h2>{TITLE}</h2><p>12 July 2019</p>"
        f"<p>{TEXT}</p></body></html>"
    )
    assert day(html) == DAY
    assert day(html.replace("<p>12 July 2019</p>", "")) is None


def test_what_was_only_changed_has_no_day() -> None:
    changed = '<meta property="article:modified_time" content="2019-07-14T10:00:00Z">'
    assert found(page(changed)) == (Dated(), CHANGED)
    assert found(page(changed), "https://paper.example/2019/07/12/parts") == (Dated(DAY, None, "url"), CHANGED)
    wire = f"MOSCOW, July 12 (Wire) — {TEXT}"
    assert found(page(changed), text=wire) == (Dated(DAY, None, "dateline"), CHANGED)


def test_a_stamp_of_the_visit_is_not_believed_against_the_page() -> None:
    stamp = '<meta property="article:published_time" content="2020-02-20T10:00:00Z">'
    assert found(page(stamp), "https://paper.example/2019/07/12/parts")[0].source == "url"
    assert found(page(stamp + linked({"@type": "NewsArticle", "datePublished": "2019-07-12"})))[0].source == "json-ld"
    assert found(page(stamp, "<p>Published 12 July 2019</p>"))[0] == Dated(DAY, None, "text")
    fetched = datetime(2020, 2, 20, 10, 1, tzinfo=UTC)
    assert found(page(stamp), fetched=fetched)[0] == Dated()


def test_one_moment_in_two_zones_is_the_local_day() -> None:
    local = "2019-07-12T22:00:00-04:00"
    stamp = '<meta property="article:published_time" content="2019-07-13T02:00:00Z">'
    dated, _ = found(page(stamp + linked({"@type": "NewsArticle", "datePublished": local})))
    assert dated.day == DAY and dated.at and dated.at.isoformat() == local


def test_numerals_are_settled_by_the_page() -> None:
    both = '<meta name="date" content="04/08/2019">'
    changed = '<meta property="article:modified_time" content="2019-04-09">'
    assert day(page(both)) is None
    assert day(page(both), url="https://paper.example/2019/04/08/parts") == date(2019, 4, 8)
    assert day(page(both + changed)) == date(2019, 4, 8)
    assert day(page(both, after="<div>Concert: 25/12/2019</div>")) == date(2019, 8, 4)
    assert day(page(both + '<meta property="og:locale" content="en_US">')) == date(2019, 4, 8)


def test_the_canonical_link_stands_for_a_missing_address() -> None:
    head = '<link rel="canonical" href="https://paper.example/2019/07/12/parts">'
    assert found(page(head), None)[0] == Dated(DAY, None, "url")


@pytest.mark.parametrize(
    "content", ["", " ", "<", b"\xff\xfe\x00", "<!-- -->", "x" * 10_000, "<p>\x00</p>", '<?xml version="1.0"?><a/>']
)
def test_what_is_no_page_gives_no_date(content: str | bytes) -> None:
    assert found(content, None, "")[0] == Dated()


FRAGMENTS = st.sampled_from(
    [
        *(
            "<article>",
            "</article>",
            f"<h1>{TITLE}</h1>",
            "<time datetime='2019-07-12'>",
            "</time>",
            "<div class=related>",
            "</div>",
        ),
        *(
            "Published ",
            "Updated ",
            "12 July 2019",
            "01/02/2019",
            "MOSCOW, April 8 (Wire) — ",
            "<p>",
            TEXT,
            "<aside>",
            "</aside>",
        ),
        *(
            '<meta itemprop="datePublished" content="2019-07-12">',
            '<meta name="date" content="x">',
            "© 2019",
            "<footer>",
        ),
        '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2019-07-12"}</script>',
    ]
)


@given(st.lists(st.one_of(FRAGMENTS, st.text(max_size=20)), max_size=25).map("".join), st.text(max_size=40))
def test_no_page_is_too_odd(content: str, url: str) -> None:
    dated, changed = found(content, url, content)
    assert all(one is None or one <= TODAY + timedelta(days=1) for one in (dated.day, changed))
