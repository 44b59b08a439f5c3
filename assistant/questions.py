"""Questions that sentences of an article answer, by rules of grammar alone. Knows nothing of indexes or of asking.

    "Turkey bought the S-400 in 2017 because the US had refused to sell the Patriot."
        → Why did Turkey buy the S-400?
    "Turkey was removed from the F-35 programme on Wednesday."        → When was Turkey removed from the F-35 programme?
    "Ismail Demir, the head of the agency, called it unfair."         → Who is Ismail Demir?
    "Ismail Demir said that the S-400 would not be given up."         → What did Ismail Demir say about the S-400?

A sentence from which none reads well gives none: each rule takes only what it surely understands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from assistant.clauses import FINITE, POINTS_BACK, TIME, VERBS, clause_of, ends, masked, past
from assistant.names import Mention, certain_names
from assistant.prose import quotable
from assistant.words import PLACES, STOPWORDS, WEEKDAYS
from index.articles import Article, Source

Kind = Literal["why", "said", "when", "who"]
LONGEST_SENTENCE = 420  # characters
READ = 5_000  # characters of an article: what comes later is seldom its matter

_NO_SUBJECT = frozenset(
    """he she it they we i you this that these those there here his her its their our my your but and or so yet in on at
    after before when while as if because since although though despite amid what who which how why where some many most
    more another other both all one two three several few none each every nobody everyone someone nothing everything
    according also then now today yesterday instead however meanwhile still once later earlier last next an a with for
    by from to of during until under over among such no not only even just officials authorities people
    thousands hundreds dozens millions experts critics
    police investigators prosecutors lawmakers researchers scientists""".split()
)
_REASON = re.compile(
    r"\s*,?\s*\b(?:because(?: of)?|due to|in order to|in response to|in retaliation for|citing|over (?:alleged|concerns"
    r"|fears|allegations|claims|its|his|her|their)|amid concerns|amid fears|so that)\b",
    re.I,
)
_AFTER = re.compile(r"\s*,?\s*\bafter\b(?! (?:all|that)\b)")
_QUOTED = '“”"‘'
# What is mostly done because of what came before.
_CAUSED = frozenset(
    """abandon arrest back ban boycott cancel charge close condemn convict dismiss evacuate evict expel fine fire flee
    halt indict jail lose oust pardon postpone quit recall remove rename resign revoke sack sentence shut step sue
    suspend withdraw""".split()
)
_ROLE = re.compile(
    r"\b(?:president|minister|secretary|chancellor|king|queen|prince|princess|pope|senator|governor|mayor|judge|justice|"
    r"general|colonel|captain|chief|director|chairman|chairwoman|chair|ceo|actor|actress|singer|coach|founder|co-founder|"
    r"leader|head|author|commissioner|candidate|activist|commander|ambassador|astronaut|lawmaker|congressman|"
    r"congresswoman|spokesman|spokeswoman|executive|owner|attorney|historian|inventor|winner|champion|quarterback)\b",
    re.I,
)
_PERSON = r"[A-Z][\w'’-]+(?: [A-Z]\.)?(?: [A-Z][\w'’-]+){1,2}"
_APPOSED = re.compile(rf"\b({_PERSON}), ((?:the|a|an|who is|who was|\w+[’']s?) [^,;.]{{4,80}})[,.]")
_SAID = re.compile(r"\b(?:said|warned|argued|claimed|insisted|denied|confirmed)\b")


@dataclass(frozen=True, slots=True)
class Made:
    """A question and the sentence `article.text[start:end]` that answers it."""

    question: str
    kind: Kind
    start: int
    end: int


def questions(article: Article, read: int = READ) -> Iterator[Made]:
    """Yield the questions that an article's first sentences answer, in the order of its text."""
    text = article.text
    known = [one for one in certain_names(text[:read]) if _sure(one)]
    for start, end in takewhile(lambda span: span[0] < read, quotable(text)):
        sentence = " ".join(text[start:end].split())
        if len(sentence) > LONGEST_SENTENCE or "?" in sentence:
            continue
        for kind, question in _of(sentence, article, known):
            yield Made(question, kind, start, end)


