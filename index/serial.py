"""Sources, hits, reports and versions as plain data for `--json`. Knows nothing of where it is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from index.articles import Source

if TYPE_CHECKING:
    from index.finding import Hit
    from index.reporting import BuildReport
    from index.versions import Difference, Version


def source_json(source: Source) -> dict[str, Any]:
    """Return a source as plain data."""
    return {
        "article_id": source.id,
        "title": source.title,
        "outlet": source.outlet,
        "url": source.url,
        "authors": list(source.authors),
        "published": _iso(source.published),
        **standing(source),
    }


def standing(source: Source) -> dict[str, Any]:
    """Return what tells how far a source holds: where its day was found, what its outlet changed or took back."""
    return {
        "published_from": source.published_from,
        "published_at": source.published_at.isoformat() if source.published_at else None,
        "modified": _iso(source.modified),
        "notice": source.notice,
        "withdrawn": source.withdrawn,
    }


def hit_json(hit: Hit) -> dict[str, Any]:
    """Return a hit as plain data."""
    passage = hit.passage
    return {
        "score": round(hit.score, 4),
        "article_id": passage.source.id,
        "title": passage.source.title,
        "outlet": passage.source.outlet,
        "published": _iso(passage.source.published),
        "url": passage.source.url,
        **standing(passage.source),
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "page": passage.source.page(passage.start),
        "parts": {name: round(part, 4) for name, part in hit.parts.items()},
        "reprints": [source_json(source) for source in hit.reprints],
    }


def report_json(report: BuildReport) -> dict[str, Any]:
    """Return the report of a build or removal as plain data."""
    return {
        "generation": report.generation,
        **report.counts(),
        "removed": report.removed,
        "failed": [{"source": failure.source, "reason": failure.reason} for failure in report.failed],
        "passages": report.passages,
        "seconds": report.seconds,
        "same_text": [{"source": twin.source, "same_as": twin.same_as} for twin in report.duplicates],
    }


def version_json(version: Version) -> dict[str, Any]:
    """Return a version as plain data."""
    article = version.article
    until = version.until.isoformat() if version.until else None
    return {"until": until, **source_json(article.source), "text": article.text}


def difference_json(difference: Difference) -> dict[str, str]:
    """Return a difference as plain data."""
    return {"kind": difference.kind, "old": difference.old, "new": difference.new}


def marked(differences: Sequence[Difference], around: int = 12) -> str:
    """Return the changes in one text, [-taken out-] {+put in+}, with so many words of what stayed on either side."""
    said = []
    for place, one in enumerate(differences):
        if one.kind == "changed":
            said += [f"[-{one.old}-]"] if one.old else []
            said += [f"{{+{one.new}+}}"] if one.new else []
            continue
        words = one.new.split()
        before = words[:around] if place else []
        after = words[-around:] if place < len(differences) - 1 else []
        said.append(one.new if len(words) <= len(before) + len(after) else " ".join([*before, "…", *after]))
    return " ".join(said)


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None
