"""What a pronoun stands for, found in the turns before. Knows nothing of the question the pronoun is in.

He and she stand for persons, it for one thing before a place, they for several or for a country or a body, there for
a place. The nearest question is looked at first; where it asks for just such a thing ("Who opened it?", "he"), its
answer before its own words; then the questions before, then the answers. Where nothing fits there is no guess.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from assistant.names import Mention, certain_names, names
from assistant.topic import content, in_phrase, is_plural, phrases
from assistant.types import Turn
from assistant.words import STOPWORDS

Kind = Literal["person", "thing", "actor", "many", "place"]  # an actor is an "it" that wants, agrees or pays

_PLACED = re.compile(r"\b(?:in|at|on|near|to|from|around)\s+(?:the\s+)?$", re.I)
_OF = re.compile(r"\bof\s+(?:the\s+)?$", re.I)
_ATTRIBUTION = re.compile(r"\s—\s[^\n]*$|\[[\d, ]+\]", re.M)
_BRACKET = re.compile(r"^([^(]*)(?:\((.*)\))?")
_SOUGHT: dict[Kind, re.Pattern[str]] = {
    "person": re.compile(r"^(?:who|whom|which (?:man|woman|person|minister|president))\b", re.I),
    "place": re.compile(r"^where\b|^(?:in |to )?(?:which|what) (?:country|city|state|town|place|region)\b", re.I),
    "many": re.compile(r"^(?:who|whom|which (?:team|country|company|party|side|group))\b", re.I),
    "thing": re.compile(r"^(?:what|which)\b", re.I),
}
# What is asked for by "what" is a saying or a happening there, no thing that "it" could stand for
_SAID = re.compile(r"^what\b.*\b(?:say|said|says|tell|told|think|announced?|promised?|mean|decided?|do|want)\b", re.I)
_HAPPENED = re.compile(r"^what (?:is|are|was|were|about|happen\w*|caused?|led)\b", re.I)
_SAID_ABOUT = re.compile(r"\b(?:about|on|over|of|against)\b.*", re.I)
_WHICH = re.compile(r"^which ([a-z]{3,})", re.I)
_ADJECTIVE = re.compile(r"(?:an|ish|ese|ch)$")


def antecedent(kind: Kind, before: Sequence[Turn], taken: set[str]) -> str | None:
    """Return what a pronoun of that kind stands for; None where nothing fits. `taken`: names it does not stand for."""
    persons = {m.bare.split()[-1] for turn in before for m in names(f"{turn.question}\n{turn.answer}") if _full(m)}
    for turn in reversed(before):
        if _seeks(kind, turn.question):
            name = _from_answer(kind, turn, taken)
            if name or kind == "thing":
                # what "it" stands for was asked for: none of the question's own words
                return name
        if kind in ("thing", "actor"):
            taken = taken | persons
        if name := _from_question(kind, turn.question, taken):
            return name
        if kind == "thing" and _SAID.match(turn.question):
            return None
    answers = (_from_answer(kind, turn, taken) for turn in reversed(before)) if kind in ("person", "place") else ()
    return next((name for name in answers if name), None)


def may_be_person(mention: Mention, text: str) -> bool:
    """Tell whether a name in a text can be a person's: "Erdogan", not "S-400", "NATO", "in Coventry"."""
    if mention.kind != "thing":
        return mention.kind == "person"
    bare = mention.text.isalpha() and not mention.text.isupper()
    return bare and not _is_adjective(mention, text) and not _PLACED.search(text[: mention.start])


def fits(kind: Kind, mention: Mention, text: str) -> bool:
    """Tell whether a name in a text can be what a pronoun of that kind stands for."""
    if kind == "person":
        return may_be_person(mention, text)
    if kind == "place":
        return mention.kind == "place" or bool(_PLACED.search(text[: mention.start]))
    return kind == "many" or mention.kind != "person"


def _full(mention: Mention) -> bool:
    return mention.kind == "person" and " " in mention.text


def _is_adjective(mention: Mention, text: str) -> bool:
    """Tell whether a name only says whose or from where what follows is: "Turkish firms", "the American government"."""
    after = re.match(r"\s+([a-z]+)", text[mention.end :])
    if after is None or after.group(1) in STOPWORDS or not _ADJECTIVE.search(mention.text):
        return False
    return mention.text.startswith("the ") or after.group(1).endswith("s")


def _seeks(kind: Kind, question: str) -> bool:
    """Tell whether a question asks for something of that kind, which its answer then names."""
    sought = _SOUGHT.get(kind)
    if sought is None or not sought.search(question):
        return False
    if kind != "thing" or _WHICH.match(question):
        return True
    # where the subject was added in brackets, that is what is spoken of
    return not (_SAID.match(question) or _HAPPENED.match(question) or "(" in question)


