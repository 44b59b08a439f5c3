"""What an answer is made of. Knows nothing of how it is found, written or shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from assistant.citations import Citation
from index.articles import Source

Verdict = Literal["supported", "unsupported", "uncited"]


@dataclass(frozen=True, slots=True)
class AsOf:
    """How fresh an answer can be: dates of the newest cited and the newest indexed article, and the generation."""

    evidence_newest: date | None
    index_newest: date | None
    generation: int


@dataclass(frozen=True, slots=True)
class Check:
    """The verdict on one sentence `Answer.text[start:end]`, with the reason in words."""

    start: int
    end: int
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of a conversation."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the articles say to a question, or that they do not say.

    `text` holds markers `[1]`; each stands for the citation of that number, and each citation is cited in it.
    `searched` is the question as it was searched: a follow-up has its subject put in (the words of the turns before it
    count too when passages are ranked). While an answer streams, `done` is False and `text` and `citations` only grow.
    """

    question: str
    text: str
    citations: tuple[Citation, ...]
    mode: str
    answered: bool
    reason: str | None
    nearest: tuple[Source, ...]
    as_of: AsOf
    checks: tuple[Check, ...] = ()
    done: bool = True
    searched: str = ""
