"""The article beside the talk: opens it where it is quoted. Knows nothing of how an answer is found."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from assistant.page.articles import failure_html, opened_html
from assistant.page.session import Changes, Click, Session, Verb
from index.errors import ArticleMissing, DatelineError

if TYPE_CHECKING:
    from assistant.answering import Assistant

GONE = "This article is not in the index that is in use now: it was removed, or an earlier index is in use."


class Reading:
    """The panel for articles."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def verbs(self) -> Mapping[str, Verb]:
        return {"open": self.open}

    async def greet(self, session: Session, click: Click) -> Changes:
        return {}

    async def after(self, session: Session) -> Changes:
        return {}

    async def open(self, session: Session, click: Click) -> Changes:
        """Return the panel with the article of a click, the quote that it names marked."""
        return {"reader": await asyncio.to_thread(self._opened, click)}

    def _opened(self, click: Click) -> str:
        try:
            article = self._assistant.article(click.get("article", ""))
        except ArticleMissing:
            return failure_html(GONE)
        except DatelineError as problem:
            return failure_html(str(problem))
        start, end, opened = (number(click.get(name)) for name in ("start", "end", "opened"))
        return opened_html(article, start, end, click.get("quote", ""), opened)


def number(text: str | None) -> int:
    """Return a whole number that a browser sent; 0 for what is none."""
    return int(text) if text and re.fullmatch(r"-?\d{1,12}", text) else 0
