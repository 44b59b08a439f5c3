"""Follow-ups become questions that stand alone."""

from __future__ import annotations

import re
import time

import pytest

from assistant.question import Resolved, resolve, turns
from assistant.types import Turn
from index.errors import BadRequest


def words(resolved: Resolved) -> str:
    """All that is searched: the question and the words of the turns before."""
    return f"{resolved.question} {resolved.about}".rstrip()


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
    (["Who won the World Cup?"], "when was that?", "When: Who won the World Cup?"),
    (["What did Elon Musk buy in 2022?"], "And in 2023?", "What did Elon Musk buy in 2023?"),
    (["What did Elon Musk buy?"], "in 2023?", "What did Elon Musk buy in 2023?"),
    (
        ["How many people died in the earthquake in Turkey?"],
        "and in Syria?",
        "How many people died in the earthquake in Syria?",
    ),
    (["What did Turkey and Russia agree on?"], "When did they meet?", "When did Turkey and Russia meet?"),
    (["The White House is considering what?"], "What did they want?", "What did the White House want?"),
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
    assert resolve(asked, history).question == searched


NOTHING_TO_RESOLVE = [
    "Why did Trump fire his adviser?",
    "Did Turkey say it would return the missiles?",
    "What is inflation?",
    "Is there a ceasefire in Gaza?",
    "Who won the World Cup in 2022?",
    "Is it true that Boris Johnson resigned?",
    "How do people in Norway heat their homes?",
    "Did the minister resign over his remarks?",
    "Who said that prices rose in Japan?",
    "What happened in Sudan this year?",
    "Czy Łódź też kupiła?",
    "und warum hat die Türkei das gekauft?",
    "why did the ECB raise interest rates in europe",
    f"{'I read a long piece about it and ' * 8}wonder what Sweden makes of all that?",
    "ok",
    "thanks!",
    "?",
    "…",
    "👍",
]


@pytest.mark.parametrize("asked", NOTHING_TO_RESOLVE)
def test_a_question_that_stands_alone_is_left_alone(asked: str) -> None:
    assert resolve(asked, [Turn(MISSILES, "")]) == Resolved(asked)


@pytest.mark.parametrize("asked", ["and Turkey?", "why?", "How old is he?", MISSILES])
def test_without_turns_before_nothing_changes(asked: str) -> None:
    assert resolve(asked, []) == Resolved(asked)


@pytest.mark.parametrize(
    ("asked", "named"),
    [("When was the deal signed?", "S-400"), ("How does that affect Greece?", "S-400"), ("And the price?", "S-400")],
)
def test_what_cannot_be_replaced_is_added(asked: str, named: str) -> None:
    history = [Turn(MISSILES, "Washington fears the deal.")]
    resolved = resolve(asked, history).question
    assert asked.rstrip("?").split()[-1] in resolved
    assert named in resolved


SAID = "“Erdogan said the deal stands, and Turkey bought the S-400 from Russia.” — Beta Wire, 8 April 2019 [1]"
AS_TYPED = [
    # (the same question as people type it)
    ("and why did turkey buy it", "And why did Turkey buy it?", "so why did Turkey buy it"),
    ("AND WHY DID TURKEY BUY IT?", "And why did Turkey buy it ??", "  and why\ndid Turkey  buy it?  "),
    ("whats its range", "What's its range?", "What’s its range?", "what is its range?"),
    ("wheres it now", "Where’s it now?", "thanks! and where is it now?", "Where is it now"),
    ("why didnt turkey sell it", "Why didn't Turkey sell it?", "Why didn’t Turkey sell it?"),
    ("who sold it", "Do you know who sold it?", "can you tell me who sold it?", "Thanks, that helps. Who sold it?"),
    ("and why did erdogan buy it", "And why did Erdogan buy it?"),
    ("what is erdogans view", "What is Erdogan's view?", "And what is Erdogan’s view?"),
]


@pytest.mark.parametrize("typed", AS_TYPED, ids=[typed[0] for typed in AS_TYPED])
def test_however_it_is_typed_the_same_is_searched(typed: tuple[str, ...]) -> None:
    searched = {words(resolve(asked, [Turn(MISSILES, SAID)])).rstrip(" ?").lower() for asked in typed}
    assert len(searched) == 1
    assert "s-400" in searched.pop()


