"""A ferry that sank, as three outlets tell it: corrected and changed once, printed again, and told otherwise."""

from __future__ import annotations

import json
from pathlib import Path

from index import build

QUESTION = "Why did the ferry Aurora sink?"
FIRST = "The harbour ferry Aurora sank because its bow door had been left open, the harbour master said."
SECOND = "Investigators found later that no alarm had told the crew of the Aurora why the ferry took in water and sank."
THIRD = "A wave, and nothing that its crew did, made the harbour ferry Aurora sink, the owner told a court on Thursday."
FILLING = "\n\n".join(
    f"Paragraph {n} of this long report tells of the town's market, its fish and the weather." for n in range(30)
)
OTHER = "\n\n".join(f"Page {n} of the file lists ships, ports and wages in great detail." for n in range(30))
ALPHA = f"Port Ellen, 3 May.\n\n{FIRST}\n\n{FILLING}\n\n{SECOND}\n\n{FILLING}"
CORRECTION = "Correction: An earlier version of this article misstated the day on which the ferry sank."


def story(outlet: str, text: str, title: str, day: str = "2019-05-03") -> dict[str, str]:
    name = outlet.split()[0].lower()
    return {"url": f"https://{name}.example/ferry", "title": title, "outlet": outlet, "published": day, "text": text}


STORIES = (
    story("Alpha News", f"{ALPHA}\n\n{CORRECTION}", "Ferry sinks in harbour with a headline that takes a line more"),
    story("Beta Post", ALPHA.replace("Port Ellen, 3 May.", ""), "Ferry lost", "2019-05-04"),
    story("Gamma Weekly", f"{THIRD}\n\n{OTHER}", "Owner blames a wave", "2019-05-09"),
)


def two_generations(folder: Path, *more: Path) -> Path:
    """Build an index in which one article was changed once, and `more` beside them; return its folder."""
    source = folder / "stories.jsonl"
    before = {**STORIES[0], "text": ALPHA.replace("Paragraph 9 of this long report", "Nothing")}
    for told in ((before, *STORIES[1:]), STORIES):
        source.write_text("\n".join(map(json.dumps, told)), encoding="utf-8")
        build([source, *more], folder / "index")
    return folder / "index"
