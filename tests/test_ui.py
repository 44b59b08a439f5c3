"""What the page makes of answers and articles, and how it starts, without a browser."""

from __future__ import annotations

import html
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ui
from assistant import Check, Turn
from index import Article, Source
from tests.fake_assistant import HOSTILE, QUOTES, SOURCES, TEXT, FakeAssistant, answer, cite
from ui import Said, Session

OURS = {"section", "h2", "p", "div", "ol", "ul", "li", "button", "span", "b", "time", "article", "header", "mark", "a"}


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


def rendered() -> dict[str, str]:
    """Every kind of HTML the page makes, with hostile text in each place that text can come from."""
    quote = cite(1, hostile(), QUOTES[0])
    checked = answer(HOSTILE, f"{HOSTILE} [1]", citations=(replace(quote, quote=HOSTILE),))
    doubt = Check(0, 5, "unsupported", HOSTILE)
    refused = answer(HOSTILE, HOSTILE, answered=False, reason=HOSTILE, nearest=(hostile(),))
    article = Article(hostile(replace(SOURCES[0], url=f"https://x.example/{HOSTILE}")), HOSTILE * 3)
    return {
        "examples": ui.examples_html([HOSTILE]),
        "answer": ui.turn_html(Said(HOSTILE, replace(checked, checks=(doubt,)))),
        "refusal": ui.turn_html(Said(HOSTILE, refused)),
        "failure": ui.turn_html(Said(HOSTILE, failure=HOSTILE, stopped=True)),
        "article": ui.article_html(article, (4, 40), HOSTILE),
    }


@pytest.mark.parametrize("kind", ["examples", "answer", "refusal", "failure", "article"])
def test_hostile_text_stays_text(kind: str) -> None:
    page = Read(rendered()[kind])
    assert {tag for tag, _ in page.elements} <= OURS
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on") or name == "src"]
    assert HOSTILE in page.text.replace("\xa0", " ")


def test_numbers_become_buttons_only_where_they_are_cited() -> None:
    one = answer("q", "First. [1] Second [9], [0], [1, [-1] and [12345].", citations=(cite(1, SOURCES[0], QUOTES[0]),))
    page = Read(ui.text_html(one))
    (button,) = page.all("button", "cite")
    assert (button["data-cite"], button["title"]) == ("1", QUOTES[0])
    assert "Fighter and radar" in str(button["aria-label"])
    assert "Second [9], [0], [1, [-1] and [12345]." in page.text


def test_numbers_that_follow_each_other_are_all_buttons() -> None:
    cited = (cite(1, SOURCES[0], QUOTES[0]), cite(2, SOURCES[1], QUOTES[1]))
    page = Read(ui.text_html(answer("q", "Said twice.[1][2] And again [2] [1].", citations=cited)))
    assert [button["data-cite"] for button in page.all("button", "cite")] == ["1", "2", "2", "1"]


def test_sources_carry_their_quote_outlet_and_date() -> None:
    page = Read(ui.sources_html((cite(1, SOURCES[0], QUOTES[0]), cite(2, SOURCES[1], QUOTES[1]))))
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
    assert ui.sources_html(()) == ""


def test_doubted_sentences_are_underlined_with_the_reason() -> None:
    text = "It is so. [1] It may be.\nNobody knows. It ends."
    spans = [(14, 24, "unsupported"), (20, 30, "uncited"), (0, 9, "supported")]  # the second runs over a line's end
    checks = tuple(Check(start, end, verdict, "Because & so") for start, end, verdict in spans)  # type: ignore[arg-type]
    page = Read(ui.text_html(answer("q", text, citations=(cite(1, SOURCES[0], QUOTES[0]),), checks=checks)))
    doubts = page.all("span", "doubt")
    assert {doubt["title"] for doubt in doubts} == {doubt["aria-description"] for doubt in doubts} == {"Because & so"}
    assert page.text.replace("\xa0", " ") == text.replace("\n", "").replace("[1]", "1")


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
        "",
        None,
    ],
)
def test_no_link_but_http(url: str | None) -> None:
    assert ui.link_html(url) == ""


@pytest.mark.parametrize("url", ["https://a.example/x?y=1&z=2", "HTTP://a.example"])
def test_a_link_opens_apart(url: str) -> None:
    (link,) = Read(ui.link_html(url)).all("a")
    assert link == {"href": url, "target": "_blank", "rel": "noopener noreferrer"}


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ("metadata", "12 July 2019"),
        ("text", "12 July 2019 (date found in the text)"),
        ("url", "(date found in the address)"),
    ],
)
def test_an_article_says_where_its_date_was_found(found: Any, says: str) -> None:
    page = Read(ui.article_html(Article(replace(SOURCES[0], published_from=found), "Text."), (0, 0)))
    assert says in page.text
    assert ("found" in page.text) == (found != "metadata")


