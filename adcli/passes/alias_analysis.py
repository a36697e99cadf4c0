"""Which arrays may be the same, hold a common one, or be held by one another, and which a loop
changes.

Invariant: two arrays that are not a pair here have no entry in common, whatever path a run takes;
an array that is a pair with itself may hold one array twice.  The analysis follows the text, so
that after `u, v = v, u` the two are as separate as they were before (connection analysis: Ghiya &
Hendren, "Connection analysis: a practical interprocedural heap analysis for C", International
Journal of Parallel Programming, 1996).
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

#: What a name stands for with this in front is the array that it was at first: when the function,
#: or the turn of a loop of the entry's own body, began.
_FIRST = "%first."


class Shared(NamedTuple):
    """The pairs where a turn of a loop begins, or where a function ends, and the arrays, as they
    were called at first, that are changed there."""

    pairs: Pairs
    changed: set[str]

    def between(self, some: Iterable[str], others: Iterable[str]) -> Pairs:
        """The pairs of some arrays with others."""
        return self.pairs & set(product(some, others))


def shared_in_loops(module: ir.Module) -> dict[ir.Stmt, Shared]:
    """What is known of the loops that stand in the entry's own body; what is changed behind a loop
    counts as changed by it."""
    main = module.main
    follower = _Follower(module, main, {})
    found: dict[ir.Stmt, Shared] = {}
    for place, stmt in enumerate(main.body):
        follower.changed = set()
        follower.statement(stmt, list(main.types))
        if isinstance(stmt, ir.For | ir.While):
            behind = follower.again()
            behind.block(main.body[place + 1 :])
            pairs = {(a, b) for a, b in follower.pairs if not a.startswith(_FIRST)}
            found[stmt] = Shared(pairs, follower.firsts() | behind.firsts())
    return found


class _Follower:
    """Goes through a function and keeps the pairs of the place where it is."""

    def __init__(
        self, module: ir.Module, function: ir.Function, summaries: dict[str, Shared]
    ) -> None:
        self.module = module
        self.function = function
        self.types = dict(function.types)
        self.summaries = summaries
        self.pairs: Pairs = set()
        self.changed: set[str] = set()
        self.begin(function.params)

    def again(self) -> _Follower:
        """One that starts where this one is."""
        other = _Follower(self.module, self.function, self.summaries)
        other.pairs = set(self.pairs)
        other.begin(self.function.types)
        return other

    def firsts(self) -> set[str]:
        """The arrays that were changed, as they were called at first."""
        return {n for n in self.types if _FIRST + n in self.changed}

    def begin(self, names: Iterable[str]) -> None:
        """Let the arrays of these names be what they are at first."""
        for name in filter(self.is_array, names):
            self.types[_FIRST + name] = self.types[name]
            self.refer(_FIRST + name, name)

    def block(self, body: Sequence[ir.Stmt]) -> None:
        for stmt in body:
            self.statement(stmt)

    def statement(self, stmt: ir.Stmt, names: Sequence[str] = ()) -> None:
        """Go past a statement; with it, or the turns of a loop, these names begin."""
        self.begin(names)
        match stmt:
            case ir.Alloc(target, _):
                self.forget(target)
            case ir.Let(target, Var(source)) | ir.Load(target, source, _) if self.is_array(target):
                self.refer(target, source)
            case ir.Take(source, target):
                self.changed |= self.kin(source)
                if self.is_array(target):
                    self.refer(target, source)
            case ir.Store(array, _, value) | ir.Append(array, value):
                self.changed |= self.kin(array)
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
                    self.begin(names)
                    self.block(body)
                    self.pairs |= before

    def is_array(self, name: str) -> bool:
        return is_array(self.types[name])

    def kin(self, name: str) -> set[str]:
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
        """A variable gets an array, or one that it holds."""
        if target != source:
            kin, is_twice = self.kin(source) - {target}, (source, source) in self.pairs
            self.forget(target)
            self.pair([target], kin | {target} if is_twice else kin)

    def hold(self, array: str, value: str) -> None:
        """An array becomes an entry of another."""
        kin, held = self.kin(array), self.kin(value)
        self.pair(kin, kin | held if (value, value) in self.pairs else held)

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
        kin = {_FIRST + param: self.kin(name) for param, name in passed.items()}
        for name in summary.changed & set(kin):
            self.changed |= kin[name]
        targets = dict(zip(callee.results, stmt.targets, strict=True))
        for target in stmt.targets:
            self.forget(target)
        kin = {name: found - set(stmt.targets) for name, found in kin.items()}
        kin |= {r: {t} for r, t in targets.items() if self.is_array(t)}
        for a, b in summary.pairs:
            self.pair(kin[a], kin[b])

    def summary(self, callee: ir.Function) -> Shared:
        """What a function does to arrays that have nothing in common."""
        if callee.name not in self.summaries:
            self.summaries[callee.name] = _pessimistic(callee)  # where it calls itself
            follower = _Follower(self.module, callee, self.summaries)
            follower.block(callee.body)
            names = set(_outer(callee))
            pairs = {(a, b) for a, b in follower.pairs if a in names and b in names}
            self.summaries[callee.name] = Shared(pairs, follower.changed & names)
        return self.summaries[callee.name]


def _arrays(function: ir.Function, names: Iterable[str]) -> list[str]:
    return [name for name in names if is_array(function.types[name])]


def _outer(callee: ir.Function) -> list[str]:
    """The arrays that a caller sees: those that it gave, and the results."""
    params = [_FIRST + param for param in _arrays(callee, callee.params)]
    return params + _arrays(callee, callee.results)


def _pessimistic(callee: ir.Function) -> Shared:
    """What any function might do."""
    names = _outer(callee)
    return Shared(set(product(names, names)), set(names))
