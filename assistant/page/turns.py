"""The conversation as HTML: questions, answers, marks and sources. Knows nothing of Gradio or of style."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.page.articles import spans
from assistant.page.compared import block_html
from assistant.page.escaping import aside, failure, meta, opens, safe
from assistant.request import Options
from assistant.summary import cost_in_words, read_in_words, verdicts_in_words

if TYPE_CHECKING:
    from assistant.citations import Citation
    from assistant.types import Answer, Check
    from index.articles import Source

WELCOME = """<section class="welcome"><h2>Ask the articles</h2><p>Every answer names its outlets and dates.
Choose a number to read the sentence in its article.</p></section>"""
QUOTES = "quotes"  # `Answer.mode` of what no model wrote
MARKS = {"partly": ("½", "Partly supported"), "unsupported": ("!", "Not supported"), "uncited": ("?", "No source")}


@dataclass(frozen=True, slots=True)
class Said:
    """One turn of a conversation, as far as it has come. `failure` is a sentence for the reader.

    `options` are those it was asked with; `asked` is the moment, with its zone; `looked` is the HTML of its sources
    compared, while that is open.
    """

    question: str
    answer: Answer | None = None
    failure: str = ""
    busy: bool = False
    stopped: bool = False
    options: Options = field(default_factory=lambda: Options())
    asked: datetime | None = None
    looked: str = ""


def talk_html(turns: Sequence[Said]) -> list[str]:
    """Return one piece of HTML a turn, so that a growing answer sends only its own; without turns, the welcome."""
    return [turn_html(said, place) for place, said in enumerate(turns)] or [WELCOME]


def examples_html(questions: Sequence[str]) -> str:
    """Return the questions to begin with as buttons."""
    ask = 'class="example" data-do="ask" data-event="submit"'
    buttons = (
        f'<li><button {ask} data-question="{safe(question)}">{safe(question)}</button></li>' for question in questions
    )
    return f'<section><ul aria-label="Examples">{"".join(buttons)}</ul></section>'


def turn_html(said: Said, place: int = 0) -> str:
    """Return a question with its answer, or with what there is of it; `place` is the turn's in the talk."""
    answer, parts = said.answer, ""
    if answer is not None:
        parts += "".join(map(aside, read_in_words(answer)))
        reason = aside(answer.reason or "")
        parts += reason + text_html(answer, place) if answer.answered else text_html(answer) + reason
        parts += aside(verdicts_in_words(answer.checks)) + sources_html(answer.citations)
        parts += block_html(said.looked, place) if answer.citations and not said.busy else ""
        asked = answer.usage and answer.usage.tokens_in != 0  # of a model
        parts += nearest_html(answer.nearest) + aside(cost_in_words(answer.usage) if asked else "")
    elif said.busy:
        parts += aside("Looking through the articles…")
    parts += failure(said.failure) if said.failure else ""
    parts += aside("Stopped before the end." if said.stopped else "")
    return (
        f'<section class="turn" data-question="{safe(said.question)}"><h2>{safe(said.question)}</h2>'
        f'<div class="answer" aria-live="polite" aria-busy="{str(said.busy).lower()}">{parts}</div></section>'
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
        found = f"<q>{safe(near.quote)}</q><i>{meta(one.source)}</i>"
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
    items = "".join(f'<li><button class="source" {opens(one)}>{_headline(one)}</button></li>' for one in sources)
    return f'{aside("Nearest articles")}<ul class="sources">{items}</ul>' if items else ""


def _place(one: Citation) -> str:
    """Return as attributes what it takes to find a citation's quote again."""
    return opens(one.source, one.quote, one.start, one.end)


def _headline(source: Source, where: str = "") -> str:
    return f'<span><b>{safe(source.title)}</b><span class="meta">{meta(source)}{where}</span></span>'


def _where(one: Citation) -> str:
    """Return on which page a quote stands and how many reprints say the same."""
    page, others = one.source.page(one.start), len(one.reprints)
    paged = f" · page {page}" if page else ""
    return f"{paged} · +{others} reprint{'' if others == 1 else 's'}" if others else paged


def _with_numbers(text: str, cited: Mapping[int, Citation], at_end: bool = False) -> str:
    """Return the text with `[n]` as a button where n is cited; any other number stays the text it is.

    `at_end`: only the number at the end is ours, since one inside a quote is the article's.
    """
    html, place = "", 0
    for match in re.finditer(r"([^\s\[]{0,20}) ?\[([0-9]{1,4})\]([.,;:!?]?)" + "$" * at_end, text):
        if one := cited.get(int(match[2])):
            name = safe(f"Source {one.number}: {one.source.title}")
            told = f'aria-label="{name}" title="{safe(one.quote)}"'
            button = f'<button class="cite" data-cite="{one.number}" {_place(one)} {told}>'
            # Kept on the line of the word before it and the stop behind it.
            html += f'{safe(text[place : match.start()])}<span class="held">{safe(match[1])}&nbsp;{button}'
            html += f"{one.number}</button>{match[3]}</span>"
            place = match.end()
    return html + safe(text[place:])
