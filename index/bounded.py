"""Requests to a Chroma server: each bounded in time, tried again where that may help, its failure in words.

Chroma's own client waits for ever. Everything asked through it here may be asked twice: writes are upserts and
deletions by id, and whether the making of a collection was ours is read back by who asks.
"""

from __future__ import annotations

import logging
import ssl
import time
import urllib.parse
from typing import Any

import httpx
import orjson
from chromadb.api.fastapi import FastAPI
from chromadb.config import Settings, System
from overrides import override  # chromadb's own, which its classes ask for

from index.errors import BadRequest, ServerFailed
from index.logs import hidden
from index.seeing import request_id, span
from index.servers import Server
from index.timed import Clock, TimedBackend

_PAUSES = (0.1, 0.4, 1.0)  # seconds before each further try
_CONNECT_SECONDS = 5.0
_WRITING = 6.0  # times as long as reading
_PASSING = {408, 425, 429, 500, 502, 503, 504}  # a read just after a write can fail with 500 "Nothing found on disk"
_HERE = {"127.0.0.1", "localhost", "::1"}
_KINDS = ("/query", "/get", "/count", "/upsert", "/add", "/delete", "/collections", "/heartbeat")
_WRITES = ("/upsert", "/add", "/delete")


class Connection(FastAPI):
    """Chroma's HTTP client for one server. Safe for many threads. Raises: ServerFailed from each call."""

    def __init__(self, server: Server) -> None:
        # each request is a line of its log otherwise
        logging.getLogger("httpx").setLevel(logging.WARNING)
        parts = urllib.parse.urlsplit(server.url)
        sent = {"X-Chroma-Token": server.token, "Authorization": f"Bearer {server.token}"} if server.token else {}
        settings = Settings(
            chroma_api_impl="chromadb.api.fastapi.FastAPI",
            chroma_server_host=f"{parts.scheme}://{parts.hostname}:{server.port}{parts.path.rstrip('/')}",
            chroma_server_http_port=server.port,
            chroma_server_headers=sent,
            chroma_server_ssl_verify=False,  # of the client that Chroma makes, which is never used: see below
            anonymized_telemetry=False,
        )
        super().__init__(System(settings))
        self._place, self._clock = server, Clock()
        headers = self._session.headers
        self._session.close()
        # no proxy of the environment leads to this machine
        proxies = parts.hostname not in _HERE
        self._session = httpx.Client(
            headers=headers, limits=self.http_limits, verify=_trusted(server), trust_env=proxies
        )
        for transport in (self._session._transport, *self._session._mounts.values()):
            # httpx takes no backend for the pool that it makes; None is the mount of what no proxy leads to
            if isinstance(transport, httpx.HTTPTransport):
                transport._pool._network_backend = TimedBackend(self._clock)

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()

    @override
    def _make_request(self, method: str, path: str, **kwargs: Any) -> Any:
        if "json" in kwargs:
            kwargs["content"] = orjson.dumps(kwargs.pop("json"), option=orjson.OPT_SERIALIZE_NUMPY)
        long = method == "delete" or path.endswith(_WRITES)
        seconds = self._place.seconds * (_WRITING if long else 1.0)
        kwargs["timeout"] = httpx.Timeout(seconds, connect=min(_CONNECT_SECONDS, seconds))
        self._clock.begin(seconds)  # for all tries: a server may break off as slowly as it answers
        for pause in (*_PAUSES, None):
            try:
                with span("chroma", asked=f"{method} {path.rpartition('/')[2] if path.endswith(_KINDS) else 'other'}"):
                    return self._ask(method, path, kwargs)
            except httpx.HTTPError as error:
                # who was silent for so long is asked no second time
                silent = isinstance(error, httpx.TimeoutException)
                if pause is None or silent:
                    raise ServerFailed(_broken(error, self._place, seconds)) from error
            except ServerFailed as failed:
                if pause is None or failed.status not in _PASSING:
                    raise
            time.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _ask(self, method: str, path: str, kwargs: dict[str, Any]) -> Any:
        told = {"X-Request-ID": request} if (request := request_id()) else {}
        url = self._api_url + urllib.parse.quote(path, safe="/")
        response = self._session.request(method, url, headers=told, **kwargs)
        if response.is_success:
            try:
                return orjson.loads(response.content)
            except ValueError:
                raise ServerFailed(f"What answers at {self._place.url} is no Chroma server: check --chroma.") from None
        raise ServerFailed(_refused(response, self._place), response.status_code)


def _trusted(server: Server) -> ssl.SSLContext | bool:
    """Return whose certificates to trust. Raises: BadRequest."""
    if urllib.parse.urlsplit(server.url).scheme != "https":
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # of nobody: reading whom the system trusts takes 40 ms
    if server.ca is None:
        return True
    try:
        return ssl.create_default_context(cafile=server.ca)
    except (OSError, ValueError) as error:
        raise BadRequest(f"The file {server.ca} holds no certificates: check --chroma-ca.") from error


def _broken(error: httpx.HTTPError, server: Server, seconds: float) -> str:
    if isinstance(error, httpx.ConnectError) and "CERTIFICATE" in str(error).upper():
        return f"The certificate of {server.url} is not trusted: name its authority's file by --chroma-ca."
    if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout)):
        return f"No Chroma server answers at {server.url}: start it, or check --chroma."
    if isinstance(error, httpx.TimeoutException):
        return f"The Chroma server at {server.url} did not answer within {seconds:g} s: look after it, then try again."
    return f"The connection to the Chroma server at {server.url} broke off: look after the server, then try again."


def _refused(response: httpx.Response, server: Server) -> str:
    if response.status_code in (401, 403):
        how = "check $DATELINE_CHROMA_TOKEN or --chroma-token-file"
        return f"The Chroma server at {server.url} does not let us in ({response.status_code}): {how}."
    if 300 <= response.status_code < 400:
        return f"The Chroma server at {server.url} sends us elsewhere: give its own address by --chroma."
    try:
        said = str(orjson.loads(response.content)["message"])
    except (ValueError, KeyError, TypeError):
        said = response.reason_phrase or "no reason given"
    said = hidden(said)[:200].rstrip(".")
    if response.status_code == 413:
        return f"The Chroma server at {server.url} takes less at once than we send: raise its limit of a request."
    return f"The Chroma server at {server.url} failed ({response.status_code}: {said}): see its log."
