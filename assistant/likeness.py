"""How like what a source says a sentence is as a whole, by the shipped static model. Knows no words, names or figures.

It says whether both are about the same, not whether they say the same.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.sources import Cited, Part

if TYPE_CHECKING:
    from index.embedding import Embedder, Vectors

_LONGEST = 2_000  # characters of a sentence that are read


def likeness(text: str, cited: Cited) -> float:
    """Return from 0 to 1 the cosine of a sentence and the sentence, or two that follow one another, most like it."""
    vector = _model().encode_documents([text[:_LONGEST]])[0]
    return max((float((_vectors(part) @ vector).max()) for part in cited.passages), default=0.0)


@lru_cache(maxsize=128)
def _vectors(part: Part) -> Vectors:
    text, spans = part.reading.text, part.reading.sentence_spans
    both = [(one[0], other[1]) for one, other in pairwise(spans)]
    return _model().encode_documents([text[start:end][:_LONGEST] for start, end in (*spans, *both)])


@cache
def _model() -> Embedder:
    from index.embedding import load_embedder

    return load_embedder()
