"""Pronouns of a follow-up replaced by what they stand for. Knows nothing of the other kinds of follow-up.

A pronoun whose noun stands in the same question ("Why did Trump fire his adviser?", "Did people get their money?") is
left alone, and so is the second of a kind ("it is dear, isn't it?").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.antecedents import Kind, antecedent, fits
from assistant.names import Mention, names
from assistant.types import Turn
from assistant.words import STOPWORDS

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
    r"(?:that|these|those|this(?! (?:year|month|week|spring|summer|autumn|fall|winter|morning|evening)\b))"
    r" (?-i:[a-z]{3,})|\bthe same\b|\b(?:the|which|another|other)(?: [\w-]+)? ones?\b",
    re.I,
)
# Nouns of the same question that a possessive can belong to: "did people get their", "did the firm lose its"
_OWN_NOUN = re.compile(
    rf"\b{_AUX}(?:n't)?\s+(?:(?:the|an?|any|some|its|their|his|her|these|those)\s+[a-z-]+|[a-z-]*s|people)\s+", re.I
)
# What "it" does there, only a country or a body does
_ACTS = re.compile(
    rf"\b{_AUX}(?:n't)? it (?:\w+ )?(?:want|agree|accept|refuse|decide|pay|buy|sell|order|plan|apply|join|ask|get a)\b",
    re.I,
)
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
        acts = kind == "thing" and any(act.start() < match.start() < act.end() for act in _ACTS.finditer(asked))
        name = chosen.get(kind) or antecedent("actor" if acts else kind, before, taken)
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
    earlier = [m for m in own if m.end <= pronoun.start() and fits(_KINDS[word], m, asked)]
    if not earlier:
        return False
    after = re.match(r"\s+(\w+)", asked[pronoun.end() :])
    return possessive or (after is not None and after.group(1).lower() in _VERBS)


def _has_noun_after(asked: str, position: int) -> bool:
    after = re.match(r"\s+([^\W\d_]+)", asked[position:])
    return after is not None and after.group(1).lower() not in STOPWORDS


def _possessive(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _placed(word: str, name: str, before: str) -> str:
    if word != "there":
        return name
    return f"to {name}" if _GOING.search(before) else f"in {name}"
