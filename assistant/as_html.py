"""A conversation as a web page of its own, or as a piece of one. Knows nothing of files.

The page asks for nothing and runs nothing. All that articles, models and readers wrote passes through `safe`.
"""

from __future__ import annotations

from html import escape

from assistant.footnotes import head_in_words, nearest_in_words, stopped, told
from assistant.page.escaping import safe
from assistant.transcript import Footnote, Part, Piece, Ref, Transcript

_STYLE = """
:root { color-scheme: light dark; }
:root { --ink: #17202b; --quiet: #526071; --line: #d9dee5; --accent: #1d4f86; --ground: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e7ebf0; --quiet: #a0adbd; --line: #323c49; --accent: #8fbcf0; --ground: #12171e; }
}
body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; color: var(--ink); background: var(--ground); }
body { font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; }
h1, h2, blockquote { font-family: Charter, "Iowan Old Style", Georgia, serif; line-height: 1.3; }
section { border-top: 1px solid var(--line); margin-top: 2rem; }
blockquote { margin: 0 0 1rem; padding-left: 1rem; border-left: 3px solid var(--line); line-height: 1.6; }
a { color: var(--accent); }
.aside, .doubt, footer { color: var(--quiet); font-size: .875rem; }
sup { line-height: 0; }
footer li { margin-bottom: .75rem; padding-left: .25rem; }
footer b { color: var(--ink); }
@media print {
  :root { --ink: #000; --quiet: #444; --line: #bbb; --accent: #000; --ground: #fff; }
  body { max-width: none; margin: 0; padding: 0; font-size: 11pt; }
  h1, h2 { break-after: avoid; }
  blockquote, footer li { break-inside: avoid; }
}
"""


def page_html(document: Transcript) -> str:
    """Return the conversation as a whole page."""
    title = safe(document.title)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        f"{_aside(head_in_words(document))}{piece_html(document)}</body>\n</html>\n"
    )


def piece_html(document: Transcript) -> str:
    """Return questions, answers and footnotes without a page around them."""
    several = len(document.parts) > 1
    notes = "".join(_footnote(note, several) for note in document.footnotes)
    footer = f"<footer>\n<h2>Sources</h2>\n<ol>\n{notes}</ol>\n</footer>\n" if notes else ""
    return "".join(_part(part, several) for part in document.parts) + footer


def _part(part: Part, several: bool) -> str:
    tag = "blockquote" if part.quoted else "p"
    rows = "".join(f"<{tag}>{_row(row)}</{tag}>\n" for row in part.paragraphs)
    near = part.said.answer.nearest if part.said.answer else ()
    items = "".join(f"<li>{safe(nearest_in_words(source))}</li>\n" for source in near)
    nearest = f"{_aside('Nearest articles:')}<ul>\n{items}</ul>\n" if items else ""
    number = f"{part.number}. " if several else ""
    return (
        f"<section>\n<h2>{number}{safe(part.said.question)}</h2>\n{''.join(map(_aside, part.read))}{rows}"
        f"{''.join(map(_aside, part.below))}{nearest}</section>\n"
    )


def _row(row: tuple[Piece, ...]) -> str:
    said = ""
    for piece in row:
        if isinstance(piece, str):
            said += safe(piece)
        elif isinstance(piece, Ref):
            said += f'<sup><a href="#source-{piece.number}">[{piece.number}]</a></sup>'
        else:
            said += f' <span class="doubt">({safe(piece.words)})</span>'
    return said


def _footnote(note: Footnote, several: bool) -> str:
    said = []
    for kind, words in told(note, several):
        if kind == "link":
            said.append(f'<a href="{escape(words)}" rel="noopener noreferrer">{escape(words)}</a>')
        else:
            said.append(f"<b>{safe(words)}</b>." if kind == "title" else safe(stopped(words)))
    return f'<li id="source-{note.number}">{" ".join(said)}</li>\n'


def _aside(text: str) -> str:
    return f'<p class="aside">{safe(text)}</p>\n'
