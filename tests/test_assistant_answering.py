"""Search, then decide, then write: in quotes, or by a scripted model."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import assistant.answering as answering
import assistant.calling as calling
from assistant import Answer, Assistant, Turn, answer
from assistant.prompts import SENTINEL
from index import NewsIndex
from index.errors import ArticleMissing, BadRequest, IndexMissing
from tests.fake_chat import ScriptedChatModel
from tests.stories import MISSILES, small_index

WHY = "Why is Washington worried about the S-400?"
SAID = "Washington fears the S-400 could spy on the F-35 fighter [1]."


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsIndex]:
    with small_index(tmp_path_factory.mktemp("stories")) as opened:
        yield opened


def scripted(*chunks: Any) -> ScriptedChatModel:
    return ScriptedChatModel(script=list(chunks))


def assert_whole(found: Answer, index: NewsIndex) -> None:
    """What holds for every finished answer."""
    assert found.done
    assert [citation.number for citation in found.citations] == list(range(1, len(found.citations) + 1))
    for citation in found.citations:
        assert f"[{citation.number}]" in found.text
        assert index.article(citation.source.id).text[citation.start : citation.end] == citation.quote
    assert found.answered or (found.reason and not found.citations)


# In quotes


def test_quotes_answer_with_outlet_and_date(index: NewsIndex) -> None:
    found = Assistant(index).answer(WHY)
    assert_whole(found, index)
    assert found.mode == "quotes"
    first = found.citations[0]
    assert first.quote == MISSILES.split("\n\n")[2]
    assert first.quote.startswith("Washington fears")
    assert found.text.splitlines()[0] == f"“{first.quote}” — Alpha News, 12 July 2019 [1]"
    assert found.as_of.evidence_newest == max(c.source.published for c in found.citations if c.source.published)
    assert (found.as_of.index_newest, found.as_of.generation) == (date(2023, 4, 4), 1)


def test_unknown_outlet_and_date_are_said_to_be(index: NewsIndex) -> None:
    assert "— outlet unknown, 4 April 2023 [1]" in Assistant(index).answer("When did Finland join NATO?").text
    found = Assistant(index).answer("How to look at the sun during an eclipse?")
    assert "— Gamma Weekly, date unknown [1]" in found.text
    assert found.as_of.evidence_newest is None


def test_quotes_stream_one_by_one(index: NewsIndex) -> None:
    partials = list(Assistant(index).stream(WHY))
    assert [len(partial.citations) for partial in partials] == list(range(1, len(partials) + 1))
    assert [partial.done for partial in partials] == [False] * (len(partials) - 1) + [True]
    for before, after in pairwise(partials):
        assert after.text.startswith(before.text)


def test_a_question_outside_the_articles_is_refused(index: NewsIndex) -> None:
    found = Assistant(index).answer("What is the capital of Mongolia?")
    assert_whole(found, index)
    assert not found.answered
    assert found.text == "The indexed articles do not answer this."
    assert found.reason is not None
    assert "“Mongolia”" in found.reason
    assert 1 <= len(found.nearest) <= 3
    assert len({source.id for source in found.nearest}) == len(found.nearest)


def test_filters_hold_and_may_leave_nothing(index: NewsIndex) -> None:
    found = Assistant(index).answer("What about the S-400 purchase and sanctions?", outlets=["Beta Wire"])
    assert {citation.source.outlet for citation in found.citations} == {"Beta Wire"}
    none = Assistant(index).answer(WHY, until=date(1999, 1, 1))
    assert (none.answered, none.nearest) == (False, ())


def test_a_follow_up_searches_with_its_subject(index: NewsIndex) -> None:
    found = Assistant(index).answer("And why did Turkey buy it?", [Turn(WHY, "…")])
    assert found.question == "And why did Turkey buy it?"
    assert found.searched == "Why did Turkey buy the S-400?"
    assert found.citations[0].source.title == "First S-400 missiles reach Turkey"


@pytest.mark.parametrize(
    ("question", "answered"),
    [("How do I cook rice?", False), ("how many ships were waiting at both ends?", True)],
    ids=["outside the articles", "another story"],
)
def test_a_new_matter_is_no_follow_up(index: NewsIndex, question: str, answered: bool) -> None:
    history = [(WHY, "“Washington fears the S-400 could spy on the F-35 fighter” [1]")]
    found = Assistant(index).answer(question, history)
    assert found.answered is answered
    if not answered:
        assert found.searched == question
        assert "“cook”" in (found.reason or "")
    else:
        assert "200 ships" in found.citations[0].quote


@pytest.mark.parametrize("question", ["", "  \n "])
def test_an_empty_question_is_a_sentence(index: NewsIndex, question: str) -> None:
    with pytest.raises(BadRequest, match="question is empty"):
        Assistant(index).answer(question)


def test_a_very_long_question_is_answered(index: NewsIndex) -> None:
    assert_whole(Assistant(index).answer(WHY + " please" * 5_000), index)


# By a model


def test_a_model_writes_with_numbers_that_count_from_one(index: NewsIndex) -> None:
    model = scripted("Turkey paid [", "1]", ". Wash", "ington fears it could spy on the F-35 fighter [1][9]", ".")
    found = Assistant(index, model).answer(WHY)
    assert_whole(found, index)
    assert found.text == "Turkey paid [1]. Washington fears it could spy on the F-35 fighter [1]."
    assert len(found.citations) == 1
    assert (found.mode, Assistant(index, model).writer) == ("scripted", "scripted")


def test_sources_shown_are_sources_cited_in_order_of_appearance(index: NewsIndex) -> None:
    model = scripted("Sanctions followed [2]. The missiles came first [1]. Sanctions again [2].")
    found = Assistant(index, model).answer(WHY)
    assert_whole(found, index)
    assert found.text.startswith("Sanctions followed [1]. The missiles came first [2].")
    assert len(found.citations) == 2


def test_a_citation_quotes_what_supports_its_sentence(index: NewsIndex) -> None:
    found = Assistant(index, scripted("The deal is worth $2.5 billion [1].")).answer(WHY)
    assert found.citations[0].quote == "The deal is worth about $2.5 billion and was signed in December 2017."
    assert MISSILES[found.citations[0].start :].startswith("The deal")


def test_what_the_model_invents_is_marked_and_gets_no_citation(index: NewsIndex) -> None:
    found = Assistant(index, scripted(SAID, " The deal cost $9 billion [1]. Everyone was happy.")).answer(WHY)
    assert [check.verdict for check in found.checks] == ["supported", "unsupported", "uncited"]
    assert "Everyone was happy." in found.text


def test_the_model_is_shown_numbered_passages_and_the_searched_question(index: NewsIndex) -> None:
    model = scripted(SAID)
    Assistant(index, model).answer("And why did Turkey buy it?", [(WHY, "…")], asked_on=date(2019, 7, 13))
    body = str(model.prompts[-1][1].content)
    assert '<passage number="1"' in body
    assert "Asked on 13 July 2019." in body
    assert body.endswith("Question: Why did Turkey buy the S-400?")


def test_the_model_is_not_called_where_nothing_is_relevant(index: NewsIndex) -> None:
    model = scripted(SAID)
    assert not Assistant(index, model).answer("What is the capital of Mongolia?").answered
    assert model.prompts == []


def test_a_model_that_finds_no_answer_refuses(index: NewsIndex) -> None:
    partials = list(Assistant(index, scripted(SENTINEL[:5], SENTINEL[5:], "\n")).stream(WHY))
    assert len(partials) == 1
    assert_whole(partials[0], index)
    assert not partials[0].answered
    assert partials[0].nearest


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ([], "The model gave an empty reply"),
        (["  \n"], "The model gave an empty reply"),
        (["It is simply dangerous."], "The model cited no article"),
        (["It is dangerous [7]."], "The model cited no article"),
        ([SAID, ConnectionError("secret")], "could not be reached"),
        ([TimeoutError("secret")], "did not answer in time"),
        ([SAID, ValueError("secret")], "The model failed (ValueError)"),
        ([SAID * 400], "did not come to an end"),
    ],
    ids=["empty", "blank", "uncited", "unknown number", "cut off", "timeout", "failure", "endless"],
)
def test_a_model_that_fails_gives_way_to_quotes(index: NewsIndex, script: list[Any], reason: str) -> None:
    partials = list(Assistant(index, scripted(*script)).stream(WHY))
    assert_whole(partials[-1], index)
    assert partials[-1].mode == "quotes"
    assert partials[-1].text == Assistant(index).answer(WHY).text
    assert reason in str(partials[-1].reason)
    assert "secret" not in str(partials[-1].reason)


def test_a_model_that_takes_too_long_is_stopped(index: NewsIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    class Silent(ScriptedChatModel):
        def _next(self, messages: Any) -> Iterator[str]:
            time.sleep(1.0)
            yield SAID

    monkeypatch.setattr(calling.stream, "__defaults__", (None, 0.1))
    began = time.monotonic()
    found = Assistant(index, Silent()).answer(WHY)
    assert time.monotonic() - began < 0.9
    assert found.mode == "quotes"
    assert "did not answer in time" in str(found.reason)


def test_a_model_streams_growing_text(index: NewsIndex) -> None:
    partials = list(Assistant(index, scripted(*SAID)).stream(WHY))
    assert len(partials) > 20
    assert [partial.done for partial in partials[:-1]] == [False] * (len(partials) - 1)
    for before, after in pairwise(partials):
        assert after.text.startswith(before.text)
        assert after.citations[: len(before.citations)] == before.citations
    # a marker is there whole or not at all
    assert all("[" not in p.text or p.text.count("[1]") == p.text.count("[") for p in partials)
    assert_whole(partials[-1], index)


def test_a_stream_that_is_dropped_ends_the_models(index: NewsIndex) -> None:
    closed = threading.Event()

    class Endless(ScriptedChatModel):
        def _next(self, messages: Any) -> Iterator[str]:
            try:
                while True:
                    yield "word "
            finally:
                closed.set()

    stream = Assistant(index, Endless()).stream(WHY)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert closed.wait(2)


# Asynchronously


async def test_async_gives_the_same_quotes(index: NewsIndex) -> None:
    assert await Assistant(index).aanswer(WHY) == Assistant(index).answer(WHY)


async def test_async_streams_from_a_model(index: NewsIndex) -> None:
    partials = [partial async for partial in Assistant(index, scripted(*SAID)).astream(WHY)]
    assert partials == list(Assistant(index, scripted(*SAID)).stream(WHY))
    assert len(partials) > 20


async def test_async_failure_gives_way_to_quotes(index: NewsIndex) -> None:
    found = await Assistant(index, scripted(SAID, ConnectionError("secret"))).aanswer(WHY)
    assert found.mode == "quotes"
    assert "could not be reached" in str(found.reason)


async def test_async_refuses(index: NewsIndex) -> None:
    assert not (await Assistant(index).aanswer("What is the capital of Mongolia?")).answered


# Around it


def test_article_info_and_writer(index: NewsIndex) -> None:
    helper = Assistant(index)
    source = helper.answer(WHY).citations[0].source
    assert helper.article(source.id).text == MISSILES
    with pytest.raises(ArticleMissing):
        helper.article("0" * 16)
    assert helper.info().articles == 5
    assert helper.writer == "quotes"


def test_a_missing_index_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="build one with"):
        Assistant.open(tmp_path / "nothing")
    with pytest.raises(IndexMissing):
        answer(WHY, index_dir=tmp_path / "nothing")


def test_an_address_without_a_model_is_a_sentence(index: NewsIndex) -> None:
    with pytest.raises(BadRequest, match="needs the model's name too"):
        Assistant(index, base_url="http://127.0.0.1:9/v1")


def test_the_function_answers_from_the_default_index(index: NewsIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_INDEX", "elsewhere")
    assert answering.default_index() == "elsewhere"
    monkeypatch.delenv("DATELINE_INDEX")
    assert answering.default_index() == "news-index"
    monkeypatch.setattr(answering, "_kept", lambda folder: index)
    assert answer(WHY).citations[0].source.outlet == "Alpha News"
    assert answer(WHY, model=scripted(SAID)).mode == "scripted"
