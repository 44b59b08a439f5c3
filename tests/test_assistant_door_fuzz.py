"""Whatever is sent to a real server: no failure of ours, nothing told that is secret, nothing written elsewhere.

What the page's API promises in its OpenAPI schema is tried by schemathesis; all other ways in, and what is none, by
requests that no client would send. DATELINE_FUZZ says how many times as many as in the suite:

    DATELINE_FUZZ=50 python -m pytest tests/test_assistant_door_fuzz.py
"""

from __future__ import annotations

import http.client
import json
import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.openapi import from_dict
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from assistant.page.desk import Desk
from index import build
from tests.browser import ARTICLES, QUESTION, ROOT, serving, wait_for
from tests.fake_assistant import FakeAssistant

MARK = "sk-marked-as-secret"
TIMES = int(os.environ.get("DATELINE_FUZZ", "1"))
# Those build, or ask the web: tests/test_assistant_page_librarian.py and tests/test_assistant_page_intake.py have them.
VERBS = sorted({*Desk(FakeAssistant())._verbs} - {"add-text", "add-web", "remove", "rollback", "forward", "undo"})  # type: ignore[arg-type]
FIELDS = sorted(
    {
        name
        for file in (ROOT / "assistant/page").glob("*.py")
        for name in re.findall(r'click(?:\.get\(|\[)"(\w+)"', file.read_text(encoding="utf-8"))
    }
)
MORE = [name for name in FIELDS if name != "question"]


@dataclass
class Place:
    """A server, what it says, and the folder for all that it may write."""

    address: str
    log: Path
    folder: Path
    openapi: dict[str, Any]
    config: dict[str, Any]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "articles.jsonl").write_text("\n".join(map(json.dumps, ARTICLES)), encoding="utf-8")
    build([folder / "articles.jsonl"], folder / "index")
    (folder / "temporary").mkdir()
    told = {"DATELINE_API_KEY": MARK, "TMPDIR": str(folder / "temporary"), "DATELINE_KEEP": str(folder / "kept")}
    before = sorted(ROOT.iterdir())
    with (folder / "log").open("wb") as log:
        options = ["--index", str(folder / "index"), "--metrics", "--log-format", "json", "--port"]
        with serving("ui.py", *options, environment=told, log=log) as address:
            wait_for(address + "/health")
            openapi = httpx.get(f"{address}/gradio_api/openapi.json", trust_env=False).json()
            config = httpx.get(f"{address}/config", trust_env=False).json()
            yield Place(address, folder / "log", folder, openapi, config)
    assert sorted(ROOT.iterdir()) == before
    assert {path.name for path in folder.iterdir()} == {"articles.jsonl", "index", "kept", "log", "temporary"}


@pytest.fixture(autouse=True)
def still_well(place: Place) -> Iterator[None]:
    """After all that, the server answers, has failed at nothing, and has put files into its own folder alone."""
    yield
    with httpx.Client(base_url=place.address, trust_env=False, timeout=30) as client:
        assert client.get("/health").json() == {"status": "ok"}
        answer = client.post("/gradio_api/run/ask", json={"question": QUESTION})
        assert answer.json()["data"][0]["answered"]
    lines = [json.loads(line) for line in place.log.read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if line["level"] in ("error", "critical") or "exception" in line] == []
    assert MARK not in place.log.read_text(encoding="utf-8")
    for path in (place.folder / "temporary").iterdir():
        assert path.name.startswith("dateline-uploads-") and stat.S_IMODE(path.stat().st_mode) == 0o700


def harmless(status: int, body: str) -> None:
    assert 200 <= status < 500, (status, body[:500])
    for bad in ("Traceback", 'File "/', MARK, "root:x:0", "site-packages"):
        assert bad not in body, body[:500]


