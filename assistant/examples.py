"""Questions a user may start with, made from the titles of indexed articles. Knows nothing of how they are answered.

A title in the present tense becomes a question about the past ("Turkey receives first S-400 parts" → "When did Turkey
receive first S-400 parts?"); each is asked, and kept only where the answer quotes that article.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from assistant.names import names
from assistant.types import Answer
from assistant.words import STOPWORDS
from index.articles import Source

if TYPE_CHECKING:
    from index.live import NewsIndex

TITLES_READ = 400
ASKED = 40  # at most so many are tried: the page waits for them

# Verbs of headlines, as they stand after "did".
_VERBS = frozenset(
    """accept accuse agree announce approve arrest ask back ban beat begin block bring buy call cancel claim close
    collapse cross cut declare defeat delay demand drop elect end expel fall find float free get give grow halt
    hit hold impose invade join jump keep kill land launch lead leave lift lose make meet mourn move name offer
    open order pass pay plan pledge promise pull put raise reach receive reject release remove reopen replace
    resign restore return rise seek seize sell send set shake shorten show shut sign spread start stop strike sue
    suspend take test threaten urge vote warn weigh win withdraw""".split()
)
_PLURAL_SUBJECT = re.compile(r"\band\b|s$", re.I)
_REASONED = re.compile(r"\b(?:because|due to|in response to|over fears|over concerns|accus\w+|blam\w+|fear\w*)\b", re.I)


def examples(index: NewsIndex, answer: Callable[[str], Answer], n: int) -> list[str]:
    """Return up to n questions that `answer` answers from the article each was made of."""
    chosen: list[str] = []
    taken: set[str] = set()
    asked = 0
    for source in _varied(index.articles(limit=TITLES_READ)):
        if len(chosen) >= n or asked >= ASKED:
            break
        question = _question(source.title, lambda source=source: index.article(source.id).text)  # type: ignore[misc]
        about = _words(source.title)
        if question is None or len(about & taken) > 1:
            continue
        asked += 1
        if _quotes(answer(question), source):
            chosen.append(question)
            taken |= about
    return chosen


def _varied(sources: Sequence[Source]) -> list[Source]:
    """Spread over the titles, newest first: every step-th one, then those between."""
    step = max(1, len(sources) // ASKED)
    return [source for offset in range(step) for source in sources[offset::step]]


def _question(title: str, text: Callable[[], str]) -> str | None:
    """Return a question that the article of this title answers; None where none reads well."""
    clean = re.sub(r"\s*[|:–—-]\s+[^|]{0,40}$|^[A-Z ]+:\s*|[“”\"]", "", title).strip(" .")
    words = clean.split()
    if not 3 <= len(words) <= 14 or clean.endswith("?") or not names(clean):
        return None
    position = _verb(words)
    if position is None:
        return None
    base = _base(words[position]) or words[position]
    subject = " ".join(words[:position])
    rest = re.split(r",| as | amid | despite | after | but ", " ".join(words[position + 1 :]))[0].strip(" ,")
    ask = "Why" if _REASONED.search(text()) else "When"
    return f"{ask} did {_lowered(subject)} {base}{f' {rest}' if rest else ''}?"


def _verb(words: Sequence[str]) -> int | None:
    """Return where the headline's verb stands: after a subject of one to five words."""
    for position, word in enumerate(words[1:6], start=1):
        plural = bool(_PLURAL_SUBJECT.search(" ".join(words[:position])))
        if _base(word) or (plural and word in _VERBS):
            return position
    return None


def _base(word: str) -> str | None:
    """Return the verb of "reaches", "launches", "wins"; None where it is none of the list."""
    forms = (word.removesuffix("s"), word.removesuffix("es")) if word.endswith("s") else ()
    return next((form for form in forms if form in _VERBS), None)


def _lowered(subject: str) -> str:
    """Return a subject as it stands inside a sentence: its first word keeps its capital only as part of a name."""
    first = subject.split()[0]
    named = names(f"x {subject}")
    return (
        subject
        if named and named[0].start <= 2 and first.lower() not in STOPWORDS
        else subject[0].lower() + subject[1:]
    )


def _words(title: str) -> set[str]:
    return {word for word in re.findall(r"[^\W\d_]{4,}", title.lower()) if word not in STOPWORDS}


def _quotes(answer: Answer, source: Source) -> bool:
    return answer.answered and any(citation.source.id == source.id for citation in answer.citations)
