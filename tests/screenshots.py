"""Pictures of the page: python -m tests.screenshots FOLDER [STATE...]

Every state of `states.py`, over the stand-in, at both sizes in both themes; and those of the documents, over the sample
and a scripted model.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from index import NewsIndex, build
from tests.axe import LOOKS, dress
from tests.browser import answered, ask, chromium, serving, wait_for
from tests.fake_chat import Script, openai_server
from tests.states import SIZES, STATES, calm, go, places

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


def main(folder: Path, *names: str) -> None:
    """Take all pictures, or those of the states named."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made, places(Path(made)) as at, chromium() as browser:
        page = browser.new_page(viewport=SIZES["desktop"])
        for name in names or STATES:
            calm(page)
            go(page, name, at)
            for size, scheme in LOOKS:
                dress(page, size, scheme)
                page.wait_for_timeout(150)  # fonts, and a frame after the last change
                page.screenshot(path=folder / f"{name.replace(' ', '-')}-{size}-{scheme}.png")
            dress(page, "desktop", "light")
    if not names:
        _documents(folder)


def _documents(folder: Path) -> None:
    """Take the pictures that the documents show, over the sample."""
    with tempfile.TemporaryDirectory() as made:
        build([Path("articles")], Path(made) / "index")
        script = Script([f"{word} " for word in _answer(Path(made) / "index").split()], pause=0.01, usage=(2_112, 61))
        with openai_server(script) as url:
            model = ("--model", "openai:example", "--base-url", url)
            with serving("ui.py", "--index", f"{made}/index", *model, "--port") as address, chromium() as browser:
                wait_for(address)
                for name, (reach, size, scheme) in DOCUMENTS.items():
                    page = browser.new_page(viewport=size, color_scheme=scheme, reduced_motion="reduce")
                    page.goto(address)
                    reach(page)
                    page.wait_for_timeout(400)
                    page.screenshot(path=folder / f"{name}.png")
                    page.close()


def _quoted(page: Page) -> None:
    """An answer in quotes, beside the article of one."""
    page.get_by_label("Quotes").check()
    ask(page, QUESTION)
    answered(page)
    page.locator(".cite").first.click()
    expect(page.locator("#reader mark[aria-current]")).to_be_visible()


def _library(page: Page) -> None:
    page.get_by_role("link", name="Library").click()
    expect(page.locator("#shelf li").first).to_be_visible()
    expect(page.locator(".overview h3").first).to_be_attached()


def _compared(page: Page) -> None:
    page.get_by_label("Quotes").check()
    ask(page, "How many people died in the earthquake in Turkey?")
    answered(page)
    page.locator(".looking summary").click()
    expect(page.locator(".looking h3").first).to_be_visible()
    page.locator(".looking").evaluate("block => block.scrollIntoView()")


def _asked(page: Page) -> None:
    page.get_by_label("Quotes").check()
    ask(page, QUESTION)
    answered(page)


def _checked(page: Page) -> None:
    """A judged answer of a model, one mark open."""
    ask(page, QUESTION)
    answered(page)
    expect(page.locator(".next .example").first).to_be_attached()
    page.locator(".why").last.click()


def _answer(index: Path) -> str:
    with NewsIndex.open(index) as opened:
        passages = [hit.passage.text for hit in opened.search(QUESTION, 8)]
    numbers = [next(n for n, text in enumerate(passages, start=1) if words in text) for _, words in SAID]
    return " ".join(f"{sentence} [{number}]." for (sentence, _), number in zip(SAID, numbers, strict=True))


DOCUMENTS: dict[str, tuple[Callable[[Page], None], Any, Any]] = {
    "screenshot": (_quoted, SIZES["desktop"], "light"),
    "library": (_library, SIZES["desktop"], "light"),
    "compare": (_compared, SIZES["desktop"], "dark"),
    "phone": (_asked, SIZES["phone"], "light"),
    "checks": (_checked, {"width": 1100, "height": 640}, "light"),
}


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
