"""Zones as news writes them: an offset, a short name, a city of the zone database. None where a name means several."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

# Minutes from UTC. IST, CST and AST stand below: what they mean depends on who writes.
_NAMES = {
    -600: "hst",
    -540: "akst",
    -480: "pst akdt",
    -420: "mst pdt",
    -360: "mdt",
    -300: "est cdt",
    -240: "edt",
    -210: "nst",
    -180: "adt brt art",
    -150: "ndt",
    0: "z utc gmt ut wet",
    60: "bst west cet mez wat",
    120: "cest mesz eet sast cat",
    180: "eest msk мск trt tsi eat",
    240: "gst",
    300: "pkt",
    345: "npt",
    420: "ict wib",
    480: "hkt sgt awst",
    540: "jst kst",
    570: "acst",
    600: "aest",
    630: "acdt",
    660: "aedt",
    720: "nzst",
    780: "nzdt",
}
_MINUTES = {name: minutes for minutes, names in _NAMES.items() for name in names.split()}
_BY_REGION = {
    "ist": {"in": 330, "il": 120, "ie": 60},
    "cst": {"us": -360, "ca": -360, "mx": -360, "cn": 480, "tw": 480},
    "ast": {"ca": -240, "us": -240, "sa": 180},
}
# Summer time is the zone's matter where a name does not tell it.
_PLACES = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+\-−])(\d{1,2})(?::?(\d{2}))?", re.I)


def zone_of(name: str, region: str | None = None) -> tzinfo | None:
    """Return the zone that `+03:00`, `GMT+3`, `BST`, `ET` or `Europe/Berlin` names.

    None where it names none or several. `region` is the country, as in `en-IN`, of the page that writes it.
    """
    name = name.strip().strip("()").strip()
    if match := _OFFSET.fullmatch(name):
        sign, hours, minutes = match.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(-offset if sign != "+" else offset) if offset <= timedelta(hours=14) else None
    key = name.replace("İ", "i").lower()
    minutes_from_utc = _MINUTES.get(key, _BY_REGION.get(key, {}).get((region or "").lower()))
    if minutes_from_utc is not None:
        return timezone(timedelta(minutes=minutes_from_utc)) if minutes_from_utc else UTC
    if key not in _PLACES and "/" not in name:
        return None
    try:
        return ZoneInfo(_PLACES.get(key, name))
    except (ValueError, OSError, LookupError):
        # no such zone, or a machine without the zone database
        return None


def at_zone(moment: datetime, name: str, region: str | None = None) -> datetime | None:
    """Return the moment of a clock's reading in a zone by its name, or None where the zone is not known."""
    zone = zone_of(name, region) if name else None
    return moment.replace(tzinfo=zone) if zone else None
