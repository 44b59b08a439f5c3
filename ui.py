"""The page: a chat, and beside it the article that is quoted. Knows nothing of how an answer is found.

Articles and models write what they like, so every piece of theirs passes through `html.escape`, and a link is a link
only when it is http or https. Gradio is imported when the page starts, not before: `--help` must not wait for it.
"""

from __future__ import annotations

import argparse
import logging
import os
import re
import socket
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant import BadRequest, DatelineError, Turn
from assistant.arguments import open_assistant, parser, run

if TYPE_CHECKING:
    import gradio as gr

    from assistant import Answer, Assistant, Citation
    from index import Article, Source
    from index.scope import Scope

LONGEST_QUESTION = 2_000  # characters
SHORTEST_WAIT = 0.05  # seconds between two pictures of a growing answer: more often is not seen, only paid for
WELCOME = """<section class="welcome"><h2>Ask the articles</h2><p>Every answer names its outlets and dates.
Choose a number to read the sentence in its article.</p></section>"""
EMPTY = "Type a question first."
TOO_LONG = f"That question has {{:,}} characters; ask it in {LONGEST_QUESTION:,} or fewer."
WAIT = "The answer before is still being written: stop it, or ask when it is done."
FAILED = "Something failed here, not your question. Ask again; the reason stands in the window that runs Dateline."
MOVED = "The article has changed since it was quoted: the sentence is no longer in it."

log = logging.getLogger("dateline")


@dataclass(frozen=True, slots=True)
class Said:
    """One turn of a conversation, as far as it has come. `failure` is a sentence for the reader."""

    question: str
    answer: Answer | None = None
    failure: str = ""
    busy: bool = False
    stopped: bool = False


# What is known, as HTML: each function takes plain text and returns it escaped.


def talk_html(turns: Sequence[Said]) -> list[str]:
    """Return one piece of HTML a turn, so that a growing answer sends only its own; without turns, the welcome."""
    return [turn_html(said) for said in turns] or [WELCOME]


def examples_html(questions: Sequence[str]) -> str:
    """Return the questions to begin with as buttons."""
    buttons = (f'<li><button class="example">{escape(question)}</button></li>' for question in questions)
    return f'<section><ul aria-label="Examples">{"".join(buttons)}</ul></section>'


def turn_html(said: Said) -> str:
    """Return a question with its answer, or with what there is of it."""
    answer, parts = said.answer, ""
    if answer is not None:
        if answer.searched and answer.searched != answer.question:
            parts += f'<p class="aside">Understood as: {escape(answer.searched)}</p>'
        parts += scope_html(answer.filters)
        reason = f'<p class="aside">{escape(answer.reason)}</p>' if answer.reason else ""
        parts += reason + text_html(answer) if answer.answered else text_html(answer) + reason
        parts += sources_html(answer.citations) + nearest_html(answer.nearest)
    elif said.busy:
        parts += '<p class="aside">Looking through the articles…</p>'
    parts += f'<p class="failure" role="alert">{escape(said.failure)}</p>' if said.failure else ""
    parts += '<p class="aside">Stopped before the end.</p>' if said.stopped else ""
    return (
        f'<section class="turn"><h2>{escape(said.question)}</h2>'
        f'<div class="answer" aria-live="polite" aria-busy="{str(said.busy).lower()}">{parts}</div></section>'
    )


def scope_html(scope: Scope) -> str:
    """Return what outlets, days and spellings were read from a question; nothing where none were."""
    narrowed, notes = scope.narrowed(), scope.notes()
    said = [f"Understood as: {narrowed}"] if narrowed else []
    said += [f"{note[:1].upper()}{note[1:]}" for note in notes]
    return "".join(f'<p class="aside">{escape(line)}</p>' for line in said)


