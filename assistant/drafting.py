"""A language model's text while it comes in: numbers resolved, sentences checked. Knows nothing of which model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from assistant.checks import Evidence, best_span, check, spans
from assistant.citations import Citation, Markers, without_markers
from assistant.failures import CUT, EMPTY, FILTERED, ending
from assistant.found import Found, refused, written
from assistant.injection import commands
from assistant.language import foreign, words
from assistant.prompts import SENTINEL
from assistant.strictness import Sieve
from assistant.thinking import Thinking
from assistant.types import Answer, Check
from index.characters import inert
from index.errors import ModelError
from index.passages import Passage

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk

MOST_CHARACTERS = 12_000  # a model that writes more has lost the question
SOME_CHARACTERS = 200  # after so many more a text that is still coming is read: is it in the articles' language?

NOT_FOUND = "The model found no answer in the articles that come nearest."


class Draft:
    """An answer under way. Feed it what the model says; each change gives a grown Answer."""

    def __init__(self, found: Found, mode: str, passages: Mapping[int, Passage], *, strict: bool = False) -> None:
        """`passages` are those the model is shown, by number; `strict` lets only supported sentences through."""
        self._found, self._mode, self._passages = found, mode, passages
        self._known = words([found.searched, *(text for p in passages.values() for text in (p.source.title, p.text))])
        self._thinking = Thinking()
        self._markers = Markers(passages.keys(), SENTINEL)
        self._sieve = Sieve(self._check_one) if strict else None
        # numbers that stand only in sentences that were left out must not be missed in the count
        self._renumbered = Markers(range(1, len(passages) + 1)) if strict else None
        self._text = ""
        self._said = self._read_until = 0  # characters
        self._ending: str | None = None
        self._citations: list[Citation] = []

    def feed(self, chunk: AIMessageChunk) -> Answer | None:
        """Take the model's next words; return the grown answer, or None where nothing is certain yet.

        Raises: ModelError where the model does not come to an end, or writes in another language.
        """
        self._ending = ending(chunk.response_metadata) or self._ending
        said = self._thinking.feed(inert(str(chunk.text)))
        self._said += len(said)
        grown = self._grow(self._sifted(self._markers.feed(said)))
        if self._said > MOST_CHARACTERS:
            raise ModelError("The model did not come to an end")
        if len(self._text) > self._read_until + SOME_CHARACTERS:
            self._read()
        return written(self._found, self._text, self._citations, self._mode, done=False) if grown else None

    def finish(self) -> Answer:
        """Return the whole answer with its checks; a refusal where the model found none in the passages.

        Raises: ModelError where the text is empty, in another language, or cites nothing: it cannot be told from
        invention.
        """
        self._grow(self._sifted(self._markers.feed(self._thinking.finish()) + self._markers.finish(), last=True))
        self._text = self._text.rstrip()
        if self._ending == FILTERED:
            raise ModelError(FILTERED)
        if self._markers.gave_up and not self._markers.order:
            if any(commands(passage.text) for passage in self._passages.values()):
                raise ModelError("The model found no answer, but an article it read tells machines what to write")
            return refused(self._found, self._mode, NOT_FOUND)
        if self._sieve and self._sieve.dropped and not self._text:
            raise ModelError("Nothing the model wrote is supported by what it cites")
        if not self._text:
            raise ModelError(EMPTY)
        self._read()
        if not self._citations:
            raise ModelError("The model cited no article")
        checks = check(self._text, self._evidence(self._order))
        return written(self._found, self._text, self._citations, self._mode, reason=self._note(), checks=checks)

    @property
    def _order(self) -> Sequence[int]:
        """The writer's numbers, in the order the reader's count: number n stands for entry n - 1."""
        if self._renumbered is None:
            return self._markers.order
        return [self._markers.order[number - 1] for number in self._renumbered.order]

    def _sifted(self, text: str, last: bool = False) -> str:
        """Return what the stricter mode lets through; all of it where it is off."""
        if self._sieve is None or self._renumbered is None:
            return text
        passed = self._sieve.feed(text) + (self._sieve.finish() if last else "")
        return self._renumbered.feed(passed) + (self._renumbered.finish() if last else "")

    def _grow(self, text: str) -> bool:
        """Add certain text and the citations it brings; tell whether the reader sees a difference."""
        before = len(self._text)
        self._text = (self._text + text).lstrip()
        order = self._order
        for number in range(len(self._citations) + 1, len(order) + 1):
            self._citations.append(self._citation(number, self._passages[order[number - 1]]))
        return len(self._text) > before

    def _read(self) -> None:
        """Raise ModelError where the text cannot be read against the passages."""
        self._read_until = len(self._text)
        if foreign(without_markers(self._text), self._known):
            raise ModelError("The model wrote in another language than the articles")

    def _check_one(self, sentence: str) -> tuple[Check, ...]:
        return check(sentence, self._evidence(self._markers.order))

    def _evidence(self, order: Sequence[int]) -> dict[int, Evidence]:
        """Return what each of the reader's numbers stands for."""
        passages = (self._passages[number] for number in order)
        return {n: Evidence(p.source, p.text, p.start) for n, p in enumerate(passages, start=1)}

    def _citation(self, number: int, passage: Passage) -> Citation:
        """Return the citation of a new number: it quotes what supports the sentence that cites it."""
        before = self._text[: self._text.index(f"[{number}]")]
        start, end = max(spans(before), default=(0, 0))
        first, last = best_span(without_markers(before[start:end]), passage.text)
        quote = passage.text[first:last]
        reprints = next((hit.saying(quote) for hit in self._found.hits if hit.passage is passage), ())
        return Citation(number, passage.source, quote, passage.start + first, passage.start + last, reprints)

    def _note(self) -> str | None:
        """Return what the reader should know of an answer that stands."""
        back = [f"[{citation.number}]" for citation in self._citations if citation.source.withdrawn]
        notes = [f"{' and '.join(back)} {'was' if len(back) == 1 else 'were'} withdrawn by the outlet."] if back else []
        if self._sieve and self._sieve.dropped:
            left_out = "1 sentence was" if self._sieve.dropped == 1 else f"{self._sieve.dropped} sentences were"
            notes.append(f"{left_out} left out: what they cite does not support them.")
        if self._ending == CUT:
            notes.append(f"{CUT}.")
        return " ".join(notes) or None
