"""To-be-recorded analysis: which values the forward sweep saves on tapes, and where.

A value is needed from the first statement on whose backward side mentions it, or computes something
again from it, until it is restored on the way back.  What overwrites a needed value saves it first.
Hascoët, Naumann and Pascual, "TBR analysis in reverse-mode automatic differentiation" (2005).

An iteration of a loop saves at its end what it assigns before it reads it and its backward side
needs, so that both sides of an iteration stand by themselves.  What is loop-invariant is still
there behind the loop and is not saved inside.

Invariant: every needed value that is overwritten is saved, computed again, or the old value follows
from the new one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from adcli.ir import nodes as ir
from adcli.passes.adjoint_variables import AdjointVariables
from adcli.passes.privatisation import Loop, LoopVariables
from adcli.passes.rematerialisation import Rematerialisation

#: For each statement the variables that its backward side mentions.
BackwardUses = Mapping[ir.Stmt, set[str]]


class Record:
    """What goes over tapes.

    `before` has for a statement the variables that it overwrites although they are still needed;
    `at_iteration_end` has for a loop what each iteration saves at its end; `at_end` are those that
    are needed at the end of the function.
    """

    def __init__(self) -> None:
        self.before: dict[ir.Stmt, tuple[str, ...]] = {}
        self.at_iteration_end: dict[ir.Stmt, tuple[str, ...]] = {}
        self.at_end: set[str] = set()


def to_be_recorded(
    variables: AdjointVariables,
    loops: LoopVariables,
    uses: BackwardUses,
    recomputed: Rematerialisation,
    fused: Collection[ir.Stmt],
    invertible: Collection[ir.Stmt],
) -> Record:
    """The record of a function.  The iterations of `fused` loops put back what they find; the
    statements in `invertible` need no tape: the old value comes from the new."""
    analysis = _NeededValues(variables, loops, uses, recomputed, fused, invertible)
    analysis.record.at_end = analysis.follow(variables.primal.body, set())
    return analysis.record


class _NeededValues:
    """Follows the values that are needed through the text of a function."""

    def __init__(
        self,
        variables: AdjointVariables,
        loops: LoopVariables,
        uses: BackwardUses,
        recomputed: Rematerialisation,
        fused: Collection[ir.Stmt],
        invertible: Collection[ir.Stmt],
    ) -> None:
        self.record = Record()
        self._variables = variables
        self._loops = loops
        self._uses = uses
        self._recomputed = recomputed
        self._fused = fused
        self._invertible = invertible
        #: what is invariant in a loop around the statement that is being looked at
        self._invariant: set[str] = set()

    def follow(self, body: Sequence[ir.Stmt], needed: set[str]) -> set[str]:
        """The variables whose values are needed after a block, from those before it."""
        recomputed, record = self._recomputed.variables, self.record
        for stmt in body:
            uses = self._uses.get(stmt, set()) - recomputed
            operands = self._recomputed.operands.get(stmt, set()) - recomputed
            if isinstance(stmt, ir.If | ir.For | ir.While):
                needed = self._follow_inside(stmt, needed | uses | operands)
                continue
            assigned = tuple(
                [n for n in self._variables.assigned(stmt) if n not in self._invariant]
            )
            own = set(assigned)
            if uses or operands:
                needed = needed | (uses - own) | operands
            if not own.isdisjoint(needed):
                record.before[stmt] = tuple([name for name in assigned if name in needed])
                if stmt not in self._invertible:
                    needed = needed - own
            if not own.isdisjoint(uses):
                needed = needed | (uses & own)
        return needed

    def _follow_inside(self, stmt: ir.If | Loop, needed: set[str]) -> set[str]:
        """The same for a statement with blocks."""
        if isinstance(stmt, ir.If):
            return self.follow(stmt.then, needed) | self.follow(stmt.orelse, needed)
        if stmt in self._fused:
            self.follow(stmt.body, needed)
            return needed
        return self._follow_loop(stmt, needed)

    def _follow_loop(self, loop: Loop, needed: set[str]) -> set[str]:
        private, at_end = self._loops.private(loop) - needed, needed
        outside = self._invariant
        self._invariant = outside | (self._loops.invariant(loop) & private)
        private -= self._invariant
        has_grown = True
        while has_grown:
            at_end = self.follow(loop.body, needed)
            after = needed | (at_end - private)
            has_grown, needed = len(after) > len(needed), after
        self.record.at_iteration_end[loop] = tuple(sorted(at_end & private))
        self._invariant = outside
        return needed
