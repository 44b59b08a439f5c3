"""Every format into articles: nothing lost, nothing garbled, nothing skipped in silence."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article
from index.errors import SourceError
from index.readers import Record, Unreadable, read
from index.readers.encodings import decode
from index.readers.record import tidy
from index.readers.records import KEYS, from_mapping

DATA = Path(__file__).parent / "data"
TEXT = "The café in Åsgård opened — “at last,” said Zoë.\n\nIt sells 3.5 tonnes of naïve crêpes a year."
RECORD = {
    "title": "Café opens",
    "text": TEXT,
    "published": "2021-05-04",
    "outlet": "Harbour Gazette",
    "url": "https://gazette.example/cafe",
    "authors": ["Ingrid Øverland", "Bo Ek"],
    "modified": "2021-05-06",
    "notice": "An earlier version gave another price.",
}


def articles(*sources: Path | str) -> list[Article]:
    """The articles of sources that must all be readable."""
    found = list(read(sources))
    assert all(isinstance(item, Record) for item in found), found
    return [item.article for item in found if isinstance(item, Record)]


def one(source: Path | str) -> Article:
    (article,) = articles(source)
    return article


def reasons(*sources: Path | str) -> list[str]:
    """Why each of some sources was not read."""
    found = list(read(sources))
    assert all(isinstance(item, Unreadable) for item in found), found
    return [item.reason for item in found if isinstance(item, Unreadable)]


def a_csv(delimiter: str = ",") -> str:
    file = io.StringIO()
    row = {**RECORD, "authors": "; ".join(RECORD["authors"])}
    writer = csv.DictWriter(file, list(row), delimiter=delimiter)
    writer.writeheader()
    writer.writerow(row)
    return file.getvalue()


def a_markdown() -> str:
    fields = {key: value for key, value in RECORD.items() if key != "text"}
    return f"---\n{json.dumps(fields, ensure_ascii=False)}\n---\n\n{TEXT}\n"


WHOLE: dict[str, Callable[[], str]] = {
    ".json": lambda: json.dumps(RECORD, ensure_ascii=False),
    ".jsonl": lambda: json.dumps(RECORD, ensure_ascii=False) + "\n\n",
    ".ndjson": lambda: json.dumps(RECORD),
    ".csv": a_csv,
    ".tsv": lambda: a_csv("\t"),
    ".md": a_markdown,
    ".markdown": a_markdown,
}
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
}


@pytest.mark.parametrize("packed", PACKED)
@pytest.mark.parametrize("suffix", WHOLE)
def test_a_whole_record_survives_each_format(tmp_path: Path, suffix: str, packed: str) -> None:
    path = tmp_path / f"cafe{suffix}{packed}"
    path.write_bytes(PACKED[packed](WHOLE[suffix]().encode()))
    source = one(path).source
    assert one(path).text.split() == TEXT.split()
    assert (source.title, source.outlet, source.url) == (
        "Café opens",
        "Harbour Gazette",
        "https://gazette.example/cafe",
    )
    assert source.authors == ("Ingrid Øverland", "Bo Ek")
    assert (source.published, source.published_from) == (date(2021, 5, 4), "metadata")
    assert (source.modified, source.notice) == (date(2021, 5, 6), "An earlier version gave another price.")


@pytest.mark.parametrize("packed", PACKED)
@pytest.mark.parametrize("suffix", [".txt", ".TXT", ".html", ".htm"])
def test_the_formats_without_fields_are_read_packed_and_plain(tmp_path: Path, suffix: str, packed: str) -> None:
    page = (DATA / "page.html").read_text() if "htm" in suffix else f"Ferry line returns to the fjord\n\n{TEXT}"
    path = tmp_path / f"cafe{suffix}{packed}"
    path.write_bytes(PACKED[packed](page.encode()))
    assert one(path).source.title == "Ferry line returns to the fjord"
    assert "caf\u00e9" in one(path).text


@pytest.mark.parametrize(
    ("encoding", "suffix"),
    [
        (encoding, suffix)
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252")
        for suffix in (".txt", ".md", ".json", ".jsonl", ".csv")
    ],
)
def test_letters_survive_every_encoding(tmp_path: Path, encoding: str, suffix: str) -> None:
    path = tmp_path / f"cafe{suffix}"
    content = WHOLE[suffix]() if suffix in WHOLE else f"Café opens\n{TEXT}"
    path.write_bytes(content.encode(encoding))
    assert one(path).source.title == "Café opens"
    assert one(path).text.split() == TEXT.split()


@pytest.mark.parametrize(("field", "name"), [(field, name) for field, names in KEYS.items() for name in names])
def test_each_key_name_is_known(field: str, name: str) -> None:
    record: dict[str, Any] = {key: value for key, value in RECORD.items() if key != field}
    record[name.upper().replace("_", "-")] = RECORD[field]
    article = from_mapping(record)
    found = article.text if field == "text" else getattr(article.source, field)
    read_as = {
        "published": date(2021, 5, 4),
        "authors": ("Ingrid Øverland", "Bo Ek"),
        "modified": date(2021, 5, 6),
    }
    assert found == read_as.get(field, RECORD[field])


@pytest.mark.parametrize(
    ("value", "outlet"),
    [
        ({"id": None, "name": "CNN"}, "CNN"),
        ({"title": "CNN"}, "CNN"),
        ([{"name": "CNN"}, {"name": "BBC"}], "CNN"),
        ("  CNN \n International ", "CNN International"),
        ({}, None),
        ([], None),
        (" ", None),
        (float("nan"), None),
    ],
)
def test_an_outlet_is_named_however_it_is_nested(value: Any, outlet: str | None) -> None:
    assert from_mapping({"text": TEXT, "source": value}).source.outlet == outlet


@pytest.mark.parametrize(
    ("value", "authors"),
    [
        ("By Ann Lee and Bo Ek", ("Ann Lee", "Bo Ek")),
        ("Ann Lee; Bo Ek", ("Ann Lee", "Bo Ek")),
        ('["Ann Lee", "Bo Ek"]', ("Ann Lee", "Bo Ek")),
        ([{"name": "Ann Lee"}, "Bo Ek", None], ("Ann Lee", "Bo Ek")),
        ({"@type": "Person", "name": "Ann Lee"}, ("Ann Lee",)),
        ("Sandy Andrews", ("Sandy Andrews",)),
        (None, ()),
    ],
)
def test_authors_are_named_however_they_are_written(value: Any, authors: tuple[str, ...]) -> None:
    assert from_mapping({"text": TEXT, "author": value}).source.authors == authors


@pytest.mark.parametrize("url", [None, "", " ", "-", "n/a", "none", float("nan"), False, "\ud800", 0])
def test_what_is_no_address_does_not_make_two_articles_one(url: Any) -> None:
    first, second = (from_mapping({"text": text, "url": url}).source for text in ("One text.", "Another text."))
    assert first.id != second.id
    assert first.url is None


@pytest.mark.parametrize("shape", ["articles", "items", "data", "results"])
def test_a_list_inside_an_object_is_found(tmp_path: Path, shape: str) -> None:
    path = tmp_path / "feed.json"
    path.write_text(json.dumps({"status": "ok", shape: [RECORD, {**RECORD, "url": None}]}))
    assert len(articles(path)) == 2


def test_an_article_with_a_list_in_it_is_an_article(tmp_path: Path) -> None:
    path = tmp_path / "feed.json"
    path.write_text(json.dumps({**RECORD, "items": [1, 2]}))
    assert one(path).text == TEXT


# Markdown and plain text


@pytest.mark.parametrize(
    ("content", "title", "text"),
    [
        ("# Café opens #\n\nIt did.", "Café opens", "It did."),
        ("Café opens\n\nIt did.", "Café opens", "It did."),
        ("---\ntitle: Café opens\n---\nIt did.\n\nIt did.", "Café opens", "It did.\n\nIt did."),
        ("---\nheadline: Café opens\n---\nIt did.\n\nTwice.", "Café opens", "It did.\n\nTwice."),
        ("---\ntitle: Café opens\n---\n# The café has opened\nIt did.", "Café opens", "It did."),
        ("---\noutlet: X\n---\n## Café opens\nIt did.", "Café opens", "It did."),
        ("---\ntitle: ''\n---\nCafé opens\nIt did.", "Café opens", "It did."),
        ("---\nA line between rules.\n---\nIt did.", "---", "A line between rules.\n---\nIt did."),
        ("Only a line.", "Only a line.", "Only a line."),
    ],
)
def test_a_markdown_title_is_found_and_no_line_is_lost(tmp_path: Path, content: str, title: str, text: str) -> None:
    path = tmp_path / "a.md"
    path.write_text(content)
    assert (one(path).source.title, one(path).text) == (title, text)


def test_the_first_line_of_a_plain_text_is_its_title(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("\r\nCafé opens\r\n\r\nIt did.\r\nTwice.\r\n")
    assert (one(path).source.title, one(path).text) == ("Café opens", "It did.\nTwice.")


def test_a_first_line_too_long_for_a_title_stays_in_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    first = "The café opened on Monday and " * 20 + "the rest is known."
    path.write_text(f"{first}\nSecond line.")
    assert one(path).text == f"{first}\nSecond line."
    assert one(path).source.title == first[:300]


@pytest.mark.parametrize(
    ("field", "value", "body", "published", "published_from"),
    [
        ("published", "2021-05-04", "Published: 1 May 2020\nIt did.", date(2021, 5, 4), "metadata"),
        ("url", "https://x.example/2021/05/04/cafe", "It did.", date(2021, 5, 4), "url"),
        ("outlet", "X", "Published: 4 May 2021\n\nIt did.", date(2021, 5, 4), "text"),
        ("outlet", "X", "It did, on 4 May 2021 as they say.", None, "none"),
        ("published", "soon", "It did.", None, "none"),
    ],
)
def test_a_day_says_where_it_was_found(
    tmp_path: Path, field: str, value: str, body: str, published: date | None, published_from: str
) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"---\ntitle: Café opens\n{field}: {value}\n---\n{body}")
    assert (one(path).source.published, one(path).source.published_from) == (published, published_from)


def test_a_files_time_is_never_the_articles(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Café opens\nIt did.")
    os.utime(path, (1_620_100_000, 1_620_100_000))
    assert one(path).source.published is None


# HTML


def test_a_page_gives_the_article_and_its_own_metadata() -> None:
    source = one(DATA / "page.html").source
    assert source.title == "Ferry line returns to the fjord"
    assert source.url == "https://gazette.example/ferry-line-returns"
    assert source.outlet == "Harbour Gazette"
    assert source.authors == ("Ingrid Øverland",)
    assert (source.published, source.published_from) == (date(2021, 5, 4), "json-ld")


def test_line_breaks_inside_a_paragraph_keep_words_apart() -> None:
    words = " ".join(one(DATA / "page.html").text.split())
    assert "across the fjord opened again on Tuesday, nine years after the bridge had replaced it" in words
    assert "the first boat carried" in words
    assert "four grandchildren and a dog" in words
    assert "€1.4 million" in words


def test_menus_footers_and_scripts_are_no_text() -> None:
    text = one(DATA / "page.html").text
    assert not [word for word in ("Sport", "Cookies", "alert", "datePublished") if word in text]


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2021-05-04T06:00:00Z">',
        '<meta itemprop="datePublished" content="2021-05-04">',
        '<meta name="pubdate" content="20210504">',
        '<script type="application/ld+json">[{"@type": "NewsArticle", "datePublished": "2021-05-04"}]</script>',
        '<script type="application/ld+json">not json</script><meta name="date" content="4 May 2021">',
    ],
)
def test_a_page_says_its_day_in_many_ways(tmp_path: Path, head: str) -> None:
    path = tmp_path / "a.html"
    paragraph = "<p>The ferry line across the fjord opened again after nine years, and 212 people came on board.</p>"
    path.write_text(
        f"<html><head><title>Ferry</title>{head}</head><body><article>{paragraph * 3}</article></body></html>"
    )
    assert one(path).source.published == date(2021, 5, 4)


# What cannot be read


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n\t ", "empty"),
        ("a.md", b"---\ntitle: A\n---\n", "no text"),
        ("a.md", b"---\ntitle: [A\n---\nText.", "front matter"),
        ("a.md", b"---\ndate: 2019-02-31\n---\nText.", "front matter"),
        ("a.txt", b"\x00\x01\x02\xff\xfe" * 50, "not text"),
        ("a.txt", b"\x00" * 50, "no text"),
        ("a.json", b"{", "JSON"),
        ("a.json", b"[]", "empty"),
        ("a.json", b"[" * 100_000, "nested too deeply"),
        ("a.json", b'{"title": "A"}', "no text"),
        ("a.json", b'"a string"', "not an object"),
        ("a.jsonl", b"\n\n", "empty"),
        ("a.jsonl", b'{"text": 5}', "no text"),
        ("a.jsonl", b"[" * 100_000, "nested too deeply"),
        ("a.csv", b"title,day\nA,B\n", "no column for the text"),
        ("a.csv", b"title,text\n", "no rows"),
        ("a.html", b"<html><body><p></p></body></html>", "no article"),
        ("a.html", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), ""),
        ("a.txt.gz", b"not packed at all", "unpacked"),
        ("a.txt.gz", gzip.compress(b"A title\nand a text that goes on" * 99)[:-20], "unpacked"),
        ("a.txt.xz", b"not packed at all", "unpacked"),
        ("a.txt.gz", gzip.compress(b"A title\nand a text")[:12] + b"\x07" * 30, "unpacked"),
        ("a.jsonl.xz", b"not packed at all", "unpacked"),
        ("a.docx", b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml", "not a format that is read"),
        ("README", b"words", "not a format that is read"),
        ("a.gz", gzip.compress(b"words"), "not a format that is read"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_reported_with_its_reason(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "z.txt").write_text("A good one\nIt is read.")
    bad, good = read([tmp_path])
    assert isinstance(bad, Unreadable)
    assert bad.source.startswith(str(tmp_path / name))
    assert reason in bad.reason
    assert "\n" not in bad.reason
    assert isinstance(good, Record)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("nowhere", "no such file"),
        ("nothing-*.txt", "no such file"),
        ("~nobody-of-this-name/a.txt", "no such file"),
        ("a" * 5_000, "could not be read"),
        ("a\0b", ""),
        ("ftp://gazette.example/a", "only http and https"),
        ("/dev/null", "neither a file nor a folder"),
    ],
    ids=["missing", "glob", "home", "long", "zero", "web", "device"],
)
def test_a_source_that_is_not_there_is_reported(source: str, reason: str) -> None:
    (found,) = reasons(source)
    assert reason in found


def test_an_empty_folder_and_a_dead_link_are_reported(tmp_path: Path) -> None:
    assert "holds no files" in reasons(tmp_path)[0]
    (tmp_path / "dead.txt").symlink_to(tmp_path / "gone.txt")
    assert "neither a file nor a folder" in reasons(tmp_path)[0]


@pytest.mark.parametrize("suffix", [".jsonl", ".json", ".csv"])
def test_a_bad_record_does_not_stop_the_rest(tmp_path: Path, suffix: str) -> None:
    good = [{"text": f"Text number {n}.", "url": f"http://[{n}" if n % 2 else None} for n in range(6)]
    bad: list[Any] = [{"text": ""}, {"text": "  "}]
    path = tmp_path / f"many{suffix}"
    if suffix == ".csv":
        rows = "".join(f"{row['text']},{row.get('url') or ''}\n" for row in [*good[:3], *bad, *good[3:]])
        path.write_text(f"text,url\n{rows}")
    elif suffix == ".json":
        path.write_text(json.dumps([*good[:3], *bad, None, *good[3:]]))
    else:
        lines = [json.dumps(row) for row in [*good[:3], *bad, None, *good[3:]]]
        path.write_text("\n".join([*lines[:4], "{broken", *lines[4:]]))
    found = list(read([path]))
    assert [item.article.text for item in found if isinstance(item, Record)] == [row["text"] for row in good]
    failures = [item for item in found if isinstance(item, Unreadable)]
    assert len(failures) == {".csv": 2, ".json": 3, ".jsonl": 4}[suffix]
    assert {str(path) in failure.source for failure in failures} == {True}
    assert len({failure.source for failure in failures}) == len(failures)


def test_a_folder_is_read_to_the_bottom_without_its_hidden_files(tmp_path: Path) -> None:
    for name in ("b.txt", "sub/deep/a.txt", ".git/config.txt", ".hidden.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"Title of {name}\nIts text.")
    assert [article.source.title for article in articles(tmp_path)] == ["Title of b.txt", "Title of sub/deep/a.txt"]
    assert len(articles(f"{tmp_path}/**")) == 2
    assert len(articles(f"{tmp_path}/*.txt")) == 1
    assert len(articles(f"{tmp_path}/s*")) == 1


def test_a_name_with_glob_signs_is_a_name_first(tmp_path: Path) -> None:
    path = tmp_path / "a[1]*.txt"
    path.write_text("Title\nIts text.")
    assert one(path).source.title == "Title"


@given(st.binary())
def test_no_bytes_are_too_odd_to_decode(content: bytes) -> None:
    try:
        text = tidy(decode(content))
    except SourceError:
        return
    text.encode()
    assert text == text.strip()
    assert "\0" not in text


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_utf_8_comes_through_whole(text: str) -> None:
    assert decode(text.encode()) == text.removeprefix("\ufeff")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.fixed_dictionaries({}, optional={names[0]: json_values for names in KEYS.values()}))
def test_no_record_is_too_odd(record: dict[str, Any]) -> None:
    try:
        article = from_mapping(record)
    except SourceError as error:
        assert str(error)
        return
    assert article.text.strip() == article.text != ""
    assert article.source.title
    json.dumps([article.text, article.source.title, article.source.url, article.source.authors]).encode()
