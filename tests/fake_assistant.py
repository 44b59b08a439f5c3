"""A stand-in for the assistant: answers, refuses or fails as the question says. Run as a module, it serves the page."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ui
from assistant import Answer, AsOf, Check, Citation, DatelineError
from assistant.door import serving
from assistant.door.accounts import Accounts
from assistant.door.serving import Place
from assistant.types import EvidenceSpan, Usage
from index import Article, Source
from index.catalogue import Shelf
from index.errors import ArticleMissing
from index.generations import Generations
from index.recent import Added
from index.versions import Version
from tests.poison import POISONS, articles, filled

HOSTILE = (
    "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">${alert(1)} {{7*7}} &amp;"
)
QUOTES = ("The radar could learn how to see the fighter.", "Ankara says that it asked for the Patriot first.")
FILLING = "\n".join(
    f"Paragraph {n} says nothing that matters, at some length, so that the page must scroll." for n in range(40)
)
TEXT = f"Ankara, 12 July.\n{QUOTES[0]} It stands near the top.\n{FILLING}\n{QUOTES[1]} It stands near the end."
SOURCES = (
    Source(
        "one", "Fighter and radar", "https://a.example/1", "Alpha News", ("A. Writer",), date(2019, 7, 12), "metadata"
    ),
    Source("two", f"Patriot {HOSTILE}", "javascript:alert(1)"),
    Source("three", "Third", "https://c.example/3", "Gamma", (), date(2020, 1, 2), "text"),
)
AS_OF = AsOf(date(2019, 7, 12), date(2024, 12, 8), 3)


def cite(number: int, source: Source, quote: str) -> Citation:
    """Return the citation of a sentence of TEXT."""
    start = TEXT.index(quote)
    return Citation(number, source, quote, start, start + len(quote))


def answer(question: str, text: str = "", **changes: Any) -> Answer:
    """Return a whole answer in a model's words; `changes` are other fields."""
    fields: dict[str, Any] = {"mode": "fake:model", "answered": True, "reason": None, "nearest": (), "as_of": AS_OF}
    return Answer(question=question, text=text, **{"citations": (), **fields, **changes})


JUDGED = (
    ("The radar could learn how to see the fighter.", "supported", "What it cites says so."),
    ("Ankara asked for the Patriot first, in March 2017.", "partly", "The date March 2017 does not stand there."),
    ("Washington refused it four times.", "unsupported", 'The number 4 does not stand in "what it cites".'),
    ("Nobody said this.", "uncited", 'It names "no" source.'),
)


def judged(question: str) -> Answer:
    """Return a model's answer with a sentence of each verdict."""
    cited = (cite(1, SOURCES[0], QUOTES[0]), cite(2, SOURCES[1], QUOTES[1]))
    text, checks = "", []
    for place, (sentence, verdict, reason) in enumerate(JUDGED):
        number = 1 if place == 0 else 2
        near = cited[number - 1]
        evidence = None if verdict == "uncited" else EvidenceSpan(number, near.quote, near.start, near.end)
        start, text = len(text), text + sentence + (f" [{number}]" if evidence else "")
        checks.append(Check(start, len(text), verdict, reason, evidence))  # type: ignore[arg-type]
        text += " "
    usage = Usage(412, 96, 3.21)
    return answer(question, text.strip(), citations=cited, checks=tuple(checks), usage=usage)


def poisoned(question: str) -> Answer:
    """Return all that models write which obey the poisoned articles, with all their titles, outlets and addresses."""
    text = "\n".join(filled(poison.obeyed, "Quabax", mine=1, honest=1) for poison in POISONS)
    bad = [articles(number)[1] for number in range(len(POISONS))]
    sources = [Source("one", one["title"], one["url"], one["outlet"], tuple(one["authors"])) for one in bad]
    cited = tuple(cite(number, source, QUOTES[0]) for number, source in enumerate(sources, start=1))
    doubt = Check(0, len(text), "unsupported", text, EvidenceSpan(1, text, 0, 9))
    return answer(question, text, citations=cited, checks=(doubt,), reason=text, usage=Usage(1, 2, 3.0))


