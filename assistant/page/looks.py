"""How the page looks and moves: its style sheets and scripts, read from `look/`. No address outside stands in them."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from string import Template

_LOOK = Path(__file__).with_name("look")


@cache
def head() -> str:
    """Return what the document's head holds beside Gradio's own: also how the page looks on paper."""
    on_paper = (_LOOK / "print.css").read_text(encoding="utf-8")
    return f'{_icon()}<style media="print">{on_paper}</style>'


def plain(nonce: str, title: str, body: str, elsewhere: str = "") -> str:
    """Return a page of ours without script, around HTML; with `elsewhere` it goes on to that path by itself."""
    on = f'<meta http-equiv="refresh" content="0;url={escape(elsewhere)}">' if elsewhere else ""
    return _plain().substitute(nonce=nonce, title=escape(title), body=body, on=on, icon=_icon())


@cache
def _icon() -> str:
    return (_LOOK / "icon.html").read_text(encoding="utf-8")


@cache
def _plain() -> Template:
    return Template((_LOOK / "plain.html").read_text(encoding="utf-8"))


@cache
def style() -> str:
    """Return all style sheets for the screen as one, `base.css` first, the others in order of their names."""
    screen = (path for path in _LOOK.glob("*.css") if path.name != "print.css")
    sheets = sorted(screen, key=lambda path: (path.name != "base.css", path.name))
    return "\n".join(path.read_text(encoding="utf-8") for path in sheets)


@cache
def script(part: str) -> str:
    """Return the script of a part of the page: what all share, then its own where it has one."""
    own = _LOOK / f"{part}.js"
    return (_LOOK / "bridge.js").read_text(encoding="utf-8") + (own.read_text(encoding="utf-8") if own.exists() else "")
