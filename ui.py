"""The page: lays out its parts and serves them with Gradio. Decides nothing: `assistant.page` says what each shows.

Gradio is imported when the page starts, not before: `--help` must not wait for it.
"""

from __future__ import annotations

import argparse
import atexit
import json
import logging
import os
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import nullcontext
from inspect import Parameter, Signature, signature
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

from assistant import DatelineError
from assistant.arguments import enter, open_assistant, parser, run, say, set_up
from assistant.door import serving
from assistant.door.endpoints import NAMES, Endpoints
from assistant.door.quick import quickly
from assistant.door.visit import READER, REQUEST, reader_of
from assistant.door.ways import MCP
from assistant.page import looks
from assistant.page.composer import NAV, composer_html
from assistant.page.desk import ANSWERED, FAILED, Desk
from assistant.page.escaping import aside
from assistant.page.intake import LARGEST_UPLOAD, Rules
from assistant.page.overview import WAITING
from assistant.page.session import MOST_SESSIONS, Changes, Visitor
from assistant.page.shelf import intake_html
from assistant.page.turns import talk_html

if TYPE_CHECKING:
    import gradio as gr

    from assistant import Assistant
    from assistant.door.serving import Place
    from index.manifest import Manifest

log = logging.getLogger("dateline")
# Numbers of the talk's pictures. They go up while a server runs, whatever its clock does, and from one to the next.
_PICTURES = count(time.time_ns() // 1_000)

# Gradio keeps a copy of the page's description for each that was ever opened, some 190 kB, and the page needs none.
_KEPT_BY_GRADIO = 100

# What of the page changes by itself, by the name that its parts, scripts and style sheets know it by.
PARTS = (
    *("nav", "menu", "status", "account", "talk", "start", "notice", "filters", "composer", "reader"),
    *("intake", "history", "overview", "told", "job", "shelf", "download"),
)


def build_page(assistant: Assistant, keep: Path | None = None, rules: Rules | None = None) -> gr.Blocks:
    """Return the page over an assistant, not yet served.

    `keep` is the folder of its conversations, None for none; `rules` say what may be added and changed by it.
    """
    _import_gradio()
    from gradio import events

    desk = Desk(assistant, keep, rules)
    atexit.register(desk.librarian.jobs.close)
    # what is uploaded and never added goes after an hour
    page = gr.Blocks(title="Dateline", fill_width=True, analytics_enabled=False, delete_cache=(600, 3_600))
    with page:
        with gr.Row(elem_id="top"):
            gr.HTML("<h1>Dateline</h1>", elem_id="name", apply_default_css=False)
            top = [_part("nav", NAV), _part("menu"), _part("status"), _part("account")]
        with gr.Row(elem_id="views"):
            with gr.Row(elem_id="desk"), gr.Column(elem_id="talking"):
                talking = [_part("talk", talk_html([]), html_template="${value.join('')}"), _part("start")]
                talking += [_part("notice"), _part("filters"), _part("composer", composer_html(assistant.writer))]
            reader = [_part("reader")]  # beside either view; the views' own order is put right by the style sheet
            with gr.Row(elem_id="library"):
                with gr.Column(elem_id="keeping"):
                    library = [_part("intake", intake_html(rules or Rules())), _part("history")]
                    library += [_part("overview", aside(WAITING))]
                with gr.Column(elem_id="shelves"):
                    library += [_part("told"), _part("job"), _part("shelf")]
                library += [_part("download", html_template="")]
        endpoints = Endpoints(assistant, desk.line)
        for name in NAMES:
            # Not in the queue: the line of all who ask holds for them too, and MCP needs no loopback then.
            events.api(_door(getattr(endpoints, name)), api_name=name, queue=False, concurrency_limit=None)
        _wire(page, desk, top + talking + reader + library)
    return page


def _part(name: str, value: Any = "", **how: Any) -> gr.HTML:
    part = gr.HTML(value, elem_id=name, js_on_load=looks.script(name), apply_default_css=False, **how)
    # Told by a function to skip a part, Gradio builds it anew each time: that costs more than the answer does.
    vars(part)["postprocess"] = lambda value: gr.skip() if value is None else value
    return part


def _wire(page: gr.Blocks, desk: Desk, parts: list[gr.HTML]) -> None:
    """Bring what happens on the page to the desk, and what changes by it back."""
    hidden: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}

    async def ask(event: gr.EventData, request: gr.Request) -> AsyncGenerator[list[Any]]:
        async for changes in desk.ask(_visitor(request), event._data):
            yield _updates(changes, ANSWERED)

    async def act(event: gr.EventData, request: gr.Request) -> list[Any]:
        return _updates(await desk.act(_visitor(request), event._data))

    async def greet(request: gr.Request) -> list[Any]:
        return _updates(await desk.greet(_visitor(request)))

    async def leave(request: gr.Request) -> None:
        await desk.leave(_visitor(request))

    # Gradio's own cancelling ends whatever the reader asked since then too, and "once" would swallow that question.
    # Each part named costs a thread for each picture of a growing answer.
    named = dict(zip(PARTS, parts, strict=True))
    answered, hidden["trigger_mode"] = [named[name] for name in ANSWERED], "multiple"
    gr.on([part.submit for part in parts], ask, None, answered, concurrency_limit=None, **hidden)
    gr.on([part.select for part in parts], act, None, parts, queue=False, **hidden)
    page.load(greet, None, parts, queue=False, **hidden)
    page.unload(leave)


