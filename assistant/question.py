"""A follow-up made into a question that stands alone, from the turns before it. Knows nothing of search.

The rules, in order; the first that applies decides:

    "why?", "when was that?"         the question before, asked with the new word
    "tell me more"                   the question before
    "and Turkey?", "and in 2021?"    the question before, with its place, person or time replaced
    "why did Turkey buy it?"         the pronoun replaced by what it stands for
    "how many died?", "who else?"    what the question before is about added, where it names nothing itself
    "how did Turkey react?"          nothing replaced, where all it names was spoken of

Whatever depends on the turns before also takes their words along, `Resolved.about`, which help to find the passages
that speak of both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant import pronouns
from assistant.names import Mention, certain_names, names
from assistant.topic import content, phrases, stem, stems, subject
from assistant.typed import is_no_question, regular, with_capitals, without_opening
from assistant.types import Turn
from assistant.variation import asked_with, bare_word, fragment_of, swapped
from assistant.words import ASKING, STOPWORDS
from index.errors import BadRequest

TURNS_USED = 6  # what was asked earlier than that no longer lends its subject
ANSWER_CHARACTERS = 2_000
ABOUT_WORDS = 20  # of the turns before, the nearest first
LONG = 40  # words from which on a question with a name in it is taken to say itself what it is about
SPARSE = 2  # content words up to which a question that names nothing is taken for a follow-up

_MORE = re.compile(
    r"^(?:(?:can|could) you )?(?:please )?(?:tell me more|say more|more|any more|more details?|go on|continue|explain"
    r"|elaborate|what else|anything else|really|are you sure|is that (?:so|true))"
    r"(?: (?:about|on) (?:it|that|this)| that| please)*[\s?.!]*$",
    re.I,
)
_RELATIVE = re.compile(
    r"\b(?:ones?|else|others?|another|next|again|instead|then|afterwards|before|later|the end|in all)\b", re.I
)
_DEFINES = re.compile(r"(?:what|who) (?:is|are|was|were)\b", re.I)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A question that stands alone.

    `about`: words of the turns before that the search should count too, "" where the question did stand alone;
    `may_be_new`: nothing in it points back, so that what was added is a guess the articles may refute.
    """

    question: str
    about: str = ""
    may_be_new: bool = False


@dataclass(frozen=True, slots=True)
class _Past(Turn):
    """A turn before, its question as it was resolved.

    `subject`, `about`: what it is about, in words to show and to search with; `names`: those in question and answer.
    """

    subject: str = ""
    about: str = ""
    names: tuple[Mention, ...] = ()


def turns(history: Sequence[Any]) -> tuple[Turn, ...]:
    """Return a conversation as turns, from `Turn`s, (question, answer) pairs or {"role", "content"} messages.

    Raises:
        BadRequest: an entry is none of these.
    """
    done: list[Turn] = []
    asked: str | None = None
    for entry in history:
        if isinstance(entry, Mapping) and isinstance(entry.get("content"), str):
            if entry.get("role") == "user":
                asked = entry["content"]
            elif entry.get("role") == "assistant" and asked is not None:
                done.append(Turn(asked, entry["content"]))
                asked = None
        else:
            done.append(_turn(entry))
    return tuple(done)


def resolve(question: str, history: Sequence[Turn]) -> Resolved:
    """Return the question with its subject put in; as it is where it stands alone."""
    before: list[_Past] = []
    for turn in history[-TURNS_USED:]:
        answer = turn.answer[:ANSWER_CHARACTERS]
        resolved = _resolve(" ".join(turn.question.split()), before)
        before.append(_past(resolved, answer, before))
    return _resolve(" ".join(question.split()), before)


def _turn(entry: Any) -> Turn:
    if isinstance(entry, Turn):
        return entry
    if isinstance(entry, Sequence) and len(entry) == 2 and all(isinstance(part, str) for part in entry):
        return Turn(*entry)
    raise BadRequest("A conversation is a list of turns, (question, answer) pairs or {role, content} messages.")


