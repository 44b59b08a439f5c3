"""What to ask next: questions that the articles of an answer, and those near them, are known to answer.

Each is made from a sentence (`questions.py`), asked once, and kept only where that sentence is what answers it. None is
better than a poor one. Knows nothing of how the answer before was written.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.inquiries import Kind
from assistant.questions import Made, questions
from assistant.topic import stems
from assistant.types import Answer
from index.articles import Article, Source
from index.errors import ArticleMissing

if TYPE_CHECKING:
    from index.live import NewsIndex

READ = 3  # articles of the answer
NEAR = 12  # articles near it
TRIED = 12
SECONDS = 0.8
SAME = 0.6  # share of the shorter question's words in the other from which on they ask the same
# What a kind tells, in shared words.
WORTH = {"why": 1.5, "how many": 1.0, "what": 1.0, "whom": 1.0, "where": 1.0, "said": 1.0, "when": 0.5, "who": 0.0}
MOST: dict[Kind, int] = {"when": 1, "who": 1}
ANOTHER = 1.0  # what one less of a kind that is there already tells
LATER = 0.5  # the same for an article that is newer than the answer's


@dataclass(frozen=True, slots=True)
class _Candidate:
    made: Made
    source: Source
    worth: float


def suggestions(
    index: NewsIndex,
    before: Answer,
    ask: Callable[[str], Answer],
    n: int = 3,
    go_on: Callable[[], bool] = lambda: True,
    **narrowing: Any,
) -> list[str]:
    """Return up to n questions to ask after an answer, or after a refusal of what its nearest articles do answer.

    `ask` answers one as it would be if it were asked next. Where `go_on` says no, what is found by then is returned.
    """
    begun = time.monotonic()

    def enough(seconds: float = SECONDS) -> bool:
        return time.monotonic() > begun + seconds or not go_on()

    left = list(_candidates(index, before, narrowing, lambda: enough(SECONDS / 2)))
    chosen: list[str] = []
    kinds: Counter[Kind] = Counter()
    for _ in range(TRIED):
        left = [one for one in left if kinds[one.made.kind] < MOST.get(one.made.kind, n)]
        left = [one for one in left if not any(_alike(one.made.question, other) for other in chosen)]
        if not left or len(chosen) >= n or enough():
            break
        best = max(left, key=lambda one: one.worth - ANOTHER * kinds[one.made.kind])
        left.remove(best)
        if answers(ask(best.made.question), best.made, best.source.id):
            chosen.append(best.made.question)
            kinds[best.made.kind] += 1
    return chosen


def answers(found: Answer, made: Made, article: str) -> bool:
    """Tell whether the sentence that a question was made from answers it, asked as it stands."""
    if not found.answered or found.searched != made.question:
        return False
    own = [one for one in found.citations if one.source.id == article]
    return any(one.start < made.end and made.start < one.end for one in own)


def _candidates(
    index: NewsIndex, before: Answer, narrowing: dict[str, Any], enough: Callable[[], bool]
) -> Iterator[_Candidate]:
    """Yield what can be asked of the articles of an answer that it does not say yet."""
    own = list(dict.fromkeys(citation.source.id for citation in before.citations)) or [s.id for s in before.nearest]
    asked = before.searched or before.question
    titles = [one.source.title for one in before.citations] or [source.title for source in before.nearest]
    about = stems(" ".join([asked, *titles]))
    newest = before.as_of.evidence_newest
    for article in _read(index, [*own[:READ], *_near(index, before, own, narrowing)]):
        if enough():
            return
        source = article.source
        quoted = [(one.start, one.end) for one in before.citations if one.source.id == source.id]
        later = bool(newest and source.published and source.published > newest)
        for made in questions(article):
            shared = len(stems(made.question) & about)
            told = any(made.start < end and start < made.end for start, end in quoted)
            far = shared < (2 if source.id not in own else made.kind not in ("who", "what"))  # told by its article
            if not before.answered:  # nearest may be far
                far = made.kind == "who" or not stems(made.question) & stems(asked)
            if told or far or _alike(made.question, asked):
                continue
            yield _Candidate(made, source, shared + WORTH[made.kind] + LATER * later)


def _near(index: NewsIndex, before: Answer, own: Sequence[str], narrowing: dict[str, Any]) -> list[str]:
    """Return the articles, not of the answer, that its first article's title finds."""
    if not before.answered:
        return []
    hits = index.search(before.citations[0].source.title, 3 * NEAR, **narrowing)
    return list(dict.fromkeys(hit.passage.source.id for hit in hits if hit.passage.source.id not in own))[:NEAR]


def _read(index: NewsIndex, ids: Sequence[str]) -> Iterator[Article]:
    for one in ids:
        with suppress(ArticleMissing):  # a build has just taken it out
            yield index.article(one)


def _alike(one: str, other: str) -> bool:
    """Tell whether two questions ask about the same: most words of the shorter stand in the other."""
    first, second = stems(one), stems(other)
    return len(first & second) >= SAME * min(len(first), len(second))
