"""A follow-up made into a question that stands alone, from the turns before it. Knows nothing of search.

The rules, in order; the first that applies decides:

    "why?", "when was that?"         the question before, asked with the new word
    "tell me more"                   the question before
    "and Turkey?", "and in 2021?"    the question before, with its place, person or time replaced
    "why did Turkey buy it?"         the pronoun replaced by the name it stands for
    "when was the deal signed?"      the names of the question before added, where it names nothing itself
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from assistant import subject
from assistant.names import Mention, names
from assistant.subject import phrases
from assistant.types import Turn
from assistant.words import MONTHS, STOPWORDS
from index.errors import BadRequest

TURNS_USED = 6  # what was asked earlier than that no longer lends its subject
ANSWER_CHARACTERS = 4_000

_LEAD = re.compile(r"^(?:(?:and|but|so|ok|okay|also|then|well|yes|no|thanks|thank you)\b[\s,.…-]*)+", re.I)
_AUX = r"(?:is|are|was|were|did|do|does|has|have|had|can|could|will|would|should|must|may|might)"
_BARE = re.compile(
    rf"^(why not|why|when|where|how come|how)(?: exactly)?(?: (?:{_AUX})(?:n't)? (?:that|this|it|so)"
    r"(?: (?:so|happen|happening|the case|all))?)?[\s?.!]*$",
    re.I,
)
_MORE = re.compile(
    r"^(?:(?:can|could) you )?(?:please )?(?:tell me more|say more|more|any more|more details?|go on|continue|explain"
    r"|elaborate|what else|anything else|really|are you sure|is that (?:so|true))"
    r"(?: (?:about|on) (?:it|that|this)| that| please)*[\s?.!]*$",
    re.I,
)
_CLAIM = re.compile(r"^is it (?:true|right|correct) that ", re.I)
_WHAT_ABOUT = re.compile(r"^(?:what|how) about\s+", re.I)
_OPENING = re.compile(rf"^(why|when|where|how|{_AUX})\b\s*(.*)$", re.I | re.S)
_ASKS = re.compile(
    rf"\b(?:who|what|whom|whose|which|why|when|where|how|{_AUX}|tell|show|give|list|explain|name)\b", re.I
)
_PREPOSITION = re.compile(r"^(in|to|for|from|by|with|at|on|under|against|after|before|during|since|of)\s+", re.I)
_DATE = re.compile(
    rf"\b(?:(?:in|on|since|by|during|of)\s+)?(?:(?:{'|'.join(MONTHS)})(?: \d{{1,2}},?)?(?: (?:19|20)\d\d)?"
    r"|(?:19|20)\d\d|(?:last|this|next) (?:year|month|week|spring|summer|autumn|fall|winter)|yesterday|today)\b",
    re.I,
)


def turns(history: Sequence[Any]) -> tuple[Turn, ...]:
    """Return a conversation as turns, from `Turn`s, (question, answer) pairs or {"role", "content"} messages.

    Raises:
        BadRequest: an entry is none of these.
    """
    done: list[Turn] = []
    asked: str | None = None
    for entry in history:
        if isinstance(entry, Mapping) and isinstance(entry.get("content"), str):
            if entry.get("role") == "user":
                asked = entry["content"]
            elif entry.get("role") == "assistant" and asked is not None:
                done.append(Turn(asked, entry["content"]))
                asked = None
        else:
            done.append(_turn(entry))
    return tuple(done)


def resolve(question: str, history: Sequence[Turn]) -> str:
    """Return the question with its subject put in; as it is where it stands alone."""
    before: list[Turn] = []
    for turn in history[-TURNS_USED:]:
        before.append(Turn(_resolve(turn.question, before), turn.answer[:ANSWER_CHARACTERS]))
    return _resolve(question, before)


def may_stand_alone(question: str) -> bool:
    """Tell whether nothing in a question points back: then a subject put in is a guess the articles may refute."""
    return not (_BARE.match(question) or _MORE.match(question) or subject.has_pronoun(question))


def _turn(entry: Any) -> Turn:
    if isinstance(entry, Turn):
        return entry
    if isinstance(entry, Sequence) and len(entry) == 2 and all(isinstance(part, str) for part in entry):
        return Turn(*entry)
    raise BadRequest("A conversation is a list of turns, (question, answer) pairs or {role, content} messages.")


def _resolve(question: str, before: Sequence[Turn]) -> str:
    question = " ".join(question.split())
    if not before or not question:
        return question
    led = bool(_LEAD.match(question)) and bool(_LEAD.sub("", question))
    asked = _LEAD.sub("", question) if led else question
    last = before[-1].question
    if bare := _BARE.match(asked):
        return _asked_with(bare.group(1), asked, before)
    if _MORE.match(asked):
        return last
    fragment = _WHAT_ABOUT.sub("", asked).rstrip(" ?.!")
    elliptic = fragment != asked.rstrip(" ?.!") or (not _ASKS.search(asked) and (led or len(asked.split()) <= 3))
    if elliptic and not subject.has_pronoun(fragment):
        return _swapped(fragment, before)
    if elliptic:
        asked = f"What about {fragment}?"
    return _capital(subject.filled(asked, before) or _with_names(asked, before) or asked)


def _asked_with(word: str, asked: str, before: Sequence[Turn]) -> str:
    """Ask the question before with another question word: "When?" after "Why did X do Y?" is "When did X do Y?"."""
    last = _CLAIM.sub("", before[-1].question)
    opening = _OPENING.match(last)
    if opening is None or re.match(r"how (?:many|much|long|old|far|often|big|strong)\b", last, re.I):
        return subject.filled(asked, before) or f"{_capital(asked.rstrip(' ?.!'))}: {last}"
    first, rest = opening.groups()
    if not re.fullmatch(_AUX, first, re.I):
        return f"{_capital(word)} {rest}"
    return f"{_capital(word)} {first.lower()} {rest}"


def _swapped(fragment: str, before: Sequence[Turn]) -> str:
    """Ask the question before about something else: the new time, place, person or thing takes the old one's place."""
    last = before[-1].question
    body = last.rstrip(" ?.!")
    when = _DATE.fullmatch(fragment)
    if when:
        phrase = f"in {fragment}" if fragment[:1].isdigit() else fragment
        return (_DATE.sub(phrase, body, count=1) if _DATE.search(body) else f"{body} {phrase}") + "?"
    preposition = _PREPOSITION.match(fragment)
    new = names(fragment)
    if not new:
        definite = re.match(r"(?:the|their|its|his|her|any|other|that|this|these|those)\b", fragment, re.I)
        return _about(fragment, before) if definite else f"{body} — {fragment}?"
    old = _replaceable(last, new[0], preposition.group(1) if preposition else None)
    if old is not None:
        text = fragment[preposition.end() :] if preposition else fragment
        return f"{last[: old.start]}{text}{last[old.end :]}".rstrip(" ?.!") + "?"
    if preposition:
        return f"{body} {fragment}?"
    return _about(fragment, before)


