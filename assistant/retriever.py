"""An index as a LangChain retriever, for chains of one's own. Knows nothing of answers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from index.serial import standing

if TYPE_CHECKING:
    from index.finding import Hit


class NewsRetriever(BaseRetriever):
    """Gives the k best passages of a `NewsIndex` as Documents.

    `page_content` is the passage as it stands in its article; metadata: article_id, title, outlet, url, published (ISO
    day), start, end, score, page, what the outlet said of it since (modified, notice, withdrawn) and the ids of its
    reprints; what is unknown is None.
    """

    index: Any
    k: int = 10
    asked_on: date | None = None
    outlets: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    topic: str = ""
    without: tuple[str, ...] = ()

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        hits = self.index.search(
            query,
            self.k,
            asked_on=self.asked_on,
            outlets=self.outlets,
            since=self.since,
            until=self.until,
            topic=self.topic,
            without=self.without,
        )
        return [_document(hit) for hit in hits]


def _document(hit: Hit) -> Document:
    passage, source = hit.passage, hit.passage.source
    return Document(
        id=f"{source.id}:{passage.start}-{passage.end}",
        page_content=passage.text,
        metadata={
            "article_id": source.id,
            "title": source.title,
            "outlet": source.outlet,
            "url": source.url,
            "published": source.published.isoformat() if source.published else None,
            "start": passage.start,
            "end": passage.end,
            "score": hit.score,
            "page": source.page(passage.start),
            **standing(source),
            "reprints": [reprint.id for reprint in hit.reprints],
        },
    )
