"""How well reprints are told from what only looks like them: pairwise precision and recall of the grouping.

    python benchmarks/reprints.py [--corpus ARTICLES] [--years 2024] [--copies 200] [--contained 0.8 0.85 0.9]

Articles of the corpus are copied as papers print a wire story: an agency line before the first sentence, a new
headline, another outlet, up to two days later, three sentences cut. They lie among all the others and among made
look-alikes: weather, results and market reports that fill one form each, and live blogs that go on on a second page
with a third of the first. Two rows of figures:

- *made*: pairs of which one is an original or a copy. Right are an article and its copy, and what is right by nature.
- *by nature*: pairs of the corpus itself. Right where eight of ten sentences of the shorter stand word for word in the
  longer; wrong where fewer than half do; what lies between is left out.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

from measure import machine, records

from index.articles import content_hash
from index.passages import sentences
from index.readers import Record, read
from index.reprints import ALIKE, CONTAINED, DAYS, Signatures

SAMPLE = Path(__file__).parent.parent / "articles"
CUT = 3
FEWEST = 8  # sentences of an article that is copied
LOOK_ALIKES = 60  # of each form
RIGHT, WRONG = 0.8, 0.5
TOWNS = "Arden Bexley Corran Dunmore Elsworth Farley Garston Hollin Ilford Jarrow".split()
Pair = tuple[int, int]
_WORDS = re.compile(r"\w+")  # not the punctuation: papers set dashes and quotation marks their own way


@dataclass(frozen=True)
class Text:
    """A text of the pool, its day, and the number of the article it copies, if it is a copy."""

    text: str
    day: date | None
    copies: int | None = None


def of_corpus(path: str | None, years: set[int]) -> Iterator[Text]:
    """Yield the corpus's texts, those of the years alone where any are named."""
    if path is None:
        found: Iterator[tuple[str, date | None]] = (
            (one.article.text, one.article.source.published) for one in read([SAMPLE]) if isinstance(one, Record)
        )
    else:
        found = ((one["text"], _day(one.get("published"))) for one in records(path))
    met = set()
    for text, day in found:
        # the same text again is a duplicate, which a build leaves out
        if (not years or (day and day.year in years)) and (content := content_hash(text)) not in met:
            met.add(content)
            yield Text(text, day)


def copy(number: int, original: Text, choice: random.Random) -> Text:
    """Return the article as another paper prints it."""
    spans = sentences(original.text)
    gone = set(choice.sample(range(1, len(spans)), CUT))
    kept = "\n".join(original.text[start:end] for place, (start, end) in enumerate(spans) if place not in gone)
    line = f"{choice.choice(TOWNS).upper()} ({choice.choice(['Example Wire', 'Meridian', 'Northern News'])}) — "
    day = original.day + timedelta(days=choice.randint(0, 2)) if original.day else None
    return Text(line + kept, day, number)


def weather(choice: random.Random) -> str:
    """Return a forecast."""
    skies, parts = ["rain", "sun", "snow", "fog", "showers"], ["morning", "afternoon", "evening"]
    return " ".join(
        f"In {town} expect {choice.choice(skies)} in the {choice.choice(parts)}, with a high of "
        f"{choice.randint(-5, 35)} degrees and winds of up to {choice.randint(5, 90)} kilometres an hour."
        for town in choice.sample(TOWNS, 8)
    )


def results(choice: random.Random) -> str:
    """Return the report of a match day."""
    said = []
    for _ in range(6):
        home, away = choice.sample(TOWNS, 2)
        how, day = choice.choice(["beat", "held", "lost to"]), choice.choice(["Saturday", "Sunday", "Friday"])
        said.append(
            f"{home} {how} {away} {choice.randint(0, 5)}-{choice.randint(0, 5)} at home on {day} night in front of "
            f"{choice.randint(2, 60)},000 fans. {choice.choice(TOWNS)} are now {choice.randint(1, 20)} points clear "
            "at the top of the table."
        )
    return " ".join(said)


def market(choice: random.Random) -> str:
    """Return the report of a trading day."""
    moves, sales = ["rose", "fell", "slipped", "gained"], ["grown", "shrunk"]
    return " ".join(
        f"Shares of {choice.choice(TOWNS)} {choice.choice(moves)} {choice.random() * 9:.1f} percent to close at "
        f"${choice.randint(3, 400)}.{choice.randint(10, 99)} on volume of {choice.randint(1, 90)} million shares, "
        f"after the company said sales had {choice.choice(sales)} by {choice.randint(1, 40)} percent."
        for _ in range(9)
    )


def live_blogs(pool: list[Text], choice: random.Random) -> Iterator[Text]:
    """Yield pages of live blogs, two each: the second has a third of the first's entries, under as many new ones."""
    entries = [
        line for one in choice.sample(pool, min(300, len(pool))) for line in one.text.split("\n") if len(line) > 80
    ]
    for _ in range(LOOK_ALIKES):
        if len(entries) < 25:
            return
        first, new = choice.sample(entries, 12), choice.sample(entries, 12)
        for page in (first, [*new, *first[8:]]):
            yield Text("\n".join(page), date(2024, 5, 3))


