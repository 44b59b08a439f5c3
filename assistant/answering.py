"""The assistant: search, then decide, then write. Knows nothing of files, of the store or of the page."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, Unpack

from assistant import model as models
from assistant.asked import take_apart
from assistant.calling import Meter
from assistant.decision import COVERAGE_NEEDED, refusal
from assistant.features import features
from assistant.found import QUOTES, Found, quoted, refused
from assistant.noting import note
from assistant.question import Resolved, resolve, turns
from assistant.quotes import choose
from assistant.request import Options, Request
from assistant.types import Answer
from assistant.writing import Writer
from index.arguments import DEFAULT_INDEX
from index.errors import BadRequest, DatelineError
from index.finding import LONGEST_QUESTION
from index.live import NewsIndex
from index.seeing import span
from index.servers import Server, server_of
from index.where import settled

if TYPE_CHECKING:
    from datetime import date

    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable, RunnableConfig

    from index.articles import Article, Source
    from index.catalogue import Shelf
    from index.finding import Finding
    from index.manifest import Manifest
    from index.places import Place, Tell
    from index.recent import Added
    from index.search import Snapshot
    from index.versions import Version
    from index.where import Where

PASSAGES_FOUND = 10


class Assistant:
    """Answers questions from an index, in quotes or in the words of a language model. Safe for many threads."""

    def __init__(
        self,
        index: NewsIndex,
        model: str | BaseChatModel | None = None,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        context: int | None = None,
    ) -> None:
        """Use an open index and a model, given as "provider:name" or an object; without, or "quotes", answer in quotes.

        `base_url` is the address of a model's server, `api_key` the key to send there, `context` the model's window in
        tokens where it is better known than by asking.
        Raises: ModelError, BadRequest.
        """
        self._index = index
        self._writer = _writer(model, base_url, api_key, context)

    @classmethod
    def open(
        cls,
        index_dir: Where | None = None,
        *,
        model: str | BaseChatModel | None = None,
        base_url: str | None = None,
        api_key: str | None = None,
        context: int | None = None,
        tell: Tell | None = None,
    ) -> Self:
        """Open an index, in a folder or on a server (default: $DATELINE_CHROMA, else $DATELINE_INDEX, else news-index).

        `tell` is as for `NewsIndex.open`, the rest as for an open index.
        Raises: IndexMissing, IndexMismatch, IndexDamaged, EmbeddingError, ModelError, BadRequest, ServerFailed.
        """
        index = NewsIndex.open(index_dir if index_dir is not None else default_index(), tell=tell)
        try:
            return cls(index, model, base_url=base_url, api_key=api_key, context=context)
        except DatelineError:
            index.close()
            raise

    @property
    def writer(self) -> str:
        """Who writes the answers: "quotes", or the model as "provider:name"."""
        return self._writer.name if self._writer else QUOTES

    @property
    def folder(self) -> Path:
        """The folder of the index; of one on a server, that of what is derived here."""
        return self._index.folder

    @property
    def place(self) -> Place:
        """Where the index lives, with its generations."""
        return self._index.place

    @property
    def chain(self) -> Runnable[str | dict[str, Any], Answer]:
        """The same as a LangChain Runnable: takes a question, or a dict of `answer`'s arguments; gives Answers."""
        from assistant.chain import as_runnable

        return as_runnable(self)

    def answer(self, question: str, history: Sequence[Any] = (), **options: Unpack[Options]) -> Answer:
        """Answer a question from the articles.

        `history` are the turns before: `Turn`s, (question, answer) pairs or {"role", "content"} messages; `options`
        are told at `Options`. A model that fails is no error: the answer is in quotes then, and `reason` says why.
        Raises: BadRequest and the errors of an index.
        """
        return _last(self.run(Request(question, history, **options)))

    def stream(self, question: str, history: Sequence[Any] = (), **options: Unpack[Options]) -> Iterator[Answer]:
        """Yield the growing answer; the last has `done=True`. Arguments and errors as in `answer`.

        Text and citations only grow, except where a model fails midway: then the quotes take its text's place.
        """
        return self.run(Request(question, history, **options))

    async def aanswer(self, question: str, history: Sequence[Any] = (), **options: Unpack[Options]) -> Answer:
        """Do as `answer` without blocking the event loop."""
        request = Request(question, history, **options)
        return [answer async for answer in self.arun(request)][-1]

    def astream(self, question: str, history: Sequence[Any] = (), **options: Unpack[Options]) -> AsyncIterator[Answer]:
        """Do as `stream` without blocking the event loop."""
        return self.arun(Request(question, history, **options))

    def run(self, request: Request, config: RunnableConfig | None = None) -> Iterator[Answer]:
        """Yield the growing answer to a request; `config` carries LangChain's callbacks to the model."""
        with span("answer") as seen:
            for answer in self._run(request, config):
                note(seen, answer)
                yield answer

    async def arun(self, request: Request, config: RunnableConfig | None = None) -> AsyncIterator[Answer]:
        """Do as `run` without blocking the event loop: the search runs in a thread, the model asynchronously."""
        with span("answer") as seen:
            async with aclosing(self._arun(request, config)) as answers:
                async for answer in answers:
                    note(seen, answer)
                    yield answer

    def _run(self, request: Request, config: RunnableConfig | None) -> Iterator[Answer]:
        meter, writer, history = Meter(), self._writer_of(request), turns(request.history)
        rewritten = writer.rewritten(request.question, history, meter, config) if writer else None
        found = self.find(request, rewritten)
        if writer and found.refusal is None:
            answers = writer.write(found, request.strict, meter, config)
        else:
            answers = _without_model(found, writer)
        for answer in answers:
            yield meter.on(answer)

    async def _arun(self, request: Request, config: RunnableConfig | None) -> AsyncGenerator[Answer]:
        meter, writer, history = Meter(), self._writer_of(request), turns(request.history)
        rewritten = await writer.arewritten(request.question, history, meter, config) if writer else None
        found = await asyncio.to_thread(self.find, request, rewritten)
        if not writer or found.refusal is not None:
            for answer in _without_model(found, writer):
                yield meter.on(answer)
            return
        async with aclosing(writer.awrite(found, request.strict, meter, config)) as answers:
            async for answer in answers:
                yield meter.on(answer)

    def _writer_of(self, request: Request) -> Writer | None:
        """Return the writer that uses a model, where a request is for it."""
        return None if request.writer == QUOTES else self._writer

    def article(self, article_id: str) -> Article:
        """Return a whole article by its id or URL. Raises: ArticleMissing."""
        return self._index.article(article_id)

    def versions(self, article_id: str) -> list[Version]:
        """Return what an article said before, the oldest first, and at the end what it says now.

        Raises: ArticleMissing.
        """
        return self._index.versions(article_id)

    def story(self, article_id: str) -> list[Source]:
        """Return all articles that print the story of one, the likeliest original first. Raises: ArticleMissing."""
        return self._index.story(article_id)

    def search(self, question: str, k: int = 10, **narrowing: Any) -> Finding:
        """Return the passages found for a question, and what was searched: arguments as in `Snapshot.find`."""
        return self._index.find(question, k, **narrowing)

    def browse(self, words: str = "", **narrowing: Any) -> Shelf:
        """Return one page of the list of articles: arguments and errors as in `Snapshot.browse`."""
        return self._index.browse(words, **narrowing)

    def days(self) -> Mapping[date | None, int]:
        """Return how many articles were published on each day; None counts those whose day is not known."""
        return self._index.days()

    def recent(self, limit: int = 8) -> list[Added]:
        """Return the articles that were added or updated last, the last first; none where that is not known."""
        return self._index.recent(limit)

    def info(self) -> Manifest:
        """Return what the live generation of the index holds."""
        return self._index.info()

    def examples(self, n: int = 4) -> list[str]:
        """Return up to n questions the index answers, from articles on different matters."""
        from assistant.examples import examples

        with span("examples"):
            return examples(self._index, Assistant(self._index).answer, n)

    def suggestions(
        self,
        answer: Answer,
        history: Sequence[Any] = (),
        n: int = 3,
        go_on: Callable[[], bool] = lambda: True,
        **narrowing: Unpack[Options],
    ) -> list[str]:
        """Return up to n questions that the index answers, to ask next after the last turn of `history`.

        `narrowing` are the filters that they would be asked with. `go_on` is asked now and then: where it says no, what
        was found by then is returned.
        """
        from assistant.suggestions import suggestions

        quotes = Assistant(self._index)

        def ask(question: str) -> Answer:
            return quotes.answer(question, history, **narrowing)

        with span("suggestions"):
            return suggestions(self._index, answer, ask, n, go_on, **narrowing)

    def close(self) -> None:
        """Let go of the index's files."""
        self._index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def find(self, request: Request, rewritten: str | None = None) -> Found:
        """Search and decide, all on one generation of the index: what an answer is made from.

        `rewritten` is the question as one that stands alone, where someone made it that; the turns before do else.
        Raises: BadRequest and the errors of an index.
        """
        question = request.question.strip()
        if not question:
            raise BadRequest("The question is empty: type a question about the articles.")
        alone = question[:LONGEST_QUESTION]
        resolved = Resolved(rewritten) if rewritten else resolve(alone, turns(request.history))
        with self._index.snapshot() as live:
            info = live.info()
            finding = _search(live, resolved, request)
            if resolved.may_be_new:
                own = take_apart(alone, live.idf, info.passages)
                if own.weights and features(own, finding.hits).coverage < COVERAGE_NEEDED:
                    # what the turns before are about says nothing of this: a new matter
                    resolved = Resolved(alone)
                    finding = _search(live, resolved, request)
            asked = take_apart(finding.scope.words, live.idf, info.passages)
            why_not = refusal(asked, finding, info)
            quotes = choose(asked, finding.hits) if why_not is None else []
        return Found(
            question,
            resolved.question,
            finding.hits,
            tuple(quotes),
            why_not,
            info.newest,
            info.generation,
            request.asked_on,
            replace(finding.scope, cut=len(alone)) if alone != question else finding.scope,
        )


