"""Function-like macros: their bodies are evaluated where they are used."""

from collections.abc import Sequence
from typing import Any

from xref.program import MacroEntry
from xref.resolve.dispatch import evaluate, execute
from xref.resolve.machine import Frame, Machine, MacroEnv
from xref.resolve.values import UNKNOWN, Typed
from xref.spelling import spelling_of

Node = list[Any]
_DEEPEST = 24


def expand(
    machine: Machine, frame: Frame, code: Node, macro: MacroEntry
) -> Typed | None:
    """The value of a use of a macro; None when its body cannot be evaluated."""
    body: Node = list(machine.program.macro_body(macro.id))
    if not body or len(frame.inside) > _DEEPEST:
        return None
    bound = _bound(frame, macro.parameters or (), code[2])
    kept = frame.macro, frame.line
    if not frame.line:
        frame.line = code[3]
    frame.macro = bound
    frame.inside = (*frame.inside, code[1][1], code[3])
    answer: Typed = (UNKNOWN, "")
    declares = isinstance(body[0], list) and body[0][0] == "decl"
    if macro.form == "expr":
        answer = evaluate(machine, frame, body)
    elif macro.form == "statements" or declares:
        execute(machine, frame, body)
    frame.inside = frame.inside[:-2]
    frame.macro, frame.line = kept
    if not frame.line:
        frame.passed_in.clear()
    return answer if declares or macro.form in _USED else None


_USED = {"expr", "statements", "empty"}


def variable_of(frame: Frame, name: str) -> str:
    """The local variable that a declaration in a macro's body makes."""
    code, macro = ["n", name], frame.macro
    while code[0] == "n" and macro and code[1] in macro:
        code, macro = macro[code[1]]
    if code[0] == "n":
        return str(code[1])
    return frame.made.setdefault(id(code), spelling_of(code))


def spelled(frame: Frame, type_: str) -> str:
    """A type, where parameters of a macro stand for it or are pasted into it."""
    if not frame.macro:
        return type_
    base = type_.rstrip(" *")
    words = {
        name: str(argument[1])
        for name, (argument, _) in frame.macro.items()
        if argument[0] in {"n", "type"}
    }
    found = _pasted(base, words) if "##" in base else words.get(base, base)
    return found + type_[len(base) :]


def _bound(frame: Frame, names: Sequence[str], arguments: list[Node]) -> MacroEnv:
    """The parameters of a macro with what stands for them."""
    bound: MacroEnv = {}
    for number, name in enumerate(names):
        if name.endswith("..."):
            rest = arguments[number:]
            key = name[:-3].strip() or "__VA_ARGS__"
            bound[key] = (rest[0] if len(rest) == 1 else [",", rest], frame.macro)
            for at, argument in enumerate(spliced(frame, rest)):
                bound[f"{key}#{at}"] = (argument, frame.macro)
        elif number < len(arguments):
            bound[name] = (arguments[number], frame.macro)
    return bound


def spliced(frame: Frame, arguments: list[Node]) -> list[Node]:
    """Arguments, with ``__VA_ARGS__`` replaced by what stands for it."""
    if not frame.macro:
        return arguments
    found: list[Node] = []
    for argument in arguments:
        key = f"{argument[1]}#0" if argument[0] == "n" else ""
        if key not in frame.macro:
            found.append(argument)
            continue
        at = 0
        while f"{argument[1]}#{at}" in frame.macro:
            found.append(["n", f"{argument[1]}#{at}"])
            at += 1
    return found


def declaration_of(code: Node, macro: MacroEntry, body: Node) -> Node:
    """The declaration that ``CLASS(fd, f)(x)`` is; [] when the macro declares nothing.

    The macro's body is a declaration whose words are pasted from its arguments and
    whose initialiser is the function that the arguments behind it go to.
    Linux kernel commit 54da6a092431 ("locking: Introduce __cleanup() based
    infrastructure") (in v6.5).
    """
    if not body or not isinstance(body[0], list) or body[0][0] != "decl":
        return []
    inner = code[1]
    words = {
        name: argument[1]
        for name, argument in zip(macro.parameters or (), inner[2], strict=False)
        if argument[0] == "n"
    }
    name, init = body[0][1], body[0][3]
    if not init or init[0] != "n":
        return []
    call = ["call", ["n", _pasted(init[1], words)], code[2], code[3]]
    # The type is the function's own.
    return ["decl", _pasted(name, words), "?", call, code[3], 0]


def _pasted(text: str, words: dict[str, str]) -> str:
    """A name made by ``##`` (C11 6.10.3.3)."""
    return "".join(words.get(part.strip(), part.strip()) for part in text.split("##"))
