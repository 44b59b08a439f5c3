"""What tests in a browser share: servers of the page, Chromium, a desk that opens pages and minds what they ask for.

`conftest.py` gives the fixtures to every module, so that the servers start once for the whole suite.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from index import build
from tests.fake_assistant import FILLING, HOSTILE

ROOT = Path(__file__).parent.parent
QUESTION = "Why is Washington worried about the radar?"
ANSWER = "Washington is worried that the radar could learn how to see the stealth fighter."
ARTICLES = (
    {
        "url": "https://a.example/radar",
        "title": f"Radar {HOSTILE}",
        "outlet": "Alpha <b>News</b>",
        "published": "2019-07-12",
        "text": f"A first part arrived on Friday, they said.\n{FILLING}\n{ANSWER} Nobody else spoke.\n{FILLING}",
    },
    {
        "url": "javascript:document.title='taken'",
        "title": "Ship blocks the Suez Canal",
        "text": "A container ship ran aground in the Suez Canal on Tuesday. Some 200 ships were waiting at both ends.",
    },
)
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]
# The last such flag counts, so what Playwright leaves out comes first; then the pages that Chromium draws its own
# address bar with, which nobody sees and which cost each new page as much as the page itself.
FLAGS += [
    "--disable-features=AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,"
    "HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,"
    "AvoidCorsURLLoaderRestartOnRedirect,TcpPortRandomizationWin,OptimizationHints,NetworkTimeServiceQuerying,"
    "AimEnabled,PreconnectToSearch,WebUIOmniboxPopup,WebUIOmniboxAimPopup"
]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
expect.set_options(timeout=10_000)


CONTRASTS = """(selectors) => {
  const canvas = document.createElement('canvas').getContext('2d');
  const rgb = (colour) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const light = ([r, g, b]) => [r, g, b].map((c) => (c /= 255) <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  const ground = (e) => {
    const c = rgb(getComputedStyle(e).backgroundColor);
    return c[3] === 255 ? c : ground(e.parentElement);
  };
  return selectors.map((selector) => {
    const e = document.querySelector(selector);
    if (!e) return [selector, 0];
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))];
    return [selector, (Math.max(a, b) + .05) / (Math.min(a, b) + .05)];
  });
}"""


@contextmanager
def serving(*command: str, environment: Mapping[str, str] | None = None, log: BinaryIO | None = None) -> Iterator[str]:
    """Run a server of the page in its own process and give its address; the port is added to the command.

    `log` is the file for what it says on stderr, where it says much.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, *command, str(port)],
        cwd=ROOT,
        env={"DATELINE_KEEP": "none", **os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=log or subprocess.PIPE,
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate(timeout=20)


def wait_for(address: str, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            assert time.monotonic() < end, f"nothing answers at {address}"
            time.sleep(0.1)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Addresses of a page over a real index, which keeps nothing, and of one over the stand-in, which keeps;
    that index, for tests that only read, and the folder in which the other keeps."""
    folder = tmp_path_factory.mktemp("page")
    source = folder / "articles.jsonl"
    source.write_text("\n".join(json.dumps(article) for article in ARTICLES), encoding="utf-8")
    build([source], folder / "index")
    kept = str(folder / "kept")
    real = serving("ui.py", "--index", str(folder / "index"), "--port")
    with real as first, serving("-m", "tests.fake_assistant", "--keep", kept) as second:
        wait_for(first)
        wait_for(second)
        yield {"real": first, "fake": second, "index": str(folder / "index"), "kept": kept}


@pytest.fixture(scope="module")
def servers(served: dict[str, str]) -> dict[str, str]:
    return served


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """Run Chromium, which asks for nothing by itself, and end it."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert path, "these tests need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Of a module, not of the session: while Playwright runs, no other test can have an event loop of its own.
    with chromium() as browser:
        yield browser


class Contexts:
    """A browser's contexts, by their options: one that was given back has the page's scripts in its cache already."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, list[BrowserContext]] = {}
        self._taken: list[tuple[str, BrowserContext]] = []

    def take(self, **options: Any) -> BrowserContext:
        """Return a context that nobody else has, of a reader of its own."""
        options = {"viewport": {"width": 1440, "height": 900}, **options}
        name = repr(sorted(options.items()))
        free = self._free.setdefault(name, [])
        context = free.pop() if free else self._browser.new_context(**options)
        self._taken.append((name, context))
        return context

    def give_back(self) -> None:
        """Take all contexts back: their pages closed, whose they were forgotten."""
        for name, context in self._taken:
            for page in context.pages:
                page.close()
            context.clear_cookies()
            context.clear_permissions()
            self._free[name].append(context)
        self._taken.clear()


@pytest.fixture(scope="module")
def contexts(browser: Browser) -> Contexts:
    return Contexts(browser)


class Desk:
    """Opens pages and keeps what they ask for and complain of."""

    def __init__(self, contexts: Contexts, servers: dict[str, str]) -> None:
        self.contexts, self.servers = contexts, servers
        self.requests: list[str] = []
        self.complaints: list[str] = []

    def open(self, server: str = "fake", **options: Any) -> Page:
        page = self.contexts.take(**options).new_page()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        # what a part's script throws when it is shown anew, Gradio catches
        page.on("console", lambda told: self.complaints.append(told.text) if "watch callback" in told.text else None)
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog {dialog.message}"))
        page.goto(self.servers[server])
        expect(page.get_by_label("Your question")).to_be_visible()
        expect(page.locator(".welcome")).to_be_visible()
        return page


@pytest.fixture
def desk(contexts: Contexts, servers: dict[str, str]) -> Iterator[Desk]:
    desk = Desk(contexts, servers)
    yield desk
    contexts.give_back()
    assert desk.requests
    outside = [url for url in desk.requests if not re.match(r"(http://127\.0\.0\.1:\d+/|data:|blob:)", url)]
    assert outside == []
    assert desk.complaints == []


def ask(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")


def answered(page: Page, turn: int = 1) -> None:
    expect(page.locator(".turn")).to_have_count(turn)
    expect(page.locator(".turn").last.locator(".answer")).to_have_attribute("aria-busy", "false")


def in_view(page: Page, part: str = "mark") -> bool:
    """Tell whether the mark, or another part, lies between the panel's header and the window's lower edge."""
    return bool(
        page.evaluate(
            """(part) => {
          const mark = document.querySelector(`#reader ${part}`).getBoundingClientRect();
          const header = document.querySelector('#reader header').getBoundingClientRect();
          return mark.top >= header.bottom && mark.bottom <= innerHeight && mark.right <= innerWidth && mark.width > 0;
        }""",
            part,
        )
    )
