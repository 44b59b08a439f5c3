"""The sample in articles/ holds what docs/sample.md says. Knows nothing of the index."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from index.articles import Article
from index.passages import sentences
from index.readers import Record, read

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "articles"
OUTLETS = {"Meridian Wire", "Harbour Ledger", "The Northgate Post", "Orbit & Field", "Causeway Daily"}
TOPICS = {
    "S-400": 9,
    "Ever Given": 3,
    "earthquake": 3,
    "Webb": 2,
    "DART": 2,
    "Chandrayaan-3": 1,
    "solar eclipse": 2,
    "Notre-Dame": 2,
    "vaccine": 2,
    "Silicon Valley Bank": 2,
    "Finland": 2,
    "Beirut": 1,
    "World Cup": 1,
}


@pytest.fixture(scope="module")
def sample() -> dict[str, Article]:
    """Every article of the sample under its title."""
    found = list(read([SAMPLE]))
    records = [item for item in found if isinstance(item, Record)]
    assert len(records) == len(found), [item for item in found if not isinstance(item, Record)]
    return {record.article.source.title: record.article for record in records}


def one(sample: dict[str, Article], words: str) -> Article:
    """The one article with these words in its title."""
    (article,) = [article for title, article in sample.items() if words in title]
    return article


def test_there_are_32_articles_each_with_its_own_id_and_title(sample: dict[str, Article]) -> None:
    assert len(sample) == 32
    assert len({article.source.id for article in sample.values()}) == 32
    suffixes = Counter(path.suffix for path in SAMPLE.iterdir())
    assert suffixes == {".md": 23, ".txt": 2, ".html": 2, ".jsonl": 1, ".csv": 1}


def test_each_article_is_short_and_has_several_paragraphs(sample: dict[str, Article]) -> None:
    for title, article in sample.items():
        assert 130 <= len(article.text.split()) <= 350, title
        assert 4 <= len([line for line in article.text.split("\n") if line.strip()]) <= 8, title


@pytest.mark.parametrize(("words", "count"), TOPICS.items(), ids=TOPICS)
def test_each_topic_has_its_articles(sample: dict[str, Article], words: str, count: int) -> None:
    assert sum(bool(re.search(words, article.text)) for article in sample.values()) == count


def test_outlets_and_addresses_are_invented(sample: dict[str, Article]) -> None:
    sources = [article.source for article in sample.values()]
    outlets = Counter(source.outlet for source in sources)
    assert set(outlets) == OUTLETS | {None}
    assert outlets[None] == 2
    assert all(re.match(r"https://[a-z]+\.example/", source.url) for source in sources if source.url)
    assert all(source.url and source.authors for source in sources if source.outlet)


def test_one_date_is_unknown_and_two_stand_in_the_text(sample: dict[str, Article]) -> None:
    origins = Counter(article.source.published_from for article in sample.values())
    assert origins == {"metadata": 29, "dateline": 2, "none": 1}
    assert one(sample, "Why solar eclipses happen").source.published is None


def test_one_article_has_two_authors(sample: dict[str, Article]) -> None:
    several = [article.source for article in sample.values() if len(article.source.authors) > 1]
    assert [source.authors for source in several] == [("Barnaby Quaile", "Maren Oldcastle")]


def test_the_reprint_has_other_words_at_its_head_and_one_sentence_less(sample: dict[str, Article]) -> None:
    original = one(sample, "White House removes Turkey")
    reprint = one(sample, "Turkey loses its place in F-35")
    assert original.source.outlet != reprint.source.outlet
    assert original.source.published and reprint.source.published
    assert original.source.published < reprint.source.published
    lines = [[article.text[a:b] for a, b in sentences(article.text)] for article in (original, reprint)]
    assert lines[1][0] == f"WASHINGTON (Meridian Wire) - {lines[0][0]}"
    assert len(set(lines[0][1:]) - set(lines[1])) == 1
    assert set(lines[1][1:]) < set(lines[0])


def test_no_other_two_articles_are_alike(sample: dict[str, Article]) -> None:
    articles = list(sample.values())
    words = [article.text.split() for article in articles]
    alike = [
        {articles[i].source.title, articles[j].source.title}
        for i in range(len(articles))
        for j in range(i)
        if SequenceMatcher(None, words[i], words[j], autojunk=False).find_longest_match().size >= 30
    ]
    assert alike == [
        {
            "White House removes Turkey from F-35 programme",
            "Turkey loses its place in F-35 programme over Russian missiles",
        }
    ]


def test_the_correction_names_the_article_and_both_figures(sample: dict[str, Article]) -> None:
    earlier, later = one(sample, "Container giant"), one(sample, "More than 200 ships")
    (correction,) = [line for line in later.text.split("\n") if line.startswith("Correction:")]
    assert "carrying about 20,000 containers" in earlier.text
    assert earlier.source.outlet and earlier.source.outlet in correction
    assert "24 March" in correction and "20,000" in correction and "18,300" in correction


def test_two_articles_disagree_on_the_magnitude_and_say_who_measured_it(sample: dict[str, Article]) -> None:
    first, second = one(sample, "Earthquake of magnitude 7.8"), one(sample, "Turkey declares emergency")
    assert "7.8" in first.text and "Geological Survey" in first.text and "7.7" not in first.text
    assert "7.7" in second.text and "AFAD" in second.text and "7.8" not in second.text
    assert first.source.outlet != second.source.outlet


@pytest.mark.parametrize(
    "opening", ["[Tt]he (US|United States) is worried .*because", "Turkey bought the S-400 because"]
)
def test_the_s_400_questions_are_answered_with_the_reason_in_one_sentence(
    sample: dict[str, Article], opening: str
) -> None:
    holding = [
        title
        for title, article in sample.items()
        if any(re.match(opening, article.text[a:b]) for a, b in sentences(article.text))
    ]
    assert len(holding) >= 2


def test_pages_keep_words_apart_and_accents_whole(sample: dict[str, Article]) -> None:
    page = one(sample, "Notre-Dame saved")
    assert page.source.authors == ("Zoé Vaubrécourt",)
    assert "Rémy Heitz, said that nothing pointed to a deliberate act." in " ".join(page.text.split())
    assert "Read more on our pages" not in page.text


def test_each_file_named_in_the_notes_is_there() -> None:
    named = re.findall(r"`((?:\d{4}|undated)-[^`]+)`", (ROOT / "docs" / "sample.md").read_text(encoding="utf-8"))
    assert named
    assert [name for name in named if not (SAMPLE / name).is_file()] == []
