"""What each kind of question asks for, as it shows in a sentence. Knows nothing of where the sentence stands."""

from __future__ import annotations

import re

from assistant.asked import Asked
from assistant.names import Mention, names
from assistant.words import MONTHS, NUMBER_WORDS, WEEKDAYS
from index.lexical import terms


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(alternatives)})\b", re.I)


# What gives a reason for certain counts whole, what often does counts half.
_REASON = _words("because|due to|as a result|so that|in order to|citing|reasons?|the cause")
_MAYBE_REASON = _words(
    "over (?:concerns?|fears?|its|his|her|their|allegations)|in (?:response|protest|retaliation)|(?<=, )so",
    "fear(?:s|ed|ing)?|concern(?:s|ed)?|worr(?:y|ies|ied)|threat(?:en\\w*|s)?|danger(?:s|ous)?|risks?",
    "blam(?:e[sd]?|ing)|caused?|led to|accus(?:e[sd]?|ing)|argu(?:e[sd]?|ing)|aim(?:s|ed|ing)|warn(?:s|ed|ing)",
    "to (?:prevent|protect|avoid|stop|ensure|help)|amid|after|since|therefore",
)
_DATE = _words(*MONTHS, *WEEKDAYS, "yesterday|today", "(?:19|20)\\d\\d", "last (?:year|month|week|night)")
_NUMBER = _words(
    "\\d[\\d,.]*",
    *NUMBER_WORDS,
    "thirty|forty|fifty|sixty|seventy|eighty|ninety|half|dozens?",
    "(?:hundred|thousand|million|billion)s?",
)
_MEANS = _words("by \\w+ing|through|using|with (?:a|the)|after|when|so that")
_PLACED = re.compile(r"\b(?:in|at|near|from|off|outside|across|to|of|on|into) (?:the )?([A-Z][\w-]+)")
_PATTERNS = {"number": _NUMBER, "when": _DATE, "how": _MEANS}


def cue(asked: Asked, text: str) -> float:
    """Return 0 to 1: how much a sentence has of what the kind of question asks for."""
    if asked.kind == "why":
        certain, maybe = _REASON.search(text), {match.group().lower() for match in _MAYBE_REASON.finditer(text)}
        return 1.0 if certain else min(1.0, len(maybe) / 2)
    if asked.kind in _PATTERNS:
        return float(bool(_PATTERNS[asked.kind].search(text)))
    new = [name for name in names(text) if not set(terms(name.text)) <= asked.weights.keys()]
    if asked.kind == "where":
        return float(any(_is_where(name, text) for name in new))
    if asked.kind == "who":
        return 1.0 if any(name.kind == "person" for name in new) else 0.5 * bool(new)
    return float(bool(new))


def _is_where(name: Mention, text: str) -> bool:
    placed = {match.group(1).lower() for match in _PLACED.finditer(text)}
    return name.kind == "place" or name.bare.split()[0] in placed
