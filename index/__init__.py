"""From article files to found passages. Knows nothing of language models, chat or Gradio.

from index import NewsIndex, build

build(["articles/"], "news-index")
hits = NewsIndex.open("news-index").search("Why is the US worried about the S-400?", k=5)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.articles import Article, Source
    from index.building import build, remove
    from index.errors import DatelineError
    from index.finding import Hit
    from index.live import NewsIndex
    from index.passages import Passage
    from index.reporting import BuildReport
    from index.search import Snapshot

__all__ = [
    "Article",
    "BuildReport",
    "DatelineError",
    "Hit",
    "NewsIndex",
    "Passage",
    "Snapshot",
    "Source",
    "build",
    "remove",
]

# Where each name lives; imported when first asked for, so that `import index` costs nothing.
_HOMES = {
    "Article": "articles",
    "BuildReport": "reporting",
    "DatelineError": "errors",
    "Hit": "finding",
    "NewsIndex": "live",
    "Passage": "passages",
    "Snapshot": "search",
    "Source": "articles",
    "build": "building",
    "remove": "building",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'index' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"index.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
