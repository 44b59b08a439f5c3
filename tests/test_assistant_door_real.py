"""The doors of a real server: Gradio's client, an MCP client, plain HTTP; with sign-in and without."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bcrypt
import httpx
import pytest

from tests.fake_assistant import HOSTILE

ROOT = Path(__file__).parent.parent
PASSWORD = "correct horse"
SECRET = "sk-never-to-be-seen"
JSON = {"content-type": "application/json"}


@contextmanager
def server(*arguments: str, **environment: str) -> Iterator[tuple[str, Path]]:
    """Serve the page over the stand-in; give its address and where its window's words go."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = Path(os.environ["PYTEST_LOGS"]) / f"{port}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.fake_assistant", *arguments, str(port)],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=out,
            stderr=out,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        yield address, log
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def wait_for(log: Path) -> None:
    end = time.monotonic() + 90
    while "Dateline is at" not in log.read_text():
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.05)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("doors")
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    (made / "users").write_text(f"ann:{hashed}\nbob:{hashed}\n")
    (made / "up").mkdir()
    os.environ["PYTEST_LOGS"] = str(made)
    return made


@pytest.fixture(scope="module")
def servers(folder: Path) -> Iterator[dict[str, tuple[str, Path]]]:
    more = {"DATELINE_API_KEY": SECRET, "GRADIO_TEMP_DIR": str(folder / "up")}
    with server(**more) as unsigned, server("--auth", str(folder / "users"), **more) as signed:
        wait_for(unsigned[1])
        wait_for(signed[1])
        yield {"open": unsigned, "signed": signed}


@pytest.fixture(params=["open", "signed"])
def door(request: pytest.FixtureRequest, servers: dict[str, tuple[str, Path]]) -> tuple[str, str, dict[str, str]]:
    """How a server is called, its address, and what headers a program sends it."""
    basic = base64.b64encode(f"ann:{PASSWORD}".encode()).decode()
    return (
        request.param,
        servers[request.param][0],
        {} if request.param == "open" else {"authorization": f"Basic {basic}"},
    )


async def test_a_model_finds_and_uses_the_tools(door: tuple[str, str, dict[str, str]]) -> None:
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    _, address, headers = door
    async with (
        httpx.AsyncClient(headers=headers) as http,
        streamable_http_client(f"{address}/gradio_api/mcp/", http_client=http) as (reading, writing, _),
        ClientSession(reading, writing) as session,
    ):
        await session.initialize()
        tools = {tool.name: tool for tool in (await session.list_tools()).tools}
        assert set(tools) == {"ask", "search", "articles"}
        for tool in tools.values():
            assert "request" not in tool.inputSchema["properties"] and ",," not in (tool.description or "")
            assert all(one["description"] for one in tool.inputSchema["properties"].values())
        assert "Keep the numbers" in (tools["ask"].description or "")
        answer = await session.call_tool("ask", {"question": "Why?", "strict": True})
        told = json.loads(answer.content[0].text)  # type: ignore[union-attr]
        assert not answer.isError and told["answered"] and told["citations"][0]["article_id"] == "one"
        whole = await session.call_tool("articles", {"article": "two"})
        assert HOSTILE in json.loads(whole.content[0].text)["article"]["title"]  # type: ignore[union-attr]
        for wrong, says in (({"question": " "}, "is empty"), ({"question": "?", "since": "x"}, "is empty")):
            failed = await session.call_tool("ask", wrong)
            assert failed.isError and says in failed.content[0].text  # type: ignore[union-attr]
        failed = await session.call_tool("ask", {"question": "fail please"})
        assert failed.isError and failed.content[0].text.startswith("Something failed here")  # type: ignore[union-attr]


