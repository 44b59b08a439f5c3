"""Numbers and the passages they stand for. Knows nothing of search or of who wrote the text."""

from __future__ import annotations

from dataclasses import dataclass

from index.articles import Source


@dataclass(frozen=True, slots=True)
class Citation:
    """A number in an answer and what it stands for: `quote == article.text[start:end]`, in characters."""

    number: int
    source: Source
    quote: str
    start: int
    end: int
