"""Arrays that nobody changes any more once they were read.

In a program that fills arrays and then reads them, what was read is still there when the backward
sweep comes.  Two facts tell.  Arrays are *home-made* if each change is made by the call that has
made the array; so what a function was given changes only if the call that made it changes it after
having handed it on.  And in one call a change follows a statement only if it stands behind it, or
around a loop that still knows the array when its next turn begins.  These are questions of escape
(Choi, Gupta, Serrano, Sreedhar and Midkiff, "Escape analysis for Java", 1999) and of liveness.

Invariant: if an array holds from a statement on, no statement of any call changes it afterwards.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cache

from adcli.expr import Var
from adcli.ir import nodes as ir
from adcli.ir.dataflow import live_in, operands
from adcli.ir.types import element, is_array


class Settled:
    """Which arrays hold what they held when a statement read them; `kin` gives for a function and
    a variable what stands for all arrays that may be the same, hold it, or be held by it."""

    def __init__(self, module: ir.Module, kin: Callable[[str, str], object]) -> None:
        self._kin = kin
        self._homes = {name: _Homes(f) for name, f in module.functions.items()}
        #: the kins of arrays that somebody changes who has not made them
        self._foreign = {
            kin(name, array)
            for name, homes in self._homes.items()
            for array in homes.changed
            if homes.is_given(array)
        }
        self._kept = cache(self._is_kept)

    def holds_from(self, function: ir.Function, load: ir.Load) -> bool:
        """Whether the array of a load is not changed any more once that has run."""
        name, array = function.name, load.array
        kin, homes, kind = self._kin(name, array), self._homes[name], function.types[array]
        if kin in self._foreign:
            return False
        if homes.is_given(array):
            return self._kept(kin, kind)
        return not homes.may_change(homes.of(array), kind, load)

    def _is_kept(self, kin: object, kind: str) -> bool:
        """Whether nobody changes an array of this kin and type after having handed it on."""
        for name, homes in self._homes.items():
            for call in homes.calls:
                for array in homes.handed_on(call):
                    home = homes.of(array)
                    if self._kin(name, array) == kin and homes.may_change(home, kind, call):
                        return False
        return True


class _Homes:
    """The arrays of a function by where they come from.

    Variables between which arrays go within the function, or into one another, have one home.  Of a
    home those types are `given` of which arrays come into it from calls, callers or tapes.
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
        changes: list[ir.Store | ir.Append | ir.Take] = []
        foreign = set(function.params) & self._parents.keys()
        self._number(function.body, None)
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
                    foreign |= self._parents.keys() & stmt.targets
                case ir.Push() | ir.Pop():
                    foreign |= self._parents.keys() & {*ir.assigned(stmt), *operands(stmt)}
        self.given = {
            (self.of(name), kind) for name in foreign for kind in _with_rows(self._types[name])
        }
        #: by home and type the numbers of the statements that change such an array, in order
        self._changes: dict[tuple[str, str], list[int]] = {}
        for change in changes:
            key = self.of(change.array), self._types[change.array]
            self._changes.setdefault(key, []).append(self._numbers[change])

    def _number(self, body: Sequence[ir.Stmt], loop: ir.For | ir.While | None) -> None:
        for stmt in body:
            self._numbers[stmt] = len(self._numbers)
            self._around[stmt] = loop
            for block in ir.blocks(stmt):
                self._number(block, stmt if isinstance(stmt, ir.For | ir.While) else loop)
            if isinstance(stmt, ir.For | ir.While):
                self._ends[stmt] = len(self._numbers)

    def _join(self, array: str, stmt: ir.Stmt) -> None:
        """Note that arrays which a statement assigns or puts into another come from one home."""
        for other in (*ir.assigned(stmt), *operands(stmt)):
            if other in self._parents:
                self._parents[self.of(other)] = self.of(array)

    def of(self, array: str) -> str:
        """The home of a variable."""
        while self._parents[array] != array:
            self._parents[array] = self._parents[self._parents[array]]
            array = self._parents[array]
        return array

    def is_given(self, array: str) -> bool:
        """Whether a variable may refer to an array that this call of the function has not made."""
        return (self.of(array), self._types[array]) in self.given

    def handed_on(self, call: ir.Call) -> list[str]:
        """The arrays among the arguments of a call."""
        return [name for name in operands(call) if name in self._parents]

    def may_change(self, home: str, kind: str, stmt: ir.Stmt) -> bool:
        """Whether an array of this home and type that was there when a statement ran may change
        after that."""
        changes = self._changes.get((home, kind), [])
        if changes and changes[-1] > self._numbers[stmt]:
            return True
        loop = self._around[stmt]
        while loop is not None:
            next_ = bisect_left(changes, self._numbers[loop])
            is_inside = next_ < len(changes) and changes[next_] < self._ends[loop]
            if is_inside and any(self.of(name) == home for name in self._live_in(loop)):
                return True
            loop = self._around[loop]
        return False

    def _live_in(self, loop: ir.For | ir.While) -> set[str]:
        """The arrays that a turn of a loop may have from before it."""
        if loop not in self._live:
            self._live[loop] = live_in(loop.body) & self._parents.keys()
        return self._live[loop]


def _with_rows(kind: str) -> list[str]:
    """The type of an array, and those of the arrays in it."""
    kinds = [kind]
    while is_array(element(kinds[-1])):
        kinds.append(element(kinds[-1]))
    return kinds
