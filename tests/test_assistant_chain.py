"""The assistant as a LangChain Runnable, and the index as a retriever."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.runnables import Runnable, RunnableLambda

from assistant import Answer, Assistant, NewsRetriever
from index import NewsIndex
from index.errors import BadRequest
from tests.fake_chat import ScriptedChatModel
from tests.stories import small_index

WHY = "Why is Washington worried about the S-400?"
SAID = "Washington fears the S-400 could spy on the F-35 fighter [1]."


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsIndex]:
    with small_index(tmp_path_factory.mktemp("stories")) as opened:
        yield opened


@pytest.fixture
def helper(index: NewsIndex) -> Assistant:
    return Assistant(index, ScriptedChatModel(script=list(SAID)))


class Tracer(BaseCallbackHandler):
    """Notes what started below what."""

    def __init__(self) -> None:
        self.started: list[tuple[str, bool]] = []
        self.outputs: list[Any] = []

    def on_chain_start(self, serialized: Any, inputs: Any, *, parent_run_id: Any = None, **kwargs: Any) -> None:
        self.started.append((kwargs.get("name") or "", parent_run_id is not None))

    def on_chat_model_start(self, serialized: Any, messages: Any, *, parent_run_id: Any = None, **kwargs: Any) -> None:
        self.started.append(("model", parent_run_id is not None))

    def on_chain_end(self, outputs: Any, **kwargs: Any) -> None:
        self.outputs.append(outputs)


def test_invoke_takes_a_question_or_a_dict(helper: Assistant) -> None:
    chain = helper.chain
    assert isinstance(chain, Runnable)
    assert chain.invoke(WHY) == helper.answer(WHY)
    asked = {"question": "And why did Turkey buy it?", "history": [(WHY, "…")], "until": "2019-12-31"}
    found = chain.invoke(asked)
    assert found.searched == "Why did Turkey buy the S-400?"
    assert {citation.source.outlet for citation in found.citations} == {"Alpha News"}


def test_stream_gives_growing_answers(helper: Assistant) -> None:
    partials = list(helper.chain.stream(WHY))
    assert partials == list(helper.stream(WHY))
    assert len(partials) > 20
    assert partials[-1].done


def test_batch_keeps_order(helper: Assistant) -> None:
    questions = [WHY, "What is the capital of Mongolia?", "When did Finland join NATO?"]
    assert [found.question for found in helper.chain.batch(questions)] == questions


async def test_async_invoke_stream_and_batch(helper: Assistant) -> None:
    assert await helper.chain.ainvoke(WHY) == helper.answer(WHY)
    assert [partial async for partial in helper.chain.astream(WHY)] == list(helper.stream(WHY))
    assert [found.done for found in await helper.chain.abatch([WHY, WHY])] == [True, True]


def test_it_composes(helper: Assistant) -> None:
    def texts(answers: Iterator[Answer]) -> Iterator[str]:
        for found in answers:
            yield found.text

    assert (helper.chain | RunnableLambda(lambda found: found.text)).invoke(WHY) == SAID
    assert list((helper.chain | texts).stream(WHY))[-1] == SAID


@pytest.mark.parametrize("way", ["invoke", "stream"])
def test_tracing_sees_the_chain_and_the_model_below_it(helper: Assistant, way: str) -> None:
    tracer = Tracer()
    config: Any = {"callbacks": [tracer]}
    if way == "invoke":
        helper.chain.invoke(WHY, config)
    else:
        list(helper.chain.stream(WHY, config))
    assert tracer.started == [("dateline", False), ("model", True)]
    assert tracer.outputs[-1].text == SAID


async def test_tracing_works_asynchronously(helper: Assistant) -> None:
    tracer = Tracer()
    await helper.chain.ainvoke(WHY, {"callbacks": [tracer]})
    assert tracer.started == [("dateline", False), ("model", True)]


@pytest.mark.parametrize(
    "given", [{}, {"question": 3}, {"question": WHY, "colour": "red"}], ids=["none", "3", "unknown"]
)
def test_a_request_that_cannot_be_meant_is_a_sentence(helper: Assistant, given: dict[str, Any]) -> None:
    with pytest.raises(BadRequest, match="A request takes question, history"):
        helper.chain.invoke(given)
    with pytest.raises(BadRequest, match="is no day"):
        helper.chain.invoke({"question": WHY, "since": "yesterday"})


def test_the_retriever_gives_passages_as_documents(index: NewsIndex) -> None:
    documents = NewsRetriever(index=index, k=3).invoke(WHY)
    assert len(documents) == 3
    first = documents[0]
    assert first.metadata.keys() == {
        *("article_id", "title", "outlet", "url", "published", "start", "end", "score", "page", "reprints"),
        *("published_from", "published_at", "modified", "notice", "withdrawn"),
    }
    article = index.article(first.metadata["article_id"])
    assert article.text[first.metadata["start"] : first.metadata["end"]] == first.page_content
    assert first.metadata["published"] == "2019-07-12"


async def test_the_retriever_filters_and_works_asynchronously(index: NewsIndex) -> None:
    retriever = NewsRetriever(index=index, outlets=("Beta Wire",))
    documents = await retriever.ainvoke(WHY)
    assert {document.metadata["outlet"] for document in documents} == {"Beta Wire"}
