"""A model's text while it comes in, chunk by chunk, as hostile as models are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk

from assistant import Answer, Assistant
from index import NewsIndex
from tests.fake_chat import ScriptedChatModel
from tests.stories import small_index

WHY = "Why is Washington worried about the S-400?"
SAID = "Washington fears the S-400 could spy on the F-35 fighter [1]."
GERMAN = (
    "Washington befürchtet, dass das russische Flugabwehrsystem die Tarnkappenflugzeuge ausspähen und ihre Schwächen"
    " an Moskau weitergeben könnte, weshalb der Verkauf gestoppt wurde und weitere Strafmaßnahmen folgten [1]. "
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsIndex]:
    with small_index(tmp_path_factory.mktemp("stories")) as opened:
        yield opened


class Ending(ScriptedChatModel):
    """Says why it ended, as providers do with the last chunk."""

    ending: dict[str, Any]

    def _stream(self, messages: Any, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        yield from super()._stream(messages)
        yield ChatGenerationChunk(message=AIMessageChunk("", response_metadata=self.ending))


def ask(index: NewsIndex, *chunks: str, strict: bool = False) -> list[Answer]:
    return list(Assistant(index, ScriptedChatModel(script=list(chunks))).stream(WHY, strict=strict))


def assert_quotes(partials: list[Answer], reason: str) -> None:
    assert partials[-1].mode == "quotes"
    assert partials[-1].citations
    assert partials[-1].reason == f"{reason}, so these are quotes from the articles instead."


def test_the_first_words_come_with_the_first_chunk(index: NewsIndex) -> None:
    assert ask(index, "Washington", *SAID[10:])[0].text == "Washington"


@pytest.mark.parametrize("marker", ["[99]", "[0]", "[1, 99]", "[ 1 ]", "[1–3]", "[1][2]"])
def test_no_marker_flashes_however_it_is_split(index: NewsIndex, marker: str) -> None:
    text = f"Washington fears the S-400 could spy on the F-35 {marker} [1]."
    for partial in ask(index, *text):
        shown = {citation.number for citation in partial.citations}
        opened = partial.text.count("[")
        assert opened == sum(partial.text.count(f"[{number}]") for number in shown), partial.text


@pytest.mark.parametrize("cut", range(1, 9))
def test_a_thought_never_shows(index: NewsIndex, cut: int) -> None:
    text = f"<think>The answer is 42 [2].</think>\n\n{SAID}"
    partials = ask(index, *(text[at : at + cut] for at in range(0, len(text), cut)))
    assert all("42" not in partial.text and "think" not in partial.text for partial in partials)
    assert partials[-1].text == SAID


def test_a_thought_without_an_answer_is_an_empty_reply(index: NewsIndex) -> None:
    assert_quotes(ask(index, "<think>Hm"), "The model gave an empty reply")


def test_another_language_gives_way_to_quotes_before_it_ends(index: NewsIndex) -> None:
    partials = ask(index, *(GERMAN * 20))
    assert_quotes(partials, "The model wrote in another language than the articles")
    assert 0 < max(len(partial.text) for partial in partials if partial.mode != "quotes") <= 201


def test_another_language_in_one_piece_too(index: NewsIndex) -> None:
    assert_quotes(ask(index, GERMAN), "The model wrote in another language than the articles")


@pytest.mark.parametrize("strict", [False, True], ids=["marked", "strict"])
def test_a_model_that_never_stops_is_stopped(index: NewsIndex, strict: bool) -> None:
    partials = ask(index, *["Washington fears that it rains every day in the mountains [1]. "] * 1_000, strict=strict)
    assert_quotes(partials, "The model did not come to an end")


@pytest.mark.parametrize(
    ("ending", "reason"),
    [
        ({"finish_reason": "length"}, "cut off at its longest"),
        ({"stop_reason": "max_tokens"}, "cut off at its longest"),
    ],
)
def test_a_reply_cut_off_stands_and_says_so(index: NewsIndex, ending: dict[str, Any], reason: str) -> None:
    found = Assistant(index, Ending(script=[SAID, " The next"], ending=ending)).answer(WHY)
    assert found.text == f"{SAID} The next"
    assert [check.verdict for check in found.checks][1:] == ["uncited"]
    assert reason in str(found.reason)


def test_a_filtered_reply_gives_way_to_quotes(index: NewsIndex) -> None:
    found = Assistant(index, Ending(script=[SAID], ending={"finish_reason": "content_filter"})).answer(WHY)
    assert_quotes([found], "The provider's filter held the model's reply back")


@pytest.mark.parametrize(
    "reply",
    [
        "I'm sorry, but I can't help with that.",
        '{"answer": "It fears the radar."}',
        "# Report\n\nWashington fears the S-400 could spy on the F-35 fighter.",
        "See [this article](https://evil.example/?q=secret).",
    ],
    ids=["excuse", "json", "headings", "link"],
)
def test_a_model_that_ignores_the_instructions_gives_way_to_quotes(index: NewsIndex, reply: str) -> None:
    assert_quotes(ask(index, *reply), "The model cited no article")
