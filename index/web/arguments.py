"""How the web is asked, as the command line says it. Knows no command."""

from __future__ import annotations

import argparse

from index.errors import BadRequest
from index.web import Manners

_LONGEST_PAUSE = 3_600


def take_manners(parser: argparse.ArgumentParser) -> None:
    """Add the options of commands that fetch."""
    usual = Manners()
    group = parser.add_argument_group("web addresses", "an article's page, a feed or a sitemap, by http or https")
    group.add_argument("--pages", type=int, default=usual.pages, metavar="N", help="at most so many of one list (1000)")
    group.add_argument("--pause", type=float, default=usual.pause, metavar="S", help="seconds between requests (1)")
    group.add_argument("--contact", metavar="X", help="an e-mail or web address to tell the servers that are asked")
    group.add_argument("--allow-private", action="store_true", help="fetch from private and loopback addresses as well")


def manners(arguments: argparse.Namespace) -> Manners:
    """Return the manners that were asked for. Raises: BadRequest."""
    if arguments.pages < 1:
        raise BadRequest(f"--pages must be 1 or more, not {arguments.pages}.")
    if not 0 <= arguments.pause <= _LONGEST_PAUSE:
        raise BadRequest(f"--pause must be from 0 to {_LONGEST_PAUSE} seconds, not {arguments.pause:g}.")
    if arguments.contact is not None:
        from index.web.fetching import user_agent

        user_agent(arguments.contact)
    return Manners(
        allow_private=arguments.allow_private, contact=arguments.contact, pause=arguments.pause, pages=arguments.pages
    )
