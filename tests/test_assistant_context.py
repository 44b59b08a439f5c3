"""What fits into a model's window."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from assistant import prompts
from assistant.context import (
    ANSWER_TOKENS,
    PATIENCE_SECONDS,
    SMALLEST_WINDOW,
    UNKNOWN_WINDOW,
    Context,
    Measuring,
)
from assistant.model import OLLAMA_CONTEXT, open_model
from index.articles import Source
from index.errors import BadRequest, ModelError
from index.passages import Passage
from tests.fake_chat import Script, ScriptedChatModel, openai_server
from tests.fake_ollama import ollama_server

SENTENCE = "The ferry left the harbour in heavy rain and came back at noon. "
TEXT = (SENTENCE * 15).strip()
ARTICLE = "Before. " + TEXT


def passage(number: int = 1, text: str = TEXT) -> Passage:
    return Passage(Source(str(number), f"Report {number}", published=date(2020, 5, 3)), text, 8, 8 + len(text))


def messages(chosen: Mapping[int, Passage]) -> list[tuple[str, str]]:
    return prompts.messages("Did it rain?", chosen)


EIGHT = [passage(number) for number in range(1, 9)]


class WordCounter(ScriptedChatModel):
    """A model that knows its window and counts words."""

    context_window: int = 600

    def count_tokens(self, messages: Any) -> int:
        return sum(len(content.split()) for _, content in messages)


@pytest.mark.parametrize("window", [1024, 1200, 1500, 2048, 4096, 8192])
def test_the_best_that_fit_stay_and_leave_room(window: int) -> None:
    context = Context.of(ScriptedChatModel(), window)
    chosen = context.fit(EIGHT, messages)
    assert list(chosen) == list(range(1, len(chosen) + 1))
    assert context.count(messages(chosen)) <= window - min(ANSWER_TOKENS, window // 4)
    for number, kept in chosen.items():
        assert kept.source.id == str(number)
        assert kept.text == ARTICLE[kept.start : kept.end]
    if 1 < len(chosen) < 8:
        more = dict(enumerate(EIGHT[: len(chosen) + 1], start=1))
        assert context.count(messages(more)) > context.tokens()


def test_all_fit_into_a_window_of_today() -> None:
    assert list(Context.of(ScriptedChatModel(), 32_000).fit(EIGHT, messages)) == list(range(1, 9))
    assert Context.of(ScriptedChatModel(), 32_000).fit([], messages) == {}


def test_a_passage_that_is_too_long_is_cut_at_a_sentence() -> None:
    chosen = Context.of(ScriptedChatModel(), SMALLEST_WINDOW).fit([passage(text=TEXT * 3)], messages)
    assert len(chosen) == 1
    assert len(chosen[1].text) < len(TEXT) * 3
    assert chosen[1].text.endswith("noon.")
    assert TEXT.startswith(chosen[1].text)
    assert (chosen[1].start, chosen[1].end) == (8, 8 + len(chosen[1].text))


def test_where_not_even_a_sentence_fits_it_is_said() -> None:
    with pytest.raises(ModelError, match="context is too short for a passage"):
        Context.of(ScriptedChatModel(), SMALLEST_WINDOW).fit([passage(text="rain " * 2000)], messages)


def test_a_window_that_holds_nothing_is_a_sentence() -> None:
    with pytest.raises(BadRequest, match="at least 1024"):
        Context.of(ScriptedChatModel(), 100)


def test_a_model_that_counts_is_believed() -> None:
    model = WordCounter()
    assert isinstance(model, Measuring)
    assert not isinstance(ScriptedChatModel(), Measuring)
    assert Context.of(model).tokens() == 450
    assert Context.of(model, 4096).tokens() == 450, "the user cannot make a window larger than it is"
    context = Context.of(model)
    chosen = context.fit(EIGHT, messages)
    assert 0 < len(chosen) < 8
    assert context.count(messages(chosen)) == model.count_tokens(messages(chosen))


@pytest.mark.parametrize("rate", [0.22, 0.3, 0.6, 1.0])
def test_replies_teach_how_long_tokens_are(rate: float) -> None:
    context = Context.of(ScriptedChatModel(), 8192)
    asked = messages(dict(enumerate(EIGHT, start=1)))
    size = sum(len(content.encode()) for _, content in asked)
    context.learn(asked, round(size * rate))
    # never less than there are, and not much more
    assert size * rate <= context.count(asked) <= size * rate * 1.2 + 20


def test_the_longest_tokens_of_the_last_replies_count() -> None:
    context = Context.of(ScriptedChatModel(), 8192)
    asked = messages({1: passage()})
    size = sum(len(content.encode()) for _, content in asked)
    context.learn(asked, size)
    for _ in range(3):
        context.learn(asked, size // 4)
    assert context.count(asked) >= size
    for _ in range(8):
        context.learn(asked, size // 4)
    assert context.count(asked) < size // 2


@pytest.mark.parametrize("tokens", [None, 0, 5])
def test_what_teaches_nothing(tokens: int | None) -> None:
    context = Context.of(ScriptedChatModel(), 8192)
    before = context.count(messages({1: passage()}))
    context.learn(messages({1: passage()}), tokens)
    assert context.count(messages({1: passage()})) == before


@pytest.mark.parametrize("text", ["Дождь шёл весь день. " * 50, "雨下了一整天。" * 80, "It rained. " * 90])
def test_the_first_estimate_is_cautious_in_any_script(text: str) -> None:
    """One token for two letters of Cyrillic, one for each of Chinese, one for four of English."""
    letters = {"Д": 2, "雨": 1, "I": 4}[text[0]]
    assert Context.of(ScriptedChatModel(), 8192).count([("user", text)]) >= len(text) / letters


def test_after_a_refusal_half_is_tried() -> None:
    context = Context.of(ScriptedChatModel(), 100_000)
    asked = messages(context.fit(EIGHT, messages))
    before = context.count(asked)
    context.halve(asked)
    chosen = context.fit(EIGHT, messages)
    assert 2 <= len(chosen) <= 4
    assert context.count(messages(chosen)) <= before // 2
    context.halve(messages(chosen))
    assert 0 < len(context.fit(EIGHT, messages)) < len(chosen)


def test_many_threads_learn_at_once() -> None:
    context = Context.of(ScriptedChatModel(), 8192)
    asked = messages({1: passage()})
    errors: list[Exception] = []

    def work() -> None:
        try:
            for tokens in range(300, 600):
                context.learn(asked, tokens)
                context.fit(EIGHT, messages)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors


@pytest.mark.parametrize(
    ("entry", "window"),
    [
        ({"max_model_len": 2048}, 2048),
        ({"meta": {"n_ctx_train": 3000, "n_vocab": 100_000}}, 3000),
        ({"meta": {"n_ctx_train": 32_000, "n_ctx": 3000}}, 3000),
        ({"context_length": 5000, "max_model_len": "many"}, 5000),
        ({"max_model_len": -1}, UNKNOWN_WINDOW),
        ({}, UNKNOWN_WINDOW),
    ],
)
def test_a_compatible_server_is_asked_at_the_first_question(entry: dict[str, Any], window: int) -> None:
    other = {"id": "other", "object": "model", "max_model_len": 999_999}
    listed = {"object": "list", "data": [other, {"id": "tiny", "object": "model", **entry}]}
    script = Script(about=listed)
    with openai_server(script) as url:
        context = Context.of(open_model("tiny", base_url=url))
        assert script.asked == 0
        assert context.tokens() == window - min(ANSWER_TOKENS, window // 4)
        assert context.tokens()
    assert script.asked == 1


def test_a_server_that_knows_no_such_question_is_asked_once() -> None:
    script = Script()
    with openai_server(script) as url:
        context = Context.of(open_model("tiny", base_url=url))
        assert context.tokens() == context.tokens() == UNKNOWN_WINDOW - ANSWER_TOKENS
    assert script.asked == 1


@pytest.mark.parametrize("about", [{"data": None}, {"data": [{"id": None}]}, {"error": "none of that"}])
def test_a_server_that_says_nonsense_does_no_harm(about: dict[str, Any]) -> None:
    with openai_server(Script(about=about)) as url:
        assert Context.of(open_model("tiny", base_url=url)).tokens() == UNKNOWN_WINDOW - ANSWER_TOKENS


def test_a_silent_server_is_not_waited_for_long() -> None:
    with openai_server(Script(silent=True)) as url:
        context = Context.of(open_model("tiny", base_url=url))
        began = time.monotonic()
        assert context.tokens() == context.tokens() == UNKNOWN_WINDOW - ANSWER_TOKENS
        assert time.monotonic() - began < PATIENCE_SECONDS + 1


def test_a_server_that_was_not_there_is_asked_again() -> None:
    model = open_model("tiny", base_url="http://127.0.0.1:9/v1")
    context = Context.of(model)
    assert context.tokens() == UNKNOWN_WINDOW - ANSWER_TOKENS
    script = Script(about={"object": "list", "data": [{"id": "tiny", "object": "model", "max_model_len": 2048}]})
    with openai_server(script) as url:
        model.root_client.base_url = url  # type: ignore[attr-defined]
        assert context.tokens() == 1536


@pytest.mark.parametrize(
    ("about", "options", "window"),
    [
        ({"model_info": {"general.architecture": "llama", "llama.context_length": 2048}}, {}, 2048),
        ({"model_info": {"llama.context_length": 131_072}}, {}, OLLAMA_CONTEXT),
        ({"model_info": {"llama.context_length": 131_072}}, {"context": 3000}, 3000),
        ({"model_info": {}}, {}, OLLAMA_CONTEXT),
        (None, {}, OLLAMA_CONTEXT),
    ],
)
def test_ollama_cuts_nothing_unseen(about: dict[str, Any] | None, options: dict[str, int], window: int) -> None:
    with ollama_server(Script(about=about)) as url:
        context = Context.of(open_model("ollama:tiny", base_url=url, **options))  # type: ignore[arg-type]
        assert context.tokens() == window - min(ANSWER_TOKENS, window // 4)


def test_a_known_model_has_its_window() -> None:
    model = open_model("anthropic:claude-sonnet-4-5", api_key="mine")
    assert Context.of(model).tokens() > 100_000
    assert Context.of(open_model("anthropic:unheard-of", api_key="mine")).tokens() == UNKNOWN_WINDOW - ANSWER_TOKENS
