"""Each sentence against what it cites."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.checks import Evidence, best_span, check, spans
from index.articles import Article, Source
from index.passages import passages, sentences

PASSAGE = (
    "Turkey signed the deal for four batteries in December 2017. It is worth about $2.5 billion, officials said. "
    "“We will not go back,” President Recep Tayyip Erdogan told reporters in Ankara. "
    "Some 1,200 soldiers were trained by Russia, twelve of them officers."
)
SOURCE = Source("aa", "Turkey and the missiles", outlet="Alpha News", published=date(2019, 7, 12))
EVIDENCE = {1: Evidence(SOURCE, PASSAGE)}
FERRY = (
    "The ferry Aurora sank off Lisbon on Monday morning with 412 people aboard, killing at least 37. Maria Santos, the "
    "harbour master, said the crew had not checked the doors before leaving port. The owner, Baltic Lines, denied that "
    "the ship was overloaded. “It was a normal crossing until the lights went out,” said Jonas Weber, a passenger from "
    "Hamburg. The company paid a fine of €3 million in 2016 after an earlier accident in which 12 people died. "
    "Rescue teams from the Portuguese navy searched until 9:30 p.m. that evening. "
    "Shares in Baltic Lines fell 18 percent on Tuesday, and a third of its crossings were cancelled. "
    "The National Transport Safety Board will open an inquiry next week. "
    "The inquiry will be led by Helena Costa, who was appointed in March. In the 1990s the line carried two million "
    "passengers a year."
)
FERRY_SOURCE = Source(
    "bb", "Ferry sinks off Portugal", outlet="Beta Wire", authors=("Ida Lund",), published=date(2022, 11, 9)
)
FERRY_EVIDENCE = {1: Evidence(FERRY_SOURCE, FERRY, 100)}


def verdict(sentence: str, evidence: dict[int, Evidence] = EVIDENCE) -> tuple[str, str]:
    (found,) = check(sentence, evidence)
    return found.verdict, found.reason


@pytest.mark.parametrize(
    "sentence",
    [
        "Turkey signed the deal in December 2017 [1].",
        "The deal is worth 2.5 billion dollars, according to officials [1].",
        "The deal is worth 2,500 million dollars, officials said [1].",
        "Erdogan told reporters: “We will not go back” [1].",
        'Erdogan told reporters: "we will not go back." [1]',
        "Russia trained 1200 soldiers, 12 of them officers [1].",
        "Alpha News reported on 12 July 2019 that Turkey signed a deal for four batteries [1].",
    ],
)
def test_what_the_passage_says_is_supported(sentence: str) -> None:
    assert verdict(sentence)[0] == "supported"


@pytest.mark.parametrize(
    "sentence",
    [
        "The ferry Aurora sank off Lisbon with 412 people aboard [1].",
        "The Aurora sank off Lisbon on 7 November 2022, killing at least 37 people [1].",
        "The Aurora sank off Lisbon on November 7, killing at least 37 [1].",
        "The ferry sank in November 2022 [1].",
        "On Monday, the ferry sank off Lisbon, killing at least thirty-seven [1].",
        "Harbour master Maria Santos said the crew did not check the doors before leaving port [1].",
        "Santos said that the crew had not checked the doors [1].",
        "Baltic Lines denied that the ship was overloaded [1].",
        "Passenger Jonas Weber said “it was a normal crossing … the lights went out” [1].",
        "Jonas Weber called it ‘a normal crossing until the lights went out’ [1].",
        "The company paid a fine of 3 million euros in 2016 [1].",
        "The company was fined €3m in 2016 after an accident in which twelve people died [1].",
        "Shares in Baltic Lines fell 18% on Tuesday, and 33 percent of its crossings were cancelled [1].",
        "Shares fell 18 per cent on 8 November 2022 [1].",
        "The Portuguese navy searched until 21:30 [1].",
        "Rescue teams from Portugal's navy searched until 9:30 pm [1].",
        "The NTSB will open an inquiry next week [1].",
        "In the 1990s the line carried 2,000,000 passengers a year [1].",
        "About 400 people were aboard the ferry Aurora when it sank off Lisbon [1].",
        "Beta Wire reported that the ferry Aurora sank off Lisbon on Monday [1].",
        "According to Ida Lund of Beta Wire, the ferry Aurora sank off Lisbon [1].",
        "The ferry sank with 412 people aboard, and shares in Baltic Lines fell 18 percent [1].",
        "Helena Costa, who was appointed in March 2022, will lead the inquiry [1].",
    ],
)
def test_what_is_said_otherwise_is_supported(sentence: str) -> None:
    assert verdict(sentence, FERRY_EVIDENCE) == ("supported", "What it cites says so.")


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        (
            "The deal is worth about $3.5 billion, officials said [1].",
            "The article has $2.5 billion, not $3.5 billion.",
        ),
        ("The deal is worth about €2.5 billion, officials said [1].", "€2.5 billion"),
        ("Turkey signed the deal in December 2018 [1].", "December 2018"),
        ("Turkey signed the deal in November 2017 [1].", "The article has December 2017, not November 2017."),
        ("Greece signed the deal in December 2017 [1].", "The article has Turkey, not Greece."),
        ("President Vladimir Putin told reporters in Ankara they will not go back [1].", "Putin"),
        ("Erdogan told reporters: “We will never go back” [1].", "We will never go back"),
        ("The weather was fine and everybody enjoyed a pleasant picnic [1].", "too little"),
        ("Beta Wire said the deal is worth about $2.5 billion [1].", "Beta Wire"),
    ],
)
def test_what_the_passage_does_not_say_is_named(sentence: str, named: str) -> None:
    found, reason = verdict(sentence)
    assert found == "unsupported"
    assert named in reason


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("The ferry Aurora sank off Lisbon with 512 people aboard [1].", "512"),
        ("The ferry Aurora sank off Lisbon with 12 people aboard [1].", "412, not 12"),
        ("Shares in Baltic Lines fell 37 percent on Tuesday [1].", "18 percent, not 37 percent"),
        ("Shares in Baltic Lines fell $18 on Tuesday [1].", "$18"),
        ("Shares in Baltic Lines fell 18 percent on Monday [1].", "Tuesday, not Monday"),
        ("The ferry Aurora sank off Lisbon on 14 November 2022 [1].", "14 November 2022"),
        ("The ferry Aurora sank off Lisbon on Monday morning in 2016 [1].", "2016"),
        ("The company paid a fine of $3 million in 2016 [1].", "€3 million, not $3 million"),
        ("The company paid a fine of €3 billion in 2016 [1].", "€3 billion"),
        ("Rescue teams from the Portuguese navy searched until 9:30 a.m. [1].", "9:30 a.m."),
        ("A quarter of its crossings were cancelled [1].", "a third, not A quarter"),
        ("In the 1980s the line carried two million passengers a year [1].", "1980s"),
        ("The ferry Aurora sank off Hamburg on Monday morning [1].", "Lisbon, not Hamburg"),
        ("Rescue teams from the Spanish navy searched until 9:30 p.m. [1].", "Spanish"),
        (
            "Jonas Weber, the harbour master, said the crew had not checked the doors [1].",
            "Maria Santos, not Jonas Weber",
        ),
        ("The inquiry will be led by Helena Santos, who was appointed in March [1].", "Helena Santos"),
        ("Maria Santos said the crew had checked the doors before leaving port [1].", "opposite"),
        ("Baltic Lines said that the ship was overloaded [1].", "opposite"),
        ("Shares in Baltic Lines rose 18 percent on Tuesday [1].", "opposite"),
        ("The National Transport Safety Board will not open an inquiry next week [1].", "opposite"),
        ("“It was a normal crossing until the engine went out,” said Jonas Weber [1].", "engine"),
        ("“It was a normal crossing until the lights went out,” said Maria Santos [1].", "Jonas Weber"),
        ("Maria Santos spoke of ‘sabotage’ by the crew [1].", "sabotage"),
        ("CNN reported that the ferry Aurora sank off Lisbon [1].", "CNN"),
        ("About 500 people were aboard the ferry Aurora when it sank off Lisbon [1].", "500"),
    ],
)
def test_what_is_changed_is_caught_and_named(sentence: str, named: str) -> None:
    found, reason = verdict(sentence, FERRY_EVIDENCE)
    assert found in ("unsupported", "partly")
    assert named in reason


def test_an_outlet_that_is_only_quoted_does_not_report() -> None:
    passage = "The minister resigned, his office told CNN. Mobs had gathered near the CNN tower the day before."
    evidence = {1: Evidence(Source("c", "Minister resigns", outlet="BBC"), passage)}
    assert verdict("His office told CNN that the minister resigned [1].", evidence)[0] == "supported"
    elsewhere = {
        1: Evidence(Source("c", "Minister resigns", outlet="BBC"), passage.replace("his office told CNN", "he did"))
    }
    found, reason = verdict("CNN reported that the minister resigned [1].", elsewhere)
    assert (found, reason) == ("unsupported", "What it cites is not by CNN, but by BBC.")


def test_a_sentence_without_a_number_is_uncited() -> None:
    assert verdict("Turkey signed the deal in December 2017.")[0] == "uncited"


def test_a_number_that_stands_for_nothing_supports_nothing() -> None:
    assert verdict("Turkey signed the deal in December 2017 [2].")[0] == "uncited"


def test_markers_after_the_full_stop_belong_to_the_sentence_before() -> None:
    text = "Turkey signed the deal. [1] It is worth $9 billion. [1]"
    assert [text[a:b] for a, b in spans(text)] == ["Turkey signed the deal. [1]", "It is worth $9 billion. [1]"]
    assert [found.verdict for found in check(text, EVIDENCE)] == ["supported", "unsupported"]


def test_checks_give_the_place_of_each_sentence() -> None:
    text = "Turkey signed the deal [1]. It rained."
    found = check(text, EVIDENCE)
    assert [text[c.start : c.end] for c in found] == ["Turkey signed the deal [1].", "It rained."]


def test_best_span_is_the_sentence_that_says_it() -> None:
    start, end = best_span("The deal cost $2.5 billion.", PASSAGE)
    assert PASSAGE[start:end] == "It is worth about $2.5 billion, officials said."


BOTH = {1: EVIDENCE[1], 2: FERRY_EVIDENCE[1]}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Turkey signed the deal in December 2017 [1], and the ferry Aurora sank off Lisbon [2].", "supported"),
        ("Turkey signed the deal in December 2017, and the ferry Aurora sank off Lisbon [1][2].", "supported"),
        ("Turkey signed the deal in December 2017 [1], and the ferry Aurora sank off Naples [2].", "partly"),
        ("Greece signed the deal in December 2015 [1], and the ferry Aurora sank off Naples [2].", "unsupported"),
        ("Turkey signed the deal in December 2017 [2].", "unsupported"),
    ],
)
def test_each_clause_is_held_against_what_it_cites(sentence: str, expected: str) -> None:
    assert verdict(sentence, BOTH)[0] == expected


def test_a_source_cited_beside_one_that_says_it_all_must_say_it_too() -> None:
    other = Evidence(
        Source("bb", "Harbour closed", outlet="Beta Wire"), "The harbour was closed for a week by a storm."
    )
    (found,) = check("Turkey signed the deal in December 2017 [1][2].", {**EVIDENCE, 2: other})
    assert (found.verdict, found.reason) == ("partly", "[2] does not say so.")
    same = Evidence(Source("bb", "A deal", outlet="Beta Wire"), "In December 2017 Turkey signed the deal.")
    (found,) = check("Turkey signed the deal in December 2017 [1][2].", {**EVIDENCE, 2: same})
    assert found.verdict == "supported"


def test_the_evidence_is_the_nearest_place_in_the_article() -> None:
    (found,) = check("Baltic Lines shares fell 18 percent [1][2].", BOTH)
    assert found.evidence is not None
    assert found.evidence.number == 2
    article = " " * 100 + FERRY
    assert article[found.evidence.start : found.evidence.end] == found.evidence.quote
    assert found.evidence.quote.startswith("Shares in Baltic Lines fell")


def test_support_is_a_degree() -> None:
    texts = (
        "Shares in Baltic Lines fell 18 percent on Tuesday [1].",
        "Investors sold the owner [1].",
        "Whales sing [1].",
    )
    degrees = [check(text, FERRY_EVIDENCE)[0].support for text in texts]
    assert degrees == sorted(degrees, reverse=True)
    assert degrees[0] > 0.8 > 0.3 > degrees[2] >= 0.0


def test_words_that_stand_only_apart_are_partly_supported() -> None:
    sentence = "Rescue crew denied the harbour lights were overloaded until passengers carried doors [1]."
    assert verdict(sentence, FERRY_EVIDENCE)[0] in ("partly", "unsupported")


VERBATIM = [FERRY[start:end] for start, end in sentences(FERRY)]


@pytest.mark.parametrize("sentence", VERBATIM, ids=range(len(VERBATIM)))
def test_verbatim_sentences_are_supported(sentence: str) -> None:
    (found,) = check(f"{sentence[:-1]} [1].", FERRY_EVIDENCE)
    assert found.verdict == "supported", found.reason


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(VERBATIM), min_size=2, max_size=2, unique=True), st.sampled_from(("; ", ", and ")))
def test_any_two_sentences_joined_are_supported(pair: list[str], joint: str) -> None:
    text = f"{pair[0][:-1]}{joint}{pair[1][:-1]} [1]."
    assert [found.verdict for found in check(text, FERRY_EVIDENCE)] == ["supported"]


WORDS = st.sampled_from([*FERRY.split(), "[1]", "[2]", "[1, 2]", "“", "”", '"', "$5", "2019", "not", "May", "\n", "…"])


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, max_size=60).map(" ".join))
def test_whatever_is_written_has_spans_verdicts_and_exact_quotes(text: str) -> None:
    found = check(text, BOTH)
    assert [(one.start, one.end) for one in found] == list(spans(text))
    for one in found:
        assert text[one.start : one.end].strip()
        assert 0.0 <= one.support <= 1.0
        assert one.reason.endswith(".")
        assert (one.evidence is None) == (one.verdict == "uncited")
        if one.evidence is not None:
            source = BOTH[one.evidence.number]
            assert (
                source.text[one.evidence.start - source.start : one.evidence.end - source.start] == one.evidence.quote
            )


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(min_size=1, max_size=300))
def test_no_text_and_no_passage_breaks_it(text: str, passage: str) -> None:
    evidence = {1: Evidence(Source("x", "", published=date(2020, 2, 29)), passage)}
    for one in check(f"{text} [1]", evidence):
        assert one.evidence is None or passage[one.evidence.start : one.evidence.end] == one.evidence.quote


HOSTILE = {
    "straight quotes": '"' * 60_000,
    "curly quotes": "“" * 60_000,
    "single quotes": " '" * 30_000,
    "brackets": "[" * 60_000,
    "markers": "[1]" * 20_000,
    "digits": "1" * 60_000,
    "numbers": "1 " * 6_000,
    "ranges": "1-2-" * 3_000,
    "number words": "two and " * 2_000,
    "names": "Alpha Beta " * 5_000,
    "nots": "not " * 10_000,
    "dates": "May 12, " * 2_000,
    "ellipses": "“" + "a … " * 15_000 + "”",
    "sentences": "He did it [1]. " * 800,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_answered_in_time(text: str) -> None:
    started = time.process_time()
    check(f"{text} [1]", EVIDENCE)
    assert time.process_time() - started < 5


def test_a_longer_answer_takes_only_proportionally_longer() -> None:
    article = Article(FERRY_SOURCE, "\n\n".join([FERRY] * 8))
    evidence = {n: Evidence(p.source, p.text, p.start) for n, p in enumerate(passages(article)[:8], 1)}
    sentence = "Shares in Baltic Lines fell 18 percent on Tuesday [1-8]. "
    check(sentence, evidence)
    started = time.process_time()
    found = check(sentence * 100, evidence)
    assert len(found) == 100
    assert (time.process_time() - started) / 100 < 0.02
