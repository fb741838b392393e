"""Where a reading draws each function, and the ways that a graph knows to it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from xref.analyse.diff.pairs import Group, Side, group_of, plain_slot
from xref.analyse.graph import is_hop, links, tree_from
from xref.answers import Fork, PathEdge, Step, StepState

MOST_CALLERS: Final = 3
"""Named where a function is reached another way."""

Chain = tuple[Group, ...]
"""Groups from a function with a line to what it calls, macros left out."""

How = tuple[bool, str]
"""Whether a call goes through a pointer, and the slot."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line of a reading, and the function that it hangs below."""

    step: Step
    parent: Group | None
    chain: Chain

    @property
    def group(self) -> Group:
        """What the line stands for."""
        return group_of(self.step.node)

    @property
    def is_home(self) -> bool:
        """Whether what it calls is drawn below this line."""
        return self.step.state in {StepState.OPEN, StepState.FOLDED}

    @property
    def how(self) -> How:
        """How the function above calls it."""
        return how_of(self.step.calls[0]) if self.step.calls else (False, "")


@dataclass(slots=True)
class Places:
    """The lines of one reading, and the calls of its whole graph."""

    side: Side
    root: Group
    homes: Mapping[Group, Drawn]
    """The line below which a function is drawn in full."""
    items: Mapping[Group, Sequence[Drawn | Fork]]
    """What is drawn below a function."""
    through: Mapping[str, Sequence[Drawn]]
    """The lines of pointer calls, by slot."""
    _calls: dict[Group, dict[Group, set[How]]] = field(default_factory=dict)
    _callers: dict[Group, list[Group]] | None = None
    _caller_sets: dict[Group, frozenset[Group]] = field(default_factory=dict)
    _told: dict[Group, str] = field(default_factory=dict)
    _named: dict[str, list[Group]] = field(default_factory=dict)

    def calls(self, group: Group) -> Mapping[Group, set[How]]:
        """What a function calls, macros looked through, and how."""
        found = self._calls.get(group)
        if found is None:
            found = self._calls[group] = {}
            for ident in self.side.groups.get(group, ()):
                for link in links(self.side.graph, ident):
                    target = group_of(self.side.graph.nodes[link.edge.target])
                    found.setdefault(target, set()).add(how_of(link.edge))
        return found

    def has_chain(self, chain: Chain) -> bool:
        """Whether each calls the next."""
        return all(after in self.calls(before) for before, after in pairwise(chain))

    def leads(self, start: Group, goal: Group, n_steps: int) -> bool:
        """Whether a function leads to another in a few steps."""
        found = {start}
        for _ in range(n_steps):
            found |= {target for group in found for target in self.calls(group)}
        return goal in found

    def callers(self, group: Group) -> Sequence[Group]:
        """What calls a function, macros looked through."""
        if self._callers is None:
            self._callers = {}
            for caller in self._by_cost():
                for target in self.calls(caller):
                    self._callers.setdefault(target, []).append(caller)
        return self._callers.get(group, ())

    def is_caller(self, caller: Group | None, group: Group) -> bool:
        """Whether one function calls another."""
        known = self._caller_sets.get(group)
        if known is None:
            known = self._caller_sets[group] = frozenset(self.callers(group))
        return caller in known

    def told_callers(self, group: Group) -> str:
        """The names of the first callers of a function, and how many more there are."""
        told = self._told.get(group)
        if told is None:
            callers = self.callers(group)
            ordered = sorted(callers, key=lambda caller: caller not in self.homes)
            names = list(dict.fromkeys(name for name, _ in ordered))
            n_more = len(names) - MOST_CALLERS
            more = f" and {n_more} more" if n_more > 0 else ""
            told = f"{', '.join(names[:MOST_CALLERS])}{more}"
            self._told[group] = told
        return told

    def named(self, name: str) -> Sequence[Group]:
        """The functions and macros of a name."""
        if not self._named:
            for group in self.side.groups:
                self._named.setdefault(group[0], []).append(group)
        return self._named.get(name, ())

    def _by_cost(self) -> list[Group]:
        """All functions, those that the entry reaches first before others."""
        nodes = self.side.graph.nodes
        tree = tree_from(self.side.graph, [self.side.graph.root])
        ranks = {ident: rank for rank, ident in enumerate(tree.cost)}
        idents = sorted(nodes, key=lambda ident: ranks.get(ident, len(ranks)))
        groups = (group_of(nodes[i]) for i in idents if nodes[i].kind != "macro")
        return list(dict.fromkeys(groups))

    def held(self) -> dict[str, set[Group]]:
        """What is called through each slot."""
        found: dict[str, set[Group]] = {}
        for edges in self.side.graph.calls.values():
            for edge in edges:
                if is_hop(edge) and edge.slot:
                    target = group_of(self.side.graph.nodes[edge.target])
                    found.setdefault(plain_slot(edge.slot), set()).add(target)
        return found

    def callers_through(self, slot: str) -> list[Group]:
        """The functions that call something through a slot."""
        return [group for group in self.side.groups if slot in self.slots(group)]

    def slots(self, group: Group) -> set[str]:
        """The slots that a function calls through."""
        hows = (how for hows in self.calls(group).values() for how in hows)
        return {slot for is_pointer, slot in hows if is_pointer and slot}

    def targets(self, group: Group, slot: str) -> set[str]:
        """Names of what a function calls through a slot."""
        return {
            target[0]
            for target, hows in self.calls(group).items()
            if (True, slot) in hows
        }


def how_of(edge: PathEdge) -> How:
    """Whether a call goes through a pointer, and the slot."""
    return is_hop(edge), plain_slot(edge.slot)


def places_of(side: Side, root: Step) -> Places:
    """Index the tree of a reading."""
    homes: dict[Group, Drawn] = {}
    items: dict[Group, list[Drawn | Fork]] = {}
    through: dict[str, list[Drawn]] = {}
    for drawn in _walk(Drawn(root, None, (group_of(root.node),))):
        if drawn.is_home:
            homes.setdefault(drawn.group, drawn)
        if drawn.how[0]:
            through.setdefault(drawn.how[1], []).append(drawn)
        below = items.setdefault(drawn.group, [])
        below += [
            item if isinstance(item, Fork) else _below(drawn, item)
            for item in drawn.step.steps
        ]
    return Places(side, group_of(root.node), homes, items, through)


def _walk(drawn: Drawn) -> Iterator[Drawn]:
    yield drawn
    for item in drawn.step.steps:
        if not isinstance(item, Fork):
            yield from _walk(_below(drawn, item))


def _below(drawn: Drawn, step: Step) -> Drawn:
    wrappers = (group_of(node) for node in step.through if node.kind != "macro")
    return Drawn(step, drawn.group, (drawn.group, *wrappers, group_of(step.node)))
