"""Alias analysis: which arrays may have an entry in common, and which of them a loop changes.

Two arrays have something in common if they are the same, hold a common one, or one holds the other.

Invariant: two arrays that are not a pair here have no entry in common, whatever path a run takes;
an array that is a pair with itself may hold one array twice.  The analysis is flow-sensitive: after
`u, v = v, u` the two are as separate as they were before (connection analysis: Ghiya & Hendren,
"Connection analysis: a practical interprocedural heap analysis for C", International Journal of
Parallel Programming, 1996).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import NamedTuple

from adcli.expr import Var
from adcli.ir import nodes as ir
from adcli.ir.types import is_array, rank

#: Arrays with something in common, by their names; with (a, b) there is (b, a).
Pairs = set[tuple[str, str]]

#: A name with this in front stands for the array that the variable referred to at first: when the
#: function, or the iteration of a loop of the entry's own body, began.
_FIRST = "%first."


class Aliasing(NamedTuple):
    """The pairs where an iteration of a loop begins, or where a function ends, and the arrays, by
    the names that they had at first, that are changed there."""

    pairs: Pairs
    changed: set[str]

    def between(self, some: Iterable[str], others: Iterable[str]) -> Pairs:
        """The pairs of some arrays with others."""
        return self.pairs & set(product(some, others))


def aliasing_in_loops(module: ir.Module) -> dict[ir.Stmt, Aliasing]:
    """What is known of the loops that stand in the entry's own body; what is changed behind a loop
    counts as changed by it."""
    main = module.main
    flow = _AliasFlow(module, main, {})
    found: dict[ir.Stmt, Aliasing] = {}
    for place, stmt in enumerate(main.body):
        flow.changed = set()
        flow.statement(stmt, list(main.types))
        if isinstance(stmt, ir.For | ir.While):
            behind = flow.copy()
            behind.block(main.body[place + 1 :])
            pairs = {(a, b) for a, b in flow.pairs if not a.startswith(_FIRST)}
            found[stmt] = Aliasing(pairs, flow.changed_at_first() | behind.changed_at_first())
    return found


class _AliasFlow:
    """Goes through a function by statements; `pairs` are those of the place where it is."""

    def __init__(
        self, module: ir.Module, function: ir.Function, summaries: dict[str, Aliasing]
    ) -> None:
        self.module = module
        self.function = function
        self.types = dict(function.types)
        self.summaries = summaries
        self.pairs: Pairs = set()
        self.changed: set[str] = set()
        self.note_first(function.params)

    def copy(self) -> _AliasFlow:
        """Another one that starts where this one is."""
        other = _AliasFlow(self.module, self.function, self.summaries)
        other.pairs = set(self.pairs)
        other.note_first(self.function.types)
        return other

    def changed_at_first(self) -> set[str]:
        """The arrays that were changed, by the names that they had at first."""
        return {n for n in self.types if _FIRST + n in self.changed}

    def note_first(self, names: Iterable[str]) -> None:
        """Let the arrays that these variables refer to now be those that they had at first."""
        for name in filter(self.is_array, names):
            self.types[_FIRST + name] = self.types[name]
            self.refer(_FIRST + name, name)

    def block(self, body: Sequence[ir.Stmt]) -> None:
        for stmt in body:
            self.statement(stmt)

    def statement(self, stmt: ir.Stmt, names: Sequence[str] = ()) -> None:
        """Go past a statement.  What these names refer to before it, or where an iteration of it
        begins, is what they had at first."""
        self.note_first(names)
        match stmt:
            case ir.Alloc(target, _):
                self.forget(target)
            case ir.Let(target, Var(source)) | ir.Load(target, source, _) if self.is_array(target):
                self.refer(target, source)
            case ir.Take(source, target):
                self.changed |= self.aliases(source)
                if self.is_array(target):
                    self.refer(target, source)
            case ir.Store(array, _, value) | ir.Append(array, value):
                self.changed |= self.aliases(array)
                if isinstance(value, Var) and self.is_array(value.name):
                    self.hold(array, value.name)
            case ir.Call():
                self.call(stmt)
            case ir.If(_, then, orelse):
                before = set(self.pairs)
                self.block(then)
                ends, self.pairs = self.pairs, before
                self.block(orelse)
                self.pairs |= ends
            case ir.While(_, body) | ir.For(_, _, _, _, body):
                size = -1
                while size != len(self.pairs):
                    before, size = set(self.pairs), len(self.pairs)
                    self.note_first(names)
                    self.block(body)
                    self.pairs |= before

    def is_array(self, name: str) -> bool:
        return is_array(self.types[name])

    def aliases(self, name: str) -> set[str]:
        """An array and all that have something in common with it."""
        return {name} | {b for a, b in self.pairs if a == name}

    def forget(self, name: str) -> None:
        self.pairs = {pair for pair in self.pairs if name not in pair}

    def pair(self, some: Iterable[str], others: Iterable[str]) -> None:
        """Each of some arrays may have something in common with each of others.  Only arrays that
        hold arrays may have it with themselves."""
        for a, b in product(some, others):
            if a != b or rank(self.types[a]) > 1:
                self.pairs |= {(a, b), (b, a)}

    def refer(self, target: str, source: str) -> None:
        """A variable is assigned an array, or one that it holds."""
        if target != source:
            others, is_twice = self.aliases(source) - {target}, (source, source) in self.pairs
            self.forget(target)
            self.pair([target], others | {target} if is_twice else others)

    def hold(self, array: str, value: str) -> None:
        """An array becomes an entry of another."""
        aliases, held = self.aliases(array), self.aliases(value)
        self.pair(aliases, aliases | held if (value, value) in self.pairs else held)

    def call(self, stmt: ir.Call) -> None:
        callee = self.module.functions[stmt.function]
        passed = {
            param: arg.name
            for param, arg in zip(callee.params, stmt.args, strict=True)
            if isinstance(arg, Var) and self.is_array(arg.name)
        }
        given = list(passed.values())
        summary = self.summary(callee)
        if any((a, b) in self.pairs for a, b in product(given, given)) or len(set(given)) < len(
            given
        ):
            summary = _pessimistic(callee)
        #: for each array that the callee knows, by its name there, the variables of the caller
        known = {_FIRST + param: self.aliases(name) for param, name in passed.items()}
        for name in summary.changed & set(known):
            self.changed |= known[name]
        targets = dict(zip(callee.results, stmt.targets, strict=True))
        before = set(self.pairs)
        for target in stmt.targets:
            self.forget(target)
        known = {name: found - set(stmt.targets) for name, found in known.items()}
        known |= {r: {t} for r, t in targets.items() if self.is_array(t)}
        for a, b in summary.pairs:
            self.pair(known[a], known[b])
        if stmt.status:  # where it fails its targets refer to what they did
            self.pairs |= before

    def summary(self, callee: ir.Function) -> Aliasing:
        """What a function does to arrays that have nothing in common."""
        if callee.name not in self.summaries:
            self.summaries[callee.name] = _pessimistic(callee)  # where it calls itself
            flow = _AliasFlow(self.module, callee, self.summaries)
            flow.block(callee.body)
            names = set(_visible(callee))
            pairs = {(a, b) for a, b in flow.pairs if a in names and b in names}
            self.summaries[callee.name] = Aliasing(pairs, flow.changed & names)
        return self.summaries[callee.name]


def _arrays(function: ir.Function, names: Iterable[str]) -> list[str]:
    return [name for name in names if is_array(function.types[name])]


def _visible(callee: ir.Function) -> list[str]:
    """The arrays that a caller sees: those that it gave, and the results."""
    params = [_FIRST + param for param in _arrays(callee, callee.params)]
    return params + _arrays(callee, callee.results)


def _pessimistic(callee: ir.Function) -> Aliasing:
    """All that a function may do at worst."""
    names = _visible(callee)
    return Aliasing(set(product(names, names)), set(names))
