"""Cases for linking: files in C, and what a reader may ask about their links."""

import json
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from tests.markers import files_of
from xref.data_files import read_data
from xref.extract.facts import facts_of
from xref.link.linker import Links, links_of
from xref.link.tables import (
    POSITION_BITS,
    Apart,
    Definition,
    Facts,
    PointerCall,
    Variable,
)
from xref.parse.c import parse
from xref.parse.clean import clean
from xref.parse.lexicon import lexicon_of
from xref.records import BlobFacts, CallKind, Function, Macro
from xref.store.rows import parameters_as_text

MODELS = {
    "READ_ONCE": {"rule": "same", "value": 0},
    "rcu_assign_pointer": {"rule": "store", "target": 0, "value": 1},
    "xchg": {"rule": "store_to", "target": 0, "value": 1},
    "container_of": {"rule": "container", "pointer": 0, "type": 1, "member": 2},
    "list_add": {"rule": "list_add", "node": 0, "head": 1},
    "static_call": {"rule": "key", "key": 0},
    "static_call_update": {"rule": "key_store", "key": 0, "value": 1},
    "raise_it": {"rule": "raise", "key": 0},
}


LEXICON = lexicon_of(read_data("lexicon.toml"))


class Linked:
    """Links, by the names that the code has."""

    def __init__(self, facts: "_Facts", links: Links) -> None:
        self._facts = facts
        self._rows: Any = dict(links)
        self._nodes = {row[0]: row for row in self._table("node")}

    def _name(self, ident: int) -> str:
        made = {row[0]: str(row[1]) for row in self._table("made")}
        return self._facts.names.get(ident) or made.get(ident, "")

    def made(self, name: str) -> list[tuple[Any, ...]]:
        """Place, type, parameters, macro and body of a function that a macro made."""
        return [
            (
                self._facts.paths[(row[0] >> POSITION_BITS) - 1],
                *row[2:3],
                *row[5:7],
                row[8],
                json.loads(row[9]),
            )
            for row in self._table("made")
            if row[1] == name
        ]

    def _table(self, name: str) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self._rows.get(name, [])
        return found

    def slot(self, text: str) -> set[str]:
        """The functions in ``struct.field``."""
        return {
            str(name)
            for number, name, _ in self._table("held")
            if self._title(number) == text
        }

    def read_functions(self, text: str) -> set[str]:
        """Those of the functions in ``struct.field`` of which a body was read."""
        return {
            self._name(function)
            for number, _, function in self._table("held")
            if self._title(number) == text and function
        }

    def held_by_local(self, function: str, variable: str) -> set[str]:
        """The functions in a local variable."""
        found = {
            number
            for number, (_, kind, _, field, owner, _) in self._nodes.items()
            if (kind, field, self._name(owner)) == ("local", variable, function)
        }
        return {str(name) for number, name, _ in self._table("held") if number in found}

    def stores(self, text: str) -> set[tuple[str, str, int, str]]:
        """Function, file, line and form of each store into ``struct.field``."""
        return {
            (name, self._facts.paths[file - 1], line, form)
            for number, _, name, _, file, line, form, _ in self._table("binding")
            if self._title(number) == text
        }

    def doubts(self, text: str) -> set[str]:
        """Why ``struct.field`` is open."""
        return {
            str(reason)
            for number, reason, _, _ in self._table("unknown")
            if self._title(number) == text
        }

    def calls(self, caller: str) -> list[str]:
        """The pointer calls of a function: what each reads, or why that is unknown."""
        found = []
        for ident, name in self._sites(caller):
            nodes = [n for call, n in self._table("site") if call == ident]
            reasons = [r for call, r in self._table("untyped") if call == ident]
            found += [self._title(node) for node in nodes]
            found += [f"? {reason}" if reason else f"({name})" for reason in reasons]
        return sorted(found)

    def direct(self, caller: str) -> set[str]:
        """What macros call for a function by name; with the grade if not exact."""
        return {
            callee if grade == "exact" else f"{callee} {grade}"
            for _, owner, _, kind, callee, _, grade, _ in self._table("expanded")
            if kind == "direct" and self._name(owner) == caller
        }

    def meaning(self, name: str, path: str) -> list[str]:
        """Places that a called name means in a file, best first."""
        file = self._facts.paths.index(path)
        found = sorted(
            (rank, ident)
            for text, number, rank, ident in self._table("meaning")
            if text == name and number in {0, file + 1}
        )
        return [self._facts.place(ident) for _, ident in found]

    def callbacks(self, caller: str) -> set[tuple[int, str, str]]:
        """What a function arms: line, function and slot."""
        return {
            (line, callee, f"{struct}.{field}")
            for owner, line, callee, _, struct, field in self._table("callback")
            if self._name(owner) == caller
        }

    def registries(self) -> set[tuple[str, str, str, str]]:
        """Variable, key, value and function."""
        return {
            (variable, key, value, self._facts.names[function])
            for variable, key, value, function, _, _ in self._table("registry")
        }

    def _sites(self, caller: str) -> Iterator[tuple[Any, str]]:
        for call in self._facts.pointer_calls:
            if self._facts.names.get(call.owner) == caller:
                yield call.id, call.expression
        for number, owner, _, kind, callee, *_ in self._table("expanded"):
            if kind != "direct" and self._name(owner) == caller:
                yield -1 - number, str(callee)

    def _title(self, number: Any) -> str:  # noqa: ANN401
        _, kind, struct, field, function, position = self._nodes[number]
        if kind == "slot":
            return f"{struct}.{field}"
        if kind == "parameter":
            return f"{self._facts.names[function]}({position})"
        return f"{kind} {field}"


