"""Whether a text is in the language of the passages it was made from. Knows nothing of any one language.

What a model writes from passages shares the small words with them, whatever the language; in another language it
shares names and little else. What cannot be read against its source cannot be checked either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

FEWEST_WORDS = 8  # in fewer, chance has too much to say
LEAST_SHARED = 0.3

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|„[^“”]*[“”]")
_WORD = re.compile(r"[^\W\d_]{3,}")


def words(texts: Iterable[str]) -> frozenset[str]:
    """Return the words of three letters and more, in lower case."""
    return frozenset(word for text in texts for word in _WORD.findall(text.lower()))


def foreign(text: str, known: frozenset[str]) -> bool:
    """Tell whether a text shares too few of its words with those known; names and quotations do not count."""
    used = {word for word in _WORD.findall(_QUOTED.sub(" ", text)) if not word[0].isupper()}
    return len(used) >= FEWEST_WORDS and len(used & known) < LEAST_SHARED * len(used)
