"""The states of the page that are looked at: how each is reached. For the pictures, axe-core and the layout alike.

A new state is one function here. It begins at the welcome of a page over the stand-in and ends where there is something
to look at; `calm` leads back from any of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser import answered, ask

STATES: dict[str, Callable[[Page], None]] = {}
SIZES: dict[str, Any] = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
SCHEMES = ("light", "dark")


def state(reach: Callable[[Page], None]) -> Callable[[Page], None]:
    """Register how a state is reached, under the function's name."""
    STATES[reach.__name__.replace("_", " ")] = reach
    return reach


def calm(page: Page) -> None:
    """Go back to the welcome: nothing open, nothing said."""
    for _ in range(2):
        page.keyboard.press("Escape")
    page.evaluate("location.hash = '#ask'")
    stop, clear = page.locator("#stop"), page.locator("#clear")
    if stop.is_visible():
        stop.click()
    if clear.is_visible():
        clear.click()
    expect(page.locator(".welcome")).to_be_visible()
    expect(page.locator("#reader .article")).to_have_count(0)


@state
def welcome(page: Page) -> None:
    expect(page.locator(".example").first).to_be_visible()


@state
def empty_question(page: Page) -> None:
    ask(page, "  ")
    expect(page.locator("#notice")).to_contain_text("Type a question first.")


@state
def growing(page: Page) -> None:
    ask(page, "silent")
    expect(page.locator(".answer[aria-busy=true]")).to_contain_text("Looking through the articles")


@state
def answer(page: Page) -> None:
    ask(page, "why?")
    answered(page)


@state
def refused(page: Page) -> None:
    ask(page, "refuse")
    answered(page)


@state
def failed(page: Page) -> None:
    ask(page, "please fail")
    answered(page)


@state
def judged(page: Page) -> None:
    """A sentence of each verdict, the reason for one of them open."""
    ask(page, "judge")
    answered(page)
    page.locator(".unsupported .why").click()
    expect(page.locator(".unsupported .tip")).to_be_visible()


@state
def article(page: Page) -> None:
    ask(page, "why?")
    answered(page)
    page.locator(".cite").first.click()
    expect(page.locator("#reader mark")).to_be_visible()


@state
def conversation(page: Page) -> None:
    """Several turns, the first scrolled away."""
    for turn, question in enumerate(("why?", "refuse", "judge"), start=1):
        ask(page, question)
        answered(page, turn)


@state
def library(page: Page) -> None:
    page.evaluate("location.hash = '#library'")
    expect(page.locator("body[data-view=library]")).to_be_visible()
