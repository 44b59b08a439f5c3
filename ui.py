"""The page: a chat, and beside it the article that is quoted. Knows nothing of how an answer is found.

What it shows of articles and models, `assistant.markup` makes inert. Gradio is imported when the page starts, not
before: `--help` must not wait for it.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import re
import socket
import sys
import threading
import time
from collections.abc import AsyncGenerator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, cast

from assistant import BadRequest, DatelineError, Turn
from assistant.arguments import open_assistant, parser, run
from assistant.markup import Said, examples_html, failure_html, opened_html, safe, talk_html
from assistant.summary import held_in_words

if TYPE_CHECKING:
    import gradio as gr

    from assistant import Assistant
    from assistant.request import Options

LONGEST_QUESTION = 2_000  # characters
SHORTEST_WAIT = 0.05  # seconds between two pictures of a growing answer: more often is not seen, only paid for
EMPTY = "Type a question first."
TOO_LONG = f"That question has {{:,}} characters; ask it in {LONGEST_QUESTION:,} or fewer."
WAIT = "The answer before is still being written: stop it, or ask when it is done."
FAILED = "Something failed here, not your question. Ask again; the reason stands in the window that runs Dateline."
QUOTES: Literal["quotes"] = "quotes"

log = logging.getLogger("dateline")


class Desk:
    """What the page does, for all readers. A reader's talk is a list that changes on one event loop: no locks."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self._examples: tuple[int, list[str]] = (-1, [])  # generation of the index, questions
        self._writing: dict[str | None, asyncio.Task[None]] = {}  # by reader

    async def ask(
        self, event: gr.EventData, request: gr.Request, typed: str, turns: list[Said], writer: Any = "", strict: Any = 0
    ) -> AsyncGenerator[list[Any]]:
        """Yield what changes: talk, box, notice, status. The question is typed or a click on an example.

        `writer` and `strict` come from the browser: what is none of their values counts as not chosen.
        """
        chosen = event._data.get("question") if isinstance(event._data, dict) else typed
        question, before = str(chosen or "").strip(), list(turns)
        if notice := _refused(question, before):
            yield [gr.skip(), gr.skip(), notice, gr.skip()]
            return
        turns.append(Said(question, busy=True))
        options: Options = {"writer": QUOTES if writer == QUOTES else None, "strict": strict is True}
        heard, box = asyncio.Queue[Said | None](), cast(Any, "")
        writing = asyncio.create_task(_pour(self.answers(question, before, options), heard))
        reader, self._writing[request.session_hash] = request.session_hash, writing
        try:
            while (said := await heard.get()) and self._writing.get(reader) is writing:
                turns[:] = [*before, said]
                yield [talk_html(turns), box, "", gr.skip() if said.busy else await asyncio.to_thread(self.status)]
                box = gr.skip()  # emptied once: the reader may be typing the next question
        finally:
            writing.cancel()
        # Gradio sends what came last once more at the end, and the talk may have moved on by then
        yield [gr.skip()] * 4

    async def answers(self, question: str, turns: Sequence[Said], options: Options) -> AsyncGenerator[Said]:
        """Yield the turn as it grows. The last is not busy; a failure is in its words, never raised."""
        said = Said(question, busy=True)
        yield said
        shown = time.monotonic()
        try:
            history = [Turn(old.question, old.answer.text) for old in turns if old.answer and old.answer.done]
            # Closed with us, it closes the model's connection.
            async with aclosing(cast(Any, self.assistant.astream(question, history, **options))) as growing:
                async for answer in growing:
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

    async def stop(self, request: gr.Request, turns: list[Said]) -> list[str]:
        """Return the talk with the growing answer left as it is; who writes it is cut off, and no longer heard."""
        await self.leave(request)
        turns[:] = [replace(said, busy=False, stopped=said.busy or said.stopped) for said in turns]
        return talk_html(turns)

    async def clear(self, request: gr.Request, turns: list[Said]) -> list[Any]:
        """Return talk, box, notice and status of an empty conversation."""
        await self.leave(request)
        turns.clear()
        return [talk_html([]), "", "", await asyncio.to_thread(self.status)]

    async def leave(self, request: gr.Request) -> None:
        """End what is being written for a reader, who may have gone."""
        if writing := self._writing.pop(request.session_hash, None):
            writing.cancel()

    def greet(self) -> list[Any]:
        """Return examples and status. Never the talk: a quick reader may have asked before the examples are made."""
        return [examples_html(self.examples()), self.status()]

    def open(self, event: gr.EventData) -> str:
        """Return the panel for a click, which comes from outside and may hold anything."""
        click = event._data if isinstance(event._data, dict) else {}
        try:
            article = self.assistant.article(str(click.get("article", "")))
            start, end, opened = (int(click.get(name) or 0) for name in ("start", "end", "opened"))
            return opened_html(article, start, end, str(click.get("quote", "")), opened)
        except DatelineError as problem:
            return failure_html(str(problem))
        except Exception:
            log.exception("an article could not be opened")
            return failure_html(FAILED)

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
            return safe(str(problem))
        return safe(f"{held_in_words(info)} · writer: {self.assistant.writer}")


