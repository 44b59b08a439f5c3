"""Who cannot use a mouse, sees little or minds motion can use each state of the page: axe-core, keys, zoom, colours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import axe
from tests.browser import PHONE, answered, ask
from tests.states import SIZES, STATES, Places, calm, go, places

CROSSWISE = (("desktop", "light"), ("phone", "dark"))  # of most states; every third is looked at in all four
# States that are gone through by keyboard, both ways round: each control of the page stands in one of them.
KEYED = ("filters", "filters set", "judged", "rated", "article", "understood", "compared", "corrected")
KEYED += ("versions", "library without a match", "adding a text", "job", "removed", "signed in", "wrong password")

SIDEWAYS = "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - innerWidth"
PLACES_OF_A_DATE = 4  # in which Tab stops within it: month, day, year and the calendar
# Where the focus is: what it is on, whether one sees that it is there, and whether one sees it at all.
STOP = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  window.stops ??= new Map();
  if (!stops.has(e)) stops.set(e, stops.size);
  const shows = (style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const box = e.getBoundingClientRect();
  const visible = e.checkVisibility({opacityProperty: true, visibilityProperty: true});
  const at = document.elementFromPoint(box.x + box.width / 2, Math.min(box.y + box.height / 2, box.y + 12));
  const label = e.closest('label')?.getBoundingClientRect() ?? box;
  return {
    id: stops.get(e), name: e.outerHTML.slice(0, 90), article: e.matches('.article'), tip: !!e.closest('.tip'),
    date: e.matches('[type=date]'),
    outlined: [e, e.closest('label')].some((o) => o && shows(getComputedStyle(o))),
    seen: visible && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
      && !!at && (e.contains(at) || at.contains(e) || !!e.closest('label')?.contains(at)),
    small: Math.min(label.width, label.height) < 23.5,
  };
}"""


