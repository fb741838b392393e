"""What only one of two paths has below an end of the other."""

from tests.conftest import made_path
from xref.analyse.diff.ends import without_below
from xref.answers import CallPath

OLD = "sys_send > send\n send > xmit"
NEW = """
    sys_send > send
    send > late
    late > wake
    late > queue
    queue > xmit
    wake > kick
    xmit > ring
"""


def names(path: CallPath) -> list[str]:
    return sorted(node.name for node in path.nodes)


def test_what_both_have_stays_with_all_below() -> None:
    old, new = made_path(OLD), made_path(NEW)
    left = without_below(new, {"late"}, old)
    assert names(left) == ["late", "ring", "send", "sys_send", "xmit"]


def test_nothing_stays_below_where_both_are_reached_elsewhere() -> None:
    old, new = made_path(OLD), made_path(f"{NEW}\n send > xmit")
    left = without_below(new, {"late"}, old)
    assert names(left) == ["late", "ring", "send", "sys_send", "xmit"]
    assert without_below(new, set(), old) == new
