"""A turn of a conversation as a page has it. Knows nothing of what is shown of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from assistant.request import Options
from assistant.types import Answer, Turn


@dataclass(frozen=True, slots=True)
class Said:
    """One turn of a conversation, as far as it has come. `failure` is a sentence for the reader.

    `options` are those it was asked with; `asked` is the moment, with its zone. One asked again `follows` so many turns
    of the talk (None: all before it), `free` of filters where the reader said so. `suggestions`: what to ask next.
    `thumb` and `note` are what the reader thinks of the answer; `looked` is the HTML of its sources compared, while
    that is open.
    """

    question: str
    answer: Answer | None = None
    failure: str = ""
    busy: bool = False
    stopped: bool = False
    options: Options = field(default_factory=lambda: Options())
    asked: datetime | None = None
    follows: int | None = None
    free: bool = False
    suggestions: tuple[str, ...] = ()
    thumb: Literal["", "up", "down"] = ""
    note: str = ""
    looked: str = ""

    def ended(self) -> Said:
        """Return the turn as it is left: what was busy is stopped."""
        return replace(self, busy=False, stopped=self.busy or self.stopped)


def history_of(turns: Sequence[Said]) -> list[Turn]:
    """Return the turns that a question may follow up: those that were answered."""
    return [Turn(old.question, old.answer.text) for old in turns if old.answer and old.answer.done]
