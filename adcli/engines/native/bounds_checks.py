"""What can be looked at before a loop instead of in each of its turns.

Invariant: if the checks hold, no access that they stand for is outside of its array.  They are for
innermost loops whose indices go up or down with the turns, or stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from adcli.expr import App, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.dataflow import used_variables
from adcli.ir.types import INT, REAL, array_of, element, is_array
from adcli.ops.arithmetic import add, sub

#: So many neighbouring entries of an array are kept in variables from turn to turn.
WIDEST = 8

#: Steps and offsets are no greater, so that no sum of them overflows.
FAR = 1 << 20


class Place(NamedTuple):
    """An integer that goes with the turns: so much more than a variable that does."""

    base: str
    offset: int


class Checks:
    """The accesses of a loop.

    `accesses` are arrays with a place, or an operand that does not change.  `rows` are arrays in
    arrays that the loop reads again and again.  `steps` has the variables that go with the turns,
    and by how much; `places` where each variable that is one stands throughout, `integers` all
    that are computed from these.
    """

    def __init__(self, loop: ir.For) -> None:
        assert isinstance(loop.step, Num)
        self.loop = loop
        self.accesses: list[tuple[str, Place | Expr]] = []
        self.stored: set[str] = set()
        self.rows: dict[str, ir.Load] = {}
        self.steps: dict[str, int] = {loop.var: int(loop.step.value)}
        self.places: dict[str, Place] = {}
        self.integers: set[str] = set()
        self._made: dict[str, int] = {loop.var: 1}
        self._doubtful: list[tuple[str, Place | Expr]] = []
        self._met: set[str] = set()  # arrays met before: perhaps as the turn before left them

    @classmethod
    def before(cls, loop: ir.For, types: Mapping[str, str]) -> Checks | None:
        """The checks for a loop; None if some access has to be looked at in its turn."""
        found = cls(loop)
        for stmt in ir.walk(loop.body):
            if isinstance(stmt, ir.For | ir.While | ir.Call | ir.Alloc | ir.Append | ir.Take):
                return None
            if isinstance(stmt, ir.Store) and is_array(element(types[stmt.array])):
                return None
            for name in ir.assigned(stmt):
                found._made[name] = found._made.get(name, 0) + 1
        found._find_steps(types)
        where = {name: Place(name, 0) for name in found.steps}
        if not found._follow(loop.body, where, types, is_certain=True):
            return None
        return found if all(map(found._is_covered, found._doubtful)) else None

    def _find_steps(self, types: Mapping[str, str]) -> None:
        """The integers that each turn moves on by a fixed step: `n = n + 2`, or in two steps."""
        sums: dict[str, tuple[str, int]] = {}
        for stmt in self.loop.body:
            if not isinstance(stmt, ir.Let) or types[stmt.target] != INT:
                continue
            if self._made[stmt.target] != 1:
                continue
            name, amount = stmt.target, sum_of(stmt.expr)
            if isinstance(stmt.expr, Var):
                amount = sums.get(stmt.expr.name)
            if amount is not None and amount[0] == name:
                self.steps[name] = amount[1]
            elif amount is not None and isinstance(stmt.expr, App):
                sums[name] = amount

    def _follow(
        self,
        body: Sequence[ir.Stmt],
        where: dict[str, Place],
        types: Mapping[str, str],
        *,
        is_certain: bool,
    ) -> bool:
        """Note the accesses of a block, of which `is_certain` says that each turn runs it; False if
        one has an index of another kind."""
        for stmt in body:
            if (
                isinstance(stmt, ir.Load)
                and is_array(types[stmt.target])
                and stmt.target in self._met
            ):
                return False
            self._met.update(used_variables(stmt))
            match stmt:
                case ir.If(_, then, orelse):
                    for arm in (then, orelse):
                        if not self._follow(arm, dict(where), types, is_certain=False):
                            return False
                case ir.Let(target, expr):
                    self._note(target, expr, where)
                case ir.Load(_, array, index) | ir.Store(array, index, _):
                    place = self._place(index, where)
                    if place is None or (array in self._made and array not in self.rows):
                        return False
                    if isinstance(stmt, ir.Load) and is_array(types[stmt.target]):
                        if isinstance(place, Place) or self._made[stmt.target] > 1:
                            return False
                        if not is_certain:
                            return False
                        self.rows[stmt.target] = stmt
                        continue
                    self.accesses.append((array, place))
                    if not is_certain:
                        self._doubtful.append((array, place))
                    if isinstance(stmt, ir.Store):
                        self.stored.add(array)
        return True

    def _note(self, target: str, expr: Expr, where: dict[str, Place]) -> None:
        """Follow an assignment of an integer."""
        found = where.get(expr.name) if isinstance(expr, Var) else None
        amount = sum_of(expr)
        if amount is not None and amount[0] in where:
            base, offset = where[amount[0]]
            found = Place(base, offset + amount[1])
        where.pop(target, None)
        if found is None or abs(found.offset) > FAR or self._made[target] > 1:
            return
        where[target] = found
        self.integers.add(target)
        if target not in self.steps:
            self.places[target] = found

    def _place(self, index: Expr, where: Mapping[str, Place]) -> Place | Expr | None:
        if isinstance(index, Var) and index.name in where:
            return where[index.name]
        return None if isinstance(index, Var) and index.name in self._made else index

    def _is_covered(self, access: tuple[str, Place | Expr]) -> bool:
        """Whether an access that some turns may leave out is where others are that none does, or at
        the loop's variable itself, so that one would expect it to be inside."""
        array, place = access
        certain = [p for name, p in self.accesses if name == array]
        for other in self._doubtful:
            certain.remove(other[1]) if other[0] == array else None
        if not isinstance(place, Place):
            return place in certain
        if place == Place(self.loop.var, 0):
            return True
        offsets = [p.offset for p in certain if isinstance(p, Place) and p.base == place.base]
        return bool(offsets) and min(offsets) <= place.offset <= max(offsets)

    def place_of(self, index: Expr) -> Place | None:
        """Where an index stands, if that is the same throughout a turn."""
        if not isinstance(index, Var):
            return None
        return Place(index.name, 0) if index.name == self.loop.var else self.places.get(index.name)

    def windows(self, types: Mapping[str, str]) -> dict[str, list[int]]:
        """The arrays of reals that are changed and of which a turn meets entries that the turn
        before it met, with the offsets from the first to the last (scalar replacement: Callahan,
        Carr and Kennedy, "Improving register allocation for subscripted variables", 1990)."""
        found: dict[str, list[int]] = {}
        for array in sorted(self.stored):
            places = [place for name, place in self.accesses if name == array]
            offsets = [
                place.offset
                for place in places
                if isinstance(place, Place) and place.base == self.loop.var
            ]
            if len(offsets) < len(places) or types[array] != array_of(REAL):
                continue
            if 0 < max(offsets) - min(offsets) < WIDEST:
                found[array] = list(range(min(offsets), max(offsets) + 1))
        return found


def sum_of(expr: Expr) -> tuple[str, int] | None:
    """A variable and an integer that is added to it, if that is what an expression is."""
    match expr:
        case App(op, (Var(name), Num(value))) if op in (add, sub):
            sign = 1 if op is add else -1
        case App(op, (Num(value), Var(name))) if op is add:
            sign = 1
        case _:
            return None
    return (name, sign * int(value)) if isinstance(value, int) and abs(value) <= FAR else None
