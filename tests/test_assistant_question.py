"""Follow-ups become questions that stand alone."""

from __future__ import annotations

import pytest

from assistant.question import Understood, turns, understand
from assistant.types import Turn
from index.errors import BadRequest

MISSILES = "Why is the US worried about the S-400?"
PRESIDENT = Turn("Who is the president of Turkey?", "“Recep Tayyip Erdogan won again.” — Beta Wire, 28 May 2023 [1]")

CASES = [
    # (questions before, follow-up, question searched)
    ([MISSILES], "and why did Turkey buy it?", "Why did Turkey buy the S-400?"),
    ([MISSILES], "How much does it cost?", "How much does the S-400 cost?"),
    ([MISSILES], "Who sold it?", "Who sold the S-400?"),
    ([MISSILES], "and Turkey?", "Why is Turkey worried about the S-400?"),
    ([MISSILES], "What about Greece?", "Why is Greece worried about the S-400?"),
    ([MISSILES], "Turkey?", "Why is Turkey worried about the S-400?"),
    ([MISSILES], "Tell me more", MISSILES),
    (["Why did Turkey buy the S-400?"], "When?", "When did Turkey buy the S-400?"),
    (["Why did Turkey buy the S-400?"], "when was that?", "When did Turkey buy the S-400?"),
    (["When did Turkey buy the S-400?"], "why?", "Why did Turkey buy the S-400?"),
    ([MISSILES, "and why did Turkey buy it?"], "when?", "When did Turkey buy the S-400?"),
    (["Who is Recep Tayyip Erdogan?"], "When was he elected?", "When was Recep Tayyip Erdogan elected?"),
    (["Who is Angela Merkel?"], "And her successor?", "What about Angela Merkel's successor?"),
    (["What did Erdogan say about the S-400?"], "What did Putin tell him?", "What did Putin tell Erdogan?"),
    ([PRESIDENT], "How old is he?", "How old is Recep Tayyip Erdogan?"),
    (["Who won the World Cup?"], "Where was it held?", "Where was the World Cup held?"),
    (["Who won the World Cup?"], "when was that?", "When was that: Who won the World Cup?"),
    (["What did Elon Musk buy in 2022?"], "And in 2023?", "What did Elon Musk buy in 2023?"),
    (["What did Elon Musk buy?"], "in 2023?", "What did Elon Musk buy in 2023?"),
    (
        ["How many people died in the earthquake in Turkey?"],
        "and in Syria?",
        "How many people died in the earthquake in Syria?",
    ),
    (["What did Turkey and Russia agree on?"], "When did they meet?", "When did Turkey and Russia meet?"),
    (["Why did the protesters storm the embassy?"], "What did they want?", "What did the protesters want?"),
    (["What happened in Gaza?"], "How many people live there?", "How many people live in Gaza?"),
    (["Did Sweden join NATO?"], "And Finland?", "Did Finland join NATO?"),
    (["What caused the fire at Notre-Dame?"], "When did it start?", "When did the fire at Notre-Dame start?"),
    (["Why did the missile deal collapse?"], "who was behind it?", "Who was behind the missile deal?"),
    (["What happened to the Titan submersible?"], "What caused it?", "What caused the Titan submersible?"),
]


@pytest.mark.parametrize(("before", "asked", "searched"), CASES, ids=[f"{c[0][-1]}->{c[1]}" for c in CASES])
def test_follow_up_gets_its_subject(before: list[str | Turn], asked: str, searched: str) -> None:
    history = [turn if isinstance(turn, Turn) else Turn(turn, "") for turn in before]
    assert understand(asked, history).question == searched


@pytest.mark.parametrize(
    "asked",
    [
        "Why did Trump fire his adviser?",
        "Did Turkey say it would return the missiles?",
        "What is inflation?",
        "Is there a ceasefire in Gaza?",
        "Who won the World Cup in 2022?",
        "Is it true that Boris Johnson resigned?",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(asked: str) -> None:
    assert understand(asked, [Turn(MISSILES, "")]) == Understood(asked)


@pytest.mark.parametrize("asked", ["and Turkey?", "why?", "How old is he?", MISSILES])
def test_without_turns_before_nothing_changes(asked: str) -> None:
    assert understand(asked, []) == Understood(asked)


@pytest.mark.parametrize(
    ("asked", "named"),
    [("When was the deal signed?", "S-400"), ("How does that affect Greece?", "S-400"), ("And the price?", "S-400")],
)
def test_what_cannot_be_replaced_is_added(asked: str, named: str) -> None:
    history = [Turn(MISSILES, "Washington fears the deal.")]
    resolved = understand(asked, history).question
    assert asked.rstrip("?").split()[-1] in resolved
    assert named in resolved


def test_only_the_last_turns_lend_a_subject() -> None:
    history = [Turn("Who is Angela Merkel?", ""), *[Turn("Did rain fall?", "")] * 6]
    assert "Merkel" not in understand("When was she elected?", history).searched


def test_history_is_taken_in_each_form() -> None:
    turn = Turn("Who?", "Nobody.")
    messages = [{"role": "user", "content": "Who?"}, {"role": "assistant", "content": "Nobody."}]
    assert turns([turn]) == turns([("Who?", "Nobody.")]) == turns(messages) == (turn,)
    # a question that was never answered lends nothing
    assert turns([{"role": "user", "content": "Lost?"}, *messages]) == (turn,)


@pytest.mark.parametrize("entry", ["just text", ("one",), {"role": "user"}, 7])
def test_any_other_history_is_refused_in_words(entry: object) -> None:
    with pytest.raises(BadRequest, match="A conversation is a list"):
        turns([entry])