def test_gradios_client_asks(door: tuple[str, str, dict[str, str]]) -> None:
    from gradio_client import Client
    from gradio_client.exceptions import AppError

    name, address, _ = door
    auth = ("ann", PASSWORD) if name == "signed" else None
    client = Client(address, verbose=False, analytics_enabled=False, auth=auth)
    try:
        told: Any = client.view_api(return_format="dict", print_info=False)
        assert set(told["named_endpoints"]) == {"/ask", "/search", "/articles"} and not told["unnamed_endpoints"]
        assert client.predict("Why?", api_name="/ask")["answered"]
        assert client.predict(article="one", api_name="/articles")["article"]["outlet"] == "Alpha News"
        with pytest.raises(AppError, match="`question` is a text, not a number"):
            client.predict(5, api_name="/ask")
        with pytest.raises(AppError, match="'soon' is no day"):
            client.predict("Why?", since="soon", api_name="/ask")
    finally:
        client.close()


def test_plain_http_asks(door: tuple[str, str, dict[str, str]]) -> None:
    _, address, headers = door
    with httpx.Client(base_url=f"{address}/gradio_api", headers=headers, timeout=20) as client:
        whole = client.post("/run/ask", json={"question": "Why?"})
        assert whole.status_code == 200 and whole.json()["data"][0]["answered"]
        event = client.post("/call/v2/ask", json={"question": "Why?"}).json()["event_id"]
        told = client.get(f"/call/ask/{event}").text
        assert told.startswith("event: complete\ndata: [") and json.loads(told.split("data: ")[1])[0]["answered"]
        assert client.get(f"/call/ask/{event}").status_code == 404
        for body, says in (
            ({"question": "x" * 2_001}, "`question` has 2,001 characters: send 2,000 or fewer."),
            ({"question": "why", "history": "x"}, "`history` is a list of"),
            ({"question": "why", "outlets": "CNN"}, "`outlets` is a list of names"),
            ({"question": "why", "writer": "root"}, 'The `writer` of an answer is "quotes", or left out.'),
            ({"question": "why", "strict": "yes"}, "`strict` is true or false, not a text."),
        ):
            failed = client.post("/run/ask", json=body)
            assert failed.status_code == 400 and says in failed.json()["detail"]
        assert client.post("/run/articles", json={"article": "nope"}).status_code == 400
        page = json.dumps(client.get("/../config").json()) + client.get("/info").text
        assert SECRET not in page and SECRET not in whole.text


def test_the_page_publishes_nothing_else(servers: dict[str, tuple[str, Path]]) -> None:
    config = httpx.get(f"{servers['open'][0]}/config").json()
    public = [one["api_name"] for one in config["dependencies"] if one["api_visibility"] != "private"]
    assert public == ["ask", "search", "articles"]


def test_one_reader_asks_only_so_much_at_once(servers: dict[str, tuple[str, Path]]) -> None:
    address = servers["signed"][0]
    auth = (("ann", PASSWORD), ("bob", PASSWORD))

    async def ask(client: httpx.AsyncClient, who: int) -> httpx.Response:
        return await client.post("/gradio_api/run/ask", json={"question": "slow?"}, auth=auth[who])

    async def all_at_once() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=address, timeout=20) as client:
            return await asyncio.gather(*(ask(client, 0) for _ in range(7)), ask(client, 1))

    *anns, bobs = asyncio.run(all_at_once())
    assert sorted(answer.status_code for answer in anns) == [200] * 4 + [429] * 3
    assert bobs.status_code == 200
    assert "wait until one of them is done" in next(one for one in anns if one.status_code == 429).json()["detail"]


