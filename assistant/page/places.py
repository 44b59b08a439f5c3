"""A place in an article as buttons of the page carry it, and read back from a click. Knows nothing of what is shown.

What comes back is untrusted: it only says what to look for, and what is found there is looked at again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from assistant.page.escaping import safe

if TYPE_CHECKING:
    from assistant.citations import Citation


@dataclass(frozen=True, slots=True)
class Place:
    """A quote at `[start, end)` of an article, and its `number` in the answer of a `turn` of the talk, if any."""

    article: str
    start: int = 0
    end: int = 0
    quote: str = ""
    turn: int | None = None
    number: int = 0

    @classmethod
    def of(cls, one: Citation, turn: int | None) -> Self:
        """Return where a citation stands."""
        return cls(one.source.id, one.start, one.end, one.quote, turn, one.number)

    @classmethod
    def read(cls, click: Mapping[str, str]) -> Self:
        """Return the place that a click names."""
        turn = number(click["turn"]) if re.fullmatch(r"[0-9]{1,9}", click.get("turn", "")) else None
        start, end, at = (number(click.get(name)) for name in ("start", "end", "number"))
        return cls(click.get("article", ""), start, end, click.get("quote", ""), turn, at)

    def html(self, do: str = "open") -> str:
        """Return the attributes of a button that does something at this place."""
        told = f'data-do="{do}" data-article="{safe(self.article)}"'
        if self.turn is not None:
            told += f' data-turn="{self.turn}" data-number="{self.number}"'
        if self.quote:
            told += f' data-start="{self.start}" data-end="{self.end}" data-quote="{safe(self.quote)}"'
        return told


def number(text: str | None) -> int:
    """Return a whole number that a browser sent; 0 for what is none."""
    return int(text) if text and re.fullmatch(r"-?[0-9]{1,12}", text) else 0
