"""Answers and articles as HTML in which nothing of theirs is more than text. Knows nothing of Gradio or of style.

Articles and models write what they like, so every piece of theirs passes through `safe`, and a link is a link only
when it is http or https. Functions take plain text and return it escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.attribution import status
from assistant.summary import cost_in_words, read_in_words, verdicts_in_words
from index.characters import inert

if TYPE_CHECKING:
    from assistant.citations import Citation
    from assistant.types import Answer, Check
    from index.articles import Article, Source

WELCOME = """<section class="welcome"><h2>Ask the articles</h2><p>Every answer names its outlets and dates.
Choose a number to read the sentence in its article.</p></section>"""
MOVED = "The article has changed since it was quoted: the sentence is no longer in it."
QUOTES = "quotes"  # `Answer.mode` of what no model wrote
DATED = {
    "url": " (date found in the address)",
    "dateline": " (date found in the dateline)",
    "text": " (date found in the text)",
}
MARKS = {"partly": ("½", "Partly supported"), "unsupported": ("!", "Not supported"), "uncited": ("?", "No source")}


@dataclass(frozen=True, slots=True)
class Said:
    """One turn of a conversation, as far as it has come. `failure` is a sentence for the reader."""

    question: str
    answer: Answer | None = None
    failure: str = ""
    busy: bool = False
    stopped: bool = False


def safe(text: str) -> str:
    """Return text of an article, a model or a reader as HTML: it stays text, and nothing in it is unseen."""
    return escape(inert(text))


def talk_html(turns: Sequence[Said]) -> list[str]:
    """Return one piece of HTML a turn, so that a growing answer sends only its own; without turns, the welcome."""
    return [turn_html(said, place) for place, said in enumerate(turns)] or [WELCOME]


def examples_html(questions: Sequence[str]) -> str:
    """Return the questions to begin with as buttons."""
    buttons = (f'<li><button class="example">{safe(question)}</button></li>' for question in questions)
    return f'<section><ul aria-label="Examples">{"".join(buttons)}</ul></section>'


def turn_html(said: Said, place: int = 0) -> str:
    """Return a question with its answer, or with what there is of it; `place` is the turn's in the talk."""
    answer, parts = said.answer, ""
    if answer is not None:
        parts += "".join(map(_aside, read_in_words(answer)))
        reason = _aside(answer.reason or "")
        parts += reason + text_html(answer, place) if answer.answered else text_html(answer) + reason
        parts += _aside(verdicts_in_words(answer.checks)) + sources_html(answer.citations)
        asked = answer.usage and answer.usage.tokens_in != 0  # of a model
        parts += nearest_html(answer.nearest) + _aside(cost_in_words(answer.usage) if asked else "")
    elif said.busy:
        parts += _aside("Looking through the articles…")
    parts += _failure(said.failure) if said.failure else ""
    parts += _aside("Stopped before the end." if said.stopped else "")
    return (
        f'<section class="turn"><h2>{safe(said.question)}</h2>'
        f'<div class="answer" aria-live="polite" aria-busy="{str(said.busy).lower()}">{parts}</div></section>'
    )


def text_html(answer: Answer, turn: int = 0) -> str:
    """Return the text in paragraphs, its numbers as buttons, a mark on each sentence that is not fully supported."""
    cited = {citation.number: citation for citation in answer.citations}
    doubts = [check for check in answer.checks if check.verdict != "supported"]
    quoted = ' class="quoted"' if answer.mode == QUOTES and answer.answered else ""
    paragraphs = []
    for start, end in _spans(answer.text, r"\n+"):
        words, place = "", start
        for doubt in doubts:
            first, last = max(place, doubt.start), min(end, doubt.end)
            if first < last:
                words += _with_numbers(answer.text[place:first], cited)
                words += mark_html(doubt, _with_numbers(answer.text[first:last], cited), cited, f"why-{turn}-{first}")
                place = last
        words += _with_numbers(answer.text[place:end], cited, at_end=bool(quoted))
        paragraphs.append(f"<p{quoted}>{words}</p>")
    return "".join(paragraphs)


def mark_html(check: Check, words: str, cited: Mapping[int, Citation], name: str) -> str:
    """Return a sentence's HTML `words` with a mark, and behind it the reason and what comes nearest in the article."""
    (sign, verdict), near, found = MARKS[check.verdict], check.evidence, ""
    link = ""
    if near and (one := cited.get(near.number)):
        found = f"<q>{safe(near.quote)}</q><i>{_meta(one.source)}</i>"
        place = _place(replace(one, quote=near.quote, start=near.start, end=near.end))
        link = f'<button class="near" {place}>Read it in the article</button>'
    return (
        f'<span class="checked {check.verdict}"><span class="doubt">{words}</span><button class="why" '
        f'aria-label="{verdict}" aria-describedby="{name}">{sign}</button><span class="tip" '
        f'tabindex="-1"><span id="{name}"><b>{verdict}.</b> {safe(check.reason)}{found}</span>{link}</span></span>'
    )


def sources_html(citations: Iterable[Citation]) -> str:
    """Return the numbered list under an answer; an entry carries what it takes to find its quote again."""
    items = "".join(
        f'<li><button class="source" data-number="{one.number}" {_place(one)} title="{safe(one.quote)}">'
        f'<span class="number">{one.number}</span>{_headline(one.source, _where(one))}</button></li>'
        for one in citations
    )
    return f'<ol class="sources" aria-label="Sources">{items}</ol>' if items else ""


