"""Answers that are kept only as long as there is room for them."""

from typing import TypeVar

_Key = TypeVar("_Key")
_Answer = TypeVar("_Answer")


class Kept(dict[_Key, _Answer]):
    """A dictionary that begins anew when it is full.

    What is asked of a name is asked again soon, from the same file or one beside it:
    all answers for a whole tree would take more room than its facts.
    """

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def __setitem__(self, key: _Key, answer: _Answer) -> None:
        if len(self) >= self._limit:
            self.clear()
        super().__setitem__(key, answer)
