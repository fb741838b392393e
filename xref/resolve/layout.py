"""Types as strings, and where the fields of structs are."""

import re
from dataclasses import dataclass

from xref.program import Program

_FIRST_WORD = re.compile(r"[A-Za-z_]\w*(?:::\w+)*")
_TAG = re.compile(r"(struct|union) (\w+)")
_AGGREGATE = ("struct ", "union ")


@dataclass(frozen=True, slots=True)
class Member:
    """A field as found from the outside of a struct."""

    slot: str
    """``sock_common.skc_prot``: the innermost struct that declares it."""
    type: str
    first: bool
    """At offset 0 of the struct it was asked of."""


def pointee(type_: str) -> str:
    """What a pointer or array type leads to; "" for anything else."""
    if type_.endswith(" *"):
        return type_[:-2]
    if type_.endswith("[]"):
        return type_[:-2].rstrip()
    return ""


def is_function_pointer(type_: str) -> bool:
    """Say whether a type is a function or a pointer to one."""
    return "(" in type_


def is_function(type_: str) -> bool:
    """Say whether a type is a function, not a pointer to one."""
    _, bracket, rest = type_.partition("(")
    return bool(bracket) and not rest.startswith("*")


def is_aggregate(type_: str) -> bool:
    """Say whether a type is a struct or union by value."""
    return type_.startswith(_AGGREGATE) and not type_.endswith(("*", "]", ")"))


