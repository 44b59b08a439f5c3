"""From what names an index to its place: a folder, a server, or the address of one."""

from __future__ import annotations

import os
import re
from pathlib import Path

from index.generations import Generations
from index.places import Place
from index.room import check_files
from index.servers import Server

Where = str | os.PathLike[str] | Server


def settled(index: Where) -> Path | Server:
    """Return the server that an index is on, or its folder, wherever one stands. Raises: BadRequest."""
    if isinstance(index, Server):
        return index
    return Server(index) if isinstance(index, str) and re.match(r"https?://", index) else Path(index).resolve()


def place_of(index: Where) -> Place:
    """Return the place of an index: a folder, a server, or the address of one. Raises: BadRequest, Hindered."""
    if isinstance(server := settled(index), Server):
        from index.served import Served  # and with it Chroma's client, which a folder does without

        return Served(server)
    assert not isinstance(index, Server)  # that one was settled
    check_files(str(index))
    return Generations(index)
