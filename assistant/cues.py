"""What each kind of question asks for, as it shows in a sentence. Knows nothing of where the sentence stands."""

from __future__ import annotations

import re

from assistant.asked import Asked
from assistant.names import Mention, each_name
from assistant.words import MONTHS, NUMBER_WORDS, WEEKDAYS
from index.lexical import terms


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(alternatives)})\b", re.I)


# What gives a reason for certain counts whole, what often does counts less.
_REASON = _words("because|due to|as a result|so that|in order to|citing|reasons?|the cause")
_MAYBE_REASON = _words(
    "over (?:concerns?|fears?|its|his|her|their|allegations)|in (?:response|protest|retaliation)|(?<=, )so",
    "fear(?:s|ed|ing)?|concern(?:s|ed)?|worr(?:y|ies|ied)|threat(?:en\\w*|s)?|danger(?:s|ous)?|risks?",
    "blam(?:e[sd]?|ing)|caused?|led to|accus(?:e[sd]?|ing)|argu(?:e[sd]?|ing)|aim(?:s|ed|ing)|warn(?:s|ed|ing)",
    "to (?:prevent|protect|avoid|stop|ensure|help)|amid|after|since|therefore",
)
_DATE = _words(rf"\d{{1,2}}(?:st|nd|rd|th)? (?:{'|'.join(MONTHS)})|(?:{'|'.join(MONTHS)}) \d{{1,2}}", "(?:19|20)\\d\\d")
_DAY = _words(*MONTHS, *WEEKDAYS, "yesterday|today", "last (?:year|month|week|night)")
_FIGURE = (
    "(?:\\d[\\d,.]*|" + "|".join(NUMBER_WORDS) + "|thirty|forty|fifty|sixty|seventy|eighty|ninety|half|dozens?"
    "|(?:hundred|thousand|million|billion)s?)"
)
_NUMBER = _words(_FIGURE)
_MEANS = _words("by \\w+ing|through|using|with (?:a|the)|after|when|so that")
_PLACED = re.compile(r"\b(?:in|at|near|from|off|outside|across|to|of|on|into) (?:the )?([A-Z][\w-]+)")


def cue(asked: Asked, text: str) -> float:
    """Return 0 to 1: how much a sentence has of what the kind of question asks for."""
    match asked.kind:
        case "why":
            maybe = {match.group().lower() for match in _MAYBE_REASON.finditer(text)}
            return 1.0 if _REASON.search(text) else min(0.6, 0.3 * len(maybe))
        case "number":
            return _number(asked, text)
        case "when":
            return 1.0 if _DATE.search(text) else 0.3 * bool(_DAY.search(text))
        case "how":
            return 0.5 * bool(_MEANS.search(text))
    new = (name for name in each_name(text) if not asked.weights.keys() >= set(terms(name.text)))
    if asked.kind == "where":
        return 0.7 * any(_is_where(name, text) for name in new)
    if asked.kind == "who":
        return max((1.0 if name.kind == "person" else 0.7 for name in new), default=0.0)
    return 0.5 * any(True for _ in new)


def _number(asked: Asked, text: str) -> float:
    """Return 1 where a number counts what was asked for ("912 people" for "how many people"), less for any number."""
    if not _NUMBER.search(text):
        return 0.0
    if asked.counted is None:
        return 0.7
    counts = re.search(rf"\b{_FIGURE}(?: [\w-]+){{0,2}} {re.escape(asked.counted)}", text, re.I)
    return 1.0 if counts else 0.4


def _is_where(name: Mention, text: str) -> bool:
    placed = {match.group(1).lower() for match in _PLACED.finditer(text)}
    return name.kind == "place" or name.bare.split()[0] in placed
