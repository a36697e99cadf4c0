"""Flow-sensitive mutation analysis: may an array change after a statement has read it?

In a program that fills arrays and then reads them, what was read is still there when the backward
sweep comes.  Two facts tell.  First, if whoever changes an array has allocated it in the same call,
then an array that a function was given changes only if the call that allocated it changes it after
having passed it on: a question of escape (Choi, Gupta, Serrano, Sreedhar and Midkiff, "Escape
analysis for Java", 1999).  Second, within one call a change follows a statement only if it stands
behind it, or around a loop whose next iteration may still reach the array: a question of liveness.

Invariant: if an array keeps its entries after a statement, no statement of any call changes it
afterwards.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cache

from adcli.expr import Var
from adcli.ir import nodes as ir
from adcli.ir.dataflow import live_in, operands
from adcli.ir.types import element, is_array


class FlowSensitiveMutations:
    """Which arrays hold what they held when a statement read them.

    `alias_class` gives for a function's name and a variable what stands for all arrays that may be
    the same, hold it, or be held by it.
    """

    def __init__(self, module: ir.Module, alias_class: Callable[[str, str], object]) -> None:
        self._alias_class = alias_class
        self._local = {name: LocalArrays(f) for name, f in module.functions.items()}
        #: the alias classes of arrays that are changed by a call that did not allocate them
        self._changed_by_others = {
            alias_class(name, array)
            for name, arrays in self._local.items()
            for array in arrays.changed
            if arrays.may_come_from_outside(array)
        }
        self._keep_entries_when_passed = cache(self._keep_entries_after_calls)

    def keeps_entries_after(self, function: ir.Function, load: ir.Load) -> bool:
        """Whether the array of a load is not changed any more once that has run."""
        name, array = function.name, load.array
        alias_class, kind = self._alias_class(name, array), function.types[array]
        arrays = self._local[name]
        if alias_class in self._changed_by_others:
            return False
        if arrays.may_come_from_outside(array):
            return self._keep_entries_when_passed(alias_class, kind)
        return not arrays.may_change_after(load, arrays.group(array), kind)

    def _keep_entries_after_calls(self, alias_class: object, kind: str) -> bool:
        """Whether nobody changes an array of this alias class and type after having passed it."""
        for name, arrays in self._local.items():
            for call in arrays.calls:
                for array in arrays.passed(call):
                    if self._alias_class(name, array) == alias_class and arrays.may_change_after(
                        call, arrays.group(array), kind
                    ):
                        return False
        return True


class LocalArrays:
    """The arrays of a function, in groups, and where it changes them.

    Variables between which arrays go within the function, or into one another, are of one group.
    Of a group those types come from outside of which calls, callers or tapes bring arrays into it.
    """

    def __init__(self, function: ir.Function) -> None:
        self._types = function.types
        self._parents = {name: name for name, kind in function.types.items() if is_array(kind)}
        #: for each statement its number in the text, and the loop that it stands in
        self._numbers: dict[ir.Stmt, int] = {}
        self._around: dict[ir.Stmt, ir.For | ir.While | None] = {}
        #: for each loop the number behind the last statement in it
        self._ends: dict[ir.Stmt, int] = {}
        self._live: dict[ir.Stmt, set[str]] = {}
        self.calls: list[ir.Call] = []
        self.changed: set[str] = set()
        #: by group and type the numbers of the statements that change such an array, in order
        self._changes: dict[tuple[str, str], list[int]] = {}
        self._number(function.body, None)
        from_outside = set(function.params) & self._parents.keys()
        changes = self._survey(from_outside)
        self._from_outside = {
            (self.group(name), kind)
            for name in from_outside
            for kind in _with_rows(self._types[name])
        }
        for change in changes:
            key = self.group(change.array), self._types[change.array]
            self._changes.setdefault(key, []).append(self._numbers[change])

    def _number(self, body: Sequence[ir.Stmt], loop: ir.For | ir.While | None) -> None:
        for stmt in body:
            self._numbers[stmt] = len(self._numbers)
            self._around[stmt] = loop
            for block in ir.blocks(stmt):
                self._number(block, stmt if isinstance(stmt, ir.For | ir.While) else loop)
            if isinstance(stmt, ir.For | ir.While):
                self._ends[stmt] = len(self._numbers)

    def _survey(self, from_outside: set[str]) -> list[ir.Store | ir.Append | ir.Take]:
        """Put arrays into groups, and add those to a set that come from outside; the statements
        that change arrays."""
        changes: list[ir.Store | ir.Append | ir.Take] = []
        for stmt in self._numbers:
            match stmt:
                case ir.Store(array) | ir.Append(array, _) | ir.Take(array, _):
                    changes.append(stmt)
                    self.changed.add(array)
                    self._join(array, stmt)
                case ir.Load(_, array, _):
                    self._join(array, stmt)
                case ir.Let(_, Var(name)) if name in self._parents:
                    self._join(name, stmt)
                case ir.Call():
                    self.calls.append(stmt)
                    from_outside |= self._parents.keys() & stmt.targets
                case ir.Push() | ir.Pop():
                    from_outside |= self._parents.keys() & {*ir.assigned(stmt), *operands(stmt)}
        return changes

    def _join(self, array: str, stmt: ir.Stmt) -> None:
        """Note that the arrays which a statement assigns or puts into another are of one group."""
        for other in (*ir.assigned(stmt), *operands(stmt)):
            if other in self._parents:
                self._parents[self.group(other)] = self.group(array)

    def group(self, array: str) -> str:
        """The variable that stands for the group of an array."""
        while self._parents[array] != array:
            self._parents[array] = self._parents[self._parents[array]]
            array = self._parents[array]
        return array

    def may_come_from_outside(self, array: str) -> bool:
        """Whether a variable may refer to an array that this call of the function did not
        allocate."""
        return (self.group(array), self._types[array]) in self._from_outside

    def passed(self, call: ir.Call) -> list[str]:
        """The arrays among the arguments of a call."""
        return [name for name in operands(call) if name in self._parents]

    def may_change_after(self, stmt: ir.Stmt, group: str, kind: str) -> bool:
        """Whether an array of this group and type that was there when a statement ran may change
        after that."""
        changes = self._changes.get((group, kind), [])
        if changes and changes[-1] > self._numbers[stmt]:
            return True
        loop = self._around[stmt]
        while loop is not None:
            next_ = bisect_left(changes, self._numbers[loop])
            is_inside = next_ < len(changes) and changes[next_] < self._ends[loop]
            if is_inside and any(self.group(name) == group for name in self._live_in(loop)):
                return True
            loop = self._around[loop]
        return False

    def _live_in(self, loop: ir.For | ir.While) -> set[str]:
        """The arrays that an iteration of a loop may have from before it."""
        if loop not in self._live:
            self._live[loop] = live_in(loop.body) & self._parents.keys()
        return self._live[loop]


def _with_rows(kind: str) -> list[str]:
    """The type of an array, and those of the arrays in it."""
    kinds = [kind]
    while is_array(element(kinds[-1])):
        kinds.append(element(kinds[-1]))
    return kinds
