"""What a question was read as, above its answer, each reading to be taken back; and how to go on, below. Knows nothing
of how a click on it is answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.page.escaping import aside, safe
from index.scope import days

if TYPE_CHECKING:
    from assistant.page.said import Said
    from assistant.request import Options
    from assistant.types import Answer
    from index.understanding import Phrase

FREE = "Asked again without filters. They still hold for the next question."


def understood_html(said: Said, place: int) -> str:
    """Return what the question of a turn was asked with and read as; `place` is the turn's in the talk."""
    answer = said.answer
    if answer is None:
        return ""
    html = _rewritten(answer) if answer.searched not in ("", answer.question) else ""
    chips = " ".join(_chip(label, words, place) for label, words in _readings(answer))
    html += f'<p class="read"><span>Understood as:</span> {chips}</p>' if chips else ""
    html += "".join(aside(f"{note[:1].upper()}{note[1:]}.") for note in answer.filters.notes(spelling=False))
    filters = filters_in_words(said.options)
    html += aside(f"Filters: {filters}." if filters else "")
    taken_back = " and ".join(f"“{words}”" for words in said.options.get("without", ()))
    if said.free:
        return html + aside(FREE)
    return html + aside(f"Asked again without {taken_back}." if taken_back else "")


def next_html(said: Said, place: int) -> str:
    """Return ways on from an answer: without the filters, where they may have hidden it, and questions it leads to."""
    html, answer = "", said.answer
    if answer is not None and not answer.answered and not said.busy and filtered(said):
        again = f'data-do="again" data-event="submit" data-turn="{place}" data-filters="none"'
        html += f'<p><button class="button" {again}>Ask without filters</button></p>'
    if said.suggestions:
        html += f"<h3>Ask next</h3>{questions_html(said.suggestions, 'Questions to ask next')}"
    return f'<div class="next">{html}</div>' if html else ""


def questions_html(questions: Sequence[str], name: str) -> str:
    """Return questions as buttons that ask them."""
    ask = 'class="example" data-do="ask" data-event="submit"'
    buttons = "".join(f'<li><button {ask} data-question="{safe(one)}">{safe(one)}</button></li>' for one in questions)
    return f'<ul aria-label="{name}">{buttons}</ul>'


def filtered(said: Said) -> bool:
    """Tell whether articles were left out, by the reader's filters or by words of the question."""
    return bool(filters_in_words(said.options)) or bool(said.answer and said.answer.filters.understood.narrows)


def filters_in_words(options: Options) -> str:
    """Return the filters that a question is asked with: "CNN · 1 to 3 May 2024 · topic “missiles”"; "" for none."""
    outlets, topic = ", ".join(options.get("outlets", ())), options.get("topic", "")
    period = days(options.get("since"), options.get("until"))
    return " · ".join(filter(None, (outlets, period, topic and f"topic “{topic}”")))


def _rewritten(answer: Answer) -> str:
    searched = safe(answer.searched)
    edit = f'<button class="button plain" data-edit="{searched}">Edit</button>'
    return f'<p class="read"><span>Understood as: {searched}</span> {edit}</p>'


def _readings(answer: Answer) -> Iterator[tuple[str, str]]:
    """Yield each reading in words, with the words of the question that it was read from."""
    for phrase in answer.filters.understood.phrases:
        if phrase.applied:
            yield _label(phrase), phrase.words
    for typed, used in answer.filters.corrections.items():
        yield f"“{used}” for “{typed}”", typed


def _label(phrase: Phrase) -> str:
    if phrase.kind == "outlet":
        return ", ".join(phrase.outlets)
    span = days(phrase.since, phrase.until)
    return span if phrase.kind == "date" else f"events of {span}"


def _chip(label: str, words: str, place: int) -> str:
    again = f'data-do="again" data-event="submit" data-turn="{place}" data-without="{safe(words)}"'
    name = f"Ask again without {words}"
    button = f'<button {again} aria-label="{safe(name)}" title="{safe(name)}">×</button>'
    return f'<span class="chip">{safe(label)} {button}</span>'
