"""What changed in lists, and when something existed."""

from xref.analyse.diff.lists import list_changes, periods_of
from xref.changes import ChangeKind, ListItem, Period


def item(name: str, state: str = "", place: str = "a.c:1") -> ListItem:
    return ListItem(name, name, state, place, (), ())


def test_items_come_go_and_become_others() -> None:
    old = [item("read", "int"), item("send", "int"), item("page", "int")]
    new = [item("send", "long"), item("read", "int", "b.c:9"), item("poll", "int")]
    changes = {c.change: (c.old and c.old.name) for c in list_changes(old, new)}
    assert changes == {
        ChangeKind.GONE: "page",
        ChangeKind.ADDED: None,
        ChangeKind.BODY: "send",
    }
    assert list_changes(old, old) == ()


def test_neighbours_with_one_state_are_one_period() -> None:
    states = [("1", "x"), ("2", "x"), ("3", ""), ("4", "x")]
    assert periods_of(states) == (
        Period("1", "2", 2, "x"),
        Period("3", "3", 1, ""),
        Period("4", "4", 1, "x"),
    )
