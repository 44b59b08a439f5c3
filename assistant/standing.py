"""Names as they can stand in a question: whole, and clear by themselves. Knows nothing of asking.

"Biden" in an article that has "Joe Biden" once        → "Joe Biden"
"The Denver-based company"                             → nothing: no reader knows which
"""

from __future__ import annotations

import re

from assistant.clauses import FINITE, POINTS_BACK, VERBS, past
from assistant.names import Mention
from assistant.words import PLACES, STOPWORDS, WEEKDAYS

_NO_SUBJECT = frozenset(
    """he she it they we i you this that these those there here his her its their our my your but and or so yet in on at
    after before when while as if because since although though despite amid what who which how why where some many most
    more another other both all one two three several few none each every nobody everyone someone nothing everything
    according also then now today yesterday instead however meanwhile still once later earlier last next an a with for
    by from to of during until under over among such no not only even just officials authorities people
    thousands hundreds dozens millions experts critics
    police investigators prosecutors lawmakers researchers scientists""".split()
)
ROLE = re.compile(
    r"\b(?:president|minister|secretary|chancellor|king|queen|prince|princess|pope|senator|governor|mayor|judge|justice|"
    r"general|colonel|captain|chief|director|chairman|chairwoman|chair|ceo|actor|actress|singer|coach|founder|co-founder|"
    r"leader|head|author|commissioner|candidate|activist|commander|ambassador|astronaut|lawmaker|congressman|"
    r"congresswoman|officer|spokesman|spokeswoman|executive|owner|attorney|historian|inventor|winner|champion|quarterback)\b",
    re.I,
)
_ADVERBS = frozenset("also then later still recently eventually finally".split())
_ROLES = frozenset("president senator sen rep gov governor mr mrs ms dr judge king queen prince mayor former".split())
_WITHIN = frozenset("in at on from and or for than".split())  # what follows is not what is spoken of
_TURNS = frozenset("most only comes goes says after before when while as if because who which that".split())
_DESCRIBES = frozenset(
    """company actor actress governor medalist senator president team man woman star singer group agency organization
    university school city state country capital lawmaker republican democrat coach player firm retailer giant network
    club nation rapper quarterback
    candidate winner couple chain driver pilot sister brother mother
    father wife husband son daughter author artist district""".split()
)


def sure(name: Mention) -> bool:
    """Tell whether a name is one, and not a sentence's first word with a name behind it: "Amid Trump", "NATO Smith"."""
    first, *others = name.text.removeprefix("the ").split()
    if others and first.lower() in _NO_SUBJECT | _TURNS | {"amid", "former"}:
        return False
    return name.kind != "person" or not (first.isupper() or "-" in first)


def standing(subject: str, text: str, known: list[Mention], opens: bool) -> str | None:
    """Return a subject as it can stand in a question, its person with the whole name; None for one that cannot.

    `opens`: it stands at the beginning of a sentence, which its first capital may be from.
    """
    words = subject.split()
    if not 1 <= len(words) <= 7 or words[0].lower() in _NO_SUBJECT or not re.fullmatch(r"[\w’'.&$ -]+", subject):
        return None
    if any(word.lower() in FINITE | POINTS_BACK | WEEKDAYS | _TURNS or word in past() for word in words):
        return None
    if re.match(r"(?:it|that|there|he|she)[’']s\b", subject, re.I) or "-year-old" in subject:
        return None
    if "read more" in subject or "- " in subject:
        return None  # a link or a caption, run into the sentence
    if words[0].endswith("ing") or any(word[-1] == "s" and word[:-1] in VERBS for word in words):
        return None
    if words[-1].lower() in _DESCRIBES and not words[0][0].isdigit():
        return None  # "the Denver-based company"
    led = words[0].lower() in ("the", "former") or re.fullmatch(r"[A-Z][a-z]+-[a-z-]+", words[0])
    if led or (opens and not (words[1:] and words[1][0].isupper()) and not _inside(words[0], text)):
        words[0] = words[0].lower()
    subject = " ".join(word for word in words if word not in _ADVERBS)
    whole = full(subject, text, known)
    return whole if whole and known_name(whole, known) else None


def _inside(word: str, text: str) -> bool:
    """Tell whether a word has its capital inside a sentence too."""
    bare = re.sub(r"[’']s$", "", word)
    return bare.lower() in PLACES or bool(re.search(rf"[\w,’'] {re.escape(bare)}\b", text))


def full(subject: str, text: str, known: list[Mention]) -> str | None:
    """Return a name as it can stand alone: a person's whole, where only the last name stands there.

    None where several people of the article have that last name.
    """
    if " " in subject or subject.lower() in PLACES:
        return subject
    wholes = [one.text for one in known if one.kind == "person" and one.text.endswith(f" {subject}")]
    if not wholes or "of" in wholes[0].split():
        return subject
    whole = without_role(wholes[0], text)
    first = whole.split()[-2]
    others = set(re.findall(rf"\b([A-Z][\w'’-]+) {re.escape(subject)}\b", text))
    return whole if all(other == first or other.lower().rstrip(".") in _ROLES for other in others) else None


def without_role(name: str, text: str) -> str:
    """Return a person's name without what only stands before it: "Suspect Ryan Routh", "Pitcher Clayton Kershaw"."""
    words = name.split()
    while len(words) > 2 and (ROLE.fullmatch(words[0]) or re.search(rf"\b{re.escape(words[0].lower())}\b", text)):
        words = words[1:]
    return " ".join(words)


def known_name(words: str, known: list[Mention]) -> bool:
    """Tell whether a name of the article stands in the words, or a place."""
    bare = re.sub(r"[’']s\b", "", words)
    return any(re.search(rf"\b{re.escape(one.text.removeprefix('the '))}\b", bare) for one in known)


def is_person(name: str, known: list[Mention]) -> bool:
    return any(one.kind == "person" and one.text == name for one in known)


def stands_alone(text: str, name: Mention) -> bool:
    """Tell whether a name is all of its phrase, unlike those of "the UNESCO report" and "state Health Department"."""
    if text[name.end : name.end + 1] in ("'", "’", "-"):
        return False
    if text[name.end : name.end + 1] == "." and len(name.text) < 5 + 4 * name.text.startswith("the "):
        return False  # "Jan. 6", "Sen. Warren"
    behind, before = re.match(r"\s*([a-z]+)", text[name.end :]), re.search(r"([a-z]+) $", text[: name.start])
    if before and (before[1] in _WITHIN or before[1] not in STOPWORDS):
        return False
    return behind is None or behind[1] in STOPWORDS
