"""What articles said before: replaced at once, kept to be read and compared, never found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article, Source
from index.building import BuildReport, build
from index.errors import ArticleMissing, IndexDamaged
from index.live import NewsIndex
from index.serial import marked
from index.versions import KEPT, Versions, differences
from tests.fakes import HashEmbedder
from tests.newsroom import marker, story, word, write

URL = "https://wire.example/1"
Make = Callable[..., BuildReport]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "news"


@pytest.fixture
def make(tmp_path: Path, folder: Path) -> Make:
    def make(*stories: dict[str, object], fresh: bool = False) -> BuildReport:
        return build([write(tmp_path / "a.jsonl", *stories)], folder, embedder=HashEmbedder(), fresh=fresh)

    return make


def edition(number: int, **fields: object) -> dict[str, object]:
    """The article at URL as it reads after so many changes."""
    return story(1, text=story(number)["text"], **fields)


def said(folder: Path, name: str = URL) -> list[str]:
    """The first rare word of each version, the oldest first."""
    with NewsIndex.open(folder, HashEmbedder()) as news:
        texts = [version.article.text for version in news.versions(name)]
    return [next(term for term in text.split() if term.startswith("qu")) for text in texts]


def found(folder: Path, number: int) -> list[str]:
    with NewsIndex.open(folder, HashEmbedder()) as news:
        return [hit.passage.text for hit in news.search(marker(number), 50) if word(number) in hit.passage.text]


def test_a_new_text_replaces_the_old_at_once_and_the_old_is_kept(make: Make, folder: Path) -> None:
    make(edition(1, title="Before"), story(9))
    before = datetime.now(UTC) - timedelta(seconds=2)
    make(edition(2, title="After", published="2024-05-03", authors=["A. Example"]))
    assert found(folder, 1) == []
    assert len(found(folder, 2)) == 1
    with NewsIndex.open(folder, HashEmbedder()) as news:
        old, now = news.versions("http://www.wire.example/1/?utm_source=feed")
        assert (old.article.source.title, now.article.source.title) == ("Before", "After")
        assert now.article == news.article(URL)
        assert now.until is None
        assert old.until and before <= old.until <= datetime.now(UTC)
        (only,) = news.versions("https://wire.example/9")
        assert only.until is None
        with pytest.raises(ArticleMissing):
            news.versions("https://wire.example/99")


def test_changed_metadata_is_a_version_too(make: Make, folder: Path) -> None:
    make(edition(1, published="2024-05-03"))
    make(edition(1, published="2024-05-04"))
    with NewsIndex.open(folder, HashEmbedder()) as news:
        days = [version.article.source.published for version in news.versions(URL)]
    assert days == [date(2024, 5, 3), date(2024, 5, 4)]


def test_versions_live_on_through_generations_and_the_last_are_kept(make: Make, folder: Path) -> None:
    for number in range(1, KEPT + 4):
        make(edition(number), story(100 + number))
    assert said(folder) == [word(number) for number in range(3, KEPT + 4)]
    make(story(200))
    assert len(said(folder)) == KEPT + 1
    assert all(found(folder, number) == [] for number in range(1, KEPT + 3))


def test_changes_within_one_build_are_versions(make: Make, folder: Path) -> None:
    report = make(edition(1), edition(2), edition(3))
    assert (report.added, report.updated) == (1, 2)
    assert said(folder) == [word(1), word(2), word(3)]


def test_a_file_that_is_edited_keeps_its_versions_though_its_id_changes(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "a.txt"
    for number in (1, 2, 3):
        path.write_text(f"Report\n\n{story(number)['text']}")
        build([path], folder, embedder=HashEmbedder())
    with NewsIndex.open(folder, HashEmbedder()) as news:
        (source,) = news.articles()
    assert said(folder, source.id) == [word(1), word(2), word(3)]


def test_what_is_removed_or_begun_afresh_keeps_nothing(
    make: Make, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(edition(1), story(9))
    make(edition(2))
    monkeypatch.setattr("index.changing.load_embedder", lambda name: HashEmbedder())
    from index.building import remove

    remove([URL], folder)
    make(edition(3))
    assert said(folder) == [word(3)]
    make(edition(4))
    make(edition(4), fresh=True)
    assert said(folder) == [word(4)]


def test_a_build_that_fails_keeps_nothing(make: Make, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(edition(1))
    with monkeypatch.context() as patch:
        patch.setattr("index.lexical.Lexical.commit", lambda self: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            make(edition(2))
    assert said(folder) == [word(1)]
    make(edition(3))
    assert said(folder) == [word(1), word(3)]


def test_a_reader_keeps_its_versions_while_the_next_builds_run(make: Make, folder: Path) -> None:
    make(edition(1))
    make(edition(2))
    with NewsIndex.open(folder, HashEmbedder()) as news, news.snapshot() as live:
        for number in (3, 4, 5):
            make(edition(number))
        assert len(live.versions(URL)) == 2
        assert len(news.versions(URL)) == 5


# Other dresses of a page


def test_an_amp_page_does_not_replace_the_article(make: Make, folder: Path) -> None:
    amp = story(1, url="https://amp.wire.example/1", text=story(1)["text"] + " Share this.")
    assert make(story(1), amp).counts() == {**NOTHING, "added": 1, "duplicates": 1, "undated": 1}
    assert make(story(1), amp).counts() == {**NOTHING, "unchanged": 1, "duplicates": 1}
    assert len(said(folder)) == 1


def test_an_amp_page_that_comes_first_gives_way_once(make: Make, folder: Path) -> None:
    amp = story(1, url="https://amp.wire.example/1", text=story(1)["text"] + " Share this.")
    assert make(amp, story(1)).counts() == {**NOTHING, "added": 1, "updated": 1, "undated": 1}
    for _ in range(2):
        assert make(amp, story(1)).counts() == {**NOTHING, "unchanged": 1, "duplicates": 1}
    with NewsIndex.open(folder, HashEmbedder()) as news:
        assert news.article(URL).source.url == URL


def test_two_spellings_with_two_texts_do_not_replace_each_other_for_ever(make: Make, folder: Path) -> None:
    one, other = edition(1), edition(2, url=f"{URL}/index.html")
    assert make(one, other).counts() == {**NOTHING, "added": 1, "updated": 1, "undated": 1}
    for _ in range(2):
        assert make(one, other).counts() == {**NOTHING, "unchanged": 1, "duplicates": 1}
    assert said(folder) == [word(1), word(2)]
    assert make(one).counts() == {**NOTHING, "duplicates": 1}
    assert make(edition(1, url=f"{URL}/index.html")).counts() == {**NOTHING, "updated": 1, "undated": 1}


def test_two_spellings_with_two_titles_do_not_replace_each_other_for_ever(make: Make, folder: Path) -> None:
    one, other = story(1), story(1, title="Report 1 - Wire", url=f"{URL}/index.html")
    assert make(one, other).counts() == {**NOTHING, "added": 1, "duplicates": 1, "undated": 1}
    assert make(one, other).counts() == {**NOTHING, "unchanged": 1, "duplicates": 1}
    assert make(other).counts() == {**NOTHING, "updated": 1, "undated": 1}


def test_a_tracked_link_with_the_same_text_is_no_change_and_with_a_new_text_it_is(make: Make, folder: Path) -> None:
    tracked = f"{URL}?utm_source=feed"
    make(story(1))
    assert make(story(1, url=tracked)).counts() == {**NOTHING, "unchanged": 1}
    assert make(story(1, url=tracked, title="Report 1 - Wire")).counts() == {**NOTHING, "duplicates": 1}
    assert make(edition(2, url=tracked)).counts() == {**NOTHING, "updated": 1, "undated": 1}
    assert found(folder, 1) == []


NOTHING = dict.fromkeys(("added", "updated", "unchanged", "duplicates", "failed", "reprints", "undated"), 0)


# The file


def test_a_damaged_file_is_said(make: Make, folder: Path) -> None:
    make(edition(1))
    path = folder / "generations" / "0001" / "versions.sqlite"
    for content in (b"no database at all, only words that go on and on and on for a while" * 9, None):
        path.write_bytes(content) if content else path.unlink()
        with pytest.raises(IndexDamaged, match="--fresh"):
            NewsIndex.open(folder, HashEmbedder())


def test_all_of_a_source_is_kept(tmp_path: Path) -> None:
    moment = datetime(2024, 5, 3, 12, 30, tzinfo=UTC)
    source = Source(
        *("00ff", "Title “so”", "https://a.example/1", "Alpha", ("A", "B"), date(2024, 5, 3), "json-ld"),
        *(moment, date(2024, 5, 4), "Correction: two, not three.", True, (0, 40)),
    )
    versions = Versions.create(tmp_path)
    versions.keep(Article(source, "A text\nof two lines, ‘quoted’."), "00ff")
    versions.commit()
    versions.close()
    opened = Versions.open(tmp_path)
    (version,) = opened.of("00ff")
    assert version.article == Article(source, "A text\nof two lines, ‘quoted’.")
    assert opened.of("00aa") == []
    opened.close()


# Comparing


def test_differences_are_told_word_by_word() -> None:
    old = "The vote was held on Monday. Nine members voted for it. The mayor was away."
    new = "The vote was held on Tuesday. Nine members voted for it. The mayor was away. It rained."
    assert [(one.kind, one.old, one.new) for one in differences(old, new)] == [
        ("same", "The vote was held on", "The vote was held on"),
        ("changed", "Monday.", "Tuesday."),
        ("same", "Nine members voted for it. The mayor was away.", "Nine members voted for it. The mayor was away."),
        ("changed", "", "It rained."),
    ]
    shown = "The vote was held on [-Monday.-] {+Tuesday.+} Nine … away. {+It rained.+}"
    assert marked(differences(old, new), around=1) == shown.replace("The vote was held on", "… on")
    assert marked(differences(old, new)).startswith("The vote was held on [-Monday.-] {+Tuesday.+} Nine members")
    assert differences(old, old) == differences(old, old.replace(" ", "\n"))
    assert marked([]) == ""


@given(st.lists(st.sampled_from("one two three. Four five. six! Seven".split())), st.text(max_size=60))
def test_both_texts_can_be_read_from_their_differences(words: list[str], other: str) -> None:
    old, new = " ".join(words), f"{other} {' '.join(words[::2])}"
    found = differences(old, new)
    assert " ".join(" ".join(one.old for one in found).split()) == " ".join(old.split())
    assert " ".join(" ".join(one.new for one in found).split()) == " ".join(new.split())
    assert all(one.old.split() == one.new.split() for one in found if one.kind == "same")
    assert all(a.kind != b.kind for a, b in pairwise(found))


def test_long_texts_are_compared_in_time() -> None:
    texts = [" ".join(story(number)["text"] for number in range(low, low + 80)) for low in (0, 1)]
    assert any(one.kind == "same" and len(one.old.split()) > 5_000 for one in differences(*texts))
