"""What the command line and the page take alike: which index, which model. Reads the environment; knows no command."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING, Any

from index.arguments import Parser, index_of, run, take_index, tell
from index.logs import say, set_up, take_logging
from index.seeing import enter

if TYPE_CHECKING:
    from assistant.answering import Assistant

__all__ = ["enter", "open_assistant", "parser", "run", "say", "set_up"]


def parser(prog: str, description: str, **options: Any) -> Parser:
    """Return a parser that knows --index, --chroma, --model and --base-url."""
    made = Parser(prog=prog, description=description, **options)
    model = os.environ.get("DATELINE_MODEL") or None
    take_index(made)
    take_logging(made)
    made.add_argument(
        "--model",
        metavar="PROVIDER:NAME",
        default=model,
        help="the language model that writes, or its folder (default: $DATELINE_MODEL, else quotes)",
    )
    made.add_argument(
        "--context",
        metavar="TOKENS",
        type=int,
        help="what the model can read at once (default: as it tells, else 4,096)",
    )
    made.add_argument(
        "--base-url",
        metavar="URL",
        help="the address of the model's server, by default OpenAI-compatible; its key, if any: $DATELINE_API_KEY",
    )
    return made


def open_assistant(options: argparse.Namespace) -> Assistant:
    """Open the index and the model that the arguments name. Raises: the errors of `Assistant.open`."""
    from assistant.answering import Assistant
    from index import tracing

    tracing.start()
    key = os.environ.get("DATELINE_API_KEY") if options.base_url else None
    return Assistant.open(
        index_of(options),
        model=options.model,
        base_url=options.base_url,
        api_key=key,
        context=options.context,
        tell=tell,
    )
