"""The fixtures that several modules of tests share."""

from tests.browser import browser, desk, served, servers

__all__ = ["browser", "desk", "served", "servers"]
