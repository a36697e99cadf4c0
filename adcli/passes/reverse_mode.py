"""Reverse mode: from a function, its forward sweep and its backward sweep.

Invariant: when the backward sweep reaches a statement, every variable that it needs (those that a
partial mentions, conditions, loop bounds) holds the value it had when that statement ran.  A needed
variable that is overwritten is saved on a tape before, and restored after the adjoints of the
statement that overwrote it.  Griewank & Walther, *Evaluating Derivatives*, chapters 3 and 6;
Hascoët & Pascual, *The Tapenade Automatic Differentiation Tool* (2013), section 4.

An active array `a` has an array `a^` of adjoints beside it.  It is made in the forward sweep, where
what happens to the references of arrays happens to those of their adjoints, and it grows in the
backward sweep, where `a^` is a needed variable like others.  What an array holds is not restored:
every number that is needed was read into a variable.

A branch is reversed by its condition, a loop by its bounds or by a counter: these are needed
variables like others, so straight-line code has no tape at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS, App, Atom, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.call_graph import prune
from adcli.ir.dataflow import live_at_iteration_ends, operands
from adcli.ir.types import BOOL, INT, REAL, array_of, is_array, rank
from adcli.ops.comparisons import gt, select
from adcli.ops.composite import tidy
from adcli.ops.primitive import Primitive
from adcli.passes.activity_analysis import Activity
from adcli.passes.chain_rule import adjoint_shape, literals_of, multiplies_partial
from adcli.passes.common import ADJOINT_MARK, new_mark, normalised
from adcli.passes.rematerialisation import Frozen
from adcli.passes.to_be_recorded import Needs, tape_name

if TYPE_CHECKING:
    from adcli.passes.array_statements import Whole


def reverse(module: ir.Module, wrt: Sequence[str], *, terse: bool = False) -> ir.Module:
    """The module whose entry also takes adjoints of its results and also returns those of `wrt`.

    Parameters: those of the entry, then an adjoint for each result.  Results: those of the entry,
    then an adjoint for each name in `wrt`.  The adjoint of an array is an array of its shape.

    With `terse`, in straight-line code an adjoint that is just that of another variable gets no
    statement of its own.
    """
    module = normalised(module)
    mark = new_mark(module, ADJOINT_MARK)
    activity = Activity(module, wrt)
    if activity.array_types():
        from adcli.passes.preallocation import presized
        from adcli.passes.redundant_loads import merged

        module = merged(presized(module), activity)
        activity = Activity(module, wrt)
    tapes = dict(module.tapes)
    tapes |= {
        tape + mark: kind for tape, kind in module.tapes.items() if activity.is_mirrored(tape)
    }
    kinds = {k for f in module.functions.values() for k in f.types.values() if is_array(k)}
    tapes |= {tape_name(kind, mark): kind for kind in (REAL, INT, BOOL, *sorted(kinds))}
    functions: dict[str, ir.Function] = {}
    frozen = cache(lambda: Frozen(module, activity))
    entry = _Sweeps(module, module.entry, mark, activity, frozen)
    functions[module.entry + mark] = entry.whole(wrt, terse)
    todo = entry.called
    while todo:
        name = todo.pop()
        augmented, reversed_ = _augmented(name, mark), _reversed(name, mark)
        if augmented in functions:
            continue
        if module.functions[name].rule is not None:
            from adcli.passes.declared_derivatives import augmented_function, reversed_function

            old, active = module.functions[name], activity.of(name)
            tape_of = partial(tape_name, mark=mark)
            functions[augmented] = augmented_function(old, augmented, mark, active, tape_of)
            functions[reversed_] = reversed_function(old, reversed_, mark, active, tape_of)
            tapes |= {tape_of(kind): kind for kind in old.types.values()}
        else:
            sweeps = _Sweeps(module, name, mark, activity, frozen)
            functions[augmented] = sweeps.augmented()
            functions[reversed_] = sweeps.reversed()
            todo.extend(sweeps.called)
    functions.update(module.functions)
    return prune(ir.Module(functions, module.entry + mark, tapes))


def _augmented(name: str, mark: str) -> str:
    return f"{name}.aug{mark}"


def _reversed(name: str, mark: str) -> str:
    return f"{name}.rev{mark}"


class _Sweeps(Needs):
    """Makes the sweeps of one function."""

    def __init__(
        self,
        module: ir.Module,
        name: str,
        mark: str,
        activity: Activity,
        frozen: Callable[[], Frozen],
    ) -> None:
        super().__init__(module, name, mark, activity, frozen)
        self.called: list[str] = []
        #: the variables whose adjoints may be nonzero where the backward sweep stands
        self.touched: set[str] = set()
        #: those of them that start each turn of the loop that is being reversed as zeros
        self.fleeting: set[str] = set()
        #: the variables whose adjoints count as zero, whatever they hold
        self.stale: set[str] = set()
        #: the number that the turn of a loop hands on whose derivatives are being collected
        self.chained = ""
        self.terse = False
        self.borrowed: set[str] = set()

    @cached_property
    def behind(self) -> dict[ir.Stmt, set[str]]:
        """For each loop what may be read behind it, or by its next turn."""
        return live_at_iteration_ends(self.old)

    @cached_property
    def whole_arrays(self) -> Whole:
        """What makes arrays like others; most programs have none."""
        from adcli.passes.array_statements import Whole

        return Whole(self.fresh, ir.ADJOINT, self.old.span)

    # -- the functions ---------------------------------------------------------------------------

    def whole(self, wrt: Sequence[str], terse: bool) -> ir.Function:
        """Both sweeps in one function: what the entry becomes."""
        old = self.old
        self.terse = terse and not self.rewritten and all([s.__class__ is ir.Let for s in old.body])
        if self.rewritten or any(ir.blocks(s) for s in old.body if s.__class__ is not ir.Let):
            self.analyse(is_split=False)  # else nothing is overwritten and nothing needed
        body: list[ir.Stmt] = []
        for param in old.params:
            if param in self.arrays:
                self.whole_arrays.zeros(param + self.mark, param, old.types[param], body)
        outs = {p: self.output(p, body) for p in wrt if is_array(old.types[p])}
        body += self.forward_block([s for s in old.body if s not in self.delayed], False)
        seeds = [self.seed(r, body) for r in old.results]
        self.touched = {r for r in old.results if not is_array(old.types[r])}
        self.backward_block(old.body, body)
        outs |= {p: self.output(p, body) for p in wrt if p not in outs}
        return ir.Function(
            old.name + self.mark,
            (*old.params, *seeds),
            (*old.results, *[outs[p] for p in wrt]),
            self.types,
            body,
            old.span,
        )

    def augmented(self) -> ir.Function:
        """The forward sweep alone; it leaves the needed variables on the tapes."""
        old = self.old
        self.analyse(is_split=True)
        body = self.forward_block(old.body, False)
        body.extend(ir.Push(self.tape_of(v), Var(v), old.span) for v in self.kept())
        return ir.Function(
            _augmented(old.name, self.mark),
            (*old.params, *self.marked(old.params)),
            (*old.results, *self.marked(old.results)),
            dict(self.types),
            body,
            old.span,
        )

    def reversed(self) -> ir.Function:
        """The backward sweep that belongs to `augmented`, which was made before: from adjoints of
        results to those of parameters, numbers only."""
        old = self.old
        body: list[ir.Stmt] = [ir.Pop(self.tape_of(v), v, old.span) for v in reversed(self.kept())]
        results = [r for r in old.results if r in self.active and r not in self.arrays]
        self.touched = set(results)
        self.backward_block(old.body, body)
        params = [p for p in old.params if p in self.active and p not in self.arrays]
        outs = tuple([self.output(p, body) for p in params])
        seeds = tuple([r + self.mark for r in results])
        name = _reversed(old.name, self.mark)
        return ir.Function(name, seeds, outs, self.types, body, old.span)

    def kept(self) -> list[str]:
        """The variables that the backward sweep needs at its start, in a fixed order."""
        kept = (self.saves.kept | set(self.counters.values())) - self.counted
        return [v for v in self.types if v in kept]

    def output(self, name: str, body: list[ir.Stmt]) -> str:
        """A copy of the adjoint of `name` that serves as a result.  That of an array is made before
        the forward sweep, which may put other arrays into it and give its name to another; numbers
        that come and go are put right by the backward sweep."""
        out = f"out.{name}{self.mark}"
        kind = self.types[out] = array_of(REAL, rank(self.old.types[name]))
        value: Expr = Num(0.0)
        if name in self.arrays:
            value = Var(self.whole_arrays.again(name + self.mark, kind, body))
        elif name in self.touched:
            value = self.shadows[name]
        elif is_array(kind):
            value = Var(self.fresh(kind))
            self.whole_arrays.zeros(value.name, name, self.old.types[name], body)
        body.append(ir.Let(out, value, self.old.span, None, ir.ADJOINT))
        return out

    def seed(self, result: str, body: list[ir.Stmt]) -> str:
        """The parameter for the adjoint of a result.  That of an array is added to what the forward
        sweep made: the array may be another result too, or a parameter."""
        kind = array_of(REAL, rank(self.old.types[result]))
        if not is_array(kind):
            self.types[result + self.mark] = REAL
            return result + self.mark
        name = f"seed.{result}{self.mark}"
        self.types[name] = kind
        if result in self.arrays:
            self.whole_arrays.add(result + self.mark, name, kind, body)
        return name

    # -- forward sweep ---------------------------------------------------------------------------

    def forward_block(self, body: Sequence[ir.Stmt], in_loop: bool) -> list[ir.Stmt]:
        if not self.rewritten and not self.arrays and all([s.__class__ is ir.Let for s in body]):
            return list(body)
        out: list[ir.Stmt] = []
        for stmt in body:
            self.forward_statement(stmt, out, in_loop)
        return out

    def forward_statement(self, stmt: ir.Stmt, out: list[ir.Stmt], in_loop: bool) -> None:
        if not ir.blocks(stmt) and stmt not in self.inverses:
            for target in self.saves.at.get(stmt, ()):
                out.append(ir.Push(self.tape_of(target), Var(target), stmt.span, stmt))
        match stmt:
            case ir.If(condition, then, orelse):
                first = self.forward_block(then, in_loop)
                second = self.forward_block(orelse, in_loop)
                out.append(ir.If(condition, first, second, stmt.span, stmt))
            case ir.For(var, start, stop, step, body):
                inner = [*self.forward_block(body, True), *self.end_of_turn(stmt)]
                out.append(ir.For(var, start, stop, step, inner, stmt.span, stmt))
            case ir.While():
                self.forward_while(stmt, out, in_loop)
            case ir.Call(targets, function, args) if self.activity.is_active_call(
                stmt, self.old.name
            ):
                self.called.append(function)
                passed = [a.name for a in args if isinstance(a, Var)]
                out.append(
                    ir.Call(
                        (*targets, *self.marked(targets)),
                        _augmented(function, self.mark),
                        (*args, *map(Var, self.marked(passed))),
                        stmt.span,
                        stmt,
                    )
                )
            case _:
                out.append(stmt)
                if self.arrays:
                    self.mirror(stmt, out)

    def mirror(self, stmt: ir.Stmt, out: list[ir.Stmt]) -> None:
        """Do to the adjoints of an array what a statement does to the array; numbers that come or
        go are zeros there."""
        mark, span, arrays, shadows = self.mark, stmt.span, self.arrays, self.shadows
        match stmt:
            case ir.Alloc(target, size) if target in arrays:
                out.append(ir.Alloc(target + mark, size, span, stmt, ir.ADJOINT))
            case ir.Let(target, Var(value)) if target in arrays:
                out.append(ir.Let(target + mark, shadows[value], span, stmt, ir.ADJOINT))
            case ir.Load(target, array, index) if target in arrays:
                out.append(ir.Load(target + mark, array + mark, index, span, stmt, ir.ADJOINT))
            case ir.Store(array, index, Var(value)) if value in arrays:
                out.append(ir.Store(array + mark, index, shadows[value], span, stmt, ir.ADJOINT))
            case ir.Append(array, value) if array in arrays:
                adjoint: Atom = Num(0.0)
                if isinstance(value, Var) and value.name in arrays:
                    adjoint = shadows[value.name]
                out.append(ir.Append(array + mark, adjoint, span, stmt, ir.ADJOINT))
            case ir.Take(array, target) if array in arrays:
                taken = target + mark if target in arrays else self.fresh(REAL)
                out.append(ir.Take(array + mark, taken, span, stmt, ir.ADJOINT))
            case ir.Push(tape, Var(value)) if value in arrays:
                out.append(ir.Push(tape + mark, shadows[value], span, stmt))
            case ir.Pop(tape, target) if target in arrays:
                out.append(ir.Pop(tape + mark, target + mark, span, stmt))

    def end_of_turn(self, loop: ir.Stmt) -> list[ir.Stmt]:
        """Save what the backward side of a turn starts with."""
        names = self.saves.turns.get(loop, ())
        return [ir.Push(self.tape_of(name), Var(name), loop.span, loop) for name in names]

    def forward_while(self, stmt: ir.While, out: list[ir.Stmt], in_loop: bool) -> None:
        inner = [*self.forward_block(stmt.body, True), *self.end_of_turn(stmt)]
        counter = self.counters.get(stmt)
        if counter is not None:
            if in_loop:
                out.append(ir.Push(self.tape_of(counter), Var(counter), stmt.span, stmt))
            out.append(ir.Let(counter, Num(0), stmt.span, stmt, ir.SAVE))
            inner.append(ir.Let(counter, Var(counter) + 1, stmt.span, stmt, ir.SAVE))
        out.append(ir.While(stmt.condition, inner, stmt.span, stmt))

    # -- backward sweep --------------------------------------------------------------------------

    def backward_block(
        self, body: Sequence[ir.Stmt], out: list[ir.Stmt], in_loop: bool = False
    ) -> None:
        for stmt in reversed(body):
            if stmt.__class__ is ir.Let:
                first = bool(self.rewritten) and stmt.target not in self.uses.get(stmt, ())
                if first:
                    self.restore(stmt, out)
                if stmt in self.plan.before:
                    self.repeat(stmt, out)
                if stmt.target in self.touched:
                    self.backward_let(stmt, out)
                if self.rewritten and not first:
                    self.restore(stmt, out)
            else:
                if stmt in self.plan.before:
                    self.repeat(stmt, out)
                self.backward_statement(stmt, out, in_loop)

    def repeat(self, stmt: ir.Stmt, out: list[ir.Stmt]) -> None:
        """Compute again what the backward side of a statement needs."""
        for old in self.plan.before[stmt]:
            match old:
                case ir.Let(target, expr):
                    out.append(ir.Let(target, expr, old.span, old, ir.RESTORE))
                case ir.Load(target, array, index):
                    out.append(ir.Load(target, array, index, old.span, old, ir.RESTORE))
                    if target in self.arrays:
                        shadow, source = target + self.mark, array + self.mark
                        out.append(ir.Load(shadow, source, index, old.span, old, ir.RESTORE))
                case ir.Length(target, array):
                    out.append(ir.Length(target, array, old.span, old, ir.RESTORE))

    def backward_statement(self, stmt: ir.Stmt, out: list[ir.Stmt], in_loop: bool) -> None:
        match stmt:
            case ir.Call():
                if self.activity.is_active_call(stmt, self.old.name):
                    self.backward_call(stmt, out)
                else:
                    for target in stmt.targets:
                        self.clear(target, stmt, out)
                self.restore(stmt, out)
            case ir.Pop(tape, target):
                if self.module.tapes[tape] == REAL:
                    value: Atom = Var(target + self.mark) if target in self.touched else Num(0.0)
                    out.append(ir.Push(tape + self.mark, value, stmt.span, stmt))
                    self.clear(target, stmt, out)
                self.restore(stmt, out)
            case ir.Push(tape, value) if self.module.tapes[tape] == REAL:
                grown = self.fresh(REAL)
                out.append(ir.Pop(tape + self.mark, grown, stmt.span, stmt))
                self.grow(value, Var(grown), stmt, out)
            case ir.If() | ir.While() | ir.For():
                if stmt in self.relevant:
                    self.backward_control(stmt, out, in_loop)
            case _:
                if self.changes_adjoints(stmt):
                    self.backward_array(stmt, out)
                for target in ir.assigned(stmt):
                    self.clear(target, stmt, out)
                self.restore(stmt, out)

    def backward_array(self, stmt: ir.Stmt, out: list[ir.Stmt]) -> None:
        """Move adjoints between an active array and the numbers that a statement puts into it or
        gets from it."""
        span = stmt.span
        match stmt:
            case ir.Load(target, array, index) if target in self.touched:
                adjoint = array + self.mark
                old, new = self.fresh(REAL), self.fresh(REAL)
                grown = Var(old) + self.shadows[target]
                out.append(ir.Load(old, adjoint, index, span, stmt, ir.ADJOINT))
                out.append(ir.Let(new, grown, span, stmt, ir.ADJOINT))
                out.append(ir.Store(adjoint, index, Var(new), span, stmt, ir.ADJOINT))
            case ir.Store(array, index, value):
                adjoint, amount = array + self.mark, None
                if isinstance(value, Var) and value.name in self.active:
                    amount = self.fresh(REAL)
                    out.append(ir.Load(amount, adjoint, index, span, stmt, ir.ADJOINT))
                if stmt not in self.increments:
                    out.append(ir.Store(adjoint, index, Num(0.0), span, stmt, ir.RESTORE))
                if amount is not None:
                    self.grow(value, Var(amount), stmt, out)
            case ir.Append(array, value):
                amount = self.fresh(REAL)
                out.append(ir.Take(array + self.mark, amount, span, stmt, ir.ADJOINT))
                self.grow(value, Var(amount), stmt, out)
            case ir.Take(array, target):
                share: Atom = self.shadows[target] if target in self.touched else Num(0.0)
                out.append(ir.Append(array + self.mark, share, span, stmt, ir.ADJOINT))

    def backward_let(self, stmt: ir.Let, out: list[ir.Stmt]) -> None:
        """The adjoints of what an assignment reads.  A gradient of 100,000 terms comes here a
        million times, so little is called."""
        target, expr = stmt.target, stmt.expr
        shadows, touched = self.shadows, self.touched
        if isinstance(expr, App):
            seed = shadows[target]
            op = expr.op
            assert isinstance(op, Primitive)
            literals = literals_of(expr) if op.folds else ()
            given = [Var(target), seed, seed, *expr.args]
            for index, arg in enumerate(expr.args):
                if arg.__class__ is not Var or arg.name not in shadows:
                    continue
                name = arg.name
                shadow = shadows[name]
                grows = name in touched
                shape = adjoint_shape(op, index, literals, grows)
                if shape is None:
                    continue
                if grows:
                    given[2] = shadow
                    if name in self.borrowed:
                        shadow = self.own(name)
                else:
                    touched.add(name)
                    if self.terse and shape.formula.lean.__class__ is Var:
                        self.borrow(name, seed)
                        continue
                value = App(shape.formula, shape.pick(given))
                out.append(ir.Let(shadow.name, value, stmt.span, stmt, ir.ADJOINT))
        elif target in shadows:
            self.grow(expr, shadows[target], stmt, out)
        if self.rewritten:
            self.clear(target, stmt, out)

    def grow(self, atom: Expr, amount: Expr, stmt: ir.Stmt, out: list[ir.Stmt]) -> None:
        """Add an amount to the adjoint of an atom."""
        if isinstance(atom, Var) and atom.name in self.active:
            name, shadow = atom.name, self.shadows[atom.name]
            if name not in self.touched:
                self.touched.add(name)
                if self.terse and isinstance(amount, Var):
                    self.borrow(name, amount)
                    return
                value = amount
            else:
                value = shadow + amount
                shadow = self.own(name) if name in self.borrowed else shadow
            out.append(ir.Let(shadow.name, value, stmt.span, stmt, ir.ADJOINT))

    def borrow(self, name: str, adjoint: Var) -> None:
        """Let another's adjoint, which nothing will change any more, serve as that of `name`."""
        self.shadows[name] = adjoint
        self.borrowed.add(name)

    def own(self, name: str) -> Var:
        """Give back a variable's own adjoint to one that had borrowed."""
        self.borrowed.discard(name)
        self.shadows[name] = Var(name + self.mark)
        return self.shadows[name]

    def clear(self, target: str, stmt: ir.Stmt, out: list[ir.Stmt]) -> None:
        """The value before an assignment had no part in what came after it."""
        if target in self.plan.local or target == self.chained or target in self.fleeting:
            self.touched.discard(target)
            self.stale.add(target)
        elif target in self.rewritten and target in self.touched:
            out.append(ir.Let(target + self.mark, Num(0.0), stmt.span, stmt, ir.RESTORE))

    def restore(self, stmt: ir.Stmt, out: list[ir.Stmt]) -> None:
        for target in reversed(self.saves.at.get(stmt, ())):
            if stmt in self.inverses:
                out.append(ir.Let(target, self.inverses[stmt], stmt.span, stmt, ir.RESTORE))
                continue
            out.append(ir.Pop(self.tape_of(target), target, stmt.span, stmt))

    def backward_call(self, stmt: ir.Call, out: list[ir.Stmt]) -> None:
        callee = self.module.functions[stmt.function]
        arrays = self.activity.arrays(callee.name)
        results, params = self.activity.results(callee), self.activity.params(callee)
        seeds = [stmt.targets[i] for i in results if callee.results[i] not in arrays]
        args = [stmt.args[i] for i in params if callee.params[i] not in arrays]
        shares = tuple(self.fresh(REAL) for _ in args)
        out.append(
            ir.Call(
                shares,
                _reversed(stmt.function, self.mark),
                tuple([Var(s + self.mark) if s in self.touched else Num(0.0) for s in seeds]),
                stmt.span,
                stmt,
            )
        )
        for target in stmt.targets:
            self.clear(target, stmt, out)
        for arg, share in zip(args, shares, strict=True):
            self.grow(arg, Var(share), stmt, out)

    def backward_control(self, stmt: ir.Stmt, out: list[ir.Stmt], in_loop: bool) -> None:
        if isinstance(stmt, ir.If):
            arms: tuple[list[ir.Stmt], list[ir.Stmt]] = ([], [])
            before, ends = (set(self.touched), set(self.stale)), []
            for arm, inner in zip(arms, (stmt.then, stmt.orelse), strict=True):
                self.touched, self.stale = map(set, before)
                self.backward_block(inner, arm, in_loop)
                ends.append((self.touched, self.stale))
            both = ends[0][0] | ends[1][0]
            for arm, (self.touched, self.stale) in zip(arms, ends, strict=True):
                self.touch(both - self.touched, stmt, arm)
            self.stale = ends[0][1] | ends[1][1]
            then, orelse = arms
            out.append(ir.If(stmt.condition, then, orelse, stmt.span, stmt))
            return
        self.touch(self.reached(stmt), stmt, out)
        outside = self.fleeting
        self.fleeting = self.fleeting_in(stmt)
        self.touched -= self.fleeting
        self.stale |= self.fleeting
        self.backward_loop(stmt, out, in_loop)
        self.touched -= self.fleeting
        self.fleeting = outside

    def touch(self, names: set[str], stmt: ir.Stmt, out: list[ir.Stmt]) -> None:
        """From here on the adjoints of these variables count; where one is no longer what it was,
        it is made zero."""
        for name in sorted((names - self.touched) & self.stale):
            out.append(ir.Let(name + self.mark, Num(0.0), stmt.span, stmt, ir.RESTORE))
            self.stale.discard(name)
        self.touched |= names

    def fleeting_in(self, loop: ir.Stmt) -> set[str]:
        """The active numbers that each turn of a loop makes for itself and that nothing behind the
        loop reads: their adjoints are zero where the backward side of a turn begins."""
        return (self.own_of(loop) & self.active) - self.arrays - self.behind[loop]

    def backward_loop(self, stmt: ir.Stmt, out: list[ir.Stmt], in_loop: bool) -> None:
        body: list[ir.Stmt] = []
        if isinstance(stmt, ir.For) and stmt in self.fused:
            self.both_sweeps(stmt, out)
            return
        (inner,) = ir.blocks(stmt)
        for name in reversed(self.saves.turns.get(stmt, ())):
            body.append(ir.Pop(self.tape_of(name), name, stmt.span, stmt))
        self.backward_turn(inner, body)
        if isinstance(stmt, ir.For):
            self.backward_for(stmt, body, out)
        else:
            counter = self.counters[stmt]
            loop = self.fresh(INT)
            out.append(ir.For(loop, Num(0), Var(counter), Num(1), body, stmt.span, stmt))
            if in_loop:
                out.append(ir.Pop(self.tape_of(counter), counter, stmt.span, stmt))

    def both_sweeps(self, stmt: ir.For, out: list[ir.Stmt]) -> None:
        """A loop whose turns are reversed one by one, and what waited for it."""
        body = self.forward_block(stmt.body, True)
        self.backward_turn(stmt.body, body)
        out.append(ir.For(stmt.var, stmt.start, stmt.stop, stmt.step, body, stmt.span, stmt))
        waiting = {s for s in self.fused if self.old.body.index(s) < self.old.body.index(stmt)}
        for late in self.fused[stmt].late:
            if not any(late in self.fused[loop].late for loop in waiting):
                out.append(late)

    def backward_turn(self, body: Sequence[ir.Stmt], out: list[ir.Stmt]) -> None:
        """The backward side of one turn of a loop."""
        state = self.only_state(body)
        if state is None or state not in self.touched:
            self.backward_block(body, out, True)
        else:
            self.backward_chain(body, state, out)

    def only_state(self, body: Sequence[ir.Stmt]) -> str | None:
        """The only number that straight turns of a loop hand on, if there is just one that counts:
        all other active variables that they assign are local.  None too where a partial would be
        multiplied by others before it meets the adjoint, and might leave the range of doubles."""
        states: list[str] = []
        for stmt in body:
            if not isinstance(stmt, ir.Let | ir.Load | ir.Length):
                return None
            if isinstance(stmt, ir.Let) and isinstance(stmt.expr, App):
                op, literals = stmt.expr.op, literals_of(stmt.expr)
                indices = self.active_arguments(stmt.expr)
                if not all([multiplies_partial(op, i, literals) for i in indices]):
                    return None
            if stmt.target in self.arrays:
                if isinstance(stmt, ir.Let):
                    return None
            elif stmt.target in self.active and stmt.target not in self.plan.local:
                if not isinstance(stmt, ir.Let):
                    return None
                states.append(stmt.target)
        return states[0] if len(states) == 1 else None

    def backward_chain(self, body: Sequence[ir.Stmt], state: str, out: list[ir.Stmt]) -> None:
        """The backward side of a turn that hands on one number: first the derivatives of that by
        all it was made from, then their products with its adjoint, so that from turn to turn there
        is one multiplication (preaccumulation: Griewank & Walther, section 10.2)."""
        shadows, outer, last = self.shadows, self.touched, body[-1]
        seed, times = shadows[state], OPERATORS["*"]
        inside = {n for stmt in body for n in (*operands(stmt), *ir.assigned(stmt)) if n in shadows}
        self.shadows = shadows | {n: Var(f"d.{n}{self.mark}") for n in inside - self.arrays}
        self.types.update((self.shadows[n].name, REAL) for n in sorted(inside - self.arrays))
        self.touched, self.chained = {state}, state
        out.append(ir.Let(self.shadows[state].name, Num(1.0), last.span, last, ir.ADJOINT))
        for stmt in reversed(body):
            if isinstance(stmt, ir.Load) and stmt.target in self.touched:
                share = times(seed, self.shadows[stmt.target])
                self.shadows[stmt.target] = shadows[stmt.target]
                out.append(ir.Let(shadows[stmt.target].name, share, stmt.span, stmt, ir.ADJOINT))
            self.backward_block([stmt], out, True)
        shares = {n: times(seed, self.shadows[n]) for n in self.types if n in self.touched}
        self.shadows, self.touched, self.chained = shadows, outer, ""
        own = shares.pop(state, Num(0.0))
        for name, share in shares.items():
            self.grow(Var(name), share, last, out)
        out.append(ir.Let(seed.name, own, last.span, last, ir.ADJOINT))

    def reached(self, loop: ir.Stmt) -> set[str]:
        """The active variables that statements of a loop read: an earlier turn of the backward loop
        may have grown their adjoints."""
        names: set[str] = set()
        for stmt in ir.walk(ir.blocks(loop)[0]):
            names.update(operands(stmt))
        return names & self.active - self.arrays - self.plan.local

    def backward_for(self, stmt: ir.For, body: list[ir.Stmt], out: list[ir.Stmt]) -> None:
        """Count the other way: from the last value down to the first."""
        start, step = stmt.start, stmt.step
        if isinstance(step, Num) and step.value in (1, -1):
            last = self.integer(OPERATORS["-"](stmt.stop, step), stmt, out)
        else:
            count = self.integer(_trip_count(stmt), stmt, out)
            steps = self.integer((count - 1) * step, stmt, out)
            last = self.integer(start + steps, stmt, out)
        stop = self.integer(start - step, stmt, out)
        back = self.integer(-step, stmt, out)
        out.append(ir.For(stmt.var, last, stop, back, body, stmt.span, stmt))

    def integer(self, expr: Expr, stmt: ir.Stmt, out: list[ir.Stmt]) -> Atom:
        """An integer expression as an atom."""
        expr = tidy(expr)
        if isinstance(expr, Num):
            return Num(int(expr.value))
        if isinstance(expr, Var):
            return expr
        name = self.fresh(INT)
        out.append(ir.Let(name, expr, stmt.span, stmt, ir.RESTORE))
        return Var(name)


def _trip_count(stmt: ir.For) -> Expr:
    """How often a loop runs (or a number below 1, if never): ceil((stop - start)/step)."""
    one = select(gt(stmt.step, 0), 1, -1)
    return OPERATORS["//"](stmt.stop - stmt.start + stmt.step - one, stmt.step)
