"""The tree of errors: what is raised where the outside is touched.

XrefError
├── SourceError      a kernel cannot be found, fetched or read
├── StoreError       the index cannot be opened, read or written
├── QueryError       a question is wrong: SQL, a name of a query, an option
└── NotFoundError    the question is right and nothing fits it
"""


class XrefError(Exception):
    """What went wrong, where, and the next step; ``cli`` prints it as one line."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class SourceError(XrefError):
    """A kernel cannot be found, fetched or read."""


class StoreError(XrefError):
    """The index cannot be opened, read or written."""


class QueryError(XrefError):
    """The question itself is wrong."""


class NotFoundError(XrefError):
    """The question is right and nothing fits it."""
