"""What the pipeline does to Python's memory leaves calls as they are."""

import pytest

from xref.pipeline.memory import with_roomy_stack


def _deep(left: int) -> int:
    return 0 if not left else 1 + _deep(left - 1)


def test_a_roomy_stack_changes_no_answer() -> None:
    assert with_roomy_stack(lambda: _deep(500)) == 500
    with pytest.raises(RecursionError):
        with_roomy_stack(lambda: _deep(-1))
    assert with_roomy_stack(lambda: with_roomy_stack(lambda: "twice")) == "twice"
