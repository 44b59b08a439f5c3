"""A stand-in for the assistant: answers, refuses or fails as the question says. Run as a module, it serves the page."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

import ui
from assistant import Answer, AsOf, Check, Citation, DatelineError
from index import Article, Source
from index.errors import ArticleMissing

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


class FakeAssistant:
    """Streams one text with two citations; "refuse", "sentence", "fail" and "slow" in the question do what they say."""

    def __init__(self, pause: float = 0.0) -> None:
        self.pause = pause  # seconds before each of ten pieces
        self.histories: list[Sequence[Any]] = []
        self.writer = "fake:model"

    def stream(self, question: str, history: Sequence[Any] = ()) -> Iterator[Answer]:
        self.histories.append(list(history))
        if "sentence" in question:
            raise DatelineError("The model <b>x</b> is not there: start it.")
        if "refuse" in question:
            yield answer(
                question, "The articles do not answer this.", answered=False, reason="No <b>fish</b>.", nearest=SOURCES
            )
            return
        text = f"{QUOTES[0]} [1] {QUOTES[1]} [2] Nobody said this. [9] Turns before: {len(history)}."
        known = (cite(1, SOURCES[0], QUOTES[0]), cite(2, SOURCES[1], QUOTES[1]))
        for piece in range(1, 11):
            time.sleep(self.pause * (6 if "slow" in question else 1))
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

    def examples(self, n: int = 4) -> list[str]:
        return ["Why the radar?", f"What of {HOSTILE}?"]

    def info(self) -> Any:
        return SimpleNamespace(generation=3, articles=1_234, passages=5_678, newest=date(2024, 12, 8))


if __name__ == "__main__":
    ui._keep_quiet()
    ui._serve(ui.build_page(FakeAssistant(0.1)), "127.0.0.1", int(sys.argv[1]))  # type: ignore[arg-type]
