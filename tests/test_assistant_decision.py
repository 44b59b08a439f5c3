"""Whether what was found can answer the question, and what is said where it cannot."""

from __future__ import annotations

from dataclasses import astuple, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.asked import take_apart
from assistant.decision import LEARNED, learned, needed, refusal, support
from assistant.features import DATED, UNDATED, Features, features, known_day
from index.articles import Source
from index.errors import IndexDamaged
from index.finding import Finding, Hit
from index.manifest import Manifest
from index.passages import Passage
from index.scope import Scope
from index.understanding import Phrase, Understood

TEXT = "Turkey bought S-400 missiles from Russia in 2017 because America would not share its technology."
WHY = "Why did Turkey buy the S-400?"
INFO = Manifest(
    *(1, None, datetime(2020, 1, 1, tzinfo=UTC), "shipped", "f", 256, 250, 1_000),
    *(date(2017, 3, 1), date(2019, 12, 31), {"Alpha News": 200, "Beta Wire": 50}),
)


def hit(text: str = TEXT, cosine: float = 0.6, published: date | None = date(2019, 1, 1), article: str = "aa") -> Hit:
    source = Source(article, "Missiles for Ankara", published=published)
    return Hit(Passage(source, text, 0, len(text)), 9.0, {"cosine": cosine, "bm25": 9.0})


def finding(
    question: str, *hits: Hit, day: date | None = None, period: tuple[date, date] | None = None, **filters: Any
) -> Finding:
    phrases = (Phrase("period", "then", 0, 4, (), *period),) if period else ()
    return Finding(hits, Scope(Understood(question, phrases), words=question, **filters), day)


def why_not(question: str, *hits: Hit, info: Manifest = INFO, **narrowed: Any) -> str | None:
    asked = take_apart(question, lambda term: 3.0, info.passages)
    return refusal(asked, finding(question, *hits, **narrowed), info)


def evidence(question: str, *hits: Hit, day: date | None = None) -> Features:
    asked = take_apart(question, lambda term: 3.0, INFO.passages)
    return features(asked, hits, INFO.passages, day=day, newest=INFO.newest)


def test_what_the_passages_speak_of_is_answered() -> None:
    assert why_not(WHY, hit()) is None


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Who won the regatta in Venice?", "“Venice”"),
        ("What is the capital of Mongolia?", "“Mongolia”"),
        ("How tall is the Eiffel Tower?", "“Eiffel”"),
    ],
)
def test_what_they_do_not_speak_of_is_refused_with_the_words_missing(question: str, named: str) -> None:
    reason = why_not(question, hit(cosine=0.1))
    assert reason is not None
    assert named in reason


@pytest.mark.parametrize("question", ["What is it?", "?!", "why", "tell me the latest news"])
def test_a_question_about_nothing_is_refused(question: str) -> None:
    assert why_not(question, hit()) == "The question names nothing to look for: add a name, a place or an event."


def test_no_hits_are_refused_with_what_was_searched() -> None:
    assert why_not(WHY) == (
        "No indexed article matches the question and its filters. "
        "Searched 250 articles from 1 March 2017 to 31 December 2019."
    )


def test_features_lie_between_0_and_1_and_grow_with_the_evidence() -> None:
    question = "Why did Turkey buy the S-400 from Russia?"
    none, some = evidence(question), evidence(question, hit("Turkey is large.", 0.2))
    full = evidence(question, hit(), day=date(2019, 1, 20))
    assert none.coverage == none.article == none.together == none.names == 0.0
    for found in (none, some, full):
        assert all(value is None or 0.0 <= value <= 1.0 for value in astuple(found))
    for name in ("coverage", "article", "together", "names"):
        assert getattr(none, name) < getattr(some, name) < getattr(full, name)
    assert support(none) < support(some) < support(replace(full, behind=None))


def test_us_is_a_name_and_us_is_not() -> None:
    assert "us" in take_apart("Why is the US worried?", lambda term: 1.0, 9).weights
    assert "us" not in take_apart("Why does it worry us?", lambda term: 1.0, 9).weights


def test_more_passages_need_more_support() -> None:
    asked = take_apart(WHY, lambda term: 3.0, 100)
    few, more, many = (features(asked, [hit()], passages) for passages in (1, 100, 250_000))
    assert support(few) > support(more) > support(many) > 0.0
    assert needed(few) == needed(more) == needed(many) < 1.0


def test_idf_weighs_less_among_few_passages() -> None:
    def rare(term: str) -> float:
        return 9.0 if term == "worri" else 0.1

    question = "Is Washington worried about missiles?"
    few, many = take_apart(question, rare, 3), take_apart(question, rare, 100_000)
    assert few.share({"washington", "missil"}) > 0.6
    assert many.share({"washington", "missil"}) < 0.4


def test_a_cosine_alone_is_not_enough() -> None:
    assert why_not("Who won the regatta in Venice?", hit(cosine=1.0)) is not None


def test_a_short_question_half_of_which_nothing_mentions_is_refused() -> None:
    both = hit("Turkey bought missiles. Prices rose. " + TEXT)
    assert why_not("What did Turkey say about inflation?", both, hit("Turkey spoke.")) is not None
    assert why_not("What did Turkey say about prices?", both, hit("Turkey spoke.")) is None


