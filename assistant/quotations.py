"""What stands in quotation marks, and whether it is verbatim. Knows nothing of who is quoted.

Only spacing, case, the form of quotation marks and the punctuation at the end may differ. "…" or "[…]" leaves words
out: what is left must stand in that order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_LONGEST = 3_000  # characters; what opens and does not close sooner is no quotation
# An apostrophe opens none within a word, and closes none before a letter.
_MARKS = re.compile(
    rf"“(?P<a>[^“”]{{1,{_LONGEST}}})”|„(?P<e>[^„“”]{{1,{_LONGEST}}})[“”]|«(?P<b>[^«»]{{1,{_LONGEST}}})»"
    rf"|(?<!\w)\"(?P<c>(?=\S)[^\"\n]{{1,{_LONGEST}}})(?<=\S)\"(?!\w)|\"(?P<f>[^\"\n]{{1,{_LONGEST}}})\""
    rf"|(?<![\w’'])[‘'](?P<d>(?=[^\s‘'])(?:[^‘’']|[’'](?=\w)){{1,{_LONGEST}}})(?<=\S)[’'](?!\w)"
)
_LEFT_OUT = re.compile(r"\[\s*(?:…|\.\s?\.\s?\.)\s*\]|\(\s*(?:…|\.\.\.)\s*\)|…|\.\s?\.\s?\.(?:\s?\.)?")
_FOLD = str.maketrans("“”„«»‘’", '"""""\'\'')
_EDGES = " .,;:!?\"'–—-"


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words at `[start, end)`, the marks around them left out."""

    start: int
    end: int
    text: str

    @property
    def parts(self) -> list[str]:
        """What must stand verbatim, in order."""
        parts = (flat(part).strip(_EDGES) for part in _LEFT_OUT.split(self.text))
        return [part for part in parts if part]


def quotations(text: str) -> list[Quotation]:
    """Return the quotations of a text, also those within others, in order of their beginning."""
    found = list(_within(text, 0))
    return sorted(found, key=lambda quotation: (quotation.start, -quotation.end))


def flat(text: str) -> str:
    """Return the text in small letters with one kind of quotation marks and of spaces."""
    return " ".join(re.sub(r"[\"']", "", text.casefold().translate(_FOLD)).split())


def verbatim(quotation: Quotation, texts: Sequence[str]) -> bool:
    """Tell whether a quotation stands in one of these texts (each `flat`), its parts in order and whole words."""
    return any(_stands(quotation.parts, text) for text in texts)


def _stands(parts: Sequence[str], text: str) -> bool:
    position = 0
    for part in parts:
        position = _find(part, text, position)
        if position < 0:
            return False
    return True


def _find(part: str, text: str, start: int) -> int:
    """Return the end of the first place where a part stands as whole words, -1 where it does not."""
    while (place := text.find(part, start)) >= 0:
        end = place + len(part)
        cut = (place and text[place - 1].isalnum() and part[0].isalnum()) or (
            text[end : end + 1].isalnum() and part[-1].isalnum()
        )
        if not cut:
            return end
        start = place + 1
    return -1


def _within(text: str, offset: int, depth: int = 0) -> Iterator[Quotation]:
    for match in _MARKS.finditer(text):
        group = match.lastgroup or "a"
        inner = match[group]
        if not any(map(str.isalnum, inner)):
            continue
        yield Quotation(offset + match.start(group), offset + match.end(group), inner)
        if depth < 2:
            yield from _within(inner, offset + match.start(group), depth + 1)
