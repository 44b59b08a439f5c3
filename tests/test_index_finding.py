"""Searching a question as it was read: filters that fail open, slips mended, and any text at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest

from index import __main__ as cli
from index.building import build
from index.errors import BadRequest
from index.finding import Finding
from index.lexical import terms
from index.live import NewsIndex
from index.spelling import corrections
from tests.fakes import HashEmbedder
from tests.newsroom import write

DAY = date(2024, 5, 3)


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsIndex]:
    """Two outlets, old and new articles; only Reuters wrote of the glacier, and long ago."""
    folder = tmp_path_factory.mktemp("finding")
    stories = [
        {"title": "Ferry strike ends", "outlet": "CNN", "published": "2024-05-02", "text": "The ferry strike ended."},
        {"title": "Ferry strike begins", "outlet": "CNN", "published": "2022-02-01", "text": "A ferry strike began."},
        {"title": "Strike at sea", "outlet": "Reuters", "published": "2024-05-01", "text": "Ferry crews went home."},
        {"title": "Glacier", "outlet": "Reuters", "published": "2021-07-01", "text": "A glacier of Greenland melts."},
        {
            "title": "Cabinet",
            "outlet": "Reuters",
            "published": "2021-07-02",
            "text": "The government of Chad resigned.",
        },
        {"title": "Missiles", "outlet": "Reuters", "published": "2021-07-03", "text": "The S-400 was sold to Iraq."},
    ]
    made = [{"url": f"https://wire.example/f{n}", **fields} for n, fields in enumerate(stories)]
    build([write(folder / "a.jsonl", *made)], folder / "news", embedder=HashEmbedder())
    with NewsIndex.open(folder / "news", HashEmbedder()) as index:
        yield index


def titles(found: Finding) -> list[str]:
    return [hit.passage.source.title for hit in found.hits]


def applied(found: Finding) -> list[str]:
    return [one.words for one in found.scope.understood.phrases if one.applied]


def test_what_was_read_narrows_the_search(news: NewsIndex) -> None:
    found = news.find("What did CNN say last week about the ferry?", asked_on=DAY)
    assert titles(found) == ["Ferry strike ends"]
    assert (found.scope.outlets, found.scope.since, found.scope.until) == (("CNN",), date(2024, 4, 22), DAY)
    assert found.scope.narrowed() == "only CNN, 22 April to 3 May 2024"
    assert not found.scope.notes()


def test_search_is_the_short_form_of_find(news: NewsIndex) -> None:
    question = "What did CNN say about the ferry?"
    assert news.search(question, asked_on=DAY) == list(news.find(question, asked_on=DAY).hits)
    assert len(news.search(question, without="CNN")) > len(news.search(question))


@pytest.mark.parametrize(
    ("question", "left", "first"),
    [
        ("What did CNN say last week about the glacier?", [], "Glacier"),
        ("What did CNN say last week about the crews of the ferry?", ["CNN", "last week"], "Ferry strike ends"),
        ("What did CNN say last week about the crews at sea?", ["last week"], "Strike at sea"),
        ("What did CNN say about the glacier?", [], "Glacier"),
        ("What did Reuters say last week about the glacier?", ["Reuters"], "Glacier"),
        ("What was said about the glacier last week?", [], "Glacier"),
    ],
)
def test_filters_that_leave_nothing_are_dropped(news: NewsIndex, question: str, left: list[str], first: str) -> None:
    found = news.find(question, asked_on=DAY)
    assert (titles(found)[0], applied(found)) == (first, left)
    assert "last week" not in found.scope.words
    assert bool(found.scope.dropped) is (len(left) < len(found.scope.understood.phrases))
    for phrase in found.scope.dropped:
        assert not next(one for one in found.scope.to_json()["read"] if one["words"] == phrase.words)["applied"]
        assert f"“{phrase.words}”" in found.scope.notes()[0]


def test_the_days_are_dropped_before_the_outlet(news: NewsIndex) -> None:
    found = news.find("What did Reuters report yesterday about the government?", asked_on=DAY)
    assert (titles(found)[0], applied(found)) == ("Cabinet", ["Reuters"])


def test_what_the_caller_sets_wins_and_stays(news: NewsIndex) -> None:
    question = "What did CNN say last week about the ferry?"
    found = news.find(question, asked_on=DAY, outlets=["Reuters"])
    assert {hit.passage.source.outlet for hit in found.hits} == {"Reuters"}
    assert applied(found) == ["last week"]
    found = news.find(question, asked_on=DAY, since=date(2022, 1, 1), until=date(2022, 12, 31))
    assert titles(found) == ["Ferry strike begins"]
    assert applied(found) == ["CNN"]
    assert news.find(question, asked_on=DAY, outlets=["nobody"]).hits == ()


def test_a_period_leaves_nothing_out(news: NewsIndex) -> None:
    found = news.find("Who resigned from the government in 2022?", 20)
    assert found.scope.to_json()["period"] == ["2022-01-01", "2022-12-31"]
    assert len(found.hits) == news.info().passages


# Slips


@pytest.mark.parametrize(
    ("typed", "used"),
    [
        ("goverment", "government"),
        ("govermnent", "government"),
        ("governnemt", "government"),
        ("glaicer", "glacier"),
        ("Greenlnad", "Greenland"),
        ("misssiles", "missiles"),
    ],
)
def test_a_slip_is_mended_and_shown(news: NewsIndex, typed: str, used: str) -> None:
    found = news.find(f"What became of the {typed}?")
    assert found.scope.corrections == {typed: used}
    assert found.scope.notes() == [f"“{typed}” searched as “{used}”"]
    assert set(terms(used)) & set(terms(found.hits[0].passage.text + found.hits[0].passage.source.title))
    assert news.find(f"What became of the {typed}?", without=[typed]).scope.corrections == {}


@pytest.mark.parametrize(
    "word",
    ["Iran", "S-401", "S-4000", "2020", "20224", "NATOO", "Zebra", "zebra", "Mongolia", "феррри", "渡輪罷工", "fery"],
)
def test_what_is_no_slip_is_left(news: NewsIndex, word: str) -> None:
    assert news.find(f"What became of {word}?").scope.corrections == {}


def test_no_more_than_three_words_are_looked_at() -> None:
    text = "goverment goverments govermentt goverrnment parlament"
    assert len(corrections(text, lambda term: 100 if term in ("govern", "parliament") else 0)) <= 3


def test_a_slip_that_articles_share_is_mended_where_the_word_is_far_more_frequent() -> None:
    frequent = {"gover": 10, "govern": 15_000, "trump": 20_000, "trumpf": 2}
    assert corrections("the goverment", lambda term: frequent.get(term, 0)) == {"goverment": "government"}
    assert corrections("lasers by Trumpf", lambda term: frequent.get(term, 0)) == {}


# Any text


ODD = {
    "keywords": "ferry strike crews",
    "one word": "ferry",
    "one word, misspelled": "ferrry",
    "one letter": "f",
    "empty": "",
    "white space": " \t\n ",
    "punctuation": "?!… — “”",
    "stop words": "what is it that they did to us",
    "filters only": "What did CNN say last week?",
    "a day only": "yesterday",
    "very long": "What became of the ferry strike that CNN spoke of last week? " * 170,
    "one very long word": "ferry" * 2_500,
    "Cyrillic": "Почему закончилась забастовка паромов?",
    "Arabic": "لماذا انتهى الإضراب؟",
    "Chinese": "為什麼渡輪罷工結束了？",
    "emoji": "⛴️🚫 ferry 🤷🏽‍♀️?",
    "emoji only": "⛴️🚫",
    "control characters": "ferry\x00\x07\x1b[31m strike\x7f",
    "a lone surrogate": "ferry \ud800 strike",
    "query syntax": 'outlet:"CNN" AND * OR body:[a TO z] NOT (ferry^2 ~3',
    "SQL": "'; DROP TABLE articles; -- ferry",
    "HTML": "<script>alert('ferry')</script> <b>strike</b>",
    "right to left marks": "ferry \u202e ekirts",
    "combining letters": "f\u0301e\u0308rry strike",
    "digits of another script": "٢٠٢٢ ferry since ٢٠٢٢",
}


@pytest.mark.parametrize("question", ODD.values(), ids=ODD.keys())
def test_any_text_can_be_searched(news: NewsIndex, question: str) -> None:
    found = news.find(question, 5, asked_on=DAY)
    assert len(found.hits) <= 5
    json.dumps(found.scope.to_json(), ensure_ascii=False).encode()
    if "ferry" in question and "ferryferry" not in question:
        assert found.hits


def test_a_question_that_is_too_long_says_so(news: NewsIndex) -> None:
    assert news.find(ODD["very long"]).scope.notes()[-1] == "only the first 2,000 characters were searched"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What did CNN say about the Ferry Strike?", "what did cnn say about the ferry strike"),
        ("Greenland", "greenland"),
    ],
)
def test_capitals_change_nothing(news: NewsIndex, one: str, other: str) -> None:
    assert titles(news.find(one, asked_on=DAY)) == titles(news.find(other, asked_on=DAY))


# The command line


@pytest.fixture
def search(news: NewsIndex, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    real = NewsIndex.open
    monkeypatch.setattr(NewsIndex, "open", lambda folder, **how: real(folder, HashEmbedder(), **how))
    return ["search", "--index", str(news.folder), "--asked-on", "2024-05-03"]


def test_json_says_what_was_applied(search: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    question = "What did CNN say last week about the ferry strikke?"
    assert cli.main([*search, question, "--json"]) == 0
    filters = json.loads(capsys.readouterr().out)["filters"]
    assert filters == {
        "outlets": ["CNN"],
        "since": "2024-04-22",
        "until": "2024-05-03",
        "topic": "",
        "period": None,
        "read": [
            {"kind": "outlet", "words": "CNN", "start": 9, "end": 12, "applied": True},
            {"kind": "date", "words": "last week", "start": 17, "end": 26, "applied": True},
        ],
        "corrections": {"strikke": "strike"},
    }


def test_words_say_how_to_take_it_back(search: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    question = "What did CNN say last week about the ferry?"
    assert cli.main([*search, question]) == 0
    line = capsys.readouterr().out.splitlines()[0]
    hint = '--without "CNN" --without "last week"'
    assert line == f"(only CNN, 22 April to 3 May 2024; say {hint} to search everything)"
    assert cli.main([*search, question, "--without", "CNN", "--without", "last week"]) == 0
    assert not capsys.readouterr().out.startswith("(only")


@pytest.mark.parametrize("question", ["", "  ", "?!", "⛴️"])
def test_a_question_without_a_word_is_refused_in_a_sentence(
    search: list[str], capsys: pytest.CaptureFixture[str], question: str
) -> None:
    assert cli.main([*search, question]) == 2
    assert "empty" in capsys.readouterr().err


def test_bad_arguments_are_still_told(news: NewsIndex) -> None:
    with pytest.raises(BadRequest):
        news.find("ferry", 0)
