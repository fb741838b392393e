"""Types as strings, and where the fields of structs are."""

import re
from dataclasses import dataclass

from xref.program import Program

_FIRST_WORD = re.compile(r"[A-Za-z_]\w*(?:::\w+)*")
_AGGREGATE = ("struct ", "union ")
_LINKS = {
    "struct list_head",
    "struct hlist_node",
    "struct hlist_head",
    "struct rb_node",
}


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


def is_aggregate(type_: str) -> bool:
    """Say whether a type is a struct or union by value."""
    return type_.startswith(_AGGREGATE) and not type_.endswith(("*", "]", ")"))


class Layout:
    """Fields, typedefs and what pointers may lead to, in one program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._members: dict[tuple[str, str], Member | None] = {}
        self._real: dict[str, str] = {}
        self._leads: dict[str, bool] = {}
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
                break
            known = self._program.typedefs(word[0])
            if not known or known[0].type == word[0]:
                break
            type_ = known[0].type + type_[word.end() :]
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

    def leads_on(self, type_: str) -> bool:
        """Say whether what a pointer type points to can decide which code runs.

        True for pointers to pointers, functions and structs that hold a pointer other
        than the links of lists; false for locks, counters, strings.
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
        return self._holds(target)

    def _holds(self, tag: str) -> bool:
        if tag in _LINKS or not tag.startswith(_AGGREGATE):
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
            return inner.startswith(_AGGREGATE) and inner not in _LINKS
        return type_.startswith(_AGGREGATE) and self._holds(type_)