def text_html(answer: Answer) -> str:
    """Return the text in paragraphs, its numbers as buttons, sentences that nothing supports underlined."""
    cited = {citation.number: citation for citation in answer.citations}
    doubts = [check for check in answer.checks if check.verdict != "supported"]
    quoted = ' class="quoted"' if answer.mode == "quotes" and answer.answered else ""
    paragraphs = []
    for start, end in _spans(answer.text, r"\n+"):
        words, place = "", start
        for doubt in doubts:
            first, last = max(place, doubt.start), min(end, doubt.end)
            if first < last:
                why = escape(doubt.reason)
                words += _with_numbers(answer.text[place:first], cited)
                words += f'<span class="doubt" tabindex="0" title="{why}" aria-description="{why}">'
                words += _with_numbers(answer.text[first:last], cited) + "</span>"
                place = last
        paragraphs.append(f"<p{quoted}>{words}{_with_numbers(answer.text[place:end], cited)}</p>")
    return "".join(paragraphs)


def sources_html(citations: Iterable[Citation]) -> str:
    """Return the numbered list under an answer; an entry carries what it takes to find its quote again."""
    items = "".join(
        f'<li><button class="source" data-number="{one.number}" data-article="{escape(one.source.id)}" '
        f'data-start="{one.start}" data-end="{one.end}" data-quote="{escape(one.quote)}" title="{escape(one.quote)}">'
        f'<span class="number">{one.number}</span>{_headline(one.source)}</button></li>'
        for one in citations
    )
    return f'<ol class="sources" aria-label="Sources">{items}</ol>' if items else ""


def nearest_html(sources: Iterable[Source]) -> str:
    """Return the articles that come nearest where none answers."""
    items = "".join(
        f'<li><button class="source" data-article="{escape(one.id)}">{_headline(one)}</button></li>' for one in sources
    )
    return f'<p class="aside">Nearest articles</p><ul class="sources">{items}</ul>' if items else ""


def article_html(article: Article, quoted: tuple[int, int] = (0, 0), note: str = "", opened: int = 0) -> str:
    """Return the article for the panel, `text[start:end]` marked. `opened` tells two openings of one place apart."""
    source, text = article.source, article.text
    body = f'<p class="aside">{escape(note)}</p>' if note else ""
    for start, end in _spans(text, r"\n\s*\n" if re.search(r"\n\s*\n", text) else r"\n"):
        left, right = (max(start, min(place, end)) for place in quoted)
        mark = f"<mark>{escape(text[left:right])}</mark>" if left < right else ""
        # Line ends mean something in lists and verse, nothing in text wrapped at a width.
        kept = any(len(line) < 45 for line in text[start:end].strip().splitlines()[:-1])
        shape = ' class="lines"' if kept else ""
        body += f"<p{shape}>{escape(text[start:left])}{mark}{escape(text[right:end])}</p>"
    found = {"text": " (date found in the text)", "url": " (date found in the address)"}.get(source.published_from, "")
    authors = f'<p class="meta">{escape(", ".join(source.authors))}</p>' if source.authors else ""
    head = f'<p class="meta">{_meta(source)}{found}</p><h2>{escape(source.title)}</h2>{authors}{link_html(source.url)}'
    return _panel(head, body, opened)


