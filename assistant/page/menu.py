"""The menu of conversations as HTML: a new one, those kept, ways to take this one along. Knows nothing of files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from assistant.page.conversations import LONGEST_TITLE, MOST, Head, Listing
from assistant.page.escaping import aside, safe
from assistant.page.session import Menu

SHOWN = 30  # conversations listed at once: more are found by a word
MANY = 8  # from so many on they can be searched
FORMATS = {"markdown": "Markdown", "html": "HTML", "json": "JSON"}
UNKEPT = "Conversations are not kept here: a reload of the page begins anew. Export what you want to keep."


def menu_html(id: str, menu: Menu, file: str = "", *, keeps: bool = True) -> str:
    """Return the two buttons of the top bar, with the list behind the second; `id` is the open conversation's.

    `file` is for the browser to save.
    """
    kept = (' class="keeps"' if keeps else "") + (" data-settled" if menu.settled else "")
    return (
        f'<div id="kept"{kept} data-conversation="{safe(id)}">'
        '<button class="button plain" id="new" data-do="new">New conversation</button>'
        '<button class="button plain" id="others" popovertarget="conversations">Conversations</button>'
        f'<section id="conversations" popover aria-label="Conversations">{menu.listed}</section>{file}</div>'
    )


def unkept_html() -> str:
    """Return what the list says where nothing is kept."""
    return f"{aside(UNKEPT)}{_export_html()}"


def list_html(listing: Listing, current: str, words: str = "", renaming: str = "", deleted: str = "") -> str:
    """Return the list: of those with all `words`, the one of the id `renaming` with its title to be typed anew.

    `deleted` is the name of the one deleted last, which can be brought back.
    """
    found = [head for head in listing.heads if _holds(head, words)]
    items = "".join(_item(head, current, renaming) for head in found[:SHOWN])
    gone = (
        f'<p class="gone" role="status">Deleted: {safe(deleted)} {_button("undelete", "Undo")}</p>' if deleted else ""
    )
    search = _search_html(words) if len(listing.heads) >= MANY or words else ""
    return (
        f"{_export_html()}<h2>Conversations</h2>{search}{gone}"
        f"{f'<ul>{items}</ul>' if items else aside(_none_in_words(listing, words))}"
        f"{_more(len(found))}{''.join(map(aside, _kept_in_words(listing)))}"
    )


def file_html(name: str, kind: str, data: str, stamp: str) -> str:
    """Return a file for the browser to save; `data` is ASCII, and `stamp` tells two savings apart."""
    return (
        f'<div id="file" hidden data-name="{safe(name)}" data-kind="{kind}" data-stamp="{safe(stamp)}" '
        f'data-text="{safe(data)}"></div>'
    )


def _export_html() -> str:
    buttons = "".join(
        f'<button class="button" data-do="export" data-format="{name}">{label}</button>'
        for name, label in FORMATS.items()
    )
    return (
        '<div id="export"><h2>This conversation</h2><div class="row"><span>Save as</span>'
        f'{buttons}<button class="button" id="print">Print</button></div></div>'
    )


def _search_html(words: str) -> str:
    return (
        '<form class="row" role="search" data-do="conversations">'
        '<label class="hidden" for="words">Search in titles and questions</label>'
        f'<input class="field" id="words" name="words" type="search" value="{safe(words)}" '
        'placeholder="Titles and questions"><button class="button">Search</button></form>'
    )


def _item(head: Head, current: str, renaming: str) -> str:
    name, which = safe(head.name), f'data-conversation="{head.id}"'
    if head.id == renaming:
        return (
            f'<li><form class="row" data-do="rename" {which}><label class="hidden" for="title">Title</label>'
            f'<input class="field" id="title" name="title" maxlength="{LONGEST_TITLE}" value="{name}" autofocus>'
            f'<button class="button">Save</button>{_button("conversations", "Cancel")}</form></li>'
        )
    here = ' aria-current="true"' if head.id == current else ""
    count = len(head.turns)
    told = f"{_moment(head.changed)} · {count} question{'' if count == 1 else 's'}{' · open' if here else ''}"
    return (
        f'<li><button class="choose" data-do="reopen" {which}{here}>'
        f'<b>{name}</b><span class="meta">{told}</span></button>'
        f'<button class="button plain" data-do="rename" {which} aria-label="Rename: {name}">Rename</button>'
        f'<button class="button plain" data-do="delete" {which} aria-label="Delete: {name}">Delete</button></li>'
    )


def _button(verb: str, label: str) -> str:
    return f'<button type="button" class="button plain" data-do="{verb}">{label}</button>'


def _holds(head: Head, words: str) -> bool:
    text = " ".join([head.title, *(turn.question for turn in head.turns)]).casefold()
    return all(word in text for word in words.casefold().split())


def _none_in_words(listing: Listing, words: str) -> str:
    if listing.heads:
        return f"None of {len(listing.heads):,} has “{words}” in its title or questions: search other words."
    return "None yet: ask a question, and it is kept here."


def _more(found: int) -> str:
    return aside(f"{found - SHOWN:,} more: search for a word of theirs.") if found > SHOWN else ""


def _kept_in_words(listing: Listing) -> Iterable[str]:
    """Yield how many are kept, since when, and what is next to go or cannot be read."""
    heads, count = listing.heads, len(listing.heads)
    if heads:
        kept = f"{count:,} kept on the server, the oldest of {_moment(heads[-1].changed)}."
        full = f"There is room for {MOST:,}: the next new one takes the place of the oldest, “{heads[-1].name}”."
        yield f"{kept} {full if count >= MOST else f'There is room for {MOST:,}.'}"
    if listing.unread:
        names = ", ".join(listing.unread[:3]) + (" and others" if len(listing.unread) > 3 else "")
        are = "is" if len(listing.unread) == 1 else "are"
        yield f"{len(listing.unread)} {are} damaged or from a newer Dateline, and left alone: {names}."


def _moment(moment: datetime) -> str:
    here = moment.astimezone()
    return f"{here.day} {here:%B %Y, %H:%M}"
