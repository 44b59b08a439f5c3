"""Pronouns of a follow-up replaced by what they stand for. Knows nothing of the other kinds of follow-up.

He and she stand for persons, it for one thing before a place, they for several, there for a place. The nearest
question is looked at first; where it asks for just such a thing ("Who opened it?", "he"), its answer before its own
words; then the questions before, then the answers. A pronoun whose noun stands in the same question ("Why did Trump
fire his adviser?", "Did people get their money?") is left alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal

from assistant.names import Mention, certain_names, names
from assistant.topic import content, in_phrase, is_plural, phrases
from assistant.types import Turn
from assistant.words import STOPWORDS

Kind = Literal["person", "thing", "many", "place"]

_KINDS: dict[str, Kind] = {
    **dict.fromkeys("he she him her his hers".split(), "person"),
    **dict.fromkeys("it its".split(), "thing"),
    **dict.fromkeys("they them their theirs".split(), "many"),
    "there": "place",
}
_POSSESSIVE = frozenset("his hers its their theirs".split())
_AUX = r"(?:is|are|was|were|did|do|does|has|have|had|can|could|will|would|should|must|may|might)"
_VERBS = frozenset(f"{_AUX[3:-1]}|be|been|said|says|wants|wanted|plans|planned|needs|needed".split("|"))
_PRONOUN = re.compile(rf"\b({'|'.join(_KINDS)})\b", re.I)
_EMPTY = re.compile(
    r"\bit (?:true|possible|likely|legal|clear|that)\b|\bis it (?:ok|going)\b"
    rf"|\b(?:{_AUX}|been|be)(?:n't)? there(?! (?:now|yet|too|before)\b)|\bthere {_AUX}\b",
    re.I,
)
# "that" for a whole event, and "do it": no name can replace these
_EVENT = re.compile(
    r"\b(?:was|is|did|does|do|done|about|after|before|by|of|with|from|for|like|caused?|said|say|says|since|than|until)"
    r"\s+(?:that|this|these|those)(?=\s*(?:[?.!,]|$)|\s+(?:happen|mean|work|cost|come|start|end|affect|change|matter"
    r"|involve|help|hurt|so|before|again|then)\b)|\b(?:do|did|does|done|doing) it"
    r"(?=\s*(?:[?.!,]|$)|\s+(?:in|before|again|first|now)\b)",
    re.I,
)
_THIS = re.compile(
    rf"(?:^|\b(?:in|on|of|to|at|by|for|with|from|about|after|before|during|under|{_AUX[3:-1]})\s)"
    r"(?:that|this|these|those)"
    r"\s(?!(?:year|month|week|spring|summer|autumn|fall|winter|morning|evening)\b(?<=\bthis\s))(?-i:[a-z]{3,})"
    r"|\bthe same\b|\b(?:the|which|another|other)(?: [\w-]+)? ones?\b",
    re.I,
)
_PAIR = re.compile(r"\s+and\s+$")
_PLACED = re.compile(r"\b(?:in|at|on|near|to|from|around)\s+(?:the\s+)?$", re.I)
_ATTRIBUTION = re.compile(r"\s—\s[^\n]*$|\[[\d, ]+\]", re.M)
# Nouns of the same question that a possessive can belong to: "did people get their", "did the firm lose its"
_OWN_NOUN = re.compile(
    rf"\b{_AUX}(?:n't)?\s+(?:(?:the|an?|any|some|its|their|his|her|these|those)\s+[a-z-]+|[a-z-]*s|people)\s+", re.I
)
# What is asked for by "what" is a saying or a happening there, no thing that "it" could stand for; and where the
# subject was added in brackets, that is what is spoken of
_NO_THING = re.compile(
    r"\b(?:say|said|says|tell|told|think|announce|announced|promise|promised|mean|about|happen\w*|caused?|led|do|decide)\b|\("
    r"|^what (?:is|are|was|were)\b",
    re.I,
)
_SOUGHT: dict[Kind, re.Pattern[str]] = {
    "person": re.compile(r"^(?:who|whom|which (?:man|woman|person|minister|president))\b", re.I),
    "place": re.compile(r"^where\b|^(?:in |to )?(?:which|what) (?:country|city|state|town|place|region)\b", re.I),
    "thing": re.compile(r"^(?:what|which)\b", re.I),
}
_WHICH = re.compile(r"^(?:what|which) ([a-z]{3,})", re.I)
_ADJECTIVE = re.compile(r"(?:an|ish|ese|ch)$")
_GOING = re.compile(r"\b(?:go|going|went|gone|get|got|come|came|sent|travel|travelled|fly|flew)\s+$", re.I)


def has_pronoun(text: str) -> bool:
    """Tell whether something in the text stands for what was named before."""
    own = names(text)
    return any(not _stands_for_own(text, match, own) for match in _pronouns(text)) or points_back(text)


def points_back(text: str) -> bool:
    """Tell whether "that", "do it" or "the same year" stands for what no single name can replace."""
    return bool(_EVENT.search(text) or _THIS.search(text))


def filled(asked: str, before: Sequence[Turn]) -> str | None:
    """Return the question with its pronouns replaced; None where it has none that can be."""
    own = names(asked)
    taken = {mention.bare for mention in own}
    chosen: dict[Kind, str] = {}
    parts: list[str] = []
    done = 0
    for match in _pronouns(asked):
        word = match.group().lower()
        kind = _KINDS[word]
        possessive = word in _POSSESSIVE or (word == "her" and _has_noun_after(asked, match.end()))
        if _stands_for_own(asked, match, own) or (kind in chosen and not possessive):
            continue
        name = chosen.get(kind) or _antecedent(kind, before, taken)
        if name is None:
            continue
        chosen[kind] = name
        taken.add(name.lower().removeprefix("the "))
        parts += [
            asked[done : match.start()],
            _possessive(name) if possessive else _placed(word, name, asked[: match.start()]),
        ]
        done = match.end()
    return "".join(parts) + asked[done:] if parts else None


def may_be_person(mention: Mention, text: str) -> bool:
    """Tell whether a name in a text can be a person's: "Erdogan", not "S-400", "NATO", "in Coventry"."""
    if mention.kind != "thing":
        return mention.kind == "person"
    bare = mention.text.isalpha() and not mention.text.isupper()
    return bare and not _is_adjective(mention, text) and not _PLACED.search(text[: mention.start])