def link_html(url: str | None) -> str:
    """Return a link for an http or https address, nothing for any other."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    return f'<a href="{escape(url or "")}" target="_blank" rel="noopener noreferrer">Read at {escape(parts.netloc)}</a>'


def _panel(head: str, body: str, opened: int = 0) -> str:
    return (
        f'<article class="article" tabindex="-1" aria-label="Article" data-opened="{opened}"><header>'
        '<button class="close" aria-label="Close the article" title="Close (Esc)">✕</button>'
        f"{head}</header>{body}</article>"
    )


def _headline(source: Source) -> str:
    return f'<span><b>{escape(source.title)}</b><span class="meta">{_meta(source)}</span></span>'


def _meta(source: Source) -> str:
    day = source.published
    when = f'<time datetime="{day}">{day.day} {day:%B %Y}</time>' if day else "date unknown"
    return f"{escape(source.outlet)} · {when}" if source.outlet else when


def _with_numbers(text: str, cited: Mapping[int, Citation]) -> str:
    """Escape the text and turn `[n]` into a button where n is cited; any other number stays the text it is."""

    def button(match: re.Match[str]) -> str:
        one = cited.get(int(match[2]))
        if one is None:
            return match[0]
        name = escape(f"Source {one.number}: {one.source.title}")
        shown = f'data-cite="{one.number}" aria-label="{name}" title="{escape(one.quote)}"'
        # Kept on the line of the word before it and the stop behind it.
        return f'<span class="held">{match[1]}&nbsp;<button class="cite" {shown}>{one.number}</button>{match[3]}</span>'

    return re.sub(r"([^\s\[]{0,20}) ?\[([0-9]{1,4})\]([.,;:!?]?)", button, escape(text))


def _spans(text: str, breaks: str) -> Iterator[tuple[int, int]]:
    """Yield the spans between breaks that hold more than white space."""
    place = 0
    for start, end in [*(match.span() for match in re.finditer(breaks, text)), (len(text), len(text))]:
        if text[place:start].strip():
            yield place, start
        place = end


@dataclass(slots=True)
class Session:
    """One reader's conversation. Whoever writes an answer holds the number of `asked` from its beginning, and is
    no longer heard when that has grown: by a stop, or by clearing all away."""

    turns: list[Said] = field(default_factory=list)
    asked: int = 0


class Desk:
    """What the page does, for all readers."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self._examples: tuple[int, list[str]] = (-1, [])  # generation of the index, questions
        self._changing = threading.Lock()  # for any session: it is held for microseconds

    def ask(self, typed: str, session: Session, event: gr.EventData) -> Iterator[list[Any]]:
        """Yield what changes: talk, box, notice, status. The question is typed or a click on an example."""
        nothing: list[Any] = [gr.skip()] * 4
        chosen = event._data.get("question") if isinstance(event._data, dict) else typed
        question = str(chosen or "").strip()
        with self._changing:
            before = list(session.turns)
            notice = _refused(question, before)
            if not notice:
                session.asked += 1
                session.turns.append(Said(question, busy=True))
            mine = session.asked
        if notice:
            yield [gr.skip(), gr.skip(), notice, gr.skip()]
            return
        box: Any = ""
        for said in self.answers(question, before):
            with self._changing:
                if session.asked != mine:
                    break
                session.turns = [*before, said]
            yield [talk_html([*before, said]), box, "", gr.skip() if said.busy else self.status()]
            box = gr.skip()  # emptied once: the reader may be typing the next question
        yield nothing  # Gradio sends what came last once more at the end, and the talk may have moved on by then

    def answers(self, question: str, turns: Sequence[Said]) -> Iterator[Said]:
        """Yield the turn as it grows. The last is not busy; a failure is in its words, never raised."""
        said = Said(question, busy=True)
        yield said
        shown = time.monotonic()
        try:
            history = [Turn(old.question, old.answer.text) for old in turns if old.answer and old.answer.done]
            for answer in self.assistant.stream(question, history):
                said = replace(said, answer=answer)
                if time.monotonic() - shown >= SHORTEST_WAIT:
                    yield said
                    shown = time.monotonic()
        except DatelineError as problem:
            said = replace(said, failure=str(problem))
        except Exception:
            log.exception("a question failed")
            said = replace(said, failure=FAILED)
        yield replace(said, busy=False)

    def stop(self, session: Session) -> list[str]:
        """Return the talk with the growing answer left as it is."""
        with self._changing:
            session.asked += 1
            session.turns = [replace(said, busy=False, stopped=said.busy or said.stopped) for said in session.turns]
            return talk_html(session.turns)

    def clear(self, session: Session) -> list[Any]:
        """Return talk, box, notice and status of an empty conversation."""
        with self._changing:
            session.asked += 1
            session.turns = []
        return [talk_html([]), "", "", self.status()]

    def greet(self) -> list[Any]:
        """Return examples and status. Never the talk: a quick reader may have asked before the examples are made."""
        return [examples_html(self.examples()), self.status()]

    def open(self, event: gr.EventData) -> str:
        """Return the panel for a click, which comes from outside and may hold anything."""
        click = event._data if isinstance(event._data, dict) else {}
        try:
            article = self.assistant.article(str(click.get("article", "")))
            start, end, opened = (int(click.get(name) or 0) for name in ("start", "end", "opened"))
            quote = str(click.get("quote", ""))
        except DatelineError as problem:
            return _panel("", f'<p class="failure" role="alert">{escape(str(problem))}</p>')
        except Exception:
            log.exception("an article could not be opened")
            return _panel("", f'<p class="failure" role="alert">{FAILED}</p>')
        if article.text[start:end] != quote:
            start = article.text.find(quote)
            end = start + len(quote)
        return article_html(article, (start, end), "", opened) if start >= 0 else article_html(article, note=MOVED)

    def examples(self) -> list[str]:
        """Return questions to begin with; none rather than an error, since the page is complete without them."""
        try:
            generation = self.assistant.info().generation
            if generation != self._examples[0]:
                self._examples = (generation, self.assistant.examples())
        except Exception:
            log.exception("no example questions")
            return []
        return self._examples[1]

    def status(self) -> str:
        """Return what answers here: the index and the writer."""
        try:
            info = self.assistant.info()
        except DatelineError as problem:
            return escape(str(problem))
        newest = f"newest {info.newest.day} {info.newest:%B %Y}" if info.newest else "no dates"
        held = f"{info.articles:,} articles · {info.passages:,} passages · {newest} · generation {info.generation}"
        return escape(f"{held} · writer: {self.assistant.writer}")


