"""Which articles are one story: signatures alone, then through a build and a search."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from index.articles import Source
from index.building import build
from index.errors import IndexDamaged
from index.live import NewsIndex
from index.passages import sentences
from index.reprints import Signatures, runs, share
from index.stories import Stories, by_origin
from tests.fakes import HashEmbedder
from tests.newsroom import marker, story, word, write

DAY = date(2024, 5, 3)


def wire(number: int, length: int = 40) -> str:
    """A text of so many sentences of words that no other number's text has in this order."""
    choice = random.Random(number)
    words = story(1)["text"].lower().replace(".", "").split()
    said = [" ".join(choice.choices(words, k=14)).capitalize() + "." for _ in range(length)]
    return "\n\n".join(" ".join(said[low : low + 4]) for low in range(0, length, 4))


def cut(text: str, number: int, lost: int = 3) -> str:
    """The text with an agency line and without some sentences, as a paper prints it."""
    spans = sentences(text)
    gone = set(random.Random(number).sample(range(1, len(spans)), lost))
    kept = [text[start:end] for place, (start, end) in enumerate(spans) if place not in gone]
    return f"HARBOUR CITY (Example Wire) — {' '.join(kept)}"


def grouped(*texts: str, days: list[date | None] | None = None) -> list[tuple[int, ...]]:
    signatures = Signatures()
    for number, text in enumerate(texts):
        signatures.add(f"{number:016x}", text, days[number] if days else DAY)
    return [tuple(int(key, 16) for key in story) for story in signatures.stories()]


@contextmanager
def indexed(folder: Path, *articles: dict[str, Any]) -> Iterator[NewsIndex]:
    build([write(folder / "a.jsonl", *articles)], folder / "news", embedder=HashEmbedder())
    with NewsIndex.open(folder / "news", HashEmbedder()) as news:
        yield news


# Signatures


@pytest.mark.parametrize("length", [8, 20, 60])
def test_a_cut_copy_is_the_same_story_and_another_article_is_not(length: int) -> None:
    texts = [wire(number, length) for number in range(20)]
    copies = [cut(text, number) for number, text in enumerate(texts)]
    found = grouped(*texts, *copies)
    assert set(found) <= {(number, number + 20) for number in range(20)}
    assert len(found) >= 19


def test_case_punctuation_and_layout_do_not_count() -> None:
    text = wire(1)
    assert grouped(text, text.upper().replace(".", " !\n")) == [(0, 1)]
    assert share(runs(text), runs(text.replace("\n\n", " "))) == 1.0


def test_what_fills_the_same_form_is_not_the_same_story() -> None:
    def weather(number: int) -> str:
        pick = random.Random(number)
        towns = "Arden Bexley Corran Dunmore Elsworth Farley Garston Hollin".split()
        return " ".join(
            f"In {pick.choice(towns)} expect {pick.choice(['rain', 'sun', 'snow', 'fog'])} with a high of "
            f"{pick.randint(-5, 30)} degrees and winds of up to {pick.randint(5, 60)} kilometres an hour from the "
            f"{pick.choice(['north', 'south', 'west', 'east'])}."
            for _ in range(10)
        )

    assert grouped(*map(weather, range(30))) == []


def test_what_comes_again_next_year_is_another_story() -> None:
    text = wire(1)
    assert grouped(text, text, days=[DAY, DAY + timedelta(days=365)]) == []
    assert grouped(text, text, days=[DAY, DAY + timedelta(days=20)]) == [(0, 1)]
    assert grouped(text, text, days=[DAY, None]) == [(0, 1)]


def test_short_texts_and_none_at_all() -> None:
    assert grouped() == []
    assert grouped("One.", "Two words.", "…", "One!") == [(0, 3)]
    assert share(runs("…"), runs("one")) == 0.0


def test_signatures_and_stories_are_kept_and_damage_is_said(tmp_path: Path) -> None:
    signatures = Signatures()
    for key, text in (("a" * 16, wire(1)), ("b" * 16, cut(wire(1), 1)), ("c" * 16, wire(2))):
        signatures.add(key, text, DAY)
    signatures.save(tmp_path)
    opened = Signatures.open(tmp_path)
    assert opened.stories() == signatures.stories() == [("a" * 16, "b" * 16)]
    opened.remove("b" * 16)
    opened.remove("d" * 16)
    assert opened.stories() == []
    Stories(signatures.stories()).save(tmp_path)
    assert Stories.open(tmp_path).of("b" * 16) == ("a" * 16, "b" * 16)
    assert Stories.open(tmp_path).of("c" * 16) == ("c" * 16,)
    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes()[:30])
    with pytest.raises(IndexDamaged, match=r"makes (it|them) again"):
        Signatures.open(tmp_path)
    with pytest.raises(IndexDamaged, match=r"makes (it|them) again"):
        Stories.open(tmp_path)


# Who was first


def test_the_earliest_is_the_original_but_an_agency_before_those_it_serves() -> None:
    early = Source("1", "A", outlet="Harbour Ledger", published=date(2024, 5, 2))
    late = Source("2", "B", outlet="Causeway Daily", published=date(2024, 5, 4))
    agency = Source("3", "C", outlet="Meridian Wire", published=date(2024, 5, 3))
    named = Source("5", "E", outlet="Reuters")
    assert by_origin([late, early])[0] is early
    assert by_origin([late, early, agency])[0] is agency
    assert by_origin([early, named])[0] is named
    assert by_origin([Source("0", "no day"), late])[0] is late


# Through an index


