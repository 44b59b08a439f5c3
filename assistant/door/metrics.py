"""Counts and times of what goes on, as Prometheus reads them. Labels are few and ours: none is what somebody typed.

Its library is imported when metrics are asked for, not before.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from index.seeing import Span

if TYPE_CHECKING:
    from index.manifest import Manifest

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 180.0)


class Metrics:
    """A watcher that counts. Safe for many threads, as its library is."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
        from prometheus_client.gc_collector import GCCollector
        from prometheus_client.platform_collector import PlatformCollector
        from prometheus_client.process_collector import ProcessCollector

        self._all = CollectorRegistry()
        for theirs in (ProcessCollector, PlatformCollector, GCCollector):
            theirs(registry=self._all)

        def counter(name: str, told: str, *labels: str) -> Counter:
            return Counter(f"dateline_{name}", told, labels, registry=self._all)

        def seconds(name: str, told: str) -> Histogram:
            return Histogram(f"dateline_{name}_seconds", told, registry=self._all, buckets=_SECONDS)

        def gauge(name: str, told: str) -> Gauge:
            return Gauge(f"dateline_{name}", told, registry=self._all)

        self._requests = counter("requests", "HTTP requests by the first digit of their status", "status")
        self._questions = counter("questions", "Questions by what became of them", "outcome")
        self._searches = counter("searches", "Searches, those for answers too", "outcome")
        self._models = counter("model_calls", "Calls of the language model", "outcome")
        self._chroma = counter("chroma_requests", "Requests to a Chroma server, each try by itself", "outcome")
        self._away = counter("turned_away", "Questions not taken, for too many were asked at once")
        self._builds = counter("builds", "Builds and removals of the page's library", "what", "outcome")
        self._signed = counter("sign_ins", "Passwords tried: right, wrong, or not looked at (wait)", "outcome")
        self._first = seconds("first_word", "Until the first words of an answer")
        self._took = {
            "answer": seconds("answer", "Until an answer was whole"),
            "search": seconds("search", "For a search"),
            "model": seconds("model_call", "For a call of the language model"),
        }
        self._now = {
            "turn": gauge("answers_under_way", "Questions that are being answered"),
            "waiting": gauge("waiting", "Questions that wait for their turn"),
        }
        self._live = {
            "generation": gauge("generation", "The generation that answers"),
            "age": gauge("generation_age_seconds", "Since the generation that answers was built"),
            "articles": gauge("articles", "Articles in it"),
            "passages": gauge("passages", "Passages in it"),
        }
        self._up = gauge("index_up", "Whether the index answers: 1 or 0")

    def begin(self, span: Span) -> None:
        """Count what is under way."""
        if (now := self._now.get(span.name)) is not None:
            now.inc()

    def end(self, span: Span) -> None:
        """Count what has ended; answers that nobody asked for are left out."""
        if (now := self._now.get(span.name)) is not None:
            now.dec()
        if span.aside:
            return
        if (took := self._took.get(span.name)) is not None and span.outcome == "ok":
            took.observe(span.seconds)
        match span.name:
            case "answer":
                self._questions.labels(span.fields.get("kind", span.outcome)).inc()
                if (first := span.fields.get("first_word")) is not None:
                    self._first.observe(first)
            case "search":
                self._searches.labels(span.outcome).inc()
            case "model":
                self._models.labels(span.outcome).inc()
            case "chroma":
                self._chroma.labels(span.outcome).inc()
            case "request":
                self._requests.labels(f"{span.fields.get('status', 0) // 100}xx").inc()

    def event(self, name: str, fields: Mapping[str, Any]) -> None:
        """Count an event."""
        match name:
            case "turned_away":
                self._away.inc()
            case "job":
                self._builds.labels(fields["what"], fields["outcome"]).inc()
            case "sign_in":
                self._signed.labels(fields["outcome"]).inc()

    def text(self, live: Manifest | None) -> tuple[bytes, str]:
        """Return all of it and its media type; `live` is what answers now."""
        from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

        self._up.set(int(live is not None))
        if live is not None:
            age = time.time() - live.built_at.timestamp()
            told = {"generation": live.generation, "age": age, "articles": live.articles, "passages": live.passages}
            for name, value in told.items():
                self._live[name].set(value)
        return generate_latest(self._all), CONTENT_TYPE_LATEST