ANSWERED = [
    # (question before, its answer, follow-up, question searched): what was asked for stands in the answer
    ("Who opened the doors?", "“Laurent Ulrich knocked.”", "What did he use?", "What did Laurent Ulrich use?"),
    (
        "Which bank did regulators in New York close?",
        "“After Lehman, Lehman and Lehman, Signature Bank was closed.”",
        "Did its depositors get their money?",
        "Did Signature Bank's depositors get their money?",
    ),
    (
        "What blocked the canal in Egypt?",
        "“The Ever Given ran aground.”\n“Tugs pulled at the Ever Given.”",
        "who owns it?",
        "Who owns the Ever Given?",
    ),
    ("Where does Hubble point?", "“It points at Jupiter from Florida.”", "who lives there?", "Who lives in Florida?"),
    # but nothing is taken from it where the question names the thing itself, or where the answer is not sure
    ("What did Ankara say about the S-400?", "“NATO, NATO and NATO.”", "Who built it?", "Who built the S-400?"),
    ("What exploded in Beirut?", "“Ammonium nitrate did.”", "who owned it?", "Who owned it (Beirut)?"),
]


@pytest.mark.parametrize(("before", "answer", "asked", "searched"), ANSWERED, ids=[case[2] for case in ANSWERED])
def test_a_pronoun_may_stand_for_what_the_answer_named(before: str, answer: str, asked: str, searched: str) -> None:
    assert resolve(asked, [Turn(before, answer)]).question == searched


CHAINS = [
    # (questions, what the last one must still be searched with, what it must not)
    (["How strong was the earthquake in Turkey?", "how many died?", "and in Syria?"], "earthquake Syria", "Turkey"),
    (["When was the vaccine approved in Britain?", "how many doses?", "who gets it first?"], "vaccine Britain", ""),
    (["Why is the US worried about the S-400?", "and why did Turkey buy it?", "when?"], "Turkey S-400", ""),
    (["What happened to the S-400 in 2020?", "and in 2019?", "and 2017?"], "S-400 2017", "2020 2019"),
    (["Did Sweden join NATO?", "And Finland?", "why not?"], "Finland NATO", "Sweden"),
    (["Who won the World Cup?", "What is Dimorphos?", "how wide is it?"], "Dimorphos", "World Cup"),
    (["Who is Angela Merkel?", "Who won the World Cup in 2022?", "where was that?"], "World Cup 2022", "Merkel"),
    (["What did Peskov say on 6 February 2023?", "and on 7 February?"], "Peskov 7 2023", "6"),
    (["What did June Raine say?", "and Hancock?"], "Hancock say", "Raine"),
    (["What did Macron say about pensions?", "and about the army?"], "Macron army", "pensions"),
    (["Which moons does Mars have?", "and the other ones?"], "moons Mars", ""),
    (["What did Orban tell the council?", "what else?"], "Orban council", ""),
]


@pytest.mark.parametrize(("asked", "kept", "gone"), CHAINS, ids=[" / ".join(case[0]) for case in CHAINS])
def test_a_chain_keeps_its_subject_and_loses_what_was_replaced(asked: list[str], kept: str, gone: str) -> None:
    searched = set(re.findall(r"[\w-]+", words(resolve(asked[-1], [Turn(turn, "") for turn in asked[:-1]]))))
    assert set(kept.split()) <= searched
    assert not set(gone.split()) & searched


@pytest.mark.parametrize("asked", ["How many died?", "Who else?", "and the price?", "why did they?", "the same day?"])
def test_what_is_understood_depends_on_nothing_else(asked: str) -> None:
    before = [Turn("What did Sweden and Norway sign?", "“They signed a treaty.” — Beta Wire, 3 May 2021 [1]")]
    once = resolve(asked, before)
    assert once == resolve(asked, before) == resolve(f"  {asked} ", before)
    # a question that stands alone already is not changed again
    assert resolve(once.question, []) == Resolved(once.question)
    assert {"Sweden", "Norway"} <= set(re.findall(r"\w+", words(once)))


@pytest.mark.parametrize("filler", ["and ", "the ", "in ", "do you know ", "it ", "thanks ", "( ", "Aa Bb ", "1 ", "x"])
def test_a_very_long_turn_is_read_in_no_time(filler: str) -> None:
    before = [Turn(MISSILES, SAID * 20)] * 6
    start = time.perf_counter()
    assert resolve((filler * 2_000)[:2_000], before).question
    assert time.perf_counter() - start < 1


def test_only_the_last_turns_lend_a_subject() -> None:
    history = [Turn("Who is Angela Merkel?", ""), *[Turn("Did rain fall?", "")] * 6]
    assert "Merkel" not in words(resolve("When was she elected?", history))


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
