"""What is made of robots.txt, feeds, sitemaps and the kinds of content, and what is kept of them; without a network."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.web.addresses import Unfetched, clean, own_address, shown
from index.web.feeds import read_feed
from index.web.kinds import kind_of
from index.web.robots import Robots
from index.web.sitemaps import read_sitemap
from index.web.state import FILE, List, Page, State
from tests.fake_web import article, item, rss, sitemap

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://wire.example/feed/"><title>Wire</title>
<entry><title>Ferry &amp;amp; tram</title><link href="../ferry"/><id>tag:1</id><updated>2024-03-05T10:00:00Z</updated>
<published>2024-03-04T23:30:00-05:00</published><author><name>Ann Example</name></author>
<content type="html">&lt;p&gt;The ferry is back.&lt;/p&gt;&lt;p&gt;So is the tram.&lt;/p&gt;
&lt;script&gt;x()&lt;/script&gt;</content>
</entry></feed>"""
NEWS = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://w.example/old</loc><lastmod>2024-03-09</lastmod><news:news><news:publication><news:name>Wire</news:name>
</news:publication><news:publication_date>2024-03-01</news:publication_date><news:title>Old</news:title></news:news></url>
<url><loc>https://w.example/new</loc><news:news><news:publication_date>2024-03-08</news:publication_date></news:news></url>
</urlset>"""


class TestRobots:
    @pytest.mark.parametrize(
        ("rules", "path", "allowed"),
        [
            ("Disallow: /a", "/a/b", False),
            ("Disallow: /a", "/b", True),
            ("Disallow:", "/a", True),
            ("Disallow: /", "/", False),
            ("Disallow: /a\nAllow: /a/b", "/a/b/c", True),
            ("Allow: /a/b\nDisallow: /a", "/a/b/c", True),
            ("Disallow: /a\nAllow: /a", "/a", True),
            ("Disallow: /*?print=", "/x/y?print=1", False),
            ("Disallow: /*?print=", "/x/y?page=1", True),
            ("Disallow: /*.pdf$", "/x.pdf", False),
            ("Disallow: /*.pdf$", "/x.pdf?y", True),
            ("Disallow: /a$", "/a", False),
            ("Disallow: /a$", "/ab", True),
            ("Disallow: /*/x/*/y", "/1/x/2/y", False),
            ("Disallow: /ab*b$", "/ab", True),
            ("Disallow: /caf%C3%A9", "/caf%c3%a9", False),
            ("Disallow: /café", "/caf%C3%A9", False),
            ("Disallow: /a # not here", "/a", False),
            ("DISALLOW : /a", "/a", False),
            ("<html>not found</html>", "/a", True),
        ],
    )
    def test_the_longest_rule_that_fits_counts(self, rules: str, path: str, allowed: bool) -> None:
        assert Robots.read(f"User-agent: *\n{rules}").allows(path) is allowed

    def test_rules_for_us_leave_aside_those_for_all(self) -> None:
        text = "User-agent: *\nDisallow: /\n\nUser-agent: other\nUser-agent: Dateline/1.0\nDisallow: /x\nCrawl-delay: 2"
        robots = Robots.read(text)
        assert robots.allows("/a")
        assert not robots.allows("/x")
        assert robots.delay == 2
        assert not Robots.read(text.replace("Dateline/1.0", "Datelinesque")).allows("/a")

    @pytest.mark.parametrize(("value", "delay"), [("5", 5.0), ("0.5", 0.5), ("-1", None), ("nan", None), ("x", None)])
    def test_the_delay_is_a_number(self, value: str, delay: float | None) -> None:
        assert Robots.read(f"User-agent: *\nCrawl-delay: {value}").delay == delay

    def test_a_rule_meant_to_take_for_ever_does_not(self) -> None:
        robots = Robots.read("User-agent: *\nDisallow: /" + "*a" * 1_000 + "b")
        began = time.monotonic()
        assert robots.allows("/" + "a" * 4_000)
        assert time.monotonic() - began < 0.5


class TestKinds:
    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (rss([]), "feed"),
            (ATOM, "feed"),
            ("\n\n<?xml version='1.0'?><!-- <html> --><rdf:RDF>", "feed"),
            (sitemap([]), "sitemap"),
            (sitemap([], "sitemapindex"), "sitemaps"),
            ("<sm:urlset>", "sitemap"),
            (article(1), "html"),
            ('<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html>', "html"),
            ("<div>no more than a piece</div>", "html"),
            ('<?xml version="1.0"?><nitf/>', "xml"),
            ('{"title": "x"}', "json"),
            ("%PDF-1.7", "pdf"),
            ("just words", "unknown"),
        ],
    )
    def test_are_told_from_the_content(self, content: str, kind: str) -> None:
        assert kind_of(content.encode()) == kind
        assert kind_of(b"\xef\xbb\xbf" + content.encode()) == kind
        assert kind_of(content.encode("utf-16")) == kind

    def test_what_the_server_says_helps_where_the_content_does_not(self) -> None:
        assert kind_of(b"just words", "text/plain; charset=utf-8") == "text"
        assert kind_of(b"just words", "text/html") == "html"
        assert kind_of(b"\x00\x01", "text/plain") == "unknown"


class TestFeeds:
    def test_an_atom_feed(self) -> None:
        (entry,) = read_feed(ATOM.encode(), "https://wire.example/feed/atom.xml").entries
        assert (entry.title, entry.outlet, entry.authors) == ("Ferry & tram", "Wire", ("Ann Example",))
        assert entry.url in ("../ferry", "https://wire.example/ferry")
        assert entry.text == "The ferry is back.\n\nSo is the tram."
        assert (entry.published, entry.modified) == ("2024-03-04T23:30:00-05:00", "2024-03-05T10:00:00Z")

    def test_an_rss_feed(self) -> None:
        listing = read_feed(
            rss([item("https://w.example/1", "One", text="Words"), "<item/>"]).encode(), "https://w.example"
        )
        first, second = listing.entries
        assert (first.url, first.title, first.text, first.published) == (
            *("https://w.example/1", "One", "Words"),
            "Tue, 05 Mar 2024 09:00:00 +0000",
        )
        assert (second.url, second.text) == (None, "")
        assert listing.broken is None

    def test_a_stamp_changes_with_the_entry_and_with_nothing_else(self) -> None:
        def stamp(**fields: str) -> str:
            one = item("https://w.example/1", **{"title": "One", "text": "x", **fields})
            return read_feed(rss([one]).encode(), "https://w.example").entries[0].stamp

        assert stamp() == stamp(text="y")
        assert len({stamp(), stamp(title="Two"), stamp(day="2024-03-06")}) == 3

    @pytest.mark.parametrize("content", [rss([]), "<rss><channel><item>", "<rss", "/etc/passwd"])
    def test_one_without_entries_is_told(self, content: str) -> None:
        assert read_feed(content.encode(), "https://w.example").broken or "<item>" in content


class TestSitemaps:
    def test_one_for_news_lists_the_newest_first(self) -> None:
        new, old = read_sitemap(NEWS.encode()).entries
        assert (new.url, new.published) == ("https://w.example/new", "2024-03-08")
        assert (old.title, old.outlet, old.published) == ("Old", "Wire", "2024-03-01")

    def test_lastmod_is_not_the_day_of_publication(self) -> None:
        (entry,) = read_sitemap(sitemap([("https://w.example/1", "2024-03-05")]).encode()).entries
        assert entry.published is None

    def test_one_of_sitemaps(self) -> None:
        pairs = [("https://w.example/1.xml", "2024-01-01"), ("https://w.example/2.xml", "2024-02-01")]
        assert read_sitemap(sitemap(pairs, "sitemapindex").encode()).children == tuple(reversed(pairs))

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (sitemap([]), "no pages"),
            (sitemap([("https://w.example/1", "x")])[:-30], "not valid XML"),
            (
                '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><urlset><url><loc>&c;</loc></url></urlset>',
                "entities",
            ),
            ("<urlset>" + "<a>" * 100_000, "deep"),
        ],
    )
    def test_one_that_is_broken_is_told(self, content: str, words: str) -> None:
        assert words in (read_sitemap(content.encode()).broken or "")

    def test_what_stands_before_the_break_is_read(self) -> None:
        listing = read_sitemap(sitemap([("https://w.example/1", "x"), ("https://w.example/2", "y")])[:-30].encode())
        assert [entry.url for entry in listing.entries] == ["https://w.example/1"]


class TestAddresses:
    @pytest.mark.parametrize(
        ("claimed", "fetched", "own"),
        [
            (None, "https://w.example/a?utm=1", "https://w.example/a?utm=1"),
            ("https://w.example/a", "https://w.example/a?utm=1", "https://w.example/a"),
            ("/a", "https://m.w.example/a?x", "https://m.w.example/a"),
            ("https://www.w.example/a", "https://m.w.example/a", "https://www.w.example/a"),
            ("https://w.example/a", "https://amp.w.example/a", "https://w.example/a"),
            ("https://other.example/a", "https://w.example/a", "https://w.example/a"),
            ("https://w.example/", "https://w.example/a", "https://w.example/a"),
            ("javascript:x", "https://w.example/a", "https://w.example/a"),
            ("https://w.example/", "https://w.example/", "https://w.example/"),
        ],
    )
    def test_a_page_speaks_for_its_own_site_only(self, claimed: str | None, fetched: str, own: str) -> None:
        assert own_address(claimed, fetched) == own

    def test_no_password_is_shown(self) -> None:
        assert shown("https://me:secret@w.example/@x") == "https://w.example/@x"
        assert shown("https://me:se@cret@w.example\x1b[0m") == "https://w.example[0m"
        assert clean("https://me:secret@W.example:443/a#b") == "https://w.example/a"
        with pytest.raises(Unfetched):
            clean("https://w.example/" + "x" * 5_000)


class TestState:
    def test_comes_back_as_it_was_kept(self, tmp_path: Path) -> None:
        state, now = State(), time.time()
        state.pages["https://w.example/1"] = page = Page("e", "m", "s", "0123", True, now, now, now, 1, "why")
        state.lists["https://w.example/feed"] = one = List("e", entries=[["https://w.example/1", "s"]], met=now)
        state.away["w.example"] = now + 60
        state.save(tmp_path, time.time())
        again = State.load(tmp_path)
        assert (again.pages, again.lists) == ({"https://w.example/1": page}, {"https://w.example/feed": one})
        assert again.away == state.away
        assert [path.name for path in tmp_path.iterdir()] == [FILE]

    def test_forgets_what_no_list_has_named_for_long(self, tmp_path: Path) -> None:
        state = State()
        state.pages["https://w.example/1"] = Page(met=time.time() - 40 * 86_400)
        state.away["w.example"] = time.time() - 1
        state.save(tmp_path, time.time())
        assert State.load(tmp_path).pages == {}
        assert State.load(tmp_path).away == {}

    @pytest.mark.parametrize(
        "content",
        [
            *(
                "",
                "{",
                "[]",
                '"x"',
                '{"format": 2}',
                '{"format": 1, "pages": [], "lists": {}, "away": {}}',
                "[" * 50_000,
            ),
            json.dumps({"format": 1, "pages": {"a": {"etag": 5}}, "lists": {}, "away": {}}),
            json.dumps({"format": 1, "pages": {"a": {"nonsense": 5}}, "lists": {}, "away": {}}),
            json.dumps({"format": 1, "pages": {}, "lists": {"a": {"entries": [5]}}, "away": {}}),
            json.dumps({"format": 1, "pages": {}, "lists": {}, "away": {"a": "x"}}),
        ],
    )
    def test_that_is_damaged_is_said_and_nothing_is_known(self, tmp_path: Path, content: str) -> None:
        (tmp_path / FILE).write_text(content)
        state = State.load(tmp_path)
        assert state.damaged == str(tmp_path / FILE)
        assert not state.pages and not state.lists

    def test_none_is_none(self, tmp_path: Path) -> None:
        assert State.load(tmp_path).damaged is None
        assert State.load(None).damaged is None

    def test_a_page_is_looked_after_at_growing_intervals(self) -> None:
        hour = 3_600.0
        page = Page(whole=True, first=0.0, checked=0.0)
        assert [page.due(hours * hour) for hours in (5, 6)] == [False, True]
        page.checked = 24 * hour
        assert [page.due(hours * hour) for hours in (47, 48)] == [False, True]
        page.failures = 1
        assert [page.due(page.checked + minutes * 60) for minutes in (14, 15)] == [False, True]
        page.failures = 1_000_000
        assert page.due(page.checked + 24 * hour)


class TestTraps:
    """Content that is made to take for ever, or that was damaged on its way."""

    @pytest.mark.parametrize(
        "content",
        [
            "<rss><channel>" + "<item>" * 250_000,
            "<rss><channel><item>" + "<a>" * 20_000,
            "<rss><channel><item><description>" + "&lt;div&gt;" * 50_000,
            "<urlset>" + "<a/>" * 20_000,
            '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
            + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
            + "]><rss><channel><item><title>&j;</title></item></channel></rss>",
        ],
        ids=["items", "depth", "markup", "nothing", "entities"],
    )
    def test_none_takes_for_ever(self, content: str) -> None:
        began = time.monotonic()
        read_feed(content.encode(), "https://w.example")
        read_sitemap(content.encode())
        assert time.monotonic() - began < 20

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(seed=st.sampled_from([ATOM, NEWS, rss([item("https://w.example/1", "One", text="x")])]), data=st.data())
    def test_no_damage_is_a_crash(self, seed: str, data: st.DataObject) -> None:
        content = bytearray(seed.encode())
        for _ in range(data.draw(st.integers(1, 6))):
            at = data.draw(st.integers(0, len(content)))
            end = data.draw(st.integers(at, min(len(content), at + 30)))
            content[at:end] = data.draw(
                st.binary(max_size=8) | st.sampled_from([b"<", b"&#0;", b"]]>", b"<![x", b"\0"])
            )
        kind_of(bytes(content))
        for listing in (read_feed(bytes(content), "https://w.example"), read_sitemap(bytes(content))):
            assert listing.entries or listing.children or listing.broken
        Robots.read(content.decode("utf-8", "replace")).allows("/x")
