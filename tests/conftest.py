"""The fixtures that several modules of tests share, and the order of the modules."""

import pytest

from tests.browser import browser, desk, served, servers

__all__ = ["browser", "desk", "served", "servers"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests in a browser first: they take longest, and two processes then end together."""
    items.sort(key=lambda item: "browser" not in item.path.name)
