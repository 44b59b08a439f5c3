"""No secret comes out: each kind that Dateline takes, by its commands, against servers that say back all.

Each command is told a secret of every kind at once, each with a mark of its own; then all that was said and written is
searched for every mark.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import bcrypt
import httpx
import pytest

from assistant.__main__ import main as assistant
from index import build, logs, seeing
from index.__main__ import main as index
from index.bounded import Connection
from index.errors import ServerFailed
from index.readers.bounded import Bounded
from index.servers import Server
from tests.browser import ROOT, serving, wait_for
from tests.fake_web import Answer, article, fake_web, item, rss
from tests.newsroom import story, write

MARK = "marked"
ENVIRONMENT = {
    **{
        f"{name}_API_KEY": f"sk-{MARK}-{name.lower()}"
        for name in ("DATELINE", "OPENAI", "ANTHROPIC", "GOOGLE", "MISTRAL")
    },
    "DATELINE_CHROMA_TOKEN": f"{MARK}-chroma-by-environment",
    "HF_TOKEN": f"hf_{MARK}-hub",
    "OTEL_EXPORTER_OTLP_HEADERS": f"authorization=Bearer%20{MARK}-traces",
    "HTTPS_PROXY": f"http://me:{MARK}-proxy@127.0.0.1:9",
}
PASSWORD, METRICS, FILE = f"{MARK}-password", f"{MARK}-of-the-metrics", f"{MARK}-chroma-by-file"
QUESTION = "Which inspector signed the paper?"
OUTCOMES = (401, 302, 200, 501)  # of 200, what is said is no answer


@dataclass
class Echo:
    """A server that says back, in every way that clients read a reason, all headers and the path it was sent."""

    address: str
    heard: list[str]


@contextmanager
def echo(status: int) -> Iterator[Echo]:
    heard: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            self.rfile.read(length)
            said = f"{self.path} " + " ".join(f"{name}: {value}" for name, value in self.headers.items())
            heard.append(said)
            told = {"error": {"message": said, "type": said}, "message": said, "detail": said}
            body = json.dumps(told).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere?" + said.replace(" ", "+"))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_PUT = do_DELETE = do_GET

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield Echo(f"http://127.0.0.1:{server.server_address[1]}", heard)
        server.shutdown()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("secrets")
    build([write(made / "articles.jsonl", *map(story, range(3)))], made / "index")
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    for name, content in {"chroma": FILE, "metrics": METRICS, "users": f"ann:{hashed}"}.items():
        (made / name).write_text(content + "\n")
        (made / name).chmod(0o600)
    return made


@pytest.fixture
def run(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., tuple[int, str]]]:
    """Give what runs a command here, every secret in its environment, and returns its exit code and all it said."""
    for name, value in {**ENVIRONMENT, "DATELINE_CHROMA_CACHE": str(folder / "cache")}.items():
        monkeypatch.setenv(name, value)
    root = logging.getLogger()
    before = list(root.handlers), root.level, logs.log.level, threading.excepthook
    blotted = set(logs._secrets)

    def ran(module: str, *arguments: str) -> tuple[int, str]:
        logs._secrets.clear()  # each finds out for itself what is secret
        code = {"index": index, "assistant": assistant}[module]([*arguments, "--log-level", "debug"])
        return code, "".join(capsys.readouterr())

    yield ran
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    logs.log.setLevel(before[2])
    threading.excepthook = before[3]
    logging.captureWarnings(False)
    seeing.unwatch(logs._LINES)
    logs._secrets.update(blotted)


Run = Callable[..., tuple[int, str]]


def unmarked(*places: str | Path) -> None:
    """Assert that no secret stands in a text, a file or a folder, its files' names included."""
    for place in places:
        if isinstance(place, str):
            assert MARK not in place, place[max(0, place.index(MARK) - 300) : place.index(MARK) + 60]
            continue
        for path in [place, *place.rglob("*")]:
            assert MARK not in path.name
            if path.is_file():
                content = path.read_bytes()
                assert MARK.encode() not in content, path
                assert base64.b64encode(f"me:{PASSWORD}".encode()) not in content, path


Command = Callable[[str, Path], list[str]]
COMMANDS: Mapping[str, tuple[Command, str]] = {
    "a page behind a password": (
        lambda address, folder: [
            *("index", "build", f"{address.replace('//', f'//me:{PASSWORD}@')}/story", "--allow-private"),
            *("--pause", "0", "--index", str(folder / "built")),
        ],
        base64.b64encode(f"me:{PASSWORD}".encode()).decode(),
    ),
    "a model's key": (
        lambda address, folder: [
            *("assistant", QUESTION, "--index", str(folder / "index")),
            *("--model", "openai:tiny", "--base-url", f"{address}/v1?key={MARK}-in-the-query"),
        ],
        ENVIRONMENT["DATELINE_API_KEY"],
    ),
    "a Chroma server's token": (
        lambda address, folder: ["index", "info", "--chroma", address],
        ENVIRONMENT["DATELINE_CHROMA_TOKEN"],
    ),
    "a Chroma server's token in a file": (
        lambda address, folder: [
            *("index", "build", str(folder / "articles.jsonl")),
            *("--chroma", address, "--chroma-token-file", str(folder / "chroma")),
        ],
        FILE,
    ),
}


@pytest.mark.parametrize("status", OUTCOMES)
@pytest.mark.parametrize("name", COMMANDS)
def test_what_a_server_says_back_is_told_to_nobody(name: str, status: int, folder: Path, run: Run) -> None:
    command, sent = COMMANDS[name]
    with echo(status) as server:
        code, said = run(*command(server.address, folder), "--log-format", ("text", "json")[status % 2])
    assert any(sent in line for line in server.heard), "the secret was never used, so nothing is shown by this"
    assert code == (0 if name == "a model's key" else 2), said
    unmarked(said, *(path for path in (folder / "built", folder / "cache") if path.exists()))


