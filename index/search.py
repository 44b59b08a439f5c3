"""A question → the passages that speak of it, by both engines, reprints collapsed. Knows nothing of answers.

The candidates come from BM25 and from the vectors; `ranking.py` says how their scores are made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from index.articles import Article, Source, article_id, sound
from index.catalogue import Catalogue, Shelf
from index.collapsing import Collapse
from index.embedding import Embedder
from index.errors import ArticleMissing, BadRequest
from index.finding import Finding, Hit, scope_of
from index.lexical import Filters, Lexical, content_terms, topic_terms
from index.manifest import Manifest
from index.ranking import WEIGHTS, Candidate, Weights, rank
from index.recent import Added, Recent
from index.scope import Scope
from index.seeing import span
from index.store import Store
from index.stories import Stories, by_origin
from index.versions import Version, Versions

CANDIDATES = 150  # passages taken from each engine
RECENT = timedelta(days=30)  # without a day of asking, today counts where the index reaches this near to it
_FEW = 2_000  # filters that leave at most so many passages are searched exactly
_MOST = 1_000


class Snapshot:
    """One generation, open for reading; what it returns does not change while a build runs."""

    def __init__(
        self,
        manifest: Manifest,
        store: Store,
        lexical: Lexical,
        stories: Stories,
        versions: Versions,
        catalogue: Catalogue,
        recent: Recent,
        embedder: Embedder,
        weights: Weights = WEIGHTS,
    ) -> None:
        self.manifest = manifest
        self._stories, self._versions, self._catalogue, self._recent = stories, versions, catalogue, recent
        self._store, self._lexical, self._embedder, self._weights = store, lexical, embedder, weights

    def info(self) -> Manifest:
        """Return what this generation holds and how it was made."""
        return self.manifest

    def search(
        self,
        question: str,
        k: int = 10,
        *,
        asked_on: date | None = None,
        outlets: Sequence[str] = (),
        since: date | None = None,
        until: date | None = None,
        topic: str = "",
        without: Sequence[str] = (),
    ) -> list[Hit]:
        """Return up to k passages, the best first, of articles that pass the filters: `find` without its reasons."""
        narrowed = {"outlets": outlets, "since": since, "until": until, "topic": topic, "without": without}
        return list(self.find(question, k, asked_on=asked_on, **cast(Any, narrowed)).hits)

    def find(
        self,
        question: str,
        k: int = 10,
        *,
        asked_on: date | None = None,
        outlets: Sequence[str] = (),
        since: date | None = None,
        until: date | None = None,
        topic: str = "",
        without: Sequence[str] = (),
        about: str = "",
    ) -> Finding:
        """Return up to k passages, the best first, and what was searched for them.

        `asked_on` (default: today, where the index has articles near today) makes articles near that day count more,
        and is the day from which "last week" counts. Outlets and days that the question asks for are filters where the
        caller gives none; `without` names words of it that are not to be read so. Each word of `topic` must stand in a
        passage or its heading. `about`: words that count in the ranking and are not read, such as those of the turns
        before. Raises: BadRequest.
        """
        if not 1 <= k <= _MOST:
            raise BadRequest(f"k must be from 1 to {_MOST}, not {k}.")
        if since and until and since > until:
            raise BadRequest(f"since ({since}) lies after until ({until}): swap them.")
        question = sound(question)
        if not question.strip():
            return Finding((), Scope(), asked_on)
        with span("search", generation=self.manifest.generation) as seen:
            found = self._find(
                question,
                k,
                asked_on,
                Filters(_several(outlets), since, until, topic_terms(sound(topic))),
                topic,
                _several(without),
                about,
            )
            seen.note(hits=len(found.hits))
            return found

    def _find(
        self,
        question: str,
        k: int,
        asked_on: date | None,
        given: Filters,
        topic: str,
        without: tuple[str, ...],
        about: str,
    ) -> Finding:
        with span("search.read"):
            scope = scope_of(question, self._lexical, tuple(self.manifest.outlets), given, asked_on, without)
            scope = replace(scope, topic=topic.strip())
        filters = Filters(scope.outlets, scope.since, scope.until, given.topic)
        day = asked_on or self._today()
        found = self._candidates(f"{scope.words} {about}", max(k, CANDIDATES), filters)
        with span("search.rank"):
            ranked = rank(found, day, scope.understood.period, self._weights)
            collapse = Collapse(self._stories, self._store.articles, filters)
            return Finding(tuple(collapse.hits(ranked, k)), scope, day)

    def article(self, id_or_url: str) -> Article:
        """Return a whole article. Raises: ArticleMissing."""
        id_or_url = sound(id_or_url)
        found = self._store.articles([id_or_url])
        if not found and "/" in id_or_url:
            found = self._store.articles([article_id(id_or_url, "")])
        if not found:
            raise ArticleMissing(
                f"No article {id_or_url} is in the index: `python -m index list` shows those that are."
            )
        return next(iter(found.values()))

    def versions(self, id_or_url: str) -> list[Version]:
        """Return what an article said before, the oldest first, and last what it says now. Raises: ArticleMissing."""
        article = self.article(id_or_url)
        return [*self._versions.of(article.source.id), Version(article)]

    def story(self, id_or_url: str) -> list[Source]:
        """Return all articles that print the story of one, the likeliest original first. Raises: ArticleMissing."""
        found = self._store.articles(self._stories.of(self.article(id_or_url).source.id))
        return by_origin(article.source for article in found.values())

    def articles(self, offset: int = 0, limit: int | None = None) -> list[Source]:
        """Return the sources of the articles, newest first, those without a date last."""
        return self._catalogue.page(offset, limit)

    def browse(
        self,
        words: str = "",
        *,
        outlets: Sequence[str] = (),
        since: date | None = None,
        until: date | None = None,
        offset: int = 0,
        limit: int = 50,
    ) -> Shelf:
        """Return articles as `articles` does, of those that pass, and how many pass in all.

        Each of the `words` must begin a word of the title, the outlet or an author's name; case and accents do not
        count. Raises: BadRequest.
        """
        if offset < 0 or not 1 <= limit <= _MOST:
            raise BadRequest(f"A list begins at 0 or later and holds from 1 to {_MOST} articles.")
        return self._catalogue.browse(words, Filters(tuple(outlets), since, until), offset, limit)

    def days(self) -> Mapping[date | None, int]:
        """Return how many articles were published on each day; None counts those whose day is not known."""
        return self._catalogue.days

    def recent(self, limit: int = 8) -> list[Added]:
        """Return the articles that were added or updated last, the last first; none where that is not known."""
        rows = self._recent.rows[:limit]
        found = self._store.articles(key for key, _ in rows)
        return [Added(found[key].source, at) for key, at in rows if key in found]

    def idf(self, term: str) -> float:
        """Return the weight of a term as given by `terms`: ln(1 + (N - n + .5) / (n + .5)) over N passages."""
        return self._lexical.idf(term)

    def close(self) -> None:
        """Let go of the files."""
        self._store.close()
        self._versions.close()

    def _today(self) -> date | None:
        today = datetime.now(UTC).date()
        newest = self.manifest.newest
        return today if newest and today - newest <= RECENT else None

    def _candidates(self, question: str, n: int, filters: Filters) -> list[Candidate]:
        """Return the best n passages of either engine, each with the scores of both."""
        words, heading = content_terms(question), self._weights.heading
        with span("search.embed"):
            vector = self._embedder.encode_queries([question])[0]
        with span("search.words"):
            matches = {match.id: match for match in self._lexical.search(words, n, filters, heading)}
        with span("search.vectors"):
            cosines = self._cosines(vector, n, filters)
        for match in self._lexical.among([key for key in cosines if key not in matches], words, filters, heading):
            matches[match.id] = match
        with span("search.exact"):
            cosines.update(self._exact(vector, [key for key in matches if key not in cosines]))
        return [
            Candidate(match.article, match.start, match.end, match.day, match.score, cosines.get(key, 0.0))
            for key, match in matches.items()
        ]

    def _cosines(self, vector: NDArray[np.float32], n: int, filters: Filters) -> dict[str, float]:
        """Return the cosines of passages near the question; where filters leave few, of all that pass."""
        few = self._lexical.passing(filters, _FEW) if filters else None
        if few is not None:
            return self._exact(vector, [match.id for match in few])
        return self._store.nearest(vector, n)

    def _exact(self, vector: NDArray[np.float32], ids: Sequence[str]) -> dict[str, float]:
        if not ids:
            return {}
        keys, vectors = self._store.vectors(ids)
        if not keys:
            return {}
        return dict(zip(keys, (vectors @ vector).tolist(), strict=True))


def _several(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)
