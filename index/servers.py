"""Where a Chroma server is and how to speak to it. Knows nothing of what is kept there, and never shows the token."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from index.errors import BadRequest
from index.logs import hide

TENANT, DATABASE = "default_tenant", "default_database"
_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Server:
    """A database on a Chroma server; it holds one index.

    `token` goes with each request and nowhere else. `ca` is a file of certificates to trust instead of the system's.
    `seconds` is how long a question may take; writing may take six times as long. `cache` is the folder for what each
    machine derives for itself (default: ~/.cache/dateline).
    """

    url: str
    tenant: str = TENANT
    database: str = DATABASE
    token: str | None = field(default=None, repr=False)
    ca: str | None = None
    seconds: float = _SECONDS
    cache: str | None = None

    def __post_init__(self) -> None:
        """Check what can be checked without asking. Raises: BadRequest."""
        try:
            parts = urlsplit(self.url)
            sound = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            sound = False
        if not sound or parts.query or parts.fragment:
            raise BadRequest("The address of a Chroma server looks like http://127.0.0.1:8000 or https://HOST.")
        if parts.username or parts.password:
            raise BadRequest("An address with a password in it ends in logs: give the token by $DATELINE_CHROMA_TOKEN.")
        if self.token is not None and not (self.token.isascii() and self.token.isprintable()):
            raise BadRequest("The token of the Chroma server holds characters that no token has: check it.")
        hide(self.token)
        if self.ca is not None and not Path(self.ca).is_file():
            raise BadRequest(f"There is no file of certificates {self.ca}: check --chroma-ca.")
        if self.seconds <= 0:
            raise BadRequest(f"A Chroma server needs more than {self.seconds:g} seconds to answer.")

    def __str__(self) -> str:
        """Return it as it is shown: no part of it is secret."""
        standard = (self.tenant, self.database) == (TENANT, DATABASE)
        return self.url if standard else f"{self.url} ({self.tenant}/{self.database})"

    @property
    def port(self) -> int:
        """Return the port, or that of the scheme where none is given."""
        parts = urlsplit(self.url)
        return parts.port or {"http": 80, "https": 443}[parts.scheme]

    def environment(self) -> dict[str, str]:
        """Return what, beside the address, leads `server_of` to this one: a command line is read by others."""
        told = {
            "tenant": self.tenant,
            "database": self.database,
            "token": self.token or "",
            "token_file": "",  # a file's name, none  # nosec B105
            "ca": self.ca or "",
            "cache": self.cache or "",
        }
        return {f"DATELINE_CHROMA_{name.upper()}": value for name, value in told.items()}

    def folder(self) -> Path:
        """Return the folder in which this machine keeps what it derives from this database."""
        cache = Path(self.cache) if self.cache else Path.home() / ".cache" / "dateline"
        named = "\n".join((self.url.rstrip("/"), self.tenant, self.database))
        return cache / hashlib.blake2b(named.encode(), digest_size=8).hexdigest()


def server_of(url: str, environment: Mapping[str, str], **given: str | None) -> Server:
    """Return the server at an address, the rest as given, else as the environment says.

    `given` may name tenant, database, ca, cache and token_file. Raises: BadRequest.
    """

    def told(name: str) -> str | None:
        return given.get(name) or environment.get(f"DATELINE_CHROMA_{name.upper()}") or None

    file = told("token_file")
    token = environment.get("DATELINE_CHROMA_TOKEN") or None
    if file:
        try:
            token = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise BadRequest(f"The file {file}, which is to hold the token, cannot be read: check it.") from error
    tenant, database = told("tenant") or TENANT, told("database") or DATABASE
    return Server(url, tenant, database, token, told("ca"), cache=told("cache"))
