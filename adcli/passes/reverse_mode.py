"""Reverse mode: from a function, its forward sweep and its backward sweep.

An analysis makes a plan of what goes over tapes (`reversal_plan`), and two objects that share it
write the sweeps (`forward_sweep`, `backward_sweep`).  The entry becomes one function with both; a
function that is called becomes two.  Griewank & Walther, *Evaluating Derivatives*, chapters 3 and
6; Hascoët & Pascual, *The Tapenade Automatic Differentiation Tool* (2013), section 4.

An active array `a` has an array `a^` of adjoints beside it.  It is made in the forward sweep, where
what happens to the references of arrays happens to those of their adjoints, and it grows in the
backward sweep, where `a^` is a needed variable like others.  What an array holds is not restored:
every number that is needed was read into a variable.

Invariant: the results of the primal are the primal's, to the bit, and all tapes are empty in the
end.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING

from adcli.expr import App, Atom, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.call_graph import calls_of, prune
from adcli.ir.dataflow import reassigned_variables
from adcli.ir.types import BOOL, INT, REAL, array_of, is_array, rank
from adcli.passes.activity_analysis import Activity, with_activity
from adcli.passes.adjoint_state import AdjointState
from adcli.passes.adjoint_variables import (
    AdjointVariables,
    backward_name,
    forward_name,
    tape_name,
)
from adcli.passes.backward_sweep import BackwardSweep
from adcli.passes.chain_rule import holds_nan
from adcli.passes.forward_sweep import ForwardSweep
from adcli.passes.reversal_plan import ReversalPlan
from adcli.passes.tangent_adjoint_marks import ADJOINT_MARK, new_mark

if TYPE_CHECKING:
    from adcli.passes.array_mutation_analysis import Mutations
    from adcli.passes.program_slicing import Reduction
    from adcli.passes.whole_array_loop_builder import WholeArrayStatements


def reverse(module: ir.Module, wrt: Sequence[str], *, terse: bool = False) -> ir.Module:
    """The module whose entry also takes adjoints of its results and also returns those of `wrt`.

    Parameters: those of the entry, then an adjoint for each result.  Results: those of the entry,
    then an adjoint for each name in `wrt`.  The adjoint of an array is an array of its shape.

    With `terse`, in straight-line code an adjoint that is just that of another variable gets no
    statement of its own, and calls of small functions in loops are inlined.
    """
    if not module.normal:
        from adcli.passes.normalise import normalise

        module = normalise(module)
    if terse and any([calls_of(function) for function in module.functions.values()]):
        from adcli.passes.small_function_inlining import with_inlined_functions

        module = with_inlined_functions(module)
    mark = new_mark(module, ADJOINT_MARK)
    module, activity = with_activity(module, wrt)
    if activity.array_types():
        from adcli.passes.list_preallocation import preallocated
        from adcli.passes.redundant_loads import without_redundant_loads
        from adcli.passes.unchanged_lengths import without_length_checks

        module = without_length_checks(preallocated(module))
        module = without_redundant_loads(module, activity)
        module, activity = with_activity(module, wrt)
    return _Reversal(module, mark, activity).module(wrt, terse)


class _Reversal:
    """The derived module while it is made."""

    def __init__(self, old: ir.Module, mark: str, activity: Activity) -> None:
        self.old = old
        self.mark = mark
        self.activity = activity
        self.holds_nan = holds_nan(old)
        self.functions: dict[str, ir.Function] = {}
        self.tapes = dict(old.tapes)
        kinds = {k for f in old.functions.values() for k in f.types.values() if is_array(k)}
        self.tapes |= {t + mark: k for t, k in old.tapes.items() if activity.is_mirrored(t)}
        self.tapes |= {tape_name(k, mark): k for k in (REAL, INT, BOOL, *sorted(kinds))}

    def module(self, wrt: Sequence[str], terse: bool) -> ir.Module:
        entry = self._sweeps(self.old.entry, terse)
        name = self.old.entry + self.mark
        self.functions[name] = entry.in_one_function(name, wrt)
        todo = entry.called
        while todo:
            name = todo.pop()
            if forward_name(name, self.mark) in self.functions:
                continue
            if self.old.functions[name].rule is not None:
                self._add_declared(name)
            else:
                sweeps = self._sweeps(name)
                self._add(sweeps.in_two_functions())
                todo.extend(sweeps.called)
        self.functions.update(self.old.functions)
        return prune(ir.Module(self.functions, self.old.entry + self.mark, self.tapes))

    def _sweeps(self, name: str, terse: bool = False) -> _Sweeps:
        primal = self.old.functions[name]
        reassigned = reassigned_variables(primal)
        is_terse = terse and not reassigned and not ir.non_assignments(primal.body)
        variables = AdjointVariables(self.old, name, self.mark, self.activity, is_terse=is_terse)
        return _Sweeps(
            variables, self._mutations, reassigned, is_terse=is_terse, holds_nan=self.holds_nan
        )

    @cached_property
    def _mutations(self) -> Callable[[], Mutations]:
        """What is known of changes to arrays; a program without loops need not know."""
        old, activity = self.old, self.activity  # `self` in it would be a cycle, never freed

        @cache
        def mutations() -> Mutations:
            from adcli.passes.array_mutation_analysis import Mutations

            return Mutations(old, activity)

        return mutations

    def _unchanged(self, callee: ir.Function) -> set[str]:
        """The arrays that a function is given or returns which no caller changes after that."""
        names = (*callee.params, *callee.results)
        found = {v for v in names if is_array(callee.types[v])}
        for caller in self.old.functions.values():
            for call in calls_of(caller):
                if call.function == callee.name:
                    held = (*call.args, *map(Var, call.targets))
                    for name, value in zip(names, held, strict=True):
                        if name in found and not self._keeps(caller, value):
                            found.remove(name)
        return found

    def _keeps(self, function: ir.Function, array: Atom) -> bool:
        return isinstance(array, Var) and self._mutations().keeps_entries(function, array.name)

    @cached_property
    def _reduction(self) -> Reduction:
        """The rules of functions, cut down to what is active."""
        from adcli.passes.program_slicing import Reduction

        return Reduction(self.old)

    def _add(self, functions: Sequence[ir.Function]) -> None:
        self.functions |= {f.name: f for f in functions}

    def _add_declared(self, name: str) -> None:
        """The sweeps of a function that declares its derivative."""
        from adcli.passes.declared_derivatives import (
            declared_backward_sweep,
            declared_forward_sweep,
        )

        old, active, mark = self.old.functions[name], self.activity.of(name), self.mark
        tape_of = partial(tape_name, mark=mark)
        names, cut = (forward_name(name, mark), backward_name(name, mark)), self._reduction
        unchanged = self._unchanged(old)
        self._add(
            [
                declared_forward_sweep(old, names[0], mark, active, tape_of, cut, unchanged),
                declared_backward_sweep(old, names[1], mark, active, tape_of, cut),
                *cut.functions.values(),
            ]
        )
        self.tapes |= {tape_of(kind): kind for kind in old.types.values()}


class _Sweeps:
    """The sweeps of one function, in one function or in two."""

    def __init__(
        self,
        variables: AdjointVariables,
        mutations: Callable[[], Mutations],
        reassigned: set[str],
        *,
        is_terse: bool,
        holds_nan: bool,
    ) -> None:
        self.variables = variables
        self.primal = variables.primal
        self._mutations = mutations
        self._reassigned = reassigned
        self._is_terse = is_terse
        self._holds_nan = holds_nan
        #: the functions whose sweeps these call
        self.called: list[str] = []

    def in_one_function(self, name: str, wrt: Sequence[str]) -> ir.Function:
        """Both sweeps: what the entry becomes."""
        primal, variables, reassigned = self.primal, self.variables, self._reassigned
        plan = ReversalPlan()
        if reassigned or any(ir.blocks(s) for s in ir.non_assignments(primal.body)):
            plan = self._plan(is_split=False)  # else nothing is overwritten and nothing needed
        forward = ForwardSweep(variables, plan)
        backward = BackwardSweep(
            variables, plan, forward, is_terse=self._is_terse, holds_nan=self._holds_nan
        )
        body: list[ir.Stmt] = []
        for param in primal.params:
            if param in variables.arrays:
                adjoint = param + variables.mark
                self._array_statements.zeros(adjoint, param, primal.types[param], body)
        outs = {p: self._output(p, backward, body) for p in wrt if is_array(primal.types[p])}
        at_once: ir.Block = primal.body
        if plan.postponed:
            at_once = [s for s in at_once if s not in plan.postponed]
        body += forward.block(at_once, in_loop=False)
        seeds = [self._seed(r, body) for r in primal.results]
        if self._holds_nan:
            self._seed_nan_with_nan(body)
        self._begin(backward.state)
        backward.block(primal.body, body, in_loop=False)
        outs |= {p: self._output(p, backward, body) for p in wrt if p not in outs}
        self.called = forward.called
        results = (*primal.results, *[outs[p] for p in wrt])
        return ir.Function(
            name,
            (*primal.params, *seeds),
            results,
            variables.types,
            ir.block_of(self._without_zeros(body, results)),
            primal.span,
        )

    def in_two_functions(self) -> tuple[ir.Function, ir.Function]:
        """The forward sweep, which leaves what is needed on tapes, and the backward sweep, from
        adjoints of results to those of parameters, numbers only."""
        plan = self._plan(is_split=True)
        forward = ForwardSweep(self.variables, plan)
        backward = BackwardSweep(self.variables, plan, forward, holds_nan=self._holds_nan)
        functions = self._forward_function(forward), self._backward_function(backward)
        self.called = forward.called
        return functions

    def _forward_function(self, sweep: ForwardSweep) -> ir.Function:
        primal, variables = self.primal, self.variables
        body = sweep.block(primal.body, in_loop=False)
        for name in sweep.plan.saved_at_end:
            body.append(ir.Push(variables.tape_of(name), Var(name), primal.span))
        return ir.Function(
            forward_name(primal.name, variables.mark),
            (*primal.params, *variables.array_adjoints(primal.params)),
            (*primal.results, *variables.array_adjoints(primal.results)),
            dict(variables.types),
            body,
            primal.span,
        )

    def _backward_function(self, sweep: BackwardSweep) -> ir.Function:
        primal, variables = self.primal, self.variables
        body: list[ir.Stmt] = []
        for name in reversed(sweep.plan.saved_at_end):
            body.append(ir.Pop(variables.tape_of(name), name, primal.span))
        numbers = variables.active - variables.arrays
        results = [r for r in primal.results if r in numbers]
        sweep.state.nonzero = set(results)
        sweep.block(primal.body, body, in_loop=False)
        outs = tuple([self._output(p, sweep, body) for p in primal.params if p in numbers])
        seeds = tuple([r + variables.mark for r in results])
        name = backward_name(primal.name, variables.mark)
        body = [*self._without_zeros(body, outs)]
        return ir.Function(name, seeds, outs, variables.types, body, primal.span)

    def _without_zeros(self, body: Sequence[ir.Stmt], results: Sequence[str]) -> Sequence[ir.Stmt]:
        """Leave out loops that only add zeros; straight-line code has none."""
        if not any(isinstance(stmt, ir.For) for stmt in ir.non_assignments(body)):
            return body
        from adcli.passes.zero_adjoint_loop_removal import without_zero_adjoint_loops

        return without_zero_adjoint_loops(body, set(results), self.variables.fresh)

    def _plan(self, *, is_split: bool) -> ReversalPlan:
        from adcli.passes.reversal_planning import plan_reversal

        return plan_reversal(self.variables, self._reassigned, self._mutations, is_split=is_split)

    def _output(self, name: str, sweep: BackwardSweep, body: list[ir.Stmt]) -> str:
        """A copy of the adjoint of `name` that serves as a result.  That of an array is made before
        the forward sweep, which may put other arrays into it and give its name to another; numbers
        that come and go are put right by the backward sweep."""
        variables, primal, state = self.variables, self.primal, sweep.state
        out = f"out.{name}{variables.mark}"
        kind = variables.types[out] = array_of(REAL, rank(primal.types[name]))
        value: Expr = Num(0.0)
        if name in variables.arrays:
            adjoint = name + variables.mark
            value = Var(self._array_statements.with_same_rows(adjoint, kind, body))
        elif name in state.nonzero:
            value = state.adjoints[name]
        elif is_array(kind):
            value = Var(variables.fresh(kind))
            self._array_statements.zeros(value.name, name, primal.types[name], body)
        body.append(ir.Let(out, value, primal.span, None, ir.ADJOINT))
        return out

    def _begin(self, state: AdjointState) -> None:
        """The adjoints with which the backward sweep begins: those of the results."""
        numbers = [r for r in self.primal.results if not is_array(self.primal.types[r])]
        state.nonzero = set(numbers)
        for result in numbers if state.is_terse else ():
            state.borrow(result, Var(result + self.variables.mark))

    def _seed(self, result: str, body: list[ir.Stmt]) -> str:
        """The parameter for the adjoint of a result.  That of an array is added to what the forward
        sweep made: the array may be another result too, or a parameter."""
        variables = self.variables
        adjoint = result + variables.mark
        kind = array_of(REAL, rank(self.primal.types[result]))
        if not is_array(kind):
            variables.types[adjoint] = REAL
            return adjoint
        name = f"seed.{adjoint}"
        variables.types[name] = kind
        if result in variables.arrays:
            self._array_statements.add(adjoint, name, kind, body)
        return name

    def _seed_nan_with_nan(self, body: list[ir.Stmt]) -> None:
        """A result that is NaN has not left out what is NaN: its derivatives are NaN too."""
        from adcli.ops.comparisons_logic_and_choice import select
        from adcli.ops.number_classification import isnan

        variables, span = self.variables, self.primal.span
        for result in self.primal.results:
            if self.primal.types[result] == REAL and result in variables.active:
                is_nan, adjoint = variables.fresh(BOOL), result + variables.mark
                body.append(ir.Let(is_nan, App(isnan, (Var(result),)), span))
                seed = select(Var(is_nan), Num(math.nan), Var(adjoint))
                body.append(ir.Let(adjoint, seed, span))

    @cached_property
    def _array_statements(self) -> WholeArrayStatements:
        """What makes arrays like others; most programs have none."""
        from adcli.passes.whole_array_loop_builder import WholeArrayStatements

        return WholeArrayStatements(self.variables.fresh, ir.ADJOINT, self.primal.span)
