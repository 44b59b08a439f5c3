"""Numbers and the passages they stand for. Knows nothing of search or of who wrote the text.

A number goes through a dict, never an index: one that stands for nothing never reaches the reader.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from index.articles import Source

_MARKER = re.compile(r"([^\S\n]*)\[\s*(\d+(?:\s*[,;–-]\s*\d+)*)\s*\]")
# The end of a chunk that may yet become a marker: spaces, or a bracket still open.
_MAY_BECOME = re.compile(r"[^\S\n]*(?:\[[\d\s,;–-]{0,40})?$")
_GROUP = re.compile(r"(\d+)\s*[–-]\s*(\d+)|(\d+)")
_LONGEST_RANGE = 20


@dataclass(frozen=True, slots=True)
class Citation:
    """A number in an answer and what it stands for: `quote == article.text[start:end]`, in characters.

    `reprints` are the other articles that print the story and say this too.
    """

    number: int
    source: Source
    quote: str
    start: int
    end: int
    reprints: tuple[Source, ...] = ()


@dataclass
class Markers:
    """Cleans the markers of a streamed text: known numbers count from 1 in order of appearance, unknown ones vanish.

    `known` are the numbers the writer was given. `sentinel` is a word no reader may see: it is held back while it
    may be under way, taken out, and noted in `gave_up`. `order` lists the writer's numbers as they were cited: the
    reader's number n is `order[n - 1]`.
    """

    known: Collection[int]
    sentinel: str = ""
    order: list[int] = field(default_factory=list)
    gave_up: bool = False
    _held: str = ""

    def feed(self, chunk: str) -> str:
        """Return the text that is certain after this chunk; the rest waits for the next."""
        text = self._held + chunk
        keep = self._uncertain_from(text)
        self._held = text[keep:]
        return self._clean(text[:keep])

    def finish(self) -> str:
        """Return what was held back, now that no more will come: a marker that was never closed is dropped."""
        rest, self._held = self._held, ""
        return self._clean(_MAY_BECOME.sub("", rest))

    def _uncertain_from(self, text: str) -> int:
        match = _MAY_BECOME.search(text)
        position = match.start() if match else len(text)
        for length in range(min(len(self.sentinel), len(text)), 0, -1):
            if text.endswith(self.sentinel[:length]):
                return min(position, len(text) - length)
        return position

    def _clean(self, text: str) -> str:
        if self.sentinel and self.sentinel in text:
            self.gave_up = True
            text = text.replace(self.sentinel, "")
        return _MARKER.sub(self._renumbered, text)

    def _renumbered(self, match: re.Match[str]) -> str:
        numbers = [number for number in _numbers(match.group(2)) if number in self.known]
        for number in numbers:
            if number not in self.order:
                self.order.append(number)
        if not numbers:
            return ""
        return match.group(1) + "".join(f"[{self.order.index(number) + 1}]" for number in dict.fromkeys(numbers))


def cited(text: str) -> tuple[int, ...]:
    """Return the numbers a text cites, each once, in order."""
    found = (number for match in _MARKER.finditer(text) for number in _numbers(match.group(2)))
    return tuple(dict.fromkeys(found))


def without_markers(text: str) -> str:
    """Return the text as it reads without its numbers."""
    return _MARKER.sub("", text)


def _numbers(group: str) -> list[int]:
    numbers: list[int] = []
    for match in _GROUP.finditer(group):
        if match.group(3):
            numbers.append(int(match.group(3)[:6]))
            continue
        first, last = int(match.group(1)[:6]), int(match.group(2)[:6])
        numbers += range(first, min(last, first + _LONGEST_RANGE) + 1)
    return numbers
