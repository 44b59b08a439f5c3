"""What each kind of question asks for, as it shows in a sentence. Knows nothing of where the sentence stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.asked import Asked
from assistant.names import Mention, each_name, plain
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
_TITLED = re.compile(r"[“\"][^“”\"]{2,60}[”\"]|‘[^‘’]{2,60}’")
_PLAIN = re.compile(r"[^\W_]+")
_NOUN_ENDS = (
    "is|are|was|were|be|has|have|had|did|does|do|will|would|can|could|should|may|might|must"
    "|of|in|on|at|to|for|by|from|with|as|that|who|after|before|during"
)
_HEAD = re.compile(
    rf"\b(?:which|what)\s+((?:(?!(?:{_NOUN_ENDS})\b)[\w'’-]+\s+){{1,4}}?)(?=(?:{_NOUN_ENDS}|\w+ed)\b)", re.I
)
_STATE = _words(
    "latest|newest|most recent(?:ly)?|current(?:ly)?|now|nowadays|still|so far|at present|at the moment|these days"
    "|today|as of|up to date|yet|any longer|any more|anymore"
)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a sentence has that the question has not; `names` and `numbers` as words in lower case."""

    mentions: tuple[Mention, ...]
    names: frozenset[str]
    numbers: frozenset[str]
    titles: int  # words in short quotation marks, as works are named

    @property
    def things(self) -> frozenset[str]:
        """Names and numbers."""
        return self.names | self.numbers


def offer(known: frozenset[str], text: str) -> Offer:
    """Return what a sentence has beyond the words `known`, which are in lower case."""
    mentions: list[Mention] = []
    words: set[str] = set()
    for mention in each_name(text):
        new = set(_PLAIN.findall(plain(mention.bare).removesuffix("'s"))) - known
        if new:
            mentions.append(mention)
            words |= new
    numbers = {match.group().lower().strip(",.") for match in _NUMBER.finditer(text)} - known - {"one"}
    titles = sum(len(match.group().split()) for match in _TITLED.finditer(text))
    return Offer(tuple(mentions), frozenset(words), frozenset(numbers), titles)


def plain_words(text: str) -> frozenset[str]:
    """Return the words of a text in lower case."""
    return frozenset(_PLAIN.findall(plain(text).lower()))


def head(question: str) -> frozenset[str]:
    """Return the terms of the thing a question asks for: of "painting" in "Which painting was stolen?"."""
    found = _HEAD.search(question)
    return frozenset(terms(found.group(1))) if found else frozenset()


def about_now(question: str) -> bool:
    """Tell whether a question asks for the state of things, which the newest article knows best."""
    return bool(_STATE.search(question))


def cue(asked: Asked, text: str, new: Offer) -> float:
    """Return 0 to 1: how much a sentence has of what the kind of question asks for."""
    match asked.kind:
        case "why":
            maybe = {match.group().lower() for match in _MAYBE_REASON.finditer(text)}
            return 1.0 if _REASON.search(text) else min(0.5, 0.25 * len(maybe))
        case "number":
            return _number(asked, text)
        case "when":
            return 1.0 if _DATE.search(text) else 0.3 * bool(_DAY.search(text))
        case "how":
            return 0.5 * bool(_MEANS.search(text))
        case "where":
            return 0.7 * any(_is_where(name, text) for name in new.mentions)
        case "who":
            return max((1.0 if name.kind == "person" else 0.7 for name in new.mentions), default=0.0)
    return 0.0


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
