"""The real page in a real browser: over a real index, and over a stand-in that is slow, refuses or fails when told."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import (
    ANSWER,
    CONTRASTS,
    PHONE,
    QUESTION,
    Desk,
    answered,
    ask,
    in_view,
)
from tests.fake_assistant import HOSTILE, QUOTES

# Over a real index.


def test_ask_open_the_citation_and_see_the_sentence_marked(desk: Desk) -> None:
    page = desk.open("real")
    expect(page.locator("#status")).to_contain_text("2 articles · ")
    expect(page.locator("#status")).to_contain_text("newest 12 July 2019 · generation 1 · writer: quotes")
    ask(page, QUESTION)
    answered(page)
    expect(page.locator(".answer")).to_contain_text(ANSWER)
    source = page.locator(".source").first
    expect(source).to_contain_text("Alpha <b>News</b> · 12 July 2019")
    page.locator(".cite").first.click()
    mark = page.locator("#reader mark")
    expect(mark).to_have_text(ANSWER)
    assert source.get_attribute("data-quote") == ANSWER
    assert in_view(page)
    expect(page.locator("#reader h2")).to_have_text(f"Radar {HOSTILE}")
    expect(page.locator("#reader").get_by_role("link")).to_have_attribute("href", "https://a.example/radar")
    source.click()  # the list opens the same place
    expect(mark).to_have_count(1)
    assert page.title() == "Dateline"
    assert page.locator("#talk script, #talk img, #reader script, #reader img, #reader b").count() == 0


def test_no_answer_names_the_nearest_articles_and_dead_links_are_none(desk: Desk) -> None:
    page = desk.open("real")
    ask(page, "Who won the chess championship in Reykjavik?")
    answered(page)
    expect(page.locator(".answer")).to_contain_text("The indexed articles do not answer this.")
    ask(page, "What ran aground in the Suez Canal?")
    answered(page, 2)
    page.locator(".source").last.click()
    expect(page.locator("#reader h2")).to_have_text("Ship blocks the Suez Canal")
    expect(page.locator("#reader .meta").first).to_have_text("date unknown")
    assert page.locator("#reader a").count() == 0


def test_on_a_phone_the_article_slides_over(desk: Desk) -> None:
    page = desk.open("real", **PHONE)
    ask(page, QUESTION)
    answered(page)
    page.locator(".cite").first.tap()
    expect(page.locator("#reader mark")).to_have_text(ANSWER)
    page.wait_for_timeout(300)  # the slide
    assert in_view(page)
    box = page.locator("#reader").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator("#talking").evaluate("part => part.inert")
    page.get_by_role("button", name="Close the article").tap()
    expect(page.locator("#reader")).to_be_hidden()
    assert not page.locator("#talking").evaluate("part => part.inert")


# Over the stand-in.


WATCH = """() => {
  window.seen = [];
  new MutationObserver(() => {
    const answer = document.querySelector('.answer');
    if (answer) seen.push([answer.ariaBusy, answer.querySelectorAll('.cite').length, answer.innerText.length]);
  }).observe(document.querySelector('#talk'), {subtree: true, childList: true, characterData: true, attributes: true});
}"""


def test_an_answer_is_seen_growing(desk: Desk) -> None:
    page = desk.open()
    page.evaluate(WATCH)
    ask(page, "why?")
    answered(page)
    seen = page.evaluate("seen")
    assert {cites for busy, cites, _ in seen if busy == "true"} >= {0, 1, 2}
    assert len({length for busy, _, length in seen if busy == "true"}) > 4
    assert seen[-1][0] == "false"
    for said in ("Nobody said this.", "[9] Turns before: 0."):
        expect(page.locator(".answer")).to_contain_text(said)
    expect(page.locator(".why")).to_have_attribute("aria-label", "No source")
    expect(page.locator(".answer")).to_contain_text("The sentence is not fully supported by what it cites.")
    expect(page.get_by_role("button", name="Ask")).to_be_visible()


def test_the_next_question_can_be_typed_while_an_answer_grows(desk: Desk) -> None:
    page = desk.open()
    ask(page, "slow")
    box = page.get_by_label("Your question")
    expect(box).to_have_value("")
    expect(page.locator(".answer")).to_have_attribute("aria-busy", "true")
    box.fill("the next one")
    box.press("Enter")
    expect(page.locator("#notice")).to_contain_text("still being written")
    page.locator(".cite").first.click()  # a source can be read before the answer ends
    expect(page.locator("#reader mark")).to_have_text(QUOTES[0])
    expect(page.locator(".answer")).to_have_attribute("aria-busy", "true")
    expect(box).to_have_value("the next one")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".answer")).to_have_attribute("aria-busy", "false")
    box.press("Enter")
    answered(page, 2)
    expect(page.locator(".turn h2").last).to_have_text("the next one")


def test_failures_are_told_and_the_next_question_works(desk: Desk) -> None:
    page = desk.open()
    ask(page, "please fail")
    answered(page, 1)
    expect(page.get_by_role("alert")).to_contain_text("Something failed here, not your question.")
    assert "secret" not in page.content()
    ask(page, "in one sentence")
    answered(page, 2)
    expect(page.get_by_role("alert").last).to_have_text("The model <b>x</b> is not there: start it.")
    ask(page, "and now?")
    answered(page, 3)
    expect(page.locator(".turn").last).to_contain_text("Turns before: 0.")
    ask(page, "refuse this")
    answered(page, 4)
    page.locator(".turn").last.locator(".source").nth(1).click()
    expect(page.locator("#reader h2")).to_have_text(f"Patriot {HOSTILE}")
    assert page.locator("#reader mark").count() == 0
    assert page.title() == "Dateline"


def test_stop_clear_and_what_cannot_be_asked(desk: Desk) -> None:
    page = desk.open()
    ask(page, "  ")
    expect(page.locator("#notice")).to_have_text("Type a question first.")
    ask(page, "x" * 2_001)
    expect(page.locator("#notice")).to_contain_text("2,001 characters")
    ask(page, "slow")
    expect(page.locator(".answer[aria-busy=true] .cite").first).to_be_visible()
    expect(page.locator("#notice")).to_have_text("")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".answer")).to_contain_text("Stopped before the end.")
    stopped = page.locator(".answer").inner_text()
    page.wait_for_timeout(1_200)  # two pieces more, were it not stopped
    assert page.locator(".answer").inner_text() == stopped
    ask(page, "again?")
    answered(page, 2)
    expect(page.locator(".turn").last).to_contain_text("Turns before: 0.")  # what was stopped is no answer
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".turn")).to_have_count(0)
    page.locator(".example").nth(1).click()
    answered(page)
    expect(page.locator(".turn h2")).to_have_text(f"What of {HOSTILE}?")
    ask(page, "why?")
    answered(page, 2)
    expect(page.locator(".turn").last).to_contain_text("Turns before: 1.")
    expect(desk.open().locator(".turn")).to_have_count(0)  # another reader sees nothing of it


def test_by_keyboard_alone(desk: Desk) -> None:
    page = desk.open()
    focused = "document.activeElement"
    expect(page.get_by_label("Your question")).to_be_focused()
    assert page.evaluate(f"getComputedStyle({focused}).outlineStyle") == "solid"
    page.keyboard.type("why?")
    page.keyboard.press("Enter")
    answered(page)
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_label("only what is supported")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_label("fake:model")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#filters summary")).to_be_focused()
    expect(page.locator(".next .example")).to_have_count(2)
    for _ in range(2):
        page.keyboard.press("Shift+Tab")
    expect(page.locator(".next .example").first).to_be_focused()
    page.keyboard.press("Shift+Tab")
    for name in ("Bad answer", "Good answer"):
        expect(page.get_by_role("button", name=name)).to_be_focused()
        page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Copy answer with sources")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_text("Compare the sources")).to_be_focused()
    assert page.evaluate(f"getComputedStyle({focused}).outlineStyle") == "solid"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(f"{focused}.dataset.number") == "2"
    assert page.evaluate(f"getComputedStyle({focused}).outlineStyle") == "solid"
    for _ in range(2):
        page.keyboard.press("Shift+Tab")
    expect(page.locator(".why")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(f"{focused}.dataset.cite") == "2"
    page.keyboard.press("Enter")
    expect(page.locator("#reader mark")).to_have_text(QUOTES[1])
    assert in_view(page)
    expect(page.locator("#reader article")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Close the article")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#reader")).to_be_hidden()
    assert page.evaluate(f"{focused}.dataset.cite") == "2"  # back where it was opened
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#reader mark")).to_have_text(QUOTES[0])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#reader")).to_be_hidden()


def test_a_mark_says_why_by_mouse_keyboard_and_escape(desk: Desk) -> None:
    page = desk.open()
    ask(page, "judge")
    answered(page)
    tips, signs = page.locator(".tip"), page.locator(".why")
    expect(signs).to_have_count(3)
    lines = page.locator(".doubt").evaluate_all("all => all.map((e) => getComputedStyle(e).textDecorationStyle)")
    assert lines == ["dashed", "wavy", "dotted"]
    page.locator(".unsupported .doubt").hover()
    expect(tips.nth(1)).to_be_visible()
    expect(tips.nth(1)).to_contain_text('Not supported. The number 4 does not stand in "what it cites".')
    tips.nth(1).hover()  # it can be read with the mouse in it
    page.wait_for_timeout(300)
    expect(tips.nth(1)).to_be_visible()
    page.locator("#top").hover()
    expect(tips.nth(1)).to_be_hidden()
    signs.nth(0).focus()
    expect(tips.nth(0)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(".partly .near")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#reader mark")).to_have_text(QUOTES[1])
    expect(tips.nth(0)).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#reader")).to_be_hidden()
    expect(signs.nth(0)).to_be_focused()
    expect(tips.nth(0)).to_be_visible()
    page.keyboard.press("Escape")
    expect(tips.nth(0)).to_be_hidden()
    expect(signs.nth(0)).to_be_focused()


def test_a_mark_says_why_by_tap(desk: Desk) -> None:
    page = desk.open(**PHONE)
    ask(page, "judge")
    answered(page)
    page.locator(".uncited .why").tap()
    tip = page.locator(".uncited .tip")
    expect(tip).to_contain_text('No source. It names "no" source.')
    box = tip.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".turn h2").tap()
    expect(tip).to_be_hidden()
    page.locator(".unsupported .why").tap()
    page.locator(".unsupported .near").tap()
    expect(page.locator("#reader mark")).to_have_text(QUOTES[1])


def test_who_writes_can_be_chosen_by_keyboard(desk: Desk) -> None:
    page = desk.open()
    strict = page.get_by_label("only what is supported")
    page.get_by_label("fake:model").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Quotes")).to_be_checked()
    expect(strict).to_be_hidden()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_label("fake:model")).to_be_checked()
    expect(strict).to_be_visible()
    strict.focus()
    page.keyboard.press("Space")
    expect(strict).to_be_checked()
    assert page.locator("input[type=password]").count() == 0
    expect(desk.open("real").locator("#writing")).to_have_count(0)


def test_a_silent_model_is_ended_by_stop_and_by_leaving(desk: Desk) -> None:
    page = desk.open()
    ask(page, "count")
    answered(page)
    before = int(page.locator(".answer p").first.inner_text().split()[0])
    ask(page, "silent")
    expect(page.locator(".answer[aria-busy=true]")).to_contain_text("Looking through the articles")
    page.get_by_role("button", name="Stop").click()
    answered(page, 2)
    ask(page, "count")
    answered(page, 3)
    expect(page.locator(".turn").last).to_contain_text(f"{before + 1} were cut off.")
    ask(page, "silent")
    expect(page.locator(".answer[aria-busy=true]")).to_be_visible()
    page.goto("about:blank")
    other = desk.open()
    for turn in range(1, 20):
        ask(other, "count")
        answered(other, turn)
        if f"{before + 2} were" in other.locator(".turn").last.inner_text():
            return
        other.wait_for_timeout(200)
    raise AssertionError("leaving the page ends nothing")


def test_what_obeys_a_poisoned_article_is_inert(desk: Desk) -> None:
    page = desk.open()
    ask(page, "poison")
    answered(page)
    page.locator(".why").first.hover()
    expect(page.locator(".tip").first).to_be_visible()
    page.locator(".near").first.click()
    expect(page.locator("#reader article")).to_be_visible()
    foreign = "img, script, iframe, form, svg, a, style, link, meta, input, video, object"
    assert page.locator("#talk").locator(foreign).count() == 0
    assert page.locator("#reader").locator(foreign.replace("a, ", "")).count() == 0
    assert page.title() == "Dateline"
    page.wait_for_timeout(500)  # that nothing was asked for elsewhere, the desk sees to


def test_the_browser_itself_refuses_to_fetch_elsewhere(desk: Desk) -> None:
    page = desk.open()
    refused = page.evaluate("""() => new Promise((done) => {
      document.addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective));
      document.querySelector('#talk').insertAdjacentHTML('beforeend', '<img src="http://127.0.0.1:9/?q=secret">');
    })""")
    assert refused == "img-src"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_both_themes(desk: Desk, scheme: str) -> None:
    page = desk.open(color_scheme=scheme, reduced_motion="reduce")  # colours that fade are measured half-way
    ground = page.evaluate("getComputedStyle(document.querySelector('#talking').closest('.main')).backgroundColor")
    assert (ground == "rgb(18, 23, 30)") == (scheme == "dark")
    expect(page.locator(".example").first).to_be_visible()
    shown = page.evaluate(
        CONTRASTS, ["#name h1", "#status", ".welcome h2", ".welcome p", ".example", "#send", "textarea"]
    )
    ask(page, "refuse")
    answered(page)
    ask(page, "fail")
    answered(page, 2)
    ask(page, "judge")
    answered(page, 3)
    expect(page.locator(".next .example")).to_have_count(2)
    page.locator(".turn").last.locator(".cite").first.click()
    expect(page.locator("#reader mark")).to_be_visible()
    page.locator(".unsupported .why").hover()
    expect(page.locator(".unsupported .tip")).to_be_visible()
    marks = [".partly .why", ".unsupported .why", ".tip b", ".unsupported .tip q", ".unsupported .tip i"]
    marks += [".unsupported .near", "#writer label span", "#strict span"]
    shown += page.evaluate(CONTRASTS, marks)
    page.locator("#top").hover()
    parts = [".turn h2", ".turn p", ".aside", ".failure", ".cite", ".source b", ".source .meta", ".number", "#new"]
    panel = ["#reader .meta", "#reader h2", "#reader p", "#reader mark", "#reader .close", "#reader a"]
    shown += page.evaluate(CONTRASTS, parts + panel)
    assert [(selector, round(ratio, 2)) for selector, ratio in shown if ratio < 4.5] == []
