"""A real server that is watched: its log, its health, its metrics, its traces; and one request followed through all."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from prometheus_client.parser import text_string_to_metric_families

from assistant.door.bodies import Refused
from assistant.door.metrics import Metrics
from assistant.door.pulse import Pulse
from assistant.door.visit import Visit
from assistant.door.watching import Watching
from assistant.page.line import Line, TooMany
from index import build, seeing
from index.errors import IndexMissing
from tests.browser import ARTICLES, ROOT, serving, wait_for
from tests.fake_chat import Script, openai_server

QUESTION = "Why is Washington worried about the radar?"
KEY, TOKEN = "sk-marker-of-the-model", "marker-of-the-metrics"
ASK = "/gradio_api/run/ask"


@dataclass
class Receiver:
    """An OTLP receiver on loopback: what it got, as spans."""

    spans: list[Any] = field(default_factory=list)
    address: str = ""


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            sent = ExportTraceServiceRequest.FromString(body)
            found.spans += [span for one in sent.resource_spans for scope in one.scope_spans for span in scope.spans]
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.address = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


@dataclass
class Watched:
    address: str
    log: Path
    index: Path

    def lines(self) -> list[dict[str, Any]]:
        whole, _, _ = self.log.read_text().rpartition("\n")  # the last may be on its way
        return [json.loads(line) for line in whole.splitlines()]

    def ask(self, question: str = QUESTION, **headers: str) -> httpx.Response:
        return httpx.post(self.address + ASK, json={"question": question}, headers=headers, timeout=30, trust_env=False)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(self.address + path, headers=headers, timeout=30, trust_env=False)

    def metrics(self) -> dict[str, float]:
        text = self.get("/metrics", authorization=f"Bearer {TOKEN}").raise_for_status().text
        return {
            one.name + "".join(f" {value}" for value in one.labels.values()): one.value
            for family in text_string_to_metric_families(text)
            for one in family.samples
        }


@pytest.fixture(scope="module")
def watched(receiver: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("watched")
    source, token = folder / "articles.jsonl", folder / "token"
    source.write_text("\n".join(json.dumps(article) for article in ARTICLES), encoding="utf-8")
    token.write_text(TOKEN + "\n")
    build([source], folder / "index")
    environment = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.address,
        "OTEL_BSP_SCHEDULE_DELAY": "100",
        "DATELINE_API_KEY": KEY,
    }
    script = Script(["The radar is a worry [1]."])
    with openai_server(script) as model, (folder / "log").open("wb") as log:
        options = ["--model", "openai:tiny", "--base-url", model, "--log-format", "json", "--log-level", "debug"]
        command = ["ui.py", "--index", str(folder / "index"), *options, "--metrics-token-file", str(token), "--port"]
        with serving(*command, environment=environment, log=log) as address:
            wait_for(address)
            yield Watched(address, folder / "log", folder / "index")


def test_one_request_is_followed_through_everything(watched: Watched, receiver: Receiver) -> None:
    answer = watched.ask(**{"x-request-id": "follow-me-1"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["x-request-id"] == "follow-me-1"
    mine, end = dict[str, Any](), time.monotonic() + 20
    while "request" not in mine and time.monotonic() < end:  # told once the answer is out
        mine = {line["message"]: line for line in watched.lines() if line.get("request_id") == "follow-me-1"}
    assert {"request", "answer", "search", "model"} <= mine.keys()
    told = mine["answer"]
    assert (told["outcome"], told["generation"], told["level"]) == ("ok", 1, "info")
    assert told["kind"] in ("model", "quotes", "refused")
    assert told["seconds"] >= told["search_seconds"] > 0
    assert mine["request"]["status"] == 200
    assert mine["request"]["path"] == ASK
    end = time.monotonic() + 20
    while not (spans := [one for one in receiver.spans if (one.name, _id(one)) == ("request", "follow-me-1")]):
        assert time.monotonic() < end, "no trace came"
        time.sleep(0.05)
    trace = [one for one in receiver.spans if one.trace_id == spans[0].trace_id]
    by_name = {one.name: one for one in trace}
    assert {"request", "answer", "search", "search.read", "model"} <= by_name.keys()
    assert by_name["search.read"].parent_span_id == by_name["search"].span_id
    assert all(_id(one) == "follow-me-1" for one in trace)


def _id(span: Any) -> str:
    return {one.key: one.value.string_value for one in span.attributes}.get("dateline.request_id", "")


@pytest.mark.parametrize("given", ["", "x" * 65, "two words", 'a"b', "<b>"])
def test_an_id_that_could_do_harm_is_replaced(watched: Watched, given: str) -> None:
    found = watched.get("/health", **{"x-request-id": given}).headers["x-request-id"]
    assert found != given
    assert len(found) == 16
    assert found.isalnum()


def test_no_question_no_answer_and_no_secret_is_logged_or_counted_or_traced(
    watched: Watched, receiver: Receiver
) -> None:
    watched.ask("Which marked-question-words are these?", authorization=f"Bearer {TOKEN}")
    watched.get("/metrics", authorization="Bearer wrong-marker-of-somebody")
    watched.get("/no/such/marked-path")
    counted = watched.get("/metrics", authorization=f"Bearer {TOKEN}").text
    time.sleep(0.5)  # for the traces to come
    traced = "".join(map(str, receiver.spans))
    for text in (watched.log.read_text(), counted, traced):
        assert text
        for marker in ("marked-question-words", "radar is a worry", KEY, TOKEN, "wrong-marker", "marked-path"):
            assert marker not in text


def test_metrics_count_what_was_asked(watched: Watched) -> None:
    before = watched.metrics()
    watched.ask()
    after = watched.metrics()

    def more(name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    assert sum(more(f"dateline_questions_total {kind}") for kind in ("model", "quotes", "refused")) == 1
    assert more("dateline_answer_seconds_count") == 1
    assert more("dateline_first_word_seconds_count") == 1
    assert more("dateline_searches_total ok") >= 1
    assert more("dateline_model_calls_total ok") >= 1
    assert more("dateline_requests_total 2xx") >= 2
    assert (after["dateline_generation"], after["dateline_articles"]) == (1, len(ARTICLES))
    assert after["dateline_index_up"] == 1
    assert after["dateline_answers_under_way"] == after["dateline_waiting"] == 0
    assert after["process_resident_memory_bytes"] > 10**7


def test_metrics_are_for_those_with_the_token(watched: Watched) -> None:
    for header in ({}, {"authorization": "Bearer x"}, {"authorization": f"Basic {TOKEN}"}):
        refused = watched.get("/metrics", **header)
        assert refused.status_code == 401
        assert "Authorization: Bearer" in refused.text
    assert httpx.post(watched.address + "/metrics", trust_env=False).status_code == 405


def test_health_tells_that_the_index_answers_and_that_it_does_not(watched: Watched) -> None:
    assert watched.get("/health").json() == {"status": "ok"}
    assert watched.get("/health/live").json() == {"status": "ok"}
    live, away = watched.index / "generations", watched.index / "away"
    live.rename(away)
    try:
        time.sleep(1.1)  # what was seen holds for a second
        sick = watched.get("/health")
        assert sick.status_code == 503
        assert sick.json() == {
            "status": "unavailable",
            "detail": "The index cannot be opened: the log of Dateline says why.",
        }
        assert watched.get("/health/live").status_code == 200
        assert watched.metrics()["dateline_index_up"] == 0
    finally:
        away.rename(live)
    time.sleep(1.1)
    assert watched.get("/health").status_code == 200


def test_nothing_is_watched_unless_it_is_asked_for(served: dict[str, str]) -> None:
    found = httpx.get(served["real"] + "/metrics", trust_env=False)
    assert found.status_code == 404
    assert httpx.get(served["real"] + "/health", trust_env=False).status_code == 200
    seen = "import sys, ui, index.seeing; ui._parser()\nassert not index.seeing.watchers()\n"
    none = "assert not [m for m in sys.modules if m.startswith(('prometheus_client', 'opentelemetry'))]"
    subprocess.run([sys.executable, "-c", seen + none], cwd=ROOT, check=True, timeout=60)


def test_a_receiver_that_is_gone_costs_an_answer_nothing(watched: Watched) -> None:
    line = [sys.executable, "-m", "assistant", QUESTION, "--index", str(watched.index)]
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "PATH": "/usr/bin:/bin", "HOME": "/nowhere"}
    began = time.monotonic()
    done = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "radar" in done.stdout
    assert time.monotonic() - began < 20


def test_traces_asked_for_without_the_extra_are_one_sentence(watched: Watched, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nsys.modules['opentelemetry.exporter.otlp.proto.http.trace_exporter'] = None\n"
    )
    line = [sys.executable, "-m", "index", "info", "--index", str(watched.index)]
    environment = {"OTEL_TRACES_EXPORTER": "otlp", "PATH": "/usr/bin:/bin", "PYTHONPATH": f"{tmp_path}:{ROOT}"}
    done = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert 'run `pip install ".[tracing]"`' in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.returncode == 0
    assert f"{len(ARTICLES)} articles" in done.stdout


@dataclass
class Counter:
    """Counts events by name."""

    names: list[str] = field(default_factory=list)

    def begin(self, span: seeing.Span) -> None: ...
    def end(self, span: seeing.Span) -> None: ...
    def event(self, name: str, fields: Any) -> None:
        self.names.append(name)


async def test_who_is_turned_away_is_counted_once() -> None:
    line, counter = Line(of_one=1), Counter()
    seeing.watch(counter)
    try:
        async with line.place("a"):
            assert line.refusal("a")
            with pytest.raises(TooMany):
                async with line.place("a"):
                    pass
            assert not line.refusal("b")
    finally:
        seeing.unwatch(counter)
    assert counter.names == ["turned_away", "turned_away"]


def asked(path: str, address: str = "127.0.0.1", **headers: str) -> tuple[Visit, list[Any]]:
    """Return a visit, and what it is answered."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    given = {"host": "127.0.0.1:7860", **{name.replace("_", "-"): value for name, value in headers.items()}}
    raw = [(name.encode(), value.encode()) for name, value in given.items()]
    scope = {"method": "GET", "path": path, "headers": raw, "client": (address, 1), "server": ("127.0.0.1", 7860)}
    return Visit(scope, None, send), sent  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("192.0.2.7", {}),
        ("127.0.0.1", {"host": "news.example"}),
        ("127.0.0.1", {"x_forwarded_for": "192.0.2.7"}),
        ("127.0.0.1", {"forwarded": "for=192.0.2.7"}),
    ],
)
async def test_without_a_token_metrics_are_for_this_machine_alone(address: str, headers: dict[str, str]) -> None:
    def look() -> Any:
        raise IndexMissing("There is no index in /secret/place.")

    watching = Watching(Pulse(look), Metrics())
    visit, sent = asked("/metrics")
    assert await watching.answers(visit)
    assert sent[0]["status"] == 200
    visit, sent = asked("/metrics", address, **headers)
    with pytest.raises(Refused) as refused:
        await watching.answers(visit)
    assert refused.value.status == 403
    assert sent == []


async def test_an_index_that_does_not_answer_in_time_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.door.pulse.SECONDS", 0.1)
    go_on, looks = threading.Event(), []

    def look() -> Any:
        looks.append(1)
        go_on.wait(10)
        return "live"

    pulse = Pulse(look)
    began = time.monotonic()
    assert "did not answer" in await pulse.problem()
    assert "did not answer" in await pulse.problem()
    assert time.monotonic() - began < 5
    assert len(looks) == 1  # however many ask, one thread looks
    go_on.set()
    end = time.monotonic() + 10
    while await pulse.problem():
        assert time.monotonic() < end
    assert pulse.seen == "live"
