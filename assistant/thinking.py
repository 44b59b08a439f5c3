"""What a model thinks aloud before it answers, taken out of its stream. Knows nothing of the answer.

Models that reason write their thoughts between `<think>` and `</think>` at the beginning of the reply; some servers
swallow the first of the two. None of it is an answer.
"""

from __future__ import annotations

OPEN, CLOSE = "<think>", "</think>"


class Thinking:
    """Feed it the stream; it returns what is meant for the reader."""

    def __init__(self) -> None:
        self._held = ""
        self._inside: bool | None = None  # None while the reply may yet begin with a thought

    def feed(self, chunk: str) -> str:
        """Return the reader's part of what has come; a tag may be split over chunks."""
        text = self._held + chunk
        self._held = ""
        if self._inside is None:
            begun = text.lstrip()
            if len(begun) < len(OPEN) and OPEN.startswith(begun):
                self._held = text
                return ""
            self._inside = begun.startswith(OPEN)
        if not self._inside:
            return text
        _, closed, answer = text.partition(CLOSE)
        if closed:
            self._inside = False
            return answer
        self._held = text[-len(CLOSE) :]
        return ""

    def finish(self) -> str:
        """Return what was held back: a reply too short to tell; nothing where a thought never ended."""
        return "" if self._inside else self._held
