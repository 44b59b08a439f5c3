"""A text taken apart once: words as terms, sentences, figures, moments, names, quotations. Knows nothing of verdicts.

Terms are stems; words for one place are one term (`aliases`). All positions are characters of the text, except where
they are said to be words.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date
from functools import cached_property, lru_cache

from assistant.aliases import CAPITALS, MEASURES, PAIRS, PEOPLES, stem
from assistant.figures import Figure, figures
from assistant.moments import Moment, moments
from assistant.names import Mention, each_name
from assistant.quotations import Quotation, quotations
from index.passages import sentences

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|\d+(?:[.,]\d+)*(?![^\W_])|[^\W_]+(?:['’][^\W_]+)*")
_PLURAL = re.compile(r"\d{1,3}s")


@lru_cache(maxsize=1 << 15)
def term_of(word: str) -> str:
    """Return the term of a word as it is written: "US" is the country, "us" is not."""
    bare = re.sub(r"['’]s?$", "", word.replace(".", "") if "." in word and not word[0].isdigit() else word)
    if bare in CAPITALS:
        return CAPITALS[bare]
    lower = bare.lower()
    if "." in word and lower in ("us", "uk", "un", "eu"):
        return CAPITALS[lower.upper()]
    if lower in PEOPLES:
        return PEOPLES[lower]
    if lower in MEASURES:
        return MEASURES[lower]
    if lower[0].isdigit() and _PLURAL.fullmatch(lower):
        return lower[:-1]  # F-35s
    return stem(lower)


class Reading:
    """A text and what is in it, each part read when it is first asked for; `published` is the day it is read on."""

    def __init__(self, text: str, published: date | None = None) -> None:
        self.text, self.published = text, published
        self.terms: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        previous = ""
        for match in _WORD.finditer(text):
            word = match.group()
            lower = word.lower()
            if previous and (previous, lower) in PAIRS and match.start() - self.ends[-1] == 1:
                self.terms[-1], self.ends[-1], previous = PAIRS[previous, lower], match.end(), ""
                continue
            self.terms.append(term_of(word))
            self.starts.append(match.start())
            self.ends.append(match.end())
            previous = lower

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """The spans of the sentences, in words."""
        return [self.words(start, end) for start, end in self.sentence_spans]

    @cached_property
    def sentence_spans(self) -> list[tuple[int, int]]:
        """The spans of the sentences, in characters."""
        return sentences(self.text) or [(0, len(self.text))]

    @cached_property
    def present(self) -> frozenset[str]:
        """Its terms, each once."""
        return frozenset(self.terms)

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """For each term the words at which it stands."""
        found: dict[str, list[int]] = {}
        for index, term in enumerate(self.terms):
            found.setdefault(term, []).append(index)
        return found

    @cached_property
    def moments(self) -> list[Moment]:
        """Its dates."""
        return moments(self.text, self.published)

    @cached_property
    def figures(self) -> list[Figure]:
        """Its figures, dates left out."""
        return figures(self.text, [(moment.start, moment.end) for moment in self.moments])

    @cached_property
    def names(self) -> list[Mention]:
        """Its names; a capital that begins a sentence may make one of any word."""
        return list(each_name(self.text))

    @cached_property
    def quotations(self) -> list[Quotation]:
        """What stands in quotation marks."""
        return quotations(self.text)

    def words(self, start: int, end: int) -> tuple[int, int]:
        """Return the words that lie in, or are cut by, a span of characters."""
        return bisect_right(self.ends, start), bisect_left(self.starts, end)

    def sentence_of(self, word: int) -> tuple[int, int]:
        """Return the span, in words, of the sentence in which a word stands."""
        spans = self.sentences
        index = max(0, bisect_right(spans, (word, len(self.terms) + 1)) - 1)
        return spans[index]

    def of(self, start: int, end: int) -> Sequence[str]:
        """Return the terms in a span of characters."""
        first, last = self.words(start, end)
        return self.terms[first:last]
