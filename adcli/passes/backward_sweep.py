"""The backward sweep: from the last statement to the first, adjoints of results become adjoints of
what they were made from.

Invariant: before the adjoint of a statement is computed, every variable that it mentions holds what
it held when the statement ran; after that, what the statement has overwritten is restored.

A branch is reversed by its condition, a loop by its bounds or by a counter.  Griewank & Walther,
*Evaluating Derivatives*, sections 3.2 and 6.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import assert_never, cast

from adcli.expr import App, Atom, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.dataflow import operands, used_variables
from adcli.ir.types import BOOL, INT, REAL
from adcli.ops.comparisons_logic_and_choice import eq
from adcli.passes.adjoint_state import AdjointState
from adcli.passes.adjoint_variables import AdjointVariables, backward_name
from adcli.passes.chain_rule import AdjointFormulas
from adcli.passes.forward_sweep import ForwardSweep
from adcli.passes.reversal_plan import ReversalPlan

#: What a program is told whose derivative would have to go back through part of a call.
CHANGED = (
    "this call failed after it may have changed an array, and reverse mode cannot go back through "
    "part of a call: take forward mode (--backend forward)"
)


class BackwardSweep:
    """Makes the backward sweep of one function; `forward` makes the other sweep, which runs inside
    loops that are fused with their adjoints."""

    def __init__(
        self,
        variables: AdjointVariables,
        plan: ReversalPlan,
        forward: ForwardSweep,
        *,
        is_terse: bool = False,
        holds_nan: bool = False,
    ) -> None:
        self.variables = variables
        self.plan = plan
        self.forward = forward
        self.state = AdjointState(variables, plan, is_terse=is_terse)
        self.holds_nan = holds_nan
        self._formulas = AdjointFormulas(holds_nan)

    def block(self, body: Sequence[ir.Stmt], out: list[ir.Stmt], *, in_loop: bool) -> None:
        """The sweep of a block; `in_loop` says that it may run more than once."""
        if self.state.is_terse:  # nothing is overwritten, and there are assignments alone
            self._assignments(reversed(cast("Sequence[ir.Let]", body)), out)
            return
        plan = self.plan
        repeated_before, overwrites = plan.repeated_before, bool(plan.reassigned)
        late_shadows = self.variables.late_shadows
        for stmt in reversed(body):
            if stmt.__class__ is ir.Let:
                first = overwrites and stmt.target not in plan.uses.get(stmt, ())
                if first:
                    self._restore(stmt, out)
                if repeated_before and stmt in repeated_before:
                    self._repeat(stmt, out)
                self._assignments((stmt,), out)
                if overwrites and not first:
                    self._restore(stmt, out)
            else:
                if stmt in repeated_before:
                    self._repeat(stmt, out)
                if stmt in late_shadows:
                    out += [s.statement(self.variables.mark) for s in late_shadows[stmt]]
                self._statement(stmt, out, in_loop)

    def _repeat(self, stmt: ir.Stmt, out: list[ir.Stmt]) -> None:
        """Compute again what the backward side of a statement needs."""
        mark = self.variables.mark
        for old in self.plan.repeated_before[stmt]:
            match old:
                case ir.Let(target, expr):
                    out.append(ir.Let(target, expr, old.span, old, ir.RESTORE))
                case ir.Load(target, array, index):
                    out.append(ir.Load(target, array, index, old.span, old, ir.RESTORE))
                    if target in self.variables.arrays:
                        adjoint, source = target + mark, array + mark
                        out.append(ir.Load(adjoint, source, index, old.span, old, ir.RESTORE))
                case ir.Length(target, array):
                    out.append(ir.Length(target, array, old.span, old, ir.RESTORE))

    def _restore(self, stmt: ir.Stmt, out: list[ir.Stmt]) -> None:
        for target in reversed(self.plan.saved_before.get(stmt, ())):
            if stmt in self.plan.undone:
                out.append(ir.Let(target, self.plan.undone[stmt], stmt.span, stmt, ir.RESTORE))
                continue
            out.append(ir.Pop(self.variables.tape_of(target), target, stmt.span, stmt))

    # -- statements ------------------------------------------------------------------------------

    def _statement(self, stmt: ir.Stmt, out: list[ir.Stmt], in_loop: bool) -> None:
        """The backward side of what is no `Let`."""
        match stmt:
            case ir.If():
                if stmt in self.plan.with_backward_side:
                    self._if(stmt, out, in_loop)
            case ir.While() | ir.For():
                if stmt in self.plan.with_backward_side:
                    self._loop(stmt, out, in_loop)
            case ir.Push():
                self._push(stmt, out)
            case ir.Pop():
                self._pop(stmt, out)
                self._restore(stmt, out)
            case ir.Call():
                self._call(stmt, out)
                self._restore(stmt, out)
            case ir.Raise():
                pass
            case (
                ir.Let() | ir.Alloc() | ir.Load() | ir.Store() | ir.Append() | ir.Take()
                | ir.Length()
            ):  # fmt: skip
                if self.variables.moves_numbers(stmt):
                    self._move_adjoints(stmt, out)
                for target in ir.assigned(stmt):
                    self.state.clear(target, stmt, out)
                self._restore(stmt, out)
            case _:
                assert_never(stmt)

    def _assignments(self, assignments: Iterable[ir.Let], out: list[ir.Stmt]) -> None:
        """The adjoints of what assignments read.  A gradient of 100,000 terms goes a million times
        through these loops, so little is called."""
        state, active, shared = self.state, self.variables.active, self.plan.shared
        adjoints, nonzero, is_terse = state.adjoints, state.nonzero, state.is_terse
        formulas = self._formulas
        for stmt in assignments:
            target, expr = stmt.target, stmt.expr
            if target not in nonzero:
                continue
            if expr.__class__ is App:
                seed, args = adjoints[target], expr.args
                given: list[Expr] = [seed, seed, seed, *args]
                known = formulas.get(expr.op) or formulas.of(expr)
                for arg, by_growth in zip(args, known, strict=True):
                    if arg.__class__ is not Var or arg.name not in active:
                        continue
                    name = arg.name
                    grows = name in nonzero
                    formula = by_growth[grows]
                    if formula is None:
                        continue
                    if grows:
                        given[2] = adjoints[name]
                        has_own = name not in state.borrowed
                    else:
                        nonzero.add(name)
                        has_own = not is_terse
                        if is_terse and formula.is_seed:
                            state.borrow(name, seed)
                            continue
                    adjoint = adjoints[name] if has_own else state.own(name)
                    if formula.mentions_result:
                        given[0] = Var(target)
                    value: Expr = App(formula.formula, formula.pick(given))
                    if shared and stmt in shared:
                        from adcli.passes.values_shared_across_sweeps import with_shared

                        value = with_shared(value, shared[stmt])
                    out.append(ir.Let(adjoint.name, value, stmt.span, stmt, ir.ADJOINT))
            elif target in active:
                state.add(expr, adjoints[target], stmt, out)
            if is_terse:
                state.release(target)
            elif self.plan.reassigned:
                state.clear(target, stmt, out)

    def _move_adjoints(self, stmt: ir.Stmt, out: list[ir.Stmt]) -> None:
        """Move adjoints between an active array and the numbers that a statement puts into it or
        gets from it."""
        mark, fresh, state, span = self.variables.mark, self.variables.fresh, self.state, stmt.span
        match stmt:
            case ir.Load(target, array, index) if target in state.nonzero:
                adjoint = array + mark
                old, new = fresh(REAL), fresh(REAL)
                grown = Var(old) + state.adjoints[target]
                out.append(ir.Load(old, adjoint, index, span, stmt, ir.ADJOINT))
                out.append(ir.Let(new, grown, span, stmt, ir.ADJOINT))
                out.append(ir.Store(adjoint, index, Var(new), span, stmt, ir.ADJOINT))
            case ir.Store(array, index, value):
                adjoint, amount = array + mark, None
                if isinstance(value, Var) and value.name in self.variables.active:
                    amount = fresh(REAL)
                    out.append(ir.Load(amount, adjoint, index, span, stmt, ir.ADJOINT))
                if stmt not in self.variables.increments:
                    out.append(ir.Store(adjoint, index, Num(0.0), span, stmt, ir.RESTORE))
                if amount is not None:
                    state.add(value, Var(amount), stmt, out)
            case ir.Append(array, value):
                amount = fresh(REAL)
                out.append(ir.Take(array + mark, amount, span, stmt, ir.ADJOINT))
                state.add(value, Var(amount), stmt, out)
            case ir.Take(array, target):
                given: Atom = state.adjoints[target] if target in state.nonzero else Num(0.0)
                out.append(ir.Append(array + mark, given, span, stmt, ir.ADJOINT))

    def _push(self, stmt: ir.Push, out: list[ir.Stmt]) -> None:
        """The adjoint of what the primal puts on a tape comes back over the tape of adjoints."""
        if self.variables.module.tapes[stmt.tape] == REAL:
            amount = self.variables.fresh(REAL)
            out.append(ir.Pop(stmt.tape + self.variables.mark, amount, stmt.span, stmt))
            self.state.add(stmt.value, Var(amount), stmt, out)

    def _pop(self, stmt: ir.Pop, out: list[ir.Stmt]) -> None:
        if self.variables.module.tapes[stmt.tape] == REAL:
            is_zero, mark = stmt.target not in self.state.nonzero, self.variables.mark
            value: Atom = Num(0.0) if is_zero else Var(stmt.target + mark)
            out.append(ir.Push(stmt.tape + mark, value, stmt.span, stmt))
            self.state.clear(stmt.target, stmt, out)

    def _call(self, stmt: ir.Call, out: list[ir.Stmt]) -> None:
        if not stmt.status:
            self._returned_call(stmt, out)
        elif self.variables.has_adjoint_side(stmt):
            self._protected_call(stmt, out)

    def _protected_call(self, stmt: ir.Call, out: list[ir.Stmt]) -> None:
        """A call that failed has no part in derivatives: its targets kept what they held."""
        has_returned, span = self.variables.fresh(BOOL), stmt.span
        out.append(ir.Let(has_returned, eq(Var(stmt.status), 0), span, stmt, ir.ADJOINT))

        def returned(arm: list[ir.Stmt]) -> None:
            self._returned_call(stmt, arm)

        def failed(arm: list[ir.Stmt]) -> None:
            if self.variables.may_fail_after_changes(stmt):
                arm.append(ir.Raise(ir.UNSUPPORTED, Num(1), CHANGED, (), span, stmt, ir.ADJOINT))

        _choice(self.state, has_returned, (returned, failed), stmt, out)

    def _returned_call(self, stmt: ir.Call, out: list[ir.Stmt]) -> None:
        state = self.state
        if not self.variables.is_active_call(stmt):
            for target in stmt.targets:
                state.clear(target, stmt, out)
            return
        activity, mark = self.variables.activity, self.variables.mark
        callee = self.variables.module.functions[stmt.function]
        arrays = activity.arrays(callee.name)
        results, params = activity.results(callee), activity.params(callee)
        seeds = [stmt.targets[i] for i in results if callee.results[i] not in arrays]
        args = [stmt.args[i] for i in params if callee.params[i] not in arrays]
        shares = tuple(self.variables.fresh(REAL) for _ in args)
        given = tuple([Var(s + mark) if s in state.nonzero else Num(0.0) for s in seeds])
        name = backward_name(stmt.function, mark)
        out.append(ir.Call(shares, name, given, span=stmt.span, origin=stmt))
        for target in stmt.targets:
            state.clear(target, stmt, out)
        for arg, share in zip(args, shares, strict=True):
            state.add(arg, Var(share), stmt, out)

    # -- branches and loops ----------------------------------------------------------------------

    def _if(self, stmt: ir.If, out: list[ir.Stmt], in_loop: bool) -> None:
        def then(arm: list[ir.Stmt]) -> None:
            self.block(stmt.then, arm, in_loop=in_loop)

        def orelse(arm: list[ir.Stmt]) -> None:
            self.block(stmt.orelse, arm, in_loop=in_loop)

        _choice(self.state, stmt.condition, (then, orelse), stmt, out)

    def _loop(self, stmt: ir.For | ir.While, out: list[ir.Stmt], in_loop: bool) -> None:
        self.state.count(_read_inside(stmt, self.variables, self.plan), stmt, out)
        outside = self.state.enter_iterations(self.plan.private_numbers[stmt])
        if isinstance(stmt, ir.For) and stmt in self.plan.fused:
            self._fused(stmt, out)
        elif isinstance(stmt, ir.For):
            from adcli.passes.loop_reversal import counted_down

            counted_down(stmt, self._iteration(stmt), self.variables.fresh, out)
        else:
            body, counter = self._iteration(stmt), self.plan.counters[stmt]
            var = self.variables.fresh(INT)
            out.append(ir.For(var, Num(0), Var(counter), Num(1), body, stmt.span, stmt))
            if in_loop:
                out.append(ir.Pop(self.variables.tape_of(counter), counter, stmt.span, stmt))
        self.state.leave_iterations(outside)

    def _iteration(self, loop: ir.For | ir.While) -> list[ir.Stmt]:
        """The backward side of an iteration, which first takes what the iteration saved at its
        end."""
        body: list[ir.Stmt] = []
        for name in reversed(self.plan.saved_at_iteration_end.get(loop, ())):
            body.append(ir.Pop(self.variables.tape_of(name), name, loop.span, loop))
        self._reverse_iteration(loop.body, body)
        return body

    def _reverse_iteration(self, body: Sequence[ir.Stmt], out: list[ir.Stmt]) -> None:
        from adcli.passes.preaccumulation import only_carried_number, preaccumulated
        from adcli.passes.running_sums import running_sums

        def reverse(block: Sequence[ir.Stmt], out: list[ir.Stmt]) -> None:
            self.block(block, out, in_loop=True)

        carried = None
        if not self.holds_nan:
            carried = only_carried_number(body, self.variables, self.plan)
        sums = running_sums(body, self.variables.primal) & self.state.nonzero
        if carried is None or carried not in self.state.nonzero or carried in sums:
            outside = self.state.renewed
            self.state.renewed = outside | sums
            reverse(body, out)
            self.state.renewed = outside
            self.state.count(sums, body[-1], out)
        else:
            preaccumulated(body, carried, self.variables, self.state, reverse, out)

    def _fused(self, stmt: ir.For, out: list[ir.Stmt]) -> None:
        """A loop whose iterations are reversed one by one, and what was postponed for it."""
        body = self.forward.block(stmt.body, in_loop=True)
        self._reverse_iteration(stmt.body, body)
        out.append(ir.For(stmt.var, stmt.start, stmt.stop, stmt.step, body, stmt.span, stmt))
        fused, place = self.plan.fused, self.variables.primal.body.index
        earlier = {s for s in fused if place(s) < place(stmt)}
        for late in fused[stmt].late:
            if not any(late in fused[loop].late for loop in earlier):
                out.append(late)


def _read_inside(
    loop: ir.For | ir.While, variables: AdjointVariables, plan: ReversalPlan
) -> set[str]:
    """The active variables that statements of a loop read: an earlier iteration of the backward
    loop may have grown their adjoints."""
    names: set[str] = set()
    for stmt in ir.walk(loop.body):
        names.update(operands(stmt))
    names &= variables.active
    return names.difference(variables.arrays, plan.block_local)


def _choice(
    state: AdjointState,
    condition: str,
    makers: Sequence[Callable[[list[ir.Stmt]], None]],
    stmt: ir.Stmt,
    out: list[ir.Stmt],
) -> None:
    """A branch whose arms write what the two makers make."""
    arms: tuple[list[ir.Stmt], list[ir.Stmt]] = ([], [])
    names = _named_in(stmt)
    before, ends = state.part(names), []
    for arm, make in zip(arms, makers, strict=True):
        state.put(names, before)
        make(arm)
        ends.append(state.part(names))
    both = ends[0].nonzero | ends[1].nonzero
    stale: set[str] = set()
    for arm, end in zip(arms, ends, strict=True):
        state.put(names, end)
        state.count(both - end.nonzero, stmt, arm)
        stale |= state.part(names).stale
    state.stale |= stale
    then, orelse = arms
    out.append(ir.If(condition, then, orelse, stmt.span, stmt))


def _named_in(stmt: ir.Stmt) -> set[str]:
    """The variables that a statement, or one inside it, names: it changes no other adjoints."""
    found: set[str] = set()
    for inner in ir.walk([stmt]):
        found.update(used_variables(inner), ir.assigned(inner))
    return found