def _past(resolved: Resolved, answer: str, before: Sequence[_Past]) -> _Past:
    answered = certain_names(answer)
    question = with_capitals(regular(resolved.question), answered)
    inherited = before[-1].subject if before and resolved.about else ""
    about = " ".join(_once([*content(question), *resolved.about.split()])[:ABOUT_WORDS])
    return _Past(question, answer, inherited or subject(question), about, (*certain_names(question), *answered))


def _resolve(question: str, before: Sequence[_Past]) -> Resolved:
    if not before or is_no_question(question):
        return Resolved(question)
    typed = regular(question)
    asked = without_opening(typed)
    asked = with_capitals(asked, (name for turn in before for name in turn.names))
    if len(asked.split()) >= LONG and names(asked):
        return Resolved(question)
    follows = _as_follow_up(asked, asked != typed, before) or Resolved(question)
    same = follows.question.lower() == question.lower()
    return replace(follows, question=question if same else _sentence(follows.question))


def _as_follow_up(asked: str, led: bool, before: Sequence[_Past]) -> Resolved | None:
    """Return what a question asks as a follow-up; None where it is none. `led`: it began with "and" or the like."""
    last = before[-1]
    if word := bare_word(asked):
        return _along(asked_with(word, last.question) or f"{word}: {last.question}", last)
    if _MORE.match(asked):
        return _along(last.question, last)
    fragment = fragment_of(asked, led)
    if fragment and not pronouns.has_pronoun(fragment):
        named = bool(names(fragment))
        if varied := swapped(fragment, last.question):
            return Resolved(varied, may_be_new=named)  # whole again: the part that was replaced must not come back
        return _along(_added(f"What about {fragment}?", last), last, named)
    if fragment:
        asked = f"What about {fragment}?"
    if pronouns.has_pronoun(asked):
        replaced = pronouns.filled(asked, before)
        whole = replaced and not pronouns.points_back(asked)
        return _along(replaced if replaced and whole else _added(replaced or asked, last), last)
    known = stems(f"{last.question} {last.answer}")
    if names(asked):
        return _along(asked, last, may_be_new=True) if _speaks_only_of(asked, known) else None
    return _nameless(asked, led, known, last)


def _nameless(asked: str, led: bool, known: set[str], last: _Past) -> Resolved | None:
    """Add what was spoken of to a question that names nothing, where it is short or speaks of something known."""
    words = content(asked)
    relative = bool(_RELATIVE.search(asked)) or not words
    short = len(words) <= SPARSE and (led or not _DEFINES.match(asked))
    if relative or short or any(stem(word) in known for word in words):
        return _along(_added(asked, last), last, may_be_new=not relative)
    return None


def _along(question: str, last: _Past, may_be_new: bool = False) -> Resolved:
    """Return a question with the words of the turns before that are not in it."""
    have = {stem(word) for word in content(question)}
    return Resolved(question, " ".join(word for word in last.about.split() if stem(word) not in have), may_be_new)


def _speaks_only_of(asked: str, known: set[str]) -> bool:
    """Tell whether all that a question names was spoken of before, and little else is in it."""
    named = {stem(word) for m in names(asked) for word in re.findall(r"[\w'-]+", m.bare)} - STOPWORDS
    things = {stem(word) for phrase in phrases(asked) for word in content(phrase)}
    return named | things <= known and len(stems(asked) - known) <= SPARSE


def _added(asked: str, last: _Past) -> str:
    """Add the subject of the turn before, as far as it is not in the question already."""
    parts = [part for part in last.subject.split(", ") if part.lower().removeprefix("the ") not in asked.lower()]
    return f"{asked.rstrip(' ?.!')} ({', '.join(parts)})?" if any(parts) else asked


def _once(words: Sequence[str]) -> list[str]:
    """Return the words without those that were there before, and without those that say nothing."""
    found: dict[str, str] = {}
    for word in words:
        if word.isupper() or word.lower() not in STOPWORDS | ASKING:
            found.setdefault(stem(word), word)
    return list(found.values())


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip(' ?.!')}?"
