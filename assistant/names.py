"""Names in a text and what kind each is likely to be, by spelling and lists. Knows nothing of any topic."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.words import ASKING, BODIES, DATE_WORDS, MONTHS, PLACES, STOPWORDS, TITLES

Kind = Literal["person", "place", "thing"]

_DOTTED = re.compile(r"\b((?:[A-Z]\.){2,})")
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_DATED = re.compile(
    r"(?:\d|\b(?:in|on|by|of|to|from|since|until|last|next|this|early|late|mid|before|after|during|and))[\s-]+$", re.I
)
_SAYS = re.compile(r" (?:has |had )?(?:said|says|told|called|met|confirmed|warned|announced|argued|asked|promised)\b")
_BACK = 24  # characters before a word that may tell whether it begins a name
_JOINS = frozenset("of the de la al bin van von".split())
_PLACE_OPENERS = frozenset(place.split()[0] for place in PLACES if " " in place)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name at `[start, end)` of the text it was found in, with an article before it where there is one."""

    text: str
    kind: Kind
    start: int
    end: int

    @property
    def bare(self) -> str:
        """The name alone, in lower case: two mentions of equal `bare` are the same thing."""
        return re.sub(r"^the ", "", self.text.lower())


def plain(text: str) -> str:
    """Return the text with "U.S." written "US" and straight apostrophes, as questions are typed."""
    return _DOTTED.sub(lambda match: match.group(1).replace(".", ""), text).replace("’", "'")


def names(text: str) -> list[Mention]:
    """Return the names in order: runs of capitalised words, words with digits, and places even in lower case."""
    return list(each_name(text))


def certain_names(text: str) -> list[Mention]:
    """Return the names, without single words that may have their capital from beginning a sentence: "Firefighters"."""
    return [mention for mention in each_name(text) if not _only_opens(text, mention)]


def each_name(text: str) -> Iterator[Mention]:
    """Yield what `names` returns, for those who may need only the first."""
    words = [(match.group(), match.start(), match.end()) for match in _WORD.finditer(text)]
    index = 0
    while index < len(words):
        length = _name_length(text, words, index)
        if length:
            yield _mention(text, words[index][1], words[index + length - 1][2])
        index += max(length, 1)


def is_name_word(word: str) -> bool:
    """Tell whether a word is spelled like part of a name: capitalised, or with a digit and a letter."""
    return word[:1].isupper() or (not word.isalpha() and any(map(str.isdigit, word)) and any(map(str.isalpha, word)))


def _name_length(text: str, words: list[tuple[str, int, int]], index: int) -> int:
    """Return how many words from `index` on form one name; 0 where none starts."""
    first = words[index][0]
    if first.lower() in _PLACE_OPENERS:
        pair = " ".join(word for word, _, _ in words[index : index + 2]).lower()
        if pair in PLACES and " " in pair:
            return 2
    if not _starts_name(text, words, index):
        return int(first in PLACES and first not in STOPWORDS)
    length = 1
    while index + length < len(words) and text[words[index + length - 1][2] : words[index + length][1]] in (" ", " & "):
        word = words[index + length][0]
        joined = word in _JOINS and index + length + 1 < len(words) and words[index + length + 1][0][:1].isupper()
        if not joined and not (is_name_word(word) and word.lower() not in DATE_WORDS):
            break
        length += 1
    return length


def _starts_name(text: str, words: list[tuple[str, int, int]], index: int) -> bool:
    word, start, _ = words[index]
    lower = word.lower()
    if lower in DATE_WORDS:
        # June Raine, but not "in June Britain"
        named = lower in MONTHS and word.istitle() and _goes_on(text, words, index)
        return named and not _is_date(text, words, index)
    if not is_name_word(word) or word == "I" or (lower in MONTHS and _is_date(text, words, index)):
        return False
    if word.isupper() and len(word) > 1:
        return True
    opens = index == 0 or _opens(text, start)
    if lower.split("'")[0] in STOPWORDS:
        # the Ever Given, The Hague
        return not opens and _goes_on(text, words, index)
    return not (opens and lower in ASKING)


def _is_date(text: str, words: list[tuple[str, int, int]], index: int) -> bool:
    """Tell whether a month's name stands for the month: "in May", "May 2021"."""
    start = words[index][1]
    numbered = index + 1 < len(words) and words[index + 1][0][:1].isdigit()
    return numbered or bool(_DATED.search(text[max(0, start - _BACK) : start]))


def _goes_on(text: str, words: list[tuple[str, int, int]], index: int) -> bool:
    """Tell whether the next word, after a mere space, is capitalised too."""
    if index + 1 == len(words):
        return False
    word, start, _ = words[index + 1]
    return text[words[index][2] : start] == " " and word[:1].isupper() and word.lower() not in DATE_WORDS


def _opens(text: str, start: int) -> bool:
    """Tell whether a sentence begins at `start`."""
    return text[max(0, start - _BACK) : start].rstrip(" \"'“‘(")[-1:] in {".", "!", "?", "\n", ":", ""}


def _only_opens(text: str, mention: Mention) -> bool:
    """Tell whether a single word at the beginning of a sentence may be any word: "Firefighters", not "Erdogan said"."""
    if mention.kind == "place" or not mention.text.istitle() or " " in mention.text or not _opens(text, mention.start):
        return False
    return mention.text.endswith("s") or not _SAYS.match(text, mention.end)


def _mention(text: str, start: int, end: int) -> Mention:
    name = re.sub(r"['’]s$", "", text[start:end])
    end = start + len(name)
    before = text[max(0, start - _BACK) : start]
    article = bool(re.search(r"\b[Tt]he $", before))
    kind = _kind(name, article, before)
    if article:
        return Mention(f"the {name}", kind, start - len("the "), end)
    return Mention(name, kind, start, end)


def _kind(name: str, article: bool, before: str) -> Kind:
    lower = plain(name).lower()
    words = lower.split()
    if lower in PLACES:
        return "place"
    if any(c.isdigit() for c in name) or any(word in BODIES for word in words) or (article and len(words) < 3):
        return "thing"
    if words[0] in TITLES or _last_word(before) in TITLES:
        return "person"
    if len(words) in (2, 3) and not name.isupper():
        return "person"
    return "thing"


def _last_word(before: str) -> str:
    match = re.search(r"(\w+)\.? $", before)
    return match.group(1).lower() if match else ""
