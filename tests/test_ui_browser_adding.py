"""Adding from the web by the page over a real index, a page that may only be read, and an index that comes and goes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from index import NewsIndex, build, remove
from index.generations import Generations
from tests.browser import ARTICLES, QUESTION, answered, ask, serving, wait_for
from tests.fake_web import Answer, FakeWeb, article, fake_web, item, rss
from tests.newsroom import write
from tests.test_ui_browser_library import WAIT, library

FORGE = """([verb, fields]) => {
  const button = document.createElement('button');
  Object.assign(button.dataset, {do: verb, ...fields});
  document.querySelector('#shelf h2').after(button);
  button.click();
  button.remove();
}"""


@pytest.fixture(scope="module")
def addresses(served: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Pages over an index each: one that adds from everywhere, one that is public, one that may only be read."""
    folder = tmp_path_factory.mktemp("adding")
    build([write(folder / "articles.jsonl", *ARTICLES)], folder / "open")
    shutil.copytree(folder / "open", folder / "read")
    with (
        serving("ui.py", "--index", str(folder / "open"), "--allow-private", "--port") as free,
        serving("ui.py", "--index", str(folder / "read"), "--read-only", "--port") as read,
    ):
        wait_for(free)
        wait_for(read)
        yield {"open": free, "public": served["real"], "read": read, "folder": str(folder)}


@pytest.fixture
def site() -> Iterator[FakeWeb]:
    with fake_web() as site:
        site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow:\n", headers={"Content-Type": "text/plain"})
        for number in (1, 2, 3):
            site.pages[f"/{number}"] = Answer(article(number), headers={"Content-Type": "text/html"})
        items = [item(site.url(f"/{number}"), f"Story {number}") for number in (2, 3)]
        site.pages["/feed"] = Answer(rss(items), headers={"Content-Type": "application/rss+xml"})
        yield site


def add(page: Page, *given: str) -> None:
    if not page.get_by_label("Addresses, one a line").is_visible():
        page.get_by_text("Web addresses", exact=True).click()
    page.get_by_label("Addresses, one a line").fill("\n".join(given))
    page.get_by_role("button", name="Add from the web").click()


def test_an_address_and_a_feed_are_added(browser: Browser, addresses: dict[str, str], site: FakeWeb) -> None:
    page = library(browser, addresses["open"])
    expect(page.locator("#intake")).to_contain_text("Private addresses are fetched too.")
    add(page, site.url("/1"), site.url("/feed"))
    expect(page.locator("#job")).to_contain_text("3 added, 0 updated, 0 unchanged", timeout=WAIT)
    expect(page.locator("#shelf .count")).to_have_text("5 articles.")
    expect(page.locator(".overview .added li")).to_have_count(5)
    expect(page.locator(".overview .added b").first).to_have_text("Story 3")
    assert {"/1", "/2", "/3", "/feed"} <= set(site.paths())
    page.get_by_role("link", name="Ask").click()
    ask(page, "Who signed the paper, said the mayor of town 2?")
    answered(page)
    expect(page.locator(".answer")).to_contain_text("Inspector 2 signed the paper.")
    page.context.close()


def test_a_private_address_is_refused_in_words(browser: Browser, addresses: dict[str, str], site: FakeWeb) -> None:
    page = library(browser, addresses["public"])
    expect(page.locator("#intake")).to_contain_text("Only public addresses are fetched.")
    add(page, site.url("/1"))
    expect(page.locator("#job")).to_contain_text("Nothing was indexed.", timeout=WAIT)
    expect(page.locator("#job")).to_contain_text("private")
    assert site.paths() == []
    page.context.close()


def test_a_page_that_may_only_be_read_changes_nothing(browser: Browser, addresses: dict[str, str]) -> None:
    page = browser.new_page()
    page.goto(f"{addresses['read']}/#library")
    expect(page.locator("#shelf li")).to_have_count(2)
    expect(page.locator("#intake")).to_contain_text("the page was started with --read-only")
    assert page.locator("#intake form, #shelf [name=chosen], [data-do=remove], [data-do=rollback]").count() == 0
    chosen = page.locator("#shelf .title").first.get_attribute("data-article")
    for verb, fields in (
        ("remove", {"chosen": chosen}),
        ("add-text", {"text": "A text."}),
        ("add-web", {"addresses": "https://a.example"}),
        ("add-files", {"files": "[]"}),
        ("rollback", {"live": "1"}),
        ("forward", {"live": "1"}),
        ("undo", {}),
        ("stop-job", {}),
    ):
        page.evaluate(FORGE, ["dismiss", {}])
        expect(page.locator("#told [role=alert]")).to_have_count(0)
        page.evaluate(FORGE, [verb, fields])
        expect(page.locator("#told [role=alert]"), verb).to_contain_text("Nothing can be added, removed or rolled back")
    assert Generations(Path(addresses["folder"]) / "read").current() == 1
    page.context.close()


def test_a_page_over_an_emptied_index_says_what_to_do_and_recovers(
    browser: Browser, addresses: dict[str, str], tmp_path: Path
) -> None:
    folder = Path(addresses["folder"]) / "open"
    page = library(browser, addresses["open"])
    with NewsIndex.open(folder) as index:
        held = [source.id for source in index.articles()]
    remove(held, folder)
    page.reload()
    expect(page.locator("#shelf")).to_contain_text("There are no articles yet. Add some")
    expect(page.locator("#overview")).to_contain_text("holds no articles")
    expect(page.get_by_role("button", name="Add the files")).to_be_visible()
    page.get_by_role("link", name="Ask").click()
    ask(page, QUESTION)
    answered(page)
    expect(page.locator(".answer [role=alert]")).to_contain_text("holds no articles")
    shutil.rmtree(folder)
    ask(page, QUESTION)
    answered(page, 2)
    expect(page.locator(".answer [role=alert]").last).to_contain_text("There is no index")
    build([write(tmp_path / "again.jsonl", *ARTICLES)], folder)  # which has the number of the first once more
    ask(page, QUESTION)
    answered(page, 3)
    expect(page.locator(".turn").last.locator(".cite")).to_have_count(1)
    expect(page.locator("#status")).to_contain_text("2 articles")
    page.get_by_role("link", name="Library").click()
    expect(page.locator("#shelf li")).to_have_count(2)
    expect(page.locator(".overview .newest li")).to_have_count(2)
    page.context.close()
