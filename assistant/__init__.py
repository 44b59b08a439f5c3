"""From a question to a cited answer over indexed articles. Knows nothing of files, Chroma or Gradio.

Everything is loaded when it is first used: importing this package costs a few milliseconds.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.answering import Assistant as Assistant
    from assistant.answering import answer as answer
    from assistant.citations import Citation as Citation
    from assistant.retriever import NewsRetriever as NewsRetriever
    from assistant.serial import to_json as to_json
    from assistant.types import Answer as Answer
    from assistant.types import AsOf as AsOf
    from assistant.types import Check as Check
    from assistant.types import Turn as Turn
    from index.errors import ArticleMissing as ArticleMissing
    from index.errors import BadRequest as BadRequest
    from index.errors import DatelineError as DatelineError
    from index.errors import IndexMissing as IndexMissing
    from index.errors import ModelError as ModelError

_HOMES = {
    "Answer": "assistant.types",
    "ArticleMissing": "index.errors",
    "AsOf": "assistant.types",
    "Assistant": "assistant.answering",
    "BadRequest": "index.errors",
    "Check": "assistant.types",
    "Citation": "assistant.citations",
    "DatelineError": "index.errors",
    "IndexMissing": "index.errors",
    "ModelError": "index.errors",
    "NewsRetriever": "assistant.retriever",
    "Turn": "assistant.types",
    "answer": "assistant.answering",
    "to_json": "assistant.serial",
}
__all__ = [
    "Answer",
    "ArticleMissing",
    "AsOf",
    "Assistant",
    "BadRequest",
    "Check",
    "Citation",
    "DatelineError",
    "IndexMissing",
    "ModelError",
    "NewsRetriever",
    "Turn",
    "answer",
    "to_json",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'assistant' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(_HOMES))