# Time.


def test_days_count_only_where_the_day_of_asking_is_known() -> None:
    undated, dated = evidence(WHY, hit()), evidence(WHY, hit(), day=date(2019, 1, 20))
    assert (undated.behind, dated.behind) == (None, 0.0)
    assert replace(dated, behind=None) == undated


def test_the_later_a_question_is_asked_the_less_an_index_that_has_ended_supports() -> None:
    days = [date(2019, 12, 31), date(2020, 2, 1), date(2021, 1, 1), date(2024, 1, 1)]
    found = [evidence(WHY, hit(), day=day) for day in days]
    assert [one.behind for one in found] == sorted(one.behind or 0.0 for one in found)
    assert support(found[0]) > support(found[-1])


def test_passages_of_another_time_are_told_so() -> None:
    texts = ("Radar was shown.", "Technology is dear.", "Finland voted.", "The house was sold.")
    hits = [hit(text, article=str(place)) for place, text in enumerate(texts)]
    question = "Who sold radar technology to Finland?"
    assert "none of them about this" in str(why_not(question, *hits, day=date(2019, 1, 20)))
    assert "more than 30 days before" in str(why_not(question, *hits, day=date(2019, 12, 1)))
    assert "none of them about this" in str(why_not(question, *hits))


IN_2019 = (date(2019, 1, 1), date(2019, 12, 31))


@pytest.mark.parametrize(
    ("found", "day"),
    [
        (finding(WHY, day=date(2020, 1, 1)), date(2020, 1, 1)),
        (finding(WHY), None),
        (finding("What did Turkey buy in 2019?", day=date(2024, 1, 1), period=IN_2019), None),
        (finding("What did Turkey buy this year?", day=date(2019, 6, 1), period=IN_2019), date(2019, 6, 1)),
        (finding(WHY, day=date(2024, 1, 1), since=date(2017, 1, 1)), None),
        (finding(WHY, day=date(2024, 1, 1), until=date(2019, 1, 1)), None),
    ],
    ids=["given", "unknown", "names a time long over", "names a time that lasts", "since", "until"],
)
def test_the_day_that_counts(found: Finding, day: date | None) -> None:
    assert known_day(found) == day


def test_a_question_that_names_its_year_is_not_refused_for_being_asked_late() -> None:
    year = (date(2017, 1, 1), date(2017, 12, 31))
    assert why_not("Why did Turkey buy the S-400 in 2017?", hit(), day=date(2026, 1, 1), period=year) is None


# The reason.


def test_the_reason_says_what_was_searched_and_what_would_help() -> None:
    assert why_not("What is the capital of Mongolia?", hit()) == (
        "Searched 250 articles from 1 March 2017 to 31 December 2019: those that come nearest do not mention "
        "“Mongolia” or “capital”. Another spelling, or articles about it, would help."
    )


def test_the_reason_names_the_filters_and_that_they_can_go() -> None:
    reason = why_not("What is the capital of Mongolia?", hit(), outlets=("Beta Wire",), since=date(2018, 5, 1))
    assert reason is not None
    assert "only those of Beta Wire since 1 May 2018:" in reason
    assert reason.endswith("Asking without the filters may help.")


def test_an_index_that_ends_before_the_question_says_so() -> None:
    question = "Who bought missiles from Russia?"
    assert why_not(question, hit()) is None
    assert why_not(question, hit(), day=date(2026, 1, 1)) == (
        "Searched 250 articles from 1 March 2017 to 31 December 2019: they end on 31 December 2019, before the "
        "question was asked. Naming the time that is meant, or newer articles, would help."
    )


def test_one_article_of_unknown_date_is_told_so_plainly() -> None:
    one = replace(INFO, articles=1, oldest=None, newest=None)
    assert str(why_not("What is the capital of Mongolia?", hit(), info=one)).startswith("Searched 1 article:")


def test_every_reason_is_two_sentences_at_most() -> None:
    for asked_on in (None, date(2019, 1, 20), date(2024, 1, 1)):
        for question in ("Who won the regatta in Venice?", "Is Turkey large?", "Who sold technology to Turkey?"):
            reason = why_not(question, hit("Turkey is large."), day=asked_on)
            assert reason is None or (reason.count(". ") <= 1 and reason.endswith("."))


# What was learned.


def test_the_shipped_decision_uses_every_number_and_says_how_it_was_made() -> None:
    models = learned()
    assert set(models["undated"].weights) == set(UNDATED)
    assert set(models["dated"].weights) == set(DATED)
    assert all(0.0 < model.threshold < 1.0 for model in models.values())
    assert '"rate"' in LEARNED.read_text(encoding="utf-8")


@pytest.mark.parametrize("content", ["{}", "no", '{"dated": {"weights": {"x": 1}, "bias": 0, "threshold": 0}}', None])
def test_a_broken_decision_is_told_in_one_sentence(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "decision.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(IndexDamaged, match="install Dateline again"):
        learned(path)
