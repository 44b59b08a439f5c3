"""RSS, RDF and Atom files: each entry an article, field by field; what is broken or hostile in a sentence."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from index.articles import Source
from index.readers import feeds
from tests.samples import DATA, articles, one, read_bytes, read_file, reason, reasons

SUMMER = timezone(timedelta(hours=2))


def an_item(inside: str, around: str = "") -> str:
    return f"<rss version='2.0'><channel><title>Gazette</title>{around}<item>{inside}</item></channel></rss>"


def test_an_rss_file_field_by_field() -> None:
    found = read_file("feed.rss")
    whole, summary, nameless = articles(found)
    source = whole.source
    assert (source.title, source.url) == (
        "Ferry line returns to the fjord & fills up",
        "https://gazette.example/ferry-line-returns",
    )
    assert (source.outlet, source.authors) == ("Harbour Gazette", ("Ingrid Øverland",))
    assert (source.published, source.published_from) == (date(2021, 5, 4), "metadata")
    assert source.published_at == datetime(2021, 5, 4, 23, 30, tzinfo=SUMMER)
    assert whole.text == (
        "The old ferry line across the fjord opened again on Tuesday, nine years after the bridge had replaced it.\n\n"
        "“I missed the café,” said Åse Lunde, 71."
    )
    assert summary.text == "The bridge will stay closed until autumn, the council said on Monday."
    assert (summary.source.outlet, summary.source.authors) == ("Northern Wire", ("Bo Ek",))
    assert (nameless.source.url, nameless.source.published) == (None, None)
    (told,) = reasons(found)
    assert "neither its text nor a summary" in told


def test_an_atom_file_keeps_published_and_changed_apart() -> None:
    both, changed = articles(read_file("feed.atom"))
    assert both.source.published_at == datetime(2021, 5, 4, 23, 30, tzinfo=SUMMER)
    assert both.source.modified == date(2021, 5, 6)
    assert both.source.authors == ("Ingrid Øverland", "Bo Ek")
    assert both.source.title == "Ferry line returns to the fjord"
    assert both.text.split("\n\n")[1:] == ["It runs hourly.", "It costs 40 crowns."]
    assert (changed.source.published, changed.source.modified) == (None, date(2021, 5, 3))
    assert changed.text == "Fares < 50 crowns stay & the rest goes up."


def test_an_rdf_file_in_latin_1() -> None:
    (article,) = articles(read_file("feed.rdf"))
    assert article.text == "The café opened on Tuesday."
    assert article.source == Source(
        id=article.source.id,
        title="Café opens",
        url="https://gazette.example/cafe-opens",
        outlet="Harbour Gazette",
        authors=("Ingrid Overland",),
        published=date(2021, 5, 4),
        published_from="metadata",
        published_at=datetime(2021, 5, 4, 6, tzinfo=SUMMER),
    )


def test_an_entry_without_an_address_is_known_by_its_guid() -> None:
    first, second, other = (
        one(an_item(f"<guid isPermaLink='false'>{guid}</guid><description>{text}</description>"), "a.rss").source.id
        for guid, text in (("a-1", "It opens."), ("a-1", "It opened."), ("a-2", "It opens."))
    )
    assert first == second != other


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<description>Plain &amp;amp; simple.</description>", "Plain & simple."),
        ("<description><![CDATA[One<br>two three.]]></description>", "One\ntwo three."),
        ("<description>A &amp;lt;b&amp;gt; sign &amp;lt; 3.</description>", "A <b> sign < 3."),
        ("<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'> </content:encoded>"
         "<description>The summary.</description>", "The summary."),
        ("<description><![CDATA[<p>Deep</p>" + "<div>" * 300 + "words" + "</div>" * 300 + "]]></description>",
         "Deep\n\nwords"),
    ],
    ids=["entities", "breaks", "signs", "empty content", "deep"],
)  # fmt: skip
def test_texts_come_out_of_their_markup(inside: str, text: str) -> None:
    assert one(an_item(inside), "a.rss").text.replace("One two", "One\ntwo") == text


@pytest.mark.parametrize("name", ["a.rss", "a.xml", "told by its content"])
def test_a_feed_is_told_by_name_or_root(name: str) -> None:
    assert articles(read_bytes((DATA / "feed.rss").read_bytes(), name))


def test_links_are_made_whole_with_the_feeds_address() -> None:
    (entry,) = feeds.entries(an_item("<link>/ferry</link>").encode(), url="https://gazette.example/rss")
    assert (entry.link, entry.text, entry.whole) == ("https://gazette.example/ferry", "", False)


def test_a_feed_that_breaks_xmls_rules_is_read_all_the_same() -> None:
    broken = an_item("<title>Ferry & fjord</title><description>It opens &nbsp; <b>now</description>")
    assert "opens" in one(broken, "a.rss").text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "empty"),
        ("<rss version='2.0'><channel><title>Gazette</title></channel></rss>", "no entries"),
        ("<html><body>Not found</body></html>", "not an RSS or Atom feed"),
        ("<!DOCTYPE rss [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>"
         + an_item("<title>&b;</title>"), "entities"),
        ("<!DOCTYPE rss [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
         + an_item("<description>&a;</description>"), "entities"),
        ("<rss version='2.0'>" + "<a>" * 5_000, "nested"),
        (an_item("<description>x</description>" + " " * 17_000_000), "larger than"),
    ],
    ids=["empty", "no entries", "no feed", "entity bomb", "entity of a file", "deep", "huge"],
)  # fmt: skip
def test_bad_and_hostile_feeds_are_named(content: str, said: str) -> None:
    assert said in reason(content, "a.rss")
