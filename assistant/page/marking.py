"""A text in paragraphs, quotes marked where they stand. Knows nothing of where the text or the quotes come from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.page.escaping import safe
from index.characters import inert


@dataclass(frozen=True, slots=True)
class Mark:
    """A quote at `[start, end)` of a text, and its number in the answer (0: none); the current one is the chosen."""

    start: int
    end: int
    number: int = 0
    current: bool = False


def where(text: str, quote: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the span of a quote: where it was, or nearest to that where it is now; None where it is gone."""
    if not quote.split():
        return None
    if inert(text[start:end]) == inert(quote):
        return start, end
    # its lines may be broken otherwise by now
    words = re.compile(r"\s+".join(map(re.escape, quote.split())))
    return min((found.span() for found in words.finditer(text)), key=lambda span: abs(span[0] - start), default=None)


def marked_html(text: str, marks: Sequence[Mark]) -> str:
    """Return a text in paragraphs with its marks, which may overlap."""
    html = ""
    for start, end in spans(text, r"\n\s*\n" if re.search(r"\n\s*\n", text) else r"\n"):
        # Line ends mean something in lists and verse, nothing in text wrapped at a width.
        kept = any(len(line) < 45 for line in text[start:end].strip().splitlines()[:-1])
        shape = ' class="lines"' if kept else ""
        html += f"<p{shape}>{''.join(_pieces(text, start, end, marks))}</p>"
    return html


def spans(text: str, breaks: str) -> Iterator[tuple[int, int]]:
    """Yield the spans between breaks that hold more than white space."""
    place = 0
    for start, end in [*(match.span() for match in re.finditer(breaks, text)), (len(text), len(text))]:
        if text[place:start].strip():
            yield place, start
        place = end


def _pieces(text: str, start: int, end: int, marks: Sequence[Mark]) -> Iterator[str]:
    """Yield a paragraph cut wherever a mark begins or ends."""
    edges = {place for mark in marks for place in (mark.start, mark.end) if start < place < end}
    cuts = sorted({start, end, *edges})
    for left, right in pairwise(cuts):
        over = [mark for mark in marks if mark.start <= left and right <= mark.end]
        words = safe(text[left:right])
        yield _mark(words, over, left) if over and words.strip() else words


def _mark(words: str, over: Sequence[Mark], start: int) -> str:
    current = ' aria-current="true"' if any(mark.current for mark in over) else ""
    numbers = ", ".join(str(mark.number) for mark in over if mark.number and mark.start == start)
    told = f' data-number="{numbers}"' if numbers else ""
    return f"<mark{told}{current}>{words}</mark>"
