"""An answer and an article as HTML: what is theirs stays text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Check, Citation
from assistant.page import articles, escaping, turns
from assistant.page.articles import Shown
from assistant.page.places import Place
from assistant.page.said import Said
from assistant.types import EvidenceSpan, Usage
from index import Article, Source
from index.characters import inert
from index.versions import Version
from tests.fake_assistant import HOSTILE, QUOTES, SOURCES, TEXT, FakeAssistant, answer, cite, judged

OURS = set(
    "section h2 h3 p div ol ul li button span b q i time article header nav mark a details summary ins del".split()
)


class Read(HTMLParser):
    """HTML read as a browser would: elements with their attributes, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.marked = ""
        self._in_mark = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._in_mark = tag == "mark"

    def handle_endtag(self, tag: str) -> None:
        self._in_mark = False

    def handle_data(self, data: str) -> None:
        self.text += data
        self.marked += data if self._in_mark else ""

    def all(self, tag: str, kind: str | None = None) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.elements if name == tag and kind in (None, attrs.get("class"))]


def hostile(source: Source = SOURCES[0]) -> Source:
    return replace(source, title=HOSTILE, outlet=HOSTILE, authors=(HOSTILE,), id=f'"{HOSTILE}')


def panel(article: Article, start: int = 0, end: int = 0) -> str:
    """The panel with an article in which a place was chosen."""
    return articles.article_html(Shown(article, Place(article.source.id, start, end, article.text[start:end])))


def rendered() -> dict[str, str]:
    """Every kind of HTML the page makes, with hostile text in each place that text can come from."""
    quote = cite(1, hostile(), QUOTES[0])
    checked = answer(HOSTILE, f"{HOSTILE} [1]", citations=(replace(quote, quote=HOSTILE),))
    doubt = Check(0, 5, "unsupported", HOSTILE)
    refused = answer(HOSTILE, HOSTILE, answered=False, reason=HOSTILE, nearest=(hostile(),))
    article = Article(hostile(replace(SOURCES[0], url=f"https://x.example/{HOSTILE}", notice=HOSTILE)), HOSTILE * 3)
    place = Place(article.source.id, 4, 40, article.text[4:40], 0, 1)
    cited = (replace(quote, quote=HOSTILE, start=0, end=len(HOSTILE)),)
    before = Version(Article(replace(article.source, title=f"{HOSTILE}?"), f"{HOSTILE} then"), datetime.now(UTC))
    shown = Shown(article, place, cited, [before], [article.source, replace(article.source, id="other")])
    return {
        "examples": turns.examples_html([HOSTILE]),
        "answer": turns.turn_html(Said(HOSTILE, replace(checked, checks=(doubt,)))),
        "refusal": turns.turn_html(Said(HOSTILE, refused)),
        "failure": turns.turn_html(Said(HOSTILE, failure=HOSTILE, stopped=True)),
        "article": articles.article_html(shown),
        "changes": articles.article_html(replace(shown, compared=before)),
    }


@pytest.mark.parametrize("kind", ["examples", "answer", "refusal", "failure", "article", "changes"])
def test_hostile_text_stays_text(kind: str) -> None:
    page = Read(rendered()[kind])
    assert {tag for tag, _ in page.elements} <= OURS
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on") or name == "src"]
    assert HOSTILE in page.text.replace("\xa0", " ")


def test_numbers_become_buttons_only_where_they_are_cited() -> None:
    one = answer("q", "First. [1] Second [9], [0], [1, [-1] and [12345].", citations=(cite(1, SOURCES[0], QUOTES[0]),))
    page = Read(turns.text_html(one, 4))
    (button,) = page.all("button", "cite")
    assert (button["data-cite"], button["data-turn"], button["data-quote"]) == ("1", "4", QUOTES[0])
    assert "title" not in button
    assert "Fighter and radar" in str(button["aria-label"])
    assert "Second [9], [0], [1, [-1] and [12345]." in page.text


def test_numbers_that_follow_each_other_are_all_buttons() -> None:
    cited = (cite(1, SOURCES[0], QUOTES[0]), cite(2, SOURCES[1], QUOTES[1]))
    page = Read(turns.text_html(answer("q", "Said twice.[1][2] And again [2] [1].", citations=cited)))
    assert [button["data-cite"] for button in page.all("button", "cite")] == ["1", "2", "2", "1"]


def test_sources_carry_their_quote_outlet_and_date() -> None:
    page = Read(turns.sources_html((cite(1, SOURCES[0], QUOTES[0]), cite(2, SOURCES[1], QUOTES[1]))))
    first, second = page.all("button", "source")
    start = TEXT.index(QUOTES[0])
    assert (first["data-article"], first["data-start"], first["data-end"]) == (
        "one",
        str(start),
        str(start + len(QUOTES[0])),
    )
    assert second["data-quote"] == QUOTES[1]
    assert "Fighter and radarAlpha News · 12 July 2019" in page.text
    assert page.text.endswith("date unknown")
    assert turns.sources_html(()) == ""


