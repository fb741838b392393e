"""Facts of one kernel through the linker and back into the index."""

import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from sys import intern
from typing import Any, TypeVar

from xref.data_files import read_data
from xref.link.linker import END, links_of
from xref.link.tables import Definition, Facts, PointerCall, Variable
from xref.pipeline.beside import apart, can_copy, streamed
from xref.pipeline.memory import without_collector
from xref.pipeline.scopes import separate_folders
from xref.store.database import faults, open_for_reading
from xref.store.reader import KernelState, LinkReader, kernel_state
from xref.store.rows import MADE_POSITION
from xref.store.writer import Writer

_T = TypeVar("_T")
_LINES = tuple(range(10_000))
_FEW_FILES = 20_000
"""Beyond, a second copy of what the linker holds would take gigabytes."""


def link_kernel(
    writer: Writer, kernel: tuple[Path, str], linker: int, on_wait: Callable[[], None]
) -> None:
    """Link a kernel that is entered; replaces the links it had.

    Linking is done apart, so that this process can write meanwhile, and so that what
    the linker holds is gone when it has ended.

    Args:
        writer: of the index.
        kernel: the database, and which version in it.
        linker: the number of this linker.
        on_wait: called again and again while there is nothing to write.
    """
    is_apart = can_copy()
    work = partial(_links, *kernel, is_apart=is_apart)
    with streamed(work, is_apart=is_apart, on_wait=on_wait) as links:
        writer.index()
        state = next(links)
        if state is not None:
            writer.list_plain(state)
            writer.link(state, iter(links.__next__, END), linker)


def _links(path: Path, version: str, *, is_apart: bool) -> Iterator[Any]:
    """The number of a kernel, None for one that is gone, then its links and `END`."""
    with faults(path), without_collector():
        with closing(open_for_reading(path, is_mapped=False)) as connection:
            state = kernel_state(connection, version)
        yield state and state.id
        if state is not None:
            connect = partial(open_for_reading, path, is_mapped=False)
            with closing(LinkReader(connect, state.id)) as reader:
                yield from links_of(_facts(reader, state, is_apart=is_apart))


def _facts(reader: LinkReader, state: KernelState, *, is_apart: bool) -> Facts:
    def begin(work: Callable[[], _T]) -> Callable[[], _T]:
        def reconnected() -> _T:
            reader.reconnect()
            return work()

        return apart(reconnected)

    rows, files = reader.rows, reader.files()
    return Facts(
        arch=state.arch,
        files=files,
        definitions=rows(
            "function",
            "id name:n kind line end_line static returns:n parameters guard:n form",
            _definition,
            # A number is no name of anything, and calls nothing; what the linker made
            # is no fact.
            f"id & {MADE_POSITION} = 0 and (parameters is not null "
            "or text not glob '[0-9]*' or text glob '*[(=]*')",
        ),
        prototypes=(
            row[1:]
            for row in rows("prototype", "id name:n returns:n parameters", _tuple)
        ),
        declared=rows("prototype", "id name:n", _tuple, "static = 0"),
        structs=rows("struct", "id tag:n", _tuple),
        fields=rows(
            "field", "struct name:n type:n", _tuple, "1 order by struct, position"
        ),
        typedefs=rows("typedef", "id name:n type:n", _tuple),
        variables=rows(
            "object",
            "id name:n type:n line end_line static extern guard:n length",
            Variable,
        ),
        constants=(name for _, name in rows("enumerator", "id name:n", _tuple)),
        includes=rows("include", "id target:n system line", _tuple),
        callees=reader.callees(),
        outside=reader.outside(),
        uses=reader.uses(),
        called=reader.called(),
        pointer_calls=rows(
            "pointer_call", "id owner line kind expression:n guard:n", _pointer_call
        ),
        stores=reader.stores,
        code=reader.code,
        users=reader.users,
        separate=separate_folders,
        models=_models(),
        deferred=tomllib.loads(read_data("models.toml"))["deferred"],
        apart=begin if is_apart and len(files) < _FEW_FILES else None,
    )


def _tuple(*cells: Any) -> tuple[Any, ...]:  # noqa: ANN401  # columns of any kind
    return cells


def _definition(  # noqa: PLR0913, PLR0917  # the columns of a row
    ident: int,
    name: str,
    kind: str,
    line: int,
    end_line: int,
    static: int,
    returns: str,
    parameters: str | None,
    guard: str,
    form: str,
) -> Definition:
    """Of a million rows, what repeats is one object."""
    if line < len(_LINES) > end_line:
        line, end_line = _LINES[line], _LINES[end_line]
    return Definition(
        ident,
        name,
        intern(kind),
        line,
        end_line,
        static,
        returns,
        parameters and intern(parameters),
        guard,
        intern(form),
    )


def _pointer_call(ident: int, owner: int, *rest: Any) -> PointerCall:  # noqa: ANN401
    """The owner becomes an id."""
    return PointerCall(ident, (ident >> 20 << 20) + owner if owner >= 0 else -1, *rest)


def _models() -> dict[str, dict[str, Any]]:
    """Models of idioms by name, from ``data/models.toml``."""
    table = tomllib.loads(read_data("models.toml"))
    return {name: model for model in table["model"] for name in model["names"]}
