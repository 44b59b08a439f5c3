"""What clients send: read within bounds, or passed on piece by piece within bounds. Knows no path and no reader."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from typing import Any

from assistant.page.intake import LARGEST_UPLOAD

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

LARGEST_BODY = 9_000_000  # bytes of a question, a form or a call
LARGEST_FORM = 10_000  # bytes of a sign-in
SECONDS = 60.0  # that a body read whole may take to come, and a piece of a file
SECONDS_OF_A_FILE = 3_600.0
SLOW = "What was sent came too slowly: send it again."


class Refused(Exception):
    """A request that is not taken: the status of the answer and the sentence in it."""

    def __init__(self, status: int, sentence: str, **headers: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


def told_size(length: str | None, most: int) -> None:
    """Raises: Refused: a request says by its header that it is too long, or says nonsense."""
    if length is not None and not (length.isascii() and length.isdigit()):
        raise Refused(400, "The Content-Length of this request is no number: send it again.")
    if length is not None and int(length) > most:
        raise Refused(413, _too_long(most))


async def whole(receive: Receive, most: int) -> bytes:
    """Return a body. Raises: Refused: it is longer than `most` bytes, slow, or its sender has gone."""
    body = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Refused(400, "The connection ended before all was sent.")
                body += message.get("body", b"")
                if len(body) > most:
                    raise Refused(413, _too_long(most))
                if not message.get("more_body"):
                    return bytes(body)
    except TimeoutError:
        raise Refused(408, SLOW, connection="close") from None


def again(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that hands out a body that was read already, then what else comes."""
    sent = False

    async def once() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once


def json_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object of a body. Raises: Refused."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "This request is no JSON: send one JSON object.") from None
    if not isinstance(value, dict):
        raise Refused(400, 'This request is no JSON object: send one, such as {"question": "…"}.')
    return value


class Upload:
    """A form with files on its way up: counted, and each file's name looked at before its content passes."""

    def __init__(self, receive: Receive, content_type: str) -> None:
        from python_multipart.multipart import MultipartParser, parse_options_header

        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise Refused(400, "A file is sent as multipart/form-data.")
        # Read as the form's own, it makes Gradio give up and take away what it has written so far.
        self._break = b"\r\n--" + options[b"boundary"] + b"\r\n\0\r\n"
        self._receive, self._size, self.refused = receive, 0, None
        self._end = time.monotonic() + SECONDS_OF_A_FILE
        self._header, self._value, self._options = bytearray(), bytearray(), parse_options_header
        self._parser = MultipartParser(
            options[b"boundary"],
            {
                "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
                "on_header_end": self._look,
                "on_headers_finished": self._look_back,
            },
        )
        self._named = False  # whether the part of the form that is under way is a file

    refused: Refused | None

    async def receive(self) -> Message:
        """Return the next piece; where it may not pass, one that ends the form as broken, and `refused` says why."""
        message: Message = {}
        try:
            async with asyncio.timeout(min(SECONDS, self._end - time.monotonic())):
                message = await self._receive()
            if message["type"] == "http.disconnect":
                raise Refused(400, "The connection ended before all was sent.")
            self._size += len(message.get("body", b""))
            if self._size > LARGEST_UPLOAD:
                raise Refused(413, _too_long(LARGEST_UPLOAD))
            self._parser.write(message.get("body", b""))
        except Refused as refused:
            self.refused = refused
        except TimeoutError:
            self.refused = Refused(408, SLOW, connection="close")
        except Exception:
            self.refused = Refused(400, "This form with files cannot be read: send it again.")
        if self.refused:
            return {"type": "http.request", "body": self._break, "more_body": False}
        return message

    def _look(self) -> None:
        """Take a header of one part of the form. Raises: Refused: it names a file that is not read."""
        header, value = bytes(self._header).lower(), bytes(self._value)
        self._header.clear()
        self._value.clear()
        if header != b"content-disposition":
            return
        _, options = self._options(value)
        name = options.get(b"filename")
        if name is not None and not name.decode("utf-8", "replace").lower().endswith(readable()):
            raise Refused(415, f"Files of this kind are not read: send {', '.join(readable())}.")
        self._named = name is not None

    def _look_back(self) -> None:
        """Look whether the part whose headers have come is a file. Raises: Refused."""
        if not self._named:  # Gradio fails at it
            raise Refused(400, "A form with files holds files alone: send each with its name.")
        self._named = False


@cache
def readable() -> tuple[str, ...]:
    """Return how the names of files end that can be read, packed ones among them."""
    from index.readers.formats import FORMATS
    from index.readers.streams import PACKED

    plain = sorted({suffix for kind in FORMATS for suffix in kind.suffixes})
    return (*plain, *PACKED)


def _too_long(most: int) -> str:
    return f"This is more than {most / 1_000_000:,.0f} MB, the most that is taken at once: send less, or in parts."
