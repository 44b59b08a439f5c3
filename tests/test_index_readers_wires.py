"""The agencies' formats: NITF, NewsML-G2, AP items; field by field, withdrawn, corrected, broken, hostile."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from index.readers import Record
from tests.samples import DATA, articles, one, read_bytes, read_file, reason, reasons

SUMMER = timezone(timedelta(hours=2))
NITF = "<nitf><head>{head}</head><body><body.head>{above}</body.head><body.content>{text}</body.content></body></nitf>"


def nitf(text: str = "<p>It opened.</p>", head: str = "", above: str = "<hedline><hl1>Ferry</hl1></hedline>") -> str:
    return NITF.format(text=text, head=head, above=above)


def test_a_nitf_file_field_by_field() -> None:
    (article,) = articles(read_file("story.nitf.xml"))
    source = article.source
    assert (source.title, source.url) == ("Ferry line returns to the fjord", "https://wire.example/ferry-returns")
    assert (source.outlet, source.authors) == ("Northern Wire", ("Ingrid Øverland", "Bo Ek"))
    assert source.published_at == datetime(2021, 5, 4, 23, 30, tzinfo=SUMMER)
    assert (source.published, source.published_from, source.modified) == (
        date(2021, 5, 4),
        "metadata",
        date(2021, 5, 6),
    )
    assert source.notice == "Corrects the number of passengers to 212, not 221"
    assert not source.withdrawn
    assert article.text.split("\n\n") == [
        "Eds: CORRECTION: An earlier version gave 221 passengers; there were 212.",
        "NORDNES, Norway (NW)",
        "The old ferry line across the fjord opened again on Tuesday, nine years after the bridge had replaced it.",
        "On board",
        "“I missed the café,” said Åse Lunde, 71.\nShe came with four grandchildren.",
        "Year\tPassengers",
        "2012\t90,000",
        "It runs hourly.",
        "It costs 40 crowns.",
        "Per Dal in Oslo contributed.",
    ]


def test_a_dateline_that_the_text_begins_with_is_not_said_twice() -> None:
    above = "<dateline><location>NORDNES</location></dateline>"
    assert one(nitf("<p>NORDNES, Norway (NW) - It opened.</p>", above=above), "a.xml").text.count("NORDNES") == 1


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8", "utf-8"), ("utf-16", "utf-16"), ("cp1252", "windows-1252"), ("cp1252", "utf-8"), ("utf-8", "utf-16")],
)
def test_letters_of_nitf_survive_what_it_declares(encoding: str, declared: str) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?>{nitf("<p>“I missed the café,” said Åse Lunde, 71.</p>")}'
    assert one(text.encode(encoding), "a.nitf").text == "“I missed the café,” said Åse Lunde, 71."


@pytest.mark.parametrize("status", ["withheld", "canceled"])
def test_a_nitf_story_that_was_taken_back_is_marked(status: str) -> None:
    head = f"<docdata management-status='{status}'><ed-msg info='KILL: do not use'/></docdata>"
    for text, left in (("<p>It opened.</p>", "It opened."), ("", "KILL: do not use")):
        article = one(nitf(text, head), "a.nitf")
        assert (article.source.withdrawn, article.source.notice, article.text) == (True, "KILL: do not use", left)


def test_versions_of_a_nitf_story_have_one_id() -> None:
    versions = [one(nitf(f"<p>{text}</p>", "<docdata><doc-id id-string='NW-1'/></docdata>"), "a.nitf") for text in "ab"]
    assert versions[0].source.id == versions[1].source.id


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("By INGRID ØVERLAND and BO EK, Northern Wire", ("INGRID ØVERLAND", "BO EK")),
        ("by Bo Ek", ("Bo Ek",)),
        ("Bo Ek, Per Dal and Ann Lee", ("Bo Ek", "Per Dal", "Ann Lee")),
        ("By The Associated Press", ()),
        ("By Bo Ek<byttl>Science Writer</byttl>", ("Bo Ek",)),
        ("", ()),
    ],
)
def test_bylines_give_names(byline: str, authors: tuple[str, ...]) -> None:
    above = f"<byline>{byline}</byline><distributor>Northern Wire</distributor>"
    assert one(nitf(above=above), "a.nitf").source.authors == authors


def test_a_newsml_message_item_by_item() -> None:
    found = read_file("message.newsml.xml")
    ferry, bridge, captain, harbour = articles(found)
    source = ferry.source
    assert (source.title, source.url) == ("Ferry line returns to the fjord", "https://wire.example/ferry-returns")
    assert (source.outlet, source.authors) == ("Northern Wire", ("Ingrid Øverland", "Bo Ek"))
    assert source.published_at == datetime(2021, 5, 4, 23, 30, tzinfo=SUMMER)
    assert source.modified == date(2021, 5, 6)
    assert source.notice == "CORRECTION: there were 212 passengers, not 221."
    assert ferry.text.startswith(
        "NORDNES, Norway, May 4 (NW) - The old ferry line across the fjord opened again on Tuesday.\n\n“I"
    )
    assert (bridge.source.authors, bridge.source.published, bridge.source.modified) == (
        ("Per Dal",),
        date(2021, 5, 3),
        None,
    )
    assert captain.source.withdrawn
    assert captain.text == captain.source.notice == "KILL: the story about the captain is wrong; do not use it."
    assert harbour.text == "The harbour was dredged.\n\nIt took a week."
    assert [article.source.withdrawn for article in (ferry, bridge, harbour)] == [False] * 3
    (told,) = reasons(found)
    assert "stands elsewhere" in told
    assert [item.place.rpartition(" ")[2] for item in found if isinstance(item, Record)] == ["1", "2", "3", "5"]


def an_item(inside: str = "", content: str = "", **attributes: str) -> str:
    named = " ".join(f'{name}="{value}"' for name, value in {"guid": "urn:a:1", **attributes}.items())
    space = "http://iptc.org/std/nar/2006-10-01/"
    return f"<newsItem xmlns='{space}' {named}>{inside}<contentSet>{content}</contentSet></newsItem>"


XHTML = "<inlineXML><html><body><p>It opened.</p></body></html></inlineXML>"


def test_versions_of_an_item_have_one_id_by_its_guid() -> None:
    old, new = (one(an_item(content=XHTML, version=version), "a.xml") for version in "12")
    other = one(an_item(content=XHTML, guid="urn:a:2"), "a.xml")
    assert old.source.id == new.source.id != other.source.id


def test_a_later_version_alone_does_not_tell_when_the_story_was_published() -> None:
    meta = "<itemMeta><versionCreated>2021-05-06T08:00:00Z</versionCreated></itemMeta>"
    later, first = (one(an_item(meta, XHTML, version=version), "a.xml").source for version in "21")
    assert (later.published, later.modified) == (None, date(2021, 5, 6))
    assert (first.published, first.modified) == (date(2021, 5, 6), None)


@pytest.mark.parametrize("status", ["stat:canceled", "stat:withheld"])
def test_an_item_that_was_taken_back_is_marked_with_its_text(status: str) -> None:
    article = one(an_item(f"<itemMeta><pubStatus qcode='{status}'/></itemMeta>", XHTML), "a.xml")
    assert (article.source.withdrawn, article.text) == (True, "It opened.")


def test_html_as_data_of_an_item_is_read() -> None:
    data = "<inlineData contenttype='text/html'>&lt;p&gt;It opened.&lt;/p&gt;&lt;p&gt;Twice.&lt;/p&gt;</inlineData>"
    assert one(an_item(content=data), "a.xml").text == "It opened.\n\nTwice."


def test_what_breaks_a_message_midway_costs_the_rest_alone() -> None:
    whole = (DATA / "message.newsml.xml").read_text(encoding="utf-8")
    found = read_bytes(whole[: whole.index("Text elsewhere")], "a.xml")
    assert len(articles(found)) == 3
    assert "not valid XML" in reasons(found)[-1]


def test_an_ap_item_field_by_field() -> None:
    (article,) = articles(read_file("item.ap.json"))
    source = article.source
    assert (source.title, source.url) == (
        "Ferry line returns to the fjord",
        "https://wire.example/article/0b1c4711",
    )
    assert (source.outlet, source.authors) == ("NW", ("INGRID ØVERLAND", "BO EK"))
    assert source.published_at == datetime(2021, 5, 4, 21, 30, tzinfo=UTC)
    assert source.modified == date(2021, 5, 6)
    assert source.notice == "CORRECTION: Corrects the number of passengers to 212, sted 221. With photos."
    assert article.text == (
        "NORDNES, Norway (NW) — The old ferry line across the fjord opened again on Tuesday.\n\n"
        "“I missed the café,” said Åse Lunde, 71."
    )


def ap(**changes: Any) -> dict[str, Any]:
    item: dict[str, Any] = json.loads((DATA / "item.ap.json").read_text(encoding="utf-8"))["data"]["item"]
    return {key: value for key, value in {**item, **changes}.items() if value is not None}


@pytest.mark.parametrize(
    "shape",
    [
        lambda items: {"data": {"items": [{"meta": {}, "item": item} for item in items]}},
        lambda items: {"data": {"current_item_count": 2, "items": items}},
        lambda items: [{"data": {"item": item}} for item in items],
        lambda items: items,
    ],
    ids=["an answer of the feed", "items alone", "answers", "a list"],
)
def test_ap_items_are_told_in_each_shape(shape: Any) -> None:
    items = [ap(), ap(links=None, altids={"itemid": "4712"}, headline="Bridge stays closed")]
    for name, text in (("a.json", json.dumps(shape(items))), ("a.jsonl", "\n".join(map(json.dumps, items)))):
        found = articles(read_bytes(text, name))
        assert [article.source.title for article in found] == ["Ferry line returns to the fjord", "Bridge stays closed"]
        assert all(article.text.startswith("NORDNES") for article in found)


@pytest.mark.parametrize(
    "body",
    [
        "<block id='Main'><p>It opened.</p></block>",
        "<p>It opened.</p>",
        "<body.content><p>It opened.</p></body.content>",
    ],
)
def test_an_ap_item_with_only_a_piece_of_nitf_is_read(body: str) -> None:
    assert one(json.dumps(ap(renditions=None, body_nitf=body)), "a.json").text == "It opened."


def test_the_caption_of_a_picture_is_not_an_ap_items_story() -> None:
    caption = {"content": "<nitf><body><body.content><p>A boat.</p></body.content></body></nitf>"}
    renditions = {"caption_nitf": caption, **ap()["renditions"], "other_caption": caption}
    assert one(json.dumps(ap(renditions=renditions)), "a.json").text.startswith("NORDNES")
    assert "no text" in reason(json.dumps(ap(renditions={"caption_nitf": caption})), "a.json")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"renditions": {"nitf": {"href": "https://wire.example/4711.nitf"}}}, "stands elsewhere"),
        ({"renditions": None, "type": "picture"}, "it is a picture"),
        ({"renditions": None}, "no text"),
        ({"renditions": {"nitf": "<nitf><body>"}}, "not valid XML"),
        ({"renditions": {"nitf": "<!DOCTYPE a [<!ENTITY b 'c'>]><nitf>&b;</nitf>"}}, "entities"),
    ],
)  # fmt: skip
def test_an_ap_item_without_a_text_says_why(changes: dict[str, Any], said: str) -> None:
    assert said in reason(json.dumps(ap(**changes)), "a.json")


def test_an_ap_item_that_was_taken_back_is_marked() -> None:
    article = one(json.dumps(ap(pubstatus="canceled", renditions=None, ednote="KILL: do not use.")), "a.json")
    assert (article.source.withdrawn, article.text) == (True, "KILL: do not use.")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "empty"),
        ("no markup", "not XML"),
        ("<nitf><body>", "not valid XML"),
        ("<recipe/>", "another kind (recipe)"),
        ("<urlset><url><loc>https://gazette.example/a</loc></url></urlset>", "sitemap"),
        (nitf(""), "no text"),
        (an_item("<itemMeta><itemClass qcode='ninat:picture'/></itemMeta>"), "1 picture"),
        ("<packageItem xmlns='http://iptc.org/std/nar/2006-10-01/'/>", "1 packageItem"),
        ("<newsMessage/>", "nothing"),
        ("<!DOCTYPE nitf [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]>" + nitf("<p>&b;</p>"), "entities"),
        ("<!DOCTYPE nitf [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + nitf("<p>&a;</p>"), "entities"),
        ("<!DOCTYPE nitf [<!ENTITY % a SYSTEM 'http://wire.example/a'> %a;]>" + nitf(), "entities"),
        (nitf("<p>" * 100_000), "nested"),
        ("<newsMessage>" + "<itemSet>" * 100_000, "nested"),
        ("<nitf>" + " " * 17_000_000, "larger than"),
        ("<nitf>" + "<p/>" * 600_000, "elements"),
        ("<newsMessage>" + "<newsItem>" + " " * 17_000_000, "larger than"),
    ],
    ids=["empty", "words", "cut", "root", "sitemap", "no text", "picture", "package", "nothing", "entity bomb",
         "entity of a file", "entity of an address", "deep", "deep message", "huge", "many elements", "huge item"],
)  # fmt: skip
def test_bad_and_hostile_xml_is_named(content: str, said: str) -> None:
    assert said in reason(content, "a.xml")