def test_a_number_and_its_source_are_told_by_one_popover() -> None:
    reprints = tuple(Source(name, name, outlet=name.capitalize()) for name in "abcde")
    told = replace(cite(1, SOURCES[0], QUOTES[0]), reprints=reprints)
    html = turns.turn_html(Said("q", answer("q", "So. [1] Yes. [1]", citations=(told,))), 3)
    page = Read(html)
    named = [attrs["aria-describedby"] for _, attrs in page.elements if "aria-describedby" in attrs]
    assert named == ["told-3-1"] * 3
    assert [attrs["id"] for _, attrs in page.elements if "id" in attrs] == ["told-3-1"]
    tip = Read(html[html.index('class="tip"') :]).text
    for said in (QUOTES[0], "Fighter and radar", "Alpha News · 12 July 2019 · +5 reprints", "A, B, C and 2 more"):
        assert said in tip


def test_how_fresh_it_is_stands_under_an_answer_that_has_ended() -> None:
    old = answer("q", "Yes.", citations=(cite(1, SOURCES[0], QUOTES[0]),))
    old = replace(old, as_of=replace(old.as_of, warning="You ask about <now>."))
    page = Read(turns.turn_html(Said("q", old)))
    assert len(page.all("p", "asof")) == len(page.all("p", "asof old")) == 1
    assert "! Old evidence. You ask about <now>." in page.text
    assert "As of 12 July 2019: the newest evidence. Newest article in the index: 8 December 2024." in page.text
    assert "As of" not in Read(turns.turn_html(Said("q", old, busy=True))).text


def test_each_doubted_sentence_has_its_mark_and_says_why() -> None:
    page = Read(turns.turn_html(Said("q", judged("q")), 7))
    kinds = [kind for _, attrs in page.elements if (kind := attrs.get("class") or "").startswith("checked ")]
    assert kinds == ["checked partly", "checked unsupported", "checked uncited"]
    signs = page.all("button", "why")
    assert [sign["aria-label"] for sign in signs] == ["Partly supported", "Not supported", "No source"]
    names = [sign["aria-describedby"] for sign in signs]
    assert len(set(names)) == 3 and all(str(name).startswith("why-7-") for name in names)
    ids = [str(attrs["id"]) for _, attrs in page.elements if "id" in attrs]
    assert [name for name in ids if name.startswith("why-")] == names
    near = page.all("button", "near")
    start = TEXT.index(QUOTES[1])
    assert [(one["data-article"], one["data-start"], one["data-quote"]) for one in near] == [
        ("two", str(start), QUOTES[1])
    ] * 2
    assert 'Not supported. The number 4 does not stand in "what it cites".' + QUOTES[1] in page.text
    assert "3 of 4 sentences are not fully supported by what they cite." in page.text
    assert "412 tokens in, 96 out · 3.2 s" in page.text


def test_a_mark_that_runs_over_a_lines_end_loses_no_text() -> None:
    text = "It is so. [1] It may be.\nNobody knows. It ends."
    spans = [(14, 24, "unsupported"), (20, 30, "uncited"), (0, 9, "supported")]  # the second runs over a line's end
    checks = tuple(Check(start, end, verdict, "") for start, end, verdict in spans)  # type: ignore[arg-type]
    page = Read(turns.text_html(answer("q", text, citations=(cite(1, SOURCES[0], QUOTES[0]),), checks=checks)))
    for added in ("!Not supported. ", "?No source. "):
        assert added in page.text
        page.text = page.text.replace(added, "")
    assert page.text.replace("\xa0", " ") == text.replace("\n", "").replace("[1]", "1")


def test_growing_text_and_quotes_have_no_marks_and_no_cost() -> None:
    growing = answer("q", "It may be.", done=False)
    quotes = answer("q", "It is.", mode="quotes", usage=Usage(0, 0, 0.2))
    for said in (Said("q", growing, busy=True), Said("q", quotes)):
        page = Read(turns.turn_html(said))
        assert not page.all("button", "why") and not page.all("p", "aside")


def test_a_number_inside_a_quote_is_the_articles_not_ours() -> None:
    cited = (cite(1, SOURCES[0], QUOTES[0]), cite(2, SOURCES[1], QUOTES[1]))
    text = "“As said in [2] and [7].” — Alpha News, 12 July 2019 [1]\n“Other.” — Beta, date unknown [2]"
    page = Read(turns.text_html(answer("q", text, citations=cited, mode="quotes")))
    assert [button["data-cite"] for button in page.all("button", "cite")] == ["1", "2"]
    assert "As said in [2] and [7]." in page.text


HIDDEN = "\u200b\u200d\u202e\u2066\u00ad\u061c\ufeff\u2060\x1b\x00\ufe0f\u3164\U000e0041\U000e0101"