@pytest.fixture(scope="module")
def at(served: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with places(tmp_path_factory.mktemp("states"), served["fake"]) as addresses:
        yield addresses


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One page for all states."""
    page = browser.new_context(viewport=SIZES["desktop"], reduced_motion="reduce").new_page()
    yield page
    page.context.close()


def opened(browser: Browser, at: Places, **options: Any) -> Page:
    page = browser.new_context(**options).new_page()
    page.goto(at["fake"])
    expect(page.locator(".example").first).to_be_visible()
    return page


def stops(page: Page, key: str = "Tab", most: int = 120) -> list[dict[str, Any]]:
    """Return the stops of a whole round of Tab, wherever it begins; the browser's own, between two rounds, is none."""
    found: list[dict[str, Any]] = []
    within = 0
    for _ in range(most):
        page.keyboard.press(key)
        stop = page.evaluate(STOP)
        if stop is None:
            continue
        if found and stop["id"] == found[-1]["id"]:
            within += 1
            assert within < PLACES_OF_A_DATE and stop["date"], f"{key} does not leave {stop['name']}"
            continue
        if found and stop["id"] == found[0]["id"]:
            return found
        within = 0
        found.append(stop)
    raise AssertionError(f"{key} goes round and never out of {found[-3:]}")


@pytest.mark.parametrize("state", STATES)
def test_each_state_passes_axe_fits_and_is_gone_through_by_keyboard(page: Page, at: Places, state: str) -> None:
    """A state is reached once, for all that is tried on it."""
    all_looks = list(STATES).index(state) % 3 == 0
    for _, found in axe.survey(page, at, [state], axe.LOOKS if all_looks else CROSSWISE, leave=False):
        assert [str(one) for one in found] == []
    if state in KEYED:
        _goes_round(page)
    _fits(page)
    page.set_viewport_size(SIZES["desktop"])


def _goes_round(page: Page) -> None:
    """Each stop of the Tab key is seen, none is a trap, and the way back has the same."""
    there = stops(page)
    assert there
    # The article takes the focus so that the arrows scroll it: its outline would be that of the whole panel.
    assert [stop["name"] for stop in there if not (stop["outlined"] or stop["article"])] == []
    assert [stop["name"] for stop in there if not stop["seen"]] == []
    assert [stop["name"] for stop in there if stop["small"]] == []
    back = stops(page, "Shift+Tab")
    # What is behind a mark opens where the mark is come to, so from the other side the mark comes first.
    assert sorted(stop["id"] for stop in back if not stop["tip"]) == sorted(s["id"] for s in there if not s["tip"])


def _fits(page: Page) -> None:
    """Nothing scrolls sideways down to 320 px, which is 1280 at 400 %; and at 720, which is 1440 at 200 %."""
    for width, height in ((720, 450), (390, 844), (320, 640)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(SIDEWAYS) <= 0, f"at {width} px"
        cut = page.evaluate(CUT)
        assert cut == [], f"at {width} px"


# What is wider than the window, unless it scrolls by itself within it; and words that stand out of their box.
CUT = """() => [...document.querySelectorAll('#top *, #desk *, #library *')].filter((e) => {
  const box = e.getBoundingClientRect();
  const within = (p) => p && p !== document.body && (/(auto|scroll|hidden|clip)/.test(getComputedStyle(p).overflowX)
    && p.getBoundingClientRect().right <= innerWidth + 1 || within(p.parentElement));
  const spills = e.matches('button, a, p, h1, h2, h3, li') && getComputedStyle(e).display !== 'inline'
    && e.scrollWidth > e.clientWidth + 2;
  return e.checkVisibility() && box.width > 1
    && (spills || (box.right > innerWidth + 1 || box.left < -1) && !within(e.parentElement));
}).map((e) => e.outerHTML.slice(0, 90))"""


def test_the_menu_is_gone_through_and_closes_where_the_focus_goes_on(page: Page, at: Places) -> None:
    """It lies over the page: what is behind it must not have the focus unseen."""
    calm(page)
    go(page, "conversations", at)
    page.keyboard.press("Tab")  # from the button that opened it
    inside = page.locator("#conversations :is(button, input)").count()
    for _ in range(inside):
        stop = page.evaluate(STOP)
        assert stop["outlined"] and stop["seen"] and not stop["small"], stop
        expect(page.locator("#conversations")).to_be_visible()
        page.keyboard.press("Tab")
    expect(page.locator("#conversations")).to_be_hidden()
    assert page.evaluate(STOP)["seen"]


def test_motion_is_left_out_where_it_is_minded(browser: Browser, at: Places) -> None:
    moved = {}
    for minded in ("reduce", "no-preference"):
        page = opened(browser, at, **PHONE, reduced_motion=minded)
        page.evaluate("""() => { window.moved = 0;
          const count = () => { moved += 1; };
          for (const kind of ['animationstart', 'transitionrun']) document.addEventListener(kind, count);
        }""")
        ask(page, "refuse")
        answered(page)
        page.locator(".source").first.tap()
        expect(page.locator("#reader .article")).to_be_visible()
        if minded == "reduce":
            page.wait_for_timeout(300)
        else:
            page.wait_for_function("moved > 0")
        moved[minded] = page.evaluate("moved")
        page.context.close()
    assert moved["reduce"] == 0
    assert moved["no-preference"] > 0  # so the other is no accident


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_that_the_system_chooses_leave_everything_seen(browser: Browser, at: Places, scheme: str) -> None:
    page = opened(browser, at, forced_colors="active", color_scheme=scheme)
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    STATES["article"].reach(page)
    # A ground of its own is gone there: what can be pressed shows it by a border or a line.
    plain = page.evaluate("""() => [...document.querySelectorAll('button, #nav a[aria-current]')].filter((e) => {
      const style = getComputedStyle(e);
      return e.checkVisibility() && style.borderTopStyle === 'none' && style.textDecorationLine === 'none';
    }).map((e) => e.outerHTML.slice(0, 90))""")
    assert plain == []
    assert all(stop["outlined"] or stop["article"] for stop in stops(page))
    mark = page.locator("#reader mark").evaluate(
        "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e.parentElement).backgroundColor]"
    )
    assert mark[0] != mark[1]
    page.context.close()
