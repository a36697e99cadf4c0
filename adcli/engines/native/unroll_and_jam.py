"""Nests of two loops of which several outer turns run side by side (unroll and jam).

A sum has to be added up in its order, so a processor waits for each addition; but the sums of
several rows do not wait for each other, and a function of their results is computed for all at
once.  Allen and Cocke, "A catalogue of optimizing transformations" (1972); Kennedy and Allen,
*Optimizing Compilers for Modern Architectures* (2001), section 8.4.

    for i: BEFORE; for j: BODY; BEHIND
    becomes, for eight i together,
    BEFORE 0..7; for j: BODY 0..7; BEHIND 0..7

or, where BODY adds up nothing and only BEFORE and BEHIND gain, with eight loops over j.  BEFORE and
BEHIND are parted further where they compute a function that takes several numbers at once.

Invariant: each number is made by the same operations in the same order.  What one turn hands on to
the next stays in one of the parts; entries of arrays that are changed in one part and met in
another differ from turn to turn, or lie in arrays that `apart` names: text has to make sure that
those are different ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, combinations, product

from adcli.engines.native.bounds_checks import Checks
from adcli.expr import App, Atom, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.dataflow import live_in, operands
from adcli.ir.types import INT, REAL, is_array
from adcli.ops.arithmetic import add, floordiv, mul, sub
from adcli.ops.elementary import max_

#: So many turns run side by side.
LANES = 8

#: Loops with longer bodies stay as they are: so many numbers do not fit into registers.
LONGEST = 12

Pairs = list[tuple[str, str]]


class Jammed:
    """The functions of a module with such nests jammed; `apart` has for a loop the pairs of arrays
    that must be different ones where it starts, `together` for the first of several assignments
    that compute the same of different numbers all of them."""

    def __init__(self, module: ir.Module, is_function: Callable[[Expr], bool]) -> None:
        self.is_function = is_function
        self.apart: dict[ir.Stmt, Pairs] = {}
        self.together: dict[ir.Stmt, list[ir.Let]] = {}
        functions = {name: self._function(f) for name, f in module.functions.items()}
        self.module = ir.Module(functions, module.entry, module.tapes, normal=module.normal)

    def _function(self, old: ir.Function) -> ir.Function:
        if not any(isinstance(s, ir.For) and _inner(s) for s in ir.walk(old.body)):
            return old
        types = dict(old.types)
        body = self._block(old.body, types)
        return ir.Function(old.name, old.params, old.results, types, body, old.span, old.rule)

    def _block(self, body: Sequence[ir.Stmt], types: dict[str, str]) -> list[ir.Stmt]:
        out: list[ir.Stmt] = []
        for stmt in body:
            span, origin, role = stmt.span, stmt.origin, stmt.role
            match stmt:
                case ir.If(condition, then, orelse):
                    first, second = (self._block(arm, types) for arm in (then, orelse))
                    out.append(ir.If(condition, first, second, span, origin, role))
                case ir.While(condition, inner):
                    out.append(ir.While(condition, self._block(inner, types), span, origin, role))
                case ir.For(var, start, stop, step, inner) if any(map(ir.blocks, inner)):
                    nest = self._nest(stmt, types)
                    if nest is not None:
                        out += nest.jammed(self)
                    else:
                        inside = self._block(inner, types)
                        out.append(ir.For(var, start, stop, step, inside, span, origin, role))
                case _:
                    out.append(stmt)
        return out

    def _nest(self, loop: ir.For, types: dict[str, str]) -> _Nest | None:
        """The nest of a loop, if it may be jammed."""
        if _inner(loop) is None:
            return None
        for is_function in (self.is_function, lambda expr: False):
            nest = _Nest(loop, types, is_function)
            if nest.may_jam(self.is_function):
                return nest
        return None


def _inner(loop: ir.For) -> ir.For | None:
    """The only loop in a loop, if all the rest is straight."""
    found = None
    for stmt in loop.body:
        if isinstance(stmt, ir.For) and found is None:
            found = stmt
        elif not isinstance(stmt, ir.Let | ir.Load | ir.Store | ir.Length | ir.Push | ir.Pop):
            return None
    return found


class _Nest:
    """A loop with one loop in it; `is_function` says what stands in a part of its own."""

    def __init__(
        self, loop: ir.For, types: dict[str, str], is_function: Callable[[Expr], bool]
    ) -> None:
        inner = _inner(loop)
        assert inner is not None
        self.loop, self.inner, self.types = loop, inner, types
        place = list(loop.body).index(inner)
        self.before = _parted(loop.body[:place], is_function)
        self.behind = _parted(loop.body[place + 1 :], is_function)
        self.is_function = is_function
        self.made = {n for s in ir.walk(loop.body) for n in ir.assigned(s)}
        self.carried = live_in(loop.body) & self.made
        self.fixed = self._fixed()
        self.pairs: Pairs = []
        self.rows = {
            s.target: s.array
            for s in inner.body
            if isinstance(s, ir.Load) and is_array(types[s.target])
        }

    def may_jam(self, is_function: Callable[[Expr], bool]) -> bool:
        loop, inner, types = self.loop, self.inner, self.types
        for each in (loop, inner):
            if not (isinstance(each.step, Num) and each.step.value in (1, -1)):
                return False
        if not inner.body or not (self.adds_up() or self._has(is_function)):
            return False
        bounds = {n for n in (*operands(loop), *operands(inner)) if n not in self.fixed}
        if not bounds.isdisjoint(self.made | {loop.var}) or inner.var == loop.var:
            return False
        straight = (ir.Let, ir.Load, ir.Store)
        return (
            all(isinstance(s, straight) for s in inner.body)
            and not any(is_array(types[n]) for n in self.carried)
            and Checks.before(inner, types) is not None
            and self._carries_within_parts()
            and self._tapes_stay_in_order()
            and self._arrays_are_apart()
        )

    def adds_up(self) -> bool:
        """Whether the inner loop hands on a number from turn to turn, and is short."""
        handed_on = live_in(self.inner.body) & {n for s in self.inner.body for n in ir.assigned(s)}
        sums = any(self.types[n] == REAL for n in handed_on)
        return sums and len(self.inner.body) <= LONGEST

    def _has(self, is_function: Callable[[Expr], bool]) -> bool:
        """Whether there is a function to compute beside the inner loop."""
        return any(isinstance(s, ir.Let) and is_function(s.expr) for s in self.loop.body)

    def _fixed(self) -> set[str]:
        """Integers that every turn makes, the same each time."""
        found: set[str] = set()
        for stmt in chain(*self.before):
            match stmt:
                case ir.Length(target, array) if array not in self.made:
                    found.add(target)
                case ir.Let(target, App(_, args)) if self.types[target] == INT:
                    names = [a.name for a in args if isinstance(a, Var)]
                    if all(n in found or n not in self.made | {self.loop.var} for n in names):
                        found.add(target)
        once = [n for s in ir.walk(self.loop.body) for n in ir.assigned(s)]
        return {n for n in found if once.count(n) == 1 and n not in self.carried}

    def _parts(self) -> list[Sequence[ir.Stmt]]:
        return [*self.before, self.inner.body, *self.behind]

    def _carries_within_parts(self) -> bool:
        """Whether what a turn hands on to the next is met in one straight part only."""
        for name in self.carried:
            met = [
                any(name in (*operands(s), *ir.assigned(s)) for s in part) for part in self._parts()
            ]
            if met[len(self.before)] or sum(met) > 1 or name in operands(self.inner):
                return False
        return True

    def _tapes_stay_in_order(self) -> bool:
        """Whether each tape is used in one part only."""
        met: set[str] = set()
        for part in self._parts():
            tapes = {s.tape for s in part if isinstance(s, ir.Push | ir.Pop)}
            if not tapes.isdisjoint(met):
                return False
            met |= tapes
        return True

    def _arrays_are_apart(self) -> bool:
        """Whether no entry that one part changes is met in another part by another turn."""
        parts = [[s for s in part if isinstance(s, ir.Load | ir.Store)] for part in self._parts()]
        for part, other in combinations(parts, 2):
            for a, b in product(part, other):
                if not self._are_apart(a, b):
                    return False
        inner = parts[len(self.before)]
        stored = {self.types[s.array] for s in inner if isinstance(s, ir.Store)}
        for a in inner if self.adds_up() else ():
            at_turn = isinstance(a.index, Var) and a.index.name == self.inner.var
            if self.types[a.array] in stored and not at_turn:
                return False
        return True

    def _are_apart(self, a: ir.Load | ir.Store, b: ir.Load | ir.Store) -> bool:
        """Whether two accesses may change places if they belong to different turns."""
        if isinstance(a, ir.Load) and isinstance(b, ir.Load):
            return True
        if self.types[a.array] != self.types[b.array]:
            return True
        if a.array != b.array:
            self.pairs.append((a.array, b.array))
            return {a.array, b.array} & self.made <= set(self.rows)
        own = self.loop.var
        indices = [s.index for s in (a, b)]
        return all(isinstance(i, Var) and i.name == own for i in indices)

    # -- the new loops ---------------------------------------------------------------------------

    def jammed(self, whole: Jammed) -> list[ir.Stmt]:
        """Loops over groups of turns, and over the turns that are left."""
        loop, inner, span = self.loop, self.inner, self.loop.span
        assert isinstance(loop.step, Num)
        step = int(loop.step.value)
        names = iter(f"{loop.var}.{what}" for what in ("turns", "groups", "least", "done", "rest"))
        turns, groups, least, done, rest = (self._new(name, INT) for name in names)
        group, base = self._new(f"{loop.var}.group", INT), self._new(f"{loop.var}.base", INT)
        ends = (loop.stop, loop.start) if step > 0 else (loop.start, loop.stop)
        out: list[ir.Stmt] = [
            ir.Let(turns, App(sub, ends), span, loop),
            ir.Let(groups, App(floordiv, (Var(turns), Num(LANES))), span, loop),
            ir.Let(least, App(max_, (Var(groups), Num(0))), span, loop),
            ir.Let(done, App(mul, (Var(least), Num(LANES * step))), span, loop),
            ir.Let(rest, App(add, (loop.start, Var(done))), span, loop),
        ]
        lanes = [self._lane(i) for i in range(LANES)]
        body: list[ir.Stmt] = [
            ir.Let(base, App(mul, (Var(group), Num(LANES * step))), span, loop),
            ir.Let(base, App(add, (loop.start, Var(base))), span, loop),
        ]
        for i, lane in enumerate(lanes):
            name = lane.get(loop.var, loop.var)
            body.append(ir.Let(name, App(add, (Var(base), Num(i * step))), span, loop))
        body += self._side_by_side(self.before, lanes, whole)
        groups_ = [lanes] if self.adds_up() else [[lane] for lane in lanes]
        ones = []
        for several in groups_:
            inside = [_renamed(s, lane) for lane in several for s in inner.body]
            bounds = inner.start, inner.stop, inner.step
            ones.append(ir.For(inner.var, *bounds, inside, inner.span, inner))
        body += ones
        body += self._side_by_side(self.behind, lanes, whole)
        all_ = ir.For(group, Num(0), Var(least), Num(1), body, span, loop)
        out += [all_, ir.For(loop.var, Var(rest), loop.stop, loop.step, loop.body, span, loop)]
        for a, b in dict.fromkeys(self.pairs):
            if a not in self.rows and b not in self.rows:
                whole.apart.setdefault(all_, []).append((a, b))
                continue
            for one, several in zip(ones, groups_, strict=True):
                first, second = ({lane.get(n, n) for lane in several} for n in (a, b))
                pairs = [(x, y) for x in sorted(first) for y in sorted(second)]
                whole.apart.setdefault(one, []).extend(pairs)
        return out

    def _side_by_side(
        self, parts: Sequence[Sequence[ir.Stmt]], lanes: Sequence[dict[str, str]], whole: Jammed
    ) -> list[ir.Stmt]:
        out: list[ir.Stmt] = []
        for part in parts:
            made = [_renamed(s, lane) for lane in lanes for s in part]
            if len(part) == 1 and isinstance(part[0], ir.Let) and self.is_function(part[0].expr):
                whole.together[made[0]] = [s for s in made if isinstance(s, ir.Let)]
            out += made
        return out

    def _lane(self, number: int) -> dict[str, str]:
        """New names for what a turn makes for itself; the last turn keeps the old ones."""
        if number == LANES - 1:
            return {}
        own = (self.made | {self.loop.var}) - self.carried - self.fixed - {self.inner.var}
        return {name: self._new(f"{name}.{number}", self.types[name]) for name in sorted(own)}

    def _new(self, name: str, kind: str) -> str:
        while name in self.types:
            name += "'"
        self.types[name] = kind
        return name


def _parted(body: Sequence[ir.Stmt], is_function: Callable[[Expr], bool]) -> list[list[ir.Stmt]]:
    """The parts of straight statements: those that compute a function stand alone."""
    parts: list[list[ir.Stmt]] = [[]]
    for stmt in body:
        if isinstance(stmt, ir.Let) and is_function(stmt.expr):
            parts += [[stmt], []]
        else:
            parts[-1].append(stmt)
    return parts


def _renamed(stmt: ir.Stmt, names: dict[str, str]) -> ir.Stmt:
    """A straight statement with other variables."""

    def new(name: str) -> str:
        return names.get(name, name)

    def atom(old: Atom) -> Atom:
        return Var(new(old.name)) if isinstance(old, Var) else old

    def expression(expr: Expr) -> Expr:
        if isinstance(expr, App):
            return App(expr.op, tuple(map(expression, expr.args)))
        return atom(expr)

    span, origin, role = stmt.span, stmt.origin, stmt.role
    match stmt:
        case ir.Let(target, expr):
            return ir.Let(new(target), expression(expr), span, origin, role)
        case ir.Load(target, array, index):
            return ir.Load(new(target), new(array), atom(index), span, origin, role)
        case ir.Store(array, index, value):
            return ir.Store(new(array), atom(index), atom(value), span, origin, role)
        case ir.Length(target, array):
            return ir.Length(new(target), new(array), span, origin, role)
        case ir.Push(tape, value):
            return ir.Push(tape, atom(value), span, origin, role)
        case ir.Pop(tape, target):
            return ir.Pop(tape, new(target), span, origin, role)
    raise TypeError(stmt)