def _door(door: Any) -> Any:
    """Return what Gradio publishes of a door, in API and MCP: its arguments and words, and failures as sentences."""

    async def published(*given: Any) -> Any:
        request, *arguments = given
        by_mcp = MCP in str(request.url)
        sentence = FAILED
        try:
            answer = await door(_visitor(request).reader, *arguments)
        except DatelineError as problem:
            sentence = str(problem)
        except Exception:
            log.exception("/%s failed", door.__name__)
        else:
            # Gradio hands a model Python's own way of writing an object: JSON is a better one.
            return json.dumps(answer, ensure_ascii=False) if by_mcp else answer
        raise DatelineError(sentence) if by_mcp else gr.Error(sentence, print_exception=False)

    hints = get_type_hints(door)
    _, *own = signature(door).parameters.values()
    parameters = [Parameter("request", Parameter.POSITIONAL_OR_KEYWORD, annotation=gr.Request)]
    parameters += [one.replace(annotation=hints[one.name]) for one in own]
    published.__signature__ = Signature(parameters, return_annotation=hints["return"])  # type: ignore[attr-defined]
    published.__annotations__ = {one.name: one.annotation for one in parameters} | {"return": hints["return"]}
    published.__name__, published.__doc__ = door.__name__, door.__doc__
    return published


def _visitor(request: gr.Request) -> Visitor:
    """Return who asks, as the door tells; a program that brings no key is known by its session alone.

    What is done for them from here on is for the request that the door names: it may be done in another task.
    """
    enter(str(request.headers.get(REQUEST) or ""))
    session = str(getattr(request, "session_hash", None) or "")
    return Visitor(reader_of(request.headers.get(READER)) or f"session:{session}", session)


def _updates(changes: Changes, names: Sequence[str] = PARTS) -> list[Any]:
    """Return the changes in the order of the parts `names`, None for one that stays.

    The talk has its number with it: of two answers on their way to a browser the later one may come first.
    """
    if lacking := changes.keys() - set(names):
        raise KeyError(f"no such parts here: {lacking}")
    if "talk" in changes:
        changes = {**changes, "talk": [*changes["talk"], f'<i hidden data-at="{next(_PICTURES)}"></i>']}
    return [changes.get(name) for name in names]


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the page until it is interrupted. Returns 0; 2 after one sentence when it cannot be served."""
    return run(lambda: _start(argv))


def _start(argv: Sequence[str] | None) -> int:
    options = _parser().parse_args(argv)
    set_up(options)
    if options.add_user:
        return serving.add_user(options)
    place = serving.place_of(options)
    serving.keep_quiet()
    serving.keep_small()
    try:
        with tempfile.TemporaryDirectory(prefix="dateline-uploads-") as uploads:
            os.environ["GRADIO_TEMP_DIR"] = uploads
            rules = Rules(options.read_only, options.allow_private, None if options.read_only else Path(uploads))
            assistant = _open(options)
            _serve(build_page(assistant, options.keep, rules), place, assistant.info)
    except KeyboardInterrupt:
        say("Stopped.", logging.INFO)
    return 0


def _parser() -> argparse.ArgumentParser:
    made = parser("dateline", "Ask the indexed articles in a chat window.")
    serving.take_place(made)
    made.add_argument("--read-only", action="store_true", help="let no one add, remove or roll back from the page")
    made.add_argument("--allow-private", action="store_true", help="let the page add from private addresses as well")
    made.add_argument(
        "--keep",
        metavar="DIR",
        type=_folder,
        default=os.environ.get("DATELINE_KEEP") or "dateline-kept",
        help='the folder for conversations, or "none" (default: $DATELINE_KEEP, else dateline-kept)',
    )
    return made


def _folder(given: str) -> Path | None:
    if not given.strip():
        raise argparse.ArgumentTypeError('name a folder, or "none"')
    return None if given == "none" else Path(given)


def _import_gradio() -> None:
    """Import Gradio under the name this module, and Gradio itself reading this module's hints, know it by."""
    global gr
    with quickly() if "gradio" not in sys.modules else nullcontext():
        import gradio as gr


def _open(options: argparse.Namespace) -> Assistant:
    """Open the assistant while Gradio is imported: each takes seconds. A missing index is told before that."""

    with ThreadPoolExecutor(1) as pool:
        opening = pool.submit(open_assistant, options)
        wait([opening], timeout=0.5)
        if not opening.done():
            _import_gradio()
        return opening.result()


def _serve(page: gr.Blocks, place: Place, live: Callable[[], Manifest]) -> None:
    """Serve until interrupted, behind the door: not shared, nothing sent out or asked for elsewhere."""
    from fastapi import FastAPI

    font = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
    theme = gr.themes.Base(neutral_hue="slate", font=font, font_mono=["ui-monospace", "monospace"])
    # The line of all who ask is shorter than the queue, and tells in words that it is full.
    page.queue(default_concurrency_limit=8, max_size=MOST_SESSIONS, api_open=False)
    page.state_session_capacity = _KEPT_BY_GRADIO
    off: dict[str, Any] = dict.fromkeys(("run_history", "ssr_mode", "enable_monitoring", "pwa", "show_error"), False)
    look: dict[str, Any] = {"theme": theme, "css": looks.style(), "head": looks.head(), "footer_links": []}
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    gr.mount_gradio_app(app, page, "/", max_file_size=LARGEST_UPLOAD, mcp_server=True, **off, **look)
    page.is_running = True  # else no sign of life is sent while an answer takes long, and a proxy might cut it off
    doors = serving.signatures({name: getattr(Endpoints, name) for name in NAMES})
    events = {number: str(event.api_name or "") for number, event in page.fns.items()}
    serving.serve(app, place, doors, events, live)


if __name__ == "__main__":
    sys.exit(main())