def test_what_cannot_be_seen_is_not_shown() -> None:
    text = f"F{HIDDEN}ine\u00a0day. [{HIDDEN}1] Said. [1]"
    source = Source(f"x{HIDDEN}", text, f"https://a.example/{HIDDEN}x", text, (text,), None)
    one = answer(text, text, citations=(Citation(1, source, text, 0, len(text)),), reason=text, nearest=(source,))
    doubt = Check(0, len(text), "partly", text, EvidenceSpan(1, text, 0, len(text)))
    pages = [
        *turns.talk_html([Said(text, replace(one, checks=(doubt,)), failure=text)]),
        turns.examples_html([text]),
        articles.article_html(Shown(Article(source, text), Place(source.id, 0, len(text), inert(text)))),
        articles.failure_html(text),
    ]
    for page in pages:
        assert "Fine day." in page
        assert not set(HIDDEN) & set(page)
    assert len(Read(pages[0]).all("button", "cite")) == 1  # what only looks like a number is none
    assert '<mark aria-current="true">Fine day.' in pages[2]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "ftp://a/b",
        "//a.example",
        "https:",
        "http://[",
        "https://evil.example\\@a.example/",
        "https://a.example/ x",
        "java\nscript:alert(1)",
        "",
        None,
    ],
)
def test_no_link_but_http(url: str | None) -> None:
    assert escaping.link_html(url) == ""


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://bbc.example@evil.example/", "evil.example"),
        ("https://\u0430pple.example/", "xn--pple-43d.example"),
        ("https://a.example:8080/x", "a.example"),
    ],
    ids=["a name before the host", "a letter of another script", "port"],
)
def test_a_link_shows_where_it_leads(url: str, shown: str) -> None:
    page = Read(escaping.link_html(url))
    assert page.text == f"Read at {shown}"


@pytest.mark.parametrize("url", ["https://a.example/x?y=1&z=2", "HTTP://a.example"])
def test_a_link_opens_apart(url: str) -> None:
    (link,) = Read(escaping.link_html(url)).all("a")
    assert link == {"href": url, "target": "_blank", "rel": "noopener noreferrer"}


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ("metadata", "Date from its metadata"),
        ("json-ld", "Date from the page's JSON-LD"),
        ("url", "Date from its address"),
        ("dateline", "Date from its dateline"),
        ("text", "Date from its text"),
        ("none", "Date unknown: neither its metadata nor its address nor its text tells one day for certain"),
    ],
)
def test_an_article_says_where_its_date_was_found(found: Any, says: str) -> None:
    day = None if found == "none" else SOURCES[0].published
    page = Read(panel(Article(replace(SOURCES[0], published_from=found, published=day), "Text.")))
    assert f"{'date unknown' if found == 'none' else '12 July 2019'}Fighter and radar{says} · by A. Writer" in page.text


@given(st.lists(st.text('ab<&" .\n', max_size=60), max_size=6), st.integers(0, 200), st.integers(0, 200))
def test_the_mark_is_the_quote(parts: list[str], first: int, second: int) -> None:
    text = "\n".join(parts)
    start, end = sorted((min(first, len(text)), min(second, len(text))))
    page = Read(panel(Article(SOURCES[0], text), start, end))
    assert "".join(page.marked.split()) == "".join(text[start:end].split())
    assert "".join(page.text.split()).endswith("".join(text.split()))


@pytest.mark.parametrize(
    ("text", "paragraphs", "kept"),
    [
        ("one\ntwo\n\nthree", 2, 1),
        ("one\ntwo", 2, 0),
        ("- a\n- b\n\nend", 2, 1),
        (f"{'word ' * 12}\n{'word ' * 12}\nend\n\nnext", 2, 0),
    ],
    ids=["blank line", "line a paragraph", "list", "wrapped"],
)
def test_paragraphs(text: str, paragraphs: int, kept: int) -> None:
    html = panel(Article(replace(SOURCES[0], authors=(), outlet=None), text))
    page = Read(html[html.index('class="text"') :])
    assert len(page.all("p")) == paragraphs
    assert len(page.all("p", "lines")) == kept


async def test_a_refusal_shows_reason_and_nearest() -> None:
    (refused,) = [one async for one in FakeAssistant().astream("refuse")]
    page = Read(turns.turn_html(Said("refuse", refused)))
    assert "The articles do not answer this.No <b>fish</b>.Nearest articles" in page.text
    assert [button["data-article"] for button in page.all("button", "source")] == ["one", "two", "three"]


def test_the_reason_of_an_answer_that_is_not_the_models_is_shown() -> None:
    page = Read(turns.turn_html(Said("q", answer("q", "Quoted.", reason="The model did not answer: quotes instead."))))
    assert "quotes instead." in page.text


def test_a_question_that_was_understood_otherwise_says_how() -> None:
    understood = replace(answer("Why?", "Because."), searched="Why did <b>it</b> sink?")
    assert "Understood as: Why did <b>it</b> sink?" in Read(turns.turn_html(Said("Why?", understood))).text
    assert "Understood as" not in Read(turns.turn_html(Said("Why?", replace(understood, searched="Why?")))).text