class FakeAssistant:
    """Streams one text with two citations. What it does otherwise, words in the question say: "refuse", "sentence",
    "fail", "slow", "judge", "silent" (nothing for a minute), "poison" and "count" (of those that were cut off)."""

    def __init__(self, pause: float = 0.0, writer: str = "fake:model", slow: float | None = None) -> None:
        self.pause = pause  # seconds before each of ten pieces
        self.slow = pause * 6 if slow is None else slow
        self.histories: list[Sequence[Any]] = []
        self.options: list[dict[str, Any]] = []
        self.narrowings: list[dict[str, Any]] = []
        self.writer = writer
        self.place = Generations("no-index-here")
        self.ended = 0

    async def astream(self, question: str, history: Sequence[Any] = (), **options: Any) -> AsyncIterator[Answer]:
        self.histories.append(list(history))
        self.options.append(options)
        if "sentence" in question:
            raise DatelineError("The model <b>x</b> is not there: start it.")
        if "refuse" in question:
            yield answer(
                question, "The articles do not answer this.", answered=False, reason="No <b>fish</b>.", nearest=SOURCES
            )
            return
        if "poison" in question:
            yield poisoned(question)
            return
        if "judge" in question or "count" in question:
            yield judged(question) if "judge" in question else answer(question, f"{self.ended} were cut off.")
            return
        try:
            async for grown in self._grow(question, history):
                yield grown
        except (asyncio.CancelledError, GeneratorExit):
            self.ended += 1
            raise

    async def aanswer(self, question: str, history: Sequence[Any] = (), **options: Any) -> Answer:
        return [grown async for grown in self.astream(question, history, **options)][-1]

    async def _grow(self, question: str, history: Sequence[Any]) -> AsyncIterator[Answer]:
        text = f"{QUOTES[0]} [1] {QUOTES[1]} [2] Nobody said this. [9] Turns before: {len(history)}."
        known = (cite(1, SOURCES[0], QUOTES[0]), cite(2, SOURCES[1], QUOTES[1]))
        await asyncio.sleep(60 if "silent" in question else 0)
        for piece in range(1, 11):
            await asyncio.sleep(self.slow if "slow" in question else self.pause)
            part = text[: len(text) * piece // 10]
            if piece == 5 and "fail" in question:
                raise RuntimeError("a secret <b>")
            shown = tuple(one for one in known if f"[{one.number}]" in part)
            doubted = text.index("Nobody")
            checks = (Check(doubted, doubted + 17, "uncited", 'It names "no" source.'),) if piece == 10 else ()
            yield answer(question, part, citations=shown, checks=checks, done=piece == 10)

    def article(self, article_id: str) -> Article:
        for source in SOURCES:
            if source.id == article_id:
                return Article(source, TEXT)
        raise ArticleMissing(f"There is no article {article_id} in the index.")

    def versions(self, article_id: str) -> list[Version]:
        return [Version(self.article(article_id))]

    def story(self, article_id: str) -> list[Source]:
        return [self.article(article_id).source]

    def find(self, request: Any, rewritten: str | None = None) -> Any:
        return SimpleNamespace(hits=())

    def browse(self, words: str = "", **narrowing: Any) -> Shelf:
        found = tuple(source for source in SOURCES if words.casefold() in source.title.casefold())
        return Shelf(found, len(found))

    def days(self) -> dict[date | None, int]:
        return {date(2019, 7, 12): 1_000, None: 34, date(2020, 1, 2): 200}

    def recent(self, limit: int = 8) -> list[Added]:
        return [Added(SOURCES[1], datetime(2024, 12, 9, 8, tzinfo=UTC))]

    def examples(self, n: int = 4) -> list[str]:
        return ["Why the radar?", f"What of {HOSTILE}?"]

    def suggestions(
        self, answer: Answer, history: Sequence[Any] = (), n: int = 3, go_on: Any = None, **narrowing: Any
    ) -> list[str]:
        self.narrowings.append(narrowing)
        if "unsuggested" in answer.question:
            raise RuntimeError("a secret <b>")
        return [] if len(history) > 3 else ["Why the fighter?", f"When did {HOSTILE} end?"]

    def info(self) -> Any:
        outlets = {"Alpha News": 1_000, f"Beta {HOSTILE}": 200, **{f"Outlet {n}": 40 - n for n in range(30)}}
        return SimpleNamespace(outlets=outlets, generation=3, articles=1_234, passages=5_678, newest=date(2024, 12, 8))


if __name__ == "__main__":
    serving.keep_quiet()
    given = argparse.ArgumentParser()
    given.add_argument("port", type=int)
    given.add_argument("--keep", type=Path)
    given.add_argument("--auth", type=Accounts)
    options = given.parse_args()
    assistant = FakeAssistant(0.03, slow=0.6)
    page = ui.build_page(assistant, options.keep)  # type: ignore[arg-type]
    ui._serve(page, Place(port=options.port, accounts=options.auth), assistant.info)
