"""The page: lays out its parts and serves them with Gradio. Decides nothing: `assistant.page` says what each shows.

Gradio is imported when the page starts, not before: `--help` must not wait for it.
"""

from __future__ import annotations

import argparse
import atexit
import logging
import os
import re
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import AsyncGenerator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import BadRequest
from assistant.arguments import open_assistant, parser, run
from assistant.page import looks
from assistant.page.composer import NAV, composer_html
from assistant.page.desk import Desk
from assistant.page.intake import Rules
from assistant.page.session import Changes, Visitor
from assistant.page.shelf import intake_html
from assistant.page.turns import talk_html

if TYPE_CHECKING:
    import gradio as gr

    from assistant import Assistant

# What of the page changes by itself, by the name that its parts, scripts and style sheets know it by.
PARTS = (
    *("nav", "menu", "status", "talk", "start", "notice", "filters", "composer", "reader"),
    *("intake", "history", "overview", "told", "job", "shelf", "download"),
)


def build_page(assistant: Assistant, rules: Rules | None = None) -> gr.Blocks:
    """Return the page over an assistant, not yet served; `rules` say what may be added and changed by it."""
    _import_gradio()
    desk = Desk(assistant, rules)
    atexit.register(desk.library.jobs.close)
    # what is uploaded and never added goes after an hour
    page = gr.Blocks(title="Dateline", fill_width=True, analytics_enabled=False, delete_cache=(600, 3_600))
    with page:
        with gr.Row(elem_id="top"):
            gr.HTML("<h1>Dateline</h1>", elem_id="name", apply_default_css=False)
            top = [_part("nav", NAV), _part("menu"), _part("status")]
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="talking"):
                talking = [_part("talk", talk_html([]), html_template="${value.join('')}"), _part("start")]
                talking += [_part("notice"), _part("filters"), _part("composer", composer_html(assistant.writer))]
            talking += [_part("reader")]
        with gr.Row(elem_id="library"):
            with gr.Column(elem_id="keeping"):
                library = [_part("intake", intake_html(rules or Rules())), _part("history"), _part("overview")]
            with gr.Column(elem_id="shelves"):
                library += [_part("told"), _part("job"), _part("shelf")]
            library += [_part("download", html_template="")]
        _wire(page, desk, top + talking + library)
    return page


def _part(name: str, value: Any = "", **how: Any) -> gr.HTML:
    return gr.HTML(value, elem_id=name, js_on_load=looks.script(name), apply_default_css=False, **how)


def _wire(page: gr.Blocks, desk: Desk, parts: list[gr.HTML]) -> None:
    """Bring what happens on the page to the desk, and what changes by it back."""
    hidden: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}

    async def ask(event: gr.EventData, request: gr.Request) -> AsyncGenerator[list[Any]]:
        async for changes in desk.ask(_visitor(request), event._data):
            yield _updates(changes)

    async def act(event: gr.EventData, request: gr.Request) -> list[Any]:
        return _updates(await desk.act(_visitor(request), event._data))

    async def greet(request: gr.Request) -> list[Any]:
        return _updates(await desk.greet(_visitor(request)))

    async def leave(request: gr.Request) -> None:
        await desk.leave(_visitor(request))

    # Gradio's own cancelling ends whatever the reader asked since then too, and "once" would swallow that question.
    gr.on([part.submit for part in parts], ask, None, parts, trigger_mode="multiple", **hidden)
    gr.on([part.select for part in parts], act, None, parts, trigger_mode="multiple", queue=False, **hidden)
    page.load(greet, None, parts, queue=False, **hidden)
    page.unload(leave)


def _visitor(request: gr.Request) -> Visitor:
    return Visitor("", str(request.session_hash))


def _updates(changes: Changes) -> list[Any]:
    return [changes.get(name, gr.skip()) for name in PARTS]


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the page until it is interrupted. Returns 0; 2 after one sentence when it cannot be served."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s: %(message)s")
    return run(lambda: _start(argv))


def _start(argv: Sequence[str] | None) -> int:
    options = _parser().parse_args(argv)
    _check_address(options.host, options.port)
    _keep_quiet()
    try:
        with tempfile.TemporaryDirectory(prefix="dateline-uploads-") as uploads:
            os.environ["GRADIO_TEMP_DIR"] = uploads
            rules = Rules(options.read_only, options.allow_private, None if options.read_only else Path(uploads))
            _serve(build_page(_open(options), rules), options.host, options.port, rules)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    made = parser("dateline", "Ask the indexed articles in a chat window.")
    made.add_argument("--host", default="127.0.0.1", help="the address to answer on (default: 127.0.0.1)")
    made.add_argument("--port", type=int, default=7860, help="the port to answer on (default: 7860)")
    made.add_argument("--read-only", action="store_true", help="let no one add, remove or roll back from the page")
    made.add_argument("--allow-private", action="store_true", help="let the page add from private addresses as well")
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


def _serve(page: gr.Blocks, host: str, port: int, rules: Rules | None = None) -> None:
    """Serve until interrupted: not shared, nothing sent out or asked for elsewhere, no file taken in without rules."""
    font = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
    theme = gr.themes.Base(neutral_hue="slate", font=font, font_mono=["ui-monospace", "monospace"])
    page.queue(default_concurrency_limit=8, max_size=64, api_open=False)
    unused = ("share", "run_history", "mcp_server", "ssr_mode", "enable_monitoring", "pwa")
    off: dict[str, Any] = dict.fromkeys(unused, False)
    look: dict[str, Any] = {"theme": theme, "css": looks.style(), "head": looks.head(), "footer_links": []}
    most = rules.file_bytes if rules and rules.uploads else 1
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what is being built ends in good order
    try:
        page.launch(
            server_name=host, server_port=port, quiet=True, prevent_thread_lock=True, max_file_size=most, **off, **look
        )
    except OSError:
        raise BadRequest(f"Port {port} was taken just now: choose another with --port.") from None
    print(f"Dateline is at http://{host}:{port} (Ctrl+C stops it).", flush=True)
    try:
        threading.Event().wait()
    finally:
        page.close(verbose=False)


if __name__ == "__main__":
    sys.exit(main())