def test_nor_does_a_process_that_sends_traces_tell_it(folder: Path) -> None:
    command, _ = COMMANDS["a Chroma server's token"]
    with echo(401) as server:
        environment = {**os.environ, **ENVIRONMENT, "OTEL_EXPORTER_OTLP_ENDPOINT": server.address}
        line = [sys.executable, "-m", *command(server.address, folder), "--log-level", "debug"]
        done = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
        assert any(f"Bearer {MARK}-traces" in line for line in server.heard)
    unmarked(done.stdout + done.stderr)


@pytest.mark.parametrize(
    "arguments",
    [
        ("index", "info", "--chroma", f"http://me:{PASSWORD}@127.0.0.1:9"),
        ("index", "copy", "news-index", f"https://{PASSWORD}@127.0.0.1:9"),
        ("assistant", QUESTION, "--model", "tiny", "--base-url", f"http://me:{PASSWORD}@127.0.0.1:9/v1"),
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_a_password_in_an_address_of_a_server_is_refused_unseen(arguments: tuple[str, ...], run: Run) -> None:
    code, said = run(*arguments)
    assert code == 2
    unmarked(said)


def test_a_page_that_was_read_with_a_password_leaves_none_in_the_index(folder: Path, run: Run) -> None:
    with fake_web() as web:
        web.pages["/feed"] = Answer(
            rss([item(web.url("/one"), "One")]), headers={"Content-Type": "application/rss+xml"}
        )
        web.pages["/one"] = Answer(article(1), headers={"Content-Type": "text/html"})
        site = web.url("/feed").replace("//", f"//me:{PASSWORD}@")
        code, said = run("index", "build", site, "--allow-private", "--pause", "0", "--index", str(folder / "fed"))
        assert code == 0, said
        assert any("authorization" in asked.headers for asked in web.asked)
        assert (
            run("index", "search", QUESTION, "--index", str(folder / "fed"))[0] == 0
        )  # Chroma writes as it opens, too
    unmarked(said, folder / "fed")


def test_a_page_that_serves_shows_writes_and_logs_none(folder: Path) -> None:
    log = folder / "page.log"
    with echo(401) as server, log.open("wb") as out:
        told = {**ENVIRONMENT, "DATELINE_KEEP": str(folder / "kept")}
        options = ["--index", str(folder / "index"), "--model", "openai:tiny", "--base-url", f"{server.address}/v1"]
        options += ["--auth", str(folder / "users"), "--metrics-token-file", str(folder / "metrics")]
        options += ["--log-format", "json", "--log-level", "debug", "--port"]
        with serving("ui.py", *options, environment=told, log=out) as address:
            wait_for(address + "/health")
            shown = _visited(address)
        assert any(ENVIRONMENT["DATELINE_API_KEY"] in line for line in server.heard)
    assert json.loads(log.read_text().splitlines()[0])
    unmarked(*shown, log.read_text(), folder / "index", folder / "kept")


def _visited(address: str) -> list[str]:
    """Ask a page with every secret that a visitor has, right and wrong; return all answers."""
    wrong = f"{MARK}-but-wrong"
    with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
        asked = [
            client.post("/sign-in", data={"name": "ann", "password": wrong}),
            client.get("/config", auth=("ann", wrong)),
            client.get("/metrics", headers={"authorization": f"Bearer {wrong}"}),
            client.get("/metrics", headers={"authorization": f"Bearer {METRICS}"}),
            client.get("/config", headers={"authorization": f"Bearer {wrong}", "cookie": f"x={wrong}"}),
            client.get(f"/sign-in?token={wrong}"),
            client.get(f"/no/such/{wrong}"),
        ]
        time.sleep(1.1)  # of the wait after a wrong password
        entered = client.post("/sign-in", data={"name": "ann", "password": PASSWORD})
        assert entered.status_code == 303, entered.text
        ask = client.post("/gradio_api/run/ask", json={"question": QUESTION})
        assert ask.status_code == 200
        assert "refused the key" in ask.text
        asked += [entered, ask, *map(client.get, ("/", "/config", "/gradio_api/info", "/gradio_api/openapi.json"))]
        asked += [client.post("/gradio_api/run/ask", content=f"{{{wrong}".encode(), headers={"content-type": "x"})]
        ticket = entered.cookies[f"dateline-{client.base_url.port}"]
    headers = [value for answer in asked for name, value in answer.headers.items() if name != "set-cookie"]
    texts = [answer.text for answer in asked]
    assert not any(ticket in text for text in (*texts, *headers))
    return texts + headers


def test_a_chroma_servers_reason_is_shown_without_its_token() -> None:
    with echo(501) as server:
        connection = Connection(Server(server.address, token=FILE))
        with pytest.raises(ServerFailed) as failed:
            connection.heartbeat()
        connection.close()
        assert any(FILE in line for line in server.heard)
    assert "***" in str(failed.value)
    unmarked(str(failed.value))


def test_a_process_that_takes_documents_apart_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    reader = Bounded()
    try:
        assert "paper" in reader.run("fragment", b"<p>The paper was signed.</p>")
        assert reader._process is not None
        told = Path(f"/proc/{reader._process.pid}/environ").read_bytes()
    finally:
        reader.close()
    assert b"PYTHONPATH=" in told
    unmarked(told.decode())