def _refused(question: str, turns: Sequence[Said]) -> str:
    """Return why a question is not asked now, or nothing."""
    if not question:
        return EMPTY
    if len(question) > LONGEST_QUESTION:
        return TOO_LONG.format(len(question))
    return WAIT if turns and turns[-1].busy else ""


def build_page(assistant: Assistant) -> gr.Blocks:
    """Return the page over an assistant, not yet served."""
    _import_gradio()
    desk = Desk(assistant)
    plain: dict[str, Any] = {"apply_default_css": False}
    event: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    at_once: dict[str, Any] = {**event, "queue": False}
    page = gr.Blocks(title="Dateline", fill_width=True, analytics_enabled=False)
    with page:
        session = gr.State(Session())
        with gr.Row(elem_id="top"):
            gr.HTML("<h1>Dateline</h1>", elem_id="name", **plain)
            status = gr.HTML(desk.status(), elem_id="status", **plain)
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="talking"):
                join = "${value.join('')}"
                talk = gr.HTML(talk_html([]), html_template=join, js_on_load=TALK_JS, elem_id="talk", **plain)
                examples = gr.HTML(js_on_load=EXAMPLES_JS, elem_id="examples", **plain)
                notice = gr.HTML(elem_id="notice", **plain)
                with gr.Row(elem_id="composer"):
                    look: dict[str, Any] = {"show_label": False, "container": False, "placeholder": "Ask a question…"}
                    box = gr.Textbox(label="Your question", max_lines=6, autofocus=True, elem_id="box", **look)
                    send = gr.Button("Ask", elem_id="send")
                    halt = gr.Button("Stop", elem_id="stop")
                    clear = gr.Button("Clear", elem_id="clear")
            reader = gr.HTML(js_on_load=READER_JS, elem_id="reader", **plain)
        shown = [talk, box, notice, status]
        # Gradio's own cancelling ends whatever the reader asked since then too, and "once" would swallow that question.
        asked: dict[str, Any] = {"trigger_mode": "multiple", **event}
        gr.on([box.submit, send.click, examples.submit], desk.ask, [box, session], shown, **asked)
        halt.click(desk.stop, [session], [talk], **at_once)
        clear.click(desk.clear, [session], shown, **at_once)
        talk.select(desk.open, None, [reader], **at_once)
        page.load(desk.greet, None, [examples, status], **at_once)
    return page


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the page until it is interrupted. Returns 0; 2 after one sentence when it cannot be served."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s: %(message)s")
    return run(lambda: _start(argv))


