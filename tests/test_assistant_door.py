"""The door, around an application that tells what reached it; and what it refuses."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from inspect import Parameter
from pathlib import Path
from typing import Any

import bcrypt
import httpx
import pytest

from assistant.door import bodies, door
from assistant.door.accounts import Accounts
from assistant.door.bodies import Message, Receive
from assistant.door.door import Door
from assistant.door.visit import READER, reader_of
from assistant.door.ways import way_of

EVENT = "0123456789abcdef" * 2
SIGNATURES = {"ask": {"question": Parameter.empty, "strict": False}, "search": {}, "articles": {}}
EVENTS = {0: "ask", 1: "act", 2: "greet"}
PASSWORD = "correct horse"
HASH = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
JSON = {"content-type": "application/json"}


async def echo(scope: Any, receive: Receive, send: Callable[[Message], Any]) -> None:
    """Answer with what reached the application."""
    body = b""
    while scope["method"] == "POST":
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    headers = {name.decode(): value.decode() for name, value in scope["headers"]}
    told = {"path": scope["path"], "query": scope["query_string"].decode(), "headers": headers, "body": body.decode()}
    if b"boom" in body:
        raise ZeroDivisionError("a secret")
    page = scope["path"] == "/"
    said = b"<script>1</script><p>script</p>" if page else json.dumps({"event_id": EVENT, **told}).encode()
    kind = b"text/html" if page else b"application/json"
    start = [(b"content-type", kind), (b"server", b"x"), (b"access-control-allow-origin", b"*")]
    await send({"type": "http.response.start", "status": 200, "headers": start})
    await send({"type": "http.response.body", "body": said})


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    file = tmp_path / "users"
    file.write_text(f"ann:{HASH}\nbob:{HASH}\n")
    return Accounts(file)


def client(accounts: Accounts | None = None, **headers: str) -> httpx.AsyncClient:
    app = Door(echo, {"localhost"}, accounts, SIGNATURES, events=EVENTS)
    transport = httpx.ASGITransport(app, client=("192.0.2.7", 1))
    return httpx.AsyncClient(transport=transport, base_url="http://localhost:7860", headers=headers)


@pytest.fixture
async def open_door() -> AsyncIterator[httpx.AsyncClient]:
    async with client() as made:
        yield made


@pytest.fixture
async def shut_door(accounts: Accounts) -> AsyncIterator[httpx.AsyncClient]:
    async with client(accounts) as made:
        yield made


def join(session: str = "s1") -> dict[str, Any]:
    return {"data": [], "fn_index": 1, "session_hash": session}


async def joined(visitor: httpx.AsyncClient, session: str = "s1", **more: Any) -> dict[str, Any]:
    answer = await visitor.post("/gradio_api/queue/join", json=join(session), **more)
    told: dict[str, Any] = answer.json()
    return told | json.loads(told["body"]) | {"reader": reader_of(told["headers"].get(READER))}


async def test_a_browser_gets_a_key_and_is_known_by_it(open_door: httpx.AsyncClient) -> None:
    first = await open_door.get("/")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(first.headers["set-cookie"].split("; "))
    key = open_door.cookies["dateline-7860"]
    assert (await joined(open_door))["reader"] == f"key:{key}" and len(key) == 43
    await open_door.get("/")
    assert open_door.cookies["dateline-7860"] == key
    open_door.cookies.clear()
    assert (await joined(open_door))["reader"] == ""
    assert (await joined(open_door, headers={READER: "user:root", "cookie": "dateline-7860=short"}))["reader"] == ""


async def test_one_session_of_two_readers_is_two(open_door: httpx.AsyncClient) -> None:
    async def named() -> tuple[str, str, str]:
        stream = (await open_door.get("/gradio_api/queue/data?session_hash=s1&evil=1")).json()["query"]
        beat = (await open_door.get("/gradio_api/heartbeat/s1")).json()["path"]
        return (await joined(open_door))["session_hash"], stream, beat

    nobody = await named()
    await open_door.get("/")
    first = await named()
    assert await named() == first
    open_door.cookies.clear()
    await open_door.get("/")
    second = await named()
    for name, stream, beat in (nobody, first, second):
        assert (stream, beat) == (f"session_hash={name}", f"/gradio_api/heartbeat/{name}")
    assert len({nobody[0], first[0], second[0], "s1"}) == 4


async def test_the_answer_of_a_call_is_its_readers_alone(open_door: httpx.AsyncClient) -> None:
    await open_door.get("/")
    event = (await open_door.post("/gradio_api/call/ask", json={"data": ["why?"]})).json()["event_id"]
    key = dict(open_door.cookies)
    open_door.cookies.clear()
    for forged in (event, EVENT, EVENT + "0" * 32):
        assert (await open_door.get(f"/gradio_api/call/ask/{forged}")).status_code == 404
    open_door.cookies.update(key)
    assert (await open_door.get(f"/gradio_api/call/ask/{event}")).json()["path"] == f"/gradio_api/call/ask/{EVENT}"
    assert (await open_door.get(f"/gradio_api/call/ask/{event}")).status_code == 404  # read once


async def test_what_gradio_trusts_is_ours_to_say(open_door: httpx.AsyncClient) -> None:
    sent = {"x-forwarded-host": "evil.example", "x-gradio-server": "http://evil.example", "x-forwarded-proto": "https"}
    sent |= {"authorization": "Bearer secret", "cookie": "a=b", READER.upper(): "user:ann"}
    told = await joined(open_door, headers=sent)
    assert not set(sent) & set(told["headers"]) and "secret" not in str(told) and "ann" not in str(told)


async def test_every_answer_carries_the_policy(open_door: httpx.AsyncClient) -> None:
    page = await open_door.get("/")
    policy = page.headers["content-security-policy"]
    nonce = policy.split("'nonce-")[1].split("'")[0]
    assert page.text == f'<script nonce="{nonce}">1</script><p>script</p>'
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "connect-src 'self'" in policy
    assert "unsafe-inline" not in policy.split("script-src ")[1].split(";")[0] and "http" not in policy
    for answer in (page, await open_door.get("/config"), await open_door.get("/nothing"), await open_door.put("/")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "access-control-allow-origin" not in answer.headers and "server" not in answer.headers
    assert "cache-control" not in (await open_door.get("/assets/index.js")).headers


@pytest.mark.parametrize(
    ("host", "status"),
    [
        *(("localhost", 200), ("LOCALHOST:99", 200), ("127.0.0.1:7860", 200), ("[::1]:7860", 200), ("10.0.0.1", 200)),
        *(("evil.example", 421), ("localhost.evil.example", 421), ("localhost@evil.example", 421), ("", 421)),
        *(("localhost, evil.example", 421), ("127.0.0.1.evil.example", 421), ("2130706433", 421)),
    ],
)
async def test_a_name_that_is_not_ours_is_not_answered(open_door: httpx.AsyncClient, host: str, status: int) -> None:
    assert (await open_door.get("/config", headers={"host": host})).status_code == status


async def test_another_site_cannot_ask_in_the_readers_name(open_door: httpx.AsyncClient) -> None:
    own = {"origin": "http://localhost:7860", "sec-fetch-site": "same-origin"}
    assert (await open_door.post("/gradio_api/queue/join", json=join(), headers=own)).status_code == 200
    evil: list[dict[str, str]] = [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
    ]
    evil += [{"origin": "http://localhost:1"}, {"sec-fetch-site": "same-site"}]
    for headers in evil:
        for path in ("/gradio_api/queue/join", "/gradio_api/run/ask", "/gradio_api/mcp", "/gradio_api/upload"):
            answer = await open_door.post(path, json=join(), headers=headers)
            assert answer.status_code == 403 and "Another site" in answer.json()["detail"]
        assert (await open_door.get("/config", headers=headers)).status_code == 403
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    led = await open_door.get("/", headers=link)
    # A browser keeps its key back here: it must not get another, but ask again from our own page.
    assert led.status_code == 200 and 'url=/"' in led.text and "set-cookie" not in led.headers
    assert (await open_door.get("/", headers={**link, "sec-fetch-dest": "iframe"})).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        *("/gradio_api/file=/etc/passwd", "/gradio_api/file/etc/passwd", "/gradio_api/proxy=http://evil.example/"),
        *("/assets/%2e%2e/%2e%2e/etc/passwd", "/static//etc/passwd", "/assets/.hidden", "/docs", "/redoc"),
        *("/openapi.json", "/monitoring", "/gradio_api/token", "/gradio_api/user", "/gradio_api/deep_link", "/runs"),
        *("/gradio_api/stream/a", "/gradio_api/mcp/sse", "/gradio_api/mcp/schema", "/gradio_api/startup-events"),
        *("/gradio_api/call/greet", "/gradio_api/vibe-edit", "/gradio_api/component_server", "/sign-in", "/login"),
        *("/gradio_api/heartbeat/a/b", "/gradio_api/heartbeat/%00", "/gradio_api/cancel", "/svelte/..\\x"),
    ],
)
async def test_nothing_else_is_served(open_door: httpx.AsyncClient, path: str) -> None:
    for method in ("GET", "POST"):
        assert (await open_door.request(method, path)).status_code == 404


@pytest.mark.parametrize(
    "path", ["/static/../x", "/assets/..", "/static/a/../../x", "/static/a\\..\\x", "/static/a..", "//x"]
)
def test_no_way_goes_up(path: str) -> None:
    assert way_of(path) is None and way_of("/static/fonts/a.b.woff2")


async def test_methods_are_those_of_the_way(open_door: httpx.AsyncClient) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "POST"):
        answer = await open_door.request(method, "/config")
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert (await open_door.get("/gradio_api/mcp")).status_code == 406


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("queue/join", b"{", "no JSON"),
        ("queue/join", b"[" * 100_000, "no JSON"),
        ("queue/join", b"[]", "no JSON object"),
        ("queue/join", b'{"data": [], "fn_index": 3, "session_hash": "a"}', "no such event"),
        ("queue/join", b'{"data": [], "fn_index": "1"}', "no such event"),
        ("queue/join", b'{"data": {}, "fn_index": 1}', "no such event"),
        ("queue/join", b'{"data": [], "fn_index": 1, "session_hash": {}}', "short text"),
        ("queue/join", b'{"data": [], "fn_index": 1, "session_hash": "../x"}', "short text"),
        ("queue/join", b'{"data": [], "fn_index": 1, "trigger_id": "x"}', "whole number"),
        ("run/ask", b"{}", "/ask needs `question`."),
        ("run/ask", b'{"data": [1, 2, 3]}', "a list of 2 at most: question, strict."),
        ("run/ask", b'{"data": 5}', "a list of 2 at most"),
        ("run/ask", b'{"question": "why?", "stric": 1}', "/ask takes question, strict, not 'stric'."),
        ("call/v2/ask", b'{"data": ["why?"]}', "not 'data'."),
        ("call/ask", b'{"data": []}', "/ask needs `question`."),
    ],
)
async def test_what_cannot_be_read_is_one_sentence(
    open_door: httpx.AsyncClient, path: str, body: bytes, says: str
) -> None:
    answer = await open_door.post(f"/gradio_api/{path}", content=body, headers=JSON)
    assert answer.status_code == 400 and says in answer.json()["detail"]


async def test_a_call_is_passed_on_whole(open_door: httpx.AsyncClient) -> None:
    for body in ({"question": "why?"}, {"data": ["why?"]}, {"data": ["why?", False], "fn_index": 9, "event_id": "x"}):
        answer = await open_door.post("/gradio_api/run/ask", json=body)
        sent = json.loads(answer.json()["body"])
        assert sent["data"] == ["why?", False] and sent["fn_index"] is None and "event_id" not in sent


async def test_a_function_is_given_all_it_takes_or_the_call_is_refused(open_door: httpx.AsyncClient) -> None:
    async def passed(event: Any, data: Any) -> Any:
        sent = {"fn_index": event, "data": data, "session_hash": "s1"}
        answer = await open_door.post("/gradio_api/queue/join", json=sent)
        return json.loads(answer.json()["body"])["data"] if answer.status_code == 200 else answer.status_code

    assert await passed(0, ["why?"]) == ["why?", False]  # a door
    assert await passed(1, ["what the page never sends"]) == []
    for event, data in ((0, []), (0, [1, 2, 3]), (3, []), (-1, []), ("0", []), ([], []), (None, []), (1, "x")):
        assert await passed(event, data) == 400


async def test_a_failure_inside_is_told_in_our_words(
    open_door: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await open_door.post("/gradio_api/run/ask", json={"question": "boom"})
    assert (answer.status_code, answer.json()["detail"]) == (500, door.FAILED)
    assert "a secret" not in answer.text and "a request failed: POST /gradio_api/run/ask" in caplog.text


@pytest.mark.parametrize(
    ("error", "status"), [("No such day.", 400), (door.ENOUGH, 429), (door.FULL, 429), (door.desk.FAILED, 500)]
)
def test_a_door_that_failed_in_words_has_a_status(error: str, status: int) -> None:
    given = json.dumps({"error": error, "title": "Error"}).encode()
    assert door.as_status(500, given) == (status, json.dumps({"detail": error}).encode())
    assert door.as_status(200, b"{}") == (200, b"{}")


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_bodies_are_bounded(open_door: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "LARGEST_BODY", 1_000)
    monkeypatch.setattr(bodies, "LARGEST_UPLOAD", 2_000)
    for content in (b"x" * 2_000, pieces(b"x" * 600, b"x" * 600)):
        answer = await open_door.post("/gradio_api/queue/join", content=content, headers=JSON)
        assert answer.status_code == 413 and "MB" in answer.json()["detail"]
    assert (await open_door.post("/gradio_api/mcp", content=b"x" * 2_000)).status_code == 413
    nonsense = await open_door.post("/gradio_api/mcp", content=b"x", headers={"content-length": "1e3"})
    assert nonsense.status_code == 400
    big = await open_door.post("/gradio_api/upload", files={"files": ("a.txt", b"x" * 3_000)})
    assert big.status_code == 413


@pytest.mark.parametrize(
    ("name", "status"),
    [("a.txt", 200), ("A.HTML", 200), ("a.jsonl.gz", 200), ("a.exe", 415), ("a.txt.exe", 415), ("a", 415), ("", 400)],
)
async def test_only_files_that_can_be_read_come_up(open_door: httpx.AsyncClient, name: str, status: int) -> None:
    answer = await open_door.post("/gradio_api/upload", files={"files": (name, b"text")})
    assert answer.status_code == status
    if status == 415:
        assert ".jsonl" in answer.json()["detail"]
    assert (await open_door.post("/gradio_api/upload", content=b"text")).status_code == 400


async def sign_in(visitor: httpx.AsyncClient, name: str = "ann", password: str = PASSWORD) -> httpx.Response:
    return await visitor.post("/sign-in", data={"name": name, "password": password})


async def test_all_is_behind_the_sign_in(shut_door: httpx.AsyncClient) -> None:
    for path in ("/", "/config", "/gradio_api/openapi.json", "/assets/index.js", "/static/a.svg", "/nothing", "/login"):
        answer = await shut_door.get(path)
        assert answer.status_code == 401 and "Basic" not in answer.headers["www-authenticate"], path
        person = await shut_door.get(path, headers={"accept": "text/html"})
        assert (person.status_code, person.headers["location"]) == (303, "/sign-in")
    for path in ("/gradio_api/queue/join", "/gradio_api/mcp", "/gradio_api/upload", "/gradio_api/run/ask"):
        assert (await shut_door.post(path, json=join())).status_code == 401
    page = await shut_door.get("/sign-in")
    assert page.status_code == 200 and "<script" not in page.text and 'type="password"' in page.text


async def test_signing_in_and_out(shut_door: httpx.AsyncClient) -> None:
    done = await sign_in(shut_door)
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert {"HttpOnly", "SameSite=Strict"} <= set(done.headers["set-cookie"].split("; "))
    assert (await joined(shut_door, headers={READER: "user:bob"}))["reader"] == "user:ann"
    assert (await shut_door.get("/sign-in")).headers["location"] == "/"
    token = dict(shut_door.cookies)
    out = await shut_door.post("/sign-out")
    assert (out.status_code, out.headers["location"]) == (303, "/sign-in?out")
    assert "You are signed out." in (await shut_door.get("/sign-in?out")).text
    shut_door.cookies.update(token)  # a token that was withdrawn is worth nothing
    assert (await shut_door.get("/config")).status_code == 401


async def test_a_session_that_was_planted_before_signing_in_is_worth_nothing(shut_door: httpx.AsyncClient) -> None:
    planted = "x" * 43
    shut_door.cookies.set("dateline-7860", planted, domain="localhost.local")
    done = await sign_in(shut_door)
    given = done.headers["set-cookie"].partition("=")[2].partition(";")[0]
    assert given != planted and len(given) == 43
    again = (await sign_in(shut_door)).headers["set-cookie"].partition("=")[2].partition(";")[0]
    assert again not in (planted, given)
    shut_door.cookies.clear()
    for token, status in ((planted, 401), (given, 200), (again, 200)):
        for headers in ({"cookie": f"dateline-7860={token}"}, {"authorization": f"Bearer {token}"}):
            assert (await shut_door.get("/config", headers=headers)).status_code == status


async def test_a_wrong_password_is_told_and_escaped(shut_door: httpx.AsyncClient) -> None:
    answer = await sign_in(shut_door, '"><script>x</script>', "wrong")
    assert answer.status_code == 403 and 'role="alert"' in answer.text and "<script" not in answer.text
    assert "set-cookie" not in answer.headers
    large = await shut_door.post("/sign-in", content=b"name=" + b"a" * 20_000, headers={"content-type": "text/plain"})
    assert large.status_code == 415
    cross = await shut_door.post("/sign-in", data={"name": "ann"}, headers={"origin": "http://evil.example"})
    assert cross.status_code == 403


async def test_too_many_tries_are_told_with_the_seconds(shut_door: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(sign_in(shut_door, "ann", "wrong") for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [403] * 5 + [429] * 3
    waiting = await sign_in(shut_door)  # the right one too
    assert waiting.status_code == 429 and waiting.headers["retry-after"] == "1"
    assert "too many wrong passwords: try again in 1 second." in waiting.text


async def test_programs_sign_in_by_basic_bearer_and_login(shut_door: httpx.AsyncClient, accounts: Accounts) -> None:
    def basic(pair: str) -> dict[str, str]:
        return {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}

    for _ in range(2):
        assert (await joined(shut_door, headers=basic(f"bob:{PASSWORD}")))["reader"] == "user:bob"
    for wrong in (basic("bob:no"), basic("bob"), {"authorization": "Basic ###"}, {"authorization": "Bearer x"}):
        assert (await shut_door.get("/config", headers=wrong)).status_code == 401
    done = await shut_door.post("/login", data={"username": "ann", "password": PASSWORD})
    assert (await joined(shut_door))["reader"] == "user:ann"  # by the cookie
    shut_door.cookies.clear()
    bearer = {"authorization": f"Bearer {done.json()['token']}"}
    assert (await joined(shut_door, headers=bearer))["reader"] == "user:ann"
    assert (await shut_door.post("/login", data={"username": "ann", "password": "no"})).status_code == 401


async def test_a_new_password_ends_what_the_old_one_began(shut_door: httpx.AsyncClient, accounts: Accounts) -> None:
    await sign_in(shut_door)
    assert (await shut_door.get("/config")).status_code == 200
    new = bcrypt.hashpw(b"another one", bcrypt.gensalt(4)).decode()
    accounts._file.write_text(f"ann:{new}\n# bob is gone\n")
    assert (await shut_door.get("/config")).status_code == 401


async def test_two_who_signed_in_are_two(accounts: Accounts) -> None:
    async with client(accounts) as one:
        await sign_in(one, "ann")
        first = await joined(one)
        event = (await one.post("/gradio_api/call/ask", json={"data": ["why?"]})).json()["event_id"]
        one.cookies.clear()
        await sign_in(one, "bob")
        second = await joined(one)
        assert first["session_hash"] != second["session_hash"]
        assert (await one.get(f"/gradio_api/call/ask/{event}")).status_code == 404


async def test_a_websocket_is_not_taken() -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await Door(echo)({"type": "websocket", "path": "/", "headers": []}, None, send)  # type: ignore[arg-type]
    assert sent == [{"type": "websocket.close", "code": 1008}]
