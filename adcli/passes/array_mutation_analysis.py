"""Mutation analysis of arrays: which still hold, in the backward sweep, what was read from them.

They are those that no statement changes, and those that are built before they are used: allocated
by one statement, filled by those that follow, and only then read, passed or returned.

Invariant: an array that is said to be unchanged is never changed, under any of its names, after it
was read.  The answers hold for the whole module, whatever the order of its statements; where they
are not enough, `adcli.passes.flow_sensitive_mutations` looks at the order.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from adcli.expr import Var
from adcli.ir import nodes as ir
from adcli.ir.dataflow import used_variables
from adcli.ir.types import base
from adcli.passes.activity_analysis import Activity
from adcli.passes.flow_sensitive_mutations import FlowSensitiveMutations


class Mutations:
    """Which arrays of a module are changed, and which of them after others have seen them."""

    def __init__(self, module: ir.Module, activity: Activity) -> None:
        self.module = module
        self.activity = activity
        #: the alias classes of arrays that are changed, and of those changed after they were used
        self.changed: set[object] = set()
        self.changed_after_use: set[object] = set()
        #: for each function the variables by which it changes arrays
        self.changing: dict[str, set[str]] = {}
        for name, function in module.functions.items():
            for stmt in ir.walk(function.body):
                if isinstance(stmt, ir.Store | ir.Append | ir.Take):
                    self.changed.add(self._alias_class(function, stmt.array))
                    self.changing.setdefault(name, set()).add(stmt.array)
        for name, arrays in self.changing.items():
            function = module.functions[name]
            uses = ArrayUses(function)
            for array in arrays:
                if not uses.are_after_construction(array):
                    self.changed_after_use.add(self._alias_class(function, array))

    def is_changed(self, function: ir.Function, array: str) -> bool:
        """Whether any statement changes an array, or one that it holds or is held by."""
        return self._alias_class(function, array) in self.changed

    def keeps_entries(self, function: ir.Function, array: str) -> bool:
        """Whether the entries of an array are still what they were whenever one was read."""
        alias_class = self._alias_class(function, array)
        return alias_class not in self.changed or (
            isinstance(alias_class, tuple) and alias_class not in self.changed_after_use
        )

    def keeps_length(self, function: ir.Function, array: str) -> bool:
        """The same for its length, which may be read while it grows."""
        if not self.is_changed(function, array):
            return True
        return self.keeps_entries(function, array) and array not in self.changing.get(
            function.name, ()
        )

    def keeps_entries_after(self, function: ir.Function, load: ir.Load) -> bool:
        """Whether an array is not changed any more once it is read there."""
        return self._flow_sensitive.keeps_entries_after(function, load)

    @cached_property
    def _flow_sensitive(self) -> FlowSensitiveMutations:
        functions = self.module.functions
        return FlowSensitiveMutations(
            self.module, lambda name, array: self._alias_class(functions[name], array)
        )

    def _alias_class(self, function: ir.Function, array: str) -> object:
        """What stands for all arrays that may be the same: a class of arrays of reals, or the type
        of the numbers."""
        return self.activity.alias_class(function.name, array) or base(function.types[array])


class ArrayUses:
    """Where a function assigns and uses its arrays."""

    def __init__(self, function: ir.Function) -> None:
        self._body = function.body
        self._used: dict[ir.Stmt, list[str]] = {}
        #: for each variable the statements that assign or use it, and how often it is assigned
        self._about: dict[str, set[ir.Stmt]] = {}
        self._definitions: dict[str, int] = {}
        for stmt in ir.walk(function.body):
            self._used[stmt] = used_variables(stmt)
            for name in ir.assigned(stmt):
                self._definitions[name] = self._definitions.get(name, 0) + 1
                self._about.setdefault(name, set()).add(stmt)
            for name in self._used[stmt]:
                self._about.setdefault(name, set()).add(stmt)

    def are_after_construction(self, array: str) -> bool:
        """Whether one statement allocates an array, and all that change it stand behind that in its
        block and before everything else that uses it."""
        about = self._about.get(array, set())
        block, start = _allocation(self._body, array)
        if block is None or self._definitions[array] != 1:
            return False
        is_used, met = False, 1
        for stmt in block[start + 1 :]:
            changes = uses = False
            for inner in ir.walk([stmt]):
                if inner not in about:
                    continue
                met += 1
                if isinstance(inner, ir.Take) and inner.array == array:
                    return False
                if isinstance(inner, ir.Store | ir.Append) and inner.array == array:
                    changes = True
                    uses |= isinstance(inner.value, Var) and inner.value.name == array
                elif not isinstance(inner, ir.Length) and array in self._used[inner]:
                    uses = True
            if changes and (uses or is_used):
                return False
            is_used |= uses
        return met == len(about)


def _allocation(body: Sequence[ir.Stmt], array: str) -> tuple[Sequence[ir.Stmt] | None, int]:
    """The block and the place in it where an array is allocated."""
    for place, stmt in enumerate(body):
        if isinstance(stmt, ir.Alloc) and stmt.target == array:
            return body, place
        for block in ir.blocks(stmt):
            found = _allocation(block, array)
            if found[0] is not None:
                return found
    return None, 0
