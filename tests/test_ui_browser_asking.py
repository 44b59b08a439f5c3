"""Asking in a real browser: filters, chips, what to ask next, and the questions before brought back into the box."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from assistant.page import looks
from tests.browser import CONTRASTS, PHONE, Contexts, Desk, answered, ask
from tests.fake_assistant import HOSTILE

SUEZ = "What ran aground in the Suez Canal?"


def opened(page: Page) -> Page:
    page.locator("#filters summary").click()
    expect(page.get_by_role("button", name="Apply filters")).to_be_visible()
    return page


def test_filters_are_set_held_shown_and_taken_away(desk: Desk) -> None:
    page = opened(desk.open("real"))
    page.get_by_label("From").fill("2024-05-03")
    page.get_by_label("to", exact=True).fill("2024-05-01")
    page.get_by_role("button", name="Apply filters").click()
    expect(page.locator("#filters").get_by_role("alert")).to_contain_text("starts on 3 May 2024, after it ends")
    expect(page.get_by_label("From")).to_be_focused()
    page.get_by_label("From").fill("2010-01-01")
    page.get_by_role("button", name="Apply filters").click()
    chip = page.get_by_role("button", name="Remove the filter 1 January 2010 to 1 May 2024")
    expect(chip).to_be_visible()
    expect(page.locator("#filters summary")).to_be_focused()
    ask(page, SUEZ)  # the article has no date
    answered(page)
    expect(page.locator(".answer")).to_contain_text("Filters: 1 January 2010 to 1 May 2024.")
    expect(page.locator(".answer")).to_contain_text("The indexed articles do not answer this.")
    page.get_by_role("button", name="Ask without filters").click()
    answered(page, 2)
    expect(page.locator(".answer").last).to_contain_text("A container ship ran aground")
    expect(chip).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    expect(page.locator(".chips")).to_have_count(0)


def test_filters_by_keyboard_and_with_many_outlets(desk: Desk) -> None:
    page = desk.open()
    page.locator("#filters summary").focus()
    page.keyboard.press("Enter")
    search = page.get_by_label("Find an outlet")
    search.fill("beta")
    expect(page.locator("#filters li:visible")).to_have_count(1)
    search.fill("zzz")
    expect(page.get_by_text("No outlet has these letters.")).to_be_visible()
    search.fill("outlet 7")
    page.keyboard.press("Enter")  # does not send the form off
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_label("Outlet 7")).to_be_checked()
    page.keyboard.press("Escape")
    expect(page.locator("#filters details[open]")).to_have_count(0)
    expect(page.locator("#filters summary")).to_be_focused()
    expect(page.locator(".chips")).to_have_count(0)
    page.keyboard.press("Enter")
    page.get_by_label("Topic words").fill("radar")
    page.get_by_label("Your question").click()  # going on to the question applies what the form says
    expect(page.get_by_role("button", name="Remove the filter topic “radar”")).to_be_visible()
    expect(page.get_by_label("Your question")).to_be_focused()
    page.reload()
    expect(page.locator(".chips")).to_have_count(0)


def test_a_chip_asks_again_and_a_suggestion_asks_on(desk: Desk) -> None:
    page = desk.open("real")
    ask(page, "Why is Washigton worried about the radar?")
    answered(page)
    page.get_by_role("button", name="Ask again without Washigton").click()
    answered(page, 2)
    expect(page.locator(".turn h2").last).to_have_text("Why is Washigton worried about the radar?")
    expect(page.locator(".answer").last).to_contain_text("Asked again without “Washigton”.")
    page = desk.open()
    ask(page, "why?")
    answered(page)
    expect(page.locator(".next .example").nth(1)).to_have_text(f"When did {HOSTILE} end?")
    page.locator(".next .example").first.click()
    answered(page, 2)
    expect(page.locator(".turn h2").last).to_have_text("Why the fighter?")
    expect(page.locator(".next")).to_have_count(1)
    assert page.title() == "Dateline"


def test_questions_before_come_back_into_the_box(desk: Desk) -> None:
    page = desk.open()
    for turn, question in enumerate(("first?", "second?", "second?"), start=1):
        ask(page, question)
        answered(page, turn)
    box = page.get_by_label("Your question")
    for key, wanted in (
        ("ArrowUp", "second?"),
        ("ArrowUp", "first?"),
        ("ArrowUp", "first?"),
        ("ArrowDown", "second?"),
        ("ArrowDown", ""),
        ("ArrowUp", "second?"),
        ("Escape", ""),
    ):
        box.press(key)
        expect(box).to_have_value(wanted)
    box.fill("mine")
    box.press("ArrowUp")
    box.press("Escape")
    expect(box).to_have_value("mine")  # what was typed is not lost
    box.fill("")
    box.press("ArrowUp")
    box.press("Shift+Enter")
    page.keyboard.type("And why?")
    box.press("Enter")
    answered(page, 4)
    expect(page.locator(".turn h2").last).to_contain_text("And why?")


def test_on_a_phone_there_is_room(desk: Desk) -> None:
    page = opened(desk.open(**PHONE))
    page.get_by_label("Topic words").fill("radar")
    page.get_by_role("button", name="Apply filters").tap()
    ask(page, "why?")
    answered(page)
    expect(page.locator(".next .example").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator("#box").bounding_box()
    assert box and box["width"] >= 230
    size = page.get_by_role("button", name="Ask", exact=True).bounding_box()
    assert size and size["height"] >= 44
    for dark in ("light", "dark"):
        page.emulate_media(color_scheme=dark)
        page.evaluate("dark => document.body.classList.toggle('dark', dark === 'dark')", dark)
        parts = ["#filters summary", ".chip", ".chip button", ".next h3", ".answer .aside"]
        shown = page.evaluate(CONTRASTS, parts)
        assert [(selector, round(ratio, 2)) for selector, ratio in shown if ratio < 4.5] == []


def test_a_picture_that_was_overtaken_is_not_shown(contexts: Contexts) -> None:
    page = contexts.take().new_page()
    shown = page.evaluate(
        """(script) => {
          const element = document.body, props = {}, shown = [];
          let changed;
          new Function('element', 'props', 'watch', script)(element, props, (_, then) => { changed = then; });
          const picture = (value) => {
            props.value = value;
            element.innerHTML = value.join('');
            changed();
            shown.push(props.value.at(-1));
          };
          for (const at of [2, 1, 3]) picture([`<article class="turn"></article>`, `<i hidden data-at="${at}"></i>`]);
          return shown.map((one) => Number(one.match(/\\d+/)));
        }""",
        looks.script("talk"),
    )
    contexts.give_back()
    assert shown == [2, 2, 3]
