"""The outlets whose reporting a question asks for. Knows nothing of days or of searching.

An outlet that a question is about ("why did CNN fire its CEO") narrows nothing; one that is asked to speak ("what did
CNN say", "according to the Guardian", "the latest from Reuters") does. Names are compared without case, accents and a
leading "The"; a short form counts where it can mean one outlet of the index only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

_TOKEN = re.compile(r"[^\W_]+")
_SUFFIXES = {"news", "newspaper", "online", "magazine", "com", "org", "co", "uk"}
# Short forms that are no initials of the name.
_KNOWN = {"wapo": ("washington", "post"), "ap": ("associated", "press"), "nyt": ("new", "york", "times")}
# Names that are words of their own: without their capitals only "what did … say" makes an outlet of them.
_WORDS = frozenset(
    """atlantic cut express fortune hill independent life local mail metro mirror nation nature people post quartz
    science standard star sun time times today variety week wire world""".split()
)

_SAY = (
    r"(?:say|said|says|saying|report(?:s|ed|ing)?|writ(?:e|es|ten|ing)|wrote|publish(?:es|ed|ing)?|cover(?:s|ed|ing)?"
    r"|claim(?:s|ed)?|describ(?:e|es|ed|ing)|fram(?:e|es|ed|ing)|quot(?:e|es|ed|ing))"
)
_DID = r"(?:did|does|do|has|have|had|is|was|are)"
_PIECE = r"(?:reports?|reporting|coverage|articles?|stor(?:y|ies)|pieces?|analys[ei]s|investigation|editorial|op-ed)"
_THAT = r"(?:\s+that\b)?"
# What stands before and after the name of an outlet that is asked to speak; `cut` begins what only asks for it.
_SPEAKS = tuple(
    (re.compile(rf"{before}(?P<the>the\s+)?$", re.I), re.compile(after, re.I))
    for before, after in (
        (r"\b(?P<cut>(?:according to|(?:as )?(?:reported|covered|told|quoted) (?:by|in|on))\s+)", r""),
        (rf"\b(?:what|how|which \w+)(?: else)?\s+(?P<cut>{_DID}\s+)", rf"\s+{_SAY}\b{_THAT}"),
        (rf"^\s*(?P<cut>{_DID}\s+)", rf"\s+{_SAY}\b{_THAT}"),
        (r"\b(?P<cut>compare\s+)", r"(?=\s+(?:on|about)\b)"),
        (r"\bwhat\s+", rf"\s+{_SAY}\b{_THAT}"),
        (r"^\s*", rf"\s+(?:says|said|reports|reported|writes|wrote)\b{_THAT}"),
        (r"", rf"['’]s?\s+(?:\w+\s+){{0,2}}?{_PIECE}\b"),
        (r"", rf"\s+{_PIECE}\b"),
        (rf"\b(?:{_PIECE}|published|written|reporting)\s+(?:\w+\s+){{0,3}}?(?P<cut>by\s+)", r""),
    )
)
_SOURCED = re.compile(
    rf"\b(?:{_PIECE}|news|latest|anything|everything|something|read|quotes?|statements?|what|written|wrote|published|printed"
    r"|appeared|said|say|says|reported|quoted)\b",
    re.I,
)
_WEAK = re.compile(r"\b(?:from|in|on|by) (?:the )?$", re.I)
# Whoever is moved, paid or doubted there is not reported there.
_ABOUT_IT = re.compile(
    r"\b(?:invest\w*|stakes?|shares?|layoffs?|job|jobs|cuts?|trust|confidence|faith|shooting|fired?|firing|resign\w*"
    r"|leav\w*|left|depart\w*|retir\w*|mov\w*|hir\w*|laid|exit\w*|oust\w*|suspen\w*|bann?\w*|quit\w*|removed?|step\w*"
    r"|journalists?|reporters?|anchors?|hosts?|hosted|correspondents?|staff|employees?|sued?|lawsuits?|ads?|debate"
    r"|shows?(?! me\b)|town hall|strike|role|crisis|scandal|editors?|owns?|owned|own|bought|work\w*)\b",
    re.I,
)
_SPOKE_THERE = re.compile(r"\b(?:said|says?|told|spoke|speaking)\b.*\bon (?:the )?$", re.I)
_STOPS_HERE = re.compile(
    r"\s*(?:$|[?.!,;:)–—\"”]|(?:about|on|of|over|regarding|last|this|yesterday|today|tonight|since|before|after|between|until"
    r"|in|during|for|say|says|said|that|which|when|and|or)\b)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Named:
    """Outlets named at `[start, end)` of a question, as the index names them.

    `asking` is the span with the words that ask for their reporting, None where they are not asked to speak.
    """

    start: int
    end: int
    outlets: tuple[str, ...]
    asking: tuple[int, int] | None


def outlets_named(question: str, outlets: Sequence[str]) -> list[Named]:
    """Return the outlets that a question names, in order."""
    places = _lists(question, outlets) if outlets else ()
    return [Named(start, end, names, _asking(question, start, end)) for start, end, names in places]


def _asking(question: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the span of a name with the words that ask for its reporting, None where they do not."""
    before, name, after = question[:start], question[start:end], question[end:]
    # a capital that begins the question does not make a name of "Independent"
    looks_like_one = not _is_a_word(name) or (name[:1].isupper() and bool(before.strip() or name[:4] == "The "))
    for opens, goes_on in _SPEAKS:
        left, right = opens.search(before), goes_on.match(after)
        if left and right and (left.group() or looks_like_one):
            cut = "cut" if "cut" in opens.groupindex else "the"
            return left.start(cut) if left[cut] else start, end + right.end()
    sourced = _WEAK.search(before)
    if sourced and _SPOKE_THERE.search(before):
        return None
    if not sourced or not looks_like_one or not _STOPS_HERE.match(after) or _ABOUT_IT.search(before):
        return None
    told = before[: sourced.start()]
    # "inflation in the Guardian": where nothing says that it is to be read there, the name has to end the question
    if _SOURCED.search(told) or not told.strip() or not after.strip(" ?.!"):
        return sourced.start(), end
    return None


