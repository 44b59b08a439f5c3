"""WARC files: pages with their addresses and letters, whatever is broken between them."""

from __future__ import annotations

import gzip

import pytest

from tests.samples import a_page, a_record, a_response, articles, packed, read_bytes, reasons

FERRY = a_response("https://gazette.example/ferry", a_page().encode())
CAFE = a_response(
    "https://gazette.example/cafe", a_page(title="Café").encode("cp1252"), "text/html; charset=ISO-8859-1"
)
OTHERS = [
    a_record("warcinfo", b"software: crawler\r\n"),
    a_record("request", b"GET /ferry HTTP/1.1\r\n\r\n", "https://gazette.example/ferry"),
    a_response("https://gazette.example/a.png", b"\x89PNG" * 10, "image/png"),
    a_response("https://gazette.example/old", b"<p>moved</p>", "text/html", "301 Moved Permanently"),
    a_response("https://gazette.example/none", a_page().encode(), "text/html", "404 Not Found"),
    a_record("metadata", b"fetchTimeMs: 12\r\n", "https://gazette.example/ferry"),
]


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz", "crawl.warc.gz as one member", "told by its content"])
def test_each_page_becomes_an_article_and_nothing_else_does(name: str) -> None:
    records = [OTHERS[0], FERRY, *OTHERS[1:], CAFE]
    whole = b"".join(records)
    content = {"crawl.warc.gz": packed(*records), "crawl.warc.gz as one member": gzip.compress(whole)}.get(name, whole)
    found = read_bytes(content, "crawl" if "told" in name else name.removesuffix(" as one member"))
    assert reasons(found) == []
    ferry, cafe = (article.source for article in articles(found))
    assert (ferry.url, ferry.title) == ("https://gazette.example/ferry", "Ferry line returns")
    assert (cafe.url, cafe.title) == ("https://gazette.example/cafe", "Café")
    assert [item.place for item in found if hasattr(item, "place")] == [
        f"{name.removesuffix(' as one member') if 'told' not in name else 'crawl'}, record {number}"
        for number in (2, 8)
    ]


def test_a_page_that_names_its_canonical_address_has_that_one() -> None:
    page = a_page('<link rel="canonical" href="https://gazette.example/ferry">')
    (article,) = articles(read_bytes(a_response("https://m.gazette.example/ferry?x=1", page.encode()), "a.warc"))
    assert article.source.url == "https://gazette.example/ferry"


def test_a_reply_of_no_web_address_is_reported() -> None:
    found = read_bytes(a_response("dns:gazette.example", a_page().encode()) + FERRY, "a.warc")
    assert len(articles(found)) == 1
    assert reasons(found) == ["the record's address is no web address"]


def test_packed_and_chunked_bodies_are_read() -> None:
    body = gzip.compress(a_page().encode())
    packed_body = a_response("https://gazette.example/a", body, "text/html", "200 OK", "Content-Encoding: gzip")
    page = a_page().encode()
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(page), page)
    chunked = a_response("https://gazette.example/b", chunks, "text/html", "200 OK", "Transfer-Encoding: chunked")
    found = articles(read_bytes(packed_body + chunked, "a.warc"))
    assert [article.source.title for article in found] == ["Ferry line returns"] * 2


def test_what_holds_no_page_says_what_it_holds() -> None:
    (told,) = reasons(read_bytes(packed(*OTHERS), "a.warc.gz"))
    assert "no web page" in told
    assert "1 warcinfo records" in told
    assert "2 responses without a page" in told


def test_a_broken_member_costs_itself_alone() -> None:
    broken = bytearray(packed(CAFE))
    broken[60:90] = bytes(30)
    found = read_bytes(packed(FERRY) + bytes(broken) + b"no member at all" + packed(CAFE), "a.warc.gz")
    assert [article.source.title for article in articles(found)] == ["Ferry line returns", "Café"]
    (told,) = reasons(found)
    assert "broken" in told


@pytest.mark.parametrize(
    "broken",
    [
        FERRY.replace(b"Content-Length: ", b"Content-Length: x"),
        FERRY.replace(b"WARC-Type: response", b"WARC-Tope"),
        b"WARC/1.0\r\nnonsense\r\n\r\n",
    ],
    ids=["no length", "no type", "no head"],
)
@pytest.mark.parametrize("many", [1, 40])
def test_a_broken_record_that_is_not_packed_by_itself_costs_no_other(broken: bytes, many: int) -> None:
    pages = [a_response(f"https://gazette.example/{n}", a_page(title=f"Title {n}").encode()) for n in range(2 * many)]
    for pack, name in ((bytes, "a.warc"), (gzip.compress, "a.warc.gz")):
        found = read_bytes(pack(b"".join([*pages[:many], broken, *pages[many:], broken, CAFE])), name)
        titles = [article.source.title for article in articles(found)]
        assert [title for title in titles if title.startswith("Title")] == [f"Title {n}" for n in range(2 * many)]
        assert "Café" in titles
        assert len(titles) + len(reasons(found)) in range(2 * many + 1, 2 * many + 4)


@pytest.mark.parametrize("cut", [20, 200])
def test_a_page_that_is_cut_off_is_no_article(cut: int) -> None:
    for content, name in ((packed(FERRY, CAFE), "a.warc.gz"), (FERRY + CAFE, "a.warc")):
        found = read_bytes(content[:-cut], name)
        assert [article.source.title for article in articles(found)] == ["Ferry line returns"]
        (told,) = reasons(found)
        assert "too early" in told
    assert not articles(read_bytes(FERRY[: len(FERRY) // 2], "a.warc"))


@pytest.mark.parametrize(
    "content",
    [
        b"WARC/1.0\r\n" + b"A" * 3_000_000,
        b"WARC/1.0\r\nContent-Length: -5\r\n\r\n",
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99999999999999999999\r\n\r\nHTTP/1.1 200 OK\r\n",
        b"WARC/1.0\r\n\r\n\r\n\r\n" * 50,
        b"WARC/9" * 1000,
        b"\x1f\x8b\x08" * 1000,
        packed(b"WARC/1.0\r\n" + b"A" * 3_000_000),
        packed(b"nothing of the kind"),
    ],
    ids=["a line without end", "below zero", "a length beyond all", "empty heads", "no version", "magic alone",
         "a line without end, packed", "no record"],
)  # fmt: skip
def test_nonsense_is_reported_and_ends(content: bytes) -> None:
    found = read_bytes(content, "a.warc.gz" if content.startswith(b"\x1f\x8b") else "a.warc")
    assert not articles(found)
    assert reasons(found)


def test_a_page_beyond_its_bound_is_reported_and_the_next_is_read() -> None:
    huge = a_response("https://gazette.example/huge", b"<html>" + b"word " * 4_000_000)
    found = read_bytes(packed(huge, FERRY), "a.warc.gz")
    assert len(articles(found)) == 1
    assert "larger than" in reasons(found)[0]
