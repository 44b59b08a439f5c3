"""Learns what the gate weighs: how rare words are and which are written with a capital, then the weights of its sum.

    python benchmarks/train_gate.py CORPUS [--until 2023-12-31] [--words]

Rarity is counted over articles up to that day. The weights are a logistic regression over `support.features`. Borne
out: sentences untouched or honestly rewritten, titles and first sentences against the rest of their own article. Not
borne out: corrupted sentences, titles and first sentences with words, names or numbers of other articles put in, titles
of articles that come near. With `--words` the rarities are counted anew too. Writes assistant/learned/words.json and
checks.json; needs scikit-learn.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path

import numpy as np
from corruptions import RIGHT, WRONG, right, told, wrong
from measure import command
from retrieval import articles

from assistant.reading import Reading, term_of
from assistant.sources import Cited, Evidence, Part
from index.articles import Article
from index.passages import sentences

LEARNED = Path(__file__).parent.parent / "assistant" / "learned"
COUNTED = 8_000  # articles over which rarity is counted
FEWEST = 12  # articles a word must stand in to be kept
UNKNOWN = 7.5  # the rarity of all others
EACH = 400  # sentences of each kind to learn from
ABSTRACTS = 2_500  # titles and first sentences, of each as many borne out as not
EVIDENCE = 3_000  # characters of an article that a title is checked against
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W_]+)*")


def count(chosen: Sequence[Article]) -> dict[str, object]:
    """Return the table of rarities: terms by band of half a natural logarithm, those mostly capitalised apart."""
    frequency, capitals, small = Counter[str](), Counter[str](), Counter[str]()
    for article in chosen:
        frequency.update(set(Reading(article.text).terms))
        for match in _WORD.finditer(article.text):
            term = term_of(match.group())
            if match.group()[0].islower():
                small[term] += 1
            elif not re.search(r"(?:^|[.!?:\n“\"‘(])\W*$", article.text[max(0, match.start() - 4) : match.start()]):
                capitals[term] += 1
    tables: dict[str, dict[str, list[str]]] = {"words": {}, "names": {}}
    for term, articles_with in frequency.items():
        if articles_with < FEWEST or not term.isalpha() or len(term) > 20:
            continue
        band = f"{round(2 * math.log(len(chosen) / articles_with)) / 2:g}"
        kind = "names" if capitals[term] >= 0.7 * (capitals[term] + small[term]) else "words"
        tables[kind].setdefault(band, []).append(term)
    lists = {
        kind: {band: " ".join(sorted(bands[band])) for band in sorted(bands, key=float)}
        for kind, bands in tables.items()
    }
    return {"made": {"articles": len(chosen), "fewest": FEWEST, "unknown": UNKNOWN}, **lists}


def examples(chosen: Sequence[Article], rng: random.Random) -> Iterator[tuple[bool, str, list[Evidence]]]:
    """Yield what to learn from: whether it is borne out, the sentence, what it cites."""
    for makes, kinds, true in ((right, RIGHT, True), (wrong, WRONG, False)):
        for kind in kinds:
            for case in islice(makes(kind, told(chosen, rng), rng), EACH):
                text = re.sub(r"(?: ?\[\d\])+\.$", ".", case.text)
                yield true, text, [Evidence(one.source, one.text, one.start) for one in case.evidence]
    yield from _abstracts(chosen, rng)


def _abstracts(chosen: Sequence[Article], rng: random.Random) -> Iterator[tuple[bool, str, list[Evidence]]]:
    """Yield titles and first sentences against the rest of their article, as they are and with something put in."""
    drawn = [article for article in chosen if len(article.text) > 1_200]
    rng.shuffle(drawn)
    titles = [Part(Reading(article.source.title)) for article in drawn]
    for index, article in enumerate(drawn[:ABSTRACTS]):
        spans = sentences(article.text)
        first = article.text[slice(*spans[0])]
        source = type(article.source)(article.source.id, "", published=article.source.published)
        rest = [Evidence(source, article.text[spans[0][1] : spans[0][1] + EVIDENCE])]
        whole = [Evidence(source, article.text[:EVIDENCE])]
        own = {*Reading(article.text[:EVIDENCE]).terms}
        other = drawn[(index + 1) % len(drawn)]
        for text, cited in ((article.source.title, whole), (first, rest)):
            if not 30 <= len(text) <= 300:
                continue
            yield True, text, cited
            yield False, _mixed(text, rng.choice((article, other)).text, rng), cited
        near = max(
            rng.sample(range(len(drawn)), min(200, len(drawn))),
            key=lambda one: len(titles[one].reading.present & own) if drawn[one] is not article else -1,
        )
        yield False, drawn[near].source.title, whole
        if (stitched := _stitched(article, rng)) is not None:
            yield False, stitched, whole


def _stitched(article: Article, rng: random.Random) -> str | None:
    """Return the first half of one sentence with the second half of another of the same article."""
    texts = [article.text[start:end].split() for start, end in sentences(article.text[:EVIDENCE])]
    texts = [words for words in texts if 10 <= len(words) <= 40]
    if len(texts) < 2:
        return None
    one, other = rng.sample(texts, 2)
    return " ".join(one[: rng.randint(4, len(one) - 4)] + other[rng.randint(4, len(other) - 4) :])


def _mixed(text: str, other: str, rng: random.Random) -> str:
    """Return a sentence with one to three of its longer words replaced by words of another text, capital for capital."""
    words = text.split()
    places = [index for index, word in enumerate(words) if len(word) > 3 and word.isalpha()]
    rng.shuffle(places)
    for place in places[: rng.randint(1, 3)]:
        upper = words[place][0].isupper()
        choices = [word for word in other.split()[:400] if len(word) > 3 and word.isalpha() and word[0].isupper() == upper]
        if choices:
            words[place] = rng.choice(choices)
    return " ".join(words)


def learn(chosen: Sequence[Article], seed: int) -> dict[str, object]:
    """Return the weights of the features and the bias."""
    from sklearn.linear_model import LogisticRegression

    from assistant.contradiction import contradictions
    from assistant.particulars import problems
    from assistant.support import features

    rows: list[dict[str, float]] = []
    truths: list[bool] = []
    for true, text, evidence in examples(chosen, random.Random(seed)):
        claim, cited = Part(Reading(text, evidence[0].source.published)), Cited(evidence)
        rows.append(features(claim, cited, [*problems(claim, cited), *contradictions(claim, cited)]))
        truths.append(true)
    names = list(rows[0])
    matrix = np.array([[row[name] for name in names] for row in rows])
    model = LogisticRegression(C=1.0, max_iter=2_000, class_weight="balanced").fit(matrix, truths)
    weights = {name: round(float(weight), 3) for name, weight in zip(names, model.coef_[0], strict=True)}
    made = {"sentences": len(rows), "borne out": int(sum(truths))}
    return {"made": made, "weights": weights, "bias": round(float(model.intercept_[0]), 3)}


def main() -> None:
    """Learn and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus")
    parser.add_argument("--until", type=date.fromisoformat, default=date(2023, 12, 31))
    parser.add_argument("--words", action="store_true", help="count how rare words are anew too")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    early = [
        Article(source, text)
        for source, text in articles(arguments.corpus)
        if source.published and source.published <= arguments.until
    ]
    random.Random(arguments.seed).shuffle(early)
    until = {"until": arguments.until.isoformat()}
    if arguments.words:
        _write("words.json", count(early[:COUNTED]), until)
    _write("checks.json", learn(early[-COUNTED // 2 :], arguments.seed), until)


def _write(name: str, learned: dict[str, object], until: dict[str, str]) -> None:
    made = {**until, **learned["made"]}  # type: ignore[dict-item]
    text = json.dumps({**learned, "made": made}, ensure_ascii=False, indent=1)
    (LEARNED / name).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    command(main)
