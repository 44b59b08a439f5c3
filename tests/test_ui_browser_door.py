"""Signing in and out in a real browser, and two people at once who never see each other's talk."""

from __future__ import annotations

import re
from collections.abc import Iterator

import bcrypt
import pytest
from playwright.sync_api import Page, expect

from tests.browser import PHONE, Contexts, ask, serving, wait_for
from tests.fake_assistant import QUOTES

PASSWORD = "correct horse"
ELSEWHERE = "http://elsewhere.test/"


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    file = tmp_path_factory.mktemp("door") / "users"
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    file.write_text("".join(f"{name}:{hashed}\n" for name in ("ann", "bob", "eve")))
    with serving("-m", "tests.fake_assistant", "--auth", str(file)) as address:
        wait_for(f"{address}/sign-in")
        yield address


@pytest.fixture
def people(contexts: Contexts, signed: str) -> Iterator[list[Page]]:
    """Two people, each with a browser of their own, who want to see the page."""
    pages = [contexts.take().new_page(), contexts.take(**PHONE).new_page()]
    complaints: list[str] = []
    for page in pages:
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda told: complaints.append(told.text) if "Content Security" in told.text else None)
        page.on(
            "request",
            lambda asked: None if asked.url.startswith((signed, "data:", ELSEWHERE)) else complaints.append(asked.url),
        )
        page.goto(signed)
    yield pages
    contexts.give_back()
    assert complaints == []


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


def test_two_people_sign_in_and_see_their_own(people: list[Page], signed: str) -> None:
    ann, bob = people
    expect(ann).to_have_url(f"{signed}/sign-in")
    expect(ann.get_by_label("Name")).to_be_focused()
    sign_in(ann, "ann", "wrong")
    expect(ann.get_by_role("alert")).to_have_text("That name and password do not belong together. Try again.")
    expect(ann.get_by_label("Name")).to_have_value("ann")
    expect(ann.get_by_label("Password")).to_be_focused()
    sign_in(ann, "ann")
    sign_in(bob, "bob")
    for page, name in ((ann, "ann"), (bob, "bob")):
        expect(page.locator("#account")).to_contain_text(name)
        ask(page, f"What does {name} slow?")
    for page, name, other in ((ann, "ann", "bob"), (bob, "bob", "ann")):
        expect(page.locator("#talk")).to_contain_text(QUOTES[1], timeout=20_000)
        expect(page.locator("#talk")).to_contain_text(f"What does {name} slow?")
        expect(page.locator("#talk")).not_to_contain_text(f"What does {other}")
    width, seen = bob.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width <= seen
    # What one browser knows of a session is of no use to another, though it is signed in too.
    assert ann.evaluate("document.cookie") == ""
    ann.get_by_role("button", name="Sign out").click()
    expect(ann.get_by_role("status")).to_have_text("You are signed out.")
    ann.goto(signed)
    expect(ann).to_have_url(re.compile("/sign-in"))
    expect(bob.locator("#account")).to_contain_text("bob")


def test_who_was_signed_out_meanwhile_is_led_to_sign_in(people: list[Page], signed: str) -> None:
    ann, _ = people
    sign_in(ann, "ann")
    expect(ann.locator("#account")).to_contain_text("ann")
    expect(ann.locator(".welcome")).to_be_visible()
    ann.context.clear_cookies()
    ask(ann, "Why?")
    expect(ann).to_have_url(f"{signed}/sign-in?ended")
    expect(ann.get_by_role("status")).to_contain_text("sign in again")


def test_too_many_tries_are_told_on_the_page(people: list[Page]) -> None:
    eve, _ = people
    for _ in range(6):
        sign_in(eve, "eve", "guess")
        expect(eve.get_by_role("alert")).to_be_visible()
        eve.wait_for_load_state()
    expect(eve.get_by_role("alert")).to_have_text(re.compile(r"too many wrong passwords: try again in \d+ seconds?\."))


def test_a_link_from_elsewhere_leads_in(people: list[Page], signed: str) -> None:
    """Browsers keep the cookie back on the way from another site: the page asks again, and nobody signs in twice."""
    ann, _ = people
    sign_in(ann, "ann")
    expect(ann.locator("#account")).to_contain_text("ann")
    ann.route(ELSEWHERE, lambda route: route.fulfill(body=f'<a href="{signed}/">In</a>', content_type="text/html"))
    ann.goto(ELSEWHERE)
    ann.get_by_role("link", name="In").click()
    expect(ann.locator("#account")).to_contain_text("ann")
    expect(ann).to_have_url(f"{signed}/")
