"""BM25 with date, outlet and topic filters in tantivy. The only importer of tantivy; derived, can be made anew.

One document a passage: heading (title, outlet, date) and body are searched, never stored; the fast
fields say where the passage stands and on which day.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Self

import tantivy

from index.articles import Source, sound
from index.errors import BadRequest, IndexDamaged
from index.forms import FORMS
from index.passages import Passage
from index.store import passage_id

_TOKENIZER = "news"
_HEAP_BYTES = 256_000_000
_ACRONYM = re.compile(r"\b(?:[A-Za-z]\.){2,}")
_DESIGNATION = re.compile(r"\b([A-Za-z]{1,5})-(\d{1,4}[A-RT-Za-rt-z]?)s?\b")
# Quick to rule out, unlike the two above: most passages have neither.
_DOTTED = re.compile(r"\.[A-Za-z]\.")
_DASHED = re.compile(r"-\d")
MOST_TOPIC = 20  # words of a topic
_NO_DAY = -(10**6)
# Words of a question that say nothing of its subject; searching them costs time and finds nothing.
STOP_WORDS = frozenset(
    """a an and are as at be been but by did do does for from had has have he her him his how i in is it its of on or
    our s she so t that the their them they this to was we were what when where which who whom whose why will with
    would you your""".split()
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a passage must fulfil: its article is of one of the outlets and of a known day from `since` to `until`, and
    each term of the `topic` stands in it or in its heading."""

    outlets: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    topic: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.outlets or self.since or self.until or self.topic)

    def leaves(self, source: Source) -> bool:
        """Tell whether an article passes, whatever its passages are about."""
        if self.outlets and fold(source.outlet or "") not in map(fold, self.outlets):
            return False
        if not (self.since or self.until):
            return True
        day = source.published
        return day is not None and (self.since or day) <= day <= (self.until or day)

    def holds(self, passage: Passage) -> bool:
        """Tell whether a passage is on the topic."""
        return not self.topic or set(self.topic) <= set(terms(f"{heading(passage.source)}\n{passage.text}"))


@dataclass(frozen=True, slots=True)
class Match:
    """A passage's place, its BM25 score and its article's day (None: unknown)."""

    article: str
    start: int
    end: int
    score: float
    day: date | None

    @property
    def id(self) -> str:
        return passage_id(self.article, self.start, self.end)


@cache
def _analyzer() -> Any:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (tantivy.Filter.remove_long(40), tantivy.Filter.lowercase(), tantivy.Filter.ascii_fold()):
        builder = builder.filter(step)
    return builder.filter(tantivy.Filter.stemmer("english")).build()


def terms(text: str) -> list[str]:
    """Return the terms of a text as BM25 sees them: folded, lower-cased, stemmed, in order.

    U.S. is the term `us`, S-400s are `s`, `400s` and `s400`; bought is `buy`.
    """
    bases = _bases()
    return [bases.get(term, term) for term in _analyzer().analyze(_plain(sound(text)))]


@cache
def _forms() -> dict[str, tuple[str, ...]]:
    """Return the stems under which the index has a word, by the stem of its base form; only where these are several."""

    def stems(words: Sequence[str]) -> list[str]:
        return [stem for word in words for stem in _analyzer().analyze(word)]

    found = {stems([base])[0]: tuple(dict.fromkeys(stems([base, *others]))) for base, others in FORMS.items()}
    return {base: forms for base, forms in found.items() if len(forms) > 1}


@cache
def _bases() -> dict[str, str]:
    return {form: base for base, forms in _forms().items() for form in forms}


@cache
def _stop_terms() -> frozenset[str]:
    return frozenset(term for word in STOP_WORDS for term in terms(word))


def content_terms(text: str) -> list[str]:
    """Return the terms that say what a question is about, each once; all of them where only stop words are left."""
    found = list(dict.fromkeys(terms(text)))
    return [term for term in found if term not in _stop_terms()] or found


