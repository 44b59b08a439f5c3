"""What a search was narrowed to, in words and as plain data. Knows nothing of how it is searched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from index.understanding import Phrase, Understood


@dataclass(frozen=True, slots=True)
class Scope:
    """What was searched, and why not all.

    `outlets`, `since`, `until` are the filters used, the caller's or else the question's, and `topic` the words that
    the caller had every passage hold; `understood` is the question as it was read; `dropped` are the phrases that left
    nothing and were searched without; `corrections`: word as typed → word searched; `words`: the text searched; `cut`:
    the characters of the question that were searched, where it was too long.
    """

    understood: Understood = field(default_factory=lambda: Understood(""))
    outlets: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    dropped: tuple[Phrase, ...] = ()
    corrections: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    cut: int = 0
    topic: str = ""

    def narrowed(self) -> str:
        """Return what the question narrowed the search to: "only CNN, 26 April to 3 May 2024"; "" for nothing."""
        read = self.understood
        parts = [*read.outlets, days(read.since, read.until)]
        return f"only {', '.join(filter(None, parts))}" if any(parts) else ""

    def notes(self, *, spelling: bool = True) -> list[str]:
        """Return what else the reader should know, in sentences' halves: what was dropped, corrected or cut."""
        said = []
        if self.dropped:
            quoted = " and ".join(f"“{phrase.words}”" for phrase in self.dropped)
            said.append(f"nothing found for {quoted}, so searched without")
        if spelling:
            said += [f"“{typed}” searched as “{used}”" for typed, used in self.corrections.items()]
        if self.cut:
            said.append(f"only the first {self.cut:,} characters were searched")
        return said

    def to_json(self) -> dict[str, Any]:
        """Return what was applied as data for `json.dumps`; days are ISO."""
        period = self.understood.period
        return {
            "outlets": list(self.outlets),
            "since": _iso(self.since),
            "until": _iso(self.until),
            "topic": self.topic,
            "period": [_iso(day) for day in period] if period else None,
            "read": [
                {"kind": one.kind, "words": one.words, "start": one.start, "end": one.end, "applied": one.applied}
                for one in self.understood.phrases
            ],
            "corrections": dict(self.corrections),
        }


def days(since: date | None, until: date | None) -> str:
    """Return a span of days in words; "" where both ends are open."""
    if since and until:
        if since == until:
            return _day(since)
        year = "" if since.year == until.year else f" {since.year}"
        return f"{since.day} {since:%B}{year} to {_day(until)}"
    return f"since {_day(since)}" if since else f"until {_day(until)}" if until else ""


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
