"""Answers to questions as people write them: what was read is told, taken back, and never costs a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from assistant import Answer, Assistant, to_json
from assistant.asked import take_apart
from assistant.page.said import Said
from assistant.page.turns import talk_html, turn_html
from assistant.request import request_of
from index import NewsIndex
from index.errors import BadRequest
from tests.stories import small_index
from tests.test_assistant_markup import Read
from tests.test_index_finding import ODD

DAY = date(2019, 7, 15)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsIndex]:
    with small_index(tmp_path_factory.mktemp("stories")) as opened:
        yield opened


def cited(found: Answer) -> set[str | None]:
    return {citation.source.outlet for citation in found.citations}


def test_only_the_outlet_and_the_days_asked_for_are_quoted(index: NewsIndex) -> None:
    question = "What did Alpha News say last week about why Washington is worried about the S-400?"
    found = Assistant(index).answer(question, asked_on=DAY)
    assert cited(found) == {"Alpha News"}
    assert found.filters.outlets == ("Alpha News",)
    assert to_json(found)["filters"] == {
        "outlets": ["Alpha News"],
        "since": "2019-07-08",
        "until": "2019-07-15",
        "topic": "",
        "period": None,
        "corrections": {},
        "read": [
            {"kind": "outlet", "words": "Alpha News", "start": 9, "end": 19, "applied": True},
            {"kind": "date", "words": "last week", "start": 24, "end": 33, "applied": True},
        ],
    }
    json.dumps(to_json(found))


@pytest.mark.parametrize("how", ["answer", "stream", "chain"])
def test_every_way_of_asking_takes_back(index: NewsIndex, how: str) -> None:
    assistant, question = Assistant(index), "What did Beta Wire say about the S-400 missiles?"
    asked: dict[str, Any] = {"without": ["Beta Wire"]}
    if how == "chain":
        found = assistant.chain.invoke({"question": question, **asked})
    elif how == "stream":
        *_, found = assistant.stream(question, **asked)
    else:
        found = assistant.answer(question, **asked)
    assert found.filters.outlets == ()
    assert [one.applied for one in found.filters.understood.phrases] == [False]
    assert Assistant(index).answer(question).filters.outlets == ("Beta Wire",)


async def test_asynchronously_too(index: NewsIndex) -> None:
    found = await Assistant(index).aanswer("What did Beta Wire say about the S-400?", without=["Beta Wire"])
    assert found.filters.outlets == ()


def test_a_request_takes_words_to_take_back() -> None:
    assert request_of({"question": "Why?", "without": "last week"}).without == ("last week",)
    with pytest.raises(BadRequest):
        request_of({"question": "Why?", "without": 3})


def test_what_leaves_nothing_is_dropped_and_the_answer_given(index: NewsIndex) -> None:
    question = "What did Gamma Weekly say about why Washington is worried about the S-400?"
    found = Assistant(index).answer(question)
    assert found.answered
    assert [one.words for one in found.filters.dropped] == [] or cited(found)
    found = Assistant(index).answer("What happened at the Suez Canal yesterday?", asked_on=date(2024, 1, 1))
    assert found.answered
    assert [one.words for one in found.filters.dropped] == ["yesterday"]


def test_a_follow_up_is_read_once_it_is_resolved(index: NewsIndex) -> None:
    before = "What did Alpha News say about the S-400?"
    found = Assistant(index).answer("and Beta Wire?", [(before, "Something.")])
    for one in found.filters.understood.phrases:
        assert one.words == found.searched[one.start : one.end]


def test_a_slip_is_mended_in_search_and_in_judging(index: NewsIndex) -> None:
    found = Assistant(index).answer("Why is Washigton worried about the misiles?")
    assert found.answered
    assert found.filters.corrections == {"Washigton": "Washington", "misiles": "missiles"}


def test_capitals_change_no_answer(index: NewsIndex) -> None:
    assistant = Assistant(index)
    for question in ("Why is Washington worried about the S-400?", "When did Finland join NATO?"):
        for other in (question.lower(), question.upper()):
            assert assistant.answer(other).text == assistant.answer(question).text


def test_us_is_a_country_after_the() -> None:
    for question in ("Why is the us worried?", "Why is the US worried?"):
        assert "us" in take_apart(question, lambda term: 1.0, 100).weights
    assert "us" not in take_apart("What did they tell us?", lambda term: 1.0, 100).weights


@pytest.mark.parametrize("question", ODD.values(), ids=ODD.keys())
def test_any_text_is_answered_or_refused_in_a_sentence(index: NewsIndex, question: str) -> None:
    try:
        found = Assistant(index).answer(question)
    except BadRequest as problem:
        assert str(problem).endswith(".")
        assert not question.strip()
        return
    assert found.answered or (found.reason and found.text)
    json.dumps(to_json(found), ensure_ascii=False)
    for piece in talk_html([Said(question, found)]):
        assert "<script>" not in piece


def test_the_page_says_what_was_read(index: NewsIndex) -> None:
    question = "What did Alpha News say last week about <b>misiles</b>?"
    found = Assistant(index).answer(question, asked_on=DAY)
    shown = turn_html(Said(question, found))
    text = Read(shown).text
    taken_back = [one["data-without"] for one in Read(shown).all("button") if one.get("data-do") == "again"]
    assert taken_back == ["Alpha News", "last week", "misiles"]
    assert "Understood as: Alpha News × 8 July to 15 July 2019 × “missiles” for “misiles” ×" in text
    assert "<b>misiles" not in shown
    assert "Understood as" not in turn_html(Said("Why?", Assistant(index).answer("Why the S-400?")))


def test_a_question_too_long_says_how_much_of_it_was_searched(index: NewsIndex) -> None:
    assistant = Assistant(index)
    long = assistant.answer("Who resigned from the government? " + "really " * 600)
    assert long.filters.notes()[-1] == "only the first 2,000 characters were searched"
    assert assistant.answer("Who resigned from the government?").filters.notes() == []
