"""What can be said of types as strings, see ``records``."""

import re
from typing import Final

_DECLARATOR: Final = re.compile(r"\((\**)((?:\[\])*)\)(?=\()")
"""The ``(*)`` of a pointer to a function, the ``(*[])`` of an array of them."""
_OPAQUE: Final = frozenset(
    ("void *", "unsigned long", "long", "u64", "uintptr_t", "void")
)


def pointee(type_: str) -> str:
    """What a pointer or array leads to; "" for anything else."""
    if type_.endswith(" *"):
        return type_[:-2]
    if type_.endswith("[]"):
        return type_[:-2].rstrip()
    if not type_.endswith(")"):
        return ""
    match = _DECLARATOR.search(type_)
    if match is None:
        return type_  # a function is its own address, C11 6.3.2.1p4
    stars, brackets = match[1], match[2]
    if brackets:
        brackets = brackets[2:]
    elif len(stars) > 1:
        stars = stars[1:]
    return f"{type_[: match.start()]}({stars}{brackets}){type_[match.end() :]}"


def pointer_to(type_: str) -> str:
    """The type of the address of something."""
    if not type_:
        return ""
    if type_.endswith("[]"):
        return type_  # what an array holds is what counts
    return type_ if type_.endswith(")") else f"{type_} *"


def result_of(type_: str) -> str:
    """What a call of a function or of a pointer to one gives; "" for others."""
    match = _DECLARATOR.search(type_)
    if match is not None:
        return type_[: match.start()].rstrip()
    return type_.partition("(")[0].rstrip() if type_.endswith(")") else ""


def parameters_of(type_: str) -> list[str]:
    """The types of the parameters of a function or a pointer to one."""
    if not type_.endswith(")"):
        return []
    match = _DECLARATOR.search(type_)
    start = match.end() if match else type_.find("(")
    found, depth, begin = [], 0, start + 1
    for at in range(start, len(type_)):
        depth += {"(": 1, ")": -1}.get(type_[at], 0)
        if depth == 0 or (depth == 1 and type_[at] == ","):
            found.append(type_[begin:at].strip())
            begin = at + 1
            if depth == 0:
                break
    return [] if found == ["void"] else [each for each in found if each]


def applied(base: str, suffix: str) -> str:
    """A typedef's type with what stood behind the typedef's name: `` *``, ``[]``."""
    if not suffix or not base.endswith(")"):
        return f"{base}{suffix}"
    match = _DECLARATOR.search(base)
    if match is None:
        stars = "*" * suffix.count("*")
        at = base.find("(")
        return f"{base[:at].rstrip()} ({stars}){base[at:]}" if stars else base
    stars = match[1] + "*" * suffix.count("*")
    brackets = match[2] + "[]" * suffix.count("[]")
    return f"{base[: match.start()]}({stars}{brackets}){base[match.end() :]}"


def is_function(type_: str) -> bool:
    """Say whether a type is a function, a pointer to one or an array of those."""
    return type_.endswith(")")


def is_plain_function(type_: str) -> bool:
    """Say whether a type is a function, and neither a pointer to one nor an array."""
    return type_.endswith(")") and _DECLARATOR.search(type_) is None


def may_hold_function(type_: str) -> bool:
    """Say whether a function may be kept in a value of a type; "" is not known."""
    return not type_ or type_.endswith(")") or type_ in _OPAQUE


def is_opaque(type_: str) -> bool:
    """Say whether a type holds anything: a function only by the way."""
    return type_ in _OPAQUE


def is_told_by_value(type_: str) -> bool:
    """Say whether only the value of something tells its type: ``typeof(x) y = x``."""
    return type_[:1] in {"?", ""} or "typeof" in type_.lower()


def tag_of(type_: str) -> str:
    """The struct or union that a value of a type is, or points to, or holds."""
    while type_.endswith((" *", "[]")):
        type_ = type_[:-2].rstrip()
    return type_ if type_.startswith(("struct ", "union ")) else ""