@given(st.lists(st.text('ab<&" .\n', max_size=60), max_size=6), st.integers(0, 200), st.integers(0, 200))
def test_the_mark_is_the_quote(parts: list[str], first: int, second: int) -> None:
    text = "\n".join(parts)
    start, end = sorted((min(first, len(text)), min(second, len(text))))
    page = Read(ui.article_html(Article(SOURCES[0], text), (start, end)))
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
    page = Read(ui.article_html(Article(replace(SOURCES[0], authors=(), outlet=None), text), (0, 0)))
    assert len(page.all("p")) - 1 == paragraphs  # the first is the outlet and date
    assert len(page.all("p", "lines")) == kept


def test_a_refusal_shows_reason_and_nearest() -> None:
    (refused,) = FakeAssistant().stream("refuse")
    page = Read(ui.turn_html(Said("refuse", refused)))
    assert "The articles do not answer this.No <b>fish</b>.Nearest articles" in page.text
    assert [button["data-article"] for button in page.all("button", "source")] == ["one", "two", "three"]


def test_the_reason_of_an_answer_that_is_not_the_models_is_shown() -> None:
    page = Read(ui.turn_html(Said("q", answer("q", "Quoted.", reason="The model did not answer: quotes instead."))))
    assert "quotes instead." in page.text


def test_a_question_that_was_understood_otherwise_says_how() -> None:
    understood = replace(answer("Why?", "Because."), searched="Why did <b>it</b> sink?")
    assert "Understood as: Why did <b>it</b> sink?" in Read(ui.turn_html(Said("Why?", understood))).text
    assert "Understood as" not in Read(ui.turn_html(Said("Why?", replace(understood, searched="Why?")))).text


# The desk.


def click(**data: Any) -> Any:
    return SimpleNamespace(_data=data or None)


def last(desk: ui.Desk, question: str, turns: list[Said]) -> Said:
    return list(desk.answers(question, turns))[-1]


def test_an_answer_grows_and_ends() -> None:
    pictures = list(ui.Desk(FakeAssistant(0.06)).answers("why?", []))  # type: ignore[arg-type]
    texts = [said.answer.text for said in pictures if said.answer]
    assert pictures[0] == Said("why?", busy=True)
    assert all(later.startswith(earlier) for earlier, later in pairwise(texts))
    assert len(set(texts)) > 3
    assert [said.busy for said in pictures] == [True] * (len(pictures) - 1) + [False]
    assert pictures[-1].answer is not None and pictures[-1].answer.done


def test_a_fast_answer_is_not_sent_piece_by_piece() -> None:
    assert len(list(ui.Desk(FakeAssistant()).answers("why?", []))) <= 3  # type: ignore[arg-type]


def test_failures_become_words_and_the_next_question_is_answered(caplog: pytest.LogCaptureFixture) -> None:
    assistant = FakeAssistant()
    desk = ui.Desk(assistant)  # type: ignore[arg-type]
    told, broken = last(desk, "sentence", []), last(desk, "fail", [])
    assert told.failure == "The model <b>x</b> is not there: start it."
    assert broken.failure == ui.FAILED
    assert "secret" not in ui.turn_html(broken)
    assert "a secret <b>" in caplog.text
    assert not told.busy and not broken.busy
    good = last(desk, "why?", [told, broken])
    assert good.answer is not None and good.answer.done
    last(desk, "and then?", [told, broken, good, replace(good, answer=replace(good.answer, done=False))])
    assert assistant.histories[-1] == [Turn("why?", good.answer.text)]


@pytest.mark.parametrize(
    ("typed", "notice"),
    [("", ui.EMPTY), (" \n", ui.EMPTY), ("x" * 2_001, "2,001 characters; ask it in 2,000 or fewer")],
)
def test_what_cannot_be_asked_is_said_softly(typed: str, notice: str) -> None:
    ui._import_gradio()
    session = Session()
    ((talk, box, told, status),) = ui.Desk(FakeAssistant()).ask(typed, session, click())  # type: ignore[arg-type]
    assert notice in told
    assert talk == box == status == ui.gr.skip()
    assert session == Session()


def test_two_answers_are_not_written_at_once() -> None:
    ui._import_gradio()
    growing = Session([Said("first", busy=True)])
    ((_, box, told, _),) = ui.Desk(FakeAssistant()).ask("second", growing, click())  # type: ignore[arg-type]
    assert (box, told) == (ui.gr.skip(), ui.WAIT)


def test_an_example_is_asked_in_place_of_what_is_typed() -> None:
    ui._import_gradio()
    session = Session()
    shown = list(ui.Desk(FakeAssistant()).ask("half a", session, click(question="Why the radar?")))  # type: ignore[arg-type]
    assert [said.question for said in session.turns] == ["Why the radar?"]
    assert shown[0][1] == "" and shown[-2][1] == ui.gr.skip()
    assert "1,234 articles" in shown[-2][3]
    assert shown[-1] == [ui.gr.skip()] * 4