def link(case: str, arch: str = "x86") -> Linked:
    """Link the files of a case, which are separated by ``//- v PATH``."""
    facts = _facts(case)
    return Linked(facts, links_of(facts.all(arch)))


def tables_of(case: str, apart: Apart | None) -> dict[str, Any]:
    """What linking a case gives, by table; in two processes or in one."""
    return dict(links_of(_facts(case).all("x86", apart)))


def _facts(case: str) -> "_Facts":
    return _Facts({path: read(code) for (_, path), code in files_of(case).items()})


def read(code: str) -> BlobFacts:
    """The facts of one file."""
    source = code.encode()
    return facts_of(source, clean(source, LEXICON), parse)


class _Facts:
    """Facts of files in memory, as the store would give them."""

    def __init__(self, blobs: dict[str, BlobFacts]) -> None:
        self.paths = sorted(blobs)
        self.names: dict[int, str] = {}
        self._blobs = [blobs[path] for path in self.paths]
        self._lines: dict[int, int] = {}
        self._code: dict[int, Any] = {}
        self._owners: dict[tuple[int, str], int] = {}
        self._definitions = list(self._define())
        self._variables = list(self._declare())
        self.pointer_calls = [
            PointerCall(
                base + position,
                self._owner(number, call.caller),
                call.line,
                str(call.kind),
                call.callee,
                call.guard,
            )
            for number, base, blob in self._each()
            for position, call in enumerate(blob.calls)
            if call.kind is not CallKind.DIRECT
        ]

    def place(self, ident: int) -> str:
        """Where a definition stands: ``net/a.c:3``."""
        return f"{self.paths[(ident >> POSITION_BITS) - 1]}:{self._lines[ident]}"

    def all(self, arch: str, apart: Apart | None = None) -> Facts:
        """As linking is given them."""
        number = count()
        structs = [
            (base + next(number), struct)
            for _, base, b in self._each()
            for struct in b.structs
        ]
        return Facts(
            arch=arch,
            files=[(n + 1, path, n + 1) for n, path in enumerate(self.paths)],
            definitions=self._definitions,
            prototypes=[
                (p.name, p.returns, parameters_as_text(p.parameters))
                for _, _, blob in self._each()
                for p in blob.prototypes
            ],
            declared=[
                (base, p.name)
                for _, base, blob in self._each()
                for p in blob.prototypes
                if not p.static
            ],
            structs=[(ident, struct.tag) for ident, struct in structs],
            fields=[
                (ident, field.name, field.type)
                for ident, struct in structs
                for field in struct.fields
            ],
            typedefs=[
                (base, t.name, t.type)
                for _, base, blob in self._each()
                for t in blob.typedefs
            ],
            variables=self._variables,
            constants=[e.name for _, _, blob in self._each() for e in blob.enumerators],
            includes=[
                (base, i.target, int(i.system), i.line)
                for _, base, blob in self._each()
                for i in blob.includes
            ],
            callees=[
                (
                    number + 1,
                    sorted({c.callee for c in blob.calls if c.kind is CallKind.DIRECT}),
                )
                for number, _, blob in self._each()
            ],
            outside=[
                (number + 1, call.callee, call.line)
                for number, _, blob in self._each()
                for call in blob.calls
                if call.kind is CallKind.DIRECT and not call.caller
            ],
            uses=[
                (number + 1, json.dumps([(use.code, use.guard) for use in blob.uses]))
                for number, _, blob in self._each()
            ],
            called={call.callee for _, _, b in self._each() for call in b.calls},
            pointer_calls=self.pointer_calls,
            stores=self._some_stores,
            code=lambda ident: self._code[ident],
            users=self._users,
            separate=lambda _: ("tools/",),
            models=MODELS,
            deferred=[{"struct": "struct work", "fields": ["func"]}],
            apart=apart,
        )

    def _some_stores(self, begin: float, end: float) -> Iterator[tuple[int, list[Any]]]:
        count = len(self._blobs)
        for number in range(round(begin * count), round(end * count)):
            yield number + 1, list(self._stores(number))

    def _each(self) -> Iterator[tuple[int, int, BlobFacts]]:
        for number, blob in enumerate(self._blobs):
            yield number, (number + 1) << POSITION_BITS, blob

    def _define(self) -> Iterator[Definition]:
        for number, base, blob in self._each():
            both: list[Function | Macro] = [*blob.functions, *blob.macros]
            for position, each in enumerate(both):
                ident = base + position
                self._owners.setdefault((number, each.name), ident)
                self.names[ident] = each.name
                self._lines[ident] = each.line
                self._code[ident] = each.body
                yield _definition(ident, each)

    def _declare(self) -> Iterator[Variable]:
        for _, base, blob in self._each():
            for position, each in enumerate(blob.objects):
                ident = base + (1 << 19) + position
                self._code[ident] = each.init
                yield Variable(
                    ident,
                    each.name,
                    each.type,
                    each.line,
                    each.end_line,
                    int(each.static),
                    int(each.extern),
                    each.guard,
                    len(each.init),
                )

    def _owner(self, number: int, name: str) -> int:
        return self._owners.get((number, name), -1)

    def _stores(self, number: int) -> Iterator[list[Any]]:
        base = (number + 1) << POSITION_BITS
        for s in self._blobs[number].stores:
            owner = self._owner(number, s.function)
            target, value = json.loads(s.target), json.loads(s.value)
            yield [
                owner - base if owner >= 0 else -1,
                s.line,
                s.form,
                target,
                value,
                s.guard,
            ]

    def _users(self, names: Iterable[str]) -> list[int]:
        wanted = set(names)
        found = {
            self._owner(number, call.caller)
            for number, _, blob in self._each()
            for call in blob.calls
            if call.callee in wanted
        }
        return sorted(found - {-1})


def _definition(ident: int, each: Function | Macro) -> Definition:
    if isinstance(each, Macro):
        parameters = None if each.parameters is None else ";".join(each.parameters)
        return Definition(
            ident,
            each.name,
            "macro",
            each.line,
            each.end_line,
            0,
            "",
            parameters,
            each.guard,
            each.form,
        )
    return Definition(
        ident,
        each.name,
        str(each.kind),
        each.line,
        each.end_line,
        int(each.static),
        each.returns,
        parameters_as_text(each.parameters),
        each.guard,
        "",
    )
