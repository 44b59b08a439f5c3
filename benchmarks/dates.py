"""Whether an article's own date is found: right, wrong or unknown, on pages that tell it in our ways.

    python benchmarks/dates.py [--corpus ARTICLES] [--years 2024] [-n 300] [--seed 1] [--show TEMPLATE]
    python benchmarks/dates.py --texts --corpus ARTICLES [--years 2024]

Each of n articles with a known day is rendered by every template of `date_pages.py`; Dateline, htmldate and trafilatura
read the same pages in the same run. A page that tells no date is right where it is left unknown; "wrong" is a day that
is another than the article's, or a day for a page that has none.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from date_pages import HARDER, TEMPLATES, Page
from measure import command, machine, milliseconds

from index.articles import Article

ARTICLES = Path(__file__).parent.parent / "articles"
FAR = ("more than 3 days before", "1 to 3 before", "the known day", "1 to 3 after", "4 to 30 after", "later")
Reading = Callable[[Page], date | None]


def main() -> None:
    """Print shares right, wrong and unknown of each template and reader, and the time a page takes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", default=str(ARTICLES))
    parser.add_argument("--years", nargs="*", default=[])
    parser.add_argument("-n", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", help="print what was not right of this template")
    parser.add_argument("--texts", action="store_true", help="only what the corpus's own texts say of their day")
    parser.add_argument("--alone", action="store_true", help="leave htmldate and trafilatura out")
    arguments = parser.parse_args()
    if arguments.texts:
        in_texts(arguments.corpus, arguments.years)
        return
    draw = random.Random(arguments.seed)
    articles = list(dated(arguments.corpus, arguments.years))
    articles = draw.sample(articles, min(arguments.n, len(articles)))
    times: list[float] = []
    moments: Counter[bool] = Counter()
    readers: dict[str, Reading] = {"Dateline": lambda page: ours(page, times, moments)}
    if not arguments.alone:
        readers |= {"htmldate": by_htmldate, "trafilatura": by_trafilatura}
    print(f"{len(articles)} articles, each on {len(TEMPLATES)} + {len(HARDER)} pages; {machine()}\n")
    heads = " | ".join(f"{name}: right, wrong, unknown" for name in readers)
    print(f"| page | {heads} |\n{'| --- ' * (len(readers) + 1)}|")
    sums: dict[str, Counter[str]] = {name: Counter() for name in readers}
    for name, template in (TEMPLATES | HARDER).items():
        pages = [template(article, draw) for article in articles]
        counts = {reader: Counter(verdict(page, read(page)) for page in pages) for reader, read in readers.items()}
        print(f"| {name} | {' | '.join(map(shares, counts.values()))} |", flush=True)
        if name == arguments.show:
            show(pages, readers["Dateline"])
        if name in TEMPLATES:
            for reader, counted in counts.items():
                sums[reader].update(counted)
    print(f"| the {len(TEMPLATES)} together | {' | '.join(map(shares, sums.values()))} |")
    print(f"\nThe moment too, where a page tells it: {moments[True]} of {moments.total()} right.")
    print(f"Dateline's reading of a page's date, the page parsed: {milliseconds(times)}.")


def dated(corpus: str, years: list[str]) -> Iterator[Article]:
    """Yield the articles of these years whose day is known and does not stand in their own text, written out."""
    from index.readers import Record, read

    for record in read([corpus]):
        day = record.article.source.published if isinstance(record, Record) else None
        if not isinstance(record, Record) or not day or day.year <= 1970 or (years and str(day.year) not in years):
            continue
        month = f"{day:%b}[a-z]*"
        written = rf"{month}\.? {day.day}, {day.year}|\b{day.day} {month} {day.year}|{day}"
        if not re.search(written, record.article.text, re.I):
            yield record.article


def in_texts(corpus: str, years: list[str]) -> None:
    """Print how far the days that heads of texts give are from the known ones. Nothing but the text is read."""
    from index.datelines import dateline, told_in_head
    from index.moments import Moment, Setting
    from index.readers import Record, read

    setting = Setting.of("en-US")
    apart: dict[str, Counter[str]] = {"published": Counter(), "updated": Counter(), "dateline with its year": Counter()}
    read_texts = 0
    for record in read([corpus]):
        day = record.article.source.published if isinstance(record, Record) else None
        if not isinstance(record, Record) or not day or (years and str(day.year) not in years):
            continue
        read_texts += 1
        told, line = told_in_head(record.article.text, setting), dateline(record.article.text, setting)
        for name, moment in zip(apart, (told.published, told.modified, line), strict=True):
            if isinstance(moment, Moment):
                apart[name][how_far((moment.day - day).days)] += 1
    print(f"{read_texts} texts; {machine()}\n\n| a text's head says | n | {' | '.join(FAR)} |\n{'| --- ' * 8}|")
    for name, counted in apart.items():
        print(f"| {name} | {counted.total()} | {' | '.join(str(counted[far]) for far in FAR)} |")


def how_far(days: int) -> str:
    """Return the column of a distance from the known day."""
    if days < 0:
        return FAR[0] if days < -3 else FAR[1]
    return FAR[2] if not days else FAR[3] if days <= 3 else FAR[4] if days <= 30 else FAR[5]


def ours(page: Page, times: list[float], moments: Counter[bool]) -> date | None:
    """Return Dateline's day; the text is what its reader takes out of the page."""
    from trafilatura import bare_extraction, load_html

    from index.dates import date_of_page

    found = bare_extraction(page.html, url=page.url, include_comments=False, favor_recall=True)
    text = found.text if found is not None else ""
    tree = load_html(page.html)
    begin = time.perf_counter()
    dated, _ = date_of_page(tree, page.url, text, fetched=page.fetched)
    times.append(time.perf_counter() - begin)
    if page.at and dated.day == page.day:
        moments[dated.at == page.at] += 1
    return dated.day


def by_htmldate(page: Page) -> date | None:
    """Return htmldate's day, asked for the original one."""
    from htmldate import find_date

    found = find_date(page.html, original_date=True, url=page.url)
    return date.fromisoformat(found) if found else None


def by_trafilatura(page: Page) -> date | None:
    """Return the day in trafilatura's metadata."""
    from trafilatura import bare_extraction

    found = bare_extraction(page.html, url=page.url, with_metadata=True, include_comments=False, favor_recall=True)
    return date.fromisoformat(found.date) if found is not None and found.date else None


def verdict(page: Page, found: date | None) -> str:
    """Return "right", "wrong" or "unknown"; where a page has no day, unknown is right."""
    if found == page.day:
        return "right"
    return "unknown" if found is None else "wrong"


def shares(counts: Counter[str]) -> str:
    """Return the shares right and unknown, and the number wrong."""
    total = counts.total() or 1
    return f"{counts['right'] / total:.3f}, {counts['wrong']}, {counts['unknown']}"


def show(pages: list[Page], read: Reading) -> None:
    """Print of each page that was not read right what it should have given and what it gave."""
    for page in pages:
        if verdict(page, found := read(page)) != "right":
            print(f"    {page.day} {found} {page.url}\n        {page.html[:1_500]!r}")


if __name__ == "__main__":
    command(main)