@pytest.mark.parametrize("how", ["stop", "clear"])
def test_an_answer_that_was_stopped_is_not_heard_again(how: str) -> None:
    ui._import_gradio()
    desk, session = ui.Desk(FakeAssistant(0.06)), Session()  # type: ignore[arg-type]
    growing = desk.ask("why?", session, click())
    for _ in range(3):
        next(growing)
    getattr(desk, how)(session)
    kept = list(session.turns)
    assert [(said.stopped, said.busy) for said in kept] == ([(True, False)] if how == "stop" else [])
    meanwhile = list(desk.ask("and now?", session, click()))
    assert list(growing) == [[ui.gr.skip()] * 4]
    assert [said.question for said in session.turns] == [said.question for said in kept] + ["and now?"]
    assert len(meanwhile) > 2 and not session.turns[-1].busy


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "There is no article  in the index."),
        ({"article": ["one"]}, "There is no article"),
        ({"article": "one", "start": "x"}, html.escape(ui.FAILED)),
        ({"article": "one", "start": {"a": 1}}, html.escape(ui.FAILED)),
    ],
)
def test_a_click_may_hold_anything(data: dict[str, Any], says: str) -> None:
    assert says in ui.Desk(FakeAssistant()).open(click(**data))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "marked"),
    [
        (
            {"start": TEXT.index(QUOTES[1]), "end": TEXT.index(QUOTES[1]) + len(QUOTES[1]), "quote": QUOTES[1]},
            QUOTES[1],
        ),
        ({"start": 3, "end": 9, "quote": QUOTES[1]}, QUOTES[1]),
        ({"start": -5, "end": 10**9, "quote": QUOTES[0]}, QUOTES[0]),
        ({"start": 3, "end": 9, "quote": "It was never there."}, ""),
        ({}, ""),
    ],
    ids=["where it was", "moved", "absurd offsets", "gone", "no quote"],
)
def test_the_quoted_sentence_is_found_again(data: dict[str, Any], marked: str) -> None:
    page = Read(ui.Desk(FakeAssistant()).open(click(article="one", **data)))  # type: ignore[arg-type]
    assert page.marked == marked
    assert (ui.MOVED in page.text) == (data.get("quote") == "It was never there.")


def test_examples_are_made_once_a_generation_and_may_fail(caplog: pytest.LogCaptureFixture) -> None:
    class Counting(FakeAssistant):
        made = 0

        def examples(self, n: int = 4) -> list[str]:
            self.made += 1
            return super().examples(n)

    assistant = Counting()
    desk = ui.Desk(assistant)  # type: ignore[arg-type]
    assert desk.examples() == desk.examples() == FakeAssistant().examples()
    assert assistant.made == 1

    class Failing(FakeAssistant):
        def info(self) -> Any:
            raise OSError("gone")

    assert ui.Desk(Failing()).examples() == []  # type: ignore[arg-type]
    assert "no example questions" in caplog.text


# Starting.


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """Starting the page changes the environment of its process, which here is that of the other tests."""
    kept = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(kept)


def test_the_help_is_there_before_gradio() -> None:
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "ui.py", "--help"], capture_output=True, text=True, timeout=20)
    assert time.perf_counter() - began < 2  # half a second on a quiet machine
    assert done.returncode == 0 and "--index" in done.stdout
    check = "import sys, ui; print([name for name in ('gradio', 'langchain', 'chromadb') if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, timeout=20)
    assert loaded.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--host", "0.0.0.0"], "this machine only"),
        (["--host", "::"], "this machine only"),
        (["--host", "127.evil.example"], "this machine only"),
        (["--port", "0"], "There is no port 0"),
        (["--port", "99999"], "There is no port 99999"),
        (["--port", "http"], "Argument --port: invalid int value"),
        (["--indx", "x"], "Unrecognized arguments: --indx x"),
        (["--index", "nowhere/at-all"], "python -m index build"),
        (["--index", "nowhere/at-all", "--model", "nobody:x"], "There is no model provider 'nobody'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_served_is_one_sentence(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATELINE_MODEL", raising=False)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = arguments if "--port" in arguments else [*arguments, "--port", str(port)]
    assert ui.main(given) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert err.count("\n") == 1


def test_a_port_that_is_taken_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert ui.main(["--port", str(port)]) == 2
    assert re.fullmatch(rf"Port {port} cannot be had \(.*\): choose another with --port\.\n", capsys.readouterr().err)


def test_a_fault_of_ours_is_no_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fault(*_: object) -> None:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr(ui, "_check_address", fault)
    assert ui.main([]) == 2
    assert capsys.readouterr().err == "Dateline failed in a way it should not (ZeroDivisionError): please report it.\n"


def test_nothing_of_the_page_points_outside() -> None:
    ours = ui.HEAD + ui.CSS + ui.TALK_JS + ui.READER_JS
    assert set(re.findall(r"\w+://[^\s'\"]*", ours)) == {"http://www.w3.org/2000/svg"}
    assert "@import" not in ours and "url(" not in ours
