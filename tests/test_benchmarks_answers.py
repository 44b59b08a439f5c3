"""The sample's answers, each beside a wrong twin, are well formed. Knows nothing of the check that they measure."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from index.readers import Record, read

ROOT = Path(__file__).parent.parent
ARTICLES = ROOT / "articles"
KEYS = {"id", "article", "says", "wrong", "kind", "part"}
KINDS = {"number", "date", "name", "attribution", "opposite", "swapped", "invented", "quotation"}
PARTS = {"learning", "reporting"}

Row = dict[str, str]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    text = (ROOT / "benchmarks" / "sample" / "answers.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def records() -> dict[str, dict[str, str]]:
    """The text of each record under its title, for each file of the sample."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(ARTICLES.iterdir()):
        texts = [item.article for item in read([path]) if isinstance(item, Record)]
        found[path.name] = {article.source.title: " ".join(article.text.split()) for article in texts}
    return found


def text_of(row: Row, records: dict[str, dict[str, str]]) -> str:
    """The article that a row is about: a file of several records needs the title, a file of one must have none."""
    held = records[row["article"]]
    assert ("title" in row) == (len(held) > 1), row["id"]
    return held[row["title"]] if "title" in row else next(iter(held.values()))


def quoted(sentence: str) -> list[str]:
    return re.findall(r'"([^"]+)"', sentence)


def test_rows_are_well_formed(rows: list[Row]) -> None:
    for row in rows:
        assert row.keys() - {"title"} == KEYS, row
        assert row["kind"] in KINDS, row
        assert row["part"] in PARTS, row
        assert row["says"] != row["wrong"], row
        for sentence in (row["says"], row["wrong"]):
            assert sentence == " ".join(sentence.split()), row
            assert re.search(r'[.]"?$', sentence), row
    assert len({row["id"] for row in rows}) == len(rows)
    assert len({row[side] for row in rows for side in ("says", "wrong")}) == 2 * len(rows)


def test_an_article_is_in_one_part_and_a_reprint_with_its_original(
    rows: list[Row], records: dict[str, dict[str, str]]
) -> None:
    parts = defaultdict(set)
    for row in rows:
        assert text_of(row, records)
        parts[row["article"], row.get("title")].add(row["part"])
    assert all(len(found) == 1 for found in parts.values())
    assert len(parts) == sum(map(len, records.values()))  # every article of the sample has answers
    original, reprint = (
        parts[name, None]
        for name in (
            "2019-07-17-white-house-removes-turkey-from-f-35.md",
            "2019-07-18-turkey-loses-place-in-f-35-programme.md",
        )
    )
    assert original == reprint


def test_each_part_has_each_kind_often_enough_to_tell(rows: list[Row]) -> None:
    counts = Counter((row["part"], row["kind"]) for row in rows)
    assert min(counts[part, kind] for part in PARTS for kind in KINDS) >= 10


def test_what_an_answer_quotes_stands_in_its_article_and_what_its_twin_quotes_does_not(
    rows: list[Row], records: dict[str, dict[str, str]]
) -> None:
    quoting = [row for row in rows if row["kind"] == "quotation"]
    assert all(quoted(row["says"]) and quoted(row["wrong"]) for row in quoting)
    for row in rows:
        text = text_of(row, records)
        assert all(words in text for words in quoted(row["says"])), row
        if row["kind"] == "quotation":
            assert not any(words in text for words in quoted(row["wrong"])), row
