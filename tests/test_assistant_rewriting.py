"""Follow-ups rewritten by the model, and when its wording is not taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from assistant import Assistant, Turn
from assistant.rewriting import standalone
from index import NewsIndex
from tests.fake_chat import ScriptedChatModel
from tests.stories import small_index

TURNS = (
    Turn(
        "Why is Washington worried about the S-400?", "“Washington fears it could spy on the F-35.” — Alpha, 2019 [1]"
    ),
)
FOLLOW_UP = "And why did Turkey buy it?"
WHOLE = "Why did Turkey buy the S-400?"  # what the rules make of it
BETTER = "For what reason did Turkey buy the S-400 that worries Washington?"


@pytest.mark.parametrize(
    ("reply", "taken"),
    [
        (WHOLE, WHOLE),
        (f'"{WHOLE}"', WHOLE),
        (f"Question: {WHOLE}", WHOLE),
        (f"<think>it is the missile</think>\n{WHOLE}", WHOLE),
        (f"  {WHOLE}\n", WHOLE),
        ("", None),
        ("Turkey bought the S-400 because it was cheap.", None),
        ("Why did Turkey buy the Patriot?", None),
        ("Why did Turkey buy the S-400 in 2017?", None),
        ("What is the weather like?", None),
        (f"{WHOLE}\nHere is why: it was cheap?", None),
        ("NOT_IN_THE_ARTICLES?", None),
        (WHOLE.replace("?", " and so on" * 60 + "?"), None),
    ],
)
def test_only_the_question_that_was_meant_is_taken(reply: str, taken: str | None) -> None:
    assert standalone(reply, FOLLOW_UP, TURNS) == taken


def test_a_question_that_says_nothing_itself_must_be_made_of_what_was_said() -> None:
    assert standalone("Why is Washington worried about the S-400?", "tell me more", TURNS)
    assert standalone("How do bakers make sourdough bread rise?", "tell me more", TURNS) is None


class Rewriter(ScriptedChatModel):
    """Gives the rewritten question first, then an answer."""

    rewritten: Any = WHOLE

    def _next(self, messages: Any) -> Iterator[str]:
        self.prompts.append(list(messages))
        if len(self.prompts) == 1:
            if isinstance(self.rewritten, Exception):
                raise self.rewritten
            yield self.rewritten
        else:
            yield "Washington fears the S-400 could spy on the F-35 fighter [1]."


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsIndex]:
    with small_index(tmp_path_factory.mktemp("stories")) as opened:
        yield opened


def test_the_rewritten_question_is_searched_and_shown(index: NewsIndex) -> None:
    model = Rewriter(rewritten=BETTER)
    found = Assistant(index, model).answer(FOLLOW_UP, TURNS)
    assert (found.searched, found.question) == (BETTER, FOLLOW_UP)
    assert len(model.prompts) == 2
    assert FOLLOW_UP in str(model.prompts[0])
    assert FOLLOW_UP not in str(model.prompts[1])


@pytest.mark.parametrize("reply", ["Bread rises by yeast.", "", RuntimeError("away")], ids=["strays", "empty", "fails"])
def test_the_rules_serve_where_the_model_does_not(index: NewsIndex, reply: Any) -> None:
    with_model = Assistant(index, Rewriter(rewritten=reply)).answer(FOLLOW_UP, TURNS)
    assert with_model.searched == Assistant(index).answer(FOLLOW_UP, TURNS).searched == WHOLE
    assert with_model.mode == "scripted"


async def test_asynchronously_too(index: NewsIndex) -> None:
    model = Rewriter(rewritten=BETTER)
    found = await Assistant(index, model).aanswer(FOLLOW_UP, TURNS)
    assert found.searched == BETTER
    assert len(model.prompts) == 2


def test_without_turns_before_the_model_is_not_asked_to_rewrite(index: NewsIndex) -> None:
    model = ScriptedChatModel(script=["Washington fears the S-400 could spy on the F-35 fighter [1]."])
    Assistant(index, model).answer("Why is Washington worried about the S-400?")
    assert len(model.prompts) == 1


def test_quotes_are_asked_for_without_the_model(index: NewsIndex) -> None:
    model = ScriptedChatModel(script=["x"])
    found = Assistant(index, model).answer(FOLLOW_UP, TURNS, writer="quotes")
    assert (found.mode, model.prompts) == ("quotes", [])
