"""What an answer was read from, checked and paid with, in words of ours. Knows nothing of how it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.types import Answer, Check, Usage
    from index.manifest import Manifest


def held_in_words(info: Manifest) -> str:
    """Return "32 articles · 150 passages · newest 8 December 2024 · generation 3"."""
    newest = f"newest {info.newest.day} {info.newest:%B %Y}" if info.newest else "no dates"
    return f"{info.articles:,} articles · {info.passages:,} passages · {newest} · generation {info.generation}"


def read_in_words(answer: Answer) -> list[str]:
    """Return a line for each thing that a question was read as: what stands alone, outlets, days and spellings."""
    narrowed = answer.filters.narrowed()
    said = [f"Understood as: {answer.searched}"] if answer.searched not in ("", answer.question) else []
    said += [f"Understood as: {narrowed}"] if narrowed else []
    return said + [f"{note[:1].upper()}{note[1:]}" for note in answer.filters.notes()]


def verdicts_in_words(checks: Sequence[Check]) -> str:
    """Return "2 of 5 sentences are not fully supported by what they cite."; nothing where nothing was checked."""
    doubted = sum(check.verdict != "supported" for check in checks)
    if not checks:
        return ""
    if len(checks) == 1:
        return f"The sentence is {'not fully ' if doubted else ''}supported by what it cites."
    if not doubted:
        return "Each sentence is supported by what it cites."
    are, they = ("is", "it cites") if doubted == 1 else ("are", "they cite")
    return f"{doubted} of {len(checks)} sentences {are} not fully supported by what {they}."


def cost_in_words(usage: Usage | None) -> str:
    """Return "412 tokens in, 96 out · 3.2 s", without what is not known."""
    if usage is None:
        return ""
    counts = [(usage.tokens_in, "in"), (usage.tokens_out, "out")]
    known = [f"{count:,} {way}" for count, way in counts if count is not None]
    tokens = ", ".join(known).replace(" ", " tokens ", 1)
    return " · ".join(filter(None, (tokens, f"{usage.seconds:.1f} s")))
