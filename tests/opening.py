"""How long an article takes from a click on its number to the screen: python -m tests.opening INDEX"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator

from playwright.sync_api import Page, sync_playwright

from assistant import Assistant
from tests.browser import FLAGS, answered, ask, serving, wait_for

TIMES = 3  # each number is chosen so often
OPENED = """(button) => new Promise((done) => {
  const began = performance.now(), reader = document.querySelector('#reader');
  const before = reader.querySelector('.article')?.dataset.opened;
  const look = () => {
    const now = reader.querySelector('.article');
    if (!now?.querySelector('.text mark') || now.dataset.opened === before) return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));  // painted
  };
  button.click();
  look();
})"""


def main(index: str) -> None:
    """Ask what the index can answer, open all quotes and print the times."""
    with Assistant.open(index) as assistant:
        questions = assistant.examples(6)
    with serving("ui.py", "--index", index, "--port") as address, sync_playwright() as drive:
        wait_for(address)
        path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
        page = drive.chromium.launch(executable_path=path, args=FLAGS).new_page()
        page.goto(address)
        took = sorted(_opened(page, questions))
    middle, late = took[len(took) // 2], took[int(len(took) * 0.95)]
    print(f"{len(took)} openings: median {middle:.0f} ms, 95 of 100 within {late:.0f} ms, longest {took[-1]:.0f} ms")


def _opened(page: Page, questions: list[str]) -> Iterator[float]:
    for turn, question in enumerate(questions, start=1):
        ask(page, question)
        answered(page, turn)
        for number in page.locator(".turn").last.locator(".cite").all() * TIMES:
            yield number.evaluate(OPENED)
            page.wait_for_timeout(100)


if __name__ == "__main__":
    main(sys.argv[1])
