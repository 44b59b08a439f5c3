"""Pictures of the page: python -m tests.screenshots FOLDER [STATE...]

Every state of `states.py`, over the stand-in, at both sizes in both themes; and those of the documents, over the sample
and a scripted model.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from index import NewsIndex, build
from tests.browser import PHONE, answered, ask, chromium, serving, wait_for
from tests.fake_chat import Script, openai_server
from tests.states import SCHEMES, STATES

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
SIZES = {"desk": DESK, "phone": PHONE}


def main(folder: Path, *names: str) -> None:
    """Take all pictures, or those of the states named."""
    folder.mkdir(parents=True, exist_ok=True)
    with serving("-m", "tests.fake_assistant") as address, chromium() as browser:
        wait_for(address)
        for name in names or STATES:
            for size, options in SIZES.items():
                for scheme in SCHEMES:
                    picture = folder / f"{name.replace(' ', '-')}-{size}-{scheme}.png"
                    _state(browser, address, name, color_scheme=scheme, **options).screenshot(path=picture)
    if not names:
        _documents(folder)


def _state(browser: Browser, address: str, name: str, **options: Any) -> Page:
    page = browser.new_context(reduced_motion="reduce", **options).new_page()
    page.goto(address)
    page.locator(".example").first.wait_for()
    STATES[name](page)
    page.wait_for_timeout(150)  # fonts, and a frame after the last change
    return page


def _documents(folder: Path) -> None:
    """Take the pictures that the documents show: a judged answer, one mark open; `checks.png` is smaller."""
    with tempfile.TemporaryDirectory() as made:
        build([Path("articles")], Path(made) / "index")
        script = Script([f"{word} " for word in _answer(Path(made) / "index").split()], pause=0.01, usage=(2_112, 61))
        with openai_server(script) as url:
            model = ("--model", "openai:example", "--base-url", url)
            with serving("ui.py", "--index", f"{made}/index", *model, "--port") as address, chromium() as browser:
                wait_for(address)
                for scheme in SCHEMES:
                    for name, size in SIZES.items():
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
    main(Path(sys.argv[1]), *sys.argv[2:])
