"""Reversal planning: make the plan that both sweeps of a function follow.

What is saved, what is computed again, and which statements have a backward side depend on one
another, so the plan grows until it is stable.  It starts with every loop fused that may be; where
the plan says that one cannot, the analysis starts again without it.

Invariant: the same as that of `adcli.passes.reversal_plan`.
"""

from __future__ import annotations

from collections.abc import Callable

from adcli.ir import nodes as ir
from adcli.passes.adjoint_variables import AdjointVariables
from adcli.passes.array_mutation_analysis import Mutations
from adcli.passes.backward_uses import BackwardUses
from adcli.passes.fusible_loops import FusibleLoop, fusible_loops
from adcli.passes.increments_and_undoable_steps import invertible_steps
from adcli.passes.private_and_invariant_variables import LoopVariables
from adcli.passes.rematerialisation import (
    Rematerialisation,
    StatementPositions,
    rematerialisation,
)
from adcli.passes.reversal_plan import ReversalPlan
from adcli.passes.to_be_recorded import Record, to_be_recorded
from adcli.passes.values_shared_across_sweeps import SharedValues, shareable_values


def plan_reversal(
    variables: AdjointVariables,
    reassigned: set[str],
    mutations: Callable[[], Mutations],
    *,
    is_split: bool,
) -> ReversalPlan:
    """The plan for a function; `reassigned` are the variables that may hold more than one value,
    `is_split` says that its sweeps are functions of their own."""
    analysis = _GrowingPlan(variables, reassigned, mutations, is_split)
    analysis.grow()
    while unfit := analysis.loops_that_cannot_be_fused():
        for loop in unfit:
            del analysis.fused[loop]
        analysis.grow()
    analysis.share_values()
    return analysis.plan()


class _GrowingPlan:
    def __init__(
        self,
        variables: AdjointVariables,
        reassigned: set[str],
        mutations: Callable[[], Mutations],
        is_split: bool,
    ) -> None:
        primal = variables.primal
        self.primal = primal
        self.variables = variables
        self.reassigned = reassigned | set(variables.array_adjoints(reassigned))
        self.mutations = mutations
        self.is_split = is_split
        self.loops = LoopVariables(variables, mutations)
        self.positions = StatementPositions(primal)
        self.counters: dict[ir.While, str] = {}
        self.undone = invertible_steps(primal) if self.reassigned else {}
        self.shared: SharedValues = {}
        self.fused: dict[ir.For, FusibleLoop] = {}
        if not is_split and any(isinstance(s, ir.For) for s in primal.body):
            self.fused = fusible_loops(variables.module, primal, variables.active)

    def grow(self) -> None:
        """Find what is needed, saved and computed again, until nothing more is."""
        self.recomputed, self.record = Rematerialisation(), Record()
        self.uses = BackwardUses(self.variables, self.counters, self.fused, self.shared)
        self.uses.grow(self.record)
        self.reassigned.update(self.counters.values())
        has_grown = bool(self.reassigned) or self.is_split
        while has_grown:
            once = {n for found in self.fused.values() for n in found.once - found.carried}
            self.recomputed = rematerialisation(
                self.variables,
                self.positions,
                self.uses.variables,
                self.reassigned,
                once,
                self.mutations(),
                is_split=self.is_split,
            )
            self.record = to_be_recorded(
                self.variables,
                self.loops,
                self.uses.variables,
                self.recomputed,
                self.fused,
                self.undone,
            )
            has_grown = self.uses.grow(self.record)
            self.reassigned.update(self.counters.values())

    def share_values(self) -> None:
        """Have partials take values that are saved anyway, if these stay where they are found."""
        shared = self._shareable()
        if not shared:
            return
        self.shared = shared
        self.grow()
        found = self._shareable()
        if not all(shared[stmt].items() <= found.get(stmt, {}).items() for stmt in shared):
            self.shared = {}
            self.grow()

    def _shareable(self) -> dict[ir.Stmt, dict[str, str]]:
        saved = {k: v for k, v in self.record.at_iteration_end.items() if k not in self.fused}
        return shareable_values(self.variables, saved, self.record.before)

    def loops_that_cannot_be_fused(self) -> list[ir.For]:
        return [loop for loop, found in self.fused.items() if not self._may_fuse(loop, found)]

    def _may_fuse(self, loop: ir.For, found: FusibleLoop) -> bool:
        """Whether the adjoints of what follows a loop mention nothing that depends on it, and its
        own put back nothing that the next iteration, or what follows, takes from it."""
        depending = found.depending()
        tail = self.primal.body[self.primal.body.index(loop) + 1 :]
        for stmt in ir.walk(tail):
            operands = self.recomputed.operands.get(stmt, set())
            if not depending.isdisjoint(self.uses.variables.get(stmt, set()) | operands):
                return False
        if any(stmt in self.record.before for stmt in found.late):
            return False
        if loop not in self.uses.branches_and_loops:
            return False
        leaving = found.carried | found.handed_on
        restored = set(self.recomputed.variables)
        for stmt in ir.walk(loop.body):
            restored.update(self.record.before.get(stmt, ()))
            restored.update(self.record.at_iteration_end.get(stmt, ()))
            restored.update(ir.assigned(stmt) if isinstance(stmt, ir.For) else ())
        return leaving.isdisjoint(restored)

    def plan(self) -> ReversalPlan:
        loops = [s for s in self.uses.branches_and_loops if isinstance(s, ir.For | ir.While)]
        return ReversalPlan(
            reassigned=self.reassigned,
            uses=self.uses.variables,
            saved_before=self.record.before,
            saved_at_iteration_end=self.record.at_iteration_end,
            saved_at_end=self._saved_at_end(),
            undone=self.undone,
            repeated_before=self.recomputed.before,
            block_local=self.recomputed.block_local,
            counters=self.counters,
            with_backward_side=self.uses.branches_and_loops,
            private_numbers={loop: self.loops.private_numbers(loop) for loop in loops},
            fused=self.fused,
            shared=self.shared,
        )

    def _saved_at_end(self) -> list[str]:
        """The variables that the backward sweep needs at its start, in a fixed order.  A for loop
        counts its own variable, backward as forward."""
        needed = self.record.at_end | set(self.counters.values())
        needed -= {s.var for s in self.uses.candidates if isinstance(s, ir.For)}
        return [v for v in self.variables.types if v in needed]
