"""Operators of C over sets of constants; addresses survive masks and offsets."""

import operator
from collections.abc import Callable
from typing import Final

from xref.resolve.values import (
    THERE,
    TOP,
    UNKNOWN,
    Atom,
    Beyond,
    Bound,
    Func,
    Ptr,
    Sym,
    Value,
)

_MOST = 24
"""Sets beyond this size are not combined one by one."""


def binary(op: str, left: Value, right: Value) -> Value:
    """What ``left op right`` may be; pointer steps are not done here."""
    if len(left) > _MOST or len(right) > _MOST:
        return UNKNOWN
    return frozenset(_pair(op, a, b) for a in left for b in right) or UNKNOWN


def unary(op: str, value: Value) -> Value:
    """What ``op value`` may be."""
    return frozenset(_single(op, atom) for atom in value) or UNKNOWN


def swapped(value: Value, size: int) -> Value:
    """What numbers of so many bytes are with the bytes in the opposite order."""
    return frozenset(_swapped(atom, size) for atom in value) or UNKNOWN


def _swapped(atom: Atom, size: int) -> Atom:
    if not isinstance(atom, int):
        return TOP
    low = atom & (1 << 8 * size) - 1
    number = int.from_bytes(low.to_bytes(size, "little"), "big")
    return Bound(number) if isinstance(atom, Bound) else number


def _single(op: str, atom: Atom) -> Atom:
    if isinstance(atom, int):
        if op not in _UNARY:
            return TOP
        number = _UNARY[op](atom)
        return Bound(number) if isinstance(atom, Bound) else number
    if op == "!" and (isinstance(atom, Func) or _is_there(atom)):
        return 0
    return TOP


def _is_there(atom: Atom) -> bool:
    return isinstance(atom, Ptr) and atom.obj.kind in THERE


def _pair(op: str, left: Atom, right: Atom) -> Atom:
    if isinstance(left, int) and isinstance(right, int):
        number = _of_numbers(op, left, right)
        bound = isinstance(left, Bound) or isinstance(right, Bound)
        return Bound(number) if bound and isinstance(number, int) else number
    if op in {"==", "!="}:
        same = _same(left, right)
        return TOP if same is None else int(same == (op == "=="))
    if op in {"&", "|", "+", "-"}:
        return _kept(op, left, right)
    return _counted(left, right) if op in {"*", "/", "%", "<<", ">>"} else TOP


def _counted(left: Atom, right: Atom) -> Atom:
    """What is computed from a number beyond a descriptor may be so, too."""
    return next((a for a in (left, right) if isinstance(a, Beyond)), TOP)


def _kept(op: str, left: Atom, right: Atom) -> Atom:
    """Tag bits in an address, masks of an index: the address, the number remain."""
    if op == "&" and 0 in (left, right):
        return 0
    for this, other in ((left, right), (right, left)):
        if isinstance(this, Ptr | Func) and not isinstance(other, Ptr | Func):
            return this
    if op == "&":
        for this, other in ((left, right), (right, left)):
            if isinstance(this, Sym) and this is not TOP and not isinstance(other, int):
                return this
    return _counted(left, right)


def _same(left: Atom, right: Atom) -> bool | None:
    if isinstance(left, Func) and isinstance(right, Func):
        return left.name == right.name
    if isinstance(left, Ptr) and isinstance(right, Ptr):
        if left.obj.kind == right.obj.kind == "global":
            return left is right
        return None
    for this, other in ((left, right), (right, left)):
        if other == 0 and (isinstance(this, Func) or _is_there(this)):
            return False
    return None


def _of_numbers(op: str, left: int, right: int) -> Atom:
    rule = _BINARY.get(op)
    if rule is None or (op in {"<<", ">>"} and not 0 <= right < 64):  # noqa: PLR2004
        return TOP
    if op in {"/", "%"}:
        if right == 0:
            return TOP
        quotient = abs(left) // abs(right) * (1 if (left < 0) == (right < 0) else -1)
        return quotient if op == "/" else left - quotient * right  # C11 6.5.5p6
    return int(rule(left, right))


_BINARY: Final[dict[str, Callable[[int, int], int]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.floordiv,
    "%": operator.mod,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "&&": lambda a, b: int(bool(a) and bool(b)),
    "||": lambda a, b: int(bool(a) or bool(b)),
}
_UNARY: Final[dict[str, Callable[[int], int]]] = {
    "-": operator.neg,
    "+": operator.pos,
    "~": operator.invert,
    "!": lambda a: int(not a),
}
