"""Characters that no reader sees, or that steer a screen: taken out wherever text is shown. Knows no screen."""

from __future__ import annotations

import re
import unicodedata

# What is drawn as nothing though Unicode counts it as letter, mark or symbol: fillers, joiners, selectors of shapes.
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
_LINE_ENDS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")


def inert(text: str) -> str:
    """Return the text without invisible, direction-changing and controlling characters; it may be shorter.

    Line ends become alike, odd spaces plain. What is left may be printed to a terminal; for a page it is escaped after
    that. A text may be cleaned piece by piece.
    """
    if text.isprintable() and text.isascii():
        return text
    return _BLANK.sub("", "".join(map(_plain, _LINE_ENDS.sub("\n", text))))


def _plain(letter: str) -> str:
    if letter in "\n\t" or letter.isprintable():
        return letter
    return " " if unicodedata.category(letter) == "Zs" else ""
