"""What is in the index at a glance: articles by date, outlets, the newest, the last added. Knows nothing of talks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from assistant.attribution import day_in_words
from assistant.page.escaping import aside, failure, meta, safe
from assistant.page.places import Place
from assistant.page.session import Changes, Click, Part, Session, Verb
from index.errors import DatelineError

if TYPE_CHECKING:
    from assistant.answering import Assistant
    from index.articles import Source
    from index.manifest import Manifest
    from index.recent import Added

NEWEST = 8
ADDED = 8
OUTLETS = 12  # that are shown at once; the others when asked for
EMPTY = "The index holds no articles yet. Add some, and they show here."
WAITING = "Counting the articles…"
UNDATED = "No article in the index has a date, so there is no course over time to show."


class Overviewing(Part):
    """The part `overview` of the library."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._shown: tuple[Manifest | None, str] = (None, "")  # what the index holds, its overview

    def verbs(self) -> Mapping[str, Verb]:
        return {"overview": self.overview}

    async def overview(self, session: Session, click: Click) -> Changes:
        """Return the overview of the live generation; made once for each."""
        return {"overview": await asyncio.to_thread(self._overview)}

    def _overview(self) -> str:
        try:
            info = self._assistant.info()
            if info != self._shown[0]:
                newest = self._assistant.browse(limit=NEWEST).sources
                days, added = self._assistant.days(), self._assistant.recent(ADDED)
                self._shown = (info, overview_html(days, info.outlets, newest, added, info.generation))
        except DatelineError as problem:
            return failure(str(problem))
        return self._shown[1]


def overview_html(
    days: Mapping[date | None, int],
    outlets: Mapping[str, int],
    newest: Sequence[Source],
    added: Sequence[Added] = (),
    generation: int = 0,
) -> str:
    """Return the overview; `days` are the numbers of articles by day, None for those without one."""
    total = sum(days.values())
    inside = aside(EMPTY)
    if total:
        unnamed = total - sum(outlets.values())
        inside = _by_time(days) + _outlets(outlets, unnamed) + _newest(newest) + _added(added)
    return f'<section class="overview" data-generation="{generation}"><h2>At a glance</h2>{inside}</section>'


def _by_time(days: Mapping[date | None, int]) -> str:
    dated = {day: count for day, count in days.items() if day}
    undated = days.get(None, 0)
    if not dated:
        return f"<h3>Articles by date</h3>{aside(UNDATED)}"
    from assistant.page.plots import NARROW, WIDE, bars, binned

    counts = binned(dated)
    drawn = ""
    for width, shown in ((WIDE, "wide"), (NARROW, "narrow")):
        plot = bars(counts, width, f"Articles by date of publication, from {counts[0].name} to {counts[-1].name}")
        drawn += f'<div class="plot {shown}">{plot.svg}</div>'
    rows = "".join(
        f'<tr><th scope="row">{bar.name}</th><td>{bar.count:,}</td></tr>' for bar in reversed(counts) if bar.count
    )
    note = aside(f"{undated:,} more without a date." if undated else "")
    table = f'<table aria-label="Articles by date"><tbody>{rows}</tbody></table>'
    return (
        f"<h3>Articles by date</h3><figure>{drawn}</figure>{note}"
        f"<details><summary>The numbers</summary>{table}</details>"
    )


def _outlets(outlets: Mapping[str, int], unnamed: int) -> str:
    """Return a row for each outlet, those with the most articles first."""
    ordered = sorted(outlets.items(), key=lambda item: (-item[1], item[0]))
    most = max([*outlets.values(), unnamed, 1])
    shown = _rows(ordered[:OUTLETS], most)
    unknown = _rows([("outlet unknown", unnamed)], most) if unnamed else ""
    more = ""
    if rest := ordered[OUTLETS:]:
        more = f"<details><summary>{len(rest):,} more</summary>{_counted(_rows(rest, most))}</details>"
    return f"<h3>Outlets</h3>{_counted(shown + unknown)}{more}"


def _counted(rows: str) -> str:
    return f'<table class="counted" aria-label="Articles by outlet"><tbody>{rows}</tbody></table>'


def _rows(counts: Iterable[tuple[str, int]], most: int) -> str:
    return "".join(
        f'<tr><th scope="row">{safe(name)}</th><td class="bar"><span style="width: {100 * count / most:.1f}%"></span>'
        f"</td><td>{count:,}</td></tr>"
        for name, count in counts
    )


def _newest(sources: Sequence[Source]) -> str:
    return f"<h3>Newest by date</h3>{_listed('newest', [(source, '') for source in sources])}"


def _added(added: Sequence[Added]) -> str:
    """Return what came in last with the day on which it did; nothing where that is not known."""
    rows = [(one.source, f" · added {day_in_words(one.at.date())}") for one in added]
    return f"<h3>Last added</h3>{_listed('added', rows)}" if rows else ""


def _listed(name: str, rows: Iterable[tuple[Source, str]]) -> str:
    """Return articles as buttons that open them, each with what else is told of it."""
    items = "".join(
        f'<li><button class="place" {Place(source.id).html()}><b>{safe(source.title)}</b></button>'
        f'<span class="meta">{meta(source)}{told}</span></li>'
        for source, told in rows
    )
    return f'<ol class="stories {name}">{items}</ol>'
