"""Braces and conditions of a blob: its blocks, and its groups of ``#if`` arms."""

import re
from dataclasses import dataclass
from typing import Final

from xref.parse.draft import Directive, Draft
from xref.parse.scan import last_ink

_BRACE_OR_CONDITION: Final = re.compile(rb"[{}#]")
_NEVER: Final = re.compile(
    rb"#[ \t]*if[ \t]+0\b|#[ \t]*if(?:def\b|[ \t]+defined\b)[ \t(]*__cplusplus\b"
)
_TYPE_HEAD: Final = re.compile(rb"(?<!\w)(enum|struct|union)(?:\s+\w+)?\s*\Z")
_LITERAL_HEAD: Final = re.compile(rb"(?:[=,({&?:]|\breturn)\s*\([^()]*\)\s*\Z")


_DEEPEST: Final = 250
"""Braces within braces that are followed; real code has 20."""


@dataclass(frozen=True, slots=True)
class Block:
    """Braces at file scope."""

    open: int
    close: int


@dataclass(slots=True)
class Group:
    """One ``#if`` to its ``#endif``."""

    directives: list[Directive]
    brace: int
    """The innermost brace that is open at the ``#if``, or -1."""
    kept: int
    """The arm that stands for the group where only one can: from 0; it is the number
    of arms when none should."""
    balanced: bool
    """Each arm closes what it opens, and only that."""
    parent: int
    """The group around it, an index, or -1."""
    parent_arm: int


@dataclass(frozen=True, slots=True)
class Outline:
    """What stands where."""

    blocks: list[Block]
    groups: list[Group]
    inner: list[tuple[int, int, int]]
    """Other directives within braces: start, end, innermost open brace."""
    lists: list[tuple[int, int]]
    """Initialisers within other braces."""


@dataclass(slots=True)
class _Open:
    """A group that is not closed yet."""

    number: int
    at_start: list[int]
    after: list[int] | None
    n_unopened: int
    """How many braces closed what none had opened when its arm began."""


def outline_of(draft: Draft, code: bytes) -> Outline:
    """Match braces, following one arm of each group of conditions.

    `code` is the text with nothing of the directives but the ``#``.
    """
    walk = _Walk(draft, code, is_reset=False)
    walk.run()
    if walk.is_uneven:
        walk = _Walk(draft, code, is_reset=True)
        walk.run()
    walk.blocks.sort(key=lambda block: block.open)
    groups = [group for group in walk.groups if group.directives[-1].kind == "endif"]
    if len(groups) != len(walk.groups):
        for group in groups:
            group.parent = -1
    return Outline(walk.blocks, groups, walk.inner, sorted(walk.lists))


class _Walk:
    """One pass over braces and conditions."""

    def __init__(self, draft: Draft, code: bytes, *, is_reset: bool) -> None:
        self.text = draft.text
        self.conditions = draft.conditions
        self.others = draft.others
        self.code = code
        self.is_reset = is_reset
        """Whether a closing brace at the beginning of a line ends everything."""
        self.stack: list[int] = []
        self.blocks: list[Block] = []
        self.groups: list[Group] = []
        self.open_groups: list[_Open] = []
        self.is_uneven = False
        self.n_unopened = 0
        self.lists: list[tuple[int, int]] = []
        self.inner: list[tuple[int, int, int]] = []
        self.n_conditions = 0
        self.n_others = 0

    def run(self) -> None:
        code, stack = self.code, self.stack
        for match in _BRACE_OR_CONDITION.finditer(code):
            at = match.start()
            token = match[0]
            if token == b"{":
                if len(stack) < _DEEPEST:
                    stack.append(at)
            elif token == b"}":
                self.close(at)
            else:
                self.directive(at)
        self.is_uneven = self.is_uneven or bool(stack)

    def close(self, at: int) -> None:
        stack = self.stack
        if not stack:
            self.is_uneven = True
            self.n_unopened += 1
            return
        opening = stack.pop()
        if stack and self.code[opening - 2 : opening].strip() == b"=":
            self.lists.append((opening, at))
        if stack and self.is_reset and self.code[at - 1 : at] == b"\n":
            opening = stack[0]
            stack.clear()
        if not stack:
            self.blocks.append(Block(opening, at))

    def directive(self, at: int) -> None:
        conditions, others = self.conditions, self.others
        if self.n_others < len(others) and others[self.n_others][0] == at:
            if self.stack:
                self.inner.append((*others[self.n_others], self.stack[-1]))
            self.n_others += 1
            return
        if self.n_conditions >= len(conditions):
            return
        directive = conditions[self.n_conditions]
        if directive.start != at:
            return
        self.n_conditions += 1
        if directive.kind == "if":
            self.begin(directive)
        elif self.open_groups:
            self.turn(directive)

    def begin(self, directive: Directive) -> None:
        parent = self.open_groups[-1].number if self.open_groups else -1
        arm = len(self.groups[parent].directives) - 1 if parent >= 0 else 0
        is_never = _NEVER.match(self.text, directive.start) is not None
        brace = self.stack[-1] if self.stack else -1
        self.open_groups.append(
            _Open(len(self.groups), self.stack.copy(), None, self.n_unopened)
        )
        kept = 1 if is_never else 0
        self.groups.append(
            Group(
                [directive], brace, kept, balanced=True, parent=parent, parent_arm=arm
            )
        )

    def turn(self, directive: Directive) -> None:
        """The end of an arm."""
        opened = self.open_groups[-1]
        group = self.groups[opened.number]
        stack = self.stack
        if stack != opened.at_start or self.n_unopened > opened.n_unopened:
            group.balanced = False
        if len(group.directives) - 1 == group.kept:
            opened.after = stack.copy()
        opened.n_unopened = self.n_unopened
        group.directives.append(directive)
        if directive.kind == "endif":
            self.open_groups.pop()
            stack[:] = opened.at_start if opened.after is None else opened.after
        else:
            stack[:] = opened.at_start


def kind_of_brace(code: bytes | bytearray, brace: int) -> str:
    """What an opening brace begins: ``enum`` ``type`` ``list`` ``block`` ``file``."""
    if brace < 0:
        return "file"
    at = last_ink(code, brace)
    byte = bytes(code[at : at + 1])
    head = bytes(code[max(0, brace - 120) : brace])
    if byte == b"(" or head.endswith(b")\n"):
        return "block"
    if byte in (b"=", b",") or (byte == b")" and _LITERAL_HEAD.search(head)):
        return "list"
    if byte == b"{":
        return "block" if _is_block(code, at) else "list"
    match = _TYPE_HEAD.search(head) if byte != b")" else None
    if match:
        return "enum" if match[1] == b"enum" else "type"
    return "block"


def _is_block(code: bytes | bytearray, brace: int) -> bool:
    """Whether a brace right behind another begins a block too."""
    for _ in range(8):
        kind_at = last_ink(code, brace)
        byte = code[kind_at : kind_at + 1]
        if byte != b"{":
            return byte in (b")", b";", b"}", b"")
        brace = kind_at
    return False
