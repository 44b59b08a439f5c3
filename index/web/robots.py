"""What a site allows: its robots.txt as RFC 9309 says, and the Crawl-delay that many add. Knows nothing of fetching.

Python's own parser takes the first rule that fits and knows no wildcards; news sites write for the longest that fits.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote

MOST_BYTES = 2_000_000
_AGENT = "dateline"


@dataclass(frozen=True, slots=True)
class Rule:
    """A path, with * for anything and $ for the end, that is allowed or not."""

    path: str
    allowed: bool

    def fits(self, path: str) -> bool:
        """Tell whether the rule speaks of a path; in linear time, as a site may write any rule."""
        first, *parts = self.path.removesuffix("$").split("*")
        ends = self.path.endswith("$")
        if not parts:
            return path == first if ends else path.startswith(first)
        if not path.startswith(first):
            return False
        at, last = len(first), parts.pop()
        for part in parts:
            found = path.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        return path.endswith(last) and len(path) - len(last) >= at if ends else path.find(last, at) >= 0


class Robots:
    """The rules for us; `delay` is the pause that the site asks for, in seconds, or None."""

    def __init__(self, rules: list[Rule], delay: float | None = None) -> None:
        self._rules = rules
        self.delay = delay

    @classmethod
    def read(cls, text: str) -> Robots:
        """Read a robots.txt; what is no rule is passed over, as the standard says."""
        ours, everyones = _groups(text)
        # rules for us alone leave aside those for everyone
        lines = everyones if ours is None else ours
        delays = [number for key, value in lines if key == "crawl-delay" and (number := _number(value)) is not None]
        rules = [Rule(_same(value), key == "allow") for key, value in lines if key in ("allow", "disallow") and value]
        return cls(rules, max(delays, default=None))

    def allows(self, path: str) -> bool:
        """Tell whether a path, with its query, may be fetched: the longest rule that fits counts, of two the milder."""
        path = _same(path)
        fitting = [rule for rule in self._rules if rule.fits(path)]
        return max(fitting, key=lambda rule: (len(rule.path), rule.allowed), default=Rule("", True)).allowed


def _groups(text: str) -> tuple[list[tuple[str, str]] | None, list[tuple[str, str]]]:
    """Return the lines of the groups that name us (None where none does), and of those for everyone."""
    ours: list[tuple[str, str]] | None = None
    everyones: list[tuple[str, str]] = []
    agents: list[str] = []
    naming = False
    for line in text.lstrip("\ufeff").splitlines():
        key, _, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if key == "user-agent":
            agents = [*agents, value.lower()] if naming else [value.lower()]
            naming = True
            if _AGENT in (agent.partition("/")[0] for agent in agents):
                ours = ours or []
        elif key in ("allow", "disallow", "crawl-delay"):
            naming = False
            if ours is not None and any(agent.partition("/")[0] == _AGENT for agent in agents):
                ours.append((key, value))
            if "*" in agents:
                everyones.append((key, value))
    return ours, everyones


def _same(path: str) -> str:
    """Return a path in the one spelling under which two are compared."""
    return quote(unquote(path), safe="/*$?&=:;,+!~'()@%")


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if 0 <= number < 1e6 else None
