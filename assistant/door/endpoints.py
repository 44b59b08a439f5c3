"""What programs ask of the page's server: `ask`, `search`, `articles`. Knows nothing of HTTP, Gradio or MCP.

What comes in is as a client sent it and may be anything; what is wrong with it is told in one sentence. The docstrings
are what clients are shown, language models among them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from assistant.page.line import Line
from assistant.request import day
from assistant.serial import to_json
from index.errors import BadRequest
from index.serial import hit_json, source_json

if TYPE_CHECKING:
    from assistant.answering import Assistant
    from assistant.request import Options

LONGEST_QUESTION = 2_000  # characters
LONGEST_TEXT = 200_000  # characters of a turn before
MOST_TURNS = 100
MOST_OUTLETS = 100
MOST_PASSAGES = 100
NAMES = ("ask", "search", "articles")


class Endpoints:
    """The three doors. `who` is the reader whose request it is."""

    def __init__(self, assistant: Assistant, line: Line) -> None:
        self._assistant, self._line = assistant, line

    async def ask(
        self,
        who: str,
        question: str,
        history: list[dict[str, str]] | None = None,
        asked_on: str | None = None,
        outlets: list[str] | None = None,
        since: str | None = None,
        until: str | None = None,
        writer: str | None = None,
        strict: bool = False,
    ) -> dict[str, Any]:
        """Answer a question from the indexed news articles, with sentences that stand in them and where each stands.

        Use this for a question about the news: what happened, who said what, why, when. Use `search` where you want
        the passages themselves to read, and `articles` to see which articles there are or to read one whole.
        Nothing but the indexed articles is used. Keep the numbers [1], [2] when you pass the answer on, and give for
        each its outlet, date, title and url from `citations`; never cite what is not among them. Where `answered` is
        false the articles do not answer: say so, with `reason`, and do not answer from elsewhere.

        Parameters:
            question: The question in plain words, at most 2,000 characters. Outlets and days named in it narrow it.
            history: The turns before, oldest first, as {"role": "user" or "assistant", "content": text}.
            asked_on: The day of asking, YYYY-MM-DD; articles near it count more. Leave out for no such day.
            outlets: Only articles of these outlets, named as in `articles`. Leave out for all.
            since: Only articles of this day or later, YYYY-MM-DD.
            until: Only articles of this day or earlier, YYYY-MM-DD.
            writer: "quotes" has the answer in verbatim quotes though a language model is there to write it.
            strict: Leaves out sentences that a language model wrote and the articles do not bear out.

        Returns:
            A JSON object: question, text (with [n]), answered, reason (why not, or what went wrong), mode (who wrote)
            citations (number, article_id, title, outlet, url, published, quote, start, end), independent_sources
            nearest (articles, where there is no answer), as_of (evidence_newest, index_newest, generation)
            checks (a verdict on each sentence that a model wrote), filters (how the question was read), usage
        """
        asked = _question(question, LONGEST_QUESTION)
        before = _history(history)
        if writer not in (None, "", "quotes"):
            raise BadRequest('The `writer` of an answer is "quotes", or left out.')
        narrowed = _narrowing(outlets, since, until)
        rest = {"writer": writer or None, "strict": _yes("strict", strict), "asked_on": _day("asked_on", asked_on)}
        async with self._line.place(who):
            answer = await self._assistant.aanswer(asked, before, **cast("Options", {**narrowed, **rest}))
        return to_json(answer)

    async def search(
        self,
        who: str,
        question: str,
        k: int = 10,
        asked_on: str | None = None,
        outlets: list[str] | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> dict[str, Any]:
        """Find the passages of the indexed news articles that fit a question or words best, best first.

        Use this where you want to read what the articles say and judge it yourself; use `ask` for a finished answer
        with citations, and `articles` with `article` set to an article_id to read the whole article around a passage.
        Whoever quotes a passage keeps its outlet, date, title and url. A passage is found for being near, which is
        no proof that it answers.

        Parameters:
            question: What to look for, in words, at most 2,000 characters. Outlets and days named in it narrow it.
            k: How many passages, from 1 to 100.
            asked_on: The day of asking, YYYY-MM-DD; articles near it count more.
            outlets: Only articles of these outlets, named as in `articles`.
            since: Only articles of this day or later, YYYY-MM-DD.
            until: Only articles of this day or earlier, YYYY-MM-DD.

        Returns:
            A JSON object: question, filters (how it was read), hits, each with score, article_id, title, outlet
            published, url, text, start, end, notice and withdrawn (what the outlet changed or took back), reprints
        """
        asked = _question(question, LONGEST_QUESTION)
        number = _whole("k", k, 1, MOST_PASSAGES)
        narrowed = {**_narrowing(outlets, since, until), "asked_on": _day("asked_on", asked_on)}
        async with self._line.place(who):
            found = await asyncio.to_thread(self._assistant.search, asked, number, **narrowed)
        return {
            "question": asked,
            "filters": found.scope.to_json(),
            "hits": [hit_json(hit) for hit in found.hits],
        }

    async def articles(
        self,
        who: str,
        words: str = "",
        outlets: list[str] | None = None,
        since: str | None = None,
        until: str | None = None,
        offset: int = 0,
        limit: int = 50,
        article: str | None = None,
    ) -> dict[str, Any]:
        """List the indexed news articles, newest first, or return one whole article with its text.

        Use this to see what there is (outlets, days, headlines) or, with `article`, to read the text around a quote of
        `ask` or a passage of `search`. For what articles say use `ask` or `search`: `words` are looked for in title,
        outlet and author's name only.

        Parameters:
            words: Each must begin a word of the title, the outlet or an author's name. Leave out for all articles.
            outlets: Only articles of these outlets.
            since: Only articles of this day or later, YYYY-MM-DD.
            until: Only articles of this day or earlier, YYYY-MM-DD.
            offset: How many of the list to pass over, for the next page.
            limit: How many to return, from 1 to 1,000.
            article: An article_id (or the url of an article): returns that article, with `text`, and no list.

        Returns:
            A JSON object: total (how many pass) and articles (article_id, title, outlet, url, authors, published)
            or, with `article`, article: the same of one, and text
        """
        if article:
            one = _text("article", article, LONGEST_QUESTION)
            async with self._line.place(who):
                found = await asyncio.to_thread(self._assistant.article, one)
            return {"article": {**source_json(found.source), "text": found.text}}
        narrowed = {
            **_narrowing(outlets, since, until),
            "offset": _whole("offset", offset, 0, 10**9),
            "limit": _whole("limit", limit, 1, 1_000),
        }
        said = _text("words", words, LONGEST_QUESTION) if words is not None else ""
        async with self._line.place(who):
            shelf = await asyncio.to_thread(self._assistant.browse, said, **narrowed)
        return {"total": shelf.total, "articles": [source_json(source) for source in shelf.sources]}


def _question(given: Any, longest: int) -> str:
    asked = _text("question", given, longest).strip()
    if not any(map(str.isalnum, asked)):
        raise BadRequest("The `question` is empty, or has no word in it: send what you want to know.")
    return asked


def _text(name: str, given: Any, longest: int) -> str:
    if not isinstance(given, str):
        raise BadRequest(f"`{name}` is a text, not {_kind(given)}.")
    if len(given) > longest:
        raise BadRequest(f"`{name}` has {len(given):,} characters: send {longest:,} or fewer.")
    return given


def _whole(name: str, given: Any, least: int, most: int) -> int:
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    if not isinstance(given, int) or isinstance(given, bool) or not least <= given <= most:
        shown = given if isinstance(given, (int, float)) and not isinstance(given, bool) else _kind(given)
        raise BadRequest(f"`{name}` is a whole number from {least:,} to {most:,}, not {shown}.")
    return given


def _yes(name: str, given: Any) -> bool:
    if given is not None and not isinstance(given, bool):
        raise BadRequest(f"`{name}` is true or false, not {_kind(given)}.")
    return bool(given)


def _day(name: str, given: Any) -> date | None:
    if given is None or given == "":
        return None
    return day(_text(name, given, 40))


def _narrowing(outlets: Any, since: Any, until: Any) -> dict[str, Any]:
    return {"outlets": _outlets(outlets), "since": _day("since", since), "until": _day("until", until)}


def _outlets(given: Any) -> Sequence[str]:
    if given is None:
        return ()
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise BadRequest('`outlets` is a list of names, such as ["Alpha News"].')
    if len(given) > MOST_OUTLETS or any(len(one) > LONGEST_QUESTION for one in given):
        raise BadRequest(f"`outlets` takes at most {MOST_OUTLETS} names.")
    return tuple(given)


def _history(given: Any) -> list[dict[str, str]]:
    if given is None:
        return []
    turns = given if isinstance(given, list) else [None]
    plain = [turn for turn in turns if isinstance(turn, dict) and turn.get("role") in ("user", "assistant")]
    if len(plain) != len(turns) or not all(isinstance(turn.get("content"), str) for turn in plain):
        raise BadRequest('`history` is a list of {"role": "user" or "assistant", "content": text}, oldest first.')
    if len(plain) > MOST_TURNS or any(len(turn["content"]) > LONGEST_TEXT for turn in plain):
        raise BadRequest(f"`history` takes at most {MOST_TURNS} turns of {LONGEST_TEXT:,} characters each.")
    return [{"role": turn["role"], "content": turn["content"]} for turn in plain]


def _kind(given: Any) -> str:
    kinds = (
        (bool, "true or false"),
        ((int, float), "a number"),
        (list, "a list"),
        (dict, "an object"),
        (str, "a text"),
    )
    return next((words for kind, words in kinds if isinstance(given, kind)), "nothing")
