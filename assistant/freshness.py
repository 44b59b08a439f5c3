"""How fresh an answer is, in words, and whether it is too old for its question. Knows nothing of how it was found.

Who asks for the state of things ("now", "still", "latest", "this week") is warned where the newest evidence is older
than `FRESH`, or than the time named. Who names a time that is over ("as of 2019") is not: old evidence is right there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from assistant.attribution import day_in_words
from assistant.cues import about_now

if TYPE_CHECKING:
    from assistant.types import Answer
    from index.articles import Source
    from index.scope import Scope
    from index.understanding import Phrase

# What was so a month ago is mostly so today, what was so a year ago often not. The search draws the line there too
# (`index.search.RECENT`): an index whose newest article is older does not count as one of today.
FRESH = timedelta(days=30)
SLACK = timedelta(days=7)  # what was written in the week before "today" or "this week" still bears on it
_YEAR = timedelta(days=366)

_IS = re.compile(r"\b(?:is|are|has|have|do|does|can|will)\b|\w['’]s\b", re.I)
_WAS = re.compile(r"\b(?:was|were|did|had)\b", re.I)
_LASTS = re.compile(r"\b(?:still|yet|now(?:-\w+)?|any ?more|any longer)\b", re.I)
_HAPPENS = re.compile(r"(?:\b(?:is|are)|['’]s) (?:\w+ )?(?:happening|going on)\b|^\W*what(?: is|['’]s) new\b", re.I)
_NAMED = re.compile(r"\bnow-\w+", re.I)  # the now-defunct airline
# What a question that names a time must say to ask for now all the same: "Is what fell in 2019 still closed?"
_STANDS = re.compile(
    r"\b(?:is|are|has|have|do|does|can|will)\b.*\b(?:still|now|nowadays|current(?:ly)?|today|these days|yet|any ?more"
    r"|any longer|so far|at (?:present|the moment))\b",
    re.I,
)
_AS_OF_THEN = re.compile(r"\bas of\s+(?!now\b|today\b|yet\b|this\b)", re.I)


def as_of_in_words(answer: Answer) -> str:
    """Return "As of 12 July 2019: the newest evidence. Newest article in the index: 8 December 2024."."""
    newest = answer.as_of.index_newest
    held = f"Newest article in the index: {day_in_words(newest)}." if newest else "No article in the index has a date."
    if not answer.citations:
        return held
    day, undated = answer.as_of.evidence_newest, any(not one.source.published for one in answer.citations)
    if day is None:
        return f"As of an unknown day: the evidence has no date. {held}"
    return f"As of {day_in_words(day)}: the newest evidence{' that has a date' if undated else ''}. {held}"


def warning(
    question: str, scope: Scope, evidence: Sequence[Source], asked_on: date | None, index_newest: date | None
) -> str | None:
    """Return a sentence where a question asks for now and its newest evidence is old; None for any other.

    `scope` says how it was understood; without evidence the newest article in the index is judged in its place.
    """
    today = asked_on or datetime.now(UTC).date()
    asks = _asks_for(question, scope, today)
    if asks is None:
        return None
    about, oldest = asks
    days = [source.published for source in evidence if source.published]
    newest = max(days, default=None) if evidence else index_newest
    if newest is None:
        return f"You ask about {about}, but the evidence has no date." if evidence else None
    if newest >= oldest:
        return None
    what = "newest evidence" if evidence else "newest article in the index"
    what += " that has a date" if len(days) < len(evidence) else ""
    return f"You ask about {about}, but the {what} is {_age(today - newest)} old."


def _asks_for(question: str, scope: Scope, today: date) -> tuple[str, date] | None:
    """Return what a question about now asks for, in words, and the day from which evidence is fresh; else None."""
    read = scope.understood
    if scope.until and scope.until < today - SLACK:
        return None
    meant = {one.start for one in [*scope.dropped, *read.phrases] if one.kind != "outlet" and one.applied}
    times = [one for one in read.phrases if one.start in meant]
    for one in times:
        first, last = one.since or date.min, one.until or today
        if first >= today - _YEAR and last >= today - SLACK:
            return f"“{one.words}”", first - SLACK
    asked = [_without_names(text, read.phrases) for text in (question, read.question)]
    if times:
        now = any(map(_STANDS.search, asked)) and not any(map(_AS_OF_THEN.search, asked))
    else:
        now = any(map(_is_about_now, asked))
    return ("now", today - FRESH) if now else None


def _is_about_now(text: str) -> bool:
    """Tell whether a question that names no time asks for the state of things."""
    if _WAS.search(text) and not _IS.search(text):
        text = _LASTS.sub(" ", text)  # "Why was he still in office?"
    return about_now(text) or bool(_HAPPENS.search(text))


def _without_names(text: str, phrases: Sequence[Phrase]) -> str:
    """Return a question without what only looks like "now" or "today": names of outlets, "the now-defunct airline"."""
    for one in phrases:
        text = text.replace(one.words, " ") if one.kind == "outlet" else text
    return _NAMED.sub(" ", text)


def _age(age: timedelta) -> str:
    """Return "9 days", "5 months" or "3 years"; never more than it is."""
    days = age.days
    if days < 60:
        return f"{days} days"
    return f"{int(days / 30.44)} months" if days < 2 * 365.25 else f"{int(days / 365.25)} years"
