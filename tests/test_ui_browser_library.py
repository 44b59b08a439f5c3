"""The library in a real browser over a real index: listing, adding a folder, removing with undo, by keyboard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from index import build
from tests.browser import ARTICLES, PHONE, QUESTION, ask, serving, wait_for
from tests.newsroom import story, write

WAIT = 60_000  # a process starts, on a machine that may be busy


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("library")
    write(folder / "articles.jsonl", *ARTICLES, *(story(number) for number in range(60)))
    build([folder / "articles.jsonl"], folder / "index")
    with serving("ui.py", "--index", str(folder / "index"), "--port") as address:
        wait_for(address)
        yield address


def library(browser: Browser, address: str, **options: object) -> Page:
    page = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options}).new_page()  # type: ignore[arg-type]
    page.goto(f"{address}/#library")
    expect(page.locator("#shelf li").first).to_be_visible()
    expect(page.get_by_role("button", name="Add the files")).to_be_visible()
    return page


def test_the_list_is_searched_while_typing_and_continued(browser: Browser, address: str) -> None:
    page = library(browser, address)
    count = page.locator("#shelf .count")
    expect(count).to_have_text("62 articles, the first 50 shown.")
    page.get_by_role("button", name="Show 12 more").click()
    expect(page.locator("#shelf li")).to_have_count(62)
    words = page.get_by_label("Words of headline, outlet or author")
    words.press_sequentially("suez ship", delay=40)
    expect(count).to_have_text("1 of 62 articles.")
    expect(words).to_have_value("suez ship")
    words.fill("zzz")
    expect(page.locator("#shelf")).to_contain_text("No article fits. Take words away")
    page.get_by_role("button", name="Show all").click()
    expect(count).to_have_text("62 articles, the first 50 shown.")
    page.context.close()


def test_a_folder_is_added_seen_by_all_then_removed_and_had_back(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    (tmp_path / "news" / "sub").mkdir(parents=True)
    write(tmp_path / "news" / "sub" / "a.jsonl", story(100), story(100, url="https://other.example"), {"title": "none"})
    (tmp_path / "news" / "walrus.txt").write_text("Walrus seen\nA walrus was seen near the ferry.")
    (tmp_path / "news" / "a.docx").write_text("x")
    (tmp_path / "news" / ".hidden.txt").write_text("x")
    page, other = library(browser, address), library(browser, address)
    page.locator("[webkitdirectory]").set_input_files(tmp_path / "news")
    expect(page.locator("#files [role=status]")).to_contain_text("2 files")
    expect(page.locator("#files [role=status]")).to_contain_text("of no format that is read: 1 (news/a.docx)")
    page.get_by_role("button", name="Add the files").press("Enter")
    expect(page.locator("#job progress")).to_be_visible()
    expect(page.locator("#job-name")).to_be_focused()
    other.evaluate("document.dispatchEvent(new Event('dateline:view'))")
    expect(other.locator("#job")).to_contain_text("Begun by another page")
    other.goto(f"{address}/#ask")  # an answer does not wait for a build
    ask(other, QUESTION)
    expect(other.locator(".answer")).to_have_attribute("aria-busy", "false")
    report = page.locator("#job")
    expect(report).to_contain_text("added, 0 updated, 0 unchanged, 1 not read.", timeout=WAIT)
    expect(report).to_contain_text("news/sub/a.jsonl, line 3")
    expect(page.locator("#history")).to_contain_text("generation 2")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download the full report").click()
    rows = [json.loads(line) for line in Path(saved.value.path()).read_text().splitlines()]
    assert {row["file"] for row in rows} == {"news/sub/a.jsonl", "news/walrus.txt"}
    page.locator("#job").get_by_role("button", name="Close").click()
    expect(page.locator("#job section")).to_have_count(0)
    other.close()

    page.get_by_label("Words of headline, outlet or author").fill("walrus")
    box = page.get_by_role("checkbox", name="Choose Walrus seen")
    box.press("Space")
    page.get_by_role("button", name="Remove the chosen articles").press("Enter")
    told = page.locator("#told")
    expect(told).to_contain_text("Removed 1 article: “Walrus seen”.", timeout=WAIT)
    expect(page.locator("#shelf")).to_contain_text("No article fits.")
    told.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator("#shelf .title")).to_have_text("Walrus seen")
    expect(box).not_to_be_checked()
    page.context.close()


def test_what_is_refused_is_said_where_one_looks(browser: Browser, address: str, tmp_path: Path) -> None:
    page = library(browser, address, **PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Add the files").click()
    expect(page.locator("#files [role=status]")).to_have_text("Choose files first, or a folder.")
    page.get_by_text("Web addresses", exact=True).click()
    page.get_by_label("Addresses, one a line").fill("ferry.example")
    page.get_by_role("button", name="Add from the web").click()
    expect(page.get_by_role("alert")).to_contain_text("This is no web address: ferry.example.")
    expect(page.get_by_label("Addresses, one a line")).to_have_value("ferry.example")
    page.context.close()
