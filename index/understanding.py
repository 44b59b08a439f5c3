"""What a question asks for beside its subject: whose reporting, and of which days. Knows no engine.

An outlet is read as a filter only where the question asks for its reporting, a time only where it says when something
was published or counts from the day of asking; a year or day that places an event is a period, which leaves nothing
out. All that was read is kept with the words it was read from, so that it can be shown and taken back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Literal

from index.outlets import outlets_named
from index.times import times

Kind = Literal["outlet", "date", "period"]

_WORD = re.compile(r"\w+")
# "News on …", not a news channel.
_PUBLISHED = re.compile(
    r"\b(?:articles?|coverage|headlines?|stories)\b"
    r"|\bnews(?:\s+(?:about|on|of|from|in|for|this|last|today|yesterday|since|before)\b|\s*[?.!,]|\s*$)",
    re.I,
)
# What was said or happened then, where a question asks for that and not who or which it was.
_SAID = re.compile(
    r"^\W*(?:(?:and|so|but) )?(?:"
    r"(?:what|how|did|has|have|does|anything|tell me)\b.*\b(?:say|said|saying|announced?|report|reported|wrote|written"
    r"|happen\w*|going on|claim(?:ed)?)\b"
    r"|(?:what(?:'s|’s| is| are| was)? |any(?:thing)? )(?:the )?(?:new|latest)\b)"
    r"|\blatest (?:about|on|from)\b",
    re.I,
)
_KEYWORDS = 10  # words up to which a question without a verb of asking is a list of keywords
_ASKS = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|did|do|does|has|have|had|will|would|can|could)\b"
    r"|[?:]|\.\s*$",
    re.I,
)
# Words without which a question still asks the same: where only these are left, nothing is left to search for.
_EMPTY = frozenset(
    """a about all an and any anything are articles at be been by can coverage covered cover did do does for from had
    happen happened happening has have headline headlines how i in is it its latest me news of on or please published
    recent report reported reporting reports s said say saying says show so some something stories story tell that the
    their there thing things this to was were what when where which who whom why will with write written wrote
    you""".split()
)
_OLDEST, _LAST = date(1600, 1, 1), date(9000, 1, 1)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something read from a question, whose words as typed are `words == question[start:end]`.

    An "outlet" has `outlets`, and `asking` is the span with the words that only ask for it ("did CNN say"). A "date"
    bounds the day of publication from `since` to `until`, either may be open; a "period" says that the event was from
    `since` to `until`. One that is not `applied` is searched as words only.
    """

    kind: Kind
    words: str
    start: int
    end: int
    outlets: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    asking: tuple[int, int] | None = None
    applied: bool = True

    @property
    def filters(self) -> bool:
        """Whether it leaves articles out."""
        return self.applied and self.kind != "period"


@dataclass(frozen=True, slots=True)
class Understood:
    """A question and what was read from it, in the order of its words."""

    question: str
    phrases: tuple[Phrase, ...] = ()

    @property
    def outlets(self) -> tuple[str, ...]:
        """The outlets whose reporting is asked for; none: any."""
        return tuple(dict.fromkeys(name for one in self.phrases if one.filters for name in one.outlets))

    @property
    def since(self) -> date | None:
        """The first day of publication asked for."""
        return max((one.since for one in self.phrases if one.filters and one.since), default=None)

    @property
    def until(self) -> date | None:
        """The last day of publication asked for."""
        return min((one.until for one in self.phrases if one.filters and one.until), default=None)

    @property
    def period(self) -> tuple[date, date] | None:
        """First and last day of when the event was; of several the shortest, which says most, with those as short."""
        spans = [
            (one.since, one.until)
            for one in self.phrases
            if one.applied and one.kind == "period" and one.since and one.until
        ]
        if not spans:
            return None
        shortest = min(last - first for first, last in spans) * 1.2
        firsts, lasts = zip(*(span for span in spans if span[1] - span[0] <= shortest), strict=True)
        return min(firsts), max(lasts)

    @property
    def narrows(self) -> bool:
        """Whether anything read leaves articles out."""
        return any(one.filters for one in self.phrases)

    @property
    def words(self) -> str:
        """The question without the words that became filters; all of it where these leave nothing to search for."""
        return self.subject if telling(self.subject) or not telling(self.question) else self.question

    @property
    def subject(self) -> str:
        """The question without the words that became filters, which may leave nothing."""
        kept, place = [], 0
        for one in self.phrases:
            if one.filters:
                start, end = one.asking or (one.start, one.end)
                kept.append(self.question[place : max(place, start)])
                place = max(place, end)
        text = " ".join(" ".join([*kept, self.question[place:]]).split())
        return re.sub(r"\s+(?=[?.!,;:](?:\s|$))|^[\s,;:.]+", "", text)

    def leaving(self, *kinds: Kind) -> Understood:
        """Return the same without these kinds applied."""
        return self._without(lambda one: one.kind in kinds)

    def but(self, words: Iterable[str]) -> Understood:
        """Return the same without the phrases that these words name, or that lie in them."""
        given = [_folded(text) for text in words]
        return self._without(lambda one: any(_within(_folded(one.words), text) for text in given))

    def _without(self, dropped: Callable[[Phrase], bool]) -> Understood:
        return replace(
            self, phrases=tuple(replace(one, applied=one.applied and not dropped(one)) for one in self.phrases)
        )


def understand(
    question: str, outlets: Sequence[str] = (), asked_on: date | None = None, without: Sequence[str] = ()
) -> Understood:
    """Read a question asked on a day (default: today) of an index with these outlets.

    Each text of `without` takes back the reading of the phrases that it names; the phrases are listed all the same.
    """
    today = min(max(asked_on or datetime.now(UTC).date(), _OLDEST), _LAST)
    named = outlets_named(question, outlets)
    phrases = [
        Phrase("outlet", question[one.start : one.end], one.start, one.end, one.outlets, asking=one.asking)
        for one in named
        if one.asking
    ]
    published = bool(phrases) or bool(_PUBLISHED.search(question))
    keywords = len(question.split()) <= _KEYWORDS and not _ASKS.search(question)
    said = published or keywords or bool(_SAID.search(question))
    since, until = None, None
    for time in times(question, today, published=published, said=said):
        if any(time.start < one.end and one.start < time.end for one in named):
            # the "today" of USA Today
            continue
        if time.role == "date":
            low, high = (
                max(filter(None, (since, time.first)), default=None),
                min(filter(None, (until, time.last)), default=None),
            )
            if low and high and low > high:
                continue
            since, until = low, high
        words = question[time.start : time.end]
        phrases.append(Phrase(time.role, words, time.start, time.end, (), time.first, time.last))
    read = Understood(question, tuple(sorted(phrases, key=lambda one: one.start)))
    return read.but(without) if without else read


def telling(text: str) -> list[str]:
    """Return the words of a text that say what it is about."""
    return [word for word in _WORD.findall(text) if word.casefold() not in _EMPTY]


def _folded(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _within(one: list[str], other: list[str]) -> bool:
    """Tell whether one of two rows of words stands in the other."""
    short, long = sorted((one, other), key=len)
    return bool(short) and any(long[i : i + len(short)] == short for i in range(len(long) - len(short) + 1))