def tried(examples: int) -> settings:
    """Return how many examples are tried: always the same ones, so that the suite says one thing of one program."""
    return settings(
        max_examples=examples * TIMES,
        deadline=None,
        derandomize=TIMES == 1,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
def test_the_api_is_as_its_schema_says(place: Place, mode: GenerationMode) -> None:
    schema = from_dict(place.openapi)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert {f"{one.method.upper()} {one.path}" for one in operations} >= {
        "POST /gradio_api/call/v2/ask",
        "POST /gradio_api/upload",
    }
    for operation in operations:
        if mode is GenerationMode.NEGATIVE and "application/json" not in {one.media_type for one in operation.body}:
            continue  # whatever is sent as a file is one

        @given(operation.as_strategy(generation_mode=mode))
        @tried(12)
        def holds(case: schemathesis.Case) -> None:
            response = case.call(base_url=place.address, timeout=20)
            harmless(response.status_code, response.text)
            if response.status_code == 200:
                checks = [not_a_server_error, content_type_conformance, response_schema_conformance]
                case.validate_response(response, checks=checks)

        holds()


def paths(place: Place) -> st.SearchStrategy[str]:
    ids = st.text("abcdef0123456789-_", min_size=1, max_size=64)
    doors = st.sampled_from(["ask", "search", "articles", "ask_1", "greet", "reset", ""])
    known = [
        *place.openapi["paths"],
        "/",
        "/config",
        "/config/",
        "/sign-in",
        "/sign-out",
        "/login",
        "/health",
        "/metrics",
    ]
    known += ["/gradio_api/info", "/gradio_api/queue/join", "/gradio_api/run/predict", "/gradio_api/upload"]
    known += ["/gradio_api/mcp/", "/gradio_api/queue/status", "/gradio_api/startup-events", "/gradio_api/reset"]
    made = st.builds("/gradio_api/{}/{}".format, st.sampled_from(["run", "call", "call/v2", "api"]), doors)
    named = st.builds("/gradio_api/{}/{}".format, st.sampled_from(["heartbeat", "file", "stream", "call/ask"]), ids)
    asked = st.builds("/gradio_api/{}={}".format, st.sampled_from(["queue/data?session_hash", "file"]), ids | tricks())
    static = st.builds("/{}/{}".format, st.sampled_from(["static", "assets", "svelte", "file="]), tricks())
    return st.sampled_from(known) | made | named | asked | static | tricks().map("/{}".format)


def tricks() -> st.SearchStrategy[str]:
    """Texts that have led elsewhere in some program."""
    known = [
        "../" * 8 + "etc/passwd",
        "%2e%2e%2f" * 8 + "etc/passwd",
        "..%5c..%5c",
        "/etc/passwd",
        "%00",
        "%",
        "%ff%fe",
    ]
    known += [
        "javascript:alert(1)",
        "<script>alert(1)</script>",
        "{{7*7}}",
        "${7*7}",
        "{0.__class__}",
        "%s%n",
        "\\\\x\\y",
    ]
    known += ["' OR 1=1 --", "http://169.254.169.254/", "file:///etc/passwd", "a" * 5_000, "con", "-1", "1e999", "NaN"]
    return st.sampled_from(known) | st.text(max_size=12)


def values() -> st.SearchStrategy[Any]:
    leaf = tricks() | st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from([0, 1, 2, "1", "one"])
    return st.recursive(
        leaf, lambda some: st.lists(some, max_size=3) | st.dictionaries(tricks(), some, max_size=3), max_leaves=6
    )


def clicks() -> st.SearchStrategy[Any]:
    """What the page's scripts send, and what they would never."""
    fields = st.dictionaries(st.sampled_from(FIELDS), values(), max_size=5)
    return st.builds(lambda some, verb: {**some, "do": verb}, fields, st.sampled_from(VERBS)) | values()


def bodies(place: Place) -> st.SearchStrategy[tuple[str, bytes]]:
    def encoded(value: Any) -> tuple[str, bytes]:
        return "application/json", json.dumps(value).encode("utf-8", "replace")

    def form(name: str, content: bytes) -> tuple[str, bytes]:
        head = f'--B\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode(
            "utf-8", "replace"
        )
        return "multipart/form-data; boundary=B", head + content + b"\r\n--B--\r\n"

    events = st.integers(-1, len(place.config["dependencies"]) + 1) | values()
    calls = st.fixed_dictionaries(
        {"data": st.just([]) | values(), "fn_index": events, "session_hash": st.just("s1") | values()},
        optional={"event_data": clicks(), "trigger_id": st.none() | st.integers() | values()},
    )
    rpc = st.fixed_dictionaries(
        {"jsonrpc": st.sampled_from(["2.0", "1.0"]), "id": st.integers() | values()},
        optional={"method": st.sampled_from(["initialize", "tools/list", "tools/call", "x"]), "params": values()},
    )
    raw = st.tuples(
        st.sampled_from(["application/json", "text/plain", "multipart/form-data", "x"]), st.binary(max_size=60)
    )
    files = st.builds(
        form, tricks().map(lambda name: name.replace('"', "") + ".txt") | tricks(), st.binary(max_size=60)
    )
    return calls.map(encoded) | rpc.map(encoded) | values().map(encoded) | raw | files


