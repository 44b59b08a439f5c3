"""A Ray cluster at work: files → articles made ready, in order; articles → records on a Chroma server. Knows no index.

Ray Data gives the work to the workers, and gives it to others where one dies. Nothing is started or asked before it
is needed, and Ray's own talk goes to its log files.
"""

from __future__ import annotations

import logging
import math
import os
import pickle  # our own workers' words  # nosec B403
import re
import secrets
import socket
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from index.errors import BadRequest, ClusterFailed
from index.labour import Embed, File, Job, read_row, ready_row, write_row
from index.readers import Unreadable
from index.store import StoredArticle

LOCAL, AUTO = "local", "auto"
_CONNECT_SECONDS = 5.0
_MOST_ROWS = 1_000  # of files: what is read by one worker, one after the other
_BLOCK_BYTES = 1_000_000  # what goes from reading to making ready at once
_ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_BACKEND_LOG_LEVEL": "fatal",
    "RAY_RUNTIME_ENV_IGNORE_GITIGNORE": "1",
    # what it would print on stdout of a worker that died
    "RAY_DEDUP_LOGS": "1",
    "RAY_DEDUP_LOGS_SKIP_REGEX": ".",
}
# Ray takes 127.0.0.1 for the machine's address in a network unless it is told that there are no clusters on this system
_LOOPBACK = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
_ONE_TRY = {"RAY_NUM_REDIS_GET_RETRIES": "1"}  # to connect: 40 s at most, not 13 minutes
_HERE = re.compile(r"(127\.|localhost:|\[?::1\]?:)")
_VERSIONS = re.compile(
    r"Ray: (?P<theirs>\S+)\s+Python: (?P<theirs_python>\S+)(?s:.*)Ray: (?P<ours>\S+)\s+Python: (?P<ours_python>\S+)"
)
_PACKAGE = Path(__file__).parent


class Cluster:
    """Workers of a cluster that is `connected`."""

    def __init__(self, ray: Any) -> None:
        resources = ray.cluster_resources()
        self.cpus, self._gpus = int(resources.get("CPU", 1)), int(resources.get("GPU", 0))

    def read(self, files: Sequence[File | Unreadable]) -> Iterator[Any]:
        """Yield what files hold, in their order, as `read_row` and `ready_row` give it."""
        each = math.ceil(len(files) / _MOST_ROWS)
        rows = [{"files": pickle.dumps(list(files[low : low + each]))} for low in range(0, len(files), each)]
        made = self._dataset(rows, in_order=True)
        # two steps that are not made one: a single large file is read by one worker, and cut by all
        made = made.flat_map(read_row, num_cpus=0.5).map(ready_row, num_cpus=1)
        for row in self._rows(made):
            yield from pickle.loads(row["found"])  # nosec B301 - our own workers' words

    def write(self, job: Job, parcels: Sequence[Sequence[StoredArticle]]) -> Iterator[int]:
        """Embed and write each parcel of articles; yield its number when it is written, in any order."""
        from ray.data import ActorPoolStrategy

        each = enumerate(parcels)
        rows = [{"number": number, "articles": pickle.dumps(list(one)), "failed": b""} for number, one in each]
        most = self._gpus or max(1, self.cpus - 1)
        pool = ActorPoolStrategy(min_size=1, max_size=min(most, len(rows)))
        device = {"num_gpus": 1} if self._gpus else {"num_cpus": 1}
        made = self._dataset(rows, in_order=False).map(Embed, fn_constructor_args=(job,), compute=pool, **device)
        for row in self._rows(made.map(write_row, fn_kwargs={"job": job}, num_cpus=1)):
            if row["failed"]:
                raise pickle.loads(row["failed"])  # nosec B301 - our own workers' words
            yield int(row["number"])

    def _dataset(self, rows: list[dict[str, Any]], in_order: bool) -> Any:
        from ray.data import DataContext, from_items

        context = DataContext.get_current()
        context.enable_progress_bars = context.print_on_execution_start = False
        context.target_max_block_size = _BLOCK_BYTES
        context.execution_options.preserve_order = in_order
        return from_items(rows, override_num_blocks=len(rows))

    def _rows(self, made: Any) -> Iterator[dict[str, Any]]:
        try:
            yield from made.iter_rows()
        except Exception as error:  # Ray raises its own and the system's errors alike
            raise ClusterFailed(
                f"The Ray cluster failed ({_short(error)}): look after it, then start the build again."
            ) from error


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """Give the cluster at an address; "local" starts one on this machine, that ends with the block.

    Raises: ClusterFailed, also from what is done with it; BadRequest where Ray is not installed.
    """
    _knock(address)
    ray = _imported(address)
    ours = not ray.is_initialized()
    try:
        if ours:
            _connect(ray, address)
        yield Cluster(ray)
    finally:
        if ours:
            ray.shutdown()