async def _pour(growing: AsyncGenerator[Said], heard: asyncio.Queue[Said | None]) -> None:
    """Put all that comes, then None; a task of its own, so that it can be cancelled while it waits for more."""
    try:
        async with aclosing(growing):
            async for said in growing:
                heard.put_nowait(said)
    finally:
        heard.put_nowait(None)


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
        turns = gr.State([])
        with gr.Row(elem_id="top"):
            gr.HTML("<h1>Dateline</h1>", elem_id="name", **plain)
            status = gr.HTML(desk.status(), elem_id="status", **plain)
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="talking"):
                join = "${value.join('')}"
                talk = gr.HTML(talk_html([]), html_template=join, js_on_load=TALK_JS, elem_id="talk", **plain)
                examples = gr.HTML(js_on_load=EXAMPLES_JS, elem_id="examples", **plain)
                notice = gr.HTML(elem_id="notice", **plain)
                look: dict[str, Any] = {"show_label": False, "container": False}
                chosen: list[Any] = []
                if assistant.writer != QUOTES:
                    with gr.Row(elem_id="writing"):
                        writers = [(assistant.writer, "model"), ("Quotes", QUOTES)]
                        chosen = [gr.Radio(writers, value="model", label="Written by", elem_id="writer", **look)]
                        chosen += [gr.Checkbox(label="only what is supported", elem_id="strict", **look)]
                with gr.Row(elem_id="composer"):
                    look |= {"placeholder": "Ask a question…", "max_lines": 6, "autofocus": True}
                    box = gr.Textbox(label="Your question", elem_id="box", **look)
                    send = gr.Button("Ask", elem_id="send")
                    halt = gr.Button("Stop", elem_id="stop")
                    clear = gr.Button("Clear", elem_id="clear")
            reader = gr.HTML(js_on_load=READER_JS, elem_id="reader", **plain)
        shown = [talk, box, notice, status]
        # Gradio's own cancelling ends whatever the reader asked since then too, and "once" would swallow that question.
        asked: dict[str, Any] = {"trigger_mode": "multiple", **event}
        gr.on([box.submit, send.click, examples.submit], desk.ask, [box, turns, *chosen], shown, **asked)
        halt.click(desk.stop, [turns], [talk], **at_once)
        clear.click(desk.clear, [turns], shown, **at_once)
        talk.select(desk.open, None, [reader], **at_once)
        page.load(desk.greet, None, [examples, status], **at_once)
        page.unload(desk.leave)
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

HEAD = """<meta http-equiv="Content-Security-Policy" content="img-src 'self' data: blob:;
connect-src 'self'; media-src 'self'; frame-src 'none'; object-src 'none'; form-action 'none'; base-uri 'self'">
<link rel="icon" href="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>
<rect width='32' height='32' rx='6' fill='%231d4f86'/>
<path d='M8 10h16M8 16h16M8 22h9' stroke='white' stroke-width='3'/></svg>">"""

