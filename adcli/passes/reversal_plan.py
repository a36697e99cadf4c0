"""The reversal plan of a function: what its forward sweep and its backward sweep agree on.

Invariant: when the backward sweep reaches a statement, every variable that its backward side
mentions holds the value that it had when the statement ran: it is saved, computed again or undone
as the plan says.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from adcli.expr import Expr
from adcli.ir import nodes as ir

if TYPE_CHECKING:
    from adcli.passes.fusible_loops import FusibleLoop
    from adcli.passes.values_shared_across_sweeps import SharedValues


class ReversalPlan:
    """What is not given is empty: straight-line code that overwrites nothing needs none of it."""

    def __init__(
        self,
        *,
        reassigned: Collection[str] = (),
        uses: Mapping[ir.Stmt, Collection[str]] | None = None,
        saved_before: Mapping[ir.Stmt, Sequence[str]] | None = None,
        saved_at_iteration_end: Mapping[ir.Stmt, Sequence[str]] | None = None,
        saved_at_end: Sequence[str] = (),
        undone: Mapping[ir.Stmt, Expr] | None = None,
        repeated_before: Mapping[ir.Stmt, Sequence[ir.Stmt]] | None = None,
        block_local: Collection[str] = (),
        counters: Mapping[ir.While, str] | None = None,
        with_backward_side: Collection[ir.Stmt] = (),
        private_numbers: Mapping[ir.Stmt, set[str]] | None = None,
        fused: Mapping[ir.For, FusibleLoop] | None = None,
        shared: SharedValues | None = None,
    ) -> None:
        #: the variables that may hold more than one value in a run, loop counters among them
        self.reassigned = reassigned
        #: for each statement the variables that its backward side mentions
        self.uses = uses or {}
        #: for each statement what goes on tapes before it, and comes back in the backward sweep
        self.saved_before = saved_before or {}
        #: for each loop what each iteration puts on tapes at its end
        self.saved_at_iteration_end = saved_at_iteration_end or {}
        #: what a forward sweep that is a function of its own puts on tapes at its end
        self.saved_at_end = saved_at_end
        #: for statements that are undone, not saved before: the old value of the target
        self.undone = undone or {}
        #: for each statement the assignments that are repeated before its backward side
        self.repeated_before = repeated_before or {}
        #: the variables whose adjoints are zero at both ends of the block that they live in
        self.block_local = block_local
        #: for each while loop with a backward side the variable that counts its iterations
        self.counters = counters or {}
        #: the branches and loops that have a backward side
        self.with_backward_side = with_backward_side
        #: for each loop with a backward side the active numbers whose adjoints are zero where the
        #: backward side of an iteration begins
        self.private_numbers = private_numbers or {}
        #: the loops whose two sweeps are one loop
        self.fused = fused or {}
        #: the values that partials take from variables, see
        #: `adcli.passes.values_shared_across_sweeps`
        self.shared = shared or {}
        #: they and what depends on them: all that does not run in the forward sweep
        self.postponed: set[ir.Stmt] = set(self.fused)
        self.postponed.update(*[found.late for found in self.fused.values()])
