"""Value numbering across the sweeps: partials take what the forward sweep has computed and saved.

The partial of sin(x) is cos(x), and that of cos(x) is -sin(x).  Where an iteration computes both
and saves both, its backward side needs to compute neither, nor x.  In straight-line code and in
loops that are fused with their adjoints LLVM finds such values by itself; it cannot see through
tapes.  Muchnick, *Advanced Compiler Design and Implementation* (1997), section 12.4.

Invariant: a shared value was saved at the end of the iteration whose backward side uses it, its
only assignment is one of the statements of the loop's own block, and between that and the statement
whose partials use it nothing assigns an operand.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from adcli.expr import App, Expr, Num, Var, rebuild, variables
from adcli.ir import nodes as ir
from adcli.ir.dataflow import definition_counts, operands
from adcli.ops.expression_as_operation import expanded
from adcli.ops.primitive import Primitive
from adcli.passes.adjoint_variables import AdjointVariables
from adcli.passes.chain_rule import adjoint_formula, literals_of

#: An operation applied to atoms, as text: equal ones have equal values where they stand.
Key = str

#: For a statement the values that its partials need not compute: the variables that hold them.
SharedValues = Mapping[ir.Stmt, Mapping[Key, str]]


def with_shared(expr: Expr, shared: Mapping[Key, str]) -> Expr:
    """An expression of a derivative with variables in place of the values that they hold."""

    def change(app: App) -> Expr:
        name = shared.get(repr(app))
        return app if name is None else Var(name)

    return rebuild(expanded(expr), change)


def values_in_shared_partials(
    stmt: ir.Let, active: Collection[str], shared: Mapping[Key, str]
) -> set[str]:
    """The variables whose values the partials of an assignment need beside the shared ones."""
    names: set[str] = set()
    for partial in _partials(stmt, active):
        names.update(variables(with_shared(partial, shared)))
    return names.difference(shared.values())


def shareable_values(
    names: AdjointVariables,
    saved: Mapping[ir.Stmt, Sequence[str]],
    restored: Mapping[ir.Stmt, Sequence[str]],
) -> dict[ir.Stmt, dict[Key, str]]:
    """What may be shared in the loops of a function; `saved` has what their iterations save at
    their ends, `restored` what goes on tapes before a statement."""
    found: dict[ir.Stmt, dict[Key, str]] = {}
    definitions = definition_counts(names.primal.body)
    for loop, kept in saved.items():
        (body,) = ir.blocks(loop)
        known = {
            repr(stmt.expr): place
            for place, stmt in enumerate(body)
            if isinstance(stmt, ir.Let)
            and stmt.target in kept
            and definitions[stmt.target] == 1
            and stmt not in restored
            and _is_dear(stmt.expr)
        }
        for place, stmt in enumerate(body) if known else ():
            if isinstance(stmt, ir.Let) and stmt.target in names.active:
                shared = _shared(body, place, known, names.active)
                if shared:
                    found[stmt] = shared
    return found


def _shared(
    body: Sequence[ir.Stmt], place: int, known: Mapping[Key, int], active: Collection[str]
) -> dict[Key, str]:
    """What the partials of one statement may take of what is known, by its place."""
    stmt = body[place]
    assert isinstance(stmt, ir.Let)
    found: dict[Key, str] = {}

    def note(app: App) -> Expr:
        other = known.get(repr(app), place)
        if other != place:
            between = body[min(place, other) : max(place, other)]
            changed = {n for inner in ir.walk(between) for n in ir.assigned(inner)}
            if changed.isdisjoint(operands(body[other])):
                found[repr(app)] = ir.assigned(body[other])[0]
        return app

    for partial in _partials(stmt, active):
        rebuild(partial, note)
    return found


def _partials(stmt: ir.Let, active: Collection[str]) -> list[Expr]:
    """The partials of an assignment by its active arguments."""
    if not isinstance(stmt.expr, App):
        return []
    op, args, nothing = stmt.expr.op, stmt.expr.args, Num(0.0)
    found: list[Expr] = []
    for index, arg in enumerate(args):
        if isinstance(arg, Var) and arg.name in active:
            formula = adjoint_formula(op, index, literals_of(stmt.expr), False)
            if formula is not None:
                partial = formula.applied((Var(stmt.target), nothing, nothing, *args))
                found.append(with_shared(partial, {}))
    return found


def _is_dear(expr: Expr) -> bool:
    """Whether an expression is an operation that takes longer than reading a number."""
    return isinstance(expr, App) and isinstance(expr.op, Primitive) and not expr.op.numerics.cheap
