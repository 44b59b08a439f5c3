"""Where JSON values end, told from brackets and quotes alone as the bytes come in. Decodes nothing.

So a value with a mistake in it still has an end, and the next one a beginning; and one that is too large is passed
over without being held.
"""

from __future__ import annotations

import re
from typing import IO, NamedTuple

from index.readers.streams import HEAD_BYTES

CUT_OFF = "this is not valid JSON: the file ends in the middle of it"
TOO_DEEP = "the JSON is nested too deeply"
_DEPTH = 500
_SPACE = re.compile(rb"[\s\x00]*+")
_TO_BRACKET = re.compile(rb'[^"\[\]{}]*+')
_SCALAR = re.compile(rb'[^\s"\[\]{},:]*+')


class Value(NamedTuple):
    """A value as it stands, None where it is too large to be held; or the reason why there is none."""

    piece: bytes | None
    reason: str | None = None


class Scanner:
    """Reads JSON value by value; of one value it holds at most `limit` bytes."""

    def __init__(self, stream: IO[bytes], limit: int) -> None:
        self._stream, self._limit = stream, limit
        self._buffer, self._at = b"", 0
        self._frozen = False
        self.ended = False

    def peek(self) -> bytes:
        """Return the next sign that is no space, b"" at the end."""
        while True:
            self._at = _match_end(_SPACE, self._buffer, self._at)
            if self._at < len(self._buffer):
                return self._buffer[self._at : self._at + 1]
            if not self._fill():
                return b""

    def skip(self) -> None:
        """Pass over one sign."""
        self._at += 1

    def whole_value(self) -> Value:
        """Return the value that comes next without passing over it; cut off where it is longer than the limit."""
        while True:
            at, self._frozen = self._at, True
            value = self.value()
            self._at, self._frozen = at, False
            if value.reason != CUT_OFF or len(self._buffer) - at > self._limit or not self._fill():
                return value

    def value(self) -> Value:
        """Return the value that comes next and pass over it. Always passes over something, unless at the end."""
        sign = self.peek()
        if sign in (b"{", b"[", b'"'):
            return self._composed()
        kept = []
        while True:
            end = _match_end(_SCALAR, self._buffer, self._at)
            kept.append(self._buffer[self._at : end])
            self._at = end
            if end < len(self._buffer) or not self._fill():
                break
        if not any(kept):
            self.skip()
            return Value(None, f"this is not valid JSON: {sign.decode('ascii', 'replace')} stands where none may")
        return Value(b"".join(kept))

    def _composed(self) -> Value:
        """Take an object, a list or a string up to its end."""
        kept: list[bytes] = []
        size = depth = deepest = 0
        in_string = False
        while True:
            start, done = self._at, False
            while not done and self._at < len(self._buffer):
                if in_string:
                    in_string = not self._to_quote()
                    if in_string:
                        break
                else:
                    self._at = _match_end(_TO_BRACKET, self._buffer, self._at)
                    sign = self._buffer[self._at : self._at + 1]
                    self._at += len(sign)
                    in_string = sign == b'"'
                    depth += (sign in (b"[", b"{")) - (sign in (b"]", b"}"))
                    deepest = max(deepest, depth)
                    if not sign:
                        break
                done = depth <= 0 and not in_string
            size += self._at - start
            if size <= self._limit:
                kept.append(self._buffer[start : self._at])
            else:
                kept.clear()
            if not done and self._fill():
                continue
            if deepest > _DEPTH:
                return Value(None, TOO_DEEP)
            if not done:
                return Value(None, CUT_OFF)
            return Value(b"".join(kept) if size <= self._limit else None)

    def _to_quote(self) -> bool:
        """Go past the quote that ends a string; where the buffer ends first, as far as no escape is cut: False."""
        buffer = self._buffer
        while (at := buffer.find(b'"', self._at)) >= 0:
            escaped = _backslashes(buffer, self._at, at) % 2
            self._at = at + 1
            if not escaped:
                return True
        self._at = len(buffer) - _backslashes(buffer, self._at, len(buffer)) % 2
        return False

    def _fill(self) -> bool:
        """Read on; what has been passed over is let go. False at the end."""
        if self._frozen:
            return False
        rest = self._buffer[self._at :]
        more = self._stream.read(max(HEAD_BYTES, len(rest)))
        self.ended = not more
        self._buffer, self._at = rest + more, 0
        return bool(more)


def _match_end(pattern: re.Pattern[bytes], content: bytes, at: int) -> int:
    match = pattern.match(content, at)
    assert match  # each of the patterns matches nothing as well
    return match.end()


def _backslashes(content: bytes, start: int, end: int) -> int:
    """Return how many backslashes stand right before `end`, from `start` on."""
    return end - start - len(content[start:end].rstrip(b"\\"))