def _is_a_word(name: str) -> bool:
    words = [word for word in _folded(name) if word != "the"]
    return len(words) == 1 and words[0] in _WORDS


def _lists(question: str, outlets: Sequence[str]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield the places of outlets' names, those of "CNN and the Guardian" as one."""
    joined: tuple[int, int, tuple[str, ...]] | None = None
    for start, end, name in _names(question, outlets):
        if joined and re.fullmatch(
            r"(?:\s*,\s*|\s+)(?:(?:and|or|&)\s+)?(?:the\s+)?", question[joined[1] : start], re.I
        ):
            joined = (joined[0], end, (*joined[2], name))
            continue
        if joined:
            yield joined
        joined = (start, end, (name,))
    if joined:
        yield joined


def _names(question: str, outlets: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    known, longest = _known(tuple(outlets))
    words = [(*match.span(), _fold(match.group())) for match in _TOKEN.finditer(question)]
    index = 0
    while index < len(words):
        for length in range(min(longest, len(words) - index), 0, -1):
            key = tuple(word for _, _, word in words[index : index + length])
            name = known.get(key)
            if name and _joined(question, words[index : index + length]):
                yield words[index][0], words[index + length - 1][1], name
                index += length - 1
                break
        index += 1


def _joined(question: str, words: Sequence[tuple[int, int, str]]) -> bool:
    """Tell whether words stand together as a name's do, with no sentence's end between them."""
    gaps = (question[left[1] : right[0]] for left, right in pairwise(words))
    return all(re.fullmatch(r" |-|\.|'|’| & |\s{1,3}", gap) for gap in gaps)


@lru_cache(maxsize=4)
def _known(outlets: tuple[str, ...]) -> tuple[dict[tuple[str, ...], str], int]:
    """Return the spellings under which each outlet is known, none of two outlets, and the most words of one."""
    whole: dict[tuple[str, ...], set[str]] = {}
    short: dict[tuple[str, ...], set[str]] = {}
    for name in outlets:
        words = _folded(name)
        bare = words[1:] if words[:1] == ("the",) and len(words) > 1 and not _is_a_word(name) else words
        if not bare:
            continue
        whole.setdefault(bare, set()).add(name)
        for form in _short_forms(bare):
            short.setdefault(form, set()).add(name)
    known = {form: min(names) for form, names in whole.items()}
    known |= {form: min(names) for form, names in short.items() if len(names) == 1 and form not in whole}
    return known, max(map(len, known), default=0)


def _short_forms(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    plain = words
    while len(plain) > 1 and plain[-1] in _SUFFIXES:
        plain = plain[:-1]
    if plain != words and not (len(plain) == 1 and plain[0] in _WORDS):
        yield plain
    if len(words) > 2:
        yield ("".join(word[0] for word in words),)
    yield from ((short,) for short, name in _KNOWN.items() if name == words)


def _folded(name: str) -> tuple[str, ...]:
    return tuple(_fold(word) for word in _TOKEN.findall(name))


def _fold(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c)).casefold()