def _imported(address: str) -> Any:
    """Return Ray, made ready for an address unless this process is connected. Raises: BadRequest."""
    there = sys.modules.get("ray")
    if there is None or not there.is_initialized():
        os.environ.update(_environment(address))
    try:
        import ray
        import ray.data
    except ImportError:
        raise BadRequest('Building on Ray needs Ray: install it by `pip install ".[cluster]"`.') from None
    for handler in logging.getLogger("ray.data").handlers:
        # all but the one that writes Ray's own file
        if not hasattr(handler, "_filename"):
            handler.setLevel(logging.CRITICAL + 1)
    return ray


def _environment(address: str) -> dict[str, str]:
    """Return what Ray is told by the environment, which it reads when it is imported."""
    if address == LOCAL:
        # a token of its own, else Ray leaves one in the home folder; this process cannot change it later
        token = os.environ.get("RAY_AUTH_TOKEN") or secrets.token_hex(32)
        return {**_ENVIRONMENT, **_LOOPBACK, "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": token}
    here = _HERE.match(address) is not None
    return {**_ENVIRONMENT, **_ONE_TRY, **(_LOOPBACK if here else {})}


def _connect(ray: Any, address: str) -> None:
    given = {"address": address, "log_to_driver": False, "logging_level": logging.CRITICAL}
    if address == LOCAL:
        given |= {"include_dashboard": False, "_node_ip_address": "127.0.0.1"}
    try:
        with _silent():
            # this very code goes to all workers, with the model that ships with it
            ray.init(**given, runtime_env={"py_modules": [str(_PACKAGE)]})
    except Exception as error:  # Ray raises its own, gRPC's and the system's errors alike
        raise ClusterFailed(f"No work can be given to Ray at {address}: {_refused(error)}.") from error


def _refused(error: Exception) -> str:
    if found := _VERSIONS.search(str(error)):
        theirs, ours = (" on Python ".join(found.group(name, f"{name}_python")) for name in ("theirs", "ours"))
        return f"it runs Ray {theirs}, this build Ray {ours}, and both must be the same"
    if any("InvalidAuthToken" in str(one) for one in _causes(error)):
        return "it lets us in with its token only: set RAY_AUTH_MODE=token, and RAY_AUTH_TOKEN to that"
    return _short(error)


@contextmanager
def _silent() -> Iterator[None]:
    """Keep what is written past Python from stderr: Ray's core says there how it is set to log."""
    stderr = os.dup(2)
    try:
        with Path(os.devnull).open("w") as nothing:
            os.dup2(nothing.fileno(), 2)
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)


def _knock(address: str) -> None:
    """Look whether something listens at an address: Ray itself would try for minutes. Raises: ClusterFailed."""
    if address in (LOCAL, AUTO):
        return
    host, _, port = address.rpartition(":")
    if address.startswith("ray://"):
        raise BadRequest("Ray Data does not work by ray://: build on a machine of the cluster, by HOST:PORT or auto.")
    if not host or not port.isdigit():
        raise BadRequest(f"{address!r} is no address of a Ray cluster: give HOST:PORT, auto or local.")
    try:
        with closing(socket.create_connection((host.strip("[]"), int(port)), _CONNECT_SECONDS)):
            pass
    except (OSError, OverflowError) as error:
        raise ClusterFailed(f"No Ray cluster answers at {address}: start it, or check --ray.") from error


def _causes(error: BaseException | None) -> Iterable[BaseException]:
    while error is not None:
        yield error
        error = getattr(error, "cause", None) or error.__cause__


def _short(error: BaseException) -> str:
    """Return the last line of what Ray says, which tells the cause, at most 200 characters."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[-1] if lines else type(error).__name__).rstrip(".")[:200]
