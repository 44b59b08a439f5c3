"""Learns what the gate weighs: how rare words are and which are written with a capital, then the weights of its sum.

    python benchmarks/train_gate.py CORPUS [--until 2023-12-31] [--words]

Rarity is counted over articles up to that day. The weights of `support.features` are learned from pairs: a title or
first sentence against the rest of its own article, and the same with words of that or another article put in; a title
and that of an article that comes near; a part of a sentence, and two halves of two sentences of the article; and the
sentences that benchmarks/answers.py has for learning, each with its wrong twin. With
`--words` the rarities are counted anew too. Writes assistant/learned/words.json and checks.json; needs scikit-learn's
scipy.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
from answers import pairs as answers
from measure import command
from retrieval import articles

from assistant.contradiction import contradictions
from assistant.particulars import problems
from assistant.reading import Reading, term_of
from assistant.sources import Cited, Evidence, Part
from assistant.support import features
from index.articles import Article
from index.passages import sentences

LEARNED = Path(__file__).parent.parent / "assistant" / "learned"
COUNTED = 8_000  # articles over which rarity is counted
FEWEST = 12  # articles a word must stand in to be kept
UNKNOWN = 7.5  # the rarity of all others
ABSTRACTS = 1_500  # articles whose titles and sentences are learned from
SHORTEST = 1_200  # characters of such an article
RIDGE = 0.1  # what keeps weights small
MISSED = 0.06  # of right answers that may be marked for their words alone
SURE = 0.97  # the support of a sentence as it stands
EVIDENCE = 3_000  # characters of an article that a title is checked against
Claim = tuple[str, tuple[Evidence, ...]]

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


def pairs(chosen: Sequence[Article], rng: random.Random) -> Iterator[tuple[str, Claim, Claim]]:
    """Yield the kind of a comparison, what is borne out, and what is less so: the same thing made wrong, where it can.

    Titles and first sentences are checked against the rest of their article: they are written anew, as answers are.
    """
    drawn = [article for article in chosen if len(article.text) > SHORTEST][:ABSTRACTS]
    titles = [Reading(article.source.title).present for article in drawn]
    for index, article in enumerate(drawn):
        spans = sentences(article.text)
        first, begin = article.text[slice(*spans[0])], spans[0][1]
        source = replace(article.source, title="")
        whole = (Evidence(source, article.text[:EVIDENCE]),)
        rest = (Evidence(source, article.text[begin : begin + EVIDENCE]),)
        other = drawn[(index + 1) % len(drawn)]
        for kind, text, cited in (("title", article.source.title, whole), ("first", first, rest)):
            if 30 <= len(text) <= 300:
                for origin, words in (("same", article.text), ("other", other.text)):
                    yield f"{kind}, words of {origin} article", (text, cited), (_mixed(text, words, rng), cited)
        own = Reading(whole[0].text).present
        others = [one for one in rng.sample(range(len(drawn)), min(200, len(drawn))) if one != index]
        near = max(others, key=lambda one: len(titles[one] & own))
        yield "title of a near article", (article.source.title, whole), (drawn[near].source.title, whole)
        if stitched := _stitched(article, rng):
            yield "stitched", (stitched[0], whole), (stitched[1], whole)
    for pair in answers("learning"):
        yield "answers", (pair.says, (pair.evidence,)), (pair.wrong, (pair.evidence,))


def _stitched(article: Article, rng: random.Random) -> tuple[str, str] | None:
    """Return a part of one sentence, and the first half of one with the second half of another of the same article."""
    texts = [article.text[start:end].split() for start, end in sentences(article.text[:EVIDENCE])]
    texts = [words for words in texts if 10 <= len(words) <= 40]
    if len(texts) < 2:
        return None
    one, other = rng.sample(texts, 2)
    begin = rng.randint(0, min(6, len(other) - 8))
    honest = other[begin : rng.randint(begin + 8, len(other))]
    return " ".join(honest), " ".join(one[: rng.randint(4, len(one) - 4)] + other[rng.randint(4, len(other) - 4) :])


def _mixed(text: str, other: str, rng: random.Random) -> str:
    """Return a sentence with one to three of its longer words replaced by words of another text."""
    words = text.split()
    places = [index for index, word in enumerate(words) if len(word) > 3 and word.isalpha()]
    rng.shuffle(places)
    for place in places[: rng.randint(1, 3)]:
        upper = words[place][0].isupper()
        choices = [
            word for word in other.split()[:400] if len(word) > 3 and word.isalpha() and word[0].isupper() == upper
        ]
        if choices:
            words[place] = rng.choice(choices)
    return " ".join(words)


def judged(claim: Claim) -> dict[str, float]:
    """Return the features of a sentence against what it cites."""
    text, evidence = claim
    part, cited = Part(Reading(text, evidence[0].source.published)), Cited(evidence)
    return features(part, cited, [*problems(part, cited), *contradictions(part, cited)])


def learn(chosen: Sequence[Article], seed: int) -> dict[str, object]:
    """Return the weights of the features and the bias.

    The weights are learned from pairs, so that how a title differs from a sentence of the text teaches nothing; the
    kinds count alike, and what is shared never counts against a sentence nor what lacks for it.
    """
    from scipy.optimize import minimize

    found = [(kind, judged(true), judged(false)) for kind, true, false in pairs(chosen, random.Random(seed))]
    names = list(found[0][1])
    sides = [np.array([[row[side][name] for name in names] for row in found]) for side in (1, 2)]
    kinds = Counter(kind for kind, _, _ in found)
    share = np.array([1 / kinds[kind] for kind, _, _ in found])
    apart = sides[0] - sides[1]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        margin = apart @ weights
        slope = apart.T @ (-share / (1 + np.exp(margin))) + RIDGE * weights
        return float(share @ np.logaddexp(0, -margin) + RIDGE / 2 * weights @ weights), slope

    bounds = [(None, 0) if "lacking" in name or "wrong" in name else (0, None) for name in names]
    weights = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", bounds=bounds).x
    scale, bias = _scaled(sides[0] @ weights, np.array([kind for kind, _, _ in found]))
    made = {"pairs": dict(sorted(kinds.items()))}
    rounded = {name: round(float(scale * weight), 3) for name, weight in zip(names, weights, strict=True)}
    return {"made": made, "weights": rounded, "bias": round(float(bias), 3)}


def _scaled(true: np.ndarray, kinds: np.ndarray) -> tuple[float, float]:
    """Return scale and bias: MISSED of the answers that are right lie below .5, half of the sentences above SURE."""
    line = np.quantile(true[kinds == "answers"], MISSED)
    scale = math.log(SURE / (1 - SURE)) / (np.median(true[kinds == "stitched"]) - line)
    return float(scale), float(-scale * line)


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
