"""Conditions of ``#if`` as guards: normalised text (see ``records``)."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

ARMS: Final = 250
"""The arms of a group that later ones are told not to be; real code has 60."""

_BLANKS = re.compile(r"\s+|\\\r?\n")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|//[^\n]*", re.DOTALL)
_DEFINED = re.compile(r"\b(?:defined\s*\(\s*(\w+)\s*\)|defined\s+(\w+))")
_ENABLED = re.compile(r"\bIS_ENABLED\s*\(\s*(\w+)\s*\)")
_DIRECTIVE = re.compile(r"\s*#\s*(\w+)")
_NOT = re.compile(r"!\s+")
_WORD = re.compile(r"\w+")
_CALL = re.compile(r"\w+\([\w, ]*\)")
_WRAPPED = re.compile(r"\(([^()]*)\)")


def normalised(word: str, condition: str) -> str:
    """The guard that an opening directive states.

    Args:
        word: ``if`` ``ifdef`` ``ifndef`` ``elif`` ``elifdef`` ``elifndef``.
        condition: the rest of the directive as written.
    """
    text = folded(condition)
    if word.endswith("def"):
        name = _WORD.match(text)
        text = name[0] if name else text
        return f"!{text}" if word.endswith("ndef") else text
    text = _DEFINED.sub(lambda match: match[1] or match[2], text)
    text = _NOT.sub("!", _ENABLED.sub(r"\1", text))
    wrapped = _WRAPPED.fullmatch(text)
    return wrapped[1].strip() if wrapped else text


def negated(guard: str) -> str:
    """The guard that holds where this one does not."""
    if guard.startswith("!") and _is_atom(guard[1:]):
        return guard[1:]
    return f"!{guard}" if _is_atom(guard) else f"!({guard})"


def joined(guards: list[str]) -> str:
    """All of these hold; "" stands for no condition."""
    parts = [guard for guard in guards if guard]
    return parts[0] if len(parts) == 1 else " && ".join(map(_part, parts))


def guard_of(directives: tuple[str, ...]) -> str:
    """The guard of the arm that the last of a group's directives opens.

    Args:
        directives: of one group, from its ``#if`` on: ``("#ifdef A", "#else")``.
    """
    *_, last = guards_of(directives)
    return last


def guards_of(directives: Iterable[str]) -> Iterator[str]:
    """The guards of the arms of a group, by the directives that open them."""
    refused: list[str] = []
    before = guard = ""
    for directive in directives:
        if guard and len(refused) < ARMS:
            refused.append(negated(guard))
            before += f"{_part(refused[-1])} && "
        match = _DIRECTIVE.match(directive)
        if match is not None:
            word, condition = match[1], directive[match.end() :]
            guard = "" if word == "else" else normalised(word, condition)
        if guard and refused:
            yield before + _part(guard)
        else:
            yield guard or joined(refused)


def folded(text: str) -> str:
    """Comments out, continuation lines joined, blanks folded to one."""
    if "/" in text:
        text = _COMMENT.sub(" ", text)
    return _BLANKS.sub(" ", text.replace("\\\n", " ")).strip()


def _part(guard: str) -> str:
    """A guard beside others."""
    return f"({guard})" if _is_choice(guard) else guard


def _is_atom(text: str) -> bool:
    return bool(_WORD.fullmatch(text) or _CALL.fullmatch(text))


@lru_cache(maxsize=1 << 12)
def _is_choice(text: str) -> bool:
    while "(" in text:
        shorter = _WRAPPED.sub("", text)
        if shorter == text:
            break
        text = shorter
    return "||" in text
