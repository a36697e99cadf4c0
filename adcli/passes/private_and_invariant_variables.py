"""Private variables: which variables of a loop are private to an iteration, which loop-invariant.

A variable is private to an iteration if each iteration assigns it before it reads it, so that all
could have one of their own (privatisation: Aho, Lam, Sethi and Ullman, *Compilers* (2006), section
11.1).

Invariant: the adjoint of an active array is a variable of the forward sweep like its array, so it
is private, or loop-invariant, where that is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cached_property

from adcli.ir import nodes as ir
from adcli.ir.dataflow import definition_counts, live_at_iteration_ends, live_in
from adcli.passes.adjoint_variables import AdjointVariables
from adcli.passes.array_mutation_analysis import Mutations
from adcli.passes.loop_invariant_variables import loop_invariants

Loop = ir.For | ir.While


class LoopVariables:
    """What is known of the variables of each loop of a function; it is worked out once."""

    def __init__(self, variables: AdjointVariables, mutations: Callable[[], Mutations]) -> None:
        self._variables = variables
        self._mutations = mutations
        self._private: dict[Loop, set[str]] = {}
        self._invariant: dict[Loop, set[str]] = {}

    def private(self, loop: Loop) -> set[str]:
        """What each iteration of a loop assigns before it reads it, with the adjoints of arrays."""
        if loop not in self._private:
            inside = [s for s in ir.walk(loop.body) if not isinstance(s, ir.For)]
            found = {n for s in inside for n in ir.assigned(s)} - live_in(loop.body)
            if isinstance(loop, ir.While):
                found.discard(loop.condition)
            self._private[loop] = found | set(self._variables.array_adjoints(found))
        return self._private[loop]

    def invariant(self, loop: Loop) -> set[str]:
        """What a loop assigns, and always the same, with the adjoints of arrays."""
        if loop not in self._invariant:
            primal = self._variables.primal
            found = loop_invariants(loop, primal, self._definitions, self._mutations())
            self._invariant[loop] = found | set(self._variables.array_adjoints(found))
        return self._invariant[loop]

    def private_numbers(self, loop: Loop) -> set[str]:
        """The active numbers that are private to iterations and that nothing behind the loop reads:
        their adjoints are zero where the backward side of an iteration begins."""
        active, arrays = self._variables.active, self._variables.arrays
        return (self.private(loop) & active) - arrays - self._live_at_iteration_ends[loop]

    @cached_property
    def _definitions(self) -> Counter[str]:
        return definition_counts(self._variables.primal.body)

    @cached_property
    def _live_at_iteration_ends(self) -> dict[ir.Stmt, set[str]]:
        return live_at_iteration_ends(self._variables.primal)
