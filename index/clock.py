"""Whether this machine's clock can be right. Knows no index.

A day that has not come is no day of an article, so with a clock that is behind, the youngest articles would be read
without theirs. How far a clock is ahead cannot be seen here; an index that was built by one is later than a right one.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from index.errors import Hindered

_PAST = datetime(2025, 1, 1, tzinfo=UTC)  # an empty battery leaves a clock at 1970 or at the year it was made in
_SLACK = timedelta(days=1)  # no day is lost by less: one that begins somewhere is read


def check_clock(known: datetime | None) -> datetime:
    """Return the time, unless it is long past, or before one that is `known` to have been. Raises: Hindered.

    That is when an index was changed last, None for a new one; then, when the build began.
    """
    now = datetime.now(UTC)
    if now < _PAST:
        raise Hindered(f"This machine's clock says {_day(now)}, which is long past: set the clock, then do it again.")
    if known and now < known - _SLACK:
        raise Hindered(
            f"This machine's clock says {_day(now)}, but it has been {_day(known)} already: set the clock, then do it "
            "again; if it is right now and was wrong when the index was changed last, `python -m index rollback` takes "
            "that change back."
        )
    return now


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
