"""Unroll and jam: nests of two loops of which several outer iterations run side by side.

A sum has to be added up in its order, so a processor waits for each addition; but the sums of
several iterations do not wait for each other, and a function of their results is computed for all
at once.  Allen and Cocke, "A catalogue of optimizing transformations" (1972); Kennedy and Allen,
*Optimizing Compilers for Modern Architectures* (2001), section 8.4.

    for i: BEFORE; for j: BODY; BEHIND
    becomes, for eight i together,
    BEFORE 0..7; for j: BODY 0..7; BEHIND 0..7

or, where BODY adds up nothing and only BEFORE and BEHIND gain, with eight loops over j.  BEFORE and
BEHIND are divided further where they compute a function that has a vector form.

Invariant: each number is made by the same operations in the same order, except that, unless all
precision is wanted, entries that are only added to may be added up in another order.  What one
iteration hands on to the next stays in one of the parts (see `adcli.engines.native.jam_legality`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Sequence
from typing import NamedTuple

from adcli.engines.native.jam_legality import ArrayPairs, LoopNest, inner_loop
from adcli.expr import App, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.dataflow import used_variables
from adcli.ir.types import INT
from adcli.ops.arithmetic import add, floordiv, mul, sub
from adcli.ops.elementary_functions import max_
from adcli.passes.statement_rebuilding import Renaming, with_body

#: So many iterations run side by side, and so many if they change arrays: each needs more numbers.
_LANES = 8
_LANES_WITH_STORES = 4


class Jammed(NamedTuple):
    """A module with such nests jammed.

    `must_differ`     for a loop the pairs of arrays that must be different ones where it starts.
    `vector_groups`   for the first of several assignments that compute the same function of
                      different numbers, all of them.
    `joined`          the inner loops that several outer iterations share.
    `left`            the inner loops of the few iterations that are left.
    """

    module: ir.Module
    must_differ: dict[ir.Stmt, ArrayPairs]
    vector_groups: dict[ir.Stmt, list[ir.Let]]
    joined: set[ir.Stmt]
    left: set[ir.Stmt]


def unroll_and_jam(
    module: ir.Module,
    has_vector_form: Callable[[Expr], bool],
    telling: Container[str] = (),
    *,
    precise: bool,
) -> Jammed:
    """Jam all nests where that is possible and pays; `has_vector_form` says of an expression
    whether it computes a function that takes several numbers at once.  The functions in `telling`
    stay as they are: it matters which of their statements fails first.  If it need not be
    `precise`, entries of arrays that a nest only adds to may be added up in another order."""
    functions: dict[str, ir.Function] = {}
    found = Jammed(
        ir.Module(functions, module.entry, module.tapes, normal=module.normal), {}, {}, set(), set()
    )
    for name, function in module.functions.items():
        stays = name in telling
        jams = not stays and any(
            isinstance(s, ir.For) and inner_loop(s) for s in ir.walk(function.body)
        )
        if jams:
            function = _jammed_function(function, has_vector_form, found, precise=precise)
        functions[name] = function
    return found


def _jammed_function(
    old: ir.Function, has_vector_form: Callable[[Expr], bool], found: Jammed, *, precise: bool
) -> ir.Function:
    types = dict(old.types)
    uses = None
    if not precise:
        uses = Counter(name for stmt in ir.walk(old.body) for name in used_variables(stmt))
        uses.update(old.results)

    def jammable(loop: ir.For) -> LoopNest | None:
        """The nest of a loop, if it may be jammed."""
        if inner_loop(loop) is None:
            return None
        for divides in (has_vector_form, lambda expr: False):
            nest = LoopNest(loop, types, divides, uses)
            if nest.gains(has_vector_form) and nest.may_jam():
                return nest
        return None

    body = _jammed_block(old.body, types, jammable, found)
    return with_body(old, body, types)


def _jammed_block(
    body: Sequence[ir.Stmt],
    types: dict[str, str],
    jammable: Callable[[ir.For], LoopNest | None],
    found: Jammed,
) -> list[ir.Stmt]:
    def inside(block: Sequence[ir.Stmt]) -> list[ir.Stmt]:
        return _jammed_block(block, types, jammable, found)

    out: list[ir.Stmt] = []
    for stmt in body:
        span, origin, role = stmt.span, stmt.origin, stmt.role
        match stmt:
            case ir.If(condition, then, orelse):
                out.append(ir.If(condition, inside(then), inside(orelse), span, origin, role))
            case ir.While(condition, inner):
                out.append(ir.While(condition, inside(inner), span, origin, role))
            case ir.For(var, start, stop, step, inner) if any(map(ir.blocks, inner)):
                nest = jammable(stmt)
                if nest is not None:
                    out += _JammedNest(nest, types, found).loops()
                else:
                    bounds = start, stop, step
                    out.append(ir.For(var, *bounds, inside(inner), span, origin, role))
            case _:
                out.append(stmt)
    return out


class _JammedNest:
    """Makes the loops that take the place of a nest."""

    def __init__(self, nest: LoopNest, types: dict[str, str], found: Jammed) -> None:
        self.nest = nest
        self.types = types
        self.found = found
        stores = any(isinstance(s, ir.Store) for s in nest.inner.body)
        self.count = _LANES_WITH_STORES if stores and nest.shares_iterations() else _LANES

    def loops(self) -> list[ir.Stmt]:
        """Loops over groups of iterations, and over the iterations that are left."""
        nest, loop, span = self.nest, self.nest.loop, self.nest.loop.span
        assert isinstance(loop.step, Num)
        step = int(loop.step.value)
        names = ("iterations", "groups", "least", "done", "rest")
        iterations, groups, least, done, rest = (self.new(f"{loop.var}.{n}", INT) for n in names)
        group, base = self.new(f"{loop.var}.group", INT), self.new(f"{loop.var}.base", INT)
        ends = (loop.stop, loop.start) if step > 0 else (loop.start, loop.stop)
        out: list[ir.Stmt] = [
            ir.Let(iterations, App(sub, ends), span, loop),
            ir.Let(groups, App(floordiv, (Var(iterations), Num(self.count))), span, loop),
            ir.Let(least, App(max_, (Var(groups), Num(0))), span, loop),
            ir.Let(done, App(mul, (Var(least), Num(self.count * step))), span, loop),
            ir.Let(rest, App(add, (loop.start, Var(done))), span, loop),
        ]
        lanes = [self.lane(i) for i in range(self.count)]
        body: list[ir.Stmt] = [
            ir.Let(base, App(mul, (Var(group), Num(self.count * step))), span, loop),
            ir.Let(base, App(add, (loop.start, Var(base))), span, loop),
        ]
        for i, lane in enumerate(lanes):
            name = lane.get(loop.var, loop.var)
            body.append(ir.Let(name, App(add, (Var(base), Num(i * step))), span, loop))
        body += self.side_by_side(nest.before, lanes)
        lane_groups = [lanes] if nest.shares_iterations() else [[lane] for lane in lanes]
        inner_loops = [self.inner_loop(several) for several in lane_groups]
        body += inner_loops
        if len(inner_loops) == 1:
            self.found.joined.update(inner_loops)
        body += self.side_by_side(nest.behind, lanes)
        outer = ir.For(group, Num(0), Var(least), Num(1), body, span, loop)
        out += [outer, ir.For(loop.var, Var(rest), loop.stop, loop.step, loop.body, span, loop)]
        self.found.left.add(nest.inner)
        self.note_pairs(outer, inner_loops, lane_groups)
        return out

    def inner_loop(self, lanes: Sequence[dict[str, str]]) -> ir.For:
        inner = self.nest.inner
        body = _in_lanes(inner.body, lanes)
        return ir.For(inner.var, inner.start, inner.stop, inner.step, body, inner.span, inner)

    def note_pairs(
        self,
        outer: ir.For,
        inner_loops: Sequence[ir.For],
        lane_groups: Sequence[Sequence[dict[str, str]]],
    ) -> None:
        """Note which arrays must differ: where the outer loop starts or, of subarrays that it
        loads, where an inner one starts."""
        must_differ, subarrays = self.found.must_differ, self.nest.subarrays
        for a, b in dict.fromkeys(self.nest.pairs):
            if a not in subarrays and b not in subarrays:
                must_differ.setdefault(outer, []).append((a, b))
                continue
            for loop, several in zip(inner_loops, lane_groups, strict=True):
                first, second = ({lane.get(n, n) for lane in several} for n in (a, b))
                pairs = [(x, y) for x in sorted(first) for y in sorted(second)]
                must_differ.setdefault(loop, []).extend(pairs)

    def side_by_side(
        self, parts: Sequence[Sequence[ir.Stmt]], lanes: Sequence[dict[str, str]]
    ) -> list[ir.Stmt]:
        """Each part for all lanes; a part that is a function with a vector form is a group."""
        out: list[ir.Stmt] = []
        for part in parts:
            made = _in_lanes(part, lanes)
            if len(part) == 1 and isinstance(part[0], ir.Let) and self.nest.divides(part[0].expr):
                group = [s for s in made if isinstance(s, ir.Let)]
                self.found.vector_groups[made[0]] = group
            out += made
        return out

    def lane(self, number: int) -> dict[str, str]:
        """New names for the variables of one iteration; the last iteration keeps the old ones."""
        nest = self.nest
        if number == self.count - 1:
            return {}
        own = (nest.defined | {nest.loop.var}) - nest.carried - nest.fixed - {nest.inner.var}
        return {name: self.new(f"{name}.{number}", self.types[name]) for name in sorted(own)}

    def new(self, name: str, kind: str) -> str:
        while name in self.types:
            name += "'"
        self.types[name] = kind
        return name


def _in_lanes(body: Sequence[ir.Stmt], lanes: Sequence[dict[str, str]]) -> list[ir.Stmt]:
    """The statements of a block for one lane, then for the next."""
    return [renaming.statement(stmt) for renaming in map(_renaming, lanes) for stmt in body]


def _renaming(lane: dict[str, str]) -> Renaming:
    return Renaming(lambda name: lane.get(name, name))