def _replaceable(last: str, new: Mention, preposition: str | None) -> Mention | None:
    """Return the name of the question before that a new one of its kind stands in for."""
    same = [mention for mention in names(last) if mention.kind == new.kind and mention.bare != new.bare]
    if preposition:
        same = [m for m in same if last[: m.start].lower().rstrip().endswith(f" {preposition.lower()}")]
    return same[0] if same else None


def _about(fragment: str, before: Sequence[Turn]) -> str:
    added = _context(before, fragment)
    return f"What about {fragment} ({added})?" if added else f"What about {fragment}?"


def _with_names(asked: str, before: Sequence[Turn]) -> str | None:
    """Add the names of the question before to one that names nothing and speaks of something known."""
    if names(asked) and not subject.points_back(asked):
        return None
    content = [word for word in re.findall(r"[^\W_]+", asked.lower()) if word not in STOPWORDS]
    known = {word.rstrip("s") for word in re.findall(r"[^\W_]+", f"{before[-1].question} {before[-1].answer}".lower())}
    known_thing = any(word.split()[-1].rstrip("s") in known for word in phrases(asked))
    defines = re.match(r"(?:what|who) (?:is|are|was|were)\b", asked, re.I)
    if known_thing or subject.has_pronoun(asked) or (len(content) <= 2 and not defines) or not content:
        added = _context(before, asked)
        return f"{asked.rstrip(' ?.!')} ({added})?" if added else None
    return None


def _context(before: Sequence[Turn], asked: str) -> str:
    """Return what the question before is about: its names and phrases, else the question itself."""
    last = before[-1].question
    bare = {mention.bare for mention in names(asked)}
    longer = [phrase for phrase in phrases(last) if phrase.lower() not in asked.lower()]
    found = [
        m.text for m in names(last) if m.bare not in bare and not any(m.bare in p.lower() for p in longer)
    ] + longer
    return ", ".join(dict.fromkeys(found)) or last.rstrip(" ?.!")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