def test_reprints_are_counted_with_their_outlets_and_days(tmp_path: Path) -> None:
    text = wire(1)
    papers = [
        story(n, text=cut(text, n), title=f"Paper {n}", outlet=f"Paper {n}", published=str(DAY + timedelta(days=n)))
        for n in range(1, 4)
    ]
    first = story(9, text=text, title="First", outlet="Alpha", published=str(DAY))
    with indexed(tmp_path, *papers, first, story(5)) as news:
        sources = news.story("https://wire.example/2")
        assert [source.title for source in sources] == ["First", "Paper 1", "Paper 2", "Paper 3"]
        assert [source.title for source in news.story("https://wire.example/5")] == ["Report 5"]
    more = story(8, text=cut(text, 8), title="Late", outlet="Late Paper", published=str(DAY + timedelta(days=9)))
    report = build([write(tmp_path / "b.jsonl", more, story(7))], tmp_path / "news", embedder=HashEmbedder())
    assert [(one.title, one.of) for one in report.reprints] == [("Late", "https://wire.example/9")]
    with NewsIndex.open(tmp_path / "news", HashEmbedder()) as news:
        assert len(news.story("https://wire.example/8")) == 5


def test_the_same_text_of_another_outlet_is_a_reprint_and_of_the_same_one_a_duplicate(tmp_path: Path) -> None:
    text = wire(1)
    report = build(
        [
            write(
                tmp_path / "a.jsonl",
                story(1, text=text, outlet="Alpha"),
                story(2, text=text, outlet="Beta"),
                story(3, text=text, outlet=" ALPHA "),
                story(4, text=text),
            )
        ],
        tmp_path / "news",
        embedder=HashEmbedder(),
    )
    assert (report.added, len(report.duplicates), len(report.reprints)) == (2, 2, 1)


def test_a_search_gives_the_original_with_its_reprints(tmp_path: Path) -> None:
    text = f"{wire(1, 8)}\n\n{marker(6)} {wire(2, 8)}"
    printed = f"TOWN (Example Wire) — {text}"
    papers = [
        story(n, text=printed, title=f"Paper {n}", outlet=f"Paper {n}", published=f"2024-05-0{n}") for n in range(2, 7)
    ]
    first = story(9, text=text, title="First", outlet="Alpha", published="2024-05-01")
    with indexed(tmp_path, *papers, first, story(8)) as news:
        hits = [hit for hit in news.search(f"inspector {word(6)} paper") if word(6) in hit.passage.text]
        assert [hit.passage.source.title for hit in hits] == ["First"]
        assert [source.title for source in hits[0].reprints] == [f"Paper {n}" for n in range(2, 7)]
        passage = hits[0].passage
        assert news.article(passage.source.id).text[passage.start : passage.end] == passage.text
        only = news.search(f"inspector {word(6)} paper", outlets=["Paper 3"])[0]
        assert (only.passage.source.title, only.reprints) == ("Paper 3", ())
        later = news.search(f"inspector {word(6)} paper", since=date(2024, 5, 4))[0]
        assert later.passage.source.title == "Paper 4"
        assert [source.title for source in later.reprints] == ["Paper 5", "Paper 6"]


@pytest.mark.parametrize(
    "own",
    [
        pytest.param(f"{marker(77)} He refused to say why he did it.", id="a sentence"),
        pytest.param("The bridge cost 4711 crowns in all, said the council.", id="a figure"),
    ],
)
def test_what_only_one_print_says_is_found_there(tmp_path: Path, own: str) -> None:
    text = wire(1, 24) + "\n\nThe bridge cost 4700 crowns in all, said the council."
    other = text.replace("The bridge cost 4700 crowns in all, said the council.", own)
    first = story(1, text=text, title="First", outlet="Alpha", published="2024-05-01")
    with indexed(tmp_path, first, story(2, text=other, title="Other", outlet="Beta", published="2024-05-02")) as news:
        assert len(news.story("https://wire.example/1")) == 2
        hits = news.search(own)
        holds = [hit for hit in hits if own in " ".join(hit.passage.text.split())]
        assert [hit.passage.source.title for hit in holds] == ["Other"]
        assert holds[0].saying(own) == ()
        shared = holds[0].passage.text.split(".")[0] + "."
        assert [source.title for source in holds[0].saying(shared)] == ["First"]


def test_an_article_that_parts_from_its_story_leaves_it(tmp_path: Path) -> None:
    both = [story(n, text=cut(wire(1), n), outlet=f"Paper {n}") for n in (1, 2)]
    with indexed(tmp_path, *both) as news:
        assert len(news.story("https://wire.example/1")) == 2
        report = build(
            [write(tmp_path / "b.jsonl", story(2, text=wire(5), outlet="Paper 2"))],
            tmp_path / "news",
            embedder=HashEmbedder(),
        )
        assert (report.updated, report.reprints) == (1, ())
        assert len(news.story("https://wire.example/1")) == 1


@pytest.mark.parametrize("lost", ["signatures.npz", "stories.json"])
def test_lost_signatures_are_made_again_by_any_build(tmp_path: Path, lost: str) -> None:
    both = [story(n, text=cut(wire(1), n), outlet=f"Paper {n}") for n in (1, 2)]
    with indexed(tmp_path, *both, story(3)):
        pass
    (tmp_path / "news" / "generations" / "0001" / "reprints" / lost).unlink()
    if lost == "stories.json":
        with pytest.raises(IndexDamaged, match=r"makes (it|them) again"):
            NewsIndex.open(tmp_path / "news", HashEmbedder())
    report = build([write(tmp_path / "b.jsonl", story(3))], tmp_path / "news", embedder=HashEmbedder())
    assert (report.unchanged, report.generation) == (1, 2)
    with NewsIndex.open(tmp_path / "news", HashEmbedder()) as news:
        assert len(news.story("https://wire.example/1")) == 2
    kept = json.loads((tmp_path / "news" / "generations" / "0002" / "reprints" / "stories.json").read_text())
    assert [len(one) for one in kept] == [2]
