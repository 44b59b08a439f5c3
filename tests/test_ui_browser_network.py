"""No network: what the page asks for, all of it, is at its own origin; what the server connects to is this machine."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser import ROOT, serving, wait_for
from tests.requests_log import connections, guarded, reading, states, tour


def test_every_request_of_every_state_is_to_the_page_itself(served: dict[str, str], tmp_path: Path) -> None:
    origin = served["fake"]
    asked = tour(origin, tmp_path, states)
    assert asked.outside(origin) == []
    assert {f"GET {origin}/", f"POST {origin}/gradio_api/queue/join?"} <= set(asked.requests)  # so the log holds it all
    assert not [one for one in asked.requests if re.search(r"\.(woff2?|ttf|otf)\b|googleapis|cdn|huggingface", one)]


def test_the_log_sees_what_no_page_would_show(served: dict[str, str], tmp_path: Path) -> None:
    """The control: names are looked up, scripts and workers asked for elsewhere, and the log has them."""

    def stray(page: Page) -> None:
        page.evaluate("""() => {
          const add = (tag, how) => document.head.append(Object.assign(document.createElement(tag), how));
          add('link', {rel: 'prefetch', href: 'http://looked-up.invalid/'});
          add('link', {rel: 'stylesheet', href: 'http://127.0.0.1:9/style.css'});
          new Worker(URL.createObjectURL(new Blob(["importScripts('http://127.0.0.1:9/worker.js')"])));
        }""")
        page.wait_for_timeout(500)

    outside = tour(served["fake"], tmp_path, stray, lawless=True).outside(served["fake"])
    for what in ("look up http://looked-up.invalid", "GET http://looked-up.invalid", "/style.css", "/worker.js"):
        assert any(what in one for one in outside), outside


def test_the_server_connects_to_nothing_but_this_machine(tmp_path: Path) -> None:
    """From import through a build, the start, questions and articles."""
    with guarded(tmp_path) as (environment, log):
        index = str(tmp_path / "index")
        built = [sys.executable, "-m", "index", "build", "articles", "--index", index]
        subprocess.run(built, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=120)
        with serving("ui.py", "--index", index, "--port", environment=environment) as origin:
            wait_for(origin)
            assert tour(origin, tmp_path, reading).outside(origin) == []
        told = connections(log)
    port = int(origin.rpartition(":")[2])
    assert ("socket.bind", ["127.0.0.1", port]) in told  # so the log is the server's
    assert [one for one in told if not _here(*one)] == []


def _here(event: str, told: Any) -> bool:
    if event in ("subprocess.Popen", "os.exec", "os.posix_spawn"):
        return "git" not in str(told) and "curl" not in str(told)
    host = told[0] if isinstance(told, list) else told
    return host in ("127.0.0.1", "localhost", "::1", None) or str(host).startswith("/")