def _is_adjective(mention: Mention, text: str) -> bool:
    """Tell whether a name only says whose or from where what follows is: "Turkish firms", "the American government"."""
    after = re.match(r"\s+([a-z]+)", text[mention.end :])
    if after is None or after.group(1) in STOPWORDS or not _ADJECTIVE.search(mention.text):
        return False
    return mention.text.startswith("the ") or after.group(1).endswith("s")


def _pronouns(text: str) -> Iterator[re.Match[str]]:
    empty = [match.span() for match in [*_EMPTY.finditer(text), *_EVENT.finditer(text)]]
    for match in _PRONOUN.finditer(text):
        if not any(start <= match.start() < end for start, end in empty):
            yield match


def _stands_for_own(asked: str, pronoun: re.Match[str], own: Sequence[Mention]) -> bool:
    """Tell whether a noun earlier in the same question is what the pronoun stands for."""
    word = pronoun.group().lower()
    possessive = word in _POSSESSIVE or (word == "her" and _has_noun_after(asked, pronoun.end()))
    if possessive and _OWN_NOUN.search(asked[: pronoun.start()]):
        return True
    earlier = [m for m in own if m.end <= pronoun.start() and _fits(_KINDS[word], m, asked)]
    if not earlier:
        return False
    after = re.match(r"\s+(\w+)", asked[pronoun.end() :])
    return possessive or (after is not None and after.group(1).lower() in _VERBS)


def _has_noun_after(asked: str, position: int) -> bool:
    after = re.match(r"\s+([^\W\d_]+)", asked[position:])
    return after is not None and after.group(1).lower() not in STOPWORDS


