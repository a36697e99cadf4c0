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

from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet

from adcli.ir import nodes as ir
from adcli.passes.adjoint_variables import AdjointVariables
from adcli.passes.private_and_invariant_variables import Loop, LoopVariables
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
    end = _Needed()
    analysis.follow(variables.primal.body, end)
    analysis.record.at_end = end.names
    return analysis.record


class _Needed:
    """The variables whose values are needed at one place of a function, which moves on.

    A branch takes the time of what its arms change: they may be many, and the variables too.
    """

    def __init__(self, names: AbstractSet[str] = frozenset()) -> None:
        self.names = set(names)
        #: what the arm that is followed has changed: whether its names were needed before it
        self._before: dict[str, bool] = {}

    def add(self, names: AbstractSet[str]) -> None:
        for name in names - self.names:
            self._before.setdefault(name, False)
        self.names |= names

    def remove(self, names: AbstractSet[str]) -> None:
        for name in names & self.names:
            self._before.setdefault(name, True)
        self.names -= names

    def branch(self, *arms: Callable[[], None]) -> None:
        """Follow arms that exclude each other; what is needed behind one of them is needed then."""
        outside, kept = self._before, set[str]()
        dropped: list[set[str]] = []
        for arm in arms:
            changed = self._before = {}
            arm()
            kept |= changed.keys() & self.names
            dropped.append(changed.keys() - self.names)
            self.names -= changed.keys()
            self.names.update([name for name, was_needed in changed.items() if was_needed])
        self._before = outside
        self.remove(set.intersection(*dropped))
        self.add(kept)


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

    def follow(self, body: Sequence[ir.Stmt], needed: _Needed) -> None:
        """Go on, behind a block, with the variables whose values are needed."""
        recomputed, record = self._recomputed.variables, self.record
        for stmt in body:
            uses = self._uses.get(stmt, set()) - recomputed
            operands = self._recomputed.operands.get(stmt, set()) - recomputed
            if isinstance(stmt, ir.If | ir.For | ir.While):
                needed.add(uses | operands)
                self._follow_inside(stmt, needed)
                continue
            assigned = tuple(
                [n for n in self._variables.assigned(stmt) if n not in self._invariant]
            )
            own = set(assigned)
            if uses or operands:
                needed.add((uses - own) | operands)
            if not own.isdisjoint(needed.names):
                record.before[stmt] = tuple([name for name in assigned if name in needed.names])
                if stmt not in self._invertible:
                    needed.remove(own)
            if not own.isdisjoint(uses):
                needed.add(uses & own)

    def _follow_inside(self, stmt: ir.If | Loop, needed: _Needed) -> None:
        """The same for a statement with blocks."""
        if isinstance(stmt, ir.If):
            needed.branch(
                lambda: self.follow(stmt.then, needed), lambda: self.follow(stmt.orelse, needed)
            )
        elif stmt in self._fused:
            self.follow(stmt.body, _Needed(needed.names))
        else:
            needed.add(self._follow_loop(stmt, needed.names))

    def _follow_loop(self, loop: Loop, needed: AbstractSet[str]) -> AbstractSet[str]:
        private, at_end = self._loops.private(loop) - needed, needed
        outside = self._invariant
        self._invariant = outside | (self._loops.invariant(loop) & private)
        private -= self._invariant
        has_grown = True
        while has_grown:
            end = _Needed(needed)
            self.follow(loop.body, end)
            at_end = end.names
            after = needed | (at_end - private)
            has_grown, needed = len(after) > len(needed), after
        self.record.at_iteration_end[loop] = tuple(sorted(at_end & private))
        self._invariant = outside
        return needed
