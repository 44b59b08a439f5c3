"""What is told of a source with what it says: pages, reprints, corrections, withdrawals; in words, prompts and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest

from assistant import Assistant
from assistant.attribution import attribution, independent
from assistant.citations import Citation
from assistant.prompts import messages
from assistant.retriever import NewsRetriever
from assistant.serial import to_json
from index import NewsIndex, build
from index.articles import Source
from index.passages import Passage
from tests.fake_chat import ScriptedChatModel
from tests.fakes import HashEmbedder

NOTICE = "Correction: An earlier version of this story gave the wrong length for the ship."
SHIP = (
    "A container ship of 400 metres ran aground in the Suez Canal on Tuesday during a sandstorm. It blocked one of "
    "the busiest trade routes in the world for six days. Some 200 ships were waiting at both ends of the canal. Tugs "
    "from two countries pulled at the bow while dredgers took away sand. The owner said the crew was safe and well."
)
ARTICLES = [
    {
        "url": "https://b.example/canal",
        "title": "Ship blocks the Suez Canal",
        "outlet": "Beta Wire",
        "published": "2021-03-24",
        "text": f"{SHIP}\n\n{NOTICE}",
    },
    *(
        {
            "url": f"https://{name}.example/ship",
            "title": f"{name.title()}: giant ship stuck",
            "outlet": f"{name.title()} Post",
            "published": "2021-03-25",
            "text": f"SUEZ (Beta Wire) — {SHIP}",
        }
        for name in ("gamma", "delta")
    ),
    {
        "url": "https://a.example/comet",
        "title": "WITHDRAWN: Comet seen over Ankara",
        "outlet": "Alpha News",
        "published": "2022-01-02",
        "text": "This article has been withdrawn because it rested on a forged photograph.\n\n"
        "A comet with three tails was seen over Ankara on Sunday evening, astronomers of the city said.",
    },
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsIndex]:
    folder = tmp_path_factory.mktemp("standing")
    (folder / "a.jsonl").write_text("".join(json.dumps(one) + "\n" for one in ARTICLES))
    build([folder / "a.jsonl"], folder / "news", embedder=HashEmbedder(256))
    with NewsIndex.open(folder / "news", HashEmbedder(256)) as news:
        yield news


@pytest.mark.parametrize(
    ("source", "reprints", "offset", "said"),
    [
        (Source("1", "T", outlet="A", published=date(2019, 4, 8)), 0, None, "A, 8 April 2019"),
        (Source("1", "T"), 0, None, "outlet unknown, date unknown"),
        (Source("1", "T", outlet="A"), 1, None, "A, date unknown (+1 reprint)"),
        (Source("1", "T", outlet="A"), 6, None, "A, date unknown (+6 reprints)"),
        (Source("1", "T", outlet="A", notice="Correction: x"), 0, None, "A, date unknown, corrected"),
        (Source("1", "T", outlet="A", notice="x", withdrawn=True), 2, None, "A, date unknown, withdrawn (+2 reprints)"),
        (Source("1", "T", outlet="A", pages=(0, 40)), 0, 41, "A, date unknown, page 2"),
        (Source("1", "T", outlet="A", pages=(0, 40)), 0, None, "A, date unknown"),
        (Source("1", "T", outlet="A"), 0, 41, "A, date unknown"),
    ],
)
def test_a_source_in_words(source: Source, reprints: int, offset: int | None, said: str) -> None:
    assert attribution(source, reprints, offset) == said


def test_an_article_and_its_reprints_are_one_source() -> None:
    a, b, c, d = (Source(key, key) for key in "abcd")

    def citation(source: Source, *reprints: Source) -> Citation:
        return Citation(1, source, "", 0, 0, reprints)

    assert independent([]) == 0
    assert independent([citation(a), citation(b)]) == 2
    assert independent([citation(a, b), citation(b), citation(c)]) == 2
    assert independent([citation(a), citation(b), citation(c, a, b), citation(d)]) == 2


def test_a_quote_of_a_corrected_and_reprinted_story(index: NewsIndex) -> None:
    answer = Assistant(index).answer("How many metres was the ship that ran aground in the Suez Canal?")
    assert "Beta Wire, 24 March 2021, corrected (+2 reprints) [1]" in answer.text
    assert answer.citations[0].source.notice == NOTICE
    found = to_json(answer)
    first = found["citations"][0]
    assert (first["notice"], first["withdrawn"]) == (NOTICE, False)
    assert {one["outlet"] for one in first["reprints"]} == {"Gamma Post", "Delta Post"}
    assert found["independent_sources"] == 1
    json.dumps(found)
    assert NOTICE not in answer.text


def test_a_withdrawn_article_is_never_quoted_without_that_word(index: NewsIndex) -> None:
    answer = Assistant(index).answer("What was seen over Ankara on Sunday evening?")
    assert answer.answered
    lines = [line for line in answer.text.splitlines() if "three tails" in line]
    assert lines and all("Alpha News, 2 January 2022, withdrawn" in line for line in lines)
    assert to_json(answer)["citations"][0]["withdrawn"] is True


def test_a_model_is_told_and_its_answer_says_so(index: NewsIndex) -> None:
    chat = ScriptedChatModel(script=["A comet with three tails was seen over Ankara [1]."])
    answer = Assistant(index, chat).answer("What was seen over Ankara on Sunday evening?")
    assert answer.reason and "[1] was withdrawn by the outlet." in answer.reason
    source = Source("1", "T", withdrawn=True)
    asked = messages("Q?", {1: Passage(source, "x", 0, 1), 2: Passage(Source("2", "T"), "x", 0, 1)})
    assert '<passage number="1" outlet="outlet unknown" date="date unknown" status="withdrawn"' in asked[1][1]
    assert asked[1][1].count("status=") == 1
    assert "withdrawn" in asked[0][1]


def test_a_retriever_tells_the_standing(index: NewsIndex) -> None:
    documents = NewsRetriever(index=index, k=4).invoke("comet seen over Ankara")
    assert documents[0].metadata["withdrawn"] is True
    ship = next(one for one in documents if one.metadata["outlet"] == "Beta Wire")
    assert (ship.metadata["notice"], len(ship.metadata["reprints"])) == (NOTICE, 2)
