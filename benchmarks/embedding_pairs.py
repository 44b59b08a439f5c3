"""Pairs of a query and a text that belongs to it, as token numbers, to train an embedding. Knows nothing of training.

title    → a passage of its article
sentence → its passage, mostly without that sentence, at times with the title before it

Questions are left to the rankers that learn later: a likeness trained on the same questions would look better to
them than it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from measure import records
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.articles import Article, Source
from index.passages import passages, sentences

Ints = NDArray[np.int64]

SENTENCE_STAYS = 0.3  # share of sentences that are left in their passage: shared words matter in search
TITLE_STAYS = 0.5
QUERY_DROPPED = 0.3  # share of tokens left out, anew each time, so that no single word decides
TEXT_DROPPED = 0.5
_CHUNK = 4_000


class Ragged(NamedTuple):
    """Rows of token numbers end to end: row i is tokens[starts[i]:starts[i + 1]]."""

    tokens: Ints
    starts: Ints

    @property
    def lengths(self) -> Ints:
        return np.diff(self.starts)

    def rows(self, chosen: Ints) -> Ragged:
        return self.spans(self.starts[chosen], self.starts[chosen + 1])

    def spans(self, first: Ints, last: Ints) -> Ragged:
        """Return one row for each pair of places in `tokens`."""
        starts = _starts(last - first)
        places = np.arange(starts[-1]) + np.repeat(first - starts[:-1], last - first)
        return Ragged(self.tokens[places], starts)

    def kept(self, mask: NDArray[np.bool_]) -> Ragged:
        """Return the rows with only those tokens for which `mask` (as long as tokens) is true."""
        return Ragged(self.tokens[mask], np.concatenate([[0], np.cumsum(mask)])[self.starts])

    def some(self, share: float, rng: np.random.Generator) -> Ragged:
        """Return the rows, each whole with probability `share`, else empty."""
        return self.kept(np.repeat(rng.random(len(self.lengths)) < share, self.lengths))

    def before(self, other: Ragged) -> Ragged:
        """Return rows of this one followed by those of the other."""
        both = stacked([self, other])
        n = len(self.lengths)
        order = np.arange(2 * n).reshape(2, n).T.ravel()
        mixed = both.rows(order)
        return Ragged(mixed.tokens, mixed.starts[::2])


def stacked(parts: Sequence[Ragged]) -> Ragged:
    """Return the rows of all parts, one part under the other."""
    lengths = np.concatenate([part.lengths for part in parts])
    return Ragged(np.concatenate([part.tokens for part in parts]), _starts(lengths))


def ragged(rows: Sequence[Sequence[int]]) -> Ragged:
    """Return lists of token numbers as one."""
    starts = _starts(np.array([len(row) for row in rows], dtype=np.int64))
    return Ragged(np.fromiter((token for row in rows for token in row), np.int64, starts[-1]), starts)


def _starts(lengths: Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(lengths)])


@dataclass(frozen=True)
class Cut:
    """An article cut up: per passage its text and where its sentences start, in characters."""

    source: Source
    passages: list[tuple[str, list[int]]]


def cuts(articles: str, until: str | None = None) -> Iterator[Cut]:
    """Yield the articles of a .jsonl or .jsonl.xz file, cut up; those of a later day than `until` or of none not."""
    for record in records(articles):
        if until and not "" < (record["published"] or "") <= until:
            continue
        source = Source(record["id"], record["title"], record["url"], record["outlet"])
        found = passages(Article(source, record["text"]))
        yield Cut(source, [(item.text, [start for start, _ in sentences(item.text)]) for item in found])


class Pairs:
    """All pairs that articles give, drawn in batches."""

    def __init__(self, tokenizer: Tokenizer, found: Sequence[Cut]) -> None:
        self._titles = _encoded(tokenizer, [cut.source.title for cut in found])
        self._article = np.repeat(np.arange(len(found)), [len(cut.passages) for cut in found])
        self.passages, self._sentences = _passages(tokenizer, [item for cut in found for item in cut.passages])
        self._several = np.flatnonzero(self._sentences.lengths >= 3)
        self._kinds = (self._title, self._sentence)

    def epoch(self, size: int, rng: np.random.Generator) -> Iterator[tuple[Ragged, Ragged, Ints]]:
        """Yield batches in random order: queries, their texts, and a group each.

        Texts of a query's own group are no negatives for it.
        """
        chosen = (np.arange(len(self.passages.lengths)), self._several)
        kinds = np.repeat(np.arange(len(chosen)), [len(rows) for rows in chosen])
        order = rng.permutation(len(kinds))
        kinds, rows = kinds[order], np.concatenate(chosen)[order]
        for start in range(0, len(rows) - size + 1, size):
            yield self._batch(kinds[start : start + size], rows[start : start + size], rng)

    def __len__(self) -> int:
        """Return how many pairs an epoch draws from."""
        return len(self.passages.lengths) + len(self._several)

    def _batch(self, kinds: Ints, rows: Ints, rng: np.random.Generator) -> tuple[Ragged, Ragged, Ints]:
        queries, texts, groups = [], [], []
        for number, kind in enumerate(self._kinds):
            query, text, group = kind(rows[kinds == number], rng)
            queries.append(query)
            texts.append(text)
            groups.append(group * len(self._kinds) + number)
        thin = [
            _thinned(stacked(part), share, rng) for part, share in ((queries, QUERY_DROPPED), (texts, TEXT_DROPPED))
        ]
        return thin[0], thin[1], np.concatenate(groups)

    def _title(self, rows: Ints, rng: np.random.Generator) -> tuple[Ragged, Ragged, Ints]:
        return self._titles.rows(self._article[rows]), self.passages.rows(rows), self._article[rows]

    def _sentence(self, rows: Ints, rng: np.random.Generator) -> tuple[Ragged, Ragged, Ints]:
        text = self.passages.rows(rows)
        first = self._sentences.starts[rows] + (rng.random(len(rows)) * self._sentences.lengths[rows]).astype(np.int64)
        start, end = self._sentences.tokens[first], _next(self._sentences, first, rows, text.lengths)
        query = text.spans(text.starts[:-1] + start, text.starts[:-1] + end)
        place = np.arange(len(text.tokens)) - np.repeat(text.starts[:-1], text.lengths)
        inside = (place >= np.repeat(start, text.lengths)) & (place < np.repeat(end, text.lengths))
        hidden = np.repeat(rng.random(len(rows)) >= SENTENCE_STAYS, text.lengths)
        text = self._headed(rows, text.kept(~(inside & hidden)), rng)
        return query, text, rows

    def _headed(self, passage: Ints, text: Ragged, rng: np.random.Generator) -> Ragged:
        return self._titles.rows(self._article[passage]).some(TITLE_STAYS, rng).before(text)


def _next(found: Ragged, first: Ints, rows: Ints, lengths: Ints) -> Ints:
    """Return where the sentence after `first` starts in its passage, or where the passage ends."""
    last = first + 1 == found.starts[rows + 1]
    return np.where(last, lengths, found.tokens[np.minimum(first + 1, len(found.tokens) - 1)])


def _thinned(texts: Ragged, share: float, rng: np.random.Generator) -> Ragged:
    return texts.kept(rng.random(len(texts.tokens)) >= share)


def _encoded(tokenizer: Tokenizer, texts: Sequence[str]) -> Ragged:
    return ragged([encoding.ids for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False)])


def _passages(tokenizer: Tokenizer, items: Sequence[tuple[str, list[int]]]) -> tuple[Ragged, Ragged]:
    """Return the tokens of passages and, per passage, the token that each of its sentences starts with."""
    tokens, starts = [], []
    for low in range(0, len(items), _CHUNK):
        part = items[low : low + _CHUNK]
        encoded = tokenizer.encode_batch([text for text, _ in part], add_special_tokens=False)
        tokens.append(ragged([encoding.ids for encoding in encoded]))
        for encoding, (_, sentence_starts) in zip(encoded, part, strict=True):
            characters = [first for first, _ in encoding.offsets]
            starts.append(np.searchsorted(characters, sentence_starts).tolist())
    return stacked(tokens), ragged(starts)
