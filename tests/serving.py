"""A server on loopback that plays a language model's part from a script, whatever the protocol.

Apart from `fakes`, because the protocols' own modules import LangChain.
"""

from __future__ import annotations

import json
import select
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from typing import Any


class Thought(str):
    """What a model says to itself before it answers."""


@dataclass
class Script:
    """What the server does with each request, and what it saw.

    `chunks` are streamed, each after a `pause` in seconds: text in the words of the protocol, bytes as they are.
    """

    chunks: Sequence[str | bytes] = ()
    status: int = 200
    pause: float = 0.0
    cut: bool = False  # close the connection in the middle of the stream
    statuses: Sequence[int] = ()  # of the first requests, before `status` holds
    headers: Mapping[str, str] = field(default_factory=dict)  # of an error, such as Retry-After
    message: str = "secret-key-1234 refused, or no such model"  # of an error
    usage: tuple[int, int] | None = None  # tokens in and out, told at the end
    finish: str = "stop"
    endless: bool = False  # begin again after the last chunk
    silent: bool = False  # take the request and send never a byte
    comments: int = 0  # lines that keep the connection alive, each after a pause, before the first chunk
    keeps: bool = False  # keep the connection for the next request
    minds_usage: bool = False  # refuse requests that ask for token counts
    about: dict[str, Any] | None = None  # what the server says of its models; None: it knows no such request
    asked: int = 0  # how often it was asked about its models
    requests: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)  # every header that may hold one
    closed: threading.Event = field(default_factory=threading.Event)  # the client went away before the end


class Handler(BaseHTTPRequestHandler):
    """The part that all protocols share."""

    protocol_version = "HTTP/1.1"
    content_type = "text/event-stream"
    comment = b": alive\n\n"
    script: Script

    def opening(self) -> bytes:
        return b""

    def piece(self, text: str) -> bytes:
        raise NotImplementedError

    def closing(self) -> bytes:
        raise NotImplementedError

    def whole(self) -> dict[str, Any]:
        """The reply in one piece, for requests that ask for no stream."""
        raise NotImplementedError

    def error(self, status: int, message: str) -> dict[str, Any]:
        return {"error": {"message": message, "type": "x"}}

    def asks_about_models(self) -> bool:
        return self.command == "GET"

    def handle(self) -> None:
        with suppress(ConnectionError):  # a connection that was kept has ended
            super().handle()

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _answer(self, body: dict[str, Any]) -> None:
        script = self.script
        self.close_connection = not script.keeps
        try:
            if script.silent:
                self._wait(60)
            if self.asks_about_models():
                script.asked += 1
                self._send_json(200 if script.about else 404, script.about or self.error(404, "unknown path"))
                return
            script.requests.append(body)
            script.paths.append(self.path)
            script.keys.append(" ".join(self.headers.get(name, "") for name in ("Authorization", "x-api-key")).strip())
            script.keys[-1] += self.headers.get("x-goog-api-key", "")
            self._reply(body)
        except ConnectionError:
            script.closed.set()

    def _reply(self, body: dict[str, Any]) -> None:
        script = self.script
        status = (
            script.statuses[len(script.requests) - 1] if len(script.requests) <= len(script.statuses) else script.status
        )
        if script.minds_usage and "stream_options" in body:
            self._send_json(400, self.error(400, "stream_options: extra fields not permitted"))
        elif status != 200:
            self._send_json(status, self.error(status, script.message), script.headers)
        elif body.get("stream", True):
            self._stream()
        else:
            self._send_json(200, self.whole())

    def _stream(self) -> None:
        script = self.script
        self.send_response(200)
        self.send_header("Content-Type", self.content_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Connection", "keep-alive" if self.script.keeps else "close")
        self.end_headers()
        self._send(self.opening())
        for _ in range(script.comments):
            self._wait(script.pause)
            self._send(self.comment)
        for chunk in cycle(script.chunks) if script.endless else script.chunks:
            self._wait(script.pause)
            self._send(chunk if isinstance(chunk, bytes) else self.piece(chunk))
        if not script.cut:
            self._send(self.closing())
            self.wfile.write(b"0\r\n\r\n")

    def _send(self, data: bytes) -> None:
        if data:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            self.wfile.flush()

    def _wait(self, seconds: float) -> None:
        """Pause. Raises: ConnectionResetError as soon as the client is gone."""
        readable, _, _ = select.select([self.connection], [], [], seconds)
        if readable and not self.connection.recv(1, socket.MSG_PEEK):
            raise ConnectionResetError

    def _send_json(self, status: int, value: dict[str, Any], headers: Mapping[str, str] | None = None) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, said in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, said)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "keep-alive" if self.script.keeps else "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def serve(protocol: type[Handler], script: Script) -> Iterator[str]:
    """Serve the script on a free loopback port; give the address, without a slash at its end."""
    handler = type("Scripted", (protocol,), {"script": script})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def event(value: dict[str, Any], name: str = "") -> bytes:
    """A server-sent event."""
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(value)}\n\n".encode()
