"""`python -m assistant`: one answer, or a chat in the terminal. Knows nothing of how an answer is made."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.arguments import open_assistant, parser, run, set_up
from index.arguments import day, scope_lines
from index.characters import inert
from index.errors import BadRequest, DatelineError

if TYPE_CHECKING:
    from assistant.answering import Assistant
    from assistant.request import Request
    from assistant.types import Answer, Turn

_EPILOG = """examples:
  python -m assistant "Why is the US worried about the S-400?"
  python -m assistant "Who won the election?" --since 2024-01-01 --outlet Reuters --json
  python -m assistant --model ollama:llama3.2        (a chat; Ctrl-D ends it)
  python -m assistant check TEXT --against ARTICLE   (each sentence of a text against articles; check --help)"""


_VERDICTS = {
    "partly": "Only partly supported",
    "unsupported": "Not supported by what it cites",
    "uncited": "Cites nothing",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return 0 (answered or refused) or 2 (it could not be asked; one sentence on stderr).

    `check` is a command of its own, with its own codes: see `assistant.checking`.
    """
    arguments = sys.argv[1:] if argv is None else list(argv)
    if arguments[:1] == ["check"]:
        from assistant.checking import main as checking

        return checking(arguments[1:])
    return run(lambda: _run(_parser().parse_args(arguments)))


def _parser() -> argparse.ArgumentParser:
    made = parser(
        "python -m assistant",
        "Answer a question from indexed news articles; without a question, chat.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("question", nargs="*", metavar="QUESTION", help="what you want to know")
    made.add_argument("--asked-on", metavar="DATE", type=day, help="the day of the question, YYYY-MM-DD")
    made.add_argument("--outlet", metavar="X", action="append", default=[], help="only this outlet (may be repeated)")
    made.add_argument("--since", metavar="DATE", type=day, help="only articles from this day on")
    made.add_argument("--until", metavar="DATE", type=day, help="only articles up to this day")
    made.add_argument("--topic", metavar="WORDS", default="", help="only passages with each of these words")
    made.add_argument(
        "--without",
        metavar="WORDS",
        action="append",
        default=[],
        help="words of the question not to be read as an outlet or a time (may be repeated)",
    )
    made.add_argument("--strict", action="store_true", help="leave out what a model writes without support")
    made.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    return made


def _run(args: argparse.Namespace) -> int:
    set_up(args)
    question = " ".join(args.question).strip()
    if args.question and not question:
        raise BadRequest("The question is empty: type a question about the articles.")
    if args.json and not question:
        raise BadRequest("With --json a question is needed: put it in quotation marks before the options.")
    from assistant.request import Request

    request = Request(
        question,
        asked_on=args.asked_on,
        outlets=tuple(args.outlet),
        since=args.since,
        until=args.until,
        topic=args.topic,
        without=tuple(args.without),
        strict=args.strict,
    )
    with open_assistant(args) as assistant:
        if args.json:
            from assistant.serial import to_json

            *_, answer = assistant.run(request)
            print(json.dumps(to_json(answer), ensure_ascii=False))
        elif question:
            _show(assistant.run(request))
        else:
            _chat(assistant, request)
    return 0


def _chat(assistant: Assistant, request: Request) -> None:
    """Ask and answer until the input ends; earlier turns lend a follow-up its subject."""
    import contextlib

    from assistant.types import Turn

    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  # gives input() editing and history
    info = assistant.info()
    print(f"{info.articles:,} articles, newest {info.newest or 'undated'}; answers: {assistant.writer}. Ctrl-D ends.")
    turns: list[Turn] = []
    for question in _questions():
        try:
            answer = _show(assistant.run(replace(request, question=question, history=turns)), chat=True)
        except DatelineError as error:
            print(inert(str(error)))
        except KeyboardInterrupt:
            print("\n(stopped)")
        else:
            turns.append(Turn(question, answer.text))


def _questions() -> Iterator[str]:
    while True:
        try:
            question = input("\n> ").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return
        if question:
            yield question


def _show(answers: Iterator[Answer], *, chat: bool = False) -> Answer:
    """Print a growing answer as it grows, then its sources; return it. In a chat no options can be given."""
    shown = ""
    for answer in answers:
        text = inert(answer.text)
        if not text.startswith(shown):
            # The model failed midway and the quotes took its place.
            print("\n")
            shown = ""
        print(text[len(shown) :], end="", flush=True)
        shown = text
    print()
    for line in _below(answer, chat):
        print(inert(line))
    return answer


def _below(answer: Answer, chat: bool) -> Iterator[str]:
    from assistant.attribution import attribution
    from assistant.freshness import as_of_in_words
    from assistant.summary import cost_in_words

    if answer.searched != answer.question:
        yield f"(searched: {answer.searched})"
    yield from scope_lines(answer.filters, how=not chat)
    if answer.reason:
        yield answer.reason
    if answer.nearest:
        yield "Nearest articles:"
    for source in answer.nearest:
        yield f"  {source.title} — {attribution(source)}"
    for check in answer.checks:
        if check.verdict != "supported":
            sentence = " ".join(answer.text[check.start : check.end].split())
            yield f"{_VERDICTS[check.verdict]}: “{sentence}” {check.reason}"
    if answer.citations:
        yield ""
    for citation in answer.citations:
        source = citation.source
        by = attribution(source, len(citation.reprints), citation.start)
        yield f"[{citation.number}] {source.title} — {by}{f'  {source.url}' if source.url else ''}"
        yield from (f"    {line}" for line in (source.notice or "").splitlines())
    yield ""
    yield as_of_in_words(answer)
    yield from ([f"! {answer.as_of.warning}"] if answer.as_of.warning else [])
    if answer.usage and answer.usage.tokens_out != 0:
        yield cost_in_words(answer.usage)


if __name__ == "__main__":
    sys.exit(main())
