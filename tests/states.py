"""The states of the page that are looked at: how each is reached. For the pictures, axe-core and the layout alike.

A new state is one function here. It begins at the welcome of a page, over the stand-in unless it names another of the
`PLACES`, and ends where there is something to look at; `calm` leads back from any of them.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import bcrypt
from playwright.sync_api import Locator, Page, expect

from tests import ferry
from tests.browser import ROOT, answered, ask, serving, wait_for

Reach = Callable[[Page], None]
Places = Mapping[str, str]
# The stand-in, which keeps; articles that have all there is to show; the stand-in behind a door.
PLACES = ("fake", "sample", "door")
SIZES: dict[str, Any] = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
SCHEMES = ("light", "dark")
PASSWORD = "correct horse"
WAIT = 60_000  # a process starts, on a machine that may be busy


@dataclass(frozen=True)
class State:
    """A state: where the page is served, and how it is reached from there."""

    place: str
    reach: Reach


STATES: dict[str, State] = {}


def state(place: str = "fake") -> Callable[[Reach], Reach]:
    """Register how a state is reached, under the function's name."""

    def register(reach: Reach) -> Reach:
        STATES[reach.__name__.replace("_", " ")] = State(place, reach)
        return reach

    return register


@contextmanager
def places(folder: Path, standing_in: str = "") -> Iterator[dict[str, str]]:
    """Serve what the states are over and give the addresses; `folder` is empty, a stand-in that keeps may be there."""
    (folder / "articles").mkdir()
    index = ferry.two_generations(folder / "articles", ROOT / "articles")
    users = folder / "users"
    users.write_text(f"ann:{bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()}\n")
    fake, keep = ("-m", "tests.fake_assistant"), ("--keep", str(folder / "kept"))
    sample = ("ui.py", "--index", str(index), "--allow-private", "--keep", str(folder / "kept-too"), "--port")
    with ExitStack() as running:
        served = {
            "fake": standing_in or running.enter_context(serving(*fake, *keep)),
            "sample": running.enter_context(serving(*sample)),
            "door": running.enter_context(serving(*fake, "--auth", str(users))),
        }
        for name, address in served.items():
            wait_for(f"{address}/sign-in" if name == "door" else address)
        yield served


def go(page: Page, name: str, at: Places) -> None:
    """Reach a state, from whatever page is open."""
    one = STATES[name]
    if not page.url.startswith(at[one.place]):
        page.goto(at[one.place])
    if one.place != "door":
        expect(page.locator(".welcome")).to_be_visible()
    one.reach(page)


def calm(page: Page) -> None:
    """Go back to the welcome: nothing open, nothing said, nothing narrowed; or to the door, signed out."""
    if page.url == "about:blank":
        return
    if page.get_by_role("button", name="Sign out").count():
        page.get_by_role("button", name="Sign out").click()
    if "/sign-" in page.url:
        page.goto(page.url.partition("/sign-")[0] + "/sign-in")
        return
    for _ in range(3):
        page.keyboard.press("Escape")
    _quiet_library(page)
    page.evaluate("location.hash = '#ask'")
    for button in ("#stop", ".narrowing > [data-what=all]", "#new"):
        if page.locator(button).is_visible():
            page.locator(button).click()
    expect(page.locator(".welcome")).to_be_visible()
    if page.locator("#notice").inner_text().strip():
        page.reload()  # what was told stays until the next question
        expect(page.locator(".welcome")).to_be_visible()
    expect(page.locator("#reader .article")).to_have_count(0)
    expect(page.locator(".chips")).to_have_count(0)


def _quiet_library(page: Page) -> None:
    """End what runs in the library and take away what it tells."""
    if page.locator("body[data-view=library]").count() == 0:
        return
    for name, most in (("Cancel", WAIT), ("Undo", WAIT), ("Close", 10_000)):
        button = page.locator(":is(#job, #told)").get_by_role("button", name=name, exact=True)
        if button.count():
            button.first.click()
            expect(button).to_have_count(0, timeout=most)
    if page.locator("#shelf [type=reset]").count():
        page.locator("#shelf [type=reset]").click()
    page.evaluate("document.querySelectorAll('#library details').forEach((one, at) => { one.open = at === 0; })")
    page.evaluate("document.querySelectorAll('#intake form, #shelf [data-do=remove]').forEach((form) => form.reset())")


@state()
def welcome(page: Page) -> None:
    expect(page.locator(".example").first).to_be_visible()


@state()
def empty_question(page: Page) -> None:
    ask(page, "  ")
    expect(page.locator("#notice")).to_contain_text("Type a question first.")