def nearest_html(sources: Iterable[Source]) -> str:
    """Return the articles that come nearest where none answers."""
    items = "".join(
        f'<li><button class="source" data-article="{safe(one.id)}">{_headline(one)}</button></li>' for one in sources
    )
    return f'{_aside("Nearest articles")}<ul class="sources">{items}</ul>' if items else ""


def opened_html(article: Article, start: int, end: int, quote: str, opened: int = 0) -> str:
    """Return the article with a quote marked where it stands, or where it stands now; else a note that it is gone."""
    if inert(article.text[start:end]) != quote:
        start = article.text.find(quote)
        end = start + len(quote)
    return article_html(article, (start, end), "", opened) if start >= 0 else article_html(article, note=MOVED)


def failure_html(sentence: str) -> str:
    """Return the panel that says why no article is shown."""
    return _panel("", _failure(sentence))


def article_html(article: Article, quoted: tuple[int, int] = (0, 0), note: str = "", opened: int = 0) -> str:
    """Return the article for the panel, `text[start:end]` marked. `opened` tells two openings of one place apart."""
    source, text = article.source, article.text
    body = _aside(note)
    for start, end in _spans(text, r"\n\s*\n" if re.search(r"\n\s*\n", text) else r"\n"):
        left, right = (max(start, min(place, end)) for place in quoted)
        mark = f"<mark>{safe(text[left:right])}</mark>" if left < right else ""
        # Line ends mean something in lists and verse, nothing in text wrapped at a width.
        kept = any(len(line) < 45 for line in text[start:end].strip().splitlines()[:-1])
        shape = ' class="lines"' if kept else ""
        body += f"<p{shape}>{safe(text[start:left])}{mark}{safe(text[right:end])}</p>"
    found = DATED.get(source.published_from, "")
    authors = f'<p class="meta">{safe(", ".join(source.authors))}</p>' if source.authors else ""
    body = _aside(source.notice or "") + body
    head = f'<p class="meta">{_meta(source)}{found}</p><h2>{safe(source.title)}</h2>{authors}{link_html(source.url)}'
    return _panel(head, body, opened)


def link_html(url: str | None) -> str:
    """Return a link for an http or https address that browsers read as we do, nothing for any other."""
    url = inert(url or "")
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()  # in letters that look like no others
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or "\\" in url or url.split() != [url]:
        return ""
    return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">Read at {escape(host)}</a>'


def _aside(text: str) -> str:
    return f'<p class="aside">{safe(text)}</p>' if text else ""


def _failure(sentence: str) -> str:
    return f'<p class="failure" role="alert">{safe(sentence)}</p>'


def _place(one: Citation) -> str:
    """Return as attributes what it takes to find a citation's quote again."""
    span = f'data-start="{one.start}" data-end="{one.end}" data-quote="{safe(one.quote)}"'
    return f'data-article="{safe(one.source.id)}" {span}'


def _panel(head: str, body: str, opened: int = 0) -> str:
    return (
        f'<article class="article" tabindex="-1" aria-label="Article" data-opened="{opened}"><header>'
        '<button class="close" aria-label="Close the article" title="Close (Esc)">✕</button>'
        f"{head}</header>{body}</article>"
    )


def _headline(source: Source, where: str = "") -> str:
    return f'<span><b>{safe(source.title)}</b><span class="meta">{_meta(source)}{where}</span></span>'


def _where(one: Citation) -> str:
    """Return on which page a quote stands and how many reprints say the same."""
    page, others = one.source.page(one.start), len(one.reprints)
    paged = f" · page {page}" if page else ""
    return f"{paged} · +{others} reprint{'' if others == 1 else 's'}" if others else paged


def _meta(source: Source) -> str:
    day = source.published
    when = f'<time datetime="{day}">{day.day} {day:%B %Y}</time>' if day else "date unknown"
    standing = f" · <b>{status(source)}</b>" if status(source) else ""
    return f"{safe(source.outlet)} · {when}{standing}" if source.outlet else f"{when}{standing}"


def _with_numbers(text: str, cited: Mapping[int, Citation], at_end: bool = False) -> str:
    """Return the text with `[n]` as a button where n is cited; any other number stays the text it is.

    `at_end`: only the number at the end is ours, since one inside a quote is the article's.
    """
    html, place = "", 0
    for match in re.finditer(r"([^\s\[]{0,20}) ?\[([0-9]{1,4})\]([.,;:!?]?)" + "$" * at_end, text):
        if one := cited.get(int(match[2])):
            name = safe(f"Source {one.number}: {one.source.title}")
            button = f'<button class="cite" data-cite="{one.number}" aria-label="{name}" title="{safe(one.quote)}">'
            # Kept on the line of the word before it and the stop behind it.
            html += f'{safe(text[place : match.start()])}<span class="held">{safe(match[1])}&nbsp;{button}'
            html += f"{one.number}</button>{match[3]}</span>"
            place = match.end()
    return html + safe(text[place:])


def _spans(text: str, breaks: str) -> Iterator[tuple[int, int]]:
    """Yield the spans between breaks that hold more than white space."""
    place = 0
    for start, end in [*(match.span() for match in re.finditer(breaks, text)), (len(text), len(text))]:
        if text[place:start].strip():
            yield place, start
        place = end
