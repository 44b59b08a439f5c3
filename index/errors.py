"""What can go wrong, in words a reader can act on. Knows nothing of how it is shown.

    DatelineError                   its text is one sentence for the user: what happened and what to do
    ├── BadRequest                  an argument that cannot be meant: a bad date, k < 1, since after until
    ├── SourceError                 a source that cannot be read; a build records it and goes on
    ├── EmbeddingError              an embedding model that cannot be had or does not work
    ├── IndexMissing                no index there, or an index with no articles
    ├── IndexMismatch               an index made by another embedding model or another format
    ├── IndexDamaged                files of the index are missing or unreadable
    ├── IndexBusy                   another build holds the lock
    ├── Hindered                    a full disk, one that takes nothing for another reason, too few open files
    ├── ServerFailed                a Chroma server that is not there, is silent, breaks off or refuses
    ├── ArticleMissing              no article of that id or URL in the index
    └── ModelError                  a language model that cannot be had or did not answer

Nothing found is no error: a search returns an empty list, an answer says `answered=False`.
"""


class DatelineError(Exception):
    """Anything the user can put right; `str(error)` is the sentence to show."""


class BadRequest(DatelineError):
    """An argument that cannot be meant."""


class SourceError(DatelineError):
    """A source that cannot be read."""


class EmbeddingError(DatelineError):
    """An embedding model that cannot be had or does not work."""


class IndexMissing(DatelineError):
    """No index there, or an index with no articles."""


class IndexMismatch(DatelineError):
    """An index made by another embedding model or another format."""


class IndexDamaged(DatelineError):
    """Files of the index are missing or unreadable."""


class IndexBusy(DatelineError):
    """Another build holds the lock."""


class Hindered(DatelineError):
    """This machine lacks room, or open files, or has a disk that takes nothing; nothing that was there is lost."""


class ServerFailed(DatelineError):
    """A Chroma server that is not there, is silent, breaks off or refuses; `status` is what it answered, if it did."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class ClusterFailed(DatelineError):
    """A Ray cluster that is not there, does not fit, or fails."""


class ArticleMissing(DatelineError):
    """No article of that id or URL in the index."""


class ModelError(DatelineError):
    """A language model that cannot be had or did not answer."""