def topic_terms(topic: str) -> tuple[str, ...]:
    """Return the terms that a passage on a topic must hold; S-400 stands for S400 too. Raises: BadRequest."""
    found = content_terms(_DESIGNATION.sub(r"\1\2", topic))
    if topic.strip() and not found:
        raise BadRequest(f"The topic {topic.strip()[:40]!r} has no word in it: name what articles must speak of.")
    if len(found) > MOST_TOPIC:
        raise BadRequest(f"The topic has {len(found)} words; name at most {MOST_TOPIC}.")
    return tuple(found)


def heading(source: Source) -> str:
    """Return what helps finding a passage without being quoted: title, outlet and day."""
    day = f"{source.published.day} {source.published:%B %Y}" if source.published else ""
    return f"{source.title}\n{', '.join(part for part in (source.outlet, day) if part)}"


def passage_texts(groups: Iterable[Sequence[Passage]]) -> list[str]:
    """Return what is embedded of each passage: its heading and its text."""
    return [f"{heading(passage.source)}\n{passage.text}" for group in groups for passage in group]


class Lexical:
    """One generation's tantivy index."""

    def __init__(self, index: Any) -> None:
        self._index = index
        index.register_tokenizer(_TOKENIZER, _analyzer())
        self._schema = index.schema
        self._searcher = index.searcher()
        self._writer: Any = None

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make an empty index in an empty or missing folder."""
        path.mkdir(parents=True, exist_ok=True)
        return cls(tantivy.Index(_schema(), path=str(path)))

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open an index. Raises: IndexDamaged."""
        try:
            return cls(tantivy.Index.open(str(path)))
        except BaseException as error:
            # where a file is damaged tantivy may panic, which is no Exception
            if not isinstance(error, (ValueError, OSError)) and type(error).__name__ != "PanicException":
                raise
            raise IndexDamaged(
                f"The word index {path} is missing or cannot be read: "
                "any `python -m index build` on this index makes it again."
            ) from error

    def add(self, passages: Iterable[Passage]) -> None:
        """Add passages; they are found after `commit`."""
        writer = self._writing()
        for passage in passages:
            writer.add_document(_document(passage))

    def delete(self, articles: Iterable[str]) -> None:
        """Delete the passages of articles; they are gone after `commit`."""
        for article in articles:
            # by query: delete_documents_by_term finds nothing on an unsigned field (tantivy-py 0.27)
            these = tantivy.Query.term_query(self._schema, "article", int(article, 16))
            self._writing().delete_documents_by_query(these)

    def commit(self) -> None:
        """Write what was added and deleted, and wait until it is all on disk."""
        if self._writer is None:
            return
        self._writer.commit()
        self._writer.wait_merging_threads()
        self._writer = None
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, words: Sequence[str], k: int, filters: Filters, heading: float = 1.0) -> list[Match]:
        """Return the k passages with the highest BM25 for the terms among those that pass the filters.

        `heading` is what a term counts in title, outlet and day, beside 1 in the text.
        """
        if not words:
            return []
        query = self._words(words, heading)
        if filters:
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), *self._passing(filters)])
        return self._matches(query, k)

    def among(self, ids: Sequence[str], words: Sequence[str], filters: Filters, heading: float = 1.0) -> list[Match]:
        """Return those of the passages that pass the filters, with their BM25 for the terms."""
        if not ids:
            return []
        these = tantivy.Query.const_score_query(tantivy.Query.term_set_query(self._schema, "id", list(ids)), 0.0)
        clauses = [(tantivy.Occur.Must, these), *self._passing(filters)]
        if words:
            clauses.append((tantivy.Occur.Should, self._words(words, heading)))
        return self._matches(tantivy.Query.boolean_query(clauses), len(ids))

    def passing(self, filters: Filters, at_most: int) -> list[Match] | None:
        """Return every passage that passes the filters, or None where there are more than `at_most`."""
        query = tantivy.Query.boolean_query(self._passing(filters))
        result = self._searcher.search(query, limit=at_most + 1, count=False)
        return None if len(result.hits) > at_most else self._read(result.hits)

    def ids(self) -> set[str]:
        """Return the ids of all passages."""
        total = self._searcher.num_docs
        everything = self._searcher.search(tantivy.Query.all_query(), limit=max(total, 1), count=False)
        return {match.id for match in self._read(everything.hits)}

    def frequency(self, term: str) -> int:
        """Return the number of passages that hold a term in body or heading, whichever has more."""
        return max(self._count(field, term) for field in ("body", "heading"))

    def idf(self, term: str) -> float:
        """Return ln(1 + (N - n + .5) / (n + .5)) for a term that stands in n of N passages' bodies."""
        total = self._searcher.num_docs
        count = min(self._count("body", term), total)
        return math.log(1 + (total - count + 0.5) / (count + 0.5))

    def _count(self, field: str, term: str) -> int:
        return sum(int(self._searcher.doc_freq(field, form)) for form in _forms().get(term, (term,)))

    def _writing(self) -> Any:
        if self._writer is None:
            self._writer = self._index.writer(heap_size=_HEAP_BYTES, num_threads=1)
        return self._writer

    def _words(self, words: Sequence[str], heading: float) -> Any:
        query = tantivy.Query
        clauses = [self._term("body", word) for word in words]
        if heading:
            clauses += [query.boost_query(self._term("heading", word), heading) for word in words]
        return query.boolean_query([(tantivy.Occur.Should, clause) for clause in clauses])

    def _term(self, field: str, term: str) -> Any:
        forms = [tantivy.Query.term_query(self._schema, field, form) for form in _forms().get(term, (term,))]
        return forms[0] if len(forms) == 1 else tantivy.Query.disjunction_max_query(forms)

    def _passing(self, filters: Filters) -> list[tuple[Any, Any]]:
        query, clauses = tantivy.Query, []
        if filters.outlets:
            names = [fold(name) for name in filters.outlets]
            clauses.append(query.const_score_query(query.term_set_query(self._schema, "outlet", names), 0.0))
        if filters.since or filters.until:
            low = filters.since.toordinal() if filters.since else 0
            high = filters.until.toordinal() if filters.until else 10**7
            days = query.range_query(self._schema, "day", tantivy.FieldType.Integer, low, high)
            clauses.append(query.const_score_query(days, 0.0))
        for term in filters.topic:
            either = query.disjunction_max_query([self._term("body", term), self._term("heading", term)])
            clauses.append(query.const_score_query(either, 0.0))
        return [(tantivy.Occur.Must, clause) for clause in clauses]

    def _matches(self, query: Any, k: int) -> list[Match]:
        return self._read(self._searcher.search(query, limit=max(k, 1), count=False).hits)

    def _read(self, hits: Sequence[tuple[float, Any]]) -> list[Match]:
        addresses = [address for _, address in hits]
        columns = [self._searcher.fast_field_values(name, addresses) for name in ("article", "start", "end", "day")]
        return [
            Match(f"{article:016x}", start, end, score, date.fromordinal(day) if day != _NO_DAY else None)
            for (score, _), article, start, end, day in zip(hits, *columns, strict=True)
        ]


