"""How long a reader of the page waits, in Chromium over a server of its own: p50 and p95 of what is seen on the screen.

python benchmarks/page.py INDEX QUESTIONS.jsonl[.xz] [-n 50]

Each figure ends with the frame that shows what was waited for: from opening the page to its first paint and to a box
that takes a question, with nothing in the browser's cache and with all; from Enter to the first words of an answer;
from a click on a number to the article's text.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from measure import machine, milliseconds, records

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

sys.path.insert(0, str(Path(__file__).parent.parent))  # Chromium and servers of the page are the tests' too

# Runs before the page's own scripts: notes when the box is there and has the focus.
READY = """
const look = () => {
  if (document.activeElement?.id === 'box') requestAnimationFrame(() => { window.ready = performance.now(); });
  else requestAnimationFrame(look);
};
look();
"""
# From an event to the first frame after something is there, in milliseconds.
TIMER = """
window.timed = (kind, there) => new Promise((done) => {
  let began = 0;
  const painted = () => requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
  const watcher = new MutationObserver(() => { if (began && there()) { watcher.disconnect(); painted(); } });
  watcher.observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true});
  document.addEventListener(kind, (event) => { began ||= event.timeStamp; }, {capture: true, once: true});
});
window.answered = (turn) => () => document.querySelectorAll('.turn').length === turn &&
  [...document.querySelectorAll('.turn:last-child .answer p')].some((p) => !p.matches('.aside') && p.innerText);
window.opened = () => document.querySelector('#reader .article p:not(.meta)') && document.querySelector('#reader mark');
"""


def opening(browser: Browser, address: str, times: int) -> dict[str, list[float]]:
    """Return seconds to first paint and to a box that takes a question, with an empty cache and with a full one."""
    found: dict[str, list[float]] = {}
    for _ in range(times):
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.add_init_script(READY)
        for cache in ("empty", "full"):
            page.goto(address, wait_until="commit")
            page.wait_for_function("window.ready")
            seen = page.evaluate("[performance.getEntriesByName('first-contentful-paint')[0].startTime, ready]")
            for what, milli in zip(("first paint", "box ready"), seen, strict=True):
                found.setdefault(f"{what}, cache {cache}", []).append(milli / 1000)
        context.close()
    return found


def asking(page: Page, questions: list[str]) -> dict[str, list[float]]:
    """Return seconds from Enter to first words, and from a click on a number to the article, of what is answered."""
    found: dict[str, list[float]] = {"Enter to first words": [], "click to article": []}
    page.evaluate(TIMER)
    for question in questions:
        page.locator("#box").fill(question)
        page.evaluate("window.waited = timed('keydown', answered(1)); 0")
        page.locator("#box").press("Enter")
        milli = page.evaluate("waited")
        page.locator(".answer[aria-busy=false]").wait_for()
        if page.locator(".cite").count():
            found["Enter to first words"].append(milli / 1000)
            page.evaluate("window.waited = timed('click', opened); 0")
            page.locator(".cite").first.click()
            found["click to article"].append(page.evaluate("waited") / 1000)
            page.locator("#reader .close").click()
        page.locator("#new").click()
        page.locator(".turn").wait_for(state="detached")
    return found


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index")
    parser.add_argument("questions")
    parser.add_argument("-n", type=int, default=50)
    arguments = parser.parse_args()

    from index import NewsIndex
    from tests.browser import chromium, serving, wait_for

    questions = [
        record["question"] for _, record in zip(range(arguments.n + 5), records(arguments.questions), strict=False)
    ]
    print(f"{NewsIndex.open(arguments.index).info().passages:,} passages; {machine()}")
    began = time.perf_counter()
    with serving("ui.py", "--index", arguments.index, "--port") as address, chromium() as browser:
        wait_for(address, 120)
        print(f"server up: {time.perf_counter() - began:.1f} s")
        show({f"{what}, first visit": took for what, took in opening(browser, address, 1).items() if "empty" in what})
        show(opening(browser, address, 10))
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.goto(address)
        page.locator("#box").wait_for()
        asking(page, questions[:5])  # these warm up
        show(asking(page, questions[5:]))


def show(found: dict[str, list[float]]) -> None:
    for what, seconds in found.items():
        print(f"{what + ':':32} {milliseconds(seconds, 95)}", flush=True)


if __name__ == "__main__":
    main()
