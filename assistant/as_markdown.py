"""A conversation in Markdown, or as plain text. Knows nothing of files.

In Markdown all that articles, models and readers wrote is escaped: for CommonMark, and for GitHub's additions to it,
it is text and nothing else. The footnotes are in the form that GitHub, Pandoc and Obsidian read; elsewhere they read
as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from assistant.footnotes import head_in_words, nearest_in_words, stopped, told
from assistant.transcript import Footnote, Part, Piece, Ref, Transcript
from index.characters import inert

_ACTIVE = re.compile(r"([\\`*_{}\[\]<>&~|#])")
_BEGINS = re.compile(r"^(\d{0,9})([-+=:.)])")  # a list, a rule, a heading underlined: only at the start of a line
_LINKS_ITSELF = re.compile(r"(?<=[a-z])(?=://)|(?<=www)(?=\.)|(?=@)", re.I)  # where GitHub makes links of bare text


def markdown(document: Transcript) -> str:
    """Return the conversation with its footnotes at the end."""
    several = len(document.parts) > 1
    blocks = [f"# {_escaped(document.title)}", _escaped(head_in_words(document))]
    for part in document.parts:
        blocks += _part(part, several)
    blocks += ["---"] if document.footnotes else []
    blocks += [f"[^{note.number}]: {_footnote(note, several)}" for note in document.footnotes]
    return "\n\n".join(blocks) + "\n"


def plain(document: Transcript) -> str:
    """Return the conversation as plain text, its sources numbered below."""
    several, blocks = len(document.parts) > 1, []
    for part in document.parts:
        blocks += [_plain(part.said.question), *map(_plain, part.read)]
        blocks += [_row(row, _plain, " [{}]", "({})") for row in part.paragraphs]
        blocks += [*map(_plain, part.below), *_nearest(part, _plain)]
    for note in document.footnotes:
        said = (words if kind == "link" else stopped(_plain(words)) for kind, words in told(note, several))
        blocks.append(f"[{note.number}] {' '.join(said)}")
    return "\n\n".join(blocks) + "\n"


def _part(part: Part, several: bool) -> Iterator[str]:
    yield f"## {f'{part.number}. ' if several else ''}{_escaped(part.said.question)}"
    yield from (f"*{_escaped(line)}*" for line in part.read)
    for row in part.paragraphs:
        yield ("> " if part.quoted else "") + _begun(_row(row, _escaped, "[^{}]", "*({})*"))
    yield from (f"*{_escaped(line)}*" for line in part.below)
    if near := list(_nearest(part, _escaped)):
        yield "\n".join([near[0], "", *near[1:]])


def _nearest(part: Part, escape: Callable[[str], str]) -> Iterator[str]:
    if part.said.answer and part.said.answer.nearest:
        yield "Nearest articles:"
        yield from (f"- {_begun(escape(nearest_in_words(source)))}" for source in part.said.answer.nearest)


def _row(row: tuple[Piece, ...], escape: Callable[[str], str], ref: str, doubt: str) -> str:
    """Return a paragraph in one line. White space around a piece is kept, since words may go on behind a number."""
    said = ""
    for piece in row:
        if isinstance(piece, str):
            said += " " * piece[:1].isspace() + escape(piece) + " " * piece[-1:].isspace()
        else:
            said += ref.format(piece.number) if isinstance(piece, Ref) else f" {doubt.format(escape(piece.words))} "
    return " ".join(said.split())


def _footnote(note: Footnote, several: bool) -> str:
    said = []
    for kind, words in told(note, several):
        if kind == "link":
            said.append(f"<{words.replace('<', '%3C').replace('>', '%3E')}>")
        else:
            said.append(f"**{_escaped(words)}**." if kind == "title" else stopped(_escaped(words)))
    return " ".join(said)


def _plain(text: str) -> str:
    return " ".join(inert(text).split())


def _escaped(text: str) -> str:
    return _LINKS_ITSELF.sub(r"\\", _ACTIVE.sub(r"\\\1", _plain(text)))


def _begun(line: str) -> str:
    """Return a line that begins no list and no rule."""
    return _BEGINS.sub(r"\1\\\2", line)
