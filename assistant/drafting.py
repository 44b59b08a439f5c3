"""A language model's text while it comes in: numbers resolved, sentences checked. Knows nothing of which model."""

from __future__ import annotations

from assistant import prompts
from assistant.checks import Evidence, best_span, check, spans
from assistant.citations import Citation, Markers, without_markers
from assistant.found import Found, refused, written
from assistant.types import Answer
from index.errors import ModelError
from index.passages import Passage

PASSAGES_SHOWN = 8
MOST_CHARACTERS = 12_000  # a model that writes more has lost the question


class Draft:
    """An answer under way. Feed it what the model says; each change gives a grown Answer."""

    def __init__(self, found: Found, mode: str) -> None:
        self._found, self._mode = found, mode
        self._passages = {number: hit.passage for number, hit in enumerate(found.hits[:PASSAGES_SHOWN], start=1)}
        self._markers = Markers(self._passages.keys(), prompts.SENTINEL)
        self._text = ""
        self._citations: list[Citation] = []

    def messages(self) -> list[tuple[str, str]]:
        """Return what the model is to be asked."""
        return prompts.messages(self._found.searched, self._passages, self._found.asked_on)

    def feed(self, chunk: str) -> Answer | None:
        """Take the model's next words; return the grown answer, or None where nothing is certain yet.

        Raises: ModelError where the model does not come to an end.
        """
        grown = self._grow(self._markers.feed(chunk))
        if len(self._text) > MOST_CHARACTERS:
            raise ModelError("The model did not come to an end")
        return written(self._found, self._text, self._citations, self._mode, done=False) if grown else None

    def finish(self) -> Answer:
        """Return the whole answer with its checks; a refusal where the model found none in the passages.

        Raises: ModelError where the text is empty or cites nothing: it cannot be told from invention.
        """
        self._grow(self._markers.finish())
        self._text = self._text.rstrip()
        if self._markers.gave_up and not self._citations:
            return refused(self._found, self._mode, "The model found no answer in the articles that come nearest.")
        if not self._text:
            raise ModelError("The model gave an empty reply")
        if not self._citations:
            raise ModelError("The model cited no article")
        evidence = {c.number: self._evidence(c.number) for c in self._citations}
        checks = check(self._text, evidence)
        return written(self._found, self._text, self._citations, self._mode, checks=checks)

    def _grow(self, text: str) -> bool:
        """Add certain text and the citations it brings; tell whether the reader sees a difference."""
        before = len(self._text)
        self._text = (self._text + text).lstrip()
        for number in range(len(self._citations) + 1, len(self._markers.order) + 1):
            self._citations.append(self._citation(number))
        return len(self._text) > before

    def _passage(self, number: int) -> Passage:
        return self._passages[self._markers.order[number - 1]]

    def _evidence(self, number: int) -> Evidence:
        passage = self._passage(number)
        return Evidence(passage.source, passage.text, passage.start)

    def _citation(self, number: int) -> Citation:
        """Return the citation of a new number: it quotes what supports the sentence that cites it."""
        passage = self._passage(number)
        before = self._text[: self._text.index(f"[{number}]")]
        start, end = max(spans(before), default=(0, 0))
        first, last = best_span(without_markers(before[start:end]), passage.text)
        return Citation(number, passage.source, passage.text[first:last], passage.start + first, passage.start + last)
