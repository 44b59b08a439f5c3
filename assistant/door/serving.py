"""Where the page is served, to whom, and how: what may be, the socket, the server. Knows no Gradio and no articles."""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import getpass
import logging
import os
import socket
import ssl
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import signature
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from assistant.door import accounts
from assistant.door.accounts import Accounts
from assistant.door.metrics import Metrics
from assistant.door.policy import loopback, names_of
from assistant.door.pulse import Pulse
from assistant.door.watching import Watching, token_of
from index.errors import BadRequest
from index.logs import say
from index.seeing import watch

if TYPE_CHECKING:
    from assistant.door.door import App, Events, Signatures
    from index.manifest import Manifest

GRACE = 3  # seconds that answers being written have when the server is stopped
_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h
_GIVEN_BACK = 20.0  # seconds between two times
_STREAMS_AT_MOST = 4_000  # connections; of more, each is told that the server is busy


@dataclass(frozen=True, slots=True)
class Place:
    """Where the page is served and to whom."""

    host: str = "127.0.0.1"
    port: int = 7860
    names: tuple[str, ...] = ()
    accounts: Accounts | None = None
    certificate: str | None = None
    key: str | None = None
    metrics: bool = False
    token: str | None = None  # that the metrics need

    @property
    def address(self) -> str:
        """Return what to type into a browser."""
        everywhere = ("0.0.0.0", "::")  # an address told, none that is bound  # nosec B104
        host = "localhost" if self.host in everywhere else self.host
        shown = self.names[0] if self.names else f"[{host}]" if ":" in host else host
        return f"{'https' if self.certificate else 'http'}://{shown}:{self.port}"


def take_place(made: argparse.ArgumentParser) -> None:
    """Give a parser the arguments that say where and to whom the page is served."""
    made.add_argument("--host", default="127.0.0.1", help="the address to answer on (default: 127.0.0.1)")
    made.add_argument("--port", type=int, default=7860, help="the port to answer on (default: 7860)")
    made.add_argument(
        "--auth", metavar="FILE", help="those who may sign in: names and bcrypt hashes, as `htpasswd -B` makes them"
    )
    made.add_argument("--add-user", metavar="NAME", help="put NAME into the file of --auth, or give it a new password")
    made.add_argument(
        "--name",
        metavar="HOST",
        action="append",
        default=[],
        help="a name readers reach this server by, such as news.example (may be repeated)",
    )
    made.add_argument("--ssl-certfile", metavar="FILE", help="serve by https, with this certificate")
    made.add_argument("--ssl-keyfile", metavar="FILE", help="the certificate's key, where it is in a file of its own")
    made.add_argument("--metrics", action="store_true", help="answer /metrics for Prometheus, to this machine alone")
    made.add_argument(
        "--metrics-token-file", metavar="FILE", help="answer /metrics to whoever sends the token in this file"
    )


def add_user(options: argparse.Namespace) -> int:
    """Ask for a password twice and write the account. Raises: BadRequest."""
    if not options.auth:
        raise BadRequest("Say which file the name goes into: give --auth FILE too.")
    accounts.check_name(options.add_user)
    first = _password(f"Password for {options.add_user}: ")
    if first != _password("The same again: "):
        raise BadRequest("The two passwords are not the same: nothing was written.")
    was_there = accounts.add(Path(options.auth), options.add_user, first)
    print(f"{options.add_user} has a new password." if was_there else f"{options.add_user} may sign in now.")
    return 0


def _password(prompt: str) -> str:
    """Return what is typed, unseen; without a terminal, a line of what is piped in."""
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    return sys.stdin.readline().rstrip("\r\n")


def place_of(options: argparse.Namespace) -> Place:
    """Return where the page is served. Raises: BadRequest: it may not or cannot be served there."""
    wide = not loopback(options.host)
    if (wide or options.name) and not options.auth:
        asked = f"--host {options.host}" if wide else f"--name {options.name[0]}"
        raise BadRequest(
            f"With {asked} others than you can reach the page, so they must sign in: "
            "give --auth FILE, made with --add-user NAME."
        )
    if not 0 < options.port < 65_536:
        raise BadRequest(f"There is no port {options.port}: give --port a number from 1 to 65535.")
    if options.ssl_keyfile and not options.ssl_certfile:
        raise BadRequest("A key alone is not enough for https: give --ssl-certfile too.")
    if options.ssl_certfile:
        _check_certificate(options.ssl_certfile, options.ssl_keyfile)
    known = Accounts(options.auth) if options.auth else None
    token = token_of(options.metrics_token_file) if options.metrics_token_file else None
    place = Place(
        options.host,
        options.port,
        tuple(options.name),
        known,
        options.ssl_certfile,
        options.ssl_keyfile,
        options.metrics or token is not None,
        token,
    )
    bound(place).close()
    if wide and not place.certificate:
        say(
            "Without --ssl-certfile passwords and answers can be read on the way: serve by https, here or by a proxy.",
            logging.WARNING,
        )
    return place


