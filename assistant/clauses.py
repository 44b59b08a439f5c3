"""The main clause of a sentence, taken apart: who, did, what. Knows nothing of questions.

    "Later on Friday, Turkey bought the S-400, officials say."        → "Turkey", "did", "buy the S-400", with a time

Where its verb or its end is not sure there is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from assistant.words import MONTHS, NUMBER_WORDS, WEEKDAYS
from index.forms import FORMS

VERBS = frozenset(
    """abandon accept accuse acquire admit adopt agree announce appeal appoint approve arrest attack award back ban beat
    become begin block boycott break bring build buy call cancel capture carry cause challenge change charge choose
    claim clash clear close collapse condemn confirm convict crash cross cut declare defeat defend delay demand deny
    deploy destroy die discover dismiss donate drop elect end endorse escape evacuate evict expand expel explode
    extend face fail fall file find fine fire flee force form found freeze give grant halt hire hit hold host impose
    increase indict introduce invade investigate invite join jump kill land launch lay leave lift limit lose lower
    make meet merge move name nominate offer open oppose order oust overturn pardon pass pay plead pledge postpone
    present prevent promise propose protest publish pull push quit raise reach recall receive recognize recommend
    reduce refuse reject release relocate remove rename reopen replace request rescind rescue resign restore
    retire return reveal revoke ring rise rule sack score seek seize sell send sentence set settle shoot shut sign
    sink sponsor stop strike submit sue support suspend take tear test threaten transfer unveil urge veto visit
    vote warn win withdraw""".split()
)
_DOUBLED = frozenset("ban drop stop transfer plan quit shut cut set hit put submit commit".split())
_SAME = frozenset("cut hit set shut quit".split())
_ALSO = {"found": "find", "left": "leave", "rose": "rise", "laid": "lay", "said": "", "lit": ""}
FINITE = frozenset(
    """is are was were be been has have had will would can could may might should do does did said says say told
    tells added adds wrote writes isn't wasn't aren't weren't""".split()
)
POINTS_BACK = frozenset(
    """him her them it he she they we us you i this that these those there here me himself herself itself
    themselves""".split()
)
_NO_END = frozenset(
    """a an the and or but of in on at to for from with by as into over under after before about against between his
    her its their than that which who not more also including such""".split()
)
_DAY = rf"(?:{'|'.join(WEEKDAYS)})"
_MONTH = rf"(?:{'|'.join(MONTHS)}|jan\.|feb\.|aug\.|sept\.|oct\.|nov\.|dec\.)"
_OPENS_TIME = r",?\s*\b(?:(?:in|on|since|by|late|early|last|this|until)\s+)"
TIME = re.compile(
    rf"{_OPENS_TIME}*{_DAY}(?:,?\s+{_MONTH}\s+\d{{1,2}})?(?:\s+(?:morning|afternoon|evening|night))?\b(?![’'-]),?"
    rf"|{_OPENS_TIME}*{_MONTH}\s+\d{{1,2}}(?:,?\s+\d{{4}})?\b(?![’'-]),?"
    rf"|{_OPENS_TIME}*\d{{1,2}}\s+{_MONTH}(?:\s+\d{{4}})?\b(?![’'-]),?"
    rf"|{_OPENS_TIME}+{_MONTH}(?:,?\s+\d{{4}})?\b(?![’'-]),?"
    r"|,?\s*\b(?:in|since)\s+(?:19|20)\d\d\b,?"
    r"|,?\s*\b(?:earlier\s+)?(?:last|this|next|the previous)\s+"
    r"(?:week|month|year|summer|spring|fall|winter|weekend)\b(?![’'-]),?"
    r"|,?\s*\b(?:yesterday|(?-i:today)|tonight|earlier)\b(?![’'-]),?",
    re.I,
)
_CLAUSE = re.compile(
    r"[;:–—(]|,(?!\d)|\s-\s|(?<![\w-])(?:after|before|amid|despite|as|while|when|which|who|where|that|but|although|though"
    r"|following|saying|including|according|and (?:he|she|it|they|has|had|was|were|is|are|will|said|\w+ed))\b(?!-)",
    re.I,
)
_RELATIVE = frozenset("that which who where".split())
_PREPOSITIONS = frozenset("in on at to for from with by of out up down off within without through".split())
_THEN = "⧗"  # stands for a time


@dataclass(frozen=True, slots=True)
class Clause:
    """The main clause of a sentence: "Turkey", "did", "buy the S-400". `whole`: no other clause was cut off.

    `listed`: what was cut off may go on with what it stood behind, as in "Uvalde, Texas" and "Rice, Texas and Ohio".
    """

    subject: str
    helper: str
    rest: str
    timed: bool
    whole: bool
    listed: bool

    @property
    def verb(self) -> str:
        """The base form of its verb, where that is known."""
        first = self.rest.split()[0] if self.rest else ""
        return first if self.helper == "did" else past().get(first, first)


def masked(text: str) -> str:
    """Return a text with a sign for each time in it; a comma that only closed the time still parts the clauses."""

    def sign(time: re.Match[str]) -> str:
        return f" {_THEN}{',' if time[0].endswith(',') and not time[0].startswith(',') else ''} "

    return TIME.sub(sign, text)


def clause_of(main: str) -> Clause | None:
    """Return the main clause; None where its verb is not sure."""
    words = main.split()
    for place, word in enumerate(words[:9]):
        subject = " ".join(one for one in words[:place] if one != _THEN)
        timed = _THEN in words[:place]
        if word in ("was", "were", "has", "have") and subject and words[place + 1 :]:
            participle = next(one for one in [*words[place + 1 :], ""] if one != _THEN).strip(".,")
            passive = participle.endswith("ed") or participle in participles()
            return _predicate(subject, word, words[place + 1 :], timed) if passive else None
        if subject and word in past():
            return _predicate(subject, "did", [past()[word], *words[place + 1 :]], timed)
        if word.endswith(("ed", "n't", "n’t")) or word.lower() in FINITE or (place and word.endswith((",", ";", ":"))):
            return None
    return None


def _predicate(subject: str, helper: str, words: list[str], timed: bool) -> Clause | None:
    """Return a clause up to where another begins, without the times that belong to it; None where one may not."""
    rest = " ".join(words)
    parted = _CLAUSE.search(rest)
    if parted and parted[0].lower() in _RELATIVE:
        return None  # "signed a bill that …": which bill is told by what would be cut off
    kept = rest[: parted.start()].split() if parted else words
    listed = parted is not None and bool(re.match(r", (?:[A-Z]|and |[^,.]* and )", rest[parted.start() :]))
    also = (n for n, word in enumerate(kept) if word == "and" and any(map(is_past, kept[n + 1 : n + 3])))
    kept = kept[: next(also, len(kept))]
    for before, word in pairwise(kept):
        bound = before.lower() in _NO_END | _PREPOSITIONS or before in participles() | past().keys()
        if word == _THEN and (bound or before.endswith(("ed", "ing"))) and before != kept[0]:
            return None  # "a record set in 1913", "27 percent from last year"
    left = [word for word in kept if word != _THEN]
    return Clause(subject, helper, " ".join(left).rstrip(" .,"), timed or len(left) < len(kept), parted is None, listed)


def is_past(word: str) -> bool:
    return word in past() or (word.endswith("ed") and word.islower())


def ends(clause: Clause) -> bool:
    """Tell whether a predicate stands alone: of some words, ending in one that can end, pointing back to nothing."""
    words = [word.strip("'’.,") for word in clause.rest.lower().split()]
    least = 1 if clause.helper in ("was", "were") else 2
    if clause.helper == "did" and (words[-1] in participles() or words[-1].endswith("ed")):
        return False
    if not least <= len(words) <= 14 or words[-1] in _NO_END | _PREPOSITIONS or words[-1] in NUMBER_WORDS:
        return False
    if words[-1] in ("later", "earlier") or (words[-1].isdigit() and words[-2:-1] == ["and"]):
        return False  # "in 1924 and 1900": a time of which half was cut off
    return not any(re.sub("[’']s$", "", word) in POINTS_BACK | FINITE | WEEKDAYS for word in words)


@cache
def past() -> dict[str, str]:
    """Return the base forms of verbs by their past tense."""
    found = {}
    for base in VERBS:
        irregular = next((form for form in FORMS.get(base, ()) if form not in _participles_only()), None)
        found[irregular or (base if base in _SAME else _regular(base))] = base
    return {**found, **{past: base for past, base in _ALSO.items() if base}}


def past_form(base: str) -> str:
    """Return the past tense of one of the verbs."""
    return _past_forms()[base]


@cache
def _past_forms() -> dict[str, str]:
    return {base: form for form, base in past().items()}


@cache
def participles() -> frozenset[str]:
    return frozenset(form for base in VERBS for form in FORMS.get(base, ())) | _SAME | {"found", "laid", "left", "put"}


def _participles_only() -> frozenset[str]:
    """Return forms that no past tense has."""
    return frozenset(
        "beaten begun broken chosen given grown fallen risen rung sunk stricken taken torn withdrawn".split()
    )


def _regular(base: str) -> str:
    if base.endswith("e"):
        return f"{base}d"
    if base.endswith("y") and base[-2] not in "aeiou":
        return f"{base[:-1]}ied"
    return f"{base}{base[-1]}ed" if base in _DOUBLED else f"{base}ed"
