"""What the backward sweep of a function needs of its forward sweep.

Invariant: `uses` has, for each statement, every variable that its backward side mentions; of these,
what is overwritten before it is saved, computed again, or put back as `plan` and `saves` say.
Hascoët & Pascual, *The Tapenade Automatic Differentiation Tool* (2013), section 4.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from adcli.expr import App, Expr, Var
from adcli.ir import nodes as ir
from adcli.ir.dataflow import definition_counts, live_in, operands
from adcli.ir.types import INT, REAL, array_of
from adcli.passes.activity_analysis import Activity
from adcli.passes.chain_rule import mentioned
from adcli.passes.rematerialisation import Frozen, Plan, Saves, increments, inverses, plan

if TYPE_CHECKING:
    from adcli.passes.loop_fusion import Independent


def tape_name(kind: str, mark: str) -> str:
    """The tape for what is saved of a type."""
    return f"{kind.replace('[]', '.array')}.tape{mark}"


class Needs:
    """What is known of a function that is to be reversed; `analyse` finds what its sweeps need."""

    def __init__(
        self,
        module: ir.Module,
        name: str,
        mark: str,
        activity: Activity,
        frozen: Callable[[], Frozen],
    ) -> None:
        self.module = module
        self.old = module.functions[name]
        self.mark = mark
        self.activity = activity
        self.active = activity.of(name)
        self.arrays = activity.arrays(name)
        #: stores that only add to an entry of an active array
        self.increments: set[ir.Store] = set()
        if self.arrays:
            found = increments(self.old)
            self.increments = {s for s in found if s.array in self.arrays}
            self.active = self.active - {found[s] for s in self.increments}
        self.types = dict(self.old.types)
        #: the adjoint of each active variable: one object, so that looking it up is quick
        self.shadows = {v: Var(v + mark) for v in self.old.types if v in self.active}
        self.types.update((shadow.name, REAL) for shadow in self.shadows.values())
        self.types.update((v + mark, self.old.types[v]) for v in sorted(self.arrays))
        self._frozen = frozen
        self.fresh_count = 0
        self.counters: dict[ir.Stmt, str] = {}
        self.rewritten = _rewritten(self.old)
        self.rewritten |= {v + mark for v in self.rewritten & self.arrays}
        #: for each statement the variables that its backward side mentions
        self.uses: dict[ir.Stmt, set[str]] = {}
        self.plan = Plan()
        self.saves = Saves((), {}, self.plan, self.made, self.own_of, self.steady_in)
        self.counted: set[str] = set()
        self.owned: dict[ir.Stmt, set[str]] = {}
        self.staying: dict[ir.Stmt, set[str]] = {}
        self.relevant: set[ir.Stmt] = set()
        #: the loops that become one with their adjoints; they and what depends on them do not run
        #: in the forward sweep
        self.fused: dict[ir.For, Independent] = {}
        self.delayed: set[ir.Stmt] = set()

    @cached_property
    def makers(self) -> Counter[str]:
        return definition_counts(self.old.body)

    @cached_property
    def inverses(self) -> dict[ir.Stmt, Expr]:
        return inverses(self.old) if self.rewritten else {}

    @property
    def frozen(self) -> Frozen:
        """What is known of the arrays of the whole module."""
        return self._frozen()

    def marked(self, names: Iterable[str]) -> list[str]:
        """The adjoints of the active arrays among `names`."""
        return [name + self.mark for name in names if name in self.arrays]

    # -- what is needed --------------------------------------------------------------------------

    def analyse(self, *, is_split: bool) -> None:
        """Find the needed variables, those of them that are computed again, the statements that
        have a backward side, and the loops that become one with theirs."""
        if not is_split and any(isinstance(s, ir.For) for s in self.old.body):
            from adcli.passes.loop_fusion import independent

            self.fused = independent(self.module, self.old, self.active)
        while True:
            self.find_needs(is_split=is_split)
            apart = [loop for loop, found in self.fused.items() if not self.may_fuse(loop, found)]
            if not apart:
                break
            for loop in apart:
                del self.fused[loop]
        self.delayed = set(self.fused)
        self.delayed.update(*[found.late for found in self.fused.values()])

    def may_fuse(self, loop: ir.For, found: Independent) -> bool:
        """Whether the adjoints of what follows a loop mention nothing that depends on it, and its
        own put back nothing that the next turn, or what follows, takes from it."""
        depends = found.depends()
        tail = self.old.body[self.old.body.index(loop) + 1 :]
        for stmt in ir.walk(tail):
            operands = self.plan.operands.get(stmt, set())
            if not depends.isdisjoint(self.uses.get(stmt, set()) | operands):
                return False
        if any(stmt in self.saves.at for stmt in found.late) or loop not in self.relevant:
            return False
        leaving = found.carried | found.handed_on
        restored = set(self.plan.again)
        for stmt in ir.walk(loop.body):
            restored.update(self.saves.at.get(stmt, ()), self.saves.turns.get(stmt, ()))
            restored.update(ir.assigned(stmt) if isinstance(stmt, ir.For) else ())
        return leaving.isdisjoint(restored)

    def find_needs(self, *, is_split: bool) -> None:
        self.uses, self.relevant, self.plan = {}, set(), Plan()
        self.saves = Saves((), {}, self.plan, self.made, self.own_of, self.steady_in)
        compound: list[ir.Stmt] = []
        for stmt in ir.walk(self.old.body):
            if isinstance(stmt, ir.Let):
                self._need_for_let(stmt)
            elif ir.blocks(stmt):
                compound.append(stmt)
            elif self.changes_adjoints(stmt):
                self._need_for_array(stmt)
        self.find_relevant(compound)
        grown = bool(self.rewritten) or is_split
        while grown:
            once = {n for found in self.fused.values() for n in found.once - found.carried}
            known = self.rewritten, once, self.frozen, is_split, self.mark
            self.plan = plan(self.old, self.uses, *known)
            self.saves = Saves(
                self.old.body,
                self.uses,
                self.plan,
                self.made,
                self.own_of,
                self.steady_in,
                self.fused,
                self.inverses,
            )
            grown = self.find_relevant(compound)
        # a loop counts its own variable, backwards as forwards
        self.counted = {stmt.var for stmt in compound if isinstance(stmt, ir.For)}

    def find_relevant(self, compound: Sequence[ir.Stmt]) -> bool:
        """Add the branches and loops that have a backward side; whether there were more."""
        before, grown = len(self.relevant), True
        while grown:
            grown = False
            for stmt in reversed(compound):
                if stmt not in self.relevant and self._has_backward_side(stmt):
                    self.relevant.add(stmt)
                    self._need_for_control(stmt)
                    grown = True
        return len(self.relevant) > before

    def _need_for_let(self, stmt: ir.Let) -> None:
        if stmt.target in self.active and isinstance(stmt.expr, App):
            indices = self.active_arguments(stmt.expr)
            self.need(stmt, mentioned(Var(stmt.target), stmt.expr, indices))

    def changes_adjoints(self, stmt: ir.Stmt) -> bool:
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

    def _need_for_array(self, stmt: ir.Stmt) -> None:
        match stmt:
            case ir.Load(_, array, index) | ir.Store(array, index, _):
                shadow = self.shadows[array]
                self.need(stmt, {v.name for v in (index, shadow) if isinstance(v, Var)})
            case ir.Append(array, _) | ir.Take(array, _):
                self.need(stmt, {array + self.mark})

    def _has_backward_side(self, stmt: ir.Stmt) -> bool:
        if self.saves.turns.get(stmt):
            return True
        for block in ir.blocks(stmt):
            for inner in block:
                if inner in self.relevant or self._acts_backward(inner):
                    return True
        return False

    def _acts_backward(self, stmt: ir.Stmt) -> bool:
        if isinstance(stmt, ir.Push | ir.Pop):
            return True
        if isinstance(stmt, ir.Call) and self.activity.is_active_call(stmt, self.old.name):
            return True
        if isinstance(stmt, ir.For):
            return False
        if self.changes_adjoints(stmt):
            return True
        return any(t in self.active and t not in self.arrays for t in ir.assigned(stmt)) or bool(
            self.saves.at.get(stmt)
        )

    def _need_for_control(self, stmt: ir.Stmt) -> None:
        match stmt:
            case ir.If(condition, _, _):
                self.need(stmt, {condition})
            case ir.While():
                if stmt not in self.counters:
                    self.counters[stmt] = self.fresh(INT)
                self.rewritten.add(self.counters[stmt])
            case ir.For(_, start, stop, step, _):
                self.need(stmt, {b.name for b in (start, stop, step) if isinstance(b, Var)})
                if stmt in self.fused:
                    given = self.fused[stmt].given
                    self.need(stmt, given | set(self.marked(given)))

    def own_of(self, loop: ir.Stmt) -> set[str]:
        """What each turn of a loop makes before it reads it, with the adjoints of arrays."""
        if loop not in self.owned:
            (body,) = ir.blocks(loop)
            made = {n for s in ir.walk(body) if not isinstance(s, ir.For) for n in ir.assigned(s)}
            own = made - live_in(body)
            if isinstance(loop, ir.While):
                own.discard(loop.condition)
            self.owned[loop] = own | set(self.marked(own))
        return self.owned[loop]

    def steady_in(self, loop: ir.Stmt) -> set[str]:
        """What a loop assigns, and always the same, with the adjoints of arrays."""
        if loop not in self.staying:
            from adcli.passes.loop_invariants import steady

            found = steady(loop, self.old, self.makers, self.frozen)
            self.staying[loop] = found | set(self.marked(found))
        return self.staying[loop]

    def need(self, stmt: ir.Stmt, names: set[str]) -> None:
        """The backward side of a statement mentions variables."""
        self.uses.setdefault(stmt, set()).update(names)

    def active_arguments(self, app: App) -> list[int]:
        return [i for i, a in enumerate(app.args) if isinstance(a, Var) and a.name in self.active]

    def fresh(self, kind: str) -> str:
        self.fresh_count += 1
        name = f"%r{self.fresh_count}{self.mark}"
        self.types[name] = kind
        return name

    def tape_of(self, variable: str) -> str:
        return tape_name(self.types[variable], self.mark)

    def made(self, stmt: ir.Stmt) -> tuple[str, ...]:
        """What the forward sweep of a statement assigns."""
        targets = ir.assigned(stmt)
        if not self.arrays:
            return targets
        return (*targets, *self.marked(targets))


def _rewritten(function: ir.Function) -> set[str]:
    """The variables that may hold more than one value in a run: parameters that are assigned, what
    is assigned twice, and what is read at its start, as zero, and then assigned."""
    rewritten: set[str] = set()
    _note_assigned(function.body, set(function.params), rewritten)
    return rewritten


def _note_assigned(body: Sequence[ir.Stmt], seen: set[str], rewritten: set[str]) -> None:
    """Add what a block reads and assigns to `seen`, and to `rewritten` what it assigns that was
    seen before.  The arms of a branch exclude each other; the body of a loop assigns again what it
    assigned before."""
    see = seen.add
    for stmt in body:
        if stmt.__class__ is ir.Let:
            expr = stmt.expr
            for atom in expr.args if expr.__class__ is App else (expr,):
                if atom.__class__ is Var:
                    see(atom.name)
            if stmt.target in seen:
                rewritten.add(stmt.target)
            else:
                see(stmt.target)
        elif isinstance(stmt, ir.If):
            seen.add(stmt.condition)
            other = set(seen)
            _note_assigned(stmt.then, seen, rewritten)
            _note_assigned(stmt.orelse, other, rewritten)
            seen |= other
        elif isinstance(stmt, ir.While | ir.For):
            seen.update(operands(stmt))
            for inner in ir.walk(stmt.body):
                names = () if isinstance(inner, ir.For) else ir.assigned(inner)
                seen.update(operands(inner))
                seen.update(names)
                rewritten.update(names)
        else:
            seen.update(operands(stmt))
            for name in ir.assigned(stmt):
                (rewritten if name in seen else seen).add(name)
