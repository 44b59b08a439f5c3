"""Questions from a headline in the present tense, and the sentence under it that answers them. Knows nothing of asking.

    "Turkey receives first S-400 parts"     → When did Turkey receive the first S-400 parts?

The sentence tells most of what the headline says, and when it was or why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from assistant.clauses import TIME
from assistant.names import names
from assistant.prose import quotable
from assistant.topic import stems
from assistant.words import PLACES, STOPWORDS
from index.articles import Article

LEAD = 1_500  # characters in which the sentence stands
TOLD = 0.6  # share of a question's words that it has

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
_TODAY = re.compile(r"\b(?:today|tonight|tomorrow|now|here|this|you|your|we|our|my|his|her|he|she|it)\b", re.I)
_BECAUSE = re.compile(r"\b(?:because|due to|in order to|in response to|citing)\b")
_SPAN = re.compile(r"\s*\b\w+ (?:years?|months?|weeks?|days?|hours?)$")
_ORDINAL = re.compile(r"(?<!the )\b(first|second|third|last|next)\b(?! time)")
_OUTLET = re.compile(r"\s+[|–—-]\s+[^|]{0,40}$|^[A-Z ]+:\s*|[“”\"]")


def of_headline(article: Article) -> Iterator[tuple[Literal["why", "when"], str, int, int]]:
    """Yield the questions, each with the place of the sentence that answers it."""
    told = _told(article.source.title, article.text)
    if told is None:
        return
    about = stems(told)
    for start, end in quotable(article.text[:LEAD]):
        sentence = article.text[start:end]
        if len(about & stems(sentence)) < TOLD * len(about):
            continue
        if _BECAUSE.search(sentence):
            yield "why", f"Why {told}", start, end
        elif TIME.search(sentence):
            yield "when", f"When {told}", start, end


def _told(title: str, text: str) -> str | None:
    """Return what a headline tells as it stands after "When"; None where it does not read well."""
    words = _as_in_text(_clean(title).split(), text)
    position = _verb(words)
    if position is None or not 4 <= len(words) <= 14 or title.rstrip().endswith("?") or not names(" ".join(words)):
        return None
    verb = words[position].lower()
    rest = re.split(r"[,:;] | as | amid | despite | after | but | while ", " ".join(words[position + 1 :]))[0]
    rest = _ORDINAL.sub(r"the \1", _SPAN.sub("", rest))
    if len(rest.split()) < 2 or ":" in title or _TODAY.search(rest) or _lacks_article(rest):
        return None
    return f"did {_subject(words[:position])} {_base(verb) or verb} {rest}".rstrip(" ,;:") + "?"


def _lacks_article(rest: str) -> bool:
    """Tell whether a thing stands without its article, as headlines have it: "reach top of the crater"."""
    for phrase in re.split(r"\b(?:in|on|at|to|for|from|with|by|of|near|over|into|against|about|and)\b", rest):
        words = phrase.split()
        common = [word for word in words if word.islower() and word.isalpha()]
        if common == words and words and words[0] not in STOPWORDS and not words[-1].endswith(("s", "ing", "people")):
            return True
    return False


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
