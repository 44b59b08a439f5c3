"""Keeping, in a real browser: a reload, two readers' windows, the menu, files, copying, thumbs, paper."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser import CONTRASTS, PHONE, Desk, answered, ask
from tests.fake_assistant import QUOTES


def menu(page: Page) -> None:
    page.get_by_role("button", name="Conversations").click()
    expect(page.get_by_role("region", name="Conversations")).to_be_visible()


def test_a_reload_shows_the_talk_and_its_citations_open(desk: Desk) -> None:
    page = desk.open()
    ask(page, "judge")
    answered(page)
    page.get_by_role("button", name="Good answer").click()
    note = page.get_by_label("A note, if you like")
    note.fill("Well said.")
    page.get_by_role("button", name="Save note").click()
    ask(page, "slow")
    expect(page.locator(".answer[aria-busy=true] .cite").first).to_be_visible()
    page.reload()
    answered(page, 2)
    expect(page.locator(".turn").last).to_contain_text("Stopped before the end.")
    expect(page.locator(".turn").last).to_contain_text(QUOTES[0][:20])
    expect(page.get_by_role("button", name="Good answer").first).to_have_attribute("aria-pressed", "true")
    expect(note).to_have_value("Well said.")
    page.locator(".turn").first.locator(".cite").nth(1).click()
    expect(page.locator("#reader mark")).to_have_text(QUOTES[1])
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator(".turn")).to_have_count(3)
    expect(page.locator(".turn h2").last).to_have_text("slow")
    lines = (Path(desk.servers["kept"]) / "feedback.jsonl").read_text().splitlines()
    assert "Well said." in lines[-1]


def test_two_windows_are_two_conversations_and_the_menu_has_both(desk: Desk) -> None:
    first = desk.open()
    ask(first, "why of the first?")
    answered(first)
    second = first.context.new_page()
    second.goto(desk.servers["fake"])
    expect(second.locator(".welcome")).to_be_visible()
    ask(second, "why of the second?")
    answered(second)
    first.reload()
    answered(first)
    expect(first.locator(".turn h2")).to_have_text("why of the first?")
    menu(first)
    names = first.locator("#conversations .choose b")
    expect(names.first).to_have_text("why of the second?")
    first.get_by_role("button", name="Rename: why of the second?").click()
    expect(first.get_by_label("Title", exact=True)).to_be_focused()
    first.get_by_label("Title", exact=True).fill("The second")
    first.keyboard.press("Enter")
    expect(names.first).to_have_text("The second")
    assert first.evaluate("document.activeElement.closest('#conversations') !== null")
    first.get_by_role("button", name="Delete: why of the first?").click()
    expect(first.locator(".turn")).to_have_count(0)
    first.get_by_role("button", name="Undo").click()
    expect(names.nth(1)).to_have_text("why of the first?")
    names.first.click()
    expect(first.locator(".turn h2")).to_have_text("why of the second?")
    expect(first.locator("#conversations")).to_be_hidden()
    first.get_by_role("button", name="New conversation").click()
    expect(first.locator(".turn")).to_have_count(0)
    assert first.evaluate("sessionStorage.getItem('dateline:conversation')") == ""  # so a reload begins anew too
    expect(second.locator(".turn h2")).to_have_text("why of the second?")


def test_a_file_is_saved_an_answer_copied_and_all_of_it_printed(desk: Desk) -> None:
    page = desk.open(permissions=["clipboard-read", "clipboard-write"])
    for turn, question in enumerate(("judge", "refuse", "why?"), start=1):
        ask(page, question)
        answered(page, turn)
    menu(page)
    for name, begins in (("Markdown", "# judge"), ("HTML", "<!DOCTYPE html>"), ("JSON", "{")):
        with page.expect_download() as saving:
            page.get_by_role("button", name=name).click()
        assert re.fullmatch(r"dateline-[\d-]+-judge\.(md|html|json)", saving.value.suggested_filename)
        assert Path(saving.value.path()).read_text(encoding="utf-8").startswith(begins)
    page.keyboard.press("Escape")
    turn = page.locator(".turn").first
    turn.get_by_role("button", name="Copy answer with sources").click()
    expect(turn.get_by_role("status")).to_have_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("judge\n") and "[1] Fighter and radar. Alpha News" in copied
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.locator(".turn").last.get_by_role("button", name="Copy answer with sources").click()
    expect(page.locator(".turn").last.get_by_role("status")).to_have_text("Copied.")
    paper = PdfReader(BytesIO(page.pdf()))
    text = " ".join(" ".join(sheet.extract_text() for sheet in paper.pages).split()).replace("ﬁ", "fi")
    assert len(paper.pages) > 1
    for said in (
        "judge",
        "refuse",
        "why?",
        "https://a.example/1",
        f"“{QUOTES[1]}”",
        "Partly supported.",
        "Turns before: ",
    ):
        assert said in text
    for only_on_screen in ("Copy answer", "Conversations", "Ask a question", "Paragraph 3 says", "1,234 articles"):
        assert only_on_screen not in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_menu_fits_a_phone_and_can_be_read(desk: Desk, scheme: str) -> None:
    page = desk.open(**PHONE, color_scheme=scheme)
    ask(page, "judge")
    answered(page)
    page.get_by_role("button", name="Bad answer").tap()
    expect(page.locator(".note")).to_be_visible()
    page.get_by_role("button", name="Conversations").tap()
    expect(page.locator("#conversations .choose").first).to_be_visible()
    box = page.locator("#conversations").bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["y"] + box["height"] <= 844
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    parts = ["#others", "#conversations h2", ".choose b", ".choose .meta", "#conversations .plain", "#export .button"]
    parts += [".copy", ".thumb[aria-pressed=true]", ".note label", ".note .aside", ".note .button"]
    shown = page.evaluate(CONTRASTS, parts)
    assert [(selector, round(ratio, 2)) for selector, ratio in shown if ratio < 4.5] == []
    for button in page.locator("#menu button:visible, .tools button:visible").all():
        size = button.bounding_box()
        assert size and min(size["width"], size["height"]) >= 24


def test_a_browser_without_a_store_begins_anew(desk: Desk) -> None:
    page = desk.open()
    page.add_init_script("Object.defineProperty(window, 'sessionStorage', {get() { throw new Error('refused'); }})")
    page.reload()
    expect(page.locator(".welcome")).to_be_visible()
    ask(page, "judge")
    answered(page)
    menu(page)
    expect(page.locator("#conversations .choose").first).to_contain_text("judge")


def test_a_title_being_typed_outlives_the_end_of_an_answer(desk: Desk) -> None:
    page = desk.open()
    ask(page, "why of the title?")
    answered(page)
    ask(page, "slow, of the title")
    expect(page.locator(".turn")).to_have_count(2)
    menu(page)
    page.get_by_role("button", name="Rename: why of the title?").click()
    title = page.get_by_label("Title", exact=True)
    title.fill("Half a")
    expect(page.locator(".turn").last.locator(".answer")).to_have_attribute("aria-busy", "true")
    answered(page, 2)
    expect(page.locator(".next")).to_be_visible()  # what comes last
    page.wait_for_timeout(300)
    page.keyboard.type(" title")
    expect(title).to_have_value("Half a title")
    page.keyboard.press("Enter")
    expect(page.locator("#conversations .choose b").first).to_have_text("Half a title")


def test_the_focus_in_the_talk_outlives_suggestions_and_a_later_picture(desk: Desk) -> None:
    page = desk.open()
    ask(page, "slow, and then?")
    source = page.locator(".answer[aria-busy=true] .source").first
    source.focus()
    answered(page)
    expect(page.locator(".next")).to_be_visible()
    page.wait_for_timeout(300)
    assert page.evaluate("document.activeElement.closest('.turn')?.dataset.question") == "slow, and then?"
    expect(page.locator(".turn .source").first).to_be_focused()
    note_it = page.get_by_role("button", name="Good answer")
    note_it.focus()
    page.keyboard.press("Enter")
    expect(note_it).to_have_attribute("aria-pressed", "true")
    expect(note_it).to_be_focused()
    note = page.get_by_label("A note, if you like")
    note.fill("Half a")
    page.locator(".looking summary").evaluate("summary => summary.click()")  # makes the turn anew
    expect(page.locator(".looking h3").first).to_be_visible()
    page.keyboard.type(" note")
    expect(note).to_have_value("Half a note")


def test_two_browsers_share_nothing(desk: Desk) -> None:
    """Without signing in too: talks, menu, filters, feedback and files are of one browser."""
    mine, other = desk.open(), desk.open()
    mine.get_by_text("Filters", exact=True).click()
    mine.get_by_label("Topic words").fill("harbour")
    mine.get_by_role("button", name="Apply").click()
    expect(mine.locator(".chips")).to_contain_text("topic “harbour”")
    ask(mine, "why of my own?")
    answered(mine)
    mine.get_by_role("button", name="Good answer").click()
    menu(mine)
    with mine.expect_download():
        mine.get_by_role("button", name="Markdown").click()
    which = mine.locator("#kept").get_attribute("data-conversation")
    assert which and mine.locator("#file").count() == 1
    for look in ("at once", "loaded again"):
        expect(other.locator(".welcome"), look).to_be_visible()
        menu(other)
        expect(other.locator("#conversations")).to_contain_text("None yet")
        assert "of my own" not in other.content() and "harbour" not in other.content()
        assert other.locator("#file").count() == 0
        # what stands in another's page is of no use: an id is not enough
        for verb in ("reopen", "resume", "rename", "delete"):
            other.evaluate(
                """([verb, which]) => {
                  const button = Object.assign(document.createElement('button'), {className: 'forged'});
                  Object.assign(button.dataset, {do: verb, conversation: which, title: 'taken'});
                  document.querySelector('#kept').append(button);
                  button.click();
                }""",
                [verb, which],
            )
            expect(other.locator("#notice [role=alert]")).to_be_visible()
        assert "of my own" not in other.content()
        other.reload()
    ask(other, "why of the other?")
    answered(other)
    expect(other.get_by_role("button", name="Good answer")).to_have_attribute("aria-pressed", "false")
    expect(other.locator(".chips")).to_have_count(0)
    expect(mine.locator(".turn")).to_have_count(1)
    mine.reload()
    answered(mine)
    expect(mine.get_by_role("button", name="Good answer")).to_have_attribute("aria-pressed", "true")
    menu(mine)
    expect(mine.locator("#conversations .choose b")).to_have_text("why of my own?")
