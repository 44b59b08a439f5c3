"""The conversation as HTML: questions, answers, marks and sources. Knows nothing of Gradio or of style."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.freshness import as_of_in_words
from assistant.page.compared import block_html
from assistant.page.escaping import address, aside, failure, meta, safe
from assistant.page.marking import spans
from assistant.page.places import Place
from assistant.page.said import Said
from assistant.page.tools import tools_html
from assistant.page.understood import next_html, questions_html, understood_html
from assistant.summary import cost_in_words, verdicts_in_words

if TYPE_CHECKING:
    from assistant.citations import Citation
    from assistant.types import Answer, Check
    from index.articles import Source

WELCOME = """<section class="welcome"><h2>Ask the articles</h2><p>Every answer names its outlets and dates.
Choose a number to read the sentence in its article.</p></section>"""
QUOTES = "quotes"  # `Answer.mode` of what no model wrote
MARKS = {"partly": ("½", "Partly supported"), "unsupported": ("!", "Not supported"), "uncited": ("?", "No source")}


def talk_html(turns: Sequence[Said]) -> list[str]:
    """Return one piece of HTML a turn, so that a growing answer sends only its own; without turns, the welcome."""
    last = len(turns) - 1  # what to ask next is asked of the last answer
    shown = (replace(said, suggestions=()) if place < last else said for place, said in enumerate(turns))
    return [turn_html(said, place) for place, said in enumerate(shown)] or [WELCOME]


def examples_html(questions: Sequence[str]) -> str:
    """Return the questions to begin with as buttons."""
    return f"<section>{questions_html(questions, 'Examples')}</section>" if questions else ""


def turn_html(said: Said, place: int = 0) -> str:
    """Return a question with its answer, or with what there is of it; `place` is the turn's in the talk."""
    answer, parts = said.answer, ""
    if answer is not None:
        parts += understood_html(said, place)
        reason = aside(answer.reason or "")
        parts += reason + text_html(answer, place) if answer.answered else text_html(answer) + reason
        parts += aside(verdicts_in_words(answer.checks)) + ("" if said.busy else old_html(answer))
        parts += sources_html(answer.citations, place)
        parts += block_html(said.looked, place) if answer.citations and not said.busy else ""
        asked = answer.usage and answer.usage.tokens_in != 0  # of a model
        parts += nearest_html(answer.nearest) + ("" if said.busy else as_of_html(answer))
        parts += aside(cost_in_words(answer.usage) if asked else "")
    elif said.busy:
        parts += aside("Looking through the articles…")
    parts += failure(said.failure) if said.failure else ""
    parts += aside("Stopped before the end." if said.stopped else "")
    parts += "" if said.busy else tools_html(said, place)
    return (
        f'<section class="turn" data-question="{safe(said.question)}"><h2>{safe(said.question)}</h2>'
        f'<div class="answer" aria-live="polite" aria-busy="{str(said.busy).lower()}">{parts}</div>'
        f"{next_html(said, place)}</section>"
    )


def text_html(answer: Answer, turn: int = 0) -> str:
    """Return the text in paragraphs, its numbers as buttons, a mark on each sentence that is not fully supported."""
    cited = {citation.number: citation for citation in answer.citations}
    doubts = [check for check in answer.checks if check.verdict != "supported"]
    quoted = ' class="quoted"' if answer.mode == QUOTES and answer.answered else ""
    paragraphs = []
    for start, end in spans(answer.text, r"\n+"):
        words, place = "", start
        for doubt in doubts:
            first, last = max(place, doubt.start), min(end, doubt.end)
            if first < last:
                words += _with_numbers(answer.text[place:first], cited, turn)
                said = _with_numbers(answer.text[first:last], cited, turn)
                words += mark_html(doubt, said, cited, turn, f"why-{turn}-{first}")
                place = last
        words += _with_numbers(answer.text[place:end], cited, turn, at_end=bool(quoted))
        paragraphs.append(f"<p{quoted}>{words}</p>")
    return "".join(paragraphs)


