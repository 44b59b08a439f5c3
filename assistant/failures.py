"""What went wrong with a language model: in words, and whether and when to try again. Knows no provider's package.

Providers' packages raise what they like, and wrap it. So an error is read with all that caused it: its HTTP status, the
names of its classes, and its text, in which a few phrases are looked for. That text may hold a key or a prompt and is
never shown or logged.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from index.errors import ModelError

EMPTY = "The model gave an empty reply"
FILTERED = "The provider's filter held the model's reply back"
CUT = "The model's reply was cut off at its longest"

_TOO_LONG = re.compile(
    r"context[ _](?:length|size|window|limit)s?.{0,40}(?:exceed|overflow|too)"
    r"|exceed.{0,60}context[ _](?:length|size|window|limit)"
    r"|maximum (?:context|model|prompt) length"
    r"|(?:prompt|input)s?(?: is| are|) too (?:long|large)"
    r"|exceeds? the (?:maximum number of tokens|token limit|configured limit)"
    r"|input tokens exceed|too large for model|inputs? tokens \+|`inputs` tokens|not enough context"
    r"|reduce the length of|contextoverflow|contextwindowexceeded|request entity too large",
    re.I | re.S,
)
_NO_MONEY = re.compile(r"insufficient_quota|credit balance|billing_|payment required|exceeded your current quota", re.I)
_NO_MODEL = re.compile(
    r"model_not_found|invalid_model|invalid model|model\W+\S*\W* (?:was )?(?:not found|not exist)", re.I
)
_FILTER = re.compile(
    r"content_filter|contentfilter|content_policy|responsibleai|prohibited_content|block_?reason", re.I
)
_OVERLOADED = re.compile(r"overloaded|server[_ ]busy|no capacity|capacity exceeded", re.I)
_RATE = re.compile(r"rate_limit_e|rate limit e|resource_exhausted", re.I)
_KEY = re.compile(r"api_key_invalid|api key not valid|invalid_api_key|authentication_error", re.I)
_READ = 1_000  # characters of an error; some servers repeat the request after what they say, articles and all
_LOOP = re.compile("event loop is closed", re.I)  # a connection kept from a loop that ended; the next try opens another
_DELAY = re.compile(r"retry_?delay\W{1,6}(?:seconds\W{1,3})?(\d+(?:\.\d+)?)", re.I)

_UNREACHED = {"ConnectError", "ConnectTimeout", "ConnectionRefusedError", "ClientConnectorError", "gaierror"}
_CONNECTION = _UNREACHED | {"APIConnectionError", "ConnectionError", "ModelConnectionError"}
_BROKEN = {
    *("ConnectionResetError", "BrokenPipeError", "ConnectionAbortedError", "ReadError", "WriteError"),
    *("RemoteProtocolError", "IncompleteRead", "IncompleteReadError", "ChunkedEncodingError"),
    *("ServerDisconnectedError", "ClientPayloadError", "ClientOSError"),
}
_MALFORMED = {
    "JSONDecodeError",
    "UnicodeDecodeError",
    "SSEError",
    "UnknownApiResponseError",
    "APIResponseValidationError",
}
_SERVER = {"ResponseError", "APIError", "APIStatusError", "ServerError"}  # told within a stream, without a status
_FILTER_ENDINGS = {"content_filter", "safety", "prohibited_content", "blocklist", "spii", "recitation", "refusal"}
_CUT_ENDINGS = {"length", "max_tokens", "model_length", "model_context_window_exceeded"}


@dataclass(frozen=True, slots=True)
class _Facts:
    """What an error and its causes tell together; `names` are those of their classes and base classes."""

    status: int | None
    names: frozenset[str]
    text: str

    @property
    def timed_out(self) -> bool:
        return any("Timeout" in name for name in self.names)

    def says(self, phrases: re.Pattern[str]) -> bool:
        return phrases.search(self.text) is not None


def failure(error: BaseException) -> str:
    """Return what went wrong in one clause without a full stop; the error's own text is not in it."""
    if isinstance(error, ModelError):
        return str(error).rstrip(".")
    facts = _facts(error)
    if too_long(error):
        return "The passages are too long for the model's context"
    return _refused(facts, error) or _broken(facts) or _by_status(facts) or f"The model failed ({type(error).__name__})"


def passing(error: BaseException) -> bool:
    """Tell whether the same request may well succeed a little later.

    A connection that was refused or broke, a server that has too much to do or failed. Not a request that is wrong, and
    not one that was waited for in vain: that took its time already. Ask only where no word of the reply has come yet.
    """
    facts = _facts(error)
    if isinstance(error, ModelError) or too_long(error) or _unpaid(facts, error):
        return False
    if facts.status is not None:
        return facts.status in (408, 409, 429) or facts.status >= 500
    if facts.timed_out:
        return False
    said = any(facts.says(phrases) for phrases in (_OVERLOADED, _RATE, _LOOP))
    return said or bool(facts.names & (_BROKEN | _CONNECTION | _SERVER))


