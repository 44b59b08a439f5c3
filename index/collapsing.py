"""Ranked passages → hits that each say something of their own. Knows what a story's prints share, and no scores.

What prints of one story say alike is one hit, from the likeliest original, with those that hold most of it and all
its figures in `Hit.reprints`. A passage with a sentence or a figure that no better hit of its story has stays a hit,
from the print that has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from index.articles import Article, Source
from index.finding import Hit
from index.lexical import Filters
from index.passages import Passage, passages, sentences
from index.ranking import Ranked
from index.reprints import runs, share
from index.stories import Stories, by_origin

SAME = 0.6  # share of a sentence's runs of words that makes it the same sentence
_TOUCHES = 0.25  # share of a passage's runs from which another passage tells part of it
_SHORTEST = 5  # words of a sentence that tells something: shorter ones are headings and credits
_MOST = 60  # prints of a story that are read

_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")
Read = Callable[[Iterable[str]], dict[str, Article]]


class Collapse:
    """The hits of one search; `read` gives articles by id, `filters` are those of the search."""

    def __init__(self, stories: Stories, read: Read, filters: Filters) -> None:
        self._stories, self._read, self._filters = stories, read, filters
        self._prints: dict[tuple[str, ...], list[_Text]] = {}
        self._told: dict[tuple[str, ...], _Said] = {}
        self._ranks: dict[tuple[str, int], int] = {}

    def hits(self, ranked: Sequence[Ranked], k: int) -> list[Hit]:
        """Return up to k hits, in the order of the ranking."""
        self._ranks = {(one.candidate.article, one.candidate.start): rank for rank, one in enumerate(ranked)}
        found: list[Hit] = []
        for one, article in self._with_articles(ranked, k + 5):
            if len(found) == k:
                break
            if (hit := self._hit(one, article)) is not None:
                found.append(hit)
        return found

    def _with_articles(self, ranked: Sequence[Ranked], step: int) -> Iterator[tuple[Ranked, Article]]:
        for low in range(0, len(ranked), step):
            part = ranked[low : low + step]
            articles = self._read({one.candidate.article for one in part})
            for one in part:
                if (article := articles.get(one.candidate.article)) is not None:
                    yield one, article

    def _hit(self, one: Ranked, article: Article) -> Hit | None:
        """Return the hit of a passage, or None where better hits of its story have told all it says."""
        place = one.candidate
        passage = Passage(article.source, article.text[place.start : place.end], place.start, place.end)
        story = self._stories.of(place.article)
        if len(story) == 1:
            return Hit(passage, one.score, one.parts)
        told = self._told.setdefault(story, _Said())
        if told.says(passage.text):
            return None
        prints = self._prints_of(story)
        first = next((text for text in prints if text.says(passage.text)), None)
        if first is not None and first.source.id != place.article:
            other = self._instead(passage, first.article, told)
            passage = other if self._filters.holds(other) else passage
        if (passage.source.id, passage.start) in told.passages:
            return None
        told.passages.add((passage.source.id, passage.start))
        told.add(passage.text)
        others = tuple(text for text in prints if text.source.id != passage.source.id)
        most = tuple(text.source for text in others if text.says_most(passage.text))
        return Hit(passage, one.score, one.parts, most, others)

    def _prints_of(self, story: tuple[str, ...]) -> list[_Text]:
        """Return the prints of a story that pass the filters, the likeliest original first."""
        if story not in self._prints:
            articles = self._read(story[:_MOST])
            kept = by_origin(article.source for article in articles.values() if self._filters.leaves(article.source))
            self._prints[story] = [_Text(articles[source.id]) for source in kept]
        return self._prints[story]

    def _instead(self, passage: Passage, original: Article, told: _Said) -> Passage:
        """Return the passage of the original that tells what another print's does and no hit has told.

        Prints need not be cut alike: of several that tell part of it, the best ranked is taken.
        """
        wanted = told.new(passage.text)
        shared = [(share(wanted, runs(other.text)), other) for other in passages(original)]
        near = [other for part, other in shared if part >= _TOUCHES]
        if not near:
            return max(shared, key=lambda pair: pair[0])[1]
        last = len(self._ranks)
        return min(near, key=lambda other: self._ranks.get((original.source.id, other.start), last))


class _Said:
    """What a text, or what was told of a story, says: its runs of words and its figures."""

    def __init__(self) -> None:
        self._runs: NDArray[np.uint32] = np.zeros(0, dtype=np.uint32)
        self._figures: set[str] = set()
        self.passages: set[tuple[str, int]] = set()

    def add(self, text: str) -> None:
        self._runs = np.union1d(self._runs, runs(text))
        self._figures.update(_FIGURE.findall(text))

    def new(self, text: str) -> NDArray[np.uint32]:
        """Return the runs of a text that it does not hold."""
        return np.setdiff1d(runs(text), self._runs, assume_unique=True)

    def says_most(self, text: str) -> bool:
        """Tell whether it holds most of a text, and each figure: a notice or a cut sentence may be missing."""
        figures = self._figures.issuperset(_FIGURE.findall(text))
        return figures and share(runs(text), self._runs) >= SAME

    def says(self, text: str) -> bool:
        """Tell whether it holds each sentence of a text about as it stands there, and each figure."""
        if not self._figures.issuperset(_FIGURE.findall(text)):
            return False
        spans = (text[start:end] for start, end in sentences(text))
        return all(share(runs(one), self._runs) >= SAME for one in spans if len(one.split()) >= _SHORTEST)


class _Text(_Said):
    """A print of a story, and what it says."""

    def __init__(self, article: Article) -> None:
        super().__init__()
        self.article = article
        self.add(article.text)

    @property
    def source(self) -> Source:
        return self.article.source