def _sure(name: Mention) -> bool:
    """Tell whether a name is one, and not a sentence's first word with a name behind it: "Amid Trump", "NATO Smith"."""
    first, *others = name.text.removeprefix("the ").split()
    if others and first.lower() in _NO_SUBJECT | _TURNS | {"amid", "former"}:
        return False
    return name.kind != "person" or not (first.isupper() or "-" in first)


def _of(sentence: str, article: Article, known: list[Mention]) -> Iterator[tuple[Kind, str]]:
    yield from _of_event(sentence, article, known)
    yield from _of_speaker(sentence, article, known)
    for match in _APPOSED.finditer(sentence):
        if _ROLE.search(match[2]) and _is_person(match[1], known):
            yield "who", f"Who is {_without_role(match[1], article.text)}?"


def _of_event(sentence: str, article: Article, known: list[Mention]) -> Iterator[tuple[Kind, str]]:
    """Yield "Why did …?" where the sentence gives a reason, else "When did …?" where it gives a time."""
    reason = _REASON.search(sentence) or _AFTER.search(sentence)
    main = sentence[: reason.start()] if reason else sentence
    opening = TIME.match(main)
    clause = clause_of(masked(main[opening.end() :] if opening else main).lstrip(" ,"))
    if clause is None or any(mark in f"{clause.subject} {clause.rest}" for mark in _QUOTED):
        return
    why = reason is not None and clause.whole and (reason[0].strip() != "after" or clause.verb in _CAUSED)
    when = bool(opening or clause.timed) and clause.helper in ("did", "was", "were")
    named = _standing(clause.subject, article.text, known, opens=opening is None)
    if not (why or when) or named is None or not ends(clause) or not _clear(named, clause.rest, known, article.source):
        return
    asked = f"{clause.helper} {named} {clause.rest}?"
    yield ("why", f"Why {asked}") if why else ("when", f"When {asked}")


def _clear(subject: str, rest: str, known: list[Mention], source: Source) -> bool:
    """Tell whether a reader knows who and what is meant: names say so, "the meeting" and a last name alone do not."""
    if " " not in subject and not subject.isupper() and subject.lower() not in PLACES and subject not in source.title:
        return False
    if source.outlet and subject.removeprefix("the ").lower() in source.outlet.lower():
        return False
    if rest.endswith(" a statement") or re.match(
        r"\w+ the [a-z]+ (?:during|in|on|at|with|for|to|into|from|by|via)\b", rest
    ):
        return False
    if known_name(rest, known):
        return True
    return " " in subject.removeprefix("the ") and not re.search(r"\b(?:the|its|his|her|their) [a-z]+$", rest)


def _standing(subject: str, text: str, known: list[Mention], opens: bool) -> str | None:
    """Return a subject as it can stand in a question, its person with the whole name; None for one that cannot.

    `opens`: it stands at the beginning of a sentence, which its first capital may be from.
    """
    words = subject.split()
    if not 1 <= len(words) <= 7 or words[0].lower() in _NO_SUBJECT or not re.fullmatch(r"[\w’'.&$ -]+", subject):
        return None
    if any(word.lower() in FINITE | POINTS_BACK | WEEKDAYS | _TURNS or word in past() for word in words):
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
    whole = _full(subject, text, known)
    return whole if whole and known_name(whole, known) else None


def _inside(word: str, text: str) -> bool:
    """Tell whether a word has its capital inside a sentence too."""
    bare = re.sub(r"[’']s$", "", word)
    return bare.lower() in PLACES or bool(re.search(rf"[\w,’'] {re.escape(bare)}\b", text))


