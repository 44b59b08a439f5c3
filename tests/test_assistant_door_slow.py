"""Who sends slowly, or nothing: given up after some seconds, while all others are answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from assistant.door import bodies, serving, slow
from assistant.door.door import App, Door
from assistant.door.serving import Place
from tests.test_assistant_door import EVENTS, SIGNATURES, echo

SECONDS = 0.4
HEAD = b"POST /gradio_api/run/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
FORM = b"POST /gradio_api/upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=B\r\n"
PART = b'--B\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow, "HEAD_SECONDS", SECONDS)
    monkeypatch.setattr(bodies, "SECONDS", SECONDS)
    monkeypatch.setattr(bodies, "SECONDS_OF_A_FILE", 2 * SECONDS)


@asynccontextmanager
async def served(app: App = echo) -> AsyncIterator[int]:
    """Serve the door around an application as the page does; give the port."""
    with serving.bound(Place(port=0)) as listening:
        slow.mind_the_gone(listening)
        server = serving.server_of(Door(app, {"localhost"}, None, SIGNATURES, events=EVENTS), Place())
        running = asyncio.create_task(server.serve([listening]))
        while not server.started:
            await asyncio.sleep(0.01)
        yield listening.getsockname()[1]
        server.should_exit = True
        await running


class Heard(asyncio.Protocol):
    """What comes back until the connection ends, also where it ends by a reset."""

    def __init__(self) -> None:
        self.told, self.end = b"", asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        self.told += data

    def connection_lost(self, exc: Exception | None) -> None:
        self.end.set_result(None)


async def dripped(port: int, first: bytes, rest: bytes, pause: float) -> tuple[bytes, float]:
    """Send bytes at once, others one by one; return what came back until the connection's end, and its seconds."""
    transport, heard = await asyncio.get_running_loop().create_connection(Heard, "127.0.0.1", port)
    began = time.monotonic()
    transport.write(first)

    async def send() -> None:
        for byte in rest:
            await asyncio.sleep(pause)
            transport.write(bytes([byte]))

    sending = asyncio.create_task(send())
    await asyncio.wait_for(heard.end, 10)
    took = time.monotonic() - began
    sending.cancel()
    return heard.told, took


@pytest.mark.parametrize(
    ("first", "rest", "said"),
    [
        (b"", b"", b""),
        (b"", HEAD * 9, b""),
        (b"GET /gradio_api/info HTTP/1.1\r\nHost: localhost\r\n\r\n", HEAD * 9, b" 200 "),
        (HEAD + b"Content-Length: 500\r\n\r\n", b" " * 500, b" 408 "),
        (HEAD + b"Content-Length: 500\r\n\r\n", b"", b" 408 "),
        (FORM + b"Content-Length: 900\r\n\r\n" + PART, b"x" * 500, b" 408 "),
        (FORM + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(PART) + PART, b"", b" 408 "),
    ],
    ids=[
        "nothing at all",
        "a head byte by byte",
        "a second head byte by byte",
        "a body byte by byte",
        "a body that never comes",
        "a file byte by byte",
        "a file that stops",
    ],
)
async def test_who_sends_slowly_is_given_up(first: bytes, rest: bytes, said: bytes) -> None:
    async with served() as port:
        told, took = await dripped(port, first, rest, 0.05)
    line = told.split(b"\r\n", 1)[0]
    assert said in line
    assert SECONDS * 0.8 < took < 4
    assert b"Traceback" not in told
    assert (b"came too slowly" in told) == (said == b" 408 ")


async def test_many_who_hold_connections_keep_nobody_out() -> None:
    async with served() as port, httpx.AsyncClient(base_url=f"http://localhost:{port}", trust_env=False) as client:
        held = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", port) for _ in range(300)))
        for number, (_, writer) in enumerate(held):
            writer.write(HEAD[: number % len(HEAD)])
        began = time.monotonic()
        assert (await client.get("/gradio_api/info")).status_code == 200
        assert time.monotonic() - began < SECONDS * 3
        ends = await asyncio.wait_for(asyncio.gather(*(reader.read() for reader, _ in held)), 10)
        assert ends == [b""] * len(held)
        for _, writer in held:
            writer.close()


async def test_a_request_that_is_slowly_answered_is_not_given_up() -> None:
    async def late(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(SECONDS * 2)
        await echo(scope, receive, send)

    async with served(late) as port, httpx.AsyncClient(trust_env=False, timeout=10) as client:
        answer = await client.post(f"http://localhost:{port}/gradio_api/run/ask", json={"question": "why?"})
    assert answer.status_code == 200