def mark_html(check: Check, words: str, cited: Mapping[int, Citation], turn: int, name: str) -> str:
    """Return a sentence's HTML `words` with a mark, and behind it the reason and what comes nearest in the article."""
    (sign, verdict), near, found = MARKS[check.verdict], check.evidence, ""
    link = ""
    if near and (one := cited.get(near.number)):
        found = f"<q>{safe(near.quote)}</q><i>{meta(one.source)}</i>"
        place = Place.of(replace(one, quote=near.quote, start=near.start, end=near.end), turn)
        link = f'<button class="near" {place.html()}>Read it in the article</button>'
    return (
        f'<span class="checked {check.verdict}"><span class="doubt">{words}</span><button class="why" '
        f'aria-label="{verdict}" aria-describedby="{name}">{sign}</button><span class="tip" '
        f'tabindex="-1"><span id="{name}"><b>{verdict}.</b> {safe(check.reason)}{found}</span>{link}</span></span>'
    )


def sources_html(citations: Iterable[Citation], turn: int = 0) -> str:
    """Return the numbered list under an answer; an entry carries what it takes to find its quote again."""
    items = "".join(
        f"<li{_address(one.source)}>"
        f'<button class="source" {Place.of(one, turn).html()} aria-describedby="{_told(one, turn)}">'
        f'<span class="number">{one.number}</span>{_headline(one.source, _where(one))}</button>'
        f"{_tip_html(one, turn)}</li>"
        for one in citations
    )
    return f'<ol class="sources" aria-label="Sources">{items}</ol>' if items else ""


def _address(source: Source) -> str:
    """Return as an attribute what is printed below a source."""
    url, _ = address(source.url)
    return f' data-address="{safe(url)}"' if url else ""


def as_of_html(answer: Answer) -> str:
    """Return how fresh an answer is."""
    return f'<p class="asof">{safe(as_of_in_words(answer))}</p>'


def old_html(answer: Answer) -> str:
    """Return the warning where an answer is too old for its question; nothing where it is not."""
    warned = answer.as_of.warning
    return f'<p class="asof old"><b>! Old evidence.</b> {safe(warned)}</p>' if warned else ""


def nearest_html(sources: Iterable[Source]) -> str:
    """Return the articles that come nearest where none answers."""
    items = "".join(
        f'<li><button class="source" {Place(one.id).html()}>{_headline(one)}</button></li>' for one in sources
    )
    return f'{aside("Nearest articles")}<ul class="sources">{items}</ul>' if items else ""


def _tip_html(one: Citation, turn: int) -> str:
    """Return what a number stands for, shown beside each button that says `_told` describes it."""
    outlets = list(dict.fromkeys(source.outlet for source in one.reprints if source.outlet))
    more = f" and {len(outlets) - 3} more" if len(outlets) > 3 else ""
    also = f" <i>Also printed by {safe(', '.join(outlets[:3]))}{more}</i>" if outlets else ""
    return (
        f'<span class="tip" tabindex="-1"><span id="{_told(one, turn)}"><q>{safe(one.quote)}</q>'
        f"<b>{safe(one.source.title)}</b> <i>{meta(one.source)}{_where(one)}</i>{also}</span></span>"
    )


def _told(one: Citation, turn: int) -> str:
    return f"told-{turn}-{one.number}"


def _headline(source: Source, where: str = "") -> str:
    return f'<span><b>{safe(source.title)}</b><span class="meta">{meta(source)}{where}</span></span>'


def _where(one: Citation) -> str:
    """Return on which page a quote stands and how many reprints say the same."""
    page, others = one.source.page(one.start), len(one.reprints)
    paged = f" · page {page}" if page else ""
    return f"{paged} · +{others} reprint{'' if others == 1 else 's'}" if others else paged


def _with_numbers(text: str, cited: Mapping[int, Citation], turn: int, at_end: bool = False) -> str:
    """Return the text with `[n]` as a button where n is cited; any other number stays the text it is.

    `at_end`: only the number at the end is ours, since one inside a quote is the article's.
    """
    html, place = "", 0
    for match in re.finditer(r"([^\s\[]{0,20}) ?\[([0-9]{1,4})\]([.,;:!?]?)" + "$" * at_end, text):
        if one := cited.get(int(match[2])):
            name = safe(f"Source {one.number}: {one.source.title}")
            told = f'aria-label="{name}" aria-describedby="{_told(one, turn)}"'
            button = f'<button class="cite" data-cite="{one.number}" {Place.of(one, turn).html()} {told}>'
            # Kept on the line of the word before it and the stop behind it.
            html += f'{safe(text[place : match.start()])}<span class="held">{safe(match[1])}&nbsp;{button}'
            html += f"{one.number}</button>{match[3]}</span>"
            place = match.end()
    return html + safe(text[place:])
