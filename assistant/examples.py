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
from assistant.words import PLACES, STOPWORDS
from index.articles import Source

if TYPE_CHECKING:
    from index.live import NewsIndex

TITLES_READ = 400
TRIED = 40  # at most so many: the page waits for them

# Verbs of headlines, as they stand after "did".
_VERBS = frozenset(
    """accept accuse agree announce approve arrest ask back ban beat begin block bring buy call cancel claim close
    collapse cross cut declare defeat delay demand drop elect end expel fall float free get give grow halt
    hit hold impose invade join jump kill land launch leave lift lose make meet move name offer
    open order pass pay plan pledge promise pull put raise reach receive reject release remove reopen replace
    resign restore return rise seek seize sell send set shake shorten shut sign spread start stop strike sue
    suspend take test threaten urge vote warn weigh win withdraw""".split()
)
_PLURAL = re.compile(r"\band\b|[^s]s$", re.I)
_REASONED = re.compile(r"\b(?:because|due to|in order to|citing|over (?:fears|concerns|its|his|her|their))\b")
_SPAN = re.compile(r"\s*\b\w+ (?:years?|months?|weeks?|days?|hours?)$")
_ORDINAL = re.compile(r"(?<!the )\b(first|second|third|last|next)\b(?! time)")
_OUTLET = re.compile(r"\s+[|–—-]\s+[^|]{0,40}$|^[A-Z ]+:\s*|[“”\"]")


def examples(index: NewsIndex, answer: Callable[[str], Answer], n: int) -> list[str]:
    """Return up to n questions that `answer` answers from the article each was made of."""
    chosen: list[str] = []
    taken: set[str] = set()
    tried = 0
    for source in _varied(index.articles(limit=TITLES_READ)):
        if len(chosen) >= n or tried >= TRIED:
            break
        about = _words(source.title)
        if len(about & taken) > 1 or _verb(_clean(source.title).split()) is None:
            continue
        tried += 1
        if question := _answered(source, index.article(source.id).text, answer):
            chosen.append(question)
            taken |= about
    return chosen


def ask(title: str, text: str, word: str = "When") -> str | None:
    """Return the question that asks for what a headline tells; None where none reads well."""
    words = _as_in_text(_clean(title).split(), text)
    position = _verb(words)
    if position is None or not 3 <= len(words) <= 14 or title.rstrip().endswith("?") or not names(" ".join(words)):
        return None
    verb = words[position].lower()
    rest = re.split(r", | as | amid | despite | after | but | while ", " ".join(words[position + 1 :]))[0]
    rest = _ORDINAL.sub(r"the \1", _SPAN.sub("", rest))
    return f"{word} did {_subject(words[:position])} {_base(verb) or verb} {rest}".rstrip(" ,;:") + "?"


def _answered(source: Source, text: str, answer: Callable[[str], Answer]) -> str | None:
    """Return a question that is answered from its own article: why, where a reason is quoted, else when."""
    for word in ("Why", "When"):
        question = ask(source.title, text, word)
        found = answer(question) if question else None
        if found is None or not found.answered or all(c.source.id != source.id for c in found.citations):
            continue
        if word == "When" or _REASONED.search(found.citations[0].quote):
            return question
    return None


def _varied(sources: Sequence[Source]) -> list[Source]:
    """Spread over the titles, newest first: every step-th one, then those between."""
    step = max(1, len(sources) // TRIED)
    return [source for offset in range(step) for source in sources[offset::step]]


def _clean(title: str) -> str:
    return _OUTLET.sub("", title).strip(" .")


def _as_in_text(words: Sequence[str], text: str) -> list[str]:
    """Return the words with capitals only where the article's text has them inside a sentence."""

    def cased(position: int, word: str) -> str:
        lower = word.lower()
        inside = re.search(rf"[a-z,’'] {re.escape(word)}\b", text)
        if inside or (word.isupper() and len(word) > 1):
            return word
        common = lower in STOPWORDS or re.search(rf"\b{re.escape(lower)}\b", text)
        # A headline's first word has its capital from its place, unless a name goes on after it.
        opens = position == 0 and lower not in PLACES and words[1:2] and words[1][0].islower()
        return lower if common or opens else word

    return [cased(position, word) for position, word in enumerate(words)]


def _verb(words: Sequence[str]) -> int | None:
    """Return where the headline's verb stands: after a subject of one to five words."""
    for position, word in enumerate((word.lower() for word in words[1:6]), start=1):
        plural = bool(_PLURAL.search(" ".join(words[:position])))
        if _base(word) or (plural and word in _VERBS):
            return position
    return None


def _base(word: str) -> str | None:
    """Return the verb of "reaches", "launches", "wins"; None where it is none of the list."""
    forms = (word.removesuffix("s"), word.removesuffix("es")) if word.endswith("s") else ()
    return next((form for form in forms if form in _VERBS), None)


def _subject(words: Sequence[str]) -> str:
    """Return a headline's subject with the article a sentence needs."""
    subject = " ".join(words)
    bare = words[0] in {"US", "UK", "EU", "UN", "White", "Supreme"} or (
        words[0].islower() and not _PLURAL.search(subject)
    )
    return f"the {subject}" if bare and words[0] not in STOPWORDS else subject


def _words(title: str) -> set[str]:
    return {word for word in re.findall(r"[^\W\d_]{4,}", title.lower()) if word not in STOPWORDS}