def _start(argv: Sequence[str] | None) -> int:
    options = _parser().parse_args(argv)
    _check_address(options.host, options.port)
    _keep_quiet()
    try:
        _serve(build_page(_open(options)), options.host, options.port)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    made = parser("dateline", "Ask the indexed articles in a chat window.")
    made.add_argument("--host", default="127.0.0.1", help="the address to answer on (default: 127.0.0.1)")
    made.add_argument("--port", type=int, default=7860, help="the port to answer on (default: 7860)")
    return made


def _check_address(host: str, port: int) -> None:
    """Raise BadRequest unless the page may and can be served there."""
    if host != "localhost" and not re.fullmatch(r"127(\.\d{1,3}){3}", host):
        raise BadRequest(f"The page has no sign-in, so it answers this machine only: use --host 127.0.0.1, not {host}.")
    if not 0 < port < 65_536:
        raise BadRequest(f"There is no port {port}: give --port a number from 1 to 65535.")
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except OSError as problem:
            raise BadRequest(f"Port {port} cannot be had ({problem.strerror}): choose another with --port.") from None


def _keep_quiet() -> None:
    """Turn off what the libraries would send out, and keep a proxy from standing between the page and itself."""
    os.environ |= {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, [os.environ.get(name), "127.0.0.1", "localhost"]))


def _import_gradio() -> None:
    """Import Gradio under the name this module, and Gradio itself reading this module's hints, know it by."""
    global gr
    import gradio as gr


def _open(options: argparse.Namespace) -> Assistant:
    """Open the assistant while Gradio is imported: each takes seconds. A missing index is told before that."""

    with ThreadPoolExecutor(1) as pool:
        opening = pool.submit(open_assistant, options)
        wait([opening], timeout=0.5)
        if not opening.done():
            _import_gradio()
        return opening.result()


def _serve(page: gr.Blocks, host: str, port: int) -> None:
    """Serve until interrupted: not shared, nothing taken in, sent out or asked for elsewhere."""
    font = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
    theme = gr.themes.Base(neutral_hue="slate", font=font, font_mono=["ui-monospace", "monospace"])
    page.queue(default_concurrency_limit=8, max_size=64, api_open=False)
    unused = ("share", "run_history", "mcp_server", "ssr_mode", "enable_monitoring", "pwa")
    off: dict[str, Any] = dict.fromkeys(unused, False)
    look: dict[str, Any] = {"theme": theme, "css": CSS, "head": HEAD, "footer_links": []}
    try:
        page.launch(
            server_name=host, server_port=port, quiet=True, prevent_thread_lock=True, max_file_size=1, **off, **look
        )
    except OSError:
        raise BadRequest(f"Port {port} was taken just now: choose another with --port.") from None
    print(f"Dateline is at http://{host}:{port} (Ctrl+C stops it).", flush=True)
    try:
        threading.Event().wait()
    finally:
        page.close(verbose=False)


# How it looks and moves. No address outside this page stands in any of it.

HEAD = """<link rel="icon" href="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>
<rect width='32' height='32' rx='6' fill='%231d4f86'/>
<path d='M8 10h16M8 16h16M8 22h9' stroke='white' stroke-width='3'/></svg>">"""

TALK_JS = """
let turns = 0;
element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  const number = button.dataset.cite;
  const source = number ? button.closest('.turn').querySelector(`.source[data-number="${number}"]`) : button;
  window.openedFrom = button;
  trigger('select', {...source.dataset, opened: Date.now() % 1e9});
});
watch('value', () => {
  const all = element.querySelectorAll('.turn');
  if (all.length > turns) all[all.length - 1].scrollIntoView({block: 'start'});
  turns = all.length;
});
"""