TALK_JS = """
let turns = 0, open = null, leaving = 0;
const marked = (event) => event.target.closest('.checked');
const place = () => {
  if (!open?.isConnected) return;
  const tip = open.querySelector('.tip'), at = open.querySelector('.why').getBoundingClientRect();
  const {width, height} = tip.getBoundingClientRect();
  const below = at.bottom + height + 6 < document.querySelector('#composer').getBoundingClientRect().top;
  tip.style.left = `${Math.max(12, Math.min(at.left - 32, innerWidth - width - 12))}px`;
  tip.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - height - 6)}px`;
};
const show = (mark) => {
  clearTimeout(leaving);
  open?.classList.remove('open');
  open = mark;
  open?.classList.add('open');
  place();
};
const leave = () => { leaving = setTimeout(() => { if (!open?.contains(document.activeElement)) show(null); }, 200); };
element.addEventListener('mouseover', (event) => { if (marked(event)) show(marked(event)); else leave(); });
element.addEventListener('mouseleave', leave);
element.addEventListener('focusin', (event) => show(marked(event)));
element.addEventListener('focusout', leave);
document.addEventListener('scroll', place, true);
document.addEventListener('keydown', () => {  // Gradio names each choice anew, apart: arrow keys need one name for all
  document.querySelectorAll('#writer input').forEach((one) => { one.name = 'writer'; });
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || !open?.isConnected) return;
  event.stopImmediatePropagation();
  show(null);
}, true);
document.addEventListener('click', (event) => {
  const mark = marked(event), button = event.target.closest('#talk button:not(.why)');
  show(button ? null : mark);
  if (!button) return;
  const number = button.dataset.cite;
  const source = number ? button.closest('.turn').querySelector(`.source[data-number="${number}"]`) : button;
  window.openedFrom = button.matches('.near') ? mark.querySelector('.why') : button;
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
#talking section, #notice, #writing, #composer { width: 100%; max-width: 720px; margin: 0 auto; padding: 28px 24px; }
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
.doubt { text-decoration: underline dotted 1.5px var(--quiet); text-underline-offset: 4px; cursor: help; }
.partly .doubt { text-decoration-style: dashed; }
.unsupported .doubt { text-decoration: underline wavy 1px var(--warn); }
#talk .why { min-width: 22px; border-radius: 11px; font: 700 12px/20px system-ui, sans-serif; text-align: center; }
#talk .why { color: var(--quiet); border: 1px solid; vertical-align: 2px; margin: 0 2px 0 -24px; }
.doubt { padding-right: 28px; } /* room for the sign, which so never stands alone on a line */
#talk .unsupported .why { color: var(--warn); }
#talk .tip { display: none; position: fixed; z-index: 5; width: min(360px, 100vw - 24px); padding: 12px 14px; }
#talk .tip { font: 14px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); border-radius: 8px; }
#talk .tip { border: 1px solid var(--edge); box-shadow: 0 6px 24px #0004; max-height: 60dvh; overflow-y: auto; }
#talk .open .tip { display: block; }
.tip q { display: block; margin: 8px 0 2px; padding-left: 10px; border-left: 3px solid var(--line); }
.tip q { font: 15px/1.5 var(--serif); }
.tip i { font-style: normal; padding-left: 13px; color: var(--quiet); }
#talk .near { display: block; margin: 8px 0 0; font: inherit; color: var(--accent); text-decoration: underline; }
#writing { flex: none; align-items: center; gap: 6px 20px; padding: 8px 24px 0; }
#writing > * { flex: none !important; width: auto !important; min-width: 0 !important; margin: 0 !important; }
#writing > * { border: 0; padding: 0; background: none; }
#writing .wrap { gap: 0; flex-wrap: nowrap; }
#writing label { padding: 5px 12px; color: var(--ink); background: none; border: 0; font: inherit; box-shadow: none; }
#writer label { background: var(--paper); border: 1px solid var(--edge); }
#strict label { padding: 5px 0; }
#writer label > span { max-width: 46vw; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
#writing:has([value=quotes]:checked) #strict { visibility: hidden; }
#writer label:first-of-type { border-radius: 8px 0 0 8px; }
#writer label:last-of-type { border-radius: 0 8px 8px 0; margin-left: -1px; }
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
  #top, #talking section, #writing, #composer, #notice { padding-left: 16px; padding-right: 16px; }
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
