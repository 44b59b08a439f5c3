"""Words of a question that no passage has, replaced by the likeliest ones that stand there. Knows nothing of scores.

A slip is one letter too many, too few, wrong, or two exchanged; in a long word two of these. The word list of the
shipped embedding says what is a word: what is in it was spelled as meant, whether the index has it or not.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from functools import cache
from pathlib import Path

from index.lexical import terms

MOST = 3  # words looked at in one question
SHORTEST = 5  # letters; among shorter words too many are one letter apart
SURE = 6  # letters of a name, or of a word that some articles do have
LONG = 8  # letters from which two slips are looked for
RARE = 20  # passages: a slip that some articles share is still one where the word meant is so much more frequent
TIMES_MORE = 500
_WORD = re.compile(r"(?<![\w’'-])[^\W\d_]+(?![\w-])")
_DOUBLE = re.compile(r"(.)\1")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WORD_LIST = Path(__file__).parent / "shipped" / "tokenizer.json"

Frequency = Callable[[str], int]


def corrections(text: str, frequency: Frequency, kept: Collection[str] = ()) -> dict[str, str]:
    """Return word as typed → word to search; `frequency` gives the number of passages that hold a term.

    Numbers, designations, acronyms, other scripts and the words of `kept` stay as they are.
    """
    leave = {word.casefold() for words in kept for word in _WORD.findall(words)}
    found: dict[str, str] = {}
    looked = 0
    for match in _WORD.finditer(text):
        typed = match.group()
        word = _folded(typed)
        if typed in found or typed.casefold() in leave or not _may_be_a_slip(typed, word):
            continue
        stems = terms(word)
        count = frequency(stems[0]) if len(stems) == 1 else RARE
        if count >= RARE or word in _known():
            continue
        # in the middle of a sentence a capital makes it a name
        name = typed[:1].isupper() and bool(text[: match.start()].strip())
        if ((name or count) and len(word) < SURE) or (name and count):
            continue
        looked += 1
        if better := _likeliest(word, frequency, count, name):
            found[typed] = better.capitalize() if typed[:1].isupper() else better
        if looked == MOST:
            break
    return found


def spelled(text: str, corrected: Mapping[str, str]) -> str:
    """Return the text with the corrections made."""
    return _WORD.sub(lambda match: corrected.get(match.group(), match.group()), text) if corrected else text


def _may_be_a_slip(typed: str, word: str) -> bool:
    # an acronym is not misspelled, it is unknown
    acronym = typed.isupper() and len(typed) <= SHORTEST
    return SHORTEST <= len(word) <= 30 and word.isascii() and word.isalpha() and not acronym


def _likeliest(word: str, frequency: Frequency, count: int, name: bool) -> str | None:
    """Return the word of the index that was most likely meant."""
    near = [other for other in _one_off(word) if other[0] == word[0] or not (name or count)]
    if (best := _best(word, near, frequency, count)) is not None or name or count or len(word) < LONG:
        return best
    return _best(word, _two_off(word), frequency, 0)


def _best(word: str, near: Collection[str], frequency: Frequency, count: int) -> str | None:
    known = _known()
    ranked: list[tuple[bool, bool, bool, int, int, str]] = []
    for other, stem in zip(near, terms(" ".join(near)), strict=True):
        often = frequency(stem)
        if often and (not count or (other in known and often >= TIMES_MORE * count)):
            # a letter doubled, or not, is the commonest slip: "woried" is worried before it is worked
            doubled = _undoubled(other) == _undoubled(word)
            ranked.append((other[0] == word[0], other in known, doubled, often, -len(other), other))
    return max(ranked)[-1] if ranked else None


def _one_off(word: str) -> list[str]:
    """Return every row of letters that is one slip away, each once."""
    parts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    made = [left + right[1:] for left, right in parts if right]
    made += [left + right[1] + right[0] + right[2:] for left, right in parts if len(right) > 1]
    made += [left + letter + right[1:] for left, right in parts if right for letter in _LETTERS]
    made += [left + letter + right for left, right in parts for letter in _LETTERS]
    return list(dict.fromkeys(made))


def _two_off(word: str) -> list[str]:
    """Return the known words two slips away; the first two letters are seldom wrong."""
    bits = _bits(word)
    return [
        other
        for other, others in _by_opening().get(word[:2], ())
        if abs(len(other) - len(word)) <= 2 and (bits ^ others).bit_count() <= 4 and _distance(word, other) <= 2
    ]


def _distance(one: str, other: str) -> int:
    """Return the number of slips between two words, 3 for any more; two letters exchanged are one."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row = row, [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > 2 < min(last):
            return 3
        before = last
    return row[-1]


@cache
def _known() -> frozenset[str]:
    """Return the words of the news, 27,000 of them; in 60 ms, once."""
    vocabulary = json.loads(_WORD_LIST.read_text(encoding="utf-8"))["model"]["vocab"]
    return frozenset(word for word in vocabulary if word.isascii() and word.isalpha())


@cache
def _by_opening() -> dict[str, list[tuple[str, int]]]:
    opened: dict[str, list[tuple[str, int]]] = {}
    for word in sorted(_known()):
        opened.setdefault(word[:2], []).append((word, _bits(word)))
    return opened


def _undoubled(word: str) -> str:
    return _DOUBLE.sub(r"\1", word)


def _bits(word: str) -> int:
    return sum(1 << (ord(letter) - 97) for letter in set(word))


def _folded(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c)).lower()