def pool_of(corpus: list[Text], copies: int, choice: random.Random) -> list[Text]:
    """Return the corpus with its copies and the look-alikes behind it."""
    fit = [number for number, one in enumerate(corpus) if len(sentences(one.text)) >= FEWEST]
    chosen = choice.sample(fit, min(copies, len(fit)))
    made = [copy(number, corpus[number], choice) for number in chosen]
    forms = [Text(form(choice), date(2024, 5, 3)) for form in (weather, results, market) for _ in range(LOOK_ALIKES)]
    return [*corpus, *made, *forms, *live_blogs(corpus, choice)]


class Nature:
    """What two texts have in common by their sentences alone."""

    def __init__(self, pool: list[Text]) -> None:
        self._pool = pool
        self._said = [
            {" ".join(_WORDS.findall(one.text[a:b].casefold())) for a, b in sentences(one.text) if b - a > 40}
            for one in pool
        ]
        holders: dict[str, list[int]] = defaultdict(list)
        for number, lines in enumerate(self._said):
            for line in lines:
                holders[line].append(number)
        self._sharing: set[Pair] = set()
        for numbers in holders.values():
            # what many articles say is boilerplate
            self._sharing.update(combinations(numbers, 2) if len(numbers) <= 20 else pairwise(numbers))

    def right(self) -> set[Pair]:
        """Return the pairs that are prints of one story."""
        return {pair for pair in self._sharing if self.share(pair) >= RIGHT and _near(*(self._pool[n] for n in pair))}

    def share(self, pair: Pair) -> float:
        """Return the share of the shorter's sentences that stand in the longer, word for word."""
        a, b = (self._said[number] for number in pair)
        return len(a & b) / max(1, min(len(a), len(b)))


def row(name: str, found: set[Pair], right: set[Pair], wrong: set[Pair]) -> str:
    """Return a line of the table."""
    true, false, missed = len(found & right), len(found & wrong), len(right - found)
    precision = true / (true + false) if true + false else 1.0
    recall = true / (true + missed) if true + missed else 1.0
    return f"| {name} | {len(right)} | {true} | {false} | {missed} | {precision:.3f} | {recall:.3f} |"


def _near(a: Text, b: Text) -> bool:
    return not a.day or not b.day or abs((a.day - b.day).days) <= DAYS


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)[:10]) if value else None


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", help="articles as JSON lines, may be .xz (default: the sample)")
    parser.add_argument("--years", type=int, nargs="*", default=[])
    parser.add_argument("--copies", type=int, default=200)
    parser.add_argument("--contained", type=float, nargs="*", default=[CONTAINED])
    parser.add_argument("--alike", type=float, nargs="*", default=[ALIKE])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="print so many of the wrong pairs' beginnings")
    arguments = parser.parse_args()
    choice = random.Random(arguments.seed)
    corpus = list(of_corpus(arguments.corpus, set(arguments.years)))
    pool = pool_of(corpus, arguments.copies, choice)

    start = time.process_time()
    signatures = Signatures()
    for number, one in enumerate(pool):
        signatures.add(f"{number:016x}", one.text, one.day)
    signed = time.process_time() - start
    made = {(one.copies, number) for number, one in enumerate(pool) if one.copies is not None}
    touched = {number for pair in made for number in pair}
    print(
        f"{len(corpus)} articles, {len(made)} copies, {len(pool) - len(corpus) - len(made)} look-alikes; {machine()}\n"
    )
    print("| contained, alike: pairs | right | found | wrong | missed | precision | recall |\n|" + " --- |" * 7)
    nature = Nature(pool)
    right = made | nature.right()
    for contained in arguments.contained:
        for alike in arguments.alike:
            start = time.process_time()
            stories = signatures.stories(contained, alike)
            seconds = time.process_time() - start
            found = {pair for story in stories for pair in combinations(sorted(int(key, 16) for key in story), 2)}
            wrong = {pair for pair in found - right if nature.share(pair) < WRONG}
            here = {pair for pair in found | right if touched & set(pair)}
            print(row(f"{contained}, {alike}: made", found & here, right & here, wrong & here))
            print(row(f"{contained}, {alike}: by nature", found - here, right - here, wrong - here), flush=True)
            for a, b in sorted(wrong)[: arguments.show]:
                print(f"    {nature.share((a, b)):.2f} {pool[a].text[:70]!r} {pool[b].text[:70]!r}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\nA signature: {signed / len(pool) * 1e3:.2f} ms; all stories: {seconds:.2f} s (CPU); peak {peak} MB.")


if __name__ == "__main__":
    main()
