"""The stricter mode: only sentences that what they cite supports go through. Knows nothing of who wrote them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.checks import spans
from assistant.types import Check


class Sieve:
    """Feed it a growing text; it returns the sentences that are supported, each once it is whole."""

    def __init__(self, check: Callable[[str], Sequence[Check]]) -> None:
        """`check` gives the verdicts on a text of one sentence."""
        self._check = check
        self._held = ""
        self.dropped = 0

    def feed(self, text: str) -> str:
        """Return what has become certain; the last sentence waits, since its numbers may come after the full stop."""
        self._held += text
        found = list(spans(self._held))
        if len(found) < 2:
            return ""
        begun = found[-1][0]
        whole, self._held = self._held[:begun], self._held[begun:]
        return self._passed(whole)

    def finish(self) -> str:
        """Return the rest, as far as it is supported."""
        whole, self._held = self._held, ""
        return self._passed(whole)

    def _passed(self, text: str) -> str:
        """Return the supported sentences of a text, with the space that follows each."""
        found = list(spans(text))
        kept = ""
        for (start, end), following in zip(found, [*(first for first, _ in found[1:]), len(text)], strict=True):
            if all(verdict.verdict == "supported" for verdict in self._check(text[start:end])):
                kept += text[start:following]
            else:
                self.dropped += 1
        return kept
