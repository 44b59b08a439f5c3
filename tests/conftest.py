"""The fixtures that several modules of tests share."""

from tests.browser import browser, contexts, desk, served, servers

__all__ = ["browser", "contexts", "desk", "served", "servers"]
