"""The panel with an article: what is known of it, its text, the quotes marked. Knows nothing of how it was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.attribution import day_in_words, status
from assistant.page.escaping import failure, link_html, meta, safe
from assistant.page.marking import Mark, marked_html, where
from assistant.page.places import Place
from assistant.page.versions import changes_html, until, versions_html
from index.characters import inert

if TYPE_CHECKING:
    from assistant.citations import Citation
    from index.articles import Article, Source
    from index.versions import Version

MOVED = "The article has changed since it was quoted: the sentence is no longer in it."
STOOD = "It stood there until {}; choose that version to see what changed."
LACKS = "This print of the story does not have the quoted sentence."
DATED = {
    "metadata": "Date from its metadata",
    "json-ld": "Date from the page's JSON-LD",
    "url": "Date from its address",
    "dateline": "Date from its dateline",
    "text": "Date from its text",
}
UNDATED = "Date unknown: neither its metadata nor its address nor its text tells one day for certain"


@dataclass(frozen=True, slots=True)
class Shown:
    """An article as the panel has it: opened at a place, among the quotes of an answer (in order of their numbers).

    `earlier` are its versions before, `compared` the one of them to show the changes since; `story` are all articles
    that print its story. `opened` tells two openings of one place apart.
    """

    article: Article
    place: Place
    cited: Sequence[Citation] = ()
    earlier: Sequence[Version] = ()
    story: Sequence[Source] = ()
    compared: Version | None = None
    opened: int = 0


def failure_html(sentence: str) -> str:
    """Return the panel that says why no article is shown."""
    return _panel("", failure(sentence), 0)


def article_html(shown: Shown) -> str:
    """Return the panel with an article."""
    article, source, marks = shown.article, shown.article.source, marks_of(shown)
    current = next((mark for mark in marks if mark.current), None)
    head = f'<p class="meta">{meta(source)}</p><h2>{safe(source.title)}</h2>'
    head += _to_notice(source) + steps_html(shown, current)
    about = _notice(source) + _facts(source, current) + link_html(source.url)
    about += versions_html(article, shown.earlier, shown.place, shown.compared) + _elsewhere(shown)
    if shown.compared:
        body = changes_html(article, shown.compared, shown.place)
    else:
        body = _note(shown, current) + f'<div class="text">{marked_html(article.text, marks)}</div>'
    return _panel(head, f'<div class="about">{about}</div>{body}', shown.opened)


def marks_of(shown: Shown) -> list[Mark]:
    """Return all quotes of the answer that stand in the article, and the place that was chosen where it is none."""
    article, place, marks = shown.article, shown.place, list[Mark]()
    for one in shown.cited:
        if any(source.id == article.source.id for source in (one.source, *one.reprints)):
            found = where(article.text, one.quote, one.start, one.end)
            marks += [Mark(*found, one.number, one.number == place.number and _is(one, place))] if found else []
    if place.quote and not any(mark.current for mark in marks):
        found = where(article.text, place.quote, place.start, place.end)
        marks += [Mark(*found, current=True)] if found else []
    return marks


def _is(one: Citation, place: Place) -> bool:
    """Tell whether a place is a quote itself, in its article or a reprint; not a sentence in what it quotes."""
    return not place.quote or inert(place.quote).split() == inert(one.quote).split()


def steps_html(shown: Shown, current: Mark | None) -> str:
    """Return where among the quotes of the answer the chosen one stands, and the ways to those beside it."""
    cited, place = shown.cited, shown.place
    at = next((at for at, one in enumerate(cited) if one.number == place.number), None)
    if at is None:
        return ""
    near = bool(place.quote) and not _is(cited[at], place)
    page = shown.article.source.page(current.start) if current else None
    said = f"{'Near quote' if near else 'Quote'} {at + 1} of {len(cited)}{f' · page {page}' if page else ''}"
    before = at if near else at - 1
    return (
        f'<nav class="steps" aria-label="Quotes of the answer">{_step(shown, "previous", before)}'
        f'<span id="position">{said}</span>{_step(shown, "next", at + 1)}</nav>'
    )


def _step(shown: Shown, name: str, at: int) -> str:
    there = 0 <= at < len(shown.cited)
    does = Place.of(shown.cited[at], shown.place.turn).html() if there else "disabled"
    word = {"previous": "‹ Previous", "next": "Next ›"}[name]
    told = f'name="{name}" aria-label="{name.capitalize()} quote" aria-describedby="position"'
    return f'<button class="button" {told} {does}>{word}</button>'


def _to_notice(source: Source) -> str:
    said = "Its outlet took it back" if source.withdrawn else "Its outlet corrected it"
    return f'<button class="to-notice">! {said}: read how</button>' if status(source) else ""


def _notice(source: Source) -> str:
    """Return what the outlet says of its own article."""
    if not status(source):
        return ""
    said = "Withdrawn by its outlet" if source.withdrawn else "Corrected by its outlet"
    lines = "".join(f"<p>{safe(line)}</p>" for line in (source.notice or "").splitlines())
    return f'<section class="notice" tabindex="-1"><h3>! {said}</h3>{lines}</section>'


def _facts(source: Source, current: Mark | None) -> str:
    """Return what is known of an article: where its day was found, its hour, change and authors, the page quoted."""
    facts = [DATED.get(source.published_from, "") if source.published else UNDATED]
    if source.published_at:
        facts.append(f"published at {source.published_at:%H:%M %Z}")
    if source.modified:
        facts.append(f"changed {day_in_words(source.modified)}")
    if source.authors:
        facts.append(f"by {', '.join(source.authors)}")
    if current and (page := source.page(current.start)):
        facts.append(f"page {page}")
    return f'<p class="meta facts">{" · ".join(safe(fact) for fact in facts if fact)}</p>'


def _elsewhere(shown: Shown) -> str:
    """Return the other articles that print the story, each to be opened at the same quote."""
    place, own = shown.place, shown.article.source.id
    others = [source for source in shown.story if source.id != own]
    items = "".join(
        f'<li><button class="other" {Place(source.id, 0, 0, place.quote, place.turn, place.number).html()}>'
        f'<b>{safe(source.title)}</b><span class="meta">{meta(source)}</span></button></li>'
        for source in others
    )
    count = f"{len(others)} article{'' if len(others) == 1 else 's'}"
    summary = f"<summary>The same story elsewhere: {count}</summary>"
    return f'<details>{summary}<ul class="others">{items}</ul></details>' if items else ""


def _note(shown: Shown, current: Mark | None) -> str:
    """Return why the chosen quote is not marked, if it is not."""
    place, article = shown.place, shown.article
    if current or not place.quote:
        return ""
    one = next((one for one in shown.cited if one.number == place.number), None)
    if one and one.source.id != article.source.id:
        said = LACKS
    else:
        kept = [old for old in shown.earlier if where(old.article.text, place.quote, place.start, place.end)]
        said = " ".join([MOVED, *(STOOD.format(until(old)) for old in kept[-1:])])
    return f'<p class="aside" role="status">{safe(said)}</p>'


def _panel(head: str, body: str, opened: int) -> str:
    return (
        f'<article class="article" tabindex="-1" aria-label="Article" data-opened="{opened}"><header>'
        '<button class="close" aria-label="Close the article" title="Close (Esc)">✕</button>'
        f"{head}</header>{body}</article>"
    )