@state()
def filters(page: Page) -> None:
    page.locator("#filters summary").click()
    expect(page.get_by_role("button", name="Apply filters")).to_be_visible()


@state()
def filters_set(page: Page) -> None:
    """Chips in each kind, below an answer that says them."""
    filters(page)
    page.get_by_label("From").fill("2010-01-01")
    page.get_by_label("to", exact=True).fill("2024-05-01")
    page.get_by_label("Alpha News").check()
    page.get_by_label("Topic words").fill("radar")
    page.get_by_role("button", name="Apply filters").click()
    expect(page.get_by_role("button", name="Remove the filter topic “radar”")).to_be_visible()


@state()
def growing(page: Page) -> None:
    ask(page, "silent")
    expect(page.locator(".answer[aria-busy=true]")).to_contain_text("Looking through the articles")


@state()
def answer(page: Page) -> None:
    """With what to ask next."""
    ask(page, "why?")
    answered(page)
    expect(page.locator(".next .example").first).to_be_attached()


@state()
def number(page: Page) -> None:
    """What a number says more."""
    ask(page, "why?")
    answered(page)
    expect(page.locator(".next .example").first).to_be_attached()
    page.locator(".cite").first.hover()
    expect(page.locator(".tip.open")).to_be_visible()


@state()
def refused(page: Page) -> None:
    ask(page, "refuse")
    answered(page)


@state()
def failed(page: Page) -> None:
    ask(page, "please fail")
    answered(page)


@state()
def judged(page: Page) -> None:
    """A sentence of each verdict, the reason for one of them open."""
    ask(page, "judge")
    answered(page)
    expect(page.locator(".next .example").first).to_be_attached()
    page.locator(".unsupported .why").click()
    expect(page.locator(".unsupported .tip")).to_be_visible()


@state()
def rated(page: Page) -> None:
    """A thumb, and the note that goes with it."""
    ask(page, "judge")
    answered(page)
    page.get_by_role("button", name="Bad answer").click()
    expect(page.get_by_label("A note, if you like")).to_be_visible()


@state()
def article(page: Page) -> None:
    ask(page, "why?")
    answered(page)
    page.locator(".cite").first.click()
    expect(page.locator("#reader mark").first).to_be_visible()


@state()
def conversation(page: Page) -> None:
    """Several turns, the first scrolled away."""
    for turn, question in enumerate(("why?", "refuse", "judge"), start=1):
        ask(page, question)
        answered(page, turn)


@state()
def conversations(page: Page) -> None:
    """The menu with those kept, and the ways to save this one."""
    for question in ("judge", "refuse"):
        ask(page, question)
        answered(page)
        page.locator("#new").click()
        expect(page.locator(".turn")).to_have_count(0)
    ask(page, "why?")
    answered(page)
    page.get_by_role("button", name="Conversations").click()
    expect(page.locator("#conversations .choose").nth(2)).to_be_visible()
    expect(page.locator("#export")).to_be_visible()


@state()
def renaming(page: Page) -> None:
    ask(page, "why?")
    answered(page)
    page.get_by_role("button", name="Conversations").click()
    page.get_by_role("button", name="Rename: ").first.click()
    expect(page.get_by_label("Title", exact=True)).to_be_focused()


@state("sample")
def understood(page: Page) -> None:
    """What a question was read as."""
    ask(page, "What did Washigton say of the F-35 in July 2019?")
    answered(page)
    expect(page.locator(".read .chip").first).to_be_visible()


def _ferry(page: Page) -> None:
    ask(page, ferry.QUESTION)
    answered(page)
    expect(page.locator(".cite").first).to_be_visible()


@state("sample")
def old_evidence(page: Page) -> None:
    _ferry(page)
    ask(page, "Why does the harbour ferry Aurora currently lie on the ground?")
    answered(page, 2)
    expect(page.locator(".asof.old")).to_be_visible()


@state("sample")
def compared(page: Page) -> None:
    """When, who, and where they disagree."""
    ask(page, "How many people died in the earthquake in Turkey?")
    answered(page)
    page.get_by_text("Compare the sources").click()
    expect(page.locator(".looking h3")).to_have_count(3)
    page.locator(".looking").evaluate("block => block.scrollIntoView()")


@state("sample")
def corrected(page: Page) -> None:
    """An article with quotes, a correction, earlier versions and the same story elsewhere, all open."""
    _ferry(page)
    page.locator(".source", has_text="Alpha News").first.click()
    page.get_by_role("button", name="Its outlet corrected it").click()
    page.locator("#reader").get_by_text("Earlier versions: 1").click()
    page.locator("#reader").get_by_text("The same story elsewhere: 1 article").click()


