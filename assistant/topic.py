"""What a question is about: its noun phrases, content words, subject in words. Knows nothing of conversations."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import takewhile

from assistant.names import Mention, names
from assistant.words import ASKING, STOPWORDS

_WORD = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")
_PHRASE = re.compile(
    r"\b(?:the|an?|these|those|that|this)\s+((?:(?:[A-Z][\w-]*|\d{4})\s+)*)([a-z][a-z-]+(?:\s+[a-z][a-z-]+){0,2})",
)
_NAME = r"(?:the\s+)?[A-Z][\w-]*(?:\s+[A-Z][\w-]*)*"
_OF_NAME = re.compile(rf"(?:\s+(?:in|of|at|on|between|against|with)\s+(?:{_NAME}(?:\s+\d{{4}})?|\d{{4}})(?!\w))+")
_BARE_NOUN = re.compile(rf"\b(?:is|are|was|were|did|about)\s+([a-z]{{4,}}\s+(?:in|of)\s+{_NAME})")
_COUNTED = re.compile(
    r"\bhow many ([a-z]+(?: [a-z]+)?)\s+(?=(?:is|are|was|were|did|do|does|has|have|had|will|can)\b)", re.I
)
_OPENING = re.compile(r"^(?:(?:who|what|which|why|when|where|how|is|are|was|were|did|do|does|has|have|had)\s+)+", re.I)
_VERB_BEFORE = re.compile(r"\b(?:did|do|does|will|would|can|could)\s*$|^(?:is|are|was|were|has|have|had)\s*$", re.I)
# "in the end", "at the moment": phrases that name nothing
_EMPTY = frozenset(
    """end moment time way meantime world first last next same other one ones rest past future day
    week month year later
    worth""".split()
)


def content(text: str) -> list[str]:
    """Return the words that say what a text is about, in order, as written."""
    return [word for word in _WORD.findall(text) if word.isupper() or not _says_nothing(word)]


def stems(text: str) -> set[str]:
    """Return its content words in small letters, without the ending of a plural or a possessive."""
    return {stem(word) for word in content(text)}


def stem(word: str) -> str:
    """Return a word in small letters without accents, nor the ending of a plural or a possessive."""
    bare = unicodedata.normalize("NFD", word.lower().removesuffix("'s")).rstrip("s")
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def phrases(text: str) -> list[str]:
    """Return the noun phrases that are more than a name: "the missile deal", "the fire in Paris", "the S-400 deal"."""
    bare = [match.group(1) for match in _BARE_NOUN.finditer(text) if match.group(1).split()[0] not in STOPWORDS]
    counted = [f"the {match.group(1)}" for match in _COUNTED.finditer(text) if match.group(1) != "people"]
    return bare + counted + list(_articled(text))


def head(phrase: str) -> str:
    """Return the noun of a phrase: "parts" of "the first parts of the S-400"."""
    return re.split(r"\s+(?:in|of|at|on|between|against|with)\s+", phrase)[0].split()[-1]


def is_plural(phrase: str) -> bool:
    """Tell whether a phrase is of several, by the ending of its noun."""
    noun = head(phrase).lower()
    return noun == "people" or (noun.endswith("s") and not noun.endswith(("ss", "us", "is", "'s")) and noun.isalpha())


def subject(question: str) -> str:
    """Return what a question is about in a few words, its names and phrases; else its content words; "" of none."""
    longer = phrases(question)
    short = [m.text for m in names(question) if not any(m.bare in phrase.lower() for phrase in longer)]
    return ", ".join(dict.fromkeys(short + longer)) or _OPENING.sub("", question.rstrip(" ?.!"))


def in_phrase(name: Mention, phrases_: list[str]) -> str:
    """Return the phrase a name is part of, "the Titan submersible" for "the Titan"; else the name."""
    text = name.text
    return next((p for p in phrases_ if p.startswith(f"{text} ") or f" {text} " in f" {p} "), text)


def _articled(text: str) -> Iterator[str]:
    done = 0
    for match in _PHRASE.finditer(text[:1].lower() + text[1:]):
        if match.start() < done:
            continue
        words = list(takewhile(lambda word: word not in STOPWORDS, match.group(2).split()))
        end = match.start(2) + len(" ".join(words))
        where = _OF_NAME.match(text, end)
        # "When did the missile deal collapse?": the last word is the verb
        verb = _VERB_BEFORE.search(text[: match.start()])
        if verb and match.group(1):
            # "Which law did the US use against Turkey?"
            words = words[:-1]
            where = None
        elif verb and not where and len(words) > 1:
            words = words[: 2 if re.match(r"[\s?.!]*$", text[match.end() :]) and len(words) == 3 else 1]
        while len(words) > 1 and words[-1].endswith(("ly", "ed", "ing")):
            words.pop()
        done = where.end() if where else 0
        name = match.group(1)
        if words and words[-1] not in _EMPTY and not (name and words[0].endswith(("ed", "ing"))):
            yield f"the {name}{' '.join(words)}{where.group() if where else ''}"


def _says_nothing(word: str) -> bool:
    lower = word.lower()
    return lower in STOPWORDS or lower in ASKING or lower.removesuffix("'s") in STOPWORDS or len(word) < 2