def fold(name: str) -> str:
    """Return the form under which two spellings of an outlet are equal."""
    return " ".join(sound(name).split()).casefold()


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("heading", tokenizer_name=_TOKENIZER)
    builder.add_text_field("body", tokenizer_name=_TOKENIZER)
    builder.add_text_field("outlet", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("article", indexed=True, fast=True)
    builder.add_unsigned_field("start", fast=True)
    builder.add_unsigned_field("end", fast=True)
    builder.add_integer_field("day", indexed=True, fast=True)
    return builder.build()


def _document(passage: Passage) -> Any:
    source = passage.source
    document = tantivy.Document()
    document.add_text("id", passage_id(source.id, passage.start, passage.end))
    document.add_text("heading", _plain(heading(source)))
    document.add_text("body", _plain(passage.text))
    document.add_text("outlet", fold(source.outlet or ""))
    document.add_unsigned("article", int(source.id, 16))
    document.add_unsigned("start", passage.start)
    document.add_unsigned("end", passage.end)
    document.add_integer("day", source.published.toordinal() if source.published else _NO_DAY)
    return document


def _plain(text: str) -> str:
    """Write acronyms without full stops and designations also as one word: U.S. is US, an S-400 is also an S400."""
    if _DOTTED.search(text):
        text = _ACRONYM.sub(lambda match: match.group().replace(".", ""), text)
    if _DASHED.search(text):
        text = _DESIGNATION.sub(r"\g<0> \1\2", text)
    return text
