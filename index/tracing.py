"""Spans for OpenTelemetry, where its own variables ask for them and the extra `[tracing]` is there.

Nothing of it is imported otherwise. Spans are sent by a thread of the library's, in batches: a receiver that is slow or
gone costs no one time. Knows nothing of what the spans are about.
"""

from __future__ import annotations

import atexit
import logging
import os
from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock, Thread
from typing import Any

from index import seeing
from index.logs import say
from index.seeing import Span

_ASKED = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_TRACES_EXPORTER")
_LACKING = 'Traces are asked for ($%s) but not sent: run `pip install ".[tracing]"`.'
_UNKNOWN = "Traces are not sent: of $OTEL_TRACES_EXPORTER only otlp (by http/protobuf) and none are known."
_REMEMBERED = 1_000  # requests whose work may go on elsewhere
_SECONDS_AT_END = 2.0  # for what is left to be sent when the process ends


def start() -> None:
    """Send spans from now on, if the environment asks for it; what stands against it is one sentence on stderr."""
    asked = next((name for name in _ASKED if os.environ.get(name)), None)
    kind = os.environ.get("OTEL_TRACES_EXPORTER") or "otlp"
    off = os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if asked is None or kind == "none" or off or any(isinstance(one, Tracing) for one in seeing.watchers()):
        return
    if kind != "otlp":
        say(_UNKNOWN, logging.WARNING)
        return
    try:
        seeing.watch(Tracing())
    except ImportError:
        say(_LACKING % asked, logging.WARNING)
    except Exception as error:  # such as a variable that holds no number
        say(f"Traces are not sent ({type(error).__name__}): check the variables OTEL_….", logging.WARNING)


class Tracing:
    """Tells a tracer of each span; those of one request belong together, in whatever task they are made."""

    def __init__(self) -> None:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        named = {} if os.environ.get("OTEL_SERVICE_NAME") else {"service.name": "dateline"}
        # that a receiver is gone is not worth a traceback every few seconds
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
        provider = TracerProvider(resource=Resource.create(named), shutdown_on_exit=False)
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._trace, self._tracer, self._provider = trace, provider.get_tracer("dateline"), provider
        self._requests, self._lock = OrderedDict[str, Any](), Lock()
        atexit.register(self._last)

    def begin(self, span: Span) -> None:
        """Begin one within its parent's, else within the request's."""
        above = span.parent.kept.get(self) if span.parent else None
        with self._lock:
            above = above or self._requests.get(span.request)
        context = self._trace.set_span_in_context(above) if above else None
        span.kept[self] = made = self._tracer.start_span(span.name, context)
        if span.name == "request":
            with self._lock:
                self._requests[span.request] = made
                while len(self._requests) > _REMEMBERED:
                    self._requests.popitem(last=False)

    def end(self, span: Span) -> None:
        """End it, with what is known of it."""
        if (made := span.kept.pop(self, None)) is None:
            return  # begun before we watched
        made.set_attributes({f"dateline.{name}": value for name, value in _plain(span.fields).items()})
        made.set_attributes({"dateline.request_id": span.request, "dateline.outcome": span.outcome})
        if span.outcome == "failed":
            made.set_status(self._trace.StatusCode.ERROR, span.failure)
        made.end()

    def event(self, name: str, fields: Mapping[str, Any]) -> None:
        """Leave it: what takes no time is counted and logged."""

    def _last(self) -> None:
        """Send what is left, for a moment; a receiver that is gone keeps no process from ending."""
        sending = Thread(target=self._provider.shutdown, name="last traces", daemon=True)
        sending.start()
        sending.join(_SECONDS_AT_END)


def _plain(fields: Mapping[str, Any]) -> dict[str, str | int | float | bool]:
    return {name: value for name, value in fields.items() if isinstance(value, (str, int, float, bool))}
