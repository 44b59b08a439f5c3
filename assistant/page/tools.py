"""What can be done with an answer, as HTML below it: copied, asked again, judged. Knows nothing of how it is done."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.page.escaping import aside, safe

if TYPE_CHECKING:
    from assistant.page.said import Said

LONGEST_NOTE = 1_000  # characters
THUMBS = {"up": "Good answer", "down": "Bad answer"}
WHERE = "Kept in feedback.jsonl on the server, with the question and the answer; sent nowhere."


def tools_html(said: Said, place: int) -> str:
    """Return the row below a turn that has ended; `place` is the turn's in the talk."""
    parts = _copy_html(_Same(said)) if said.answer else ""
    parts += _again_html(said) if said.stopped or said.failure else ""
    parts += _thumbs_html(said, place) if said.answer else ""
    return f'<div class="tools">{parts}</div>'


class _Same:
    """A turn that equals one with the very same answer and end, so that what is made of it once can be found again."""

    def __init__(self, said: Said) -> None:
        self.said = said
        self.end = (said.question, said.failure, said.stopped, said.asked)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.said.answer is self.said.answer and other.end == self.end

    def __hash__(self) -> int:
        return id(self.said.answer)


@lru_cache(500)  # while an answer grows, the talk before it is shown again and again
def _copy_html(turn: _Same) -> str:
    """Return the button with what it copies: so no server is asked."""
    from assistant.as_html import piece_html
    from assistant.as_markdown import plain
    from assistant.transcript import transcript

    said = turn.said
    document = transcript([said], said.question, said.asked or datetime.now(UTC))
    data = f'data-plain="{safe(plain(document))}" data-rich="{safe(piece_html(document))}"'
    return (
        f'<button class="button plain copy" {data}>Copy answer with sources</button>'
        '<span class="copied" role="status"></span>'
    )


def _again_html(said: Said) -> str:
    options = said.options
    writer = f' data-writer="{safe(options.get("writer") or "model")}"'
    strict = ' data-strict="yes"' if options.get("strict") else ""
    ask = f'data-do="ask" data-event="submit" data-question="{safe(said.question)}"{writer}{strict}'
    return f'<button class="button plain again" {ask}>Ask again</button>'


def _thumbs_html(said: Said, place: int) -> str:
    """Return the two thumbs, the given one pressed; choosing it again takes it back."""
    buttons = "".join(
        f'<button type="button" class="button plain thumb" data-do="judge" data-turn="{place}" '
        f'data-thumb="{"" if said.thumb == thumb else thumb}" aria-pressed="{str(said.thumb == thumb).lower()}">'
        f"{label}</button>"
        for thumb, label in THUMBS.items()
    )
    return f'<div class="thumbs">{buttons}{_note_html(said, place) if said.thumb else ""}</div>'


def _note_html(said: Said, place: int) -> str:
    return (
        f'<form class="note" data-do="judge" data-turn="{place}" data-thumb="{said.thumb}">'
        f'<label for="note-{place}">A note, if you like</label>'
        f'<textarea class="field" id="note-{place}" name="note" rows="2" maxlength="{LONGEST_NOTE}">'
        f'\n{safe(said.note)}</textarea><button class="button">Save note</button>{aside(WHERE)}</form>'
    )
