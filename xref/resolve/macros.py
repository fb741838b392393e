"""Function-like macros: their bodies are evaluated where they are used."""

from collections.abc import Sequence
from typing import Any

from xref.program import MacroEntry
from xref.resolve.dispatch import evaluate, execute
from xref.resolve.machine import Frame, Machine, MacroEnv
from xref.resolve.names import callee_of
from xref.resolve.values import UNKNOWN, Typed
from xref.spelling import spelling_of

Node = list[Any]
Source = tuple[Node, MacroEnv | None]
"""An expression, and the macro in whose words it is written."""
_DEEPEST = 24


def expand(
    machine: Machine, frame: Frame, code: Node, macro: MacroEntry
) -> Typed | None:
    """The value of a use of a macro; None when its body cannot be evaluated."""
    body: Node = list(machine.program.macro_body(macro.id))
    if not body or len(frame.inside) > _DEEPEST:
        return None
    bound = bound_to(frame.macro, macro.parameters or (), code[2])
    kept = frame.macro, frame.line
    if not frame.line:
        frame.line, frame.used = code[3], frame.now[0]
    frame.macro = bound
    frame.inside = (*frame.inside, code[1][1], code[3])
    answer: Typed = (UNKNOWN, "")
    is_known = macro.form == "empty"
    if macro.form == "expr" or body[0] == "generic":
        answer, is_known = evaluate(machine, frame, body), True
    elif macro.form == "statements" or body[0][0] == "decl":
        execute(machine, frame, body)
        is_known = True
    frame.inside = frame.inside[:-2]
    frame.macro, frame.line = kept
    if not frame.line:
        frame.passed_in.clear()
    return answer if is_known else None


def passed(code: Node, macro: MacroEnv | None) -> Source:
    """What stands for a macro's parameter, through all macros around."""
    while code and code[0] == "n" and macro and code[1] in macro:
        code, macro = macro[code[1]]
    return code, macro


def variable_of(frame: Frame, name: str) -> str:
    """The local variable that a declaration in a macro's body makes."""
    code, macro = ["n", name], frame.macro
    while code[0] == "n" and macro and code[1] in macro:
        code, macro = macro[code[1]]
    if code[0] == "n":
        return str(code[1])
    if id(code) not in frame.made:
        name = spelling_of(code)
        while name in frame.made.values():  # __COUNTER__ makes another of it each time
            name += "'"
        frame.made[id(code)] = name
    return frame.made[id(code)]


def spelled(frame: Frame, type_: str) -> str:
    """A type, where parameters of a macro stand for it or are pasted into it."""
    if not frame.macro:
        return type_
    base = type_.rstrip(" *")
    return word_of(["n", base], frame.macro) + type_[len(base) :]


def bound_to(
    macro: MacroEnv | None, names: Sequence[str], arguments: list[Node]
) -> MacroEnv:
    """The parameters of a macro with what stands for them, in the words of another."""
    bound: MacroEnv = {}
    for number, name in enumerate(names):
        if name.endswith("..."):
            rest = arguments[number:]
            key = name[:-3].strip() or "__VA_ARGS__"
            bound[key] = (rest[0] if len(rest) == 1 else [",", rest], macro)
            for at, argument in enumerate(spliced(macro, rest)):
                bound[f"{key}#{at}"] = (argument, macro)
        elif number < len(arguments):
            bound[name] = (arguments[number], macro)
    return bound


def spliced(macro: MacroEnv | None, arguments: list[Node]) -> list[Node]:
    """Arguments, with ``__VA_ARGS__`` replaced by what stands for it."""
    if not macro:
        return arguments
    found: list[Node] = []
    for argument in arguments:
        key = f"{argument[1]}#0" if argument[0] == "n" else ""
        if key not in macro:
            found.append(argument)
            continue
        at = 0
        while f"{argument[1]}#{at}" in macro:
            found.append(["n", f"{argument[1]}#{at}"])
            at += 1
    return found


def written(machine: Machine, frame: Frame, code: Node) -> Source:
    """What a use of a macro is, where that is one expression or declaration.

    ``guard(lock)`` is ``CLASS(lock, __UNIQUE_ID(guard))``, and that a declaration.
    """
    macro = frame.macro
    for _ in range(_DEEPEST):
        if code[0] == "n" and macro and code[1] in macro:
            code, macro = macro[code[1]]
            continue
        name = word_of(code[1], macro) if code[0] == "call" else ""
        meant = callee_of(machine, frame.path, name).macro if name else None
        body: Node = list(machine.program.macro_body(meant.id)) if meant else []
        if meant is None or not body:
            break
        macro = bound_to(macro, meant.parameters or (), code[2])
        code = body
    return code, macro


def declaration_of(code: Node, source: Source) -> Node:
    """The declaration that ``CLASS(fd, f)(x)`` is; [] when the macro declares nothing.

    The macro's body is a declaration whose words are pasted from its arguments and
    whose initialiser is the function that the arguments behind it go to.
    Linux kernel commit 54da6a092431 ("locking: Introduce __cleanup() based
    infrastructure") (in v6.5).
    """
    body, macro = source
    if not isinstance(body[0], list) or body[0][0] != "decl":
        return []
    name, init = body[0][1], body[0][3]
    if not init or init[0] != "n":
        return []
    call = ["call", ["n", word_of(init, macro)], code[2], code[3]]
    # The type is the function's own.
    return ["decl", word_of(["n", name], macro), "?", call, code[3], 0]


def put_in_place(code: Any, given: dict[str, Node]) -> Any:  # noqa: ANN401  # Code
    """The body of a macro at file scope with its arguments, which are not expanded."""
    if not isinstance(code, list):
        return code
    if code[:1] == ["n"] and code[1] in given:
        return given[code[1]]
    if code[:1] == ["n"] and "##" in code[1]:
        env: MacroEnv = {name: (each, None) for name, each in given.items()}
        return ["n", word_of(code, env)]
    return [put_in_place(part, given) for part in code]


def word_of(code: Node, macro: MacroEnv | None) -> str:
    """The word that an expression is once the arguments of macros are in place.

    ``a##b`` is pasted together (C11 6.10.3.3); what is no word is written as it is.
    """
    while code[0] == "n" and macro and code[1] in macro:
        code, macro = macro[code[1]]
    if code[0] == "n" and "##" in code[1]:
        parts = (part.strip() for part in code[1].split("##"))
        return "".join(word_of(["n", part], macro) for part in parts)
    return str(code[1]) if code[0] in {"n", "type", "i"} else spelling_of(code)
