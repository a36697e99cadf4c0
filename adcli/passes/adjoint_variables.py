"""The variables of a function and its sweeps: the primal's, their adjoints, and new ones.

Invariant: every variable that a sweep mentions is declared here, with its type.  An active number
and an active array have an adjoint, called after them with the mark of the pass; other variables
have none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from adcli.expr import Var
from adcli.ir import nodes as ir
from adcli.ir.types import REAL, array_of
from adcli.passes.activity_analysis import Activity

if TYPE_CHECKING:
    from adcli.passes.late_allocated_adjoints import LateShadow


def tape_name(kind: str, mark: str) -> str:
    """The tape for what is saved of a type."""
    return f"{kind.replace('[]', '.array')}.tape{mark}"


def forward_name(function: str, mark: str) -> str:
    """The function that is the forward sweep of another."""
    return f"{function}.aug{mark}"


def backward_name(function: str, mark: str) -> str:
    """The function that is the backward sweep of another."""
    return f"{function}.rev{mark}"


class AdjointVariables:
    """What both sweeps of a function, and the analyses before them, know of its variables."""

    def __init__(
        self,
        module: ir.Module,
        name: str,
        mark: str,
        activity: Activity,
        *,
        is_terse: bool = False,
    ) -> None:
        """If they are terse, numbers share the variables of their adjoints, see `AdjointState`."""
        self.module = module
        self.primal = module.functions[name]
        self.mark = mark
        self.activity = activity
        #: the variables that have adjoints, and those of them that are arrays
        self.active = activity.of(name)
        self.arrays = activity.arrays(name)
        #: stores that only add to an entry of an active array: what they load needs no adjoint
        self.increments: set[ir.Store] = set()
        #: for a statement the shadows that are made before its backward side, and all names of the
        #: arrays that have such shadows
        self.late_shadows: dict[ir.Stmt, list[LateShadow]] = {}
        self.with_late_shadows: set[str] = set()
        if self.arrays:
            from adcli.passes.increments_and_undoable_steps import entry_increments

            loaded = entry_increments(self.primal)
            self.increments = {s for s in loaded if s.array in self.arrays}
            self.active = self.active - {loaded[s] for s in self.increments}
            self._find_late_shadows()
        if any(map(ir.blocks, ir.non_assignments(self.primal.body))):
            from adcli.passes.usefulness_analysis import useless_numbers

            self.active = self.active - useless_numbers(self.primal, self.active)
        self.types = dict(self.primal.types)
        #: the adjoint of each active variable: one object, so that looking it up is quick
        named = self.arrays if is_terse else self.active
        self.adjoints = {v: Var(v + mark) for v in self.primal.types if v in named} if named else {}
        self.types.update((adjoint.name, REAL) for adjoint in self.adjoints.values())
        self.types.update((v + mark, self.primal.types[v]) for v in sorted(self.arrays))
        self._fresh_count = 0

    def _find_late_shadows(self) -> None:
        from adcli.passes.late_allocated_adjoints import late_shadows

        self.late_shadows = late_shadows(self.primal, self.arrays)
        for several in self.late_shadows.values():
            for array, made in several:
                self.with_late_shadows.update([array, made.target])

    def fresh(self, kind: str) -> str:
        """A new variable of a type."""
        self._fresh_count += 1
        name = f"%r{self._fresh_count}{self.mark}"
        self.types[name] = kind
        return name

    def array_adjoints(self, names: Iterable[str]) -> list[str]:
        """The adjoints of the active arrays among `names`, as far as the forward sweep makes
        them."""
        late = self.with_late_shadows
        return [n + self.mark for n in names if n in self.arrays and n not in late]

    def assigned(self, stmt: ir.Stmt) -> tuple[str, ...]:
        """What the forward sweep of a statement assigns."""
        targets = ir.assigned(stmt)
        if not self.arrays:
            return targets
        return (*targets, *self.array_adjoints(targets))

    def tape_of(self, variable: str) -> str:
        """The tape on which values of a variable are saved."""
        return tape_name(self.types[variable], self.mark)

    def is_active_call(self, call: ir.Call) -> bool:
        """Whether a call has a part in derivatives."""
        return self.activity.is_active_call(call, self.primal.name)

    def has_adjoint_side(self, call: ir.Call) -> bool:
        """Whether adjoints go back through a call, or are cleared there."""
        numbers = self.active - self.arrays
        return self.is_active_call(call) or not numbers.isdisjoint(call.targets)

    def may_fail_after_changes(self, call: ir.Call) -> bool:
        """Whether a call may fail after it has changed numbers in an active array that was there
        before."""
        from adcli.passes.changes_before_failure import may_fail_after_changes

        return may_fail_after_changes(self.module, call.function, self.activity)

    def moves_numbers(self, stmt: ir.Stmt) -> bool:
        """Whether a statement has numbers go to or come from an active array."""
        match stmt:
            case (
                ir.Load(_, array, _)
                | ir.Store(array, _, _)
                | ir.Append(array, _)
                | ir.Take(array, _)
            ):
                return array in self.arrays and self.types[array] == array_of(REAL)
        return False
