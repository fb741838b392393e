"""Two kernels and a question to what changed between them."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from xref.analyse.diff.ends import without_below
from xref.analyse.diff.pairs import THRESHOLD, Codes, Defined, Group
from xref.analyse.diff.paths import Place, path_diff
from xref.analyse.diff.settled import (
    Calls,
    changed_ids,
    followed_alike,
    settled,
    unsure_slots,
)
from xref.analyse.diff.tokens import Tokens
from xref.analyse.folding import ReadingOptions
from xref.analyse.paths import reading_of
from xref.answers import CallPath, PathNode
from xref.changes import Limits, PathDiff
from xref.pipeline.below import Met, met_below
from xref.pipeline.further import further
from xref.pipeline.memory import without_collector
from xref.pipeline.paths import PathRequest, find_path
from xref.pipeline.texts import Texts
from xref.program import CallEntry, MacroEntry, Program
from xref.records import CallKind, FunctionKind

FROM_INDEX = "as they were indexed: the source is not at hand"


@dataclass(frozen=True, slots=True)
class DiffRequest:
    """What is asked of two kernels."""

    path: PathRequest
    reading: ReadingOptions
    threshold: float = THRESHOLD


def diff_paths(old: Texts, new: Texts, request: DiffRequest) -> PathDiff:
    """Compare the paths of one system call in two kernels."""
    with without_collector():  # it would look at all of two graphs many times
        return _diff_paths(old, new, request)


def _diff_paths(old: Texts, new: Texts, request: DiffRequest) -> PathDiff:
    paths = find_path(old.program, request.path), find_path(new.program, request.path)
    if request.reading.full:
        before, after = paths
        codes, n_open, n_stops = (_codes(old, before), _codes(new, after)), (0, 0), 0
    else:
        before, after, codes, n_open, n_stops = _comparable((old, new), paths)
    marks = changed_ids(before, after, (codes[0].digests, codes[1].digests))
    readings = [
        reading_of(path, replace(request.reading, mark=mark))
        for path, mark in zip((before, after), marks, strict=True)
    ]
    compared = "" if old.has_source and new.has_source else FROM_INDEX
    return path_diff(
        Place(before, readings[0], codes[0]),
        Place(after, readings[1], codes[1]),
        threshold=request.threshold,
        limits=Limits(compared, n_open, n_stops),
    )


def _comparable(
    sides: tuple[Texts, Texts], paths: tuple[CallPath, CallPath]
) -> tuple[CallPath, CallPath, tuple[Codes, Codes], tuple[int, int], int]:
    """What of two paths can be compared, with its code, and how much is left out."""
    unsure = unsure_slots(paths[0]), unsure_slots(paths[1])
    (old, n_old), (new, n_new) = settled(paths[0]), settled(paths[1])
    old, new = further(sides[0], old, new), further(sides[1], new, old)
    met_old = met_below(sides[0], paths[0], old, new)
    met_new = met_below(sides[1], paths[1], new, old)
    old, new = without_below(old, met_new, new), without_below(new, met_old, old)
    codes = (
        _codes(sides[0], old, met_old.values()),
        _codes(sides[1], new, met_new.values()),
    )
    calls = (
        _calls(sides[0], codes[0], unsure[0]),
        _calls(sides[1], codes[1], unsure[1]),
    )
    old, new, n_stops = followed_alike(old, new, calls)
    more_old, more_new = _met(met_old, new), _met(met_new, old)
    old = replace(old, nodes=(*old.nodes, *more_old))
    new = replace(new, nodes=(*new.nodes, *more_new))
    return old, new, codes, (n_old, n_new), n_stops + len(more_old) + len(more_new)


def _met(met: Met, other: CallPath) -> list[PathNode]:
    """Those of some functions that another path has now."""
    return [met[node.id] for node in other.nodes if node.id in met]


def _codes(texts: Texts, path: CallPath, more: Iterable[PathNode] = ()) -> Codes:
    """The code of all functions of a path."""

    def tokens(node: PathNode) -> Tokens:
        entry = texts.entry_of(node)
        return texts.tokens(entry) if entry else ()

    return Codes(
        texts.digests((*path.nodes, *more)),
        tokens,
        lambda name: _definitions(texts.program, name),
        lambda node, slot: _targets(texts, node, slot),
        texts.bare,
        lambda name: [(f.name, f.path) for f in texts.program.mentions(name)],
    )


def _calls(texts: Texts, codes: Codes, unsure: Collection[tuple[Group, str]]) -> Calls:
    """What functions call; by name no macros, which lead to something else."""

    def by_name(node: PathNode) -> Collection[str]:
        entry = texts.entry_of(node)
        calls = texts.program.calls_of(entry.id) if entry else ()
        return {
            call.callee
            for call in calls
            if call.kind is CallKind.DIRECT and _may_be_function(call)
        }

    def through(node: PathNode, slot: str) -> Collection[str]:
        entry = texts.entry_of(node)
        calls = texts.program.calls_of(entry.id) if entry else ()
        field = slot.rpartition(".")[2]
        if any(
            call.kind is not CallKind.DIRECT and call.callee.rpartition(".")[2] == field
            for call in calls
        ):
            return codes.may_call(node, slot)
        return ()

    return Calls(codes.digests, by_name, through, codes.may_call, unsure, codes.lines)


def _may_be_function(call: CallEntry) -> bool:
    """Whether a name may be that of a function, whatever is configured."""
    macro, function = FunctionKind.MACRO, FunctionKind.FUNCTION
    names = {to.name for to in call.targets if to.kind is function}
    return call.callee in names or all(to.kind is not macro for to in call.targets)


def _definitions(program: Program, name: str) -> list[Defined]:
    """Where a kernel defines functions and macros of this name."""
    found = [
        Defined(each.path, each.line, not each.static or _is_header(each.path))
        for each in program.functions(name)
        if each.id >= 0
    ]
    found += [
        Defined(each.path, each.line, _is_header(each.path), _words_of(each))
        for each in program.macros(name)
        if each.id >= 0
    ]
    return found


def _targets(texts: Texts, node: PathNode, slot: str) -> Collection[str]:
    """What a function may call through a slot or a variable, or arms to run later."""
    if slot:
        held = (
            target
            for struct, field in slots_like(texts.program, slot)
            for target in texts.program.slot_targets(struct, field)
        )
        return {target.function.name for target in held}
    entry = texts.entry_of(node)
    if entry is None:
        return ()
    armed = texts.program.callbacks_of(entry.id)
    through = (
        target
        for call in texts.program.calls_of(entry.id)
        if call.kind is not CallKind.DIRECT
        for target in call.targets
    )
    return {callback.function.name for callback in armed} | {t.name for t in through}


def slots_like(program: Program, slot: str) -> list[tuple[str, str]]:
    """A slot as the index calls it; members without a name are numbered in a path.

    ``s::3::1.f`` is the ``f`` in a struct within a union within ``struct s``.
    """
    struct, _, field = slot.rpartition(".")
    outer, parts, _ = struct.partition("::")
    if not parts:
        return [(struct, field)]
    names = (name.rpartition(".") for name in program.slot_names())
    return [(s, f) for s, _, f in names if f == field and s.partition("::")[0] == outer]


def _words_of(macro: MacroEntry) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", macro.text))


def _is_header(path: str) -> bool:
    return path.endswith(".h")
