"""The operations and their derivatives, as rows of a table and as fields for JSON.

Invariant: all that is said of an operation is read from its row of the table of operations; the
derivatives are the forms that derivations show.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adcli.errors import UsageError, suggestion
from adcli.expr import Expr, Var, lift
from adcli.ops.primitive import Primitive
from adcli.ops.registry import TABLE, offered
from adcli.render.tables.table import CENTRE, Cell, Column, Formula, Table
from adcli.symbolic.node_text import to_latex, to_text

#: Operators that the language writes otherwise than Python does.
_WRITTEN = {"**": "^", "neg": "-"}


def operations(name: str | None = None) -> list[Primitive]:
    """The operations that programs can write and that have a derivative, in the table's order; with
    a name or an operator those that are called so.

    Raises `UsageError` for a name that no operation has.
    """
    rows = [row for row in TABLE.values() if _names(row) and derivatives(row)]
    if name is None:
        return rows
    called = name.removeprefix("math.")
    found = [row for row in rows if called in (row.name, row.spelling.operator, *_names(row))]
    if not found:
        names = [each for row in rows for each in _names(row)]
        hint = suggestion(called, names) or "adcli ops lists the operations"
        raise UsageError(f"there is no operation '{name}' with a derivative", hint=hint)
    return found


def _names(row: Primitive) -> list[str]:
    """The names and operators that a program has for a row."""
    operator = row.spelling.operator
    symbols = (_WRITTEN.get(operator, operator),) if operator else ()
    return [*dict.fromkeys([*symbols, *offered(row)])]


def _whole(row: Primitive) -> Expr:
    return row(*map(Var, row.parameters))


def derivatives(row: Primitive) -> dict[str, Expr]:
    """The derivative by each argument that has one."""
    rule = row.calculus.textbook or row.calculus.partials
    if rule is None:
        return {}
    partials = rule(_whole(row), *map(Var, row.parameters))
    pairs = zip(row.parameters, partials, strict=True)
    return {name: lift(partial) for name, partial in pairs if partial is not None}


def _smooth(row: Primitive) -> Expr | None:
    condition = row.domain.smooth
    return condition(*map(Var, row.parameters)) if condition else None


def operation_fields(rows: Iterable[Primitive]) -> list[dict[str, object]]:
    """The operations for JSON: where they are defined and smooth only if that is not everywhere."""
    found = []
    for row in rows:
        fields: dict[str, object] = {
            "name": row.name,
            "names": _names(row),
            "operation": to_text(_whole(row)),
            "derivatives": {name: to_text(each) for name, each in derivatives(row).items()},
        }
        conditions = {"defined": row.condition(), "smooth": _smooth(row)}
        found.append(fields | {k: to_text(v) for k, v in conditions.items() if v is not None})
    return found


def operation_table(rows: Iterable[Primitive]) -> Table:
    """A line for each operation and each argument; an empty condition says: everywhere."""
    columns = [
        Column("operation"),
        Column("by", CENTRE),
        Column("derivative"),
        Column("defined where"),
        Column("derivative where"),
        Column("other names"),
    ]
    return Table(columns, [line for row in rows for line in _lines(row)], keys=2)


def _lines(row: Primitive) -> list[Sequence[Cell]]:
    whole = _formula(_whole(row))
    defined: Cell = row.domain.needs or _formula(row.condition())
    smooth = _formula(_smooth(row))
    names = [name for name in _names(row) if name.isidentifier()]
    others = ", ".join(names[row.spelling.is_call :])  # a call has its name already
    return [
        (whole, _formula(Var(name)), _formula(found), defined, smooth, others)
        for name, found in derivatives(row).items()
    ]


def _formula(expr: Expr | None) -> Formula | None:
    return None if expr is None else Formula(to_text(expr), to_latex(expr))
