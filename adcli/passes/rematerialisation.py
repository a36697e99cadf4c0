"""What a backward sweep computes again instead of taking it from a tape.

A variable that one statement of a block assigns, by a cheap operation, may be had again wherever
the operands still (or again) hold what they held: just before the first statement of the backward
sweep that needs it.  So a loop saves its state, not the steps in between.  Griewank & Walther,
*Evaluating Derivatives*, section 3.2 and chapter 4.

Invariant: an operand of what is computed again has the value that it had in the forward sweep: it
is never overwritten, or not between the two statements, or it has just been restored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from adcli.expr import App, Expr, Num, Var
from adcli.ir import nodes as ir
from adcli.ir.dataflow import definition_counts, operands, used_variables
from adcli.ir.types import INT, REAL, base, is_array
from adcli.ops.arithmetic import add, sub
from adcli.passes.activity_analysis import Activity

if TYPE_CHECKING:
    from adcli.passes.escape_analysis import Settled

#: Operations that cost no more than a tape does.
CHEAP = frozenset(
    (
        *("add", "sub", "mul", "div", "neg", "sqrt", "abs", "max", "min", "sign", "relu", "real"),
        *("lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not"),
    )
)


class Plan:
    """What is computed again, and where.

    `again` are the variables, `before` has for a statement the assignments to repeat before its
    backward side, `operands` the variables that these need.  `local` are those whose adjoints are
    zero at both ends of the block that they live in.
    """

    def __init__(self) -> None:
        self.again: set[str] = set()
        self.before: dict[ir.Stmt, list[ir.Stmt]] = {}
        self.operands: dict[ir.Stmt, set[str]] = {}
        self.local: set[str] = set()


class Saves:
    """What a backward sweep takes from tapes.

    `at` has for a statement the variables whose values it overwrites although they are still
    needed; `kept` are those that are needed at the end.  A value is needed from the first statement
    on that mentions it, or computes again from it, until it is restored on the way back (the
    to-be-recorded analysis: Hascoët, Naumann & Pascual, "TBR analysis in reverse-mode automatic
    differentiation", 2005).  Those of `inverses` need no tape: the old value comes from the new.

    `turns` has for a loop what each turn makes for itself and its backward side needs at the end:
    that is saved there, so that both sides of a turn stand by themselves.  What is `steady` in a
    loop is still there behind it.
    """

    def __init__(
        self,
        body: Sequence[ir.Stmt],
        uses: dict[ir.Stmt, set[str]],
        plan: Plan,
        made: Callable[[ir.Stmt], Iterable[str]],
        own: Callable[[ir.Stmt], set[str]],
        steady: Callable[[ir.Stmt], set[str]],
        fused: Collection[ir.Stmt] = (),
        inverses: Collection[ir.Stmt] = (),
    ) -> None:
        self._fused = fused
        self._inverses = inverses
        self.at: dict[ir.Stmt, tuple[str, ...]] = {}
        self._uses = uses
        self._plan = plan
        self._made = made
        self._own = own
        self._steady = steady
        #: what is steady in a loop around the statement that is being looked at
        self._staying: set[str] = set()
        self.turns: dict[ir.Stmt, tuple[str, ...]] = {}
        self.kept = self._follow(body, set())

    def _follow(self, body: Sequence[ir.Stmt], needed: set[str]) -> set[str]:
        """The variables whose values are needed after a block, from those before it."""
        again = self._plan.again
        for stmt in body:
            uses = self._uses.get(stmt, set()) - again
            more = self._plan.operands.get(stmt, set()) - again
            inner = ir.blocks(stmt)
            if inner:
                needed = needed | uses | more
                if isinstance(stmt, ir.If):
                    needed = self._follow(inner[0], needed) | self._follow(inner[1], needed)
                    continue
                if stmt in self._fused:  # each turn puts back what it finds
                    self._follow(inner[0], needed)
                    continue
                needed = self._follow_loop(stmt, inner[0], needed)
                continue
            made = tuple([name for name in self._made(stmt) if name not in self._staying])
            own = set(made)
            if uses or more:
                needed = needed | (uses - own) | more
            if not own.isdisjoint(needed):
                self.at[stmt] = tuple([name for name in made if name in needed])
                if stmt not in self._inverses:
                    needed = needed - own
            if not own.isdisjoint(uses):
                needed = needed | (uses & own)
        return needed

    def _follow_loop(self, loop: ir.Stmt, body: Sequence[ir.Stmt], needed: set[str]) -> set[str]:
        own, at_end, outside = self._own(loop) - needed, needed, self._staying
        self._staying = outside | (self._steady(loop) & own)
        own -= self._staying
        grown = True
        while grown:
            at_end = self._follow(body, needed)
            after = needed | (at_end - own)
            grown, needed = len(after) > len(needed), after
        self.turns[loop] = tuple(sorted(at_end & own))
        self._staying = outside
        return needed


class Frozen:
    """Which arrays hold in the backward sweep what they held when they were read.

    They are those that no statement changes, and those that are finished before anybody else sees
    them: made by one statement, filled by those that follow, and only then read, handed on or
    returned.
    """

    def __init__(self, module: ir.Module, activity: Activity) -> None:
        self.module = module
        self.activity = activity
        #: what stands for arrays that are changed, and of these what is changed after others saw it
        self.changed: set[object] = set()
        self.unfinished: set[object] = set()
        #: for each function the variables by which it changes arrays
        self.builders: dict[str, set[str]] = {}
        for name, function in module.functions.items():
            for stmt in ir.walk(function.body):
                if isinstance(stmt, ir.Store | ir.Append | ir.Take):
                    kin = self._kin(function, name, stmt.array)
                    self.changed.add(kin)
                    self.builders.setdefault(name, set()).add(stmt.array)
        for name, builders in self.builders.items():
            function = module.functions[name]
            mentions = Mentions(function)
            for array in builders:
                if not mentions.are_finished_first(array):
                    self.unfinished.add(self._kin(function, name, array))

    def holds(self, function: ir.Function, array: str) -> bool:
        """Whether the entries of an array are still what they were when one was read."""
        kin = self._kin(function, function.name, array)
        return kin not in self.changed or (isinstance(kin, tuple) and kin not in self.unfinished)

    def is_changed(self, function: ir.Function, array: str) -> bool:
        """Whether somebody changes an array, or one that it holds or is held by."""
        return self._kin(function, function.name, array) in self.changed

    def holds_from(self, function: ir.Function, load: ir.Load) -> bool:
        """Whether an array is not changed any more once it is read there."""
        return self.settled.holds_from(function, load)

    @cached_property
    def settled(self) -> Settled:
        from adcli.passes.escape_analysis import Settled

        functions = self.module.functions
        return Settled(self.module, lambda f, array: self._kin(functions[f], f, array))

    def keeps_length(self, function: ir.Function, array: str) -> bool:
        """The same for its length, which may be read while it grows."""
        kin = self._kin(function, function.name, array)
        if kin not in self.changed:
            return True
        return self.holds(function, array) and array not in self.builders.get(function.name, ())

    def _kin(self, function: ir.Function, name: str, array: str) -> object:
        """What stands for all arrays that may be the same: a class, or the type of the numbers."""
        return self.activity.class_of(name, array) or base(function.types[array])


class Mentions:
    """Where a function assigns and mentions its arrays."""

    def __init__(self, function: ir.Function) -> None:
        self.body = function.body
        self.mentioned: dict[ir.Stmt, list[str]] = {}
        #: for each array the statements that do either, and how often it is assigned
        self.about: dict[str, set[ir.Stmt]] = {}
        self.times: dict[str, int] = {}
        for stmt in ir.walk(function.body):
            self.mentioned[stmt] = used_variables(stmt)
            for name in ir.assigned(stmt):
                self.times[name] = self.times.get(name, 0) + 1
                self.about.setdefault(name, set()).add(stmt)
            for name in self.mentioned[stmt]:
                self.about.setdefault(name, set()).add(stmt)

    def are_finished_first(self, array: str) -> bool:
        """Whether one statement makes an array, and all that change it stand behind that in its
        block and before everything else that mentions it."""
        about = self.about.get(array, set())
        block, start = _made_in(self.body, array)
        if block is None or self.times[array] != 1:
            return False
        is_closed, met = False, 1
        for stmt in block[start + 1 :]:
            changes = others = False
            for inner in ir.walk([stmt]):
                if inner not in about:
                    continue
                met += 1
                if isinstance(inner, ir.Take) and inner.array == array:
                    return False
                if isinstance(inner, ir.Store | ir.Append) and inner.array == array:
                    changes = True
                    others |= isinstance(inner.value, Var) and inner.value.name == array
                elif not isinstance(inner, ir.Length) and array in self.mentioned[inner]:
                    others = True
            if changes and (others or is_closed):
                return False
            is_closed |= others
        return met == len(about)


def _made_in(body: Sequence[ir.Stmt], array: str) -> tuple[Sequence[ir.Stmt] | None, int]:
    """The block and the place in it where an array is allocated."""
    for i, stmt in enumerate(body):
        if isinstance(stmt, ir.Alloc) and stmt.target == array:
            return body, i
        for block in ir.blocks(stmt):
            found = _made_in(block, array)
            if found[0] is not None:
                return found
    return None, 0


def plan(
    function: ir.Function,
    uses: dict[ir.Stmt, set[str]],
    rewritten: set[str],
    once: set[str],
    frozen: Frozen,
    is_split: bool,
    mark: str,
) -> Plan:
    """The plan for a function; `uses` has the variables that the backward side of each statement
    mentions, `once` are the rewritten ones that hold one value in each turn of a loop that is
    reversed turn by turn, `is_split` says that the sweeps are functions of their own, `mark` is
    that of the adjoints of arrays."""
    return _Planner(function, uses, rewritten, once, frozen, is_split, mark).plan()


class _Planner:
    def __init__(
        self,
        function: ir.Function,
        uses: dict[ir.Stmt, set[str]],
        rewritten: set[str],
        once: set[str],
        frozen: Frozen,
        is_split: bool,
        mark: str,
    ) -> None:
        self.function = function
        self.mark = mark
        self.rewritten = rewritten
        self.saved = rewritten - once
        self.frozen = frozen
        self.is_split = is_split
        self.found = Plan()
        #: for each statement the block it stands in, its place there, and what holds the block
        self.places: dict[ir.Stmt, tuple[int, int, ir.Stmt | None]] = {}
        self.bodies: list[Sequence[ir.Stmt]] = []
        self.order: list[ir.Stmt] = []
        self.makers: dict[str, list[ir.Stmt]] = {}
        self.reads: dict[str, list[ir.Stmt]] = {}
        self.needs: dict[str, set[ir.Stmt]] = {}
        self.uses = uses
        self._survey(function.body, None)
        for stmt, names in uses.items():
            for name in names:
                self.needs.setdefault(name, set()).add(stmt)
        self.needed = set(self.needs)

    def _survey(self, body: Sequence[ir.Stmt], parent: ir.Stmt | None) -> None:
        number = len(self.bodies)
        self.bodies.append(body)
        for i, stmt in enumerate(body):
            self.places[stmt] = (number, i, parent)
            self.order.append(stmt)
            for name in ir.assigned(stmt):
                self.makers.setdefault(name, []).append(stmt)
            for name in operands(stmt):
                self.reads.setdefault(name, []).append(stmt)
            for block in ir.blocks(stmt):
                self._survey(block, stmt)

    def plan(self) -> Plan:
        for stmt in reversed(self.order):
            if isinstance(stmt, ir.Let | ir.Load | ir.Length):
                self._consider(stmt, stmt.target)
        for stmt in self.order:
            if isinstance(stmt, ir.Let | ir.Load) and self._is_local(stmt):
                self.found.local.add(stmt.target)
        return self.found

    def _consider(self, stmt: ir.Let | ir.Load | ir.Length, name: str) -> None:
        shadow = name + self.mark
        needs = self.needs.get(name, set()) | self.needs.get(shadow, set())
        if not needs or self.makers[name] != [stmt] or name in self.function.params:
            return
        if not self._would_be_saved(name) or not self._is_cheap(stmt):
            return
        last = self._last(stmt, needs)
        if last is None:
            return
        atoms = operands(stmt)
        arrays = [stmt.array] if isinstance(stmt, ir.Load | ir.Length) else []
        extra = 0
        for operand in (*atoms, *arrays):
            if not self._stays(operand, stmt, last):
                return
            extra += self._is_dear(operand, stmt)
        if extra > 1:
            return
        self.found.again.add(name)
        if shadow in self.needs:
            self.found.again.add(shadow)
            arrays += [array + self.mark for array in arrays]
        self.found.before.setdefault(last, []).insert(0, stmt)
        for operand in (*atoms, *arrays):
            self.needs.setdefault(operand, set()).add(last)
            self.needed.add(operand)
            self.found.operands.setdefault(last, set()).add(operand)

    def _would_be_saved(self, name: str) -> bool:
        return name in self.saved or self.is_split

    def _is_dear(self, operand: str, stmt: ir.Stmt) -> bool:
        """Whether an operand would have to be saved as often as what a statement makes of it."""
        if not self._would_be_saved(operand) or operand in self.needed:
            return False
        makers, loop = self.makers.get(operand, []), self._loop(stmt)
        if loop is not None and all(m is loop or not self._encloses(loop, m) for m in makers):
            return False
        return not self._is_simple(operand)

    def _loop(self, stmt: ir.Stmt) -> ir.Stmt | None:
        """The innermost loop around a statement."""
        at = self.places[stmt][2]
        while isinstance(at, ir.If):
            at = self.places[at][2]
        return at

    def _is_simple(self, name: str) -> bool:
        """Whether one cheap statement makes a variable, so that it may be computed again too."""
        makers = self.makers.get(name, [])
        return len(makers) == 1 and self._is_cheap(makers[0])

    def _is_cheap(self, stmt: ir.Stmt) -> bool:
        match stmt:
            case ir.Let(_, App(op, _)):
                return op.name in CHEAP
            case ir.Let(target, Var()):
                return not is_array(self.function.types[target])
            case ir.Load(_, array, _):
                return self.frozen.holds(self.function, array) or self.frozen.holds_from(
                    self.function, stmt
                )
            case ir.Length(_, array):
                return self.frozen.keeps_length(self.function, array)
        return False

    def _last(self, maker: ir.Stmt, needs: Iterable[ir.Stmt]) -> ir.Stmt | None:
        """The statement of the maker's block that comes last among those that need what it makes;
        None if something outside the block does."""
        number, start, _ = self.places[maker]
        latest = start
        for need in needs:
            at: ir.Stmt | None = need
            while at is not None and self.places[at][0] != number:
                at = self.places[at][2]
            if at is None or self.places[at][1] <= start:
                return None
            latest = max(latest, self.places[at][1])
        return self.bodies[number][latest]

    def _stays(self, operand: str, maker: ir.Stmt, last: ir.Stmt) -> bool:
        """Whether an operand still holds, or has just got back, what it held at its maker."""
        makers = self.makers.get(operand, [])
        if not makers:
            return True  # a parameter that nobody assigns
        if len(makers) == 1 and isinstance(makers[0], ir.For):
            return self._encloses(makers[0], maker)
        number, start, _ = self.places[maker]
        _, end, _ = self.places[last]
        for stmt in makers:
            at: ir.Stmt | None = stmt
            while at is not None and self.places[at][0] != number:
                at = self.places[at][2]
            if at is None:
                continue  # outside of the block: before it, or after it
            place = self.places[at][1]
            if start < place < end:
                return False
            if place == end and not self._is_restored_first(last, operand):
                return False
        return True

    def _is_restored_first(self, stmt: ir.Stmt, name: str) -> bool:
        return isinstance(stmt, ir.Let) and stmt.target == name and restores_first(stmt, self.uses)

    def _encloses(self, loop: ir.Stmt, stmt: ir.Stmt) -> bool:
        at: ir.Stmt | None = stmt
        while at is not None:
            if at is loop:
                return True
            at = self.places[at][2]
        return False

    def _is_local(self, stmt: ir.Let | ir.Load) -> bool:
        """Whether all that reads a variable stands behind its only assignment in one block."""
        name = stmt.target
        if name not in self.rewritten or self.makers[name] != [stmt]:
            return False
        if name in self.function.results or name in self.function.params:
            return False
        if self.function.types[name] != REAL:
            return False
        number, start, _ = self.places[stmt]
        return all(
            self.places[r][0] == number and self.places[r][1] > start and not ir.blocks(r)
            for r in self.reads.get(name, [])
        )


def inverses(function: ir.Function) -> dict[ir.Stmt, Expr]:
    """Assignments to integers that can be taken back, with the old value in terms of the new: steps
    by an amount that never changes, as in `t = n + 1; n = t`."""
    makers = definition_counts(function.body)

    def is_fixed(atom: Expr) -> bool:
        return isinstance(atom, Num) or (
            isinstance(atom, Var) and atom.name in function.params and atom.name not in makers
        )

    found: dict[ir.Stmt, Expr] = {}
    todo = [function.body]
    while todo:
        body = todo.pop()
        todo += [block for stmt in body for block in ir.blocks(stmt)]
        for before, stmt in pairwise(body):
            match before, stmt:
                case ir.Let(total, App(op, (Var(name), step))), ir.Let(target, Var(source)):
                    if name != target or source != total or makers[total] > 1:
                        continue
                    if function.types[name] != INT or op not in (add, sub) or not is_fixed(step):
                        continue
                    found[stmt] = sub(Var(name), step) if op is add else add(Var(name), step)
    return found


def increments(function: ir.Function) -> dict[ir.Store, str]:
    """Stores that only add to an entry, `t = a[i]; v = t + e; a[i] = v`, with the name of `t`: the
    adjoint of the entry stays as it is."""
    makers = definition_counts(function.body)
    readers = Counter([name for stmt in ir.walk(function.body) for name in operands(stmt)])

    def is_passing(name: str) -> bool:
        return makers.get(name) == readers.get(name) == 1

    found: dict[ir.Store, str] = {}
    todo = [function.body]
    while todo:
        body = todo.pop()
        loads: dict[str, ir.Load] = {}
        sums: dict[str, str] = {}
        for stmt in body:
            match stmt:
                case ir.Load(target, array, _) if is_passing(target):
                    loads[target] = stmt
                case ir.Let(target, App(op, (Var(first), _))) if (
                    op in (add, sub) and first in loads
                ):
                    sums[target] = first
                case ir.Let(target, App(op, (_, Var(second)))) if op is add and second in loads:
                    sums[target] = second
                case ir.Store(array, index, Var(value)) if value in sums and is_passing(value):
                    load = loads.get(sums[value])
                    if load is not None and load.array == array and _is_atom(load.index, index):
                        found[stmt] = sums[value]
            lost = set(ir.assigned(stmt))
            if ir.blocks(stmt) or isinstance(stmt, ir.Store | ir.Append | ir.Take | ir.Call):
                loads = {}
                todo += ir.blocks(stmt)
            for name, load in list(loads.items()):
                if load is not stmt and lost & {load.array, name, *operands(load)}:
                    del loads[name]
    return found


def _is_atom(a: Expr, b: Expr) -> bool:
    """Whether two atoms are the same variable or the same number."""
    if isinstance(a, Num) and isinstance(b, Num):
        return a.value == b.value
    return isinstance(a, Var) and isinstance(b, Var) and a.name == b.name


def restores_first(stmt: ir.Let, uses: dict[ir.Stmt, set[str]]) -> bool:
    """Whether the old value of a target may come back before the adjoints: they do not mention the
    new one."""
    return stmt.target not in uses.get(stmt, ())
