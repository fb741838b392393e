"""Two kernels and a question to what changed between them."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

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
from xref.pipeline.further import further
from xref.pipeline.memory import without_collector
from xref.pipeline.paths import PathRequest, find_path
from xref.pipeline.texts import Texts
from xref.program import MacroEntry, Program
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
    before, after = (find_path(side.program, request.path) for side in (old, new))
    n_open, n_stops = (0, 0), 0
    if not request.reading.full:
        unsure = unsure_slots(before), unsure_slots(after)
        (before, n_before), (after, n_after) = settled(before), settled(after)
        n_open = n_before, n_after
        before, after = further(old, before, after), further(new, after, before)
    codes = _codes(old, before), _codes(new, after)
    if not request.reading.full:
        calls = _calls(old, codes[0], unsure[0]), _calls(new, codes[1], unsure[1])
        before, after, n_stops = followed_alike(before, after, calls)
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


def _codes(texts: Texts, path: CallPath) -> Codes:
    """The code of all functions of a path."""

    def tokens(node: PathNode) -> Tokens:
        entry = texts.entry_of(node)
        return texts.tokens(entry) if entry else ()

    return Codes(
        texts.digests(path.nodes),
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
            if call.kind is CallKind.DIRECT
            and not any(to.kind is FunctionKind.MACRO for to in call.targets)
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
