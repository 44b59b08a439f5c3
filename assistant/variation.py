"""The question before asked again with one part changed: its question word, time, place, person or thing.

Knows nothing of pronouns, nor of more than the one question before.
"""

from __future__ import annotations

import re

from assistant.antecedents import may_be_person
from assistant.names import Mention, names
from assistant.words import MONTHS

_AUX = r"(?:is|are|was|were|did|do|does|has|have|had|can|could|will|would|should|must|may|might)"
_BARE = re.compile(
    rf"^(why not|why|when|where|how come|how)(?: exactly)?(?: (?:{_AUX})(?:n't)? (?:that|this|it|so|they|he|she)"
    r"(?: (?:so|happen|happening|the case|all))?)?[\s?.!]*$",
    re.I,
)
_CLAIM = re.compile(r"^is it (?:true|right|correct) that ", re.I)
_WHAT_ABOUT = re.compile(r"^(?:what|how) about\s+", re.I)
_OPENING = re.compile(rf"^(why|when|where|how|{_AUX})\b\s*(.*)$", re.I | re.S)
_MEASURE = re.compile(r"how (?:many|much|long|old|far|often|big|strong|fast|high|deep|tall|heavy|cold|well)\b", re.I)
_ASKS = re.compile(
    rf"\b(?:who|what|whom|whose|which|why|when|where|how|{_AUX}|tell|show|give|list|explain|name)\b", re.I
)
_PREPOSITIONS = "in|to|for|from|by|with|at|on|under|against|after|before|during|since|of|about"
_PREPOSITION = re.compile(rf"^({_PREPOSITIONS})\s+(?=\S)", re.I)
_MONTH = rf"(?:{'|'.join(MONTHS)})"
_DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}|{_MONTH}(?: \d{{1,2}}(?!\d),?)?)"
_YEAR = r"(?:19|20)\d\d"
_DATE = re.compile(
    rf"\b(?:(?:in|on|since|by|during|of)\s+)?(?:{_DAY}(?: {_YEAR})?|{_YEAR}"
    r"|(?:last|this|next) (?:year|month|week|spring|summer|autumn|fall|winter)|yesterday|today)\b",
    re.I,
)
_LATER = re.compile(r"^(?:the|an?|one|two|\w+) (?:day|week|month|year)s? (?:later|before|earlier|after)$", re.I)
_FRAGMENT_WORDS = 3


def bare_word(asked: str) -> str | None:
    """Return the question word of "Why?" or "When was that?", None of a question that says more."""
    bare = _BARE.match(asked)
    return bare.group(1) if bare else None


def asked_with(word: str, last: str) -> str | None:
    """Return the question before with another question word: "When?" after "Why did X do Y?" is "When did X do Y?".

    None where that does not make a sentence.
    """
    last = _CLAIM.sub("", last)
    opening = _OPENING.match(last)
    if opening is None or _MEASURE.match(last) or word.lower() == "why not":
        return None
    first, rest = opening.groups()
    verb = f"{first.lower()} " if re.fullmatch(_AUX, first, re.I) else ""
    return f"{word} {verb}{rest}"


def fragment_of(asked: str, led: bool) -> str | None:
    """Return the part that "and Turkey?", "what about Turkey?" or "Turkey?" names; None of a whole question.

    `led`: words that only lead to it, such as "and", were taken off it.
    """
    plain = asked.rstrip(" ?.!")
    fragment = _WHAT_ABOUT.sub("", plain)
    whole = bool(_ASKS.search(asked)) or not (led or len(asked.split()) <= _FRAGMENT_WORDS)
    return None if fragment == plain and whole else fragment


def swapped(fragment: str, last: str) -> str | None:
    """Return the question before with a new time, place, person or thing for the old; None where none takes its place.

    "in Syria" takes the place of "in Turkey", "in 2023" of "in 2022", "Hancock" of "June Raine".
    """
    body = last.rstrip(" ?.!")
    if _DATE.fullmatch(fragment):
        return _at_time(fragment, body)
    if _LATER.match(fragment):
        return f"{body}, {fragment}?"
    preposition = _PREPOSITION.match(fragment)
    new = names(fragment)
    said = fragment[preposition.end() :] if preposition else fragment
    if new and new[0].bare == said.lower().removeprefix("the ").removesuffix("'s"):
        old = _replaceable(last, new[0], preposition.group(1) if preposition else None)
        if old:
            name = new[0].text.title() if new[0].text.islower() else new[0].text
            return f"{last[: old.start]}{name}{last[old.end :]}".rstrip(" ?.!") + "?"
    if preposition:
        return _after(preposition.group(1), said, body)
    return None


def _at_time(fragment: str, body: str) -> str:
    old = _DATE.search(body)
    phrase = f"in {fragment}" if re.match(_YEAR, fragment) else fragment
    if old is None:
        return f"{body} {phrase}?"
    year = re.search(_YEAR, old.group())
    if year and not re.search(rf"{_YEAR}|year|today|yesterday", phrase):
        phrase = f"{phrase} {year.group()}"
    return f"{body[: old.start()]}{phrase}{body[old.end() :]}?"


def _replaceable(last: str, new: Mention, preposition: str | None) -> Mention | None:
    """Return the name of the question before that a new one of its kind stands in for."""
    person = may_be_person(new, new.text)
    same = [
        mention
        for mention in names(last)
        if mention.bare != new.bare and (mention.kind == new.kind or (person and may_be_person(mention, last)))
    ]
    if preposition:
        same = [m for m in same if last[: m.start].lower().rstrip().endswith(f" {preposition.lower()}")]
    return same[0] if same else None


def _after(preposition: str, said: str, body: str) -> str:
    """Return the question with what follows the preposition replaced, or the whole added where it has none such."""
    old = re.search(rf"\b{preposition}\s+(?!(?:how|what|which)\b).*?(?=\s+(?:{_PREPOSITIONS})\s|$)", body, re.I)
    if old is None or not body[: old.start()].strip():
        return f"{body} {preposition} {said}?"
    return f"{body[: old.start()]}{preposition} {said}{body[old.end() :]}?"
