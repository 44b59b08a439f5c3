"""A build or removal as HTML: how far it is while it runs, and what came of it. Knows nothing of how it runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from assistant.page.escaping import aside, failure, safe
from assistant.page.jobs import Job
from assistant.page.session import Visitor

SHOWN = 20  # rows of each kind; the full report has all
TABLES = (  # kind in the report, heading, what its reason is
    ("failed", "Not read", "Why"),
    ("duplicate", "The same as another", "What it is"),
    ("updated", "Updated", "What changed"),
    ("reprint", "Reprints", "Of what"),
    ("undated", "Without a date", "Why"),
)
COUNTS = (
    ("added", "Added"),
    ("updated", "Updated"),
    ("unchanged", "Unchanged"),
    ("duplicates", "The same as another"),
    ("failed", "Not read"),
    ("reprints", "Reprints, among those added and updated"),
    ("undated", "Without a date, among those added and updated"),
)
MENDED = "The index is as it was."


@dataclass
class Outcomes:
    """The first rows of each kind of a report, and how many there are."""

    first: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]]) -> Outcomes:
        """Read the rows of a report."""
        found = cls()
        for row in rows:
            kind = str(row.get("kind"))
            found.counts[kind] = found.counts.get(kind, 0) + 1
            if len(kept := found.first.setdefault(kind, [])) < SHOWN:
                kept.append(row)
        return found


def running_html(job: Job, viewer: Visitor, read_only: bool = False) -> str:
    """Return how far a job is, with a bar where the share is known; `data-running` says that it goes on."""
    share, words = share_of(job), words_of(job)
    value = f' value="{share * 100:.1f}"' if share is not None else ""
    name = "Removing articles" if job.what == "remove" else "Adding articles"
    stop = "" if read_only else f'<button class="button" data-do="stop-job"{" disabled" * job.stopping}>Cancel</button>'
    return (
        '<section data-running aria-labelledby="job-name">'
        f'<p class="hidden" role="status">{safe(_milestone(name, share))}</p>'
        f'<h3 id="job-name" tabindex="-1">{name}</h3><progress max="100" aria-labelledby="job-name"{value}></progress>'
        f"<p>{safe(words)}</p>"
        f'<p class="meta">Begun by {_who(job, viewer)} at {job.began:%H:%M} UTC. Questions are answered meanwhile, '
        f"from the index as it is. It goes on when this page is closed.</p>{stop}</section>"
    )


def ended_html(job: Job, outcomes: Outcomes) -> str:
    """Return what came of a job; of a removal that went well, nothing, as `told` says that."""
    if job.what == "remove" and job.state == "done":
        return ""
    close = '<button class="button" data-do="close-report">Close</button>'
    if job.state == "failed":
        return _ended("It failed", "", f"{failure(job.failure)}{close}")
    if job.state == "stopped":
        return _ended("Cancelled", MENDED, f"{aside(MENDED)}{close}")
    if not job.report:
        late = f"It was done before it could be cancelled: generation {job.now} is in use."
        return _ended("Added", late, f"{aside(late)}{close}")
    use = f"Generation {job.now} is in use." if job.now != job.live else "The index holds all of it already."
    summary = f"{_summary(job.report)} {use}"
    counts = "".join(f"<tr><th scope=row>{name}</th><td>{_count(job.report, key):,}</td></tr>" for key, name in COUNTS)
    counts += f"<tr><th scope=row>Seconds</th><td>{job.report.get('seconds', 0):,.1f}</td></tr>"
    tables = "".join(_table(outcomes, *one) for one in TABLES)
    download = '<button class="button" data-do="report">Download the full report</button>'
    return _ended(
        "Added",
        summary,
        f'<p>{safe(summary)}</p><table><caption class="hidden">What came of each record</caption>{counts}</table>'
        f"{tables}<p class=ways>{download}{close}</p>",
    )


def share_of(job: Job) -> float | None:
    """Return the share of the bytes that is read, from 0 to 1; None where it is not known."""
    read, whole = job.sofar.get("bytes"), job.sofar.get("of_bytes")
    if job.sofar.get("stage") != "reading" or not whole or not isinstance(read, int):
        return None
    return float(min(1.0, read / whole))


def words_of(job: Job) -> str:
    """Return how far a job is in words."""
    sofar = job.sofar
    if job.stopping:
        return "It is being cancelled: what is written now is taken back."
    if job.what == "remove":
        return (
            f"{job.articles:,} article{' is' if job.articles == 1 else 's are'} being taken out of a copy of the index."
        )
    if not sofar or sofar.get("stage") == "copying":
        return "It is starting: the index is copied, and what is added goes into the copy."
    added = f"{sofar.get('added', 0):,} added"
    failed = f", {sofar['failed']:,} not read" if sofar.get("failed") else ""
    if sofar.get("of_files") is None:
        where = f"{sofar.get('read', 0):,} articles found, {added}{failed}. How many there are is not known before."
    else:
        where = f"{sofar.get('files', 0):,} of {sofar['of_files']:,} files read, {added}{failed}."
    return f"All is read. The index is being written: {added}{failed}." if sofar.get("stage") == "writing" else where


def _milestone(name: str, share: float | None) -> str:
    """Return what is read out: it changes at each quarter, not with every file."""
    quarters = int((share or 0) * 4)
    return f"{name}: {('begun', 'a quarter', 'half', 'three quarters', 'all')[quarters]}{' read' if quarters else ''}."


def _summary(report: Mapping[str, Any]) -> str:
    counted = (("added", "added"), ("updated", "updated"), ("unchanged", "unchanged"))
    said = ", ".join(f"{_count(report, key):,} {word}" for key, word in counted)
    failed = _count(report, "failed")
    return f"{said}{f', {failed:,} not read' if failed else ''}."


def _count(report: Mapping[str, Any], key: str) -> int:
    """Return a count of a report, which lists what failed."""
    value = report.get(key, 0)
    return len(value) if isinstance(value, list) else int(value)


def _ended(heading: str, read_out: str, body: str) -> str:
    """Return a job that has ended; the line that is read out stands where it stood while it ran."""
    return (
        f'<section aria-labelledby="job-name"><p class="hidden" role="status">{safe(read_out)}</p>'
        f'<h3 id="job-name" tabindex="-1">{heading}</h3>{body}</section>'
    )


def _table(outcomes: Outcomes, kind: str, heading: str, reason: str) -> str:
    rows, count = outcomes.first.get(kind, []), outcomes.counts.get(kind, 0)
    if not rows:
        return ""
    more = aside(f"And {count - len(rows):,} more: the full report has them.") if count > len(rows) else ""
    body = "".join(
        f"<tr><td>{safe(_place(row))}{_title(row)}</td><td>{safe(str(row.get('reason') or ''))}</td></tr>"
        for row in rows
    )
    return (
        f"<details{' open' * (kind == 'failed')}><summary>{heading} ({count:,})</summary><table><thead><tr>"
        f"<th scope=col>Where</th><th scope=col>{reason}</th></tr></thead><tbody>{body}</tbody></table>{more}</details>"
    )


def _place(row: Mapping[str, Any]) -> str:
    place = row.get("file") or row.get("url") or ""
    return f"{place}, {row['record']}" if row.get("record") else str(place)


def _title(row: Mapping[str, Any]) -> str:
    return f'<span class="meta">{safe(str(row["title"]))}</span>' if row.get("title") else ""


def _who(job: Job, viewer: Visitor) -> str:
    if job.who == viewer:
        return "you"
    return safe(job.who.name) if job.who.name and job.who.name != viewer.name else "another page"
