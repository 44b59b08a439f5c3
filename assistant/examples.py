"""Questions a user may start with, made from sentences of the indexed articles. Knows nothing of how they are answered.

Each tells of its article's matter, is asked once, and kept only where the sentence that it was made from answers it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from assistant.questions import Made, questions
from assistant.suggestions import answers
from assistant.topic import stems
from assistant.types import Answer
from index.articles import Article, Source

if TYPE_CHECKING:
    from index.live import NewsIndex

TITLES = 400  # the newest articles, over which the examples are spread
READ = 160  # of these at most so many are read …
TRIED = 30  # … and so many questions asked: the first page waits for them
LEAD = 2_000  # characters of an article that are read
ABOUT = 2  # words that a question shares with the title


def examples(index: NewsIndex, answer: Callable[[str], Answer], n: int) -> list[str]:
    """Return up to n questions that `answer` answers from the article each was made of, on different matters."""
    chosen: list[str] = []
    taken: set[str] = set()
    tried = 0
    for source in _varied(index.articles(limit=TITLES))[:READ]:
        if len(chosen) >= n or tried >= TRIED:
            break
        about = stems(source.title)
        if len(about & taken) > 1:
            continue
        if (made := _best(index.article(source.id))) is None:
            continue
        tried += 1
        if answers(answer(made.question), made, source.id):
            chosen.append(made.question)
            taken |= about | stems(made.question)
    return chosen


def _best(article: Article) -> Made | None:
    """Return the question that says most of an article's matter, rather one that does not ask when."""
    title = stems(article.source.title)
    made = [one for one in questions(article, LEAD) if one.kind not in ("who", "said")]
    made = [one for one in made if len(stems(one.question) & title) >= ABOUT]
    return max(made, key=lambda one: (one.kind != "when", len(stems(one.question) & title)), default=None)


def _varied(sources: Sequence[Source]) -> list[Source]:
    """Spread over the titles, newest first: every step-th one, then those between."""
    step = max(1, len(sources) // READ)
    return [source for offset in range(step) for source in sources[offset::step]]
