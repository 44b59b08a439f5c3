"""What is worked out of an article by itself before an index decides on it. Knows no index and no other article."""

from __future__ import annotations

from functools import cached_property
from typing import Self

from index.articles import content_hash
from index.corrections import told
from index.passages import passages
from index.readers import Record
from index.reprints import Signature, sign
from index.store import version_of


class Ready:
    """A record with all that its text alone tells; what costs most, only when it is asked for."""

    def __init__(self, record: Record) -> None:
        self.article = told(record.article)
        self.place, self.origin = record.place, record.origin
        self.content = content_hash(self.article.text)
        self.version = version_of(self.article.source, self.content)

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Where its passages stand."""
        return tuple((passage.start, passage.end) for passage in passages(self.article))

    @cached_property
    def signature(self) -> Signature:
        """What tells its reprints."""
        return sign(self.article.text, self.article.source.published)

    def whole(self) -> Self:
        """Work everything out now, so that who gets it pickled need not."""
        _ = self.spans, self.signature
        return self
