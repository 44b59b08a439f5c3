"""The assistant as a LangChain Runnable. Knows nothing of how an answer is made."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any, cast

from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda

from assistant.request import request_of
from assistant.types import Answer

if TYPE_CHECKING:
    from assistant.answering import Assistant


def as_runnable(assistant: Assistant) -> Runnable[str | dict[str, Any], Answer]:
    """Return a Runnable from a question, or a dict of the arguments of `Assistant.answer`, to Answers.

    `stream` and `astream` give growing Answers, `invoke` and `batch` the last; callbacks reach the model.
    """

    def grow(given: str | dict[str, Any], config: RunnableConfig) -> Iterator[Answer]:
        yield from assistant.run(request_of(given), config)

    async def agrow(given: str | dict[str, Any], config: RunnableConfig) -> AsyncIterator[Answer]:
        async for answer in assistant.arun(request_of(given), config):
            yield answer

    # RunnableLambda takes generators and streams them; its signature does not say so.
    return RunnableLambda(cast(Any, grow), cast(Any, agrow), name="dateline")