def _fits(kind: Kind, mention: Mention, text: str) -> bool:
    if kind == "person":
        return may_be_person(mention, text)
    if kind == "place":
        return mention.kind == "place" or bool(_PLACED.search(text[: mention.start]))
    return kind == "many" or mention.kind != "person"


def _antecedent(kind: Kind, before: Sequence[Turn], taken: set[str]) -> str | None:
    for turn in reversed(before):
        if _seeks(kind, turn.question):
            name = _from_answer(kind, turn, taken)
            if name or kind == "thing":
                # what "it" stands for was asked for: none of the question's own words
                return name
        if name := _from_question(kind, turn.question, taken):
            return name
    answers = (_from_answer(kind, turn, taken) for turn in reversed(before)) if kind in ("person", "place") else ()
    return next((name for name in answers if name), None)


def _seeks(kind: Kind, question: str) -> bool:
    """Tell whether a question asks for something of that kind, which its answer then names."""
    sought = _SOUGHT.get(kind)
    if sought is None or not sought.search(question):
        return False
    return kind != "thing" or not _NO_THING.search(question) or bool(re.match(r"which\b", question, re.I))


def _from_question(kind: Kind, question: str, taken: set[str]) -> str | None:
    mentions = [m for m in names(question) if m.bare not in taken and _fits(kind, m, question)]
    longer = [phrase for phrase in phrases(question) if phrase.removeprefix("the ").lower() not in taken]
    if kind == "person":
        persons = [m for m in mentions if m.kind == "person"] or mentions
        return persons[-1].text if persons else None
    if kind == "place":
        placed = [phrase for phrase in longer if re.search(rf"\b(?:in|at|on|near|to) {re.escape(phrase)}", question)]
        return next(iter(placed[-1:] + [m.text for m in mentions[-1:]]), None)
    if kind == "many":
        plural = [phrase for phrase in longer if is_plural(phrase)]
        bodies = [m for m in mentions if m.kind != "person"]
        acting = [m.text for m in bodies if not re.search(r"\b(?:in|at|on|near|to|of|from) $", question[: m.start])]
        return _pair(question, mentions) or next(iter(plural + acting), None)
    single = [phrase for phrase in longer if not is_plural(phrase)]
    things = [in_phrase(m, single) for m in mentions if m.kind == "thing"]
    places = [m.text for m in mentions if m.kind == "place"]
    return next(iter(things[-1:] + single[-1:] + places[-1:]), None)


def _pair(question: str, mentions: list[Mention]) -> str | None:
    """Return "Turkey and Russia" where two names stand joined."""
    for first, second in pairwise(mentions):
        if _PAIR.match(question[first.end : second.start]):
            return question[first.start : second.end]
    return None


def _from_answer(kind: Kind, turn: Turn, taken: set[str]) -> str | None:
    """Return the name of that kind that the answer gives most often, those of its first line first, the question not.

    One that has the noun asked for, as "Signature Bank" has that of "Which bank", goes before all others; any other
    thing must be named twice to be what was asked for.
    """
    asked = {word.lower() for word in content(turn.question)}
    text = _ATTRIBUTION.sub("", turn.answer)
    which = _WHICH.match(turn.question)
    noun = which.group(1).lower() if which else ""
    found = [m for m in certain_names(text) if m.kind == kind and m.bare not in taken and not _is_adjective(m, text)]
    fitting = [m for m in found if not (asked - {noun}) & set(m.bare.split())]
    counts = Counter(mention.bare for mention in fitting)
    fitting = [m for m in fitting if noun in m.bare.split()] or [
        m for m in fitting if kind != "thing" or counts[m.bare] > 1
    ]
    if not fitting:
        return None
    first = [m for m in fitting if "\n" not in text[: m.start]]
    return max(first or fitting, key=lambda mention: counts[mention.bare]).text


def _possessive(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _placed(word: str, name: str, before: str) -> str:
    if word != "there":
        return name
    return f"to {name}" if _GOING.search(before) else f"in {name}"
