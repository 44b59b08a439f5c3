"""Pictures of the page for the documents, over the sample and a scripted model: python -m tests.screenshots FOLDER"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from index import NewsIndex, build
from tests.fake_chat import Script, openai_server
from tests.test_ui_browser import FLAGS, PHONE, answered, ask, serving, wait_for

QUESTION = "Why was Turkey removed from the F-35 programme?"
# Each sentence with words of the passage it cites: what it says stands there wholly, in part, and not at all.
SAID = (
    (
        "A Russian radar that watches the F-35 day after day could learn how to find the stealth aircraft",
        "radar of",
    ),
    ("Deliveries of equipment had been suspended in April 2019, and pilots were sent home", "stopped sending"),
    ("Turkey's foreign ministry said that it would leave NATO by March 2021", "called the decision one-sided"),
)
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}


def main(folder: Path) -> None:
    """Take a picture of each size in light and dark, one mark open; and `checks.png`, smaller, for the documents."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        build([Path("articles")], Path(made) / "index")
        script = Script([f"{word} " for word in _answer(Path(made) / "index").split()], pause=0.01, usage=(2_112, 61))
        with openai_server(script) as url:
            model = ("--model", "openai:example", "--base-url", url)
            with serving("ui.py", "--index", f"{made}/index", *model, "--port") as address, sync_playwright() as drive:
                wait_for(address)
                path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
                browser = drive.chromium.launch(executable_path=path, args=FLAGS)
                for scheme in ("light", "dark"):
                    for name, size in (("desk", DESK), ("phone", PHONE)):
                        page = _asked(browser, address, color_scheme=scheme, **size)
                        page.screenshot(path=folder / f"{name}-{scheme}.png")
                page = _asked(browser, address, viewport={"width": 1100, "height": 640})
                page.screenshot(path=folder / "checks.png")


def _answer(index: Path) -> str:
    with NewsIndex.open(index) as opened:
        passages = [hit.passage.text for hit in opened.search(QUESTION, 8)]
    numbers = [next(n for n, text in enumerate(passages, start=1) if words in text) for _, words in SAID]
    return " ".join(f"{sentence} [{number}]." for (sentence, _), number in zip(SAID, numbers, strict=True))


def _asked(browser: Browser, address: str, **options: Any) -> Page:
    page = browser.new_context(**options).new_page()
    page.goto(address)
    ask(page, QUESTION)
    answered(page)
    page.locator(".why").last.click()
    page.wait_for_timeout(400)
    return page


if __name__ == "__main__":
    main(Path(sys.argv[1]))