def _search(live: Snapshot, resolved: Resolved, request: Request) -> Finding:
    return live.find(
        resolved.question,
        PASSAGES_FOUND,
        about=resolved.about,
        asked_on=request.asked_on,
        outlets=request.outlets,
        since=request.since,
        until=request.until,
        topic=request.topic,
        without=request.without,
    )


def _writer(
    model: str | BaseChatModel | None, base_url: str | None, api_key: str | None, context: int | None
) -> Writer | None:
    """Return the writer for a model, or none where the answers are to be quotes."""
    if base_url and not isinstance(model, str):
        raise BadRequest("An address of a model server needs the model's name too: give both.")
    if model is None or model == QUOTES:
        return None
    if isinstance(model, str):
        built = models.open_model(model, base_url=base_url, api_key=api_key, context=context)
        # a folder is not for every reader to see
        return Writer(built, model if os.sep not in model else models.label(built), context)
    return Writer(model, models.label(model), context)


def _without_model(found: Found, writer: Writer | None) -> Iterator[Answer]:
    """Yield the answer that needs no model: a refusal, else quotes."""
    if found.refusal is None:
        return quoted(found)
    return iter([refused(found, writer.name if writer else QUOTES, found.refusal)])


def answer(
    question: str,
    history: Sequence[Any] = (),
    *,
    index_dir: Where | None = None,
    model: str | BaseChatModel | None = None,
    base_url: str | None = None,
    **options: Unpack[Options],
) -> Answer:
    """Answer one question from the index in a folder or on a server (default: as for `Assistant.open`).

    The index stays open for the next call. `history` and `options` are those of `Assistant.answer`.
    Raises: the errors of `Assistant.open` and `Assistant.answer`.
    """
    index = _kept(settled(index_dir if index_dir is not None else default_index()))
    return Assistant(index, model, base_url=base_url).answer(question, history, **options)


def default_index() -> Where:
    """Return where the index used is where none is named: as the environment says, else a folder."""
    if url := os.environ.get("DATELINE_CHROMA"):
        return server_of(url, os.environ)
    return os.environ.get("DATELINE_INDEX") or DEFAULT_INDEX


@lru_cache(maxsize=4)
def _kept(where: Path | Server) -> NewsIndex:
    return NewsIndex.open(where)


def _last(answers: Iterator[Answer]) -> Answer:
    *_, final = answers
    return final
