"""The library as HTML: the list of articles, the forms that add to it, the generations. Knows nothing of building."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from assistant.page.escaping import aside, meta, safe
from assistant.page.intake import MEGABYTE, Rules, endings, packed

if TYPE_CHECKING:
    from index.articles import Source
    from index.catalogue import Shelf
    from index.manifest import Manifest

PAGE = 50  # articles that are shown more at a time
READ_ONLY = "Nothing can be added, removed or rolled back here: the page was started with --read-only."


@dataclass(frozen=True, slots=True)
class Removed:
    """Articles that were taken out, by which generation; `titles` are those of the first of them."""

    generation: int
    articles: int
    titles: tuple[str, ...]


def shelf_html(shelf: Shelf, held: int, outlets: Sequence[str], narrowed: bool, rules: Rules) -> str:
    """Return the filters and the articles that pass; `held` is how many there are, `narrowed` whether any are left out.

    No field is given its value: what is typed meanwhile stays.
    """
    options = "".join(f'<option value="{safe(name)}">{safe(name)}</option>' for name in outlets)
    filters = (
        '<form data-do="browse" role="search" aria-label="Articles"><label class="wide">Words of headline, outlet or '
        'author<input class="field" type="search" name="words" autocomplete="off" maxlength="200"></label>'
        f'<label>Outlet<select class="field" name="outlet"><option value="">All</option>{options}</select></label>'
        '<label>From<input class="field" type="date" name="since"></label>'
        '<label>To<input class="field" type="date" name="until"></label>'
        '<button type="reset" class="button">Show all</button></form>'
    )
    return f"<h2>Articles</h2>{filters}{_count(shelf, held)}{_list(shelf, narrowed, rules)}"


def _count(shelf: Shelf, held: int) -> str:
    shown = len(shelf.sources)
    of = f"{shelf.total:,} of {held:,} articles" if shelf.total != held else _articles(held)
    return f'<p class="count" role="status">{of}{f", the first {shown:,} shown" if shown < shelf.total else ""}.</p>'


def _list(shelf: Shelf, narrowed: bool, rules: Rules) -> str:
    if not shelf.sources:
        said = "No article fits. Take words away, choose another outlet or a longer period, or show all."
        return aside(said if narrowed else "There are no articles yet. Add some: files, a folder, a text or addresses.")
    items = "".join(_item(source, rules) for source in shelf.sources)
    more = shelf.total - len(shelf.sources)
    step = f'type="button" class="button" data-more="{len(shelf.sources) + PAGE}"'
    button = f"<button {step}>Show {min(PAGE, more)} more</button>" if more else ""
    if rules.read_only:
        return f"<ol>{items}</ol>{button}"
    remove = '<p class="chosen"><button class="button primary">Remove the chosen articles</button></p>'
    return f'<form data-do="remove" aria-label="List"><ol>{items}</ol>{remove}</form>{button}'


def _item(source: Source, rules: Rules) -> str:
    title = safe(source.title)
    choose = (
        ""
        if rules.read_only
        else f'<input type="checkbox" name="chosen" value="{safe(source.id)}" aria-label="Choose {title}">'
    )
    opens = f'<button type="button" class="title" data-do="open" data-article="{safe(source.id)}">{title}</button>'
    return f'<li>{choose}<div>{opens}<p class="meta">{meta(source)}</p></div></li>'


def intake_html(rules: Rules, begun: int = 0) -> str:
    """Return the forms that add articles, with what may be added told before; `begun` is the job that one began."""
    if rules.read_only:
        return f"<h2>Add articles</h2>{aside(READ_ONLY)}"
    files = _files_html(rules) if rules.uploads else ""
    web = "Only public addresses are fetched." if not rules.allow_private else "Private addresses are fetched too."
    return (
        f'<h2 data-begun="{begun}">Add articles</h2>{files}<details><summary>A text</summary>'
        f'<form data-do="add-text"><label>Headline<input class="field" name="title" maxlength="300"></label>'
        '<label>Outlet<input class="field" name="outlet" maxlength="200"></label>'
        '<label>Date<input class="field" type="date" name="date"></label>'
        '<label>Address<input class="field" name="url" inputmode="url" maxlength="2000" placeholder="https://"></label>'
        '<label>Text<textarea class="field" name="text" rows="8" required '
        f'maxlength="{rules.characters}"></textarea></label>'
        f'<p class="meta">Only the text is needed. At most {rules.characters:,} characters. Without a headline, its '
        'first line is one.</p><button class="button primary">Add the text</button></form></details>'
        "<details><summary>Web addresses</summary>"
        '<form data-do="add-web"><label>Addresses, one a line<textarea class="field" name="addresses" rows="4" '
        'required spellcheck="false"></textarea></label><p class="meta">Of articles, feeds or sitemaps, at most '
        f"{rules.addresses}. {web} A server is asked once a second, so a long list takes its time.</p>"
        '<button class="button primary">Add from the web</button></form></details>'
    )


def _files_html(rules: Rules) -> str:
    kinds = " ".join(endings())
    limits = {
        "files": rules.files,
        "each": rules.file_bytes,
        "all": rules.bytes,
        "endings": endings(),
        "packed": packed(),
    }
    return (
        "<details open><summary>Files or a folder</summary>"
        f'<form id="files" data-limits="{safe(json.dumps(limits))}">'
        f'<label>Files<input type="file" multiple accept="{",".join((*endings(), *packed()))}"></label>'
        '<label>A folder, with all that is in it<input type="file" webkitdirectory></label>'
        f'<p class="meta">At most {rules.files:,} files at once, each of {rules.file_bytes // MEGABYTE} MB or less, '
        f"{rules.bytes // MEGABYTE:,} MB in all. A file under the name of one that was added here before is taken as "
        f'its new version.</p><details class="kinds"><summary>What is read</summary><p class="meta">{safe(kinds)}, '
        f"also with {safe(' '.join(packed()))}.</p></details>"
        '<p class="sending"><progress max="1" value="0" aria-label="Sending files" hidden></progress>'
        '<span role="status"></span></p><p class="ways"><button class="button primary">Add the files</button>'
        '<button type="button" class="button" hidden>Cancel</button></p></form></details>'
    )


def history_html(live: Manifest, before: Manifest | None, after: Manifest | None, rules: Rules) -> str:
    """Return which generation is in use, how it was made, and those that can be had instead."""
    days = f"{_day(live.oldest)} to {_day(live.newest)}" if live.oldest and live.newest else "none known"
    parent = f"generation {live.parent} and what was added or removed then" if live.parent else "what was added first"
    rows = (
        ("In use", f"generation {live.generation}"),
        ("Made", _moment(live.built_at)),
        ("Made from", parent),
        ("Holds", f"{_articles(live.articles)}, {live.passages:,} passages, {_outlets(len(live.outlets))}"),
        ("Days", days),
        ("Embedding", f"{live.embedding}, {live.dimensions} dimensions"),
    )
    told = "".join(f"<dt>{safe(name)}</dt><dd>{safe(value)}</dd>" for name, value in rows)
    other = _other("rollback", "Go back to", "The one before", live, before, rules)
    other += _other("forward", "Go forward to", "The one gone back from", live, after, rules)
    return f"<h2>The index</h2><dl>{told}</dl>{other or aside('There is no generation before it.')}"


def _other(do: str, verb: str, what: str, live: Manifest, other: Manifest | None, rules: Rules) -> str:
    if other is None:
        return ""
    button = f'<button class="button" data-do="{do}" data-live="{live.generation}">'
    way = f"{button}{verb} generation {other.generation}</button>"
    means = f"Answers then rest on {_articles(other.articles)}, {changed(live.articles, other.articles)}."
    stays = " Until the next build you can go forward again." if do == "rollback" else ""
    return (
        f'<div class="other"><p>{what}: generation {other.generation} of {_moment(other.built_at)}. {means}'
        f"{'' if rules.read_only else stays}</p>{'' if rules.read_only else way}</div>"
    )


def removed_html(removed: Removed, live: int, rules: Rules) -> str:
    """Return what was removed, and how to undo it."""
    more = removed.articles - len(removed.titles)
    names = ", ".join(f"“{title}”" for title in removed.titles) + (f" and {more:,} more" if more > 0 else "")
    said = f"Removed {_articles(removed.articles)}: {names}."
    if live == removed.generation:
        way = "" if rules.read_only else f'<button class="button" data-do="undo" data-live="{live}">Undo</button>'
    else:
        said += (
            " It cannot be undone by a click any more, because the index has changed since: add the articles again "
            "from where they came."
        )
        way = '<button class="button" data-do="dismiss">Close</button>'
    return f'<div class="told" role="status"><p>{safe(said)}</p>{way}</div>'


def newer(before: tuple[int, int], now: tuple[int, int]) -> str:
    """Return that another generation is in use than before; both are (generation, articles)."""
    kind = "A newer index" if now[0] > before[0] else "An earlier index"
    return f"{kind} is in use: generation {now[0]}, {changed(before[1], now[1])}."


def changed(before: int, now: int) -> str:
    """Return "12 articles more", "1 article fewer" or "as many articles"."""
    if before == now:
        return "as many articles"
    return f"{_articles(abs(now - before))} {'more' if now > before else 'fewer'}"


def _articles(count: int) -> str:
    return f"{count:,} article{'' if count == 1 else 's'}"


def _outlets(count: int) -> str:
    return f"{count:,} outlet{'' if count == 1 else 's'}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _moment(at: datetime) -> str:
    return f"{_day(at)}, {at:%H:%M} UTC"
