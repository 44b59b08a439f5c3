"""One question with what narrows its search, from whatever a caller gives. Knows nothing of how it is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Literal

from typing_extensions import TypedDict  # typing's own can be checked by pydantic from Python 3.12 on

from index.errors import BadRequest


class Options(TypedDict, total=False):
    """What a question may be asked with. Each is left out where it is not meant.

    `asked_on` makes articles near that day count more; `outlets`, `since` and `until` leave out articles. Where they
    are not given, those that the question names do ("what did CNN say last week"), and `filters` of the answer says so;
    `topic` leaves out passages where one of its words stands neither in the text nor in the heading; `without` names
    words of the question that are not to be read like that. `writer="quotes"` has the answer in quotes though a model
    is there; `strict` leaves out what a model writes without support, and says so.
    """

    asked_on: date | None
    outlets: Sequence[str]
    since: date | None
    until: date | None
    topic: str
    without: Sequence[str]
    writer: Literal["quotes"] | None
    strict: bool


@dataclass(frozen=True, slots=True)
class Request:
    """One question with the turns before it and its `Options`; days are `date`s."""

    question: str
    history: Sequence[Any] = ()
    asked_on: date | None = None
    outlets: Sequence[str] = ()
    since: date | None = None
    until: date | None = None
    topic: str = ""
    without: Sequence[str] = ()
    writer: Literal["quotes"] | None = None
    strict: bool = False


def request_of(given: str | Mapping[str, Any]) -> Request:
    """Return a request from a question or a dict of `Assistant.answer`'s arguments; days may be ISO strings.

    Raises: BadRequest.
    """
    if isinstance(given, str):
        return Request(given)
    known = [field.name for field in fields(Request)]
    unknown = set(given) - set(known)
    if unknown or not isinstance(given.get("question"), str):
        raise BadRequest(f"A request takes {', '.join(known)}, and needs a question.")
    request = Request(**given)
    if request.writer not in (None, "quotes"):
        raise BadRequest('The writer of an answer is "quotes", or left out.')
    if not isinstance(request.topic, str):
        raise BadRequest("The topic is a text: the words that passages must hold.")
    without = (request.without,) if isinstance(request.without, str) else request.without
    if not isinstance(without, Sequence) or not all(isinstance(words, str) for words in without):
        raise BadRequest("Words to take back (`without`) are a list of texts.")
    return replace(
        request,
        asked_on=day(request.asked_on),
        since=day(request.since),
        until=day(request.until),
        without=tuple(without),
    )


def day(value: Any) -> date | None:
    """Return a date from a date or "YYYY-MM-DD"; None stays None. Raises: BadRequest."""
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise BadRequest(f"{str(value)[:40]!r} is no day: write it as YYYY-MM-DD, such as 2019-04-08.") from None
