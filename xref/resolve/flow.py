"""Ways through a function: copies of the locals, joined where ways meet."""

from collections.abc import Iterable
from typing import Any

from xref.resolve.dispatch import evaluate
from xref.resolve.machine import Env, Frame, Machine
from xref.resolve.values import Beyond, Value, truth

Node = list[Any]
_BELOW, _ABOVE = {"<", "<="}, {">", ">="}
_MOST = 24
"""Objects that a condition tells apart; of more, all stay."""
_LEAVES = {"return", "goto", "break", "continue"}


def merged(envs: Iterable[Env | None]) -> Env | None:
    """The locals where several ways meet; None when no way leads there."""
    answer: Env | None = None
    for env in envs:
        if env is None:
            continue
        if answer is None:
            answer = dict(env)
            continue
        for name, value in env.items():
            old = answer.get(name)
            if old is None:
                answer[name] = value
            elif old is not value:
                answer[name] = old | value
    return answer


def leaves(statements: list[Node]) -> bool:
    """Say whether a branch ends by leaving, as written."""
    if not statements:
        return False
    last = statements[-1]
    return last[0] in _LEAVES or (last[0] == "{" and leaves(last[1]))


def fails(statements: list[Node]) -> bool:
    """Say whether a branch ends as failures do: ``goto out`` or ``return -EINVAL``.

    One from which other ways lead out is more than a failure.
    """
    if not statements or any(_forks(one) for one in statements):
        return False
    last = statements[-1]
    if last[0] == "{":
        return fails(last[1])
    if last[0] == "return" and last[1]:
        value = last[1]
        return bool(value[:2] == ["op1", "-"] or (value[0] == "i" and value[1] < 0))
    return bool(last[0] == "goto")


def _forks(one: Node) -> bool:
    """Say whether a statement leaves in a branch of its own."""
    if one[0] == "if":
        return any(leaves(arm) or any(map(_forks, arm)) for arm in one[2:4])
    return one[0] == "{" and any(map(_forks, one[1]))


def is_error(machine: Machine, condition: Node) -> bool:
    """Say whether a condition asks for a failure: ``unlikely(x)``, ``IS_ERR(p)``."""
    if condition[0] == "call" and condition[1][0] == "n":
        model = machine.models.get(condition[1][1])
        return model is not None and model.asks_failure
    if condition[0] == "op" and condition[1] == "||":
        return all(is_error(machine, side) for side in condition[2:])
    return bool(
        condition[0] == "op" and condition[1] == "<" and condition[3] == ["i", 0]
    )


def assume(machine: Machine, frame: Frame, condition: Node, *, holds: bool) -> None:
    """Drop from a local variable what a condition rules out."""
    if condition[:2] == ["op1", "!"]:
        assume(machine, frame, condition[2], holds=not holds)
    elif condition[0] == "call" and condition[1][0] == "n":
        model = machine.models.get(condition[1][1])
        if model and model.rule == "same" and condition[2]:
            inner = condition[2][model.numbers["value"]]
            assume(machine, frame, inner, holds=holds)
    elif condition[0] == "op":
        meet(frame, condition, holds=holds)
        _assume_objects(machine, frame, condition, holds=holds)
    else:
        _assume_name(frame, condition, holds=holds)


def _assume_name(frame: Frame, code: Node, *, holds: bool) -> None:
    if code[0] != "n" or frame.env is None or frame.macro:
        return
    value = frame.env.get(code[1])
    if value and len(value) > 1:
        kept: Value = frozenset(
            a for a in value if truth(frozenset((a,))) in {holds, None}
        )
        if kept:
            frame.env[code[1]] = kept


def _assume_objects(
    machine: Machine, frame: Frame, condition: Node, *, holds: bool
) -> None:
    """Drop the objects of which a condition on their members does not hold.

    ``if (sk->family == AF_INET6)``: what is done then is done to those of that family.
    """
    if condition[1] in {"&&", "||"}:
        for side in condition[2:] if holds == (condition[1] == "&&") else ():
            if side[0] == "op":
                _assume_objects(machine, frame, side, holds=holds)
        return
    env, owners = frame.env, _owners_of(condition, set())
    if env is None or condition[1] not in {"==", "!="} or len(owners) != 1:
        return
    name = owners.pop()
    objects = env.get(name, frozenset())
    if not 1 < len(objects) <= _MOST or frame.macro or n_calls(condition):
        return
    sources, kept = frame.sources, []
    for atom in objects:
        env[name] = frozenset((atom,))
        if truth(evaluate(machine, frame, condition)[0]) in {holds, None}:
            kept.append(atom)
    frame.sources, env[name] = sources, frozenset(kept) or objects


def _owners_of(code: Node, found: set[str]) -> set[str]:
    """The names of which a piece of Code looks at members."""
    if code and code[0] == "->" and code[1][0] == "n":
        found.add(code[1][1])
    for part in code:
        if isinstance(part, list):
            _owners_of(part, found)
    return found


def n_calls(code: Node) -> int:
    """How many calls a piece of Code holds."""
    total = 1 if code and code[0] == "call" else 0
    for part in code:
        if isinstance(part, list):
            total += n_calls(part)
    return total


def names_taken(code: Node, found: set[str]) -> set[str]:
    """The names whose address a piece of Code takes."""
    if code and code[0] == "&" and len(code) == 2:  # noqa: PLR2004 - ["&", e]
        inner = code[1]
        while inner[0] in {".", "[]"}:
            inner = inner[1]
        if inner[0] == "n":
            found.add(inner[1])
    for part in code:
        if isinstance(part, list):
            names_taken(part, found)
    return found


def is_dead(frame: Frame) -> bool:
    """Say whether no way leads on from here."""
    return frame.env is None


def meet(frame: Frame, condition: Node, *, holds: bool) -> None:
    """What counts up to a number beyond a descriptor comes by the descriptor.

    Of all the numbers that it counts, that is the one that matters.
    """
    env = frame.env or {}
    if condition[0] != "op" or condition[1] not in (_BELOW if holds else _ABOVE):
        return
    counter, limit = condition[2:]
    if counter[0] == limit[0] == "n" and counter[1] in env and not frame.macro:
        met = [a.met for a in env.get(limit[1], ()) if isinstance(a, Beyond)]
        if met:
            env[counter[1]] = frozenset(met)


def weighs_local(frame: Frame, condition: Node) -> bool:
    """Say whether a condition asks about a local variable that holds known numbers."""
    if condition and condition[0] == "n":
        value = (frame.env or {}).get(condition[1])
        return bool(value) and all(isinstance(a, int) for a in value or ())
    parts = [part for part in condition if isinstance(part, list)]
    return any(weighs_local(frame, part) for part in parts)
