"""What an answer is made of. Knows nothing of how it is found, written or shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from assistant.citations import Citation
from index.articles import Source
from index.scope import Scope

Verdict = Literal["supported", "partly", "unsupported", "uncited"]


@dataclass(frozen=True, slots=True)
class AsOf:
    """How fresh an answer can be: dates of the newest cited and the newest indexed article, and the generation.

    `warning` says so where the question asks for the state of things now and the evidence is old.
    """

    evidence_newest: date | None
    index_newest: date | None
    generation: int
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class EvidenceSpan:
    """The words that come nearest to a sentence in what it cites: `quote == article.text[start:end]`.

    `number` is the citation's in the text.
    """

    number: int
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Check:
    """The verdict on one sentence `Answer.text[start:end]`, with the reason in words.

    supported: what it cites says so; partly: what it cites says some of it, or not together; unsupported: what it
    cites does not say it, or says otherwise; uncited: it cites nothing. `support` is the degree, from 0 to 1, that the
    verdict was taken from; `evidence` is the nearest place, None where nothing is cited.
    """

    start: int
    end: int
    verdict: Verdict
    reason: str
    evidence: EvidenceSpan | None = None
    support: float = 0.0


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer took: tokens as the model's server counts them (None where it does not say), and seconds."""

    tokens_in: int | None
    tokens_out: int | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of a conversation."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the articles say to a question, or that they do not say.

    `text` holds markers `[1]`; each stands for the citation of that number, and each citation is cited in it.
    `searched` is the question as it was understood: a follow-up has its subject put in (the words of the turns before
    it count too when passages are ranked). `filters` says which outlets, days and spellings were read from it, and
    which of them were used. While an answer streams, `done` is False and `text` and `citations` only grow; `checks` and
    `usage` come with the last.
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
    filters: Scope = field(default_factory=Scope)
    usage: Usage | None = field(default=None, compare=False)  # the same answer, however long it took
