"""The preprocessor's lines of one blob, read without a tree.

Conditions often cut through the grammar, so trees do not hold them reliably; they
are whole lines, so text does.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from xref.extract.guards import ARMS, joined, negated, normalised

# C11 6.10: a directive begins with the first "#" of a line and ends with that line;
# lines that end in a backslash and comments go on.  Comments and strings elsewhere
# are read over, so that what looks like a directive in them is none.
_BLANK = r"(?:[ \t]++|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/)*+"
_DIRECTIVE = re.compile(
    rf"""(?:[^/"'\n]++|\n(?!{_BLANK}\#)|/\*.*?(?:\*/|\Z)|//[^\n]*+
    |"(?:[^"\\\n]++|\\.)*+"?|'(?:[^'\\\n]++|\\.)*+'?|/)*+
    \n{_BLANK}\#{_BLANK}(?P<word>\w*+)(?P<rest>[^\n/\\]*+
    (?:/\*.*?(?:\*/|\Z)|//[^\n\\]*+|\\\r?\n|[^\n\\/]++|\\|/)*+)""",
    re.DOTALL | re.VERBOSE,
)
"""One directive and all that stands before it."""
_WITHIN = re.compile(
    r"""/\*.*?(?:\*/|\Z)|//[^\n]*|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')""",
    re.DOTALL,
)
"""Comments of a directive; literals are read over."""
_SIGN = re.compile(r"[^\n]")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|//[^\n]*", re.DOTALL)
_DEFINE = re.compile(
    r"(?:\s|\\\n)*+(?P<name>[A-Za-z_$][\w$]*+)(?:\((?P<parameters>[^()]*+)\))?"
)
_INCLUDE = re.compile(r'\s*+(?:<(?P<system>[^>\n]+)>|"(?P<own>[^"\n]+)")')
_DEEPEST = 100
"""Groups within groups whose conditions are kept; real code has 10."""
_NOT_DEFINED = re.compile(r"!(\w+)(?: \|\| .*)?")


class Directive(NamedTuple):
    """One line of the preprocessor's."""

    start_byte: int
    """Of its line."""
    rest_byte: int
    """Behind the word."""
    word: str
    rest: str


@dataclass(frozen=True, slots=True)
class Conditions:
    """The guard at each byte of a blob."""

    starts: list[int]
    guards: list[str]
    deep: list[int]
    """Where groups begin whose conditions are left out, being nested too deeply."""
    wide: list[int]
    """Where arms begin that are not told of all arms before them, being too many."""

    def at(self, byte: int) -> str:
        """The guard that holds at a byte, "" for none."""
        starts = self.starts
        return self.guards[bisect_right(starts, byte) - 1] if len(starts) > 1 else ""


@dataclass(slots=True)
class _Group:
    """An ``#if`` that is still open."""

    guard: str
    refused: list[str]
    n_arms: int = 1


def directives_of(text: str) -> list[Directive]:
    """Read the directives of a blob, given as one character a byte."""
    found = []
    text = "\n" + text
    match = _DIRECTIVE.match(text)
    while match is not None:
        word = match["word"]
        if word:
            start, at = match.start("word") - 1, match.start("rest") - 1
            found.append(Directive(start, at, word, _bare(match["rest"])))
        match = _DIRECTIVE.match(text, match.end())
    return found


def _bare(rest: str) -> str:
    """A directive with blanks for comments, as long as it was."""
    if "/*" not in rest and "//" not in rest:
        return rest
    return _WITHIN.sub(lambda found: found[1] or _SIGN.sub(" ", found[0]), rest)


def is_code_between(text: str, directives: list[Directive]) -> bool:
    """Whether anything but directives, comments and blanks stands in a blob."""
    end = 0
    for directive in directives:
        between = text[end : directive.start_byte]
        end = directive.rest_byte + len(directive.rest)
        if between.strip() != "#" and _COMMENT.sub("", between).strip(" \t\r\n#"):
            return True
    return bool(_COMMENT.sub("", text[end:]).strip())


def conditions_of(directives: list[Directive]) -> Conditions:
    """Read the nesting of ``#if``; the guard against double inclusion is none."""
    starts, guards = [0], [""]
    stack: list[_Group] = []
    deep, wide = [], []
    guard = ""
    once = _once(directives)
    for directive in directives:
        if not _turn(stack, directive):
            continue
        if directive is once:
            stack[-1].guard = ""
        if directive.word != "endif" and stack[-1].n_arms == ARMS + 2:
            wide.append(directive.start_byte)
        if len(stack) <= _DEEPEST:
            guard = joined([part for group in stack for part in _parts(group)])
        elif len(stack) == _DEEPEST + 1 and directive.word.startswith("if"):
            deep.append(directive.start_byte)
        starts.append(directive.start_byte)
        guards.append(guard)
    return Conditions(starts, guards, deep, wide)


def _parts(group: _Group) -> list[str]:
    return [*group.refused, group.guard]


def _turn(stack: list[_Group], directive: Directive) -> bool:
    """Open, switch or close a group; False when the directive does none of it."""
    word = directive.word
    if word in {"if", "ifdef", "ifndef"}:
        stack.append(_Group(normalised(word, directive.rest), []))
        return True
    if not stack or word not in {"elif", "elifdef", "elifndef", "else", "endif"}:
        return False
    if word == "endif":
        stack.pop()
        return True
    group = stack[-1]
    group.n_arms += 1
    if group.guard and len(group.refused) < ARMS:
        group.refused.append(negated(group.guard))
    group.guard = "" if word == "else" else normalised(word, directive.rest)
    return True


def _once(directives: list[Directive]) -> Directive | None:
    """The ``#ifndef NAME`` before ``#define NAME`` that is a header's first group."""
    for at, directive in enumerate(directives[:-1]):
        if not directive.word.startswith("if"):
            continue
        match = _NOT_DEFINED.fullmatch(normalised(directive.word, directive.rest))
        follow = directives[at + 1]
        if match and follow.word == "define" and follow.rest.strip() == match[1]:
            return directive
        return None
    return None


class Define(NamedTuple):
    """A ``#define`` as it stands."""

    name: str
    parameters: tuple[str, ...] | None
    start_byte: int
    """Of the name."""
    body_start: int
    body_end: int


def define_of(directive: Directive) -> Define | None:
    """Read a ``#define``, or None when it names nothing."""
    match = _DEFINE.match(directive.rest)
    if match is None:
        return None
    at = directive.rest_byte
    listed = match["parameters"]
    parameters = None
    if listed is not None:
        names = [name.strip(" \t\\\r\n") for name in listed.split(",")]
        parameters = tuple(name for name in names if name)
    return Define(
        match["name"],
        parameters,
        at + match.start("name"),
        at + match.end(),
        at + len(directive.rest),
    )


def include_of(directive: Directive) -> tuple[str, bool] | None:
    """What an ``#include`` names and whether in <>; None for ``#include MACRO``."""
    match = _INCLUDE.match(directive.rest)
    if match is None:
        return None
    return match["system"] or match["own"], match["own"] is None
