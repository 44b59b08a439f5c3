"""What axe-core finds in each state of the page: python -m tests.axe prints it as Markdown.

axe-core lies in `data/` with its licence, for tests alone: it is never served.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import chromium
from tests.states import SCHEMES, SIZES, STATES, Places, calm, go, places

AXE = Path(__file__).with_name("data") / "axe.min.js"
LOOKS = tuple(product(SIZES, SCHEMES))
IMPACTS = ("critical", "serious", "moderate", "minor")
RUN = """async (rules) => {
  const only = rules.length ? {runOnly: {type: 'rule', values: rules}} : {};
  const found = await axe.run(document, {resultTypes: ['violations', 'incomplete'], ...only});
  const plain = (all) => all.map((one) => ({rule: one.id, impact: one.impact, help: one.help,
    where: one.nodes.map((node) => node.target.join(' ')), html: one.nodes.map((node) => node.html.slice(0, 160))}));
  return {violations: plain(found.violations), incomplete: plain(found.incomplete), passes: found.passes.length};
}"""


@dataclass(frozen=True)
class Finding:
    """A rule that does not hold in a state: `where` are selectors of what breaks it."""

    state: str
    size: str
    scheme: str
    rule: str
    impact: str
    help: str
    where: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.state}, {self.size}, {self.scheme}: {self.impact} {self.rule} ({self.help}) at {self.where}"


def load(page: Page) -> None:
    """Bring axe-core into a page; nothing is asked for."""
    page.evaluate(AXE.read_text(encoding="utf-8"))


def dress(page: Page, size: str, scheme: str) -> None:
    """Make the window that wide, and the page light or dark, as it is where the system is so from the start."""
    page.set_viewport_size(SIZES[size])
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    if "/sign-" not in page.url:  # that page is dark by its style sheet alone
        expect(page.locator("body.dark")).to_have_count(int(scheme == "dark"))


def findings(page: Page, state: str, size: str, scheme: str, rules: Sequence[str] = ()) -> list[Finding]:
    """Return what breaks a rule; all rules unless some are named."""
    found = page.evaluate(RUN, list(rules))["violations"]
    return [
        Finding(state, size, scheme, one["rule"], one["impact"] or "minor", one["help"], tuple(one["where"]))
        for one in found
    ]


def survey(
    page: Page,
    at: Places,
    states: Sequence[str] = (),
    looks: Sequence[tuple[str, str]] = LOOKS,
    *,
    leave: bool = True,
) -> Iterator[tuple[tuple[str, str, str], list[Finding]]]:
    """Yield each state × size × scheme with what breaks a rule there; a state is reached once for all of them.

    `leave` says whether to go back to the welcome at the end.
    """
    for name in states or STATES:
        calm(page)
        go(page, name, at)
        load(page)
        for size, scheme in looks:
            dress(page, size, scheme)
            yield (name, size, scheme), findings(page, name, size, scheme)
        dress(page, "desktop", "light")
    if leave:
        calm(page)


def report(at: Places) -> str:
    """Return as Markdown what axe-core finds in all states of the page where it is served."""
    rows, listed, open_questions, engine = [], [], set(), ""
    with chromium() as browser:
        page = browser.new_page(viewport=SIZES["desktop"])
        for (name, size, scheme), found in survey(page, at):
            engine = engine or str(page.evaluate("axe.version"))
            checked = page.evaluate(RUN, [])
            open_questions |= {(one["rule"], one["help"], name) for one in checked["incomplete"]}
            counts = [sum(one.impact == impact for one in found) for impact in IMPACTS]
            rows.append(f"| {name} | {size} | {scheme} | {checked['passes']} | {' | '.join(map(str, counts))} |")
            listed += [f"- {one}" for one in found]
    head = f"axe-core {engine}, all its rules but experimental ones.\n\n| state | window | theme | rules held | "
    table = [
        f"{head}{' | '.join(IMPACTS)} |",
        f"| --- | --- | --- | --: | {' | '.join(['--:'] * len(IMPACTS))} |",
        *rows,
    ]
    unsure: dict[str, list[str]] = {}
    for rule, text, name in sorted(open_questions):
        unsure.setdefault(f"`{rule}` ({text})", []).append(name)
    doubts = [f"- {rule}: {', '.join(names)}" for rule, names in unsure.items()]
    return "\n".join([*table, "", *(listed or ["No rule is broken."]), "", "Left to people to judge:", "", *doubts])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made, places(Path(made)) as served:
        print(report(served))