def headers() -> st.SearchStrategy[dict[str, str]]:
    plain = tricks().map(lambda text: re.sub(r"[^\x20-\x7e]", "?", text)[:4_000])
    known = {
        "Host": st.sampled_from(["127.0.0.1", "localhost", "evil.example", ""]),
        "Origin": st.sampled_from(["null", "http://evil.example"]),
        "Accept": st.sampled_from(["text/html", "text/event-stream", "application/json", "*/*", "x"]),
        "Content-Length": st.sampled_from(["0", "-1", "99999999999", "x"]),
    }
    names = (
        "Cookie",
        "Authorization",
        "X-Forwarded-For",
        "X-Request-ID",
        "Range",
        "Accept-Encoding",
        "Expect",
        "X-Dateline-Reader",
    )
    return st.fixed_dictionaries({}, optional={**known, **dict.fromkeys(names, plain)})


def sent(place: Place, method: str, path: str, given: dict[str, str], kind: str, body: bytes) -> tuple[int, str]:
    """Send a request as it is and return the status, and the answer as far as it comes at once."""
    host, port = place.address.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    try:
        connection.putrequest(method, path, skip_host="Host" in given, skip_accept_encoding=True)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **given}.items():
            connection.putheader(name, value)
        connection.endheaders()
        with suppress(OSError):  # it need not read what it refuses
            connection.send(body)
        answer = connection.getresponse()
        assert connection.sock or answer.fp
        stream = "event-stream" in (answer.getheader("Content-Type") or "")
        return answer.status, (b"" if stream else answer.read(200_000)).decode("utf-8", "replace")
    finally:
        connection.close()


def quoted(path: str) -> str:
    """Return a path as it can be sent in a line; what is special in it stays so."""
    return "".join(letter if 0x20 < ord(letter) < 0x7F else f"%{ord(letter) % 256:02x}" for letter in path)


def test_no_request_does_harm(place: Place) -> None:
    methods = st.sampled_from(
        ["POST", "POST", "POST", "GET", "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"]
    )
    statuses = set()

    @given(methods, paths(place), st.just({}) | st.just({}) | headers(), bodies(place))
    @tried(400)
    def harmed(method: str, path: str, told: dict[str, str], body: tuple[str, bytes]) -> None:
        if told.get("Content-Length") == "99999999999" and method == "GET":
            del told["Content-Length"]  # what follows would rightly be waited for: tests/test_assistant_door_slow.py
        status, text = sent(place, method, quoted(path), told, *body)
        statuses.add(status)
        if path not in ("/health", "/metrics"):
            harmless(status, text)

    harmed()
    assert statuses >= {200, 400, 403, 404, 405, 421}, "too little was let in, or refused, to show anything"


def test_no_click_does_harm(place: Place) -> None:
    """What the page's own scripts send, with whatever in it, reaches the desk: it answers, and nothing fails there."""
    act = next(one for one in place.config["dependencies"] if one["api_name"].startswith("act"))
    ask = next(one for one in place.config["dependencies"] if one["api_name"].startswith("ask_"))
    with httpx.Client(base_url=place.address, trust_env=False, timeout=30) as client:
        client.get("/")
        client.post("/gradio_api/run/predict", json=_event(act, {"do": "library"}))

        @given(clicks())
        @tried(40)
        def harmed(click: Any) -> None:
            answer = client.post("/gradio_api/run/predict", content=json.dumps(_event(act, click)), headers=JSON)
            harmless(answer.status_code, answer.text)

        @given(st.fixed_dictionaries({"question": tricks()}, optional=dict.fromkeys(MORE, values())))
        @tried(25)
        def asked(click: Any) -> None:
            answer = client.post("/gradio_api/queue/join", content=json.dumps(_event(ask, click)), headers=JSON)
            harmless(answer.status_code, answer.text)

        harmed()
        asked()


JSON = {"content-type": "application/json"}


def _event(dependency: dict[str, Any], click: Any) -> dict[str, Any]:
    return {"data": [], "fn_index": dependency["id"], "session_hash": "clicks", "event_data": click}