def retry_after(error: BaseException) -> float | None:
    """Return the seconds that the server asks to wait, from now; None where it does not say."""
    for each in _chain(error):
        headers = getattr(getattr(each, "response", None), "headers", None) or {}
        wait = _number(headers.get("retry-after-ms"), 1 / 1000)
        if wait is None and (given := headers.get("retry-after")):
            wait = _number(given) if _number(given) is not None else _until(given)
        if wait is not None:
            return wait
    delay = _DELAY.search(_facts(error).text)  # Google's RetryInfo
    return float(delay.group(1)) if delay else None


def too_long(error: BaseException) -> bool:
    """Tell whether the server refused the messages because they exceed the model's context."""
    facts = _facts(error)
    if facts.status == 413 or "ContextOverflowError" in facts.names:
        return True
    # 429 tells of tokens a minute; a server's failure tells of anything
    return facts.status not in (401, 402, 403, 404, 429) and facts.says(_TOO_LONG)


def ending(metadata: dict[str, Any]) -> str | None:
    """Return why a reply is no whole answer, from the `response_metadata` of its last chunk; None where it is one."""
    said = (metadata.get(name) for name in ("finish_reason", "stop_reason", "done_reason", "block_reason"))
    reasons = {str(reason).lower() for reason in said if reason}
    if metadata.get("prompt_feedback", {}).get("block_reason") or reasons & _FILTER_ENDINGS:
        return FILTERED
    return CUT if reasons & _CUT_ENDINGS else None


def _refused(facts: _Facts, error: BaseException) -> str | None:
    """Return the clause for what a server understood and would not do."""
    if _unpaid(facts, error):
        return "The account at the model's provider has no quota left"
    if facts.says(_FILTER):
        return FILTERED
    if facts.status in (401, 403) or facts.says(_KEY):
        return "The model's server refused the key"
    if facts.says(_NO_MODEL) or (facts.status == 404 and "model" in facts.text.lower()):
        return "The model's server does not know this model"
    if facts.status == 404:
        return "The model's server does not know this address"
    if facts.status == 429 or (facts.status is None and facts.says(_RATE)):
        wait = retry_after(error)
        asks = f" and asks to wait {_in_words(wait)}" if wait else ""
        return f"The model's server takes no more requests just now{asks}"
    if facts.status in (503, 529) or ((facts.status or 500) >= 500 and facts.says(_OVERLOADED)):
        return "The model's server has too much to do just now"
    return None


def _broken(facts: _Facts) -> str | None:
    """Return the clause for what went wrong on the way."""
    if facts.names & _UNREACHED:
        return "The model's server could not be reached"
    if facts.timed_out or facts.status in (408, 504):
        return "The model did not answer in time"
    if facts.names & _MALFORMED:
        return "The model's server sent what could not be read"
    if facts.names & _BROKEN or facts.says(_LOOP):
        return "The connection to the model broke off"
    if facts.names & _CONNECTION:
        return "The model's server could not be reached"
    if "ValueError" in facts.names and re.search("no generation|no data received", facts.text, re.I):
        return EMPTY
    return "The model's server failed" if facts.names & _SERVER and facts.status is None else None


def _by_status(facts: _Facts) -> str | None:
    if facts.status is None:
        return None
    done = "failed" if facts.status >= 500 else "refused the request"
    return f"The model's server {done} with status {facts.status}"


def _unpaid(facts: _Facts, error: BaseException) -> bool:
    """Tell whether waiting helps nothing because the quota is used up; one that says when to come again is a limit."""
    return facts.status == 402 or (facts.says(_NO_MONEY) and retry_after(error) is None)


def _facts(error: BaseException) -> _Facts:
    chain = list(_chain(error))
    names = frozenset(kind.__name__ for each in chain for kind in type(each).__mro__)
    statuses = (status for each in chain for status in _statuses(each))
    return _Facts(next(statuses, None), names, "\n".join(_text(each) for each in chain))


def _statuses(error: BaseException) -> Iterator[int]:
    """Yield the HTTP statuses that an error knows, except those of success (an error told within a stream)."""
    response = getattr(error, "response", None)
    google = error if hasattr(error, "details") else None  # others have codes that mean something else
    for holder, name in ((error, "status_code"), (response, "status_code"), (google, "code")):
        value = getattr(holder, name, None)
        if isinstance(value, int) and 400 <= value < 600:
            yield value


def _text(error: BaseException) -> str:
    body = getattr(error, "body", None) or getattr(error, "details", None) or ""
    return f"{str(error)[:_READ]}\n{str(body)[:_READ]}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, what it was raised from, and so on."""
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__cause__ or each.__context__  # also one that `from None` hides: the package's own


def _number(value: Any, factor: float = 1.0) -> float | None:
    try:
        seconds = float(value) * factor
    except (TypeError, ValueError):
        return None
    return max(seconds, 0.0) if math.isfinite(seconds) else None


def _until(day: str) -> float | None:
    """Return the seconds until an HTTP date."""
    try:
        return max(parsedate_to_datetime(day).timestamp() - time.time(), 0.0)
    except (ValueError, OverflowError):
        return None


def _in_words(seconds: float) -> str:
    count, unit = (round(seconds / 60), "minute") if seconds >= 120 else (math.ceil(seconds), "second")
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
