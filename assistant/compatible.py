"""A chat model on any server that speaks OpenAI's protocol. Knows nothing of which server that is.

Imported only when such a server is named: langchain-openai is an extra.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from typing import Any, cast

from langchain_core.outputs import ChatGenerationChunk
from langchain_openai import ChatOpenAI
from openai import APIStatusError


class CompatibleChat(ChatOpenAI):
    """OpenAI's older protocol, which is what others speak; asks for token counts until a server minds being asked.

    Few servers do: such as refuse every field they do not know. Theirs is the only request that is made twice, once.
    """

    stream_usage: bool | None = True
    use_responses_api: bool | None = False

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        try:
            yield from super()._stream(*args, **kwargs)
            return
        except APIStatusError as error:
            self._give_way(error)
        yield from super()._stream(*args, **kwargs)

    async def _astream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ChatGenerationChunk]:
        try:
            async with aclosing(cast(Any, super()._astream(*args, **kwargs))) as chunks:
                async for chunk in chunks:
                    yield chunk
            return
        except APIStatusError as error:
            self._give_way(error)
        async with aclosing(cast(Any, super()._astream(*args, **kwargs))) as chunks:
            async for chunk in chunks:
                yield chunk

    def _give_way(self, error: APIStatusError) -> None:
        """Ask for no counts any more. Raises: the error itself where they are not what was refused."""
        minded = error.status_code in (400, 422) and "stream_options" in str(error)
        if not self.stream_usage or not minded:
            raise error
        self.stream_usage = False
