"""What the page asks for: every request of the browser over a tour of it, and every connection of the server.

python -m tests.requests_log prints the log. It is read from Chromium's own, which holds what no page can see:
workers, prefetching, fonts, names that are looked up, and what the browser would ask for itself.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser import answered, ask, chromium, serving, wait_for
from tests.states import STATES, calm

# Of Python's audit events those that reach out; the process goes on, so that the log shows all of them.
GUARD = """
import json, os, sys
def note(event, args):
    if event in ("socket.connect", "socket.connect_ex", "socket.sendto", "socket.sendmsg", "socket.bind"):
        told = args[1]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"):
        told = args[0]
    elif event in ("subprocess.Popen", "os.exec", "os.posix_spawn"):
        told = args[1]
    else:
        return
    with open(os.environ["DATELINE_TEST_CONNECTIONS"], "a") as log:
        log.write(json.dumps([event, told], default=str) + "\\n")
sys.addaudithook(note)
"""


# What a browser does by itself with any page, turned off as far as Chromium lets itself be.
SILENT = ("--disable-features=AutofillServerCommunication", "--disable-field-trial-config", "--dns-over-https-mode=off")

PAGE = "http://127.0.0.1"


@dataclass
class Asked:
    """What a browser did: requests and names looked up on behalf of the page, and what it asked for by itself.

    Chromium keeps apart what it does for each site by a key, and notes which page set a request off; what it does for
    itself has neither.
    """

    requests: Counter[str] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)
    by_itself: Counter[str] = field(default_factory=Counter)

    def outside(self, origin: str) -> list[str]:
        """Return what the page asked for elsewhere than at its own origin."""
        return [one for one in [*self.requests, *self.names] if f"{origin}/" not in f"{one}/"]


@contextmanager
def guarded(folder: Path) -> Iterator[tuple[Mapping[str, str], Path]]:
    """Give an environment under which each Python process, and each it starts, logs where it connects, and the log."""
    hook, log = folder / "hook", folder / "connections.jsonl"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    log.touch()
    yield (
        {"PYTHONPATH": f"{hook}{os.pathsep}{Path(__file__).parent.parent}", "DATELINE_TEST_CONNECTIONS": str(log)},
        log,
    )


def connections(log: Path) -> list[tuple[str, Any]]:
    """Return the events of a guard's log: what was done, and to which address or name."""
    return [tuple(json.loads(line)) for line in log.read_text(encoding="utf-8").splitlines()]


def net_log(path: Path) -> Asked:
    """Read a net log of Chromium's."""
    told = json.loads(path.read_text(encoding="utf-8"))
    names = {number: name for name, number in told["constants"]["logEventTypes"].items()}
    asked = Asked()
    for event in told["events"]:
        params, kind = event.get("params", {}), names[event["type"]]
        if kind == "URL_REQUEST_START_JOB" and re.match("http|ws", params.get("url", "")):
            ours = PAGE in params["network_isolation_key"] or PAGE in params["initiator"]
            (asked.requests if ours else asked.by_itself)[f"{params['method']} {params['url']}"] += 1
        elif kind == "HOST_RESOLVER_MANAGER_REQUEST" and "host" in params:
            ours = PAGE in params["network_anonymization_key"]
            (asked.names if ours else asked.by_itself)[f"look up {params['host']}"] += 1
    return asked


def tour(address: str, folder: Path, *steps: Callable[[Page], None], lawless: bool = False) -> Asked:
    """Open the page, take the steps, and return what the browser asked for; `lawless`: against its policy too."""
    log = folder / f"net-{len(list(folder.iterdir()))}.json"
    with chromium(f"--log-net-log={log}", "--net-log-capture-mode=Everything", *SILENT) as browser:
        page = browser.new_context(bypass_csp=lawless).new_page()
        page.goto(address)
        expect(page.locator(".example").first).to_be_visible()
        for step in steps:
            step(page)
        page.wait_for_timeout(300)
    return net_log(log)


def states(page: Page) -> None:
    """Go through every state over the stand-in."""
    for state in STATES.values():
        if state.place == "fake":
            state.reach(page)
            calm(page)


def reading(page: Page) -> None:
    """Ask, open an article, be refused, load the page again."""
    page.locator(".example").first.click()
    answered(page)
    page.locator(".cite").first.click()
    expect(page.locator("#reader mark").first).to_be_visible()
    ask(page, "Who won the chess championship in Reykjavik?")
    answered(page, 2)
    page.reload()
    expect(page.locator(".example").first).to_be_attached()


def main() -> None:
    with tempfile.TemporaryDirectory() as made, guarded(Path(made)) as (environment, log):
        folder = Path(made)
        from index import build

        build([Path("articles")], folder / "index")
        with serving("ui.py", "--index", str(folder / "index"), "--port", environment=environment) as real:
            wait_for(real)
            asked = tour(real, folder, reading)
        print("The page asked for:")
        for request, times in sorted({**asked.requests, **asked.names}.items()):
            print(f"  {times:4} × {request}")
        print("Chromium asked by itself for:")
        for request, times in sorted(asked.by_itself.items()):
            print(f"  {times:4} × {request[:80]}")
        print("The server's processes:")
        for event, times in Counter(f"{event} {told}" for event, told in connections(log)).items():
            print(f"  {times:4} × {event}")


if __name__ == "__main__":
    sys.exit(main())