def _check_certificate(certificate: str, key: str | None) -> None:
    def refuse() -> str:  # a key with a passphrase would be asked for on the terminal
        raise ssl.SSLError(1, "the key has a passphrase")

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, refuse)
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise BadRequest(f"The certificate {certificate} and its key cannot be used ({reason}).") from None


def bound(place: Place) -> socket.socket:
    """Return a socket on the place. Raises: BadRequest: it cannot be had."""
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    made = socket.socket(family)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((place.host, place.port))
    except OSError as problem:
        made.close()
        reason = problem.strerror or problem
        raise BadRequest(f"Port {place.port} cannot be had ({reason}): choose another with --port.") from None
    return made


def signatures(doors: Mapping[str, Callable[..., Any]]) -> Signatures:
    """Return the arguments that each door takes of a client, in order, with what counts where one is left out."""
    given = {name: list(signature(door).parameters.values())[2:] for name, door in doors.items()}
    return {name: {one.name: one.default for one in own} for name, own in given.items()}


def serve(app: App, place: Place, signatures: Signatures, events: Events, look: Callable[[], Manifest]) -> None:
    """Serve an application behind the door until it is interrupted. Raises: BadRequest.

    `events` are the functions of the application, by name; `look` tells what is live, or raises.
    """
    from assistant.door.door import Door
    from assistant.door.slow import mind_the_gone

    watching = watching_of(place, look)
    door = Door(app, names_of(place.host, place.names), place.accounts, signatures, events, watching)
    with bound(place) as door_socket:
        mind_the_gone(door_socket)
        asyncio.run(_run(server_of(door, place), door_socket, place))


def server_of(app: App, place: Place) -> Any:
    """Return uvicorn's server as it serves an application here."""
    import uvicorn

    from assistant.door.slow import Protocol

    config = uvicorn.Config(
        app,
        http=Protocol,
        log_config=None,  # what it says goes into the log
        access_log=False,
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        limit_concurrency=_STREAMS_AT_MOST,
        ssl_certfile=place.certificate,
        ssl_keyfile=place.key,
    )
    return uvicorn.Server(config)


def watching_of(place: Place, look: Callable[[], Manifest]) -> Watching:
    """Return what answers those who watch over the server; it counts from now on, where that is asked for."""
    if not place.metrics:
        return Watching(Pulse(look))
    metrics = Metrics()
    watch(metrics)
    return Watching(Pulse(look), metrics, place.token)


async def _run(server: Any, door_socket: socket.socket, place: Place) -> None:
    running = asyncio.create_task(server.serve([door_socket]))
    while not (server.started or running.done()):
        await asyncio.sleep(0.01)
    if server.started:
        print(f"Dateline is at {place.address} (Ctrl+C stops it).", flush=True)
    await running


def keep_quiet() -> None:
    """Turn off what the libraries would send out, and keep a proxy from standing between the page and itself."""
    os.environ |= {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**9)  # else it sums up all questions after each, for no one
    os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "100"  # it keeps 10,000 otherwise
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, [os.environ.get(name), "127.0.0.1", "localhost"]))
    for name in ("mcp", "python_multipart"):  # what clients do wrong is told to them, not to us
        logging.getLogger(name).setLevel(logging.ERROR)


def keep_small() -> None:
    """Have glibc share two arenas among all threads, before there are any, and give back what is free in them.

    Otherwise each thread gets its own, and what one generation of the index leaves behind in it, the next rarely fits;
    and what many questions leave free between what stays is kept. Elsewhere nothing happens.
    """
    try:
        libc = ctypes.CDLL(None)
        libc.mallopt(_ARENA_MAX, 2)
        trim = libc.malloc_trim
    except (AttributeError, OSError, TypeError):
        return
    Thread(target=_give_back, args=(trim,), name="give-back", daemon=True).start()


def _give_back(trim: Callable[[int], int]) -> None:
    while True:
        time.sleep(_GIVEN_BACK)
        trim(0)  # some 2 ms
