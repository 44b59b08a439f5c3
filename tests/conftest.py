"""The fixtures that several modules of tests share, and the order of the modules."""

import gc

import pytest

from tests.browser import browser, contexts, desk, served, servers

__all__ = ["browser", "contexts", "desk", "served", "servers"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests in a browser first: their files take longest, and two processes then end together."""
    items.sort(key=lambda item: "browser" not in item.path.name)


@pytest.fixture(scope="module", autouse=True)
def _collections_are_quick() -> None:
    """Let no collection of garbage search anew what the modules before have imported: it takes half a second."""
    gc.collect()
    gc.freeze()
