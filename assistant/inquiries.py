"""What a clause answers besides when and why: who, what, where, how many. Knows nothing of articles.

"Spain", "did", "beat England in Berlin"               → Who beat England in Berlin?
"Turkey", "did", "order four S-400 batteries"          → How many S-400 batteries did Turkey order?
"At least 23 people", "were", "hurt in Texas"          → How many people were hurt in Texas?
"the FDA", "did", "approve a drug for Alzheimer's"     → What did the FDA approve for Alzheimer's?
"Brittney Griner", "was", "arrested at Sheremetyevo"   → Where was Brittney Griner arrested?
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from assistant.clauses import Clause, ends, past_form
from assistant.names import Mention
from assistant.standing import is_person, known_name
from assistant.words import NUMBER_WORDS

Kind = Literal["why", "said", "when", "who", "whom", "what", "where", "how many"]

_ABOUT = (
    r"(?:at least|more than|less than|fewer than|about|nearly|almost|over|around|roughly|some|up to|an estimated|only)"
)
_NUMBER = rf"(?:{_ABOUT} )*(?:\d[\d,.]*|{'|'.join(list(NUMBER_WORDS)[2:])})(?: (?:hundred|thousand|million|billion))?"
# What one is asked to have done, by name: "Who won …?", not "Who met …?"
_DONE = frozenset("win beat defeat replace buy acquire found lead invent discover".split())
_MADE = re.compile(r"(?:named|elected|appointed|nominated|chosen|re-elected) ")
_SEVERAL = frozenset("die flee vote protest sign escape resign quit join sue".split())  # what many do
_SCORED = frozenset("win score hit lose".split())  # so many at that time, others at another
_BARE = re.compile(rf"(?:an?|one|its|his|her|{_NUMBER}) ", re.I)  # nothing that there is only one of
# What is done to one thing that can be asked for.
_DONE_TO = frozenset(
    """announce approve ban buy acquire cancel discover donate introduce launch offer open present propose recall
    release reveal seize sell unveil veto""".split()
)
_PLACED = frozenset("arrest crash die find hold host kill land launch meet open shoot capture".split())
_COUNTED = r"((?:[A-Za-z][\w-]+ ){0,2}?(?:[a-z]{3,}s|people|men|women|children))"
_MANY = re.compile(rf"{_NUMBER} {_COUNTED}", re.I)
_NOT_COUNTED = re.compile(
    r"\b(?:percent|points?|years?|months?|weeks?|days?|hours?|minutes?|seconds?|miles?|feet|others|dollars|pounds|euros|"
    r"times|inches|degrees|other|more|former|saves|shots|goals|wickets|yards|games|rebounds|assists|of|was|were|is|and|or|in|at|to|on|from|with|for|by)\b",
    re.I,
)
_OBJECT = re.compile(r"(\w+) (?:(?:an?|new) [a-z][a-z -]*?|[a-z][a-z -]*?s) ((?:in|from|for|with|to) (?:the )?[A-Z].*)")
_PLACE = re.compile(r"(.+?) (?:in|at|near|outside) ((?:the )?[A-Z].*)")


def inquiries(clause: Clause, subject: str | None, known: list[Mention]) -> Iterator[tuple[Kind, str]]:
    """Yield questions of a clause; `subject` as it can stand in one, None where it cannot."""
    if clause.helper not in ("did", "was", "were") or clause.listed or not ends(clause):
        return
    yield from _how_many(clause, subject, known)
    if subject is None:
        return
    yield from _who(clause, subject, known)
    if clause.helper == "did" and clause.verb in _DONE_TO:
        match = _OBJECT.fullmatch(clause.rest)
        if match and known_name(match[2], known) and not known_name(clause.rest[: match.start(2)], known):
            yield "what", f"What did {subject} {match[1]} {match[2]}?"
    place = _PLACE.fullmatch(clause.rest)
    if place and clause.verb in _PLACED and len(place[1].split()) <= 6 and known_name(place[2], known):
        told = clause.helper != "did" or clause.verb == "die" or known_name(place[1], known)
        if told and not re.search(r"\b(?:in|at|near|outside|during)\b", place[1]):
            yield "where", f"Where {clause.helper} {subject} {place[1]}?"


def _how_many(clause: Clause, subject: str | None, known: list[Mention]) -> Iterator[tuple[Kind, str]]:
    verb, _, rest = clause.rest.partition(" ")
    counted = _MANY.fullmatch(clause.subject)
    if counted and not _NOT_COUNTED.search(counted[1]) and _names(clause.rest, known) and len(clause.rest.split()) > 3:
        if clause.helper != "did":
            yield "how many", f"How many {counted[1]} {clause.helper} {clause.rest}?"
        elif verb in _SEVERAL:
            yield "how many", f"How many {counted[1]} {past_form(verb)} {rest}?"
    counted = _MANY.match(rest)
    if subject is None or clause.helper != "did" or counted is None or _NOT_COUNTED.search(counted[1]):
        return
    after = rest[counted.end() :]
    if re.match(r" (?:in|to|from|for|at|on|with)\b|$", after) and not (clause.timed and verb in _SCORED):
        yield "how many", f"How many {counted[1]} did {subject} {verb}{after}?"


def _who(clause: Clause, subject: str, known: list[Mention]) -> Iterator[tuple[Kind, str]]:
    verb, _, rest = clause.rest.partition(" ")
    if not _names(clause.rest, known) or re.search(r"\b(?:its|their|his|her)\b", clause.rest) or _BARE.match(rest):
        return
    won = verb in ("win", "beat", "defeat")
    if won and (clause.timed or len(rest.split()) < 3 or not re.match(r"(?:the )?[A-Z\d]", rest)):
        return  # which of many games and prizes is told by what was cut off
    if clause.helper == "did" and verb in _DONE and (won or is_person(subject, known)):
        yield "whom", f"Who {past_form(verb)} {rest}?"
    elif clause.helper == "was" and is_person(subject, known) and _MADE.match(clause.rest):
        yield "whom", f"Who was {clause.rest}?"


def _names(words: str, known: list[Mention]) -> bool:
    return bool(re.search(r"\b[A-Z]", words)) and known_name(words, known)