class Layout:
    """Fields, typedefs and what pointers may lead to, in one program."""

    def __init__(self, program: Program, plain: frozenset[str] = frozenset()) -> None:
        self._program = program
        self._plain = plain
        self._members: dict[tuple[str, str], Member | None] = {}
        self._real: dict[str, str] = {}
        self._fits: dict[tuple[str, str], bool] = {}
        self._tables: dict[str, bool] = {}
        self._leads: dict[str, bool] = {}
        self._calling: dict[str, bool] = {}
        self._fields: dict[str, tuple[tuple[str, str], ...]] = {}

    def real(self, type_: str) -> str:
        """The type with its leading typedef names replaced, as far as known."""
        found = self._real.get(type_)
        if found is None:
            found = self._real[type_] = self._unfold(type_)
        return found

    def _unfold(self, type_: str) -> str:
        for _ in range(8):
            word = _FIRST_WORD.match(type_)
            if not word or word[0] in {"struct", "union", "enum"}:
                return self._renamed(type_)
            known = self._program.typedefs(word[0])
            if not known or known[0].type == word[0]:
                break
            type_ = known[0].type + type_[word.end() :]
        return type_

    def _renamed(self, type_: str) -> str:
        """A struct by its own tag, where a macro gives it another one."""
        # Linux: include/linux/types.h, "#define rcu_head callback_head"
        tag = _TAG.match(type_)
        if tag and not self._program.structs(tag[0]):
            for macro in self._program.macros(tag[2]):
                body = self._program.macro_body(macro.id)
                if macro.parameters is None and body and body[0] == "n":
                    return f"{tag[1]} {body[1]}{type_[tag.end() :]}"
        return type_

    def fields(self, tag: str) -> tuple[tuple[str, str], ...]:
        """Names and types of the fields of ``struct x``; () when not read."""
        found = self._fields.get(tag)
        if found is None:
            entries = self._program.structs(tag)
            best = max(entries, key=lambda e: len(e.fields), default=None)
            found = tuple((f.name, f.type) for f in best.fields) if best else ()
            self._fields[tag] = found
        return found

    def member(self, tag: str, name: str) -> Member | None:
        """Find a field, through anonymous members too."""
        key = (tag, name)
        if key not in self._members:
            self._members[key] = None  # a struct cannot contain itself
            self._members[key] = self._find(tag, name)
        return self._members[key]

    def _find(self, tag: str, name: str) -> Member | None:
        union = tag.startswith("union ")
        for at, (field, type_) in enumerate(self.fields(tag)):
            if field == name:
                bare = tag.partition(" ")[2]
                return Member(f"{bare}.{name}", type_, first=union or at == 0)
            if not field:
                inner = self.member(type_, name)
                if inner:
                    first = inner.first and (union or at == 0)
                    return Member(inner.slot, inner.type, first=first)
        return None

    def may_be(self, type_: str, tag: str) -> bool:
        """Say whether memory of one type may be looked at as a struct.

        The same struct, one that it begins with, or one that begins with it: that is
        how ``struct sock`` becomes ``struct tcp_sock``.
        """
        if not type_ or type_ == tag:
            return True
        key = (type_, tag)
        if key not in self._fits:
            real = self.real(type_)
            self._fits[key] = (
                not real.startswith(_AGGREGATE)
                or not self.fields(real)
                or not self.fields(tag)
                or tag in self._starts(real)
                or real in self._starts(tag)
            )
        return self._fits[key]

    def _starts(self, tag: str) -> set[str]:
        """The structs that stand at offset 0 of one, itself included."""
        found = {tag}
        work = [tag]
        while work:
            one = work.pop()
            fields = self.fields(one)
            for _, type_ in fields if one.startswith("union ") else fields[:1]:
                real = self.real(type_)
                if real not in found and real.startswith(_AGGREGATE):
                    found.add(real)
                    work.append(real)
        return found

    def is_table(self, type_: str) -> bool:
        """Say whether a struct holds function pointers, or a row leads to such."""
        found = self._tables.get(type_)
        if found is None:
            self._tables[type_] = False  # a struct cannot contain itself
            found = self._tables[type_] = self._is_table(self.real(type_))
        return found

    def _is_table(self, real: str) -> bool:
        while real.endswith("]"):
            real = self.real(pointee(real))
        if pointee(real):
            return bool(pointee(self.real(pointee(real))))  # a pointer to a pointer
        return any(
            is_function_pointer(inner)
            or self._has_functions(pointee(inner))
            or (is_aggregate(inner) and self.is_table(inner))
            for inner in (self.real(t) for _, t in self.fields(real))
        )

    def leads_to_table(self, tag: str) -> bool:
        """Say whether a member of a struct points to a struct that points to a table.

        ``vfsmount.mnt_sb`` does, by ``super_block.s_op``.
        """
        return any(
            is_aggregate(inner) and self._points_to_table(inner)
            for inner in self._pointees(tag)
        )

    def _points_to_table(self, tag: str) -> bool:
        return any(self._has_functions(inner) for inner in self._pointees(tag))

    def _pointees(self, tag: str) -> list[str]:
        """What the pointers in a struct lead to, as far as it is known."""
        found = [pointee(self.real(type_)) for _, type_ in self.fields(tag)]
        return [self.real(inner) for inner in found if inner]

    def _has_functions(self, type_: str) -> bool:
        return bool(type_) and any(
            is_function_pointer(self.real(t)) for _, t in self.fields(self.real(type_))
        )

    def has_functions(self, tag: str) -> bool:
        """Say whether a struct holds function pointers, embedded structs included."""
        found = self._calling.get(tag)
        if found is None:
            self._calling[tag] = False  # a struct cannot contain itself
            found = self._calling[tag] = any(
                is_function_pointer(real)
                or (is_aggregate(real) and self.has_functions(real))
                for real in (
                    self.real(type_) for _, type_ in self.fields(self.real(tag))
                )
            )
        return found

    def leads_on(self, type_: str) -> bool:
        """Say whether what a pointer type points to can decide which code runs.

        True for pointers to pointers, functions and structs that hold a pointer; false
        for counters, strings, and what data/models.toml calls plain: links and locks.
        """
        found = self._leads.get(type_)
        if found is None:
            self._leads[type_] = False
            found = self._leads[type_] = self._may_lead(self.real(type_))
        return found

    def _may_lead(self, type_: str) -> bool:
        if is_function_pointer(type_):
            return True
        target = self.real(pointee(type_))
        if not target:
            return False
        if target == "void" or pointee(target) or is_function_pointer(target):
            return True
        return self.holds(target)

    def holds(self, tag: str) -> bool:
        """Say whether a struct has a pointer in it that can decide which code runs."""
        if tag in self._plain or not tag.startswith(_AGGREGATE):
            return False
        fields = self.fields(tag)
        if not fields:
            return True
        return any(self._field_holds(self.real(type_)) for _, type_ in fields)

    def _field_holds(self, type_: str) -> bool:
        if is_function_pointer(type_):
            return True
        while type_.endswith("[]"):
            type_ = type_[:-2].rstrip()
        if type_.endswith(" *"):
            inner = self.real(type_[:-2])
            return inner.startswith(_AGGREGATE) and inner not in self._plain
        return type_.startswith(_AGGREGATE) and self.holds(type_)