@state("sample")
def versions(page: Page) -> None:
    """An earlier version beside the present one."""
    corrected(page)
    page.locator("#reader").get_by_role("button", name="Until ").click()
    expect(page.locator("#reader .changes ins").first).to_be_visible()


@state("sample")
def library(page: Page) -> None:
    """The list, the forms, the index at a glance, and how it was made."""
    page.evaluate("location.hash = '#library'")
    expect(page.locator("#shelf li").first).to_be_visible()
    expect(page.locator(".overview h3").first).to_be_attached()
    expect(page.locator("#history")).to_contain_text("In use")


@state("sample")
def library_without_a_match(page: Page) -> None:
    library(page)
    page.get_by_label("Words of headline, outlet or author").fill("zzz")
    expect(page.locator("#shelf")).to_contain_text("No article fits.")


@state("sample")
def chosen(page: Page) -> None:
    library(page)
    page.locator("#shelf [type=checkbox]").first.check()
    expect(page.get_by_role("button", name="Remove the chosen articles")).to_be_visible()


@state("sample")
def library_article(page: Page) -> None:
    library(page)
    page.locator("#shelf .title").first.click()
    expect(page.locator("#reader .article")).to_be_visible()


def _form(page: Page, name: str) -> Locator:
    library(page)
    page.locator("#intake").get_by_text(name, exact=True).click()
    return page.locator("#intake details[open] form").last


@state("sample")
def adding_a_text(page: Page) -> None:
    expect(_form(page, "A text").get_by_role("button", name="Add the text")).to_be_visible()


@state("sample")
def adding_addresses_refused(page: Page) -> None:
    _form(page, "Web addresses")
    page.get_by_label("Addresses, one a line").fill("ferry.example")
    page.get_by_role("button", name="Add from the web").click()
    expect(page.get_by_role("alert")).to_contain_text("This is no web address: ferry.example.")


@cache
def _silent() -> str:
    """Return the address of a server that takes whoever comes and never says anything."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=64)
    _kept_open.append(listening)
    return f"http://127.0.0.1:{listening.getsockname()[1]}/news"


_kept_open: list[socket.socket] = []


@state("sample")
def job(page: Page) -> None:
    """Articles being fetched from a server that takes its time."""
    _form(page, "Web addresses")
    page.get_by_label("Addresses, one a line").fill(_silent())
    page.get_by_role("button", name="Add from the web").click()
    expect(page.locator("#job progress")).to_be_visible()


@state("sample")
def report(page: Page) -> None:
    """What became of a text that was added."""
    _form(page, "A text")
    page.get_by_label("Headline", exact=True).fill("Walrus seen near the ferry")
    page.get_by_label("Text", exact=True).fill("A walrus was seen near the ferry on Friday, the harbour master said.")
    page.get_by_role("button", name="Add the text").click()
    expect(page.locator("#job table").first).to_be_visible(timeout=WAIT)


@state("sample")
def removed(page: Page) -> None:
    """Articles removed, and the way to have them back."""
    library(page)
    page.locator("#shelf [type=checkbox]").first.check()
    page.get_by_role("button", name="Remove the chosen articles").click()
    expect(page.locator("#told").get_by_role("button", name="Undo")).to_be_visible(timeout=WAIT)


@state("door")
def sign_in(page: Page) -> None:
    expect(page.get_by_label("Name")).to_be_visible()


def _sign_in(page: Page, password: str) -> None:
    page.get_by_label("Name").fill("ann")
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


@state("door")
def wrong_password(page: Page) -> None:
    _sign_in(page, "wrong")
    expect(page.get_by_role("alert")).to_be_visible()


@state("door")
def signed_in(page: Page) -> None:
    _sign_in(page, PASSWORD)
    expect(page.locator("#account")).to_contain_text("ann")
    expect(page.locator(".welcome")).to_be_visible()


@state("door")
def too_many_questions(page: Page) -> None:
    """More at once than one reader may ask."""
    signed_in(page)
    page.evaluate("""() => { for (let n = 0; n < 4; n += 1) fetch('/gradio_api/call/ask', {method: 'POST',
      headers: {'Content-Type': 'application/json'},
      body: JSON.stringify({data: ['slow', null, null, null, null, null, null, false]})}); }""")
    page.wait_for_timeout(500)
    ask(page, "why?")
    expect(page.locator("#talking")).to_contain_text("wait until one of them is done")
