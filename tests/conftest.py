"""The fixtures that several modules of tests share."""

import gc

import pytest

from tests.browser import browser, contexts, desk, served, servers

__all__ = ["browser", "contexts", "desk", "served", "servers"]


@pytest.fixture(scope="module", autouse=True)
def _collections_are_quick() -> None:
    """Let no collection of garbage search anew what the modules before have imported: it takes half a second."""
    gc.collect()
    gc.freeze()
