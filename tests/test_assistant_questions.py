"""Questions made from sentences: they read well, or there are none."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.headlines import of_headline
from assistant.questions import questions
from index.articles import Article, Source

NAMES = " Later the Federal Reserve, Turkey, Adidas, Joe Biden and Aaron Judge spoke of the S-400 and of NATO again."


def made(sentence: str, title: str = "News", outlet: str = "Alpha") -> list[str]:
    text = sentence + NAMES
    article = Article(Source("1", title, None, outlet, (), date(2024, 5, 3)), text)
    found = list(questions(article))
    assert all(text[one.start : one.end] in text for one in found)
    return [one.question for one in found if one.start == 0]


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        (
            "Turkey bought the S-400 because Washington would not sell it the Patriot.",
            "Why did Turkey buy the S-400?",
        ),
        (
            "Turkey was removed from the F-35 programme on Wednesday.",
            "When was Turkey removed from the F-35 programme?",
        ),
        (
            "On Friday, the Federal Reserve raised rates in Ohio, officials say.",
            "When did the Federal Reserve raise rates in Ohio?",
        ),
        (
            "Turkey received the first S-400 parts in July 2019 and fired the system.",
            "When did Turkey receive the first S-400 parts?",
        ),
        (
            "Biden visited the NATO base in Poland on May 3, 2024.",
            "When did Joe Biden visit the NATO base in Poland?",
        ),
        (
            "Regulators in Texas closed Lone Star Bank on Friday.",
            "When did regulators in Texas close Lone Star Bank?",
        ),
        (
            "Judge was suspended for a NATO match after he had hit a coach.",
            "Why was Aaron Judge suspended for a NATO match?",
        ),
        ("Turkey also sank two ships near Crimea in 2022.", "When did Turkey sink two ships near Crimea?"),
        ("The agency was led by Ismail Demir, the head of Turkey's arms procurement.", "Who is Ismail Demir?"),
        ("Joe Biden said that NATO would answer together.", "What did Joe Biden say about NATO?"),
    ],
)
def test_a_sentence_becomes_a_question(sentence: str, question: str) -> None:
    assert made(sentence) == [question]


def test_a_single_name_is_clear_where_the_title_has_it() -> None:
    sentence = "Adidas this week ended its partnership with the rapper Ye."
    assert made(sentence) == []
    assert made(sentence, "Adidas drops Ye") == ["When did Adidas end its partnership with the rapper Ye?"]


@pytest.mark.parametrize(
    "sentence",
    [
        "He bought the S-400 on Friday because NATO was slow.",
        "The company bought the S-400 on Friday.",
        "Turkey signed a bill on Friday that bans the S-400.",
        "Turkey confirmed the meeting on Friday.",
        "Turkey broke a record of NATO set in 1913.",
        "Attendance at NATO games dropped 27 percent from last year.",
        "Turkey, angered by NATO, bought the S-400 on Friday.",
        "Turkey bought “the S-400” on Friday.",
        "The deal accused of harming NATO was signed on Friday.",
        "Did Turkey buy the S-400 on Friday?",
        "Turkey bought the S-400.",
        "A man who was arrested in Turkey on Friday denied it.",
        "Talks between Turkey and NATO remained closed through Friday.",
        "Alpha reported on Friday that NATO met.",
        "",
    ],
)
def test_what_would_read_badly_becomes_none(sentence: str) -> None:
    assert made(sentence) == []


def test_a_last_name_of_several_people_is_not_made_a_whole_one() -> None:
    text = "Melania Trump spoke. Donald Trump left. On Friday, Trump visited the NATO base in Poland." + NAMES
    article = Article(Source("1", "Trump", None, None, (), None), text)
    assert [one.question for one in questions(article)] == []


def test_only_so_much_of_an_article_is_read() -> None:
    text = "Nothing happened here at all today. " * 400 + "On Friday, Turkey bought the S-400 from NATO." + NAMES
    article = Article(Source("1", "News", None, None, (), None), text)
    assert list(questions(article)) == []
    assert [one.question for one in questions(article, len(text))] == ["When did Turkey buy the S-400 from NATO?"]


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("Turkey ordered four S-400 batteries from NATO.", "How many S-400 batteries did Turkey order from NATO?"),
        ("At least 23 people were injured in a storm in Ohio.", "How many people were injured in a storm in Ohio?"),
        ("The Federal Reserve approved a loan for Adidas.", "What did the Federal Reserve approve for Adidas?"),
        ("Joe Biden was arrested at Adidas Arena.", "Where was Joe Biden arrested?"),
        ("Aaron Judge was named head of the Federal Reserve.", "Who was named head of the Federal Reserve?"),
        ("The storm was seen by meteorologist and mayor Jim Watson.", "Who is Jim Watson?"),
        ("They use Bayraktar, a drone system. Bayraktar is known.", "What is Bayraktar?"),
    ],
)
def test_more_than_reasons_and_times_is_asked_for(sentence: str, question: str) -> None:
    assert question in made(sentence)


def test_a_headline_becomes_a_question_where_a_sentence_answers_it() -> None:
    title, text = (
        "Turkey receives parts of the S-400",
        "On Friday, Ankara said, Turkey had received the S-400 parts." + NAMES,
    )
    asked = [one for one in questions(Article(Source("1", title, None, None, (), None), text)) if one.start == 0]
    assert [(one.kind, one.question) for one in asked] == [("when", "When did Turkey receive parts of the S-400?")]
    for lacking in ("Turkey reaches top of NATO", "Turkey receives the S-400 parts today"):
        assert not list(of_headline(Article(Source("1", lacking, None, None, (), None), text)))
