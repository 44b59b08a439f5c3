"""What an open page begins with: what answers here, and questions to begin with. Knows nothing of the talk."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from assistant.page.escaping import safe
from assistant.page.session import Changes, Click, Part, Session, Verb
from assistant.page.turns import examples_html
from assistant.summary import held_in_words
from index.errors import DatelineError

if TYPE_CHECKING:
    from assistant.answering import Assistant
    from index.manifest import Manifest

WANTED = '<section data-wanted="examples"><p class="aside">Looking for questions to begin with…</p></section>'

log = logging.getLogger("dateline")


class Starting(Part):
    """The status line and the examples."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._examples: tuple[Manifest | None, list[str]] = (None, [])  # what the index holds, questions
        self._making = threading.Lock()

    def verbs(self) -> Mapping[str, Verb]:
        return {"examples": self.show}

    async def greet(self, session: Session, click: Click) -> Changes:
        """Return the status, and that examples come: the page asks for them, so that nothing else waits for them."""
        return {"start": WANTED, "status": await asyncio.to_thread(self.status)}

    async def show(self, session: Session, click: Click) -> Changes:
        """Return the examples."""
        return {"start": examples_html(await asyncio.to_thread(self.examples))}

    async def after(self, session: Session) -> Changes:
        """Return the status: a newer index may be in use by now."""
        return {"status": await asyncio.to_thread(self.status)}

    def examples(self) -> list[str]:
        """Return questions to begin with; none rather than an error, since the page is complete without them."""
        try:
            with self._making:  # once, though many pages are opened together
                info = self._assistant.info()
                if info != self._examples[0]:
                    self._examples = (info, self._assistant.examples())
        except Exception:
            log.exception("no example questions")
            return []
        return self._examples[1]

    def status(self) -> str:
        """Return what answers here: the index and the writer."""
        try:
            info = self._assistant.info()
        except DatelineError as problem:
            return safe(str(problem))
        return safe(f"{held_in_words(info)} · writer: {self._assistant.writer}")
