"""The sources of an answer compared, and the index at a glance, in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser import ANSWER, PHONE, QUESTION, Desk, answered, ask
from tests.fake_assistant import QUOTES

COLOURS = """() => [...document.querySelectorAll('.plot.wide path[style*="--group"]')].map(
  (path) => getComputedStyle(path).fill)"""


def test_the_sources_are_compared_and_a_mark_opens_its_article_by_keyboard(desk: Desk) -> None:
    page = desk.open()
    ask(page, "why?")
    answered(page)
    summary = page.get_by_text("Compare the sources")
    summary.focus()
    summary.press("Enter")
    expect(page.locator(".looking h3")).to_have_text(["When", "Who reports it", "Where they disagree"])
    expect(page.locator(".looking")).to_have_attribute("open", "")
    marks = page.locator(".plot.wide .mark")
    expect(marks).to_have_count(2)
    box = marks.first.bounding_box()
    assert box and min(box["width"], box["height"]) >= 24
    marks.first.focus()
    assert "3px" in marks.first.evaluate("mark => getComputedStyle(mark).outline")
    marks.first.press("Enter")
    expect(page.locator("#reader mark")).to_have_text(QUOTES[0])
    light = page.evaluate(COLOURS)
    page.emulate_media(color_scheme="dark")
    page.evaluate("document.body.classList.add('dark')")
    assert len(set(light)) == 2 and set(light).isdisjoint(page.evaluate(COLOURS))


def test_what_was_opened_stays_open_while_a_later_answer_grows_and_can_be_closed(desk: Desk) -> None:
    page = desk.open()
    ask(page, "why?")
    answered(page)
    page.get_by_text("Compare the sources").click()
    expect(page.locator(".looking h3").first).to_be_visible()
    ask(page, "and then?")
    answered(page, 2)
    expect(page.locator(".looking").first.locator("table").first).to_be_visible()
    page.locator(".looking summary").first.click()
    expect(page.locator(".looking h3")).to_have_count(0)
    assert not page.locator(".looking").first.evaluate("block => block.open")


def test_on_a_phone_and_on_paper_it_fits(desk: Desk) -> None:
    page = desk.open(**PHONE)
    ask(page, "why?")
    answered(page)
    page.get_by_text("Compare the sources").tap()
    expect(page.locator(".plot.narrow")).to_be_visible()
    expect(page.locator(".plot.wide")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.emulate_media(media="print")
    expect(page.locator(".looking table").first).to_be_visible()


def test_the_library_shows_the_index_at_a_glance_and_opens_an_article(desk: Desk) -> None:
    page = desk.open("real")
    page.get_by_role("link", name="Library").click()
    overview = page.locator(".overview")
    expect(overview.get_by_role("heading")).to_have_text(
        ["At a glance", "Articles by date", "Outlets", "Newest by date", "Last added"]
    )
    expect(overview).to_contain_text("1 more without a date.")
    assert overview.locator("svg title").first.evaluate("title => title.textContent") == "12 July 2019: 1"
    overview.locator(".newest").get_by_role("button", name="Ship blocks the Suez Canal").click()
    expect(page.locator("#reader h2")).to_have_text("Ship blocks the Suez Canal")
    expect(page.locator("#reader .article")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#reader")).to_be_hidden()
    expect(overview.locator(".newest").get_by_role("button", name="Ship blocks the Suez Canal")).to_be_focused()
    expect(overview.locator(".added")).to_contain_text(re.compile("Ship blocks the Suez Canal.* added .* 20"))
    overview.locator(".added").get_by_role("button", name="Ship blocks the Suez Canal").click()
    expect(page.locator("#reader h2")).to_have_text("Ship blocks the Suez Canal")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Ask").click()
    ask(page, QUESTION)
    answered(page)
    page.locator(".cite").first.click()
    expect(page.locator("#reader mark")).to_have_text(ANSWER)
    page.get_by_text("Compare the sources").click()
    expect(page.locator(".looking")).to_contain_text(re.compile("All of it comes from one article"))


def test_the_glance_is_made_again_when_the_status_tells_of_another_generation(desk: Desk) -> None:
    page = desk.open()
    page.get_by_role("link", name="Library").click()
    expect(page.locator(".overview")).to_have_attribute("data-generation", "3")
    with page.expect_request(lambda request: "overview" in (request.post_data or "")):
        page.evaluate("document.querySelector('#status').textContent = '1,235 articles · generation 4'")


def test_on_a_phone_the_article_slides_over_the_library(desk: Desk) -> None:
    page = desk.open("real", **PHONE)
    page.get_by_role("link", name="Library").tap()
    page.locator(".newest .place").first.tap()
    expect(page.locator("#reader h2")).to_be_visible()
    page.wait_for_timeout(300)  # the slide
    assert page.locator("#reader").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert page.locator("#library").evaluate("part => part.inert")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Close the article").tap()
    assert not page.locator("#library").evaluate("part => part.inert")
