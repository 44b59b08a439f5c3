"""Questions that sentences of an article answer, by rules of grammar alone. Knows nothing of indexes or of asking.

    "Turkey bought the S-400 in 2017 because the US had refused to sell the Patriot."
        → Why did Turkey buy the S-400?
    "Turkey was removed from the F-35 programme on Wednesday."        → When was Turkey removed from the F-35 programme?
    "Ismail Demir, the head of the agency, called it unfair."         → Who is Ismail Demir?
    "Turkey uses Bayraktar, a drone system of its own, in Libya."     → What is Bayraktar?
    "Ismail Demir said that the S-400 would not be given up."         → What did Ismail Demir say about the S-400?

A sentence from which none reads well gives none: each rule takes only what it surely understands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from assistant.clauses import TIME, clause_of, ends, masked
from assistant.headlines import of_headline
from assistant.inquiries import Kind, inquiries
from assistant.names import Mention, certain_names
from assistant.prose import quotable
from assistant.standing import ROLE, full, is_person, known_name, standing, stands_alone, sure, without_role
from assistant.words import PLACES
from index.articles import Article, Source

LONGEST_SENTENCE = 420  # characters
READ = 5_000  # characters of an article: what comes later is seldom its matter

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
_PERSON = r"[A-Z][\w'’-]+(?: [A-Z]\.)?(?: [A-Z][\w'’-]+){1,2}"
_OFFICE = re.compile(rf"(?!president|prince|king|queen|pope){ROLE.pattern}", re.I)
_APPOSED = re.compile(rf"\b({_PERSON}), ((?:the|a|an|who is|who was|\w+[’']s?) [^,;.]{{4,80}})[,.]")
# What a name that needs explaining is the name of; people are none of these.
_EXPLAINED = re.compile(
    r"\b([A-Z][\w-]{3,}(?: [A-Z][\w-]+){0,3}), an? (?:[a-z][\w-]+ ){0,4}"
    r"(?:system|company|program|programme|drug|law|group|agency|platform|app|vaccine|virus|disease|condition|treaty|tool"
    r"|network|telescope|spacecraft|rocket|nonprofit|chatbot|cryptocurrency|militia|movement|startup|charity|chain"
    r"|organization|organisation|chemical|medication|software|missile|think tank|newspaper|website|exchange|bacterium"
    r"|fungus|nerve agent|opioid|technology)\b"
)
_PART_OF_NAME = re.compile(r"(?:\b(?:for|by|of|and)|[’']s|[A-Z][\w’'.-]*),? (?:the )?$")
_SAID = re.compile(r"\b(?:said|warned|argued|claimed|insisted|denied|confirmed)\b")


@dataclass(frozen=True, slots=True)
class Made:
    """A question and the sentence `article.text[start:end]` that answers it."""

    question: str
    kind: Kind
    start: int
    end: int


def questions(article: Article, read: int = READ) -> Iterator[Made]:
    """Yield the questions that an article's first sentences answer, those of its headline first."""
    text = article.text
    for asked, headline, start, end in of_headline(article):
        yield Made(headline, asked, start, end)
    known = [one for one in certain_names(text[:read]) if sure(one)]
    for start, end in takewhile(lambda span: span[0] < read, quotable(text)):
        sentence = " ".join(text[start:end].split())
        if len(sentence) > LONGEST_SENTENCE or "?" in sentence:
            continue
        for kind, question in _of(sentence, article, known):
            yield Made(re.sub(r"\b([A-Z]\.[A-Z])\?$", r"\1.?", question), kind, start, end)  # "in the U.S.?"


def _of(sentence: str, article: Article, known: list[Mention]) -> Iterator[tuple[Kind, str]]:
    yield from _of_event(sentence, article, known)
    yield from _of_speaker(sentence, article, known)
    for match in _APPOSED.finditer(sentence):
        if ROLE.search(match[2]) and is_person(match[1], known):
            yield "who", f"Who is {without_role(match[1], article.text)}?"
    for one in certain_names(sentence):
        if one.kind == "person" and (name := _called(one, sentence)):
            yield "who", f"Who is {name}?"
    for match in _EXPLAINED.finditer(sentence):
        called = {one.text for one in known if one.kind != "place" and one.bare == match[1].lower()}
        if called and article.text.count(match[1]) > 1 and not _PART_OF_NAME.search(sentence[: match.start()]):
            yield "what", f"What is {max(called, key=len)}?"


def _called(one: Mention, sentence: str) -> str | None:
    """Return the name of somebody whose office stands before it: "police chief Peter Sloly", "Mayor Jim Watson"."""
    words = [*sentence[: one.start].split()[-1:], *one.text.split()]
    if len(words) < 3 or not _OFFICE.fullmatch(words[-3]) or not sentence[one.end :].startswith((" ", ",", ".")):
        return None
    name = " ".join(words[-2:])
    return name if re.fullmatch(_PERSON, name) and not ROLE.search(name) else None


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
    named = standing(clause.subject, article.text, known, opens=opening is None)
    if named is not None and not _clear(named, clause.rest, known, article.source):
        return
    yield from inquiries(clause, named, known)
    if not (why or when) or named is None or not ends(clause):
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


def _of_speaker(sentence: str, article: Article, known: list[Mention]) -> Iterator[tuple[Kind, str]]:
    """Yield "What did X say about Y?": X who speaks in the sentence, Y a name in what is said."""
    said, text = _SAID.search(sentence), article.text
    if said is None or "“" in sentence[: said.start()]:
        return
    before, after = sentence[: said.start()].strip(), sentence[said.end() :]
    spoken = [one for one in known if one.kind != "place" and before.lower().endswith(one.text.lower())]
    speaker = max(spoken, key=lambda one: len(one.text), default=None)
    if speaker is None or len(before) - len(speaker.text) > 40 or not _speaks(speaker, article):
        return
    if _OF_ANOTHER.search(before[: -len(speaker.text)]):
        return
    by = without_role(speaker.text, text) if speaker.kind == "person" else speaker.text
    for one in certain_names(after.split("“")[0]):
        apart = one.kind != "place" and stands_alone(after, one) and text.count(one.text.removeprefix("the ")) > 1
        if apart and not set(one.text.split()) & set(speaker.text.split()):
            whole = full(one.text, text, known) or ""
            known_by = whole.isupper() or whole in article.source.title
            if " " in whole.removeprefix("the ") or (len(whole) > 2 and known_by):
                yield "said", f"What did {by} say about {whole}?"
            return


def _speaks(name: Mention, article: Article) -> bool:
    """Tell whether a name is clear as one who speaks: "Ismail Demir", "the Federal Reserve", "NATO"."""
    bare = name.text.removeprefix("the ")
    if name.kind == "person":
        return " " in without_role(bare, article.text)
    if article.source.outlet and bare.lower() in article.source.outlet.lower():
        return False
    return bare in article.source.title if bare.isupper() else " " in bare and bare != name.text


_OF_ANOTHER = re.compile(r"\b(?:in|at|of|for|from|to|with|by|and)\s+(?:[\w.]+\s+){0,3}$")