def _from_question(kind: Kind, question: str, taken: set[str]) -> str | None:
    """Return the name or phrase of that kind, of the question itself before what was added to it in brackets."""
    parts = _BRACKET.match(question)
    asked, added = (parts.group(1), parts.group(2) or "") if parts else (question, "")
    if kind == "thing" and _SAID.match(asked):
        about = _SAID_ABOUT.search(asked)
        asked = about.group() if about else ""
    if kind in ("thing", "actor"):
        return _one(kind, asked, added, taken)
    mentions, longer = _named(kind, asked, taken)
    if kind == "many":
        return _several(asked, mentions, longer)
    if kind == "place":
        return next(iter([p for p in longer if _is_placed(p, asked)][-1:] + [m.text for m in mentions[-1:]]), None)
    persons = mentions or _named(kind, added, taken)[0]
    return next((m.text for m in reversed(persons) if m.kind == "person"), persons[-1].text if persons else None)


def _named(kind: Kind, text: str, taken: set[str]) -> tuple[list[Mention], list[str]]:
    """Return the names that fit and the phrases of a text, without those taken."""
    mentions = [m for m in names(text) if m.bare not in taken and fits(kind, m, text)]
    return mentions, [phrase for phrase in phrases(text) if phrase.removeprefix("the ").lower() not in taken]


def _one(kind: Kind, asked: str, added: str, taken: set[str]) -> str | None:
    """Return the one thing "it" stands for: a thing's name before a phrase, a phrase before a place."""
    things: list[str] = []
    others: list[str] = []
    for text in (asked, added):
        mentions, longer = _named(kind, text, taken)
        single = [phrase for phrase in longer if not is_plural(phrase)]
        places = [m.text for m in mentions if m.kind == "place"]
        if kind == "actor" and places:
            return places[0]
        things += [in_phrase(m, single) for m in mentions if m.kind == "thing"][-1:]
        others += [p for p in single if not _is_placed(p, text)][-1:] + places[:1]
    return next(iter(things + others), None)


def _several(text: str, mentions: list[Mention], longer: list[str]) -> str | None:
    """Return two names that stand joined, several things, two persons, or a country or body that does something."""
    joined = [
        text[first.start : second.end]
        for first, second in pairwise(mentions)
        if re.fullmatch(r"\s+and\s+", text[first.end : second.start])
    ]
    plural = [phrase for phrase in longer if is_plural(phrase)]
    persons = [m.text for m in mentions if may_be_person(m, text)]
    pair = [" and ".join(persons[:2])] if len(persons) > 1 else []
    bodies = [m for m in mentions if m.text not in persons and not any(map(str.isdigit, m.text))]
    # by its place, not its words: one that opens the text is named with a small "the"
    acting = [m.text for m in bodies if not (_PLACED.search(text[: m.start]) or _OF.search(text[: m.start]))]
    return next(iter(joined + plural + pair + acting), None)


def _is_placed(phrase: str, text: str) -> bool:
    noun = re.escape(phrase.removeprefix("the "))
    return bool(re.search(rf"\b(?:in|at|on|near|to|from)\s+(?:the|an?|that|this)\s+{noun}", text, re.I))


def _from_answer(kind: Kind, turn: Turn, taken: set[str]) -> str | None:
    """Return the name of that kind that the answer gives most often, those of its first line first, the question not.

    One that has the noun asked for, as "Signature Bank" has that of "Which bank", goes before all others; any other
    thing must be named twice, or be the only one, to be what was asked for.
    """
    asked = {word.lower() for word in content(turn.question)}
    text = _ATTRIBUTION.sub("", turn.answer)
    which = _WHICH.match(turn.question)
    noun = which.group(1).lower() if which else ""
    kinds = {"many": ("place", "thing"), "actor": ("place", "thing")}.get(kind, (kind,))
    found = [m for m in certain_names(text) if m.kind in kinds and m.bare not in taken and not _is_adjective(m, text)]
    fitting = [m for m in found if not (asked - {noun}) & set(m.bare.split())]
    counts = Counter(mention.bare for mention in fitting)
    fitting = [m for m in fitting if noun in m.bare.split()] or [
        m for m in fitting if kind in ("person", "place") or counts[m.bare] > 1 or len(counts) == 1
    ]
    if not fitting:
        return None
    first = [m for m in fitting if "\n" not in text[: m.start]]
    name = max(first or fitting, key=lambda mention: counts[mention.bare])
    return name.text.title() if name.kind == "place" and name.text.isupper() and len(name.text) > 3 else name.text
