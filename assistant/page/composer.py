"""Where a question is typed, who is to write the answer, the way to the other view. Knows nothing of asking."""

from __future__ import annotations

from assistant.page.escaping import safe
from assistant.page.turns import QUOTES

NAV = '<nav aria-label="Views"><a href="#ask">Ask</a><a href="#library">Library</a></nav>'


def composer_html(writer: str) -> str:
    """Return the form; with a model as writer, the choice between it and quotes too."""
    return (
        f'<form data-do="ask" data-event="submit">{_writers_html(writer) if writer != QUOTES else ""}'
        '<div id="line"><textarea id="box" name="question" rows="1" aria-label="Your question" '
        'placeholder="Ask a question…" autofocus></textarea>'
        '<button id="send">Ask</button><button type="button" id="stop" data-do="stop">Stop</button></div></form>'
    )


def _writers_html(writer: str) -> str:
    return (
        '<div id="writing"><fieldset id="writer"><legend>Written by</legend>'
        f'<label><input type="radio" name="writer" value="model" checked><span>{safe(writer)}</span></label>'
        f'<label><input type="radio" name="writer" value="{QUOTES}"><span>Quotes</span></label></fieldset>'
        '<label id="strict"><input type="checkbox" name="strict" value="yes"><span>only what is supported</span>'
        "</label></div>"
    )
