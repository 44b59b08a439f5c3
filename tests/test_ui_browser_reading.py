"""Reading in a real browser: popovers of numbers, from quote to quote, versions, reprints, a phone, old evidence."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import CONTRASTS, PHONE, Desk, answered, ask, in_view, serving, wait_for
from tests.ferry import CORRECTION, QUESTION, two_generations


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A page over an index in which one article was changed once and printed by another outlet too."""
    index = two_generations(tmp_path_factory.mktemp("reading"))
    with serving("ui.py", "--index", str(index), "--port") as address:
        wait_for(address)
        yield {"real": address}


def on_screen(part: Locator) -> bool:
    box, size = part.bounding_box(), part.page.viewport_size
    assert box and size
    return (
        box["x"] >= 0
        and box["y"] >= 0
        and box["x"] + box["width"] <= size["width"]
        and (box["y"] + box["height"] <= size["height"])
    )


def current(page: Page) -> Locator:
    return page.locator("#reader mark[aria-current=true]")


def asked(desk: Desk, **options: object) -> Page:
    page = desk.open("real", **options)
    ask(page, QUESTION)
    answered(page)
    expect(page.locator(".cite")).to_have_count(3)
    return page


def test_a_number_says_what_it_stands_for(desk: Desk) -> None:
    page = asked(desk)
    number = page.locator(".cite").first
    number.hover()
    tip = page.locator(".tip.open")
    quote = number.get_attribute("data-quote")
    assert quote
    expect(tip).to_contain_text(quote)
    expect(tip).to_contain_text("2019")
    assert on_screen(tip)
    tip.hover()  # it can be read with the mouse in it
    page.wait_for_timeout(300)
    expect(tip).to_be_visible()
    page.locator("#top").hover()
    expect(tip).to_have_count(0)
    page.locator(".source .number").first.hover()
    expect(tip).to_contain_text(quote)
    page.keyboard.press("Escape")
    expect(tip).to_have_count(0)
    for _ in range(12):  # from the box back to the last source
        page.keyboard.press("Shift+Tab")
        if page.locator(".source:focus").count():
            break
    expect(page.locator(".source").last).to_be_focused()
    expect(tip).to_contain_text(str(page.locator(".source").last.get_attribute("data-quote")))
    assert on_screen(tip)
    page.keyboard.press("Escape")
    expect(tip).to_have_count(0)
    expect(page.locator(".source").last).to_be_focused()


def test_from_quote_to_quote_by_keyboard(desk: Desk) -> None:
    page = asked(desk)
    number = page.locator(".cite").first
    number.focus()
    page.keyboard.press("Enter")
    following = page.get_by_role("button", name="Next quote")
    seen = []
    for at in (1, 2, 3):
        expect(page.locator("#position")).to_have_text(f"Quote {at} of 3")
        expect(current(page)).to_have_count(1)
        assert in_view(page, "mark[aria-current]")
        seen.append((page.locator("#reader h2").inner_text(), page.locator("#reader mark").count()))
        if at == 1:
            expect(page.locator("#reader article")).to_be_focused()
            following.focus()
        if at < 3:
            expect(following).to_be_focused()
            page.keyboard.press("Enter")
    assert sorted({marks for _, marks in seen}) == [1, 2] and len({title for title, _ in seen}) == 2
    expect(page.locator("#reader article")).to_be_focused()  # there is no next one
    expect(following).to_be_disabled()
    width, style = current(page).evaluate("e => [getComputedStyle(e).boxShadow, getComputedStyle(e).borderBottomStyle]")
    assert width != "none" and style == "solid"  # and not by colour alone
    page.keyboard.press("Escape")
    expect(page.locator("#reader")).to_be_hidden()
    expect(number).to_be_focused()


def test_versions_reprints_and_the_correction(desk: Desk) -> None:
    page = asked(desk)
    page.locator(".source", has_text="Alpha News").first.click()
    expect(page.locator("#reader .meta").first).to_have_text("Alpha News · 3 May 2019 · corrected")
    reader = page.locator("#reader")
    page.get_by_role("button", name="Its outlet corrected it").click()
    expect(reader.locator(".notice")).to_be_focused()
    expect(reader.locator(".notice")).to_contain_text(CORRECTION)
    assert in_view(page, ".notice")
    reader.get_by_text("Earlier versions: 1").click()
    reader.get_by_role("button", name="Until ").click()
    expect(reader.locator(".changes ins").nth(1)).to_contain_text("Paragraph 9 of this long report")
    expect(reader.locator(".changes del").nth(1)).to_contain_text("Nothing")
    expect(reader.locator(".text")).to_have_count(0)
    for _ in ("light", "dark"):
        parts = ["#position", ".to-notice", ".notice h3", ".notice p", ".facts", "#reader summary", ".other .meta"]
        shown = page.evaluate(CONTRASTS, [*parts, ".changes h3", ".changes p del", ".changes p ins", "#talk .asof"])
        assert [(part, round(ratio, 2)) for part, ratio in shown if ratio < 4.5] == []
        page.evaluate("document.body.classList.toggle('dark')")
        page.wait_for_timeout(400)  # Gradio fades from one to the other
    folded = reader.locator(".same").first
    expect(folded.locator("p")).to_be_hidden()
    folded.locator("summary").click()
    expect(folded.locator("p")).to_be_visible()
    reader.get_by_role("button", name="Back to the article").click()
    expect(current(page)).to_be_visible()
    quote = current(page).inner_text()
    reader.get_by_text("The same story elsewhere: 1 article").click()
    reader.get_by_role("button", name="Ferry lost").click()
    expect(page.locator("#reader .meta").first).to_have_text("Beta Post · 4 May 2019")
    expect(current(page)).to_have_text(quote)
    assert in_view(page, "mark[aria-current]")


def test_on_a_phone_the_text_has_the_room_and_old_evidence_is_told(desk: Desk) -> None:
    page = asked(desk, **PHONE)
    expect(page.locator(".asof")).to_have_text(
        "As of 9 May 2019: the newest evidence. Newest article in the index: 9 May 2019."
    )
    ask(page, "Why does the harbour ferry Aurora currently lie on the ground?")
    answered(page, 2)
    expect(page.locator(".asof.old")).to_contain_text("! Old evidence. You ask about now, but the newest ")
    page.locator(".cite").first.tap()
    expect(current(page)).to_have_count(1)
    page.wait_for_timeout(300)  # the slide
    for _ in range(2):
        assert in_view(page, "mark[aria-current]")
        header = page.locator("#reader header").bounding_box()
        assert header and header["y"] == 0 and header["height"] <= 844 * 0.4
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        targets = page.locator("#reader :is(button, summary, .about a)")
        small = targets.evaluate_all("all => all.map((e) => e.getBoundingClientRect()).filter((r) => r.height < 24)")
        assert not small
        page.get_by_role("button", name="Next quote").tap()
        page.wait_for_timeout(300)
    expect(page.locator(".tip.open")).to_have_count(0)