EXAMPLES_JS = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button) trigger('submit', {question: button.textContent});
});
"""

READER_JS = """
const behind = () => [document.querySelector('#talking'), document.querySelector('#top')];
const close = () => {
  if (!element.querySelector('.article')) return;
  behind().forEach((part) => { part.inert = false; });
  props.value = '';
  window.openedFrom?.focus();
};
element.addEventListener('click', (event) => { if (event.target.closest('.close')) close(); });
document.addEventListener('keydown', (event) => { if (event.key === 'Escape') close(); });
watch('value', () => {
  const article = element.querySelector('.article');
  if (!article) return;
  behind().forEach((part) => { part.inert = matchMedia('(max-width: 800px)').matches; });
  const mark = article.querySelector('mark');
  if (mark) mark.scrollIntoView({block: 'center'}); else document.querySelector('#reader').scrollTop = 0;
  article.focus({preventScroll: true});
});
"""

CSS = """
body {
  --quiet: #526071; --line: #d9dee5; --paper: #fff; --desk: #f5f6f8; --ink: #17202b; --accent: #1d4f86;
  --soft: #e6eef7; --mark: #ffe9a3; --warn: #8f2d1f; --edge: #7c8a9c; --card: 1px solid var(--line);
  --serif: Charter, "Iowan Old Style", Georgia, "Times New Roman", serif;
}
body.dark {
  --quiet: #a0adbd; --line: #323c49; --paper: #1a212b; --desk: #12171e; --ink: #e7ebf0; --accent: #8fbcf0;
  --soft: #24364a; --mark: #6b5410; --warn: #f2a596; --edge: #7c8a9c;
}
/* One screen high; the talk and the article scroll by themselves. Quoted words are in serif, ours are not. */
.gradio-container .main { padding: 0 !important; color: var(--ink); background: var(--desk); }
main > .column { height: 100dvh; gap: 0; flex-wrap: nowrap; }
:is(#top, #desk) .html-container, :is(#name, #status, #talk, #examples, #notice, #reader).block { padding: 0; }
#top { flex: none; align-items: baseline; justify-content: space-between; gap: 2px 24px; padding: 10px 24px; }
#top { background: var(--paper); border-bottom: var(--card); }
#name, #status { flex: none; width: auto; min-width: 0; max-width: 100%; margin: 0; }
#status { font-size: 13px; color: var(--quiet); }
#name h1 { font: 700 21px/1.2 var(--serif); color: var(--ink); }
#desk { flex: 1; min-height: 0; gap: 0; flex-wrap: nowrap; align-items: stretch; }
#talking { flex: 1 1 0; min-width: 0 !important; height: 100%; gap: 0; flex-wrap: nowrap; }
#talk:has(.turn), #examples { flex: 1; min-height: 0; overflow-y: auto !important; }
#talk:not(:has(.turn)) { flex: none; }
#talk, #examples, #reader { font-size: 16px; line-height: 1.6; color: var(--ink); }
#talking section, #notice, #composer { width: 100%; max-width: 720px; margin: 0 auto; padding: 28px 24px; }
.turn + .turn { border-top: var(--card); }
.turn:last-child { min-height: calc(100dvh - 180px); }
#talk h2, .article h2 { font: 700 22px/1.3 var(--serif); margin: 0 0 12px; }
#talk p, #reader p { margin: 0 0 12px; }
#talk, #reader { overflow-wrap: anywhere; }
#talking .welcome { padding-top: 12vh; padding-bottom: 0; }
#talking #examples section { padding-top: 0; }
#talk .welcome h2 { font-size: 30px; }
#talk .welcome p, .meta, #talk .aside, #reader .aside { color: var(--quiet); }
.meta, .aside { font-size: 14px; }
#talking :is(ol, ul) { list-style: none; margin: 20px 0 0; padding: 0; }
#talking :is(.example, .source) { display: flex; gap: 12px; width: 100%; margin: 0 0 8px; padding: 10px 14px; }
#talking :is(.example, .source) { font: inherit; color: inherit; text-align: left; line-height: 1.4; }
#talking :is(.example, .source) { background: var(--paper); border: var(--card); border-radius: 8px; }
#talking :is(.example, .source):hover { border-color: var(--accent); background: var(--soft); }
.source b { display: block; font-weight: 600; font-size: 15px; }
.number { flex: none; min-width: 14px; font-weight: 600; font-size: 15px; color: var(--accent); }
.answer .quoted { font: 17px/1.6 var(--serif); }
#talk .cite { min-width: 24px; padding: 0 7px; vertical-align: 2px; text-align: center; border-radius: 5px; }
#talk .cite { font: 600 12px/22px system-ui, sans-serif; color: var(--accent); background: var(--soft); }
#talk .cite:hover { color: var(--paper); background: var(--accent); }
.held { white-space: nowrap; }
.doubt { text-decoration: underline dotted var(--quiet); text-underline-offset: 4px; cursor: help; }
.failure { padding: 10px 14px; border-left: 3px solid var(--warn); color: var(--warn); background: var(--paper); }
#notice { flex: none; padding: 0 24px; font-size: 14px; color: var(--warn); }
#composer { flex: none; flex-wrap: nowrap; align-items: flex-end; gap: 8px; padding: 10px 24px 20px; }
#box { flex: 1; min-width: 0 !important; border: 0; background: none; overflow: visible !important; }
#box textarea { font-size: 16px; line-height: 1.5; padding: 10px 14px; color: var(--ink); background: var(--paper); }
#box textarea { border: 1px solid var(--edge); border-radius: 8px; box-shadow: none; }
#box textarea::placeholder { color: var(--quiet); }
#composer button { flex: none; min-width: 0; height: 44px; padding: 0 18px; font-size: 15px; border-radius: 8px; }
#composer button { color: var(--ink); background: var(--paper); border: var(--card); box-shadow: none; }
#composer #send { color: var(--paper); background: var(--accent); }
#stop, #desk:has([aria-busy=true]) #send, #desk:not(:has(.turn)) #clear, #reader:not(:has(.article)),
#desk:has(.turn) #examples { display: none; }
#desk:has([aria-busy=true]) #stop { display: flex; }
#reader.block { flex: 0 1 46%; height: 100%; overflow-y: auto !important; }
#reader.block { background: var(--paper); border-left: var(--card); }
.article { max-width: 700px; margin: 0 auto; padding: 0 32px 64px; font: 17px/1.65 var(--serif); }
.article header { position: sticky; top: 0; margin: 0 -32px 20px; padding: 16px 76px 12px 32px; min-height: 60px; }
.article header { background: var(--paper); border-bottom: var(--card); font-family: system-ui, sans-serif; }
.article header * { margin: 0 0 4px !important; }
.article a { font-size: 14px; color: var(--accent); text-decoration: underline; }
.article .close { position: absolute; top: 10px; right: 20px; width: 40px; height: 40px; font-size: 18px; }
.article .close:hover { background: var(--soft); }
.article .lines { white-space: pre-line; }
.article mark { padding: 2px 0; color: inherit; background: var(--mark); }
:is(#talking, #reader) :is(button, a, [tabindex="0"]):focus-visible, #box textarea:focus-visible {
  outline: 3px solid var(--accent) !important; outline-offset: 2px;
}
.article:focus { outline: none; }
@media (max-width: 800px) {
  #top { flex-direction: column; }
  #top, #talking section, #composer, #notice { padding-left: 16px; padding-right: 16px; }
  #reader.block { position: fixed; inset: 0; z-index: 10; border: 0; }
  .article { padding: 0 20px 64px; }
  .article header { margin: 0 -20px 16px; padding: 12px 64px 8px 20px; }
  .article .close { right: 10px; }
  @media (prefers-reduced-motion: no-preference) { .article { animation: slide .18s ease-out; } }
}
@keyframes slide { from { transform: translateX(48px); opacity: 0; } }
"""

if __name__ == "__main__":
    sys.exit(main())
