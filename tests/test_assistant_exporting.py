"""A conversation as a file: what is foreign stays text in each form, numbers run through, sources are told once."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant import to_json
from assistant.as_html import piece_html
from assistant.as_markdown import plain
from assistant.exporting import exported, file_name
from assistant.page.said import Said
from assistant.request import Options
from assistant.transcript import transcript
from index.articles import Source
from index.characters import inert
from tests.fake_assistant import AS_OF, HOSTILE, QUOTES, SOURCES, TEXT, answer, cite, judged

NOW = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
LATER = datetime(2026, 3, 5, 7, 8, tzinfo=UTC)
MARKED = (
    "# Head\n> quote\n- list\n1. one\n***\n===\n---\n```\ncode\n```\n    indented\n<div>\n\n[a]: http://x.example\n"
    "*a* __b__ `c` ~~d~~ [e](javascript:x) ![f](http://x.example/f.png) <http://x.example> &lt; \\* | a | [^1] $x$"
)
FOREIGN = [
    HOSTILE,
    MARKED,
    *MARKED.splitlines(),
    "1) x",
    "+ x",
    "= x",
    ": x",
    "#",
    "x #",
    "\\",
    "*",
    "“",
    "a\u2028b",
    "",
]


def quoted(question: str, *sources: Source, asked: datetime = NOW, **fields: Any) -> Said:
    """A turn whose answer quotes from each source."""
    cited = tuple(cite(n, source, QUOTES[n % 2]) for n, source in enumerate(sources, start=1))
    text = "\n".join(f"“{one.quote}” — {one.source.outlet} [{one.number}]" for one in cited)
    return Said(question, answer(question, text, citations=cited, mode="quotes", **fields), asked=asked)


def hostile(text: str) -> list[Said]:
    """A conversation with one text wherever text comes from."""
    source = Source("x", text, f"https://x.example/{text}", text, (text,), date(2020, 1, 2), "url", notice=text)
    one = judged("q")
    cited = tuple(replace(each, source=source, quote=text, reprints=(source,)) for each in one.citations)
    checks = tuple(replace(each, reason=text) for each in one.checks)
    said = replace(one, citations=cited, checks=checks, mode=text, reason=text, nearest=(source,), searched=text or "x")
    options = Options(outlets=[text], without=[text], strict=True)
    whole = Said(text, said, asked=NOW, options=options, failure=text, stopped=True)
    return [whole, Said(text, replace(said, text=f"{text}\n{text} [1]", checks=())), quoted(text, source)]


def every_token(markdown: str) -> tuple[set[str], dict[str, Any], list[str]]:
    """Kinds of what a CommonMark parser finds, the references it takes out of the text, and the addresses it links."""
    environment: dict[str, Any] = {}
    tokens = MarkdownIt("commonmark").parse(markdown, environment)
    flat = [inner for token in tokens for inner in [token, *(token.children or [])]]
    links = [str(token.attrs["href"]) for token in flat if token.type == "link_open"]
    return {token.type for token in flat}, environment.get("references", {}), links


OURS = "heading paragraph blockquote bullet_list list_item em strong link".split()
KINDS = {f"{name}_{end}" for name in OURS for end in ("open", "close")} | {"inline", "text", "hr", "text_special"}


@pytest.mark.parametrize("text", FOREIGN)
def test_in_markdown_what_is_foreign_stays_text(text: str) -> None:
    kinds, references, links = every_token(exported(hostile(text), "markdown", text, NOW))
    assert kinds <= KINDS
    assert references == {}
    assert all(link.startswith("https://x.example/") for link in links)


@given(st.text(alphabet="ab1 \n\t\\`*_{}[]()<>#+-.!|~&=:;\"'^$@/ü", max_size=30))
@settings(max_examples=150, deadline=None)
def test_whatever_is_written_markdown_shows_it_as_it_is(text: str) -> None:
    markdown = exported([Said("q", answer("q", text))], "markdown", "t", NOW)
    environment: dict[str, Any] = {}
    tokens = MarkdownIt("commonmark").parse(markdown, environment)
    shown = ["".join(child.content for child in token.children or []) for token in tokens if token.type == "inline"]
    expected = [" ".join(line.split()) for line in inert(text).split("\n") if line.strip()]
    written = "Written by the model fake:model, not checked."
    assert shown == [
        "t",
        "A conversation with Dateline: 1 question, exported 4 March 2026, 05:06 UTC.",
        "q",
        *expected,
        written,
    ]
    assert "references" not in environment or environment["references"] == {}


class Strict(HTMLParser):
    """Complains of elements that are not closed in their order, names used twice, links to nowhere."""

    VOID = frozenset({"meta"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert len(given) == len(attrs)
        self.tags.add(tag)
        self.ids += [str(given["id"])] if "id" in given else []
        self.links += [str(given["href"])] if "href" in given else []
        assert not [name for name in given if name.startswith("on") or name in ("src", "style", "srcset")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data if self.open[-1:] != ["style"] else ""


@pytest.mark.parametrize("text", FOREIGN)
def test_in_html_what_is_foreign_stays_text(text: str) -> None:
    page = Strict(exported(hostile(text), "html", text, NOW))
    tags = "html head meta title style body h1 h2 section p blockquote sup a span footer ol ul li b".split()
    assert page.tags <= set(tags)
    assert len(set(page.ids)) == len(page.ids)
    inner = {link.removeprefix("#") for link in page.links if link.startswith("#")}
    assert inner <= set(page.ids)
    assert all(link.startswith("https://x.example/") for link in page.links if not link.startswith("#"))
    assert inert(text) in page.text


def test_the_page_asks_for_nothing_and_says_what_it_is() -> None:
    page = exported([quoted("q", SOURCES[0])], "html", "A title", NOW)
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">')
    assert "default-src 'none'" in page and "<title>A title</title>" in page
    assert "url(" not in page and "@import" not in page and "<script" not in page


def test_a_source_cited_twice_is_one_footnote_with_its_places() -> None:
    newer = replace(AS_OF, generation=4)
    turns = [
        quoted("first", SOURCES[0], SOURCES[2]),
        quoted("second", SOURCES[2], SOURCES[0], asked=LATER, as_of=newer),
    ]
    document = transcript(turns, "t", NOW)
    assert [note.source.id for note in document.footnotes] == ["one", "three"]
    markdown = exported(turns, "markdown", "t", NOW)
    assert re.findall(r"\[\^(\d)\](?!:)", markdown) == ["1", "2", "2", "1"]
    first = next(line for line in markdown.splitlines() if line.startswith("[^1]:"))
    assert f"Quoted: “{QUOTES[1]}” (question 1); “{QUOTES[0]}” (question 2)." in first
    assert "Accessed 4 March 2026, 05:06 UTC, generation 3 of the index, newest article 8 December 2024." in first
    assert "Accessed 5 March 2026, 07:08 UTC, generation 4 of the index, newest article 8 December 2024." in first


def test_a_footnote_tells_all_of_its_source() -> None:
    source = Source(
        *("x", "Head", "https://x.example/1", "Alpha", ("A. Writer", "B. Too"), date(2020, 1, 2), "url"),
        modified=date(2020, 1, 5),
        notice="We were wrong.",
        withdrawn=True,
        pages=(0, 40, 9_999),
    )
    cited = (replace(cite(1, source, QUOTES[0]), reprints=(SOURCES[2],)),)
    one = Said("q", answer("q", "It is so [1].", citations=cited), asked=NOW)
    text = plain(transcript([one], "t", NOW))
    page = source.page(TEXT.index(QUOTES[0]))
    assert (
        f"""[1] Head. Alpha, by A. Writer, B. Too, 2 January 2020 (date from the address), changed 5 January 2020, \