def _full(subject: str, text: str, known: list[Mention]) -> str | None:
    """Return a name as it can stand alone: a person's whole, where only the last name stands there.

    None where several people of the article have that last name.
    """
    if " " in subject or subject.lower() in PLACES:
        return subject
    wholes = [one.text for one in known if one.kind == "person" and one.text.endswith(f" {subject}")]
    if not wholes or "of" in wholes[0].split():
        return subject
    whole = _without_role(wholes[0], text)
    first = whole.split()[-2]
    others = set(re.findall(rf"\b([A-Z][\w'’-]+) {re.escape(subject)}\b", text))
    return whole if all(other == first or other.lower().rstrip(".") in _ROLES for other in others) else None


def _without_role(name: str, text: str) -> str:
    """Return a person's name without what only stands before it: "Suspect Ryan Routh", "Pitcher Clayton Kershaw"."""
    words = name.split()
    while len(words) > 2 and (_ROLE.fullmatch(words[0]) or re.search(rf"\b{re.escape(words[0].lower())}\b", text)):
        words = words[1:]
    return " ".join(words)


def known_name(words: str, known: list[Mention]) -> bool:
    """Tell whether a name of the article stands in the words, or a place."""
    bare = re.sub(r"[’']s\b", "", words)
    return any(re.search(rf"\b{re.escape(one.text.removeprefix('the '))}\b", bare) for one in known)


def _is_person(name: str, known: list[Mention]) -> bool:
    return any(one.kind == "person" and one.text == name for one in known)


def _of_speaker(sentence: str, article: Article, known: list[Mention]) -> Iterator[tuple[Kind, str]]:
    """Yield "What did X say about Y?": X a person who speaks in the sentence, Y a name in what is said."""
    said, text = _SAID.search(sentence), article.text
    if said is None or "“" in sentence[: said.start()]:
        return
    before, after = sentence[: said.start()].strip(), sentence[said.end() :]
    speaker = next((one for one in known if one.kind == "person" and before.endswith(one.text)), None)
    if (
        speaker is None
        or speaker.text.lower() in PLACES
        or len(before) - len(speaker.text) > 40
        or _OF_ANOTHER.search(before[: -len(speaker.text)])
    ):
        return
    words = speaker.text.split()
    for one in certain_names(after.split("“")[0]):
        apart = one.kind != "place" and _stands_alone(after, one) and text.count(one.text.removeprefix("the ")) > 1
        if apart and not set(one.text.split()) & set(words):
            whole = _full(one.text, text, known)
            if whole and len(whole) > 2:
                yield "said", f"What did {_without_role(speaker.text, text)} say about {whole}?"
            return


def _stands_alone(text: str, name: Mention) -> bool:
    """Tell whether a name is all of its phrase, unlike those of "the UNESCO report" and "state Health Department"."""
    if text[name.end : name.end + 1] in ("'", "’", "-"):
        return False
    behind, before = re.match(r"\s*([a-z]+)", text[name.end :]), re.search(r"([a-z]+) $", text[: name.start])
    if before and before[1] not in STOPWORDS and before[1] != "that":
        return False
    return behind is None or behind[1] in STOPWORDS


_ADVERBS = frozenset("also then later still recently eventually finally".split())
_ROLES = frozenset("president senator sen rep gov governor mr mrs ms dr judge king queen prince mayor former".split())
_OF_ANOTHER = re.compile(r"\b(?:in|at|of|for|from|to|with|by|and)\s+(?:[\w.]+\s+)?$")
_TURNS = frozenset("most only comes goes says after before when while as if because who which that".split())
_DESCRIBES = frozenset(
    """company actor actress governor medalist senator president team man woman star singer group agency organization
    university school city state country capital lawmaker republican democrat coach player firm retailer giant network
    club nation rapper quarterback
    candidate winner couple chain driver pilot sister brother mother
    father wife husband son daughter author artist district""".split()
)