def test_refused_files_leave_nothing_behind(servers: dict[str, tuple[str, Path]], folder: Path) -> None:
    address, log = servers["open"]
    before = log.read_text()

    def cut_off() -> Iterator[bytes]:
        yield b'--B\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n' + b"x" * 3_000_000
        raise ConnectionError

    kind = {"content-type": "multipart/form-data; boundary=B"}
    with pytest.raises(ConnectionError):
        httpx.post(f"{address}/gradio_api/upload", content=cut_off(), headers=kind)
    files = [("files", ("a.txt", b"x" * 3_000_000)), ("files", ("b.exe", b"MZ"))]
    assert httpx.post(f"{address}/gradio_api/upload", files=files).status_code == 415
    end = time.monotonic() + 10
    while (left := [path for path in (folder / "up").rglob("*") if path.is_file()]) and time.monotonic() < end:
        time.sleep(0.05)
    assert left == []
    kept = httpx.post(f"{address}/gradio_api/upload", files={"files": ("../../x.txt", b"text")}).json()
    assert Path(kept[0]).is_relative_to(folder / "up") and Path(kept[0]).name == "x.txt"
    for path in (kept[0], str(folder / "users"), "/etc/passwd"):
        assert httpx.get(f"{address}/gradio_api/file={path}").status_code == 404
    assert "Traceback" not in log.read_text().removeprefix(before)


def raw(address: str, request: bytes) -> bytes:
    """Send bytes as they are and return what comes back."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET /static/../../../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1", b"404"),
        (b"GET /static/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: 127.0.0.1", b"404"),
        (b"GET /static/..%5c..%5cx HTTP/1.1\r\nHost: 127.0.0.1", b"404"),
        (b"GET //evil.example/ HTTP/1.1\r\nHost: 127.0.0.1", b"404"),
        (b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example", b"421"),
        (b"GET / HTTP/1.1\r\nHost: evil.example", b"421"),
        (b"GET / HTTP/1.0", b"421"),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example", b"421"),
        (b"TRACE / HTTP/1.1\r\nHost: 127.0.0.1", b"405"),
        (
            b"GET /gradio_api/queue/data HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13",
            b"400",
        ),
        (b"nonsense", b"400"),
    ],
)
def test_hostile_requests_are_refused(servers: dict[str, tuple[str, Path]], request_line: bytes, status: bytes) -> None:
    address, log = servers["open"]
    before = log.read_text()
    answer = raw(address, request_line + b"\r\nConnection: close\r\n\r\n")
    assert answer.split(b" ")[1] == status, answer[:300]
    assert b"root:" not in answer and b"Traceback" not in answer
    assert "Traceback" not in log.read_text().removeprefix(before)


def test_the_windows_words_hold_no_secret(servers: dict[str, tuple[str, Path]]) -> None:
    address, log = servers["signed"]
    httpx.post(f"{address}/sign-in", data={"name": "ann", "password": "hunter2-wrong"})
    httpx.get(f"{address}/config", auth=("ann", "hunter2-basic"))
    assert "hunter2" not in log.read_text() and SECRET not in log.read_text() and PASSWORD not in log.read_text()


def test_another_reader_hears_nothing_of_a_session(servers: dict[str, tuple[str, Path]]) -> None:
    """Who knows the name of a session hears its answers only as the reader who asked."""
    address = servers["signed"][0]
    config = httpx.get(f"{address}/config", auth=("ann", PASSWORD)).json()
    ask = next(one for one in config["dependencies"] if one["api_name"] == "ask_1")
    body = {"data": [], "fn_index": ask["id"], "session_hash": "shared", "event_data": {"question": "Why?"}}
    joined = httpx.post(f"{address}/gradio_api/queue/join", json=body, auth=("ann", PASSWORD))
    assert joined.status_code == 200

    def heard(name: str) -> str:
        """What one hears who listens to the session until its stream ends."""
        text = ""
        query = {"session_hash": "shared"}
        path = f"{address}/gradio_api/queue/data"
        with httpx.stream("GET", path, params=query, auth=(name, PASSWORD), timeout=20) as stream:
            for piece in stream.iter_text():
                text += piece
        return text

    assert "session_not_found" in (bobs := heard("bob")) and "Why?" not in bobs
    assert "Why?" in (anns := heard("ann")) and "process_completed" in anns
