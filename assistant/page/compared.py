"""The sources of an answer side by side, as HTML: when each was published, who reports it, where they disagree.

Knows nothing of how that was found out, of clicks or of Gradio.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from assistant.attribution import day_in_words, independent
from assistant.page.escaping import aside, meta, safe
from assistant.page.places import Place
from index.articles import Source

if TYPE_CHECKING:
    from assistant.citations import Citation
    from assistant.disagreement import Difference, Told

SIGNS = "●■▲◆▼✚"  # as `plots.SHAPES` draws them
ONE = "All of it comes from one article."
DIFFER = "Different figures for the same thing"
LATER = "Another figure at another time"
SAME_DAY = "The articles are of one day: one may tell of an earlier hour."
AGREE = "No two of the articles found give different figures for the same thing, as far as can be told."


def block_html(compared: str, turn: int) -> str:
    """Return what opens under the sources of a turn, with its content once that is known."""
    # what the button asks for is what it does: open it, or, once it is open, close it
    asks = f'data-do="look" data-turn="{turn}" data-show="{"" if compared else "yes"}"'
    return (
        f'<details class="looking"{" open" if compared else ""}><summary {asks}>Compare the sources</summary>'
        f"{compared or aside('Comparing the sources…')}</details>"
    )


def compared_html(
    citations: Sequence[Citation], differences: Sequence[Difference], note: str = "", turn: int | None = None
) -> str:
    """Return the three parts of a turn; `note` is told in place of the last where it could not be found out."""
    return (
        f"<h3>When</h3>{_timeline(citations, turn)}<h3>Who reports it</h3>{_reports(citations, turn)}"
        f"<h3>Where they disagree</h3>{aside(note) or _differences(differences)}"
    )


def _timeline(citations: Sequence[Citation], turn: int | None) -> str:
    """Return a mark for each article by its day."""
    cited = _by_article(citations)
    if len(cited) == 1:
        (first, *_) = citations
        day = first.source.published
        return aside(f"{ONE} It was published on {day_in_words(day)}." if day else f"{ONE} Its date is unknown.")
    from assistant.page.plots import NARROW, WIDE, timeline

    outlets = list(dict.fromkeys(quotes[0].source.outlet or "" for quotes in cited))
    days = [quotes[0].source.published for quotes in cited]
    groups = [outlets.index(quotes[0].source.outlet or "") for quotes in cited]
    title = f"The {len(cited)} articles cited, by day of publication"
    drawn = ""
    for width, shown in ((WIDE, "wide"), (NARROW, "narrow")):
        plot = timeline(days, groups, width, title)
        marks = "".join(_mark(quotes, turn, *place) for quotes, place in zip(cited, plot.places, strict=True))
        drawn += f'<div class="plot {shown}">{plot.svg}{marks}</div>'
    key = "".join(
        f'<li><span class="sign" style="color: var(--group-{min(place, 5)})" aria-hidden="true">'
        f"{SIGNS[min(place, 5)]}</span> {safe(outlet or 'outlet unknown')}</li>"
        for place, outlet in enumerate(outlets)
    )
    return f'<figure>{drawn}<figcaption><ul class="key" aria-label="Outlets">{key}</ul></figcaption></figure>'


def _mark(quotes: Sequence[Citation], turn: int | None, left: float, top: float) -> str:
    source = quotes[0].source
    numbers = ", ".join(str(one.number) for one in quotes)
    name = f"{source.title} · {source.outlet or 'outlet unknown'} · {day_in_words(source.published)} · source {numbers}"
    at = f'style="left: {left:.2f}%; top: {top:.2f}%"'
    told = f'aria-label="{safe(name)}" title="{safe(name)}"'
    return f'<button class="mark" {at} {Place.of(quotes[0], turn).html()} {told}></button>'


def _reports(citations: Sequence[Citation], turn: int | None) -> str:
    """Return a row for each article, and for each of its reprints, and how many sources they are in all."""
    cited = _by_article(citations)
    rows = ""
    for quotes in cited:
        rows += _report(
            quotes[0].source, ", ".join(str(one.number) for one in quotes), Place.of(quotes[0], turn).html()
        )
        prints = {source.id: source for one in quotes for source in one.reprints}
        for source in prints.values():
            rows += _report(source, f"reprint of {quotes[0].number}", Place(source.id).html())
    outlets = {one.source.outlet for one in citations if one.source.outlet}
    sources = independent(citations)
    told = (
        f"{_many(len(cited), 'article')} of {_many(len(outlets), 'outlet')}"
        if outlets
        else _many(len(cited), "article")
    )
    told += f", {_many(sources, 'independent source')}. An article and its reprints are one source."
    head = '<tr><th scope="col">Source</th><th scope="col">Outlet and date</th><th scope="col">Article</th></tr>'
    return f"{aside(told)}{_table('Who reports it', head, rows)}"


def _report(source: Source, number: str, place: str) -> str:
    return (
        f'<tr><td>{safe(number)}</td><td>{meta(source)}</td><td><button class="place" {place}>'
        f"{safe(source.title)}</button></td></tr>"
    )


def _differences(differences: Sequence[Difference]) -> str:
    """Return a table for each thing that is told differently; what may have changed meanwhile comes after."""
    ordered = sorted(differences, key=lambda one: one.kind != "differ")
    return "".join(map(_difference, ordered)) or aside(AGREE)


def _difference(one: Difference) -> str:
    rows = "".join(map(_told, one.told))
    head = '<tr><th scope="col">Figure</th><th scope="col">Outlet and date</th><th scope="col">Sentence</th></tr>'
    what = safe(", ".join(one.what))
    heading = (DIFFER if one.kind == "differ" else LATER) + (f": <i>{what}</i>" if what else "")
    days = {told.source.published for told in one.told}
    note = aside(SAME_DAY) if one.kind == "differ" and len(days) == 1 and None not in days else ""
    return f"<h4>{heading}</h4>{note}{_table(f'Figures for {what}' if what else 'Figures', head, rows)}"


def _told(told: Told) -> str:
    place = Place(told.source.id, told.start, told.end, told.sentence).html()
    return (
        f"<tr><td><b>{safe(told.value)}</b></td><td>{meta(told.source)}</td>"
        f'<td><button class="place quote" {place}>{safe(told.sentence)}</button></td></tr>'
    )


def _table(name: str, head: str, rows: str) -> str:
    return f'<table aria-label="{name}"><thead>{head}</thead><tbody>{rows}</tbody></table>'


def _by_article(citations: Iterable[Citation]) -> list[list[Citation]]:
    """Return the citations of each article together, in the order of their numbers."""
    found: dict[str, list[Citation]] = {}
    for one in citations:
        found.setdefault(one.source.id, []).append(one)
    return list(found.values())


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
