"""What is told of an answer to those who watch: numbers and kinds, never its words. Knows no watcher."""

from __future__ import annotations

from assistant.found import QUOTES
from assistant.types import Answer
from index.seeing import Span


def note(seen: Span, answer: Answer) -> None:
    """Note of a growing answer when its first words came, and of a whole one what it is."""
    if not seen.watched:
        return
    if answer.text and "first_word" not in seen.fields:
        seen.note(first_word=round(seen.sofar(), 4))
    if not answer.done:
        return
    by_model = answer.mode != QUOTES
    kind = "refused" if not answer.answered else "model" if by_model else "quotes"
    seen.note(kind=kind, generation=answer.as_of.generation, citations=len(answer.citations), checks=len(answer.checks))
    if answer.usage:
        seen.note(tokens_in=answer.usage.tokens_in, tokens_out=answer.usage.tokens_out)
