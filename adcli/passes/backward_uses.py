"""Backward uses: which statements have a backward side, and which variables that mentions.

Invariant: `variables` has, for each statement with a backward side, every variable of the forward
sweep that it mentions: those in partials, indices, conditions, loop bounds, and references to
arrays of adjoints.  Hascoët & Pascual, *The Tapenade Automatic Differentiation Tool* (2013),
section 4.
"""

from __future__ import annotations

from collections.abc import Mapping

from adcli.expr import App, Var
from adcli.ir import nodes as ir
from adcli.ir.types import INT
from adcli.passes.adjoint_variables import AdjointVariables
from adcli.passes.chain_rule import values_in_partials
from adcli.passes.fusible_loops import FusibleLoop
from adcli.passes.to_be_recorded import Record
from adcli.passes.values_shared_across_sweeps import SharedValues, values_in_shared_partials


class BackwardUses:
    """Grows with what is found to be saved: a statement that restores has a backward side."""

    def __init__(
        self,
        variables: AdjointVariables,
        counters: dict[ir.While, str],
        fused: Mapping[ir.For, FusibleLoop],
        shared: SharedValues,
    ) -> None:
        self.variables: dict[ir.Stmt, set[str]] = {}
        #: the branches and loops that have a backward side
        self.branches_and_loops: set[ir.Stmt] = set()
        #: those that may have one
        self.candidates: list[ir.If | ir.For | ir.While] = []
        self._names = variables
        self._counters = counters
        self._fused = fused
        self._shared = shared
        for stmt, made in variables.late_shadows.items():
            sizes = [shadow.made.size for shadow in made]
            self._mention(stmt, {size.name for size in sizes if isinstance(size, Var)})
        for stmt in ir.walk(variables.primal.body):
            if isinstance(stmt, ir.Let):
                self._mention_for_let(stmt)
            elif isinstance(stmt, ir.If | ir.For | ir.While):
                self.candidates.append(stmt)
            elif isinstance(stmt, ir.Call):
                if stmt.status and variables.has_adjoint_side(stmt):
                    self._mention(stmt, {stmt.status})
            elif variables.moves_numbers(stmt):
                self._mention_for_array(stmt)

    def grow(self, record: Record) -> bool:
        """Add the branches and loops that have a backward side; whether there were more."""
        before, has_grown = len(self.branches_and_loops), True
        while has_grown:
            has_grown = False
            for stmt in reversed(self.candidates):
                if stmt not in self.branches_and_loops and self._has_backward_side(stmt, record):
                    self.branches_and_loops.add(stmt)
                    self._mention_for_control(stmt)
                    has_grown = True
        return len(self.branches_and_loops) > before

    def _has_backward_side(self, stmt: ir.Stmt, record: Record) -> bool:
        if record.at_iteration_end.get(stmt):
            return True
        return any(
            inner in self.branches_and_loops or self._acts_backward(inner, record)
            for block in ir.blocks(stmt)
            for inner in block
        )

    def _acts_backward(self, stmt: ir.Stmt, record: Record) -> bool:
        """Whether a statement that is no branch and no loop has a backward side."""
        names = self._names
        if isinstance(stmt, ir.Push | ir.Pop):
            return True
        if isinstance(stmt, ir.Call) and names.is_active_call(stmt):
            return True
        if isinstance(stmt, ir.For):
            return False
        if names.moves_numbers(stmt):
            return True
        return any(t in names.active and t not in names.arrays for t in ir.assigned(stmt)) or bool(
            record.before.get(stmt)
        )

    def _mention_for_let(self, stmt: ir.Let) -> None:
        active = self._names.active
        if stmt in self._shared:
            self._mention(stmt, values_in_shared_partials(stmt, active, self._shared[stmt]))
        elif stmt.target in active and isinstance(stmt.expr, App):
            args = stmt.expr.args
            indices = [i for i, a in enumerate(args) if isinstance(a, Var) and a.name in active]
            self._mention(stmt, values_in_partials(Var(stmt.target), stmt.expr, indices))

    def _mention_for_array(self, stmt: ir.Stmt) -> None:
        match stmt:
            case ir.Load(_, array, index) | ir.Store(array, index, _):
                names = {*self._names.array_adjoints([array])}
                self._mention(stmt, names | ({index.name} if isinstance(index, Var) else set()))
            case ir.Append(array, _) | ir.Take(array, _):
                self._mention(stmt, {array + self._names.mark})

    def _mention_for_control(self, stmt: ir.If | ir.For | ir.While) -> None:
        match stmt:
            case ir.If(condition, _, _):
                self._mention(stmt, {condition})
            case ir.While():
                if stmt not in self._counters:
                    self._counters[stmt] = self._names.fresh(INT)
            case ir.For(_, start, stop, step, _):
                self._mention(stmt, {b.name for b in (start, stop, step) if isinstance(b, Var)})
                if stmt in self._fused:
                    given = self._fused[stmt].given
                    self._mention(stmt, given | set(self._names.array_adjoints(given)))

    def _mention(self, stmt: ir.Stmt, names: set[str]) -> None:
        self.variables.setdefault(stmt, set()).update(names)
