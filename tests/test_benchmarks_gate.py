"""The benchmark of the gate: what it changes is changed, what it rewrites stays true, and what the numbers say."""

from __future__ import annotations

import json
import random
import sys
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from index.articles import Article, Source
from index.errors import BadRequest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))  # its scripts import one another by name
import gate  # noqa: E402
from corruptions import RIGHT, WRONG, right, told, wrong  # noqa: E402
from retrieval import articles  # noqa: E402

QUOTING = Article(
    Source("q", "Ferry inquiry opens", outlet="Beta Wire"),
    "The harbour master Maria Santos said on Monday: “The crew did not check the doors before leaving port.”\n\n"
    "A passenger from Hamburg told reporters that “it was a normal crossing until the lights went out”, then ran.\n\n"
    "Jonas Weber of the Baltic Lines said that “no ferry of ours was ever overloaded in thirty years” and left.",
)


@pytest.fixture(scope="module")
def sample() -> list[Article]:
    return [QUOTING, *(Article(source, text) for source, text in articles(str(ROOT / "articles")))]


@pytest.mark.parametrize("kind", WRONG)
def test_a_corrupted_sentence_is_no_sentence_of_its_passage(kind: str, sample: list[Article]) -> None:
    cases = list(wrong(kind, told(sample, random.Random(1)), random.Random(1)))[:20]
    assert cases
    for case in cases:
        passage = " ".join(case.evidence[0].text.split())
        assert case.text.removesuffix(" [1].") not in passage
        assert case.kind == kind
        if kind not in ("negation",):
            assert case.culprit in case.text


@pytest.mark.parametrize("kind", ("number", "date", "name", "quotation"))
def test_values_come_from_the_same_article_and_from_elsewhere(kind: str, sample: list[Article]) -> None:
    cases = list(wrong(kind, told(sample, random.Random(2)), random.Random(2)))
    origins = {case.origin for case in cases}
    assert "same article" in origins
    for case in cases:
        assert (case.culprit in case.evidence[0].text) == (case.origin == "same article")


@pytest.mark.parametrize("kind", RIGHT)
def test_an_honest_sentence_cites_where_it_stands(kind: str, sample: list[Article]) -> None:
    cases = list(right(kind, told(sample, random.Random(3)), random.Random(3)))[:20]
    assert cases
    for case in cases:
        assert case.text.endswith(("[1].", "[1][2]."))
        if kind == "untouched":
            assert case.text.removesuffix(" [1].") in " ".join(case.evidence[0].text.split())


def test_the_same_seed_gives_the_same_cases() -> None:
    first, second = (list(gate.made(str(ROOT / "articles"), [], 3, 7)) for _ in range(2))
    assert first == second


def test_the_sample_is_judged_well() -> None:
    found = gate.measured(str(ROOT / "articles"), [], 15, 0)
    shares = gate.as_json(found)
    caught = [shares["caught"][kind]["share"] for kind in ("number", "date", "name", "outlet")]
    marked = [one["share"] for one in shares["wrongly_marked"].values()]
    assert np.mean(caught) > 0.85
    assert np.mean(marked) < 0.1
    assert "| number | 15 |" in "\n".join(gate.corruption_table(found))


def test_years_without_articles_are_one_sentence() -> None:
    with pytest.raises(BadRequest, match="has no articles of these years"):
        gate.measured(str(ROOT / "articles"), ["1901"], 1, 0)


def test_judged_summaries(tmp_path: Path) -> None:
    article = (
        "The ferry sank off Lisbon on Monday. Its owner paid a fine of 3 million euros in 2016. Rescue teams came."
    )
    true, untrue = "The ferry sank off Lisbon.", "A balloon burst over Vienna."
    for part in gate.PARTS:
        lines = [
            {
                "article": f"{article} {number}",
                "summary_sentences": [
                    {"sentence": sentence, "responses": [{"response": answer}] * 3}
                    for sentence, answer in ((true, "yes"), (untrue, "no"))
                ],
            }
            for number in range(12)
        ]
        (tmp_path / f"mturk_{part}.jsonl").write_text("\n".join(map(json.dumps, lines)))
    judged = list(gate.summaries(tmp_path))
    assert len(judged) == 48
    assert {one.held for one in judged} == {True, False}
    assert all(one.passed == one.true for one in judged)
    found = gate.qags_json(judged)
    assert found["xsum whole"] == {"auroc": 1.0, "auroc_words_shared": 1.0, "balanced_accuracy": 1.0}
    assert next(islice(gate.qags_table(judged), 2, None)).startswith("| cnndm | dev | ")


def test_missing_summaries_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=r"mturk_cnndm\.jsonl is missing"):
        list(gate.summaries(tmp_path))


@pytest.mark.parametrize(
    ("passed", "failed", "threshold", "expected"),
    [((0.9, 0.8), (0.1, 0.2), 0.5, 1.0), ((0.9, 0.1), (0.9, 0.1), 0.5, 0.5), ((0.1,), (0.9,), 0.5, 0.0)],
)
def test_balanced_accuracy(
    passed: tuple[float, ...], failed: tuple[float, ...], threshold: float, expected: float
) -> None:
    assert gate.balanced(np.array(passed), np.array(failed), threshold) == expected
