"""Words found, filtered and deleted; a rebuilt word index answers as the one that grew."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article, Source
from index.errors import BadRequest, IndexDamaged
from index.forms import FORMS
from index.lexical import Filters, Lexical, content_terms, heading, terms, topic_terms
from index.passages import Passage, passages
from index.store import passage_id
from tests.newsroom import story, word

NONE = Filters()


def cut(number: int, outlet: str | None = None, published: date | None = None, title: str = "") -> list[Passage]:
    """The passages of story `number`, as article 0…number."""
    source = Source(f"{number:016x}", title or f"Report {number}", None, outlet, (), published)
    return passages(Article(source, story(number)["text"]))


@pytest.fixture
def lexical(tmp_path: Path) -> Lexical:
    return Lexical.create(tmp_path / "lexical")


def found(lexical: Lexical, question: str, filters: Filters = NONE, k: int = 50) -> set[int]:
    """The numbers of the articles found."""
    return {int(match.article, 16) for match in lexical.search(terms(question), k, filters)}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The U.S. bought it", ["the", "us", "buy", "it"]),
        ("Women fell, men won", ["woman", "fall", "man", "win"]),
        ("the S-400 and F-35s", ["the", "s", "400", "s400", "and", "f", "35s", "f35"]),
        ("S400", ["s400"]),
        ("US", ["us"]),
        ("Erdoğan’s café", ["erdogan", "s", "cafe"]),
        ("missiles MISSILE", ["missil", "missil"]),
        ("S-400", ["s", "400", "s400"]),
        ("", []),
        ("?!… — “”", []),
        ("\ud800 word", ["word"]),
    ],
)
def test_terms_are_words_as_they_are_searched(text: str, wanted: list[str]) -> None:
    assert terms(text) == wanted


@pytest.mark.parametrize(
    ("topic", "wanted"),
    [
        ("", ()),
        (" \n", ()),
        ("The missiles of Turkey", ("missil", "turkey")),
        ("bought MISSILE missiles", ("buy", "missil")),
        ("S-400 F-35s", ("s400", "f35")),
        ("the", ("the",)),
    ],
)
def test_a_topic_is_made_of_terms(topic: str, wanted: tuple[str, ...]) -> None:
    assert topic_terms(topic) == wanted


@pytest.mark.parametrize("topic", ["?!", " … ", " ".join(f"w{n}" for n in range(21))])
def test_a_topic_without_a_word_or_with_too_many_is_refused(topic: str) -> None:
    with pytest.raises(BadRequest, match=r"^The topic .* name "):
        topic_terms(topic)


def test_content_terms_leave_out_what_says_nothing_unless_nothing_is_left() -> None:
    assert content_terms("Why is the US worried about the US?") == ["us", *terms("worried about")]
    assert content_terms("Who was it?") == ["who", "was", "it"]


@given(st.text())
def test_no_text_is_too_odd_for_terms(text: str) -> None:
    assert all(term and not any(letter.isspace() for letter in term) for term in terms(text))


def test_a_heading_helps_finding_and_is_never_stored_as_text() -> None:
    source = Source("0" * 16, "A title", None, "CNN", (), date(2019, 7, 2))
    assert heading(source) == "A title\nCNN, 2 July 2019"
    assert heading(Source("0" * 16, "A title")).strip() == "A title"


def test_words_of_text_title_and_outlet_find_the_passage(lexical: Lexical) -> None:
    lexical.add(cut(1, "Harbour Gazette", title="Walrus seen"))
    lexical.add(cut(2, "Daily"))
    lexical.commit()
    assert found(lexical, word(1)) == {1}
    assert found(lexical, "walrus") == {1}
    assert found(lexical, "gazette") == {1}
    assert found(lexical, "zebra") == set()
    (match, *_) = lexical.search(terms(word(1)), 5, NONE)
    passage = next(passage for passage in cut(1) if word(1) in passage.text)
    assert (match.start, match.end, match.day) == (passage.start, passage.end, None)
    assert match.id == passage_id(passage.source.id, passage.start, passage.end)


def test_nothing_is_found_before_commit(lexical: Lexical) -> None:
    lexical.add(cut(1))
    assert found(lexical, word(1)) == set()
    lexical.commit()
    assert found(lexical, word(1)) == {1}


def test_deleted_is_gone_at_once_and_for_good(lexical: Lexical, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        lexical.add(cut(number))
    lexical.commit()
    lexical.delete([f"{2:016x}"])
    lexical.commit()
    assert found(lexical, word(2)) == set()
    assert found(lexical, "report") == {1, 3}
    assert lexical.passing(Filters(until=date(2030, 1, 1)), 99) == []
    assert found(Lexical.open(tmp_path / "lexical"), word(2)) == set()


def test_deleted_and_added_in_one_commit_is_there_once(lexical: Lexical) -> None:
    lexical.add(cut(1))
    lexical.commit()
    lexical.delete([f"{1:016x}"])
    lexical.add(cut(1))
    lexical.commit()
    assert len(lexical.search(terms(word(1)), 50, NONE)) == 1


def test_added_and_deleted_in_one_commit_is_not_there(lexical: Lexical) -> None:
    lexical.add([*cut(1), *cut(2)])
    lexical.delete([f"{1:016x}"])
    lexical.commit()
    assert found(lexical, "report") == {2}


def test_ids_with_the_highest_bit_are_deleted_as_well(lexical: Lexical) -> None:
    source = Source("f" * 16, "Report")
    lexical.add(passages(Article(source, story(1)["text"])))
    lexical.commit()
    assert {match.article for match in lexical.search(["report"], 9, NONE)} == {"f" * 16}
    lexical.delete(["f" * 16])
    lexical.commit()
    assert lexical.search(["report"], 9, NONE) == []


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        (NONE, {1, 2, 3, 4}),
        (Filters(outlets=("cnn",)), {1}),
        (Filters(outlets=(" CNN ", "Ärzte  blatt")), {1, 2}),
        (Filters(outlets=("CN",)), set()),
        (Filters(since=date(2020, 1, 2)), {2, 3}),
        (Filters(until=date(2020, 1, 2)), {1, 2}),
        (Filters(since=date(2020, 1, 2), until=date(2020, 1, 2)), {2}),
        (Filters(since=date(1600, 1, 1)), {1, 2, 3}),
        (Filters(until=date.max), {1, 2, 3}),
        (Filters(outlets=("CNN",), since=date(2020, 1, 2)), set()),
        (Filters(topic=("report", "3")), {3}),
        (Filters(topic=("report", "zebra")), set()),
        (Filters(outlets=("CNN", "BBC"), topic=("4",)), {4}),
    ],
)
def test_filters_hold(lexical: Lexical, filters: Filters, wanted: set[int]) -> None:
    for number, (outlet, day) in enumerate(
        [("CNN", date(2020, 1, 1)), ("ÄRZTE Blatt", date(2020, 1, 2)), (None, date(2020, 1, 3)), ("BBC", None)], 1
    ):
        lexical.add(cut(number, outlet, day))
    lexical.commit()
    assert found(lexical, "report", filters) == wanted
    if filters:
        passing = lexical.passing(filters, 1_000)
        assert passing is not None
        assert {int(match.article, 16) for match in passing} == wanted
        assert lexical.passing(filters, max(len(passing) - 1, 0)) is None or not passing
    ids = [passage_id(p.source.id, p.start, p.end) for number in (1, 2, 3, 4) for p in cut(number)]
    assert {int(match.article, 16) for match in lexical.among(ids, ["report"], filters)} == wanted


def test_among_gives_the_same_scores_as_search(lexical: Lexical) -> None:
    for number in range(1, 30):
        lexical.add(cut(number))
    lexical.commit()
    words = content_terms(f"Which ferry and bridge did {word(7)} sign?")
    best = lexical.search(words, 20, NONE)
    again = lexical.among([match.id for match in best], words, NONE)
    assert {match.id: pytest.approx(match.score, rel=1e-5) for match in best} == {
        match.id: match.score for match in again
    }
    assert lexical.among([], words, NONE) == []
    assert {match.score for match in lexical.among([best[0].id], [], NONE)} == {0.0}


def test_idf_falls_with_how_common_a_term_is(lexical: Lexical) -> None:
    for number in range(1, 30):
        lexical.add(cut(number))
    lexical.commit()
    total = sum(len(cut(number)) for number in range(1, 30))
    assert lexical.idf(terms(word(3))[0]) == pytest.approx(math.log(1 + (total - 0.5) / 1.5))
    assert lexical.idf("nowherefound") > lexical.idf(terms(word(3))[0]) > lexical.idf("ferri") > 0


def test_a_rebuilt_index_answers_as_the_one_that_grew(tmp_path: Path) -> None:
    grown, rebuilt = Lexical.create(tmp_path / "grown"), Lexical.create(tmp_path / "rebuilt")
    day = date(2020, 1, 1)
    for number in range(1, 40):
        grown.add(cut(number, "CNN", day))
        if number % 10 == 0:
            grown.commit()
    grown.delete([f"{number:016x}" for number in range(5, 15)])
    grown.add(cut(12, "BBC", day))
    grown.commit()
    left = [number for number in range(1, 40) if not 5 <= number < 15]
    rebuilt.add(passage for number in left for passage in cut(number, "CNN", day))
    rebuilt.add(cut(12, "BBC", day))
    rebuilt.commit()
    for question in ("report", "ferry bridge", word(7), word(12), word(30), "CNN", "BBC"):
        for filters in (NONE, Filters(outlets=("BBC",)), Filters(since=day)):
            # the scores of the one that grew still count the deleted a little
            ours, theirs = (index.search(terms(question), 500, filters) for index in (grown, rebuilt))
            assert {match.id for match in ours} == {match.id for match in theirs}
            assert {match.day for match in ours} <= {day}


def test_a_missing_or_damaged_index_is_said(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="makes it again"):
        Lexical.open(tmp_path / "nowhere")
    (tmp_path / "meta.json").write_text("{")
    with pytest.raises(IndexDamaged, match="makes it again"):
        Lexical.open(tmp_path)


def test_irregular_forms_find_each_other(lexical: Lexical) -> None:
    texts = ["They bought a ferry.", "They buy a ferry.", "They sold a ferry."]
    for number, text in enumerate(texts):
        source = Source(f"{number:016x}", "A report", None, None, (), None)
        lexical.add(passages(Article(source, text)))
    lexical.commit()
    for question in ("buy", "bought", "buying"):
        assert found(lexical, question) == {0, 1}
    assert lexical.frequency("buy") == 2
    assert lexical.idf("buy") < lexical.idf("sell")


def test_no_form_belongs_to_two_words() -> None:
    forms = [form for base, others in FORMS.items() for form in (base, *others)]
    assert len(forms) == len(set(forms))
