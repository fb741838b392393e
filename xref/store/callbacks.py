"""What functions of a kernel arm to run later."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from xref.program import CallbackEntry, FunctionEntry

CALLBACKS = (
    "select caller, line, iif(function = 0, -1 - callback.name, function), "
    "struct.text || '.' || field.text from callback "
    "join name as struct on struct.id = callback.struct "
    "join name as field on field.id = callback.field "
    "where kernel = ? order by caller, line, 3"
)


def by_caller(
    rows: Iterable[tuple[int, int, int, str]],
    function: Callable[[int], FunctionEntry],
    path: Callable[[int], str | None],
) -> Mapping[int, tuple[CallbackEntry, ...]]:
    """What each function arms; what is of no file of this kernel is left out."""
    found: defaultdict[int, list[CallbackEntry]] = defaultdict(list)
    for caller, line, ident, slot in rows:
        if ident < 0 or path(ident) is not None:
            found[caller].append(CallbackEntry(line, slot, function(ident)))
    return {caller: tuple(entries) for caller, entries in found.items()}
