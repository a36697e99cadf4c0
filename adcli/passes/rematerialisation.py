"""Rematerialisation: what a backward sweep computes again instead of taking it from a tape.

A variable that one statement of a block assigns, by a cheap operation, can be computed again
wherever the operands still (or again) hold what they held: just before the first statement of the
backward sweep that needs it.  So a loop saves its state, not the steps in between.  Griewank &
Walther, *Evaluating Derivatives*, section 3.2 and chapter 4; Briggs, Cooper and Torczon,
"Rematerialization" (PLDI 1992).

Invariant: an operand of what is computed again has the value that it had in the forward sweep: it
is never overwritten, or not between the two statements, or it has just been restored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from adcli.expr import App, Var
from adcli.ir import nodes as ir
from adcli.ir.dataflow import operands
from adcli.ir.types import REAL, is_array
from adcli.ops.primitive import Primitive
from adcli.passes.adjoint_variables import AdjointVariables
from adcli.passes.array_mutation_analysis import Mutations


class Rematerialisation:
    """What is computed again, and where.

    `variables` are computed again; `before` has for a statement the assignments to repeat before
    its backward side, `operands` the variables that these need.  The adjoints of those in
    `block_local` are zero at both ends of the block that they live in.
    """

    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.before: dict[ir.Stmt, list[ir.Stmt]] = {}
        self.operands: dict[ir.Stmt, set[str]] = {}
        self.block_local: set[str] = set()


def rematerialisation(
    variables: AdjointVariables,
    positions: StatementPositions,
    uses: Mapping[ir.Stmt, set[str]],
    reassigned: set[str],
    once: set[str],
    mutations: Mutations,
    *,
    is_split: bool,
) -> Rematerialisation:
    """What the backward sweep of a function computes again; `uses` has the variables that the
    backward side of each statement mentions, `once` are the reassigned ones that hold one value in
    each iteration of a loop that is fused with its adjoint, `is_split` says that the sweeps are
    functions of their own."""
    return _RepetitionPlanner(
        variables, positions, uses, reassigned, once, mutations, is_split
    ).result()


class StatementPositions:
    """Where the statements of a function stand, and what they define and read."""

    def __init__(self, function: ir.Function) -> None:
        self.statements: list[ir.Stmt] = []
        self.definitions: dict[str, list[ir.Stmt]] = {}
        self.readers: dict[str, list[ir.Stmt]] = {}
        self._bodies: list[Sequence[ir.Stmt]] = []
        #: for each statement the block it stands in, its place there, and what holds the block
        self._places: dict[ir.Stmt, tuple[int, int, ir.Stmt | None]] = {}
        self._survey(function.body, None)

    def _survey(self, body: Sequence[ir.Stmt], parent: ir.Stmt | None) -> None:
        block = len(self._bodies)
        self._bodies.append(body)
        for place, stmt in enumerate(body):
            self._places[stmt] = (block, place, parent)
            self.statements.append(stmt)
            for name in ir.assigned(stmt):
                self.definitions.setdefault(name, []).append(stmt)
            for name in operands(stmt):
                self.readers.setdefault(name, []).append(stmt)
            for inner in ir.blocks(stmt):
                self._survey(inner, stmt)

    def place(self, stmt: ir.Stmt) -> int:
        """The place of a statement in its block."""
        return self._places[stmt][1]

    def place_beside(self, stmt: ir.Stmt, other: ir.Stmt) -> int | None:
        """The place, in the block of `other`, of a statement or of what encloses it there; None: it
        is outside of that block."""
        block = self._places[other][0]
        at: ir.Stmt | None = stmt
        while at is not None and self._places[at][0] != block:
            at = self._places[at][2]
        return None if at is None else self._places[at][1]

    def beside(self, stmt: ir.Stmt, place: int) -> ir.Stmt:
        """The statement at a place of the block of another."""
        return self._bodies[self._places[stmt][0]][place]

    def loop_around(self, stmt: ir.Stmt) -> ir.Stmt | None:
        """The innermost loop around a statement."""
        at = self._places[stmt][2]
        while isinstance(at, ir.If):
            at = self._places[at][2]
        return at

    def encloses(self, loop: ir.Stmt, stmt: ir.Stmt) -> bool:
        """Whether a statement is a loop, or stands inside it."""
        at: ir.Stmt | None = stmt
        while at is not None:
            if at is loop:
                return True
            at = self._places[at][2]
        return False

    def is_read_behind_only(self, stmt: ir.Stmt, name: str) -> bool:
        """Whether all that reads a variable stands behind a statement in its block, and is no
        branch or loop."""
        block, start, _ = self._places[stmt]
        return all(
            self._places[r][0] == block and self._places[r][1] > start and not ir.blocks(r)
            for r in self.readers.get(name, [])
        )


class _RepetitionPlanner:
    """Decides, from the last statement to the first, which of them are repeated."""

    def __init__(
        self,
        variables: AdjointVariables,
        positions: StatementPositions,
        uses: Mapping[ir.Stmt, set[str]],
        reassigned: set[str],
        once: set[str],
        mutations: Mutations,
        is_split: bool,
    ) -> None:
        self.function = variables.primal
        self.mark = variables.mark
        self.positions = positions
        self.uses = uses
        self.reassigned = reassigned
        self.saved = reassigned - once
        self.mutations = mutations
        self.is_split = is_split
        self.found = Rematerialisation()
        #: for each variable the statements whose backward sides need it
        self.users: dict[str, set[ir.Stmt]] = {}
        for stmt, names in uses.items():
            for name in names:
                self.users.setdefault(name, set()).add(stmt)
        self.needed = set(self.users)

    def result(self) -> Rematerialisation:
        for stmt in reversed(self.positions.statements):
            if isinstance(stmt, ir.Let | ir.Load | ir.Length):
                self._consider(stmt, stmt.target)
        for stmt in self.positions.statements:
            if isinstance(stmt, ir.Let | ir.Load) and self._is_block_local(stmt):
                self.found.block_local.add(stmt.target)
        return self.found

    def _consider(self, stmt: ir.Let | ir.Load | ir.Length, name: str) -> None:
        """Have a statement repeated if that is possible and cheaper than a tape."""
        adjoint = name + self.mark
        users = self.users.get(name, set()) | self.users.get(adjoint, set())
        if not users or self.positions.definitions[name] != [stmt] or name in self.function.params:
            return
        if not self._would_be_saved(name) or not self._is_cheap(stmt):
            return
        last = self._last_user(stmt, users)
        if last is None:
            return
        atoms = operands(stmt)
        arrays = [stmt.array] if isinstance(stmt, ir.Load | ir.Length) else []
        dear = 0
        for operand in (*atoms, *arrays):
            if not self._keeps_value(operand, stmt, last):
                return
            dear += self._must_be_saved_too(operand, stmt)
        if dear > 1:
            return
        self.found.variables.add(name)
        if adjoint in self.users:
            self.found.variables.add(adjoint)
            arrays += [array + self.mark for array in arrays]
        self.found.before.setdefault(last, []).insert(0, stmt)
        for operand in (*atoms, *arrays):
            self.users.setdefault(operand, set()).add(last)
            self.needed.add(operand)
            self.found.operands.setdefault(last, set()).add(operand)

    def _would_be_saved(self, name: str) -> bool:
        return name in self.saved or self.is_split

    def _must_be_saved_too(self, operand: str, stmt: ir.Stmt) -> bool:
        """Whether an operand would have to be saved as often as what a statement makes of it."""
        if not self._would_be_saved(operand) or operand in self.needed:
            return False
        positions = self.positions
        definitions, loop = positions.definitions.get(operand, []), positions.loop_around(stmt)
        if loop is not None and all(
            d is loop or not positions.encloses(loop, d) for d in definitions
        ):
            return False
        return not (len(definitions) == 1 and self._is_cheap(definitions[0]))

    def _is_cheap(self, stmt: ir.Stmt) -> bool:
        match stmt:
            case ir.Let(_, App(op, _)):
                return isinstance(op, Primitive) and op.numerics.cheap
            case ir.Let(target, Var()):
                return not is_array(self.function.types[target])
            case ir.Load(_, array, _):
                return self.mutations.keeps_entries(
                    self.function, array
                ) or self.mutations.keeps_entries_after(self.function, stmt)
            case ir.Length(_, array):
                return self.mutations.keeps_length(self.function, array)
        return False

    def _last_user(self, definition: ir.Stmt, users: Iterable[ir.Stmt]) -> ir.Stmt | None:
        """The statement of the definition's block that comes last among those that need what it
        defines, or that enclose one; None if something outside the block does."""
        start = latest = self.positions.place(definition)
        for user in users:
            place = self.positions.place_beside(user, definition)
            if place is None or place <= start:
                return None
            latest = max(latest, place)
        return self.positions.beside(definition, latest)

    def _keeps_value(self, operand: str, definition: ir.Stmt, last: ir.Stmt) -> bool:
        """Whether an operand still holds at the last user, or has just got back, what it held where
        it was used."""
        positions = self.positions
        definitions = positions.definitions.get(operand, [])
        if not definitions:
            return True  # a parameter that nobody assigns
        if len(definitions) == 1 and isinstance(definitions[0], ir.For):
            return positions.encloses(definitions[0], definition)
        start, end = positions.place(definition), positions.place(last)
        for stmt in definitions:
            place = positions.place_beside(stmt, definition)
            if place is None:
                continue  # outside of the block: before it, or after it
            if start < place < end:
                return False
            if place == end and not self._is_restored_first(last, operand):
                return False
        return True

    def _is_restored_first(self, stmt: ir.Stmt, name: str) -> bool:
        """Whether the old value of a target comes back before the adjoints are computed: they do
        not mention the new one."""
        if not isinstance(stmt, ir.Let) or stmt.target != name:
            return False
        return name not in self.uses.get(stmt, ())

    def _is_block_local(self, stmt: ir.Let | ir.Load) -> bool:
        """Whether all that reads a variable stands behind its only assignment in one block."""
        name = stmt.target
        if name not in self.reassigned or self.positions.definitions[name] != [stmt]:
            return False
        if name in self.function.results or name in self.function.params:
            return False
        return self.function.types[name] == REAL and self.positions.is_read_behind_only(stmt, name)