withdrawn. https://x.example/1 Withdrawn by its outlet. We were wrong. Quoted: “{QUOTES[0]}” (page {page}). \
The same story in: Gamma, 2 January 2020. Accessed 4 March 2026, 05:06 UTC, generation 3 of the index, newest article \
8 December 2024."""
        in text
    )
    undated = plain(transcript([quoted("q", SOURCES[1])], "t", NOW))
    assert "outlet unknown, date unknown. Quoted:" in undated
    assert "javascript" not in undated


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_verdicts_stand_in_words_behind_their_sentence(form: str) -> None:
    text = exported([Said("q", judged("q"), asked=NOW)], form, "t", NOW)
    text = html.unescape(re.sub(r"<[^>]*>", "", text)) if form == "html" else text
    said = re.sub(r"[\\*^]", "", text)
    assert "The radar could learn how to see the fighter. [1] Ankara" in said.replace(".[", ". [")
    assert "(partly supported: The date March 2017 does not stand there. Nearest: “Ankara says" in said
    assert '(not supported: The number 4 does not stand in "what it cites".' in said
    assert 'Nobody said this. (no source: It names "no" source.)' in said
    assert "3 of 4 sentences are not fully supported by what they cite." in text
    assert "Written by the model fake:model, each sentence was checked against what it cites." in text


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_refusals_failures_and_filters_are_told_as_they_are(form: str) -> None:
    refused = answer("q", "No answer.", answered=False, reason="Nothing on fish.", nearest=SOURCES[:1])
    options = Options(outlets=["CNN", "BBC"], since=date(2024, 1, 2), topic="fish soup", until=None)
    options |= Options(without=["last week"], strict=True)
    turns = [
        Said("fish?", replace(refused, searched="What of fish?"), options=options),
        Said("b", failure="The model is not there.", stopped=True),
    ]
    text = html.unescape(exported(turns, form, "t", NOW))
    for said in (
        "No answer.",
        "Nothing on fish.",
        "Nearest articles:",
        "Fighter and radar (Alpha News, 12 July 2019)",
        "Understood as: What of fish?",
        "Filters: only articles of CNN or BBC, published since 2 January 2024, with the words “fish soup”.",
        "Asked without reading “last week” as an outlet or a time.",
        "Only what is supported was let through.",
        "The model is not there.",
        "Stopped before the end.",
        "Asked of generation 3 of the index, newest article 8 December 2024.",
    ):
        assert said in text
    assert "Written" not in text


@pytest.mark.parametrize("form", ["markdown", "html", "json"])
def test_old_evidence_is_warned_of(form: str) -> None:
    warned = replace(AS_OF, warning="You ask about now, but the newest evidence is 7 years old.")
    old = exported([quoted("q", SOURCES[0], as_of=warned)], form, "t", NOW)
    assert ("" if form == "json" else "Old evidence. ") + "You ask about now, but the newest" in old
    assert "Old evidence" not in exported([quoted("q", SOURCES[0])], form, "t", NOW)


def test_a_number_inside_a_quote_is_the_articles() -> None:
    one = quoted("q", SOURCES[0])
    assert one.answer
    text = one.answer.text.replace("Patriot", "Patriot [1]")
    markdown = exported([replace(one, answer=replace(one.answer, text=text))], "markdown", "t", NOW)
    assert markdown.count("[^1]") == 2 and "Patriot \\[1\\]" in markdown


def test_json_is_whole_and_stable() -> None:
    turns = [
        quoted("first", SOURCES[0]),
        Said("second", failure="Gone.", asked=NOW, options=Options(since=date(2024, 1, 2))),
    ]
    data = json.loads(exported(turns, "json", "t", NOW))
    assert list(data) == ["format", "title", "exported", "turns", "footnotes"]
    assert (data["format"], data["exported"]) == (1, "2026-03-04T05:06:00+00:00")
    first, second = data["turns"]
    assert first["answer"] == json.loads(json.dumps(to_json(turns[0].answer)))  # type: ignore[arg-type]
    assert first["footnotes"] == [1]
    assert second["options"] == {"since": "2024-01-02"}
    assert (second["answer"], second["failure"], second["stopped"]) == (None, "Gone.", False)
    (note,) = data["footnotes"]
    assert (note["number"], note["article_id"], note["published"]) == (1, "one", "2019-07-12")
    assert note["places"] == [
        {
            "turn": 1,
            "quote": QUOTES[1],
            "page": None,
            "accessed": "2026-03-04T05:06:00+00:00",
            "generation": 3,
            "index_newest": "2024-12-08",
        }
    ]


def test_the_name_of_a_file_is_plain() -> None:
    assert file_name("Wärum/../../etc \x00 <b>?", NOW) == "dateline-2026-03-04-warum-etc-b"
    assert file_name("☃", NOW) == "dateline-2026-03-04"
    assert len(file_name("word " * 99, NOW)) < 80


def test_one_answer_is_copied_with_its_sources() -> None:
    document = transcript([quoted("Why?", SOURCES[0])], "t", NOW)
    text = plain(document)
    assert text.startswith(f"Why?\n\nAsked 4 March 2026, 05:06 UTC.\n\n“{QUOTES[1]}” — Alpha News [1]\n\n")
    assert "[1] Fighter and radar. Alpha News, by A. Writer, 12 July 2019. https://a.example/1 Quoted: “" in text
    assert Strict(piece_html(document)).ids == ["source-1"]
