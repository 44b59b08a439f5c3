"""A follow-up made into a question that stands alone, by the model, and whether to trust it. Knows nothing of search.

A model may answer instead of asking, or ask something else. What it gives is taken only when it is one question that
keeps what was asked and names nothing that was not spoken of; the rules in `question` serve otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.names import certain_names
from assistant.prompts import SENTINEL
from assistant.thinking import Thinking
from assistant.topic import content, stem
from assistant.types import Turn

REWRITE_SECONDS = 20.0  # an answer that begins later than that is worse than one the rules prepare
LONGEST = 400  # characters
LEAST_KEPT = 0.5  # share of the words asked that must still be there, and of those in the reply that were spoken

_LEADS = re.compile(r"^(?:(?:standalone |rewritten )?question\s*:\s*)?[\"“]?|[\"”]?$", re.I)
_FIGURE = re.compile(r"\d+")
_WORD = re.compile(r"[^\W_]+")


def standalone(reply: str, question: str, turns: Sequence[Turn]) -> str | None:
    """Return the question in a model's reply; None where it strays from the conversation."""
    thinking = Thinking()
    text = (thinking.feed(reply) + thinking.finish()).strip()
    if not text or len(text) > LONGEST or "\n" in text or SENTINEL in text:
        return None
    text = _LEADS.sub("", text).strip()
    spoken = " ".join([question, *(part for turn in turns for part in (turn.question, turn.answer))])
    if not text or not _keeps(text, question, spoken) or _brings_in(text, spoken):
        return None
    return text


def _keeps(text: str, question: str, spoken: str) -> bool:
    """Tell whether the reply is a question that asks what was asked, in words that mostly were spoken."""
    asked, asks, known = ({stem(word) for word in content(part)} for part in (question, text, spoken))
    kept = len(asked & asks) >= LEAST_KEPT * len(asked)
    return text.endswith("?") and kept and len(asks & known) >= LEAST_KEPT * len(asks)


def _brings_in(text: str, spoken: str) -> bool:
    """Tell whether the reply names a thing or a figure of which nobody spoke."""
    known = {stem(word) for word in _WORD.findall(spoken)}
    named = {stem(word) for name in certain_names(text) for word in _WORD.findall(name.bare)}
    return not named <= known or not set(_FIGURE.findall(text)) <= set(_FIGURE.findall(spoken))
