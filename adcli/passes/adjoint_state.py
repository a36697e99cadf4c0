"""The adjoints of numbers at one place of the backward sweep: which may be nonzero, how they grow.

Invariant: the adjoint of a variable that is not in `nonzero` counts as zero.  Where it is `stale`,
its variable holds something else, and is made zero before the adjoint counts again.
"""

from __future__ import annotations

from collections.abc import Iterable

from adcli.expr import Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.types import REAL
from adcli.passes.adjoint_variables import AdjointVariables
from adcli.passes.reversal_plan import ReversalPlan


class Part:
    """Those of some adjoints that may be nonzero, and those that count as zero."""

    __slots__ = ("nonzero", "stale")

    def __init__(self, nonzero: set[str], stale: set[str]) -> None:
        self.nonzero = nonzero
        self.stale = stale


class AdjointState:
    """Changes as the backward sweep goes from statement to statement."""

    def __init__(
        self, variables: AdjointVariables, plan: ReversalPlan, *, is_terse: bool = False
    ) -> None:
        """If it is terse, an adjoint that is just that of another variable gets no statement, and
        the variable of one that is not needed any more serves for another."""
        self._variables = variables
        self._plan = plan
        self.is_terse = is_terse
        #: the variables whose adjoints are those of others, and the adjoints that were lent to them
        self.borrowed: set[str] = set()
        self._lent: set[str] = set()
        #: variables of adjoints that are not needed any more
        self._free: list[Var] = []
        #: where the adjoint of each active variable is found
        self.adjoints = variables.adjoints
        #: the variables whose adjoints may be nonzero
        self.nonzero: set[str] = set()
        #: those whose adjoints count as zero, whatever they hold
        self.stale: set[str] = set()
        #: those whose adjoints are zero where the backward side of an iteration begins
        self.private: set[str] = set()
        #: the numbers whose adjoints are assigned in every iteration before they are read: the one
        #: of which derivatives are being accumulated in place of adjoints, and running sums
        self.renewed: set[str] = set()

    def add(self, atom: Expr, amount: Expr, stmt: ir.Stmt, out: list[ir.Stmt]) -> None:
        """Add an amount to the adjoint of an atom."""
        if isinstance(atom, Var) and atom.name in self._variables.active:
            name = atom.name
            value = amount
            if name in self.nonzero:
                adjoint = self.adjoints[name]
                value = adjoint + amount
                adjoint = self.own(name) if name in self.borrowed else adjoint
            else:
                self.nonzero.add(name)
                if self.is_terse and isinstance(amount, Var):
                    self.borrow(name, amount)
                    return
                adjoint = self.own(name) if self.is_terse else self.adjoints[name]
            out.append(ir.Let(adjoint.name, value, stmt.span, stmt, ir.ADJOINT))

    def borrow(self, name: str, adjoint: Var) -> None:
        """Let another's adjoint, which nothing will change any more, serve as that of `name`."""
        self.adjoints[name] = adjoint
        self.borrowed.add(name)
        self._lent.add(adjoint.name)

    def own(self, name: str) -> Var:
        """Give an adjoint of its own to a variable that had none, or had borrowed."""
        self.borrowed.discard(name)
        adjoint = self._free.pop() if self._free else Var(self._variables.fresh(REAL))
        self.adjoints[name] = adjoint
        return adjoint

    def release(self, name: str) -> None:
        """Go back past the only assignment of a variable: nothing asks for its adjoint any more."""
        self.nonzero.discard(name)
        adjoint = self.adjoints.pop(name)
        if name in self.borrowed:
            self.borrowed.discard(name)
        elif adjoint.name not in self._lent:
            self._free.append(adjoint)

    def clear(self, target: str, stmt: ir.Stmt, out: list[ir.Stmt]) -> None:
        """Go back past an assignment: the value before it had no part in what came after it."""
        plan = self._plan
        if target in plan.block_local or target in self.renewed or target in self.private:
            self.nonzero.discard(target)
            self.stale.add(target)
        elif target in plan.reassigned and target in self.nonzero:
            adjoint = target + self._variables.mark
            out.append(ir.Let(adjoint, Num(0.0), stmt.span, stmt, ir.RESTORE))

    def count(self, names: Iterable[str], stmt: ir.Stmt, out: list[ir.Stmt]) -> None:
        """From here on the adjoints of these variables count."""
        for name in sorted((set(names) - self.nonzero) & self.stale):
            adjoint = name + self._variables.mark
            out.append(ir.Let(adjoint, Num(0.0), stmt.span, stmt, ir.RESTORE))
            self.stale.discard(name)
        self.nonzero.update(names)

    def part(self, names: set[str]) -> Part:
        """What is known of some adjoints."""
        return Part(names & self.nonzero, names & self.stale)

    def put(self, names: set[str], part: Part) -> None:
        """Let this be what is known of them; it takes the time of these, not of all."""
        self.nonzero -= names
        self.nonzero |= part.nonzero
        self.stale -= names
        self.stale |= part.stale

    def enter_iterations(self, private: set[str]) -> set[str]:
        """Begin with the iterations of a loop; the variables that were private outside of it."""
        outside, self.private = self.private, private
        self.nonzero -= private
        self.stale |= private
        return outside

    def leave_iterations(self, outside: set[str]) -> None:
        self.nonzero -= self.private
        self.private = outside
