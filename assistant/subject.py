"""Pronouns of a follow-up replaced by the names they stand for. Knows nothing of the other kinds of follow-up.

He and she stand for persons, it for a thing before a place, they for several, there for a place; the nearest
question is looked at first, then its answer, then the questions before. A pronoun whose name stands in the same
question ("Why did Trump fire his adviser?") is left alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile

from assistant.names import Mention, names
from assistant.types import Turn
from assistant.words import STOPWORDS

_PERSON = frozenset("he she him her his hers".split())
_THING = frozenset("it its".split())
_MANY = frozenset("they them their theirs".split())
_POSSESSIVE = frozenset("his hers its their theirs".split())
_VERBS = frozenset(
    """is are was were be been has have had will would could can should must may might did does do said says wants
    wanted plans planned needs needed""".split()
)
_PRONOUN = re.compile(r"\b(he|she|him|her|his|hers|it|its|they|them|their|theirs|there)\b", re.I)
_EMPTY_IT = re.compile(r"\bit (?:true|possible|likely|legal|clear|that)\b|\bis it (?:ok|going)\b", re.I)
_EMPTY_THERE = re.compile(
    r"\b(?:is|are|was|were|been|be|has|have|will) there\b|\bthere (?:is|are|was|were|has|have|will)\b", re.I
)
_POINTING = re.compile(
    r"\b(?:was|is|did|does|do|about|after|before|by|of|with|from|for|like|caused?|said|say|says|did)\s+(?:that|this|these|those)"
    r"(?=\s*(?:[?.!,]|$)|\s+(?:happen|mean|work|cost|come|start|end|affect|change|matter|involve|help|hurt|so\b))|\b(?:that|this|these|those)\s+[a-z]{4,}\s*\?",
    re.I,
)
_PHRASE = re.compile(
    r"\b(?:[Tt]he|[Aa]n?|[Tt]hese|[Tt]hose|[Tt]h(?:at|is))\s+((?:[A-Z][\w-]*\s+)*)([a-z][a-z-]+(?:\s+[a-z][a-z-]+){0,2})"
)
_OF_NAME = re.compile(r"\s+(?:in|of|at|on|between|against|with)\s+(?:the\s+)?[A-Z][\w-]*(?:\s+[A-Z][\w-]*)*")
_BARE_NOUN = re.compile(r"\b(?:is|are|was|were|did|about)\s+([a-z]{4,}(?:\s+(?:in|of)\s+(?:the\s+)?[A-Z][\w-]*))")
_PAIR = re.compile(r"\s+and\s+$")
_ATTRIBUTION = re.compile(r"\s—\s[^\n]*$|\[[\d, ]+\]", re.M)


def has_pronoun(text: str) -> bool:
    """Tell whether something in the text stands for what was named before."""
    return any(True for _ in _pronouns(text)) or points_back(text)


def points_back(text: str) -> bool:
    """Tell whether "that" or "this" stands for a whole event, which no name can replace."""
    return bool(_POINTING.search(text))


def filled(asked: str, before: Sequence[Turn]) -> str | None:
    """Return the question with its pronouns replaced; None where it has none that can be."""
    own = names(asked)
    taken = {mention.bare for mention in own}
    chosen: dict[str, str] = {}
    parts: list[str] = []
    done = 0
    for match in _pronouns(asked):
        word = match.group().lower()
        if _stands_for_own(asked, match, own):
            continue
        kind = _kind_of(word)
        name = chosen.get(kind) or _antecedent(kind, before, taken)
        if name is None:
            continue
        chosen[kind] = name
        taken.add(name.lower().removeprefix("the "))
        possessive = word in _POSSESSIVE or (word == "her" and _has_noun_after(asked, match.end()))
        parts += [asked[done : match.start()], _possessive(name) if possessive else _placed(word, name)]
        done = match.end()
    return "".join(parts) + asked[done:] if parts else None


def phrases(text: str) -> list[str]:
    """Return the noun phrases that are more than a name: "the missile deal", "the fire in Paris", "the S-400 deal"."""
    found = [match.group(1) for match in _BARE_NOUN.finditer(text) if match.group(1).split()[0] not in STOPWORDS]
    for match in _PHRASE.finditer(text):
        words = list(takewhile(lambda word: word not in STOPWORDS, match.group(2).split()))
        end = match.start(2) + len(" ".join(words))
        where = _OF_NAME.match(text, end)
        # "When did the missile deal collapse?": the last word is the verb
        if not where and re.search(r"\b(?:did|do|does|will|would|can|could)\s*$", text[: match.start()]):
            words = words[:-1] if len(words) > 1 or match.group(1) else words
        name = match.group(1) or ""
        if words and not (name and words[0].endswith(("ed", "ing"))):
            found.append(f"the {name}{' '.join(words)}{where.group() if where else ''}")
    return found


def _pronouns(text: str) -> Iterator[re.Match[str]]:
    for match in _PRONOUN.finditer(text):
        word = match.group().lower()
        around = text[max(0, match.start() - 6) : match.end() + 10]
        if word == "it" and _EMPTY_IT.search(around):
            continue
        if word == "there" and _EMPTY_THERE.search(around):
            continue
        yield match


def _kind_of(word: str) -> str:
    if word in _PERSON:
        return "person"
    if word in _THING:
        return "thing"
    return "many" if word in _MANY else "place"


def _stands_for_own(asked: str, pronoun: re.Match[str], own: Sequence[Mention]) -> bool:
    """Tell whether a name earlier in the same question is what the pronoun stands for."""
    word = pronoun.group().lower()
    earlier = [mention for mention in own if mention.end <= pronoun.start() and _fits(_kind_of(word), mention)]
    if not earlier:
        return False
    after = re.match(r"\s+(\w+)", asked[pronoun.end() :])
    opens_clause = after is not None and after.group(1).lower() in _VERBS
    return opens_clause or word in _POSSESSIVE or (word == "her" and _has_noun_after(asked, pronoun.end()))


def _has_noun_after(asked: str, position: int) -> bool:
    after = re.match(r"\s+([^\W\d_]+)", asked[position:])
    return after is not None and after.group(1).lower() not in STOPWORDS


def _fits(kind: str, mention: Mention) -> bool:
    if kind == "person":
        return mention.kind == "person" or _lone_name(mention)
    if kind == "place":
        return mention.kind == "place"
    return kind == "many" or mention.kind != "person"


def _lone_name(mention: Mention) -> bool:
    """Tell whether a single word may be a surname: "Erdogan", not "S-400", "NATO" or "the Kremlin"."""
    return mention.kind == "thing" and mention.text.isalpha() and not mention.text.isupper()


def _antecedent(kind: str, before: Sequence[Turn], taken: set[str]) -> str | None:
    for turn in reversed(before):
        asked = [m for m in names(turn.question) if m.bare not in taken and _fits(kind, m)]
        lower = [phrase for phrase in phrases(turn.question) if phrase.removeprefix("the ").lower() not in taken]
        if name := _preferred(kind, turn.question, asked, lower):
            return name
        if kind in ("person", "place") and (name := _from_answer(kind, turn.answer, taken)):
            return name
    return None


def _preferred(kind: str, question: str, mentions: list[Mention], lower: list[str]) -> str | None:
    if kind == "person":
        persons = [m for m in mentions if m.kind == "person"] or mentions
        return persons[-1].text if persons else None
    if kind == "place":
        return mentions[-1].text if mentions else None
    if kind == "many":
        plural = [phrase for phrase in lower if phrase.endswith("s") and " in " not in phrase]
        pair = _pair(question, mentions)
        return pair or next(iter(plural), None) or (mentions[0].text if mentions else None)
    things = [_whole(m.text, lower) for m in mentions if m.kind == "thing"]
    places = [m.text for m in mentions if m.kind == "place"]
    return next(iter(things[-1:] + lower[-1:] + places[-1:]), None)


def _whole(name: str, lower: list[str]) -> str:
    """Return the phrase a name is part of: "the Titan submersible" for "the Titan"."""
    return next((phrase for phrase in lower if phrase.startswith(f"{name} ") or f" {name} " in f" {phrase} "), name)


def _pair(question: str, mentions: list[Mention]) -> str | None:
    """Return "Turkey and Russia" where two names stand joined."""
    for first, second in pairwise(mentions):
        if _PAIR.match(question[first.end : second.start]):
            return question[first.start : second.end]
    return None


def _from_answer(kind: str, answer: str, taken: set[str]) -> str | None:
    """Return the name of that kind the answer gives most often, the first among equals."""
    found = names(_ATTRIBUTION.sub("", answer))
    fitting = [m for m in found if m.kind == kind and m.bare not in taken]
    if not fitting:
        return None
    counts = Counter(mention.bare for mention in fitting)
    return max(fitting, key=lambda mention: counts[mention.bare]).text


def _possessive(name: str) -> str:
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _placed(word: str, name: str) -> str:
    return f"in {name}" if word == "there" else name
