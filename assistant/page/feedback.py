"""What readers think of answers, one JSON line each in a file on this machine. Knows nothing of the page.

Lines are only added: of several for one answer (`reader`, `conversation`, `asked`) the last counts.
"""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from assistant.page.conversations import PATIENCE, NotKept, digest
from assistant.page.said import Said

NAME = "feedback.jsonl"
BIGGEST = 200_000_000  # bytes; beyond that a note is refused, so that no reader fills the disk

log = logging.getLogger("dateline")


class Feedback:
    """The file in a folder that is there."""

    def __init__(self, folder: Path) -> None:
        self.path, self._lock = folder / NAME, folder / ".lock"

    def add(self, reader: str, conversation: str, said: Said) -> None:
        """Add a line for a turn as it is judged now. Raises: NotKept."""
        line = json.dumps(_line(reader, conversation, said), ensure_ascii=False, default=lambda day: day.isoformat())
        data = f"{line}\n".encode("utf-8", "replace")
        try:
            # What is cut short by a full disk is taken back, so that no line is ever torn.
            with (
                FileLock(self._lock, timeout=PATIENCE, mode=0o600),
                os.fdopen(_opened(self.path), "ab", buffering=0) as file,
            ):
                end = file.seek(0, os.SEEK_END)
                if end > BIGGEST:
                    raise OSError(0, f"{NAME} is full: its keeper has to move it away")
                if file.write(data) != len(data):
                    file.truncate(end)
                    raise OSError(0, "no room on the disk")
        except OSError as problem:
            log.exception("%s cannot be written", self.path)
            raise NotKept(
                f"Your opinion could not be kept ({problem.strerror or 'the file is held by another'})."
            ) from None


def _opened(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def _line(reader: str, conversation: str, said: Said) -> dict[str, Any]:
    answer = said.answer
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "reader": digest(reader),
        "conversation": conversation,
        "asked": said.asked.isoformat() if said.asked else None,
        "question": said.question,
        "options": dict(said.options),
        "answer": answer.text if answer else None,
        "answered": bool(answer and answer.answered),
        "writer": answer.mode if answer else None,
        "generation": answer.as_of.generation if answer else None,
        "citations": [
            {"number": one.number, "article_id": one.source.id, "quote": one.quote, "start": one.start, "end": one.end}
            for one in (answer.citations if answer else ())
        ],
        "thumb": said.thumb or None,
        "note": said.note,
    }
