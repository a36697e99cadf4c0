"""Operations as JavaScript: a function for the value, and one for each partial derivative.

Invariant: both come from the rows of the table; nothing here knows a rule of calculus.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from adcli.expr import App, Expr, Num, Var
from adcli.ops.comparisons_logic_and_choice import select
from adcli.ops.composition import Composition
from adcli.ops.expression_as_operation import FusedOperation, compose, tidy
from adcli.ops.operations_in_other_libraries import JAVASCRIPT, NotThere
from adcli.ops.primitive import Primitive

#: The names of the arguments, and of the result.
ARGUMENTS, RESULT = ("a", "b", "c"), "y"

#: What says that two applications have the same functions: the row and literals that shape it.
Kind = tuple[Primitive, tuple[float | None, ...]]

#: The identity, for a choice whose side is known.
COPY = "{value: a => a, partials: [() => 1]}"


def kind_of(app: App) -> Kind:
    """The kind of an application: literal arguments count where they shape the partials."""
    assert isinstance(app.op, Primitive)
    folds = app.op.algebra.folds
    literals = [a.value if folds and isinstance(a, Num) else None for a in app.args]
    return app.op, tuple(literals)


def operation(kind: Kind) -> str:
    """An object with `value` and `partials`.  Raises `NotThere` for what JavaScript lacks."""
    row, literals = kind
    args = _arguments(row, literals)
    names = ", ".join(ARGUMENTS[: row.arity])
    value = javascript(App(row, args))
    partials = []
    for index, literal in enumerate(literals):
        found = None if literal is not None else row.partial(index, Var(RESULT), args)
        text = "null" if found is None else f"({RESULT}, {names}) => {javascript(tidy(found))}"
        partials.append(text)
    return f"{{value: ({names}) => {value}, partials: [{', '.join(partials)}]}}"


def frozen(app: App, values: Sequence[float], result: float) -> str:
    """The same for an operation that JavaScript lacks: it keeps its value and its partials."""
    row = app.op
    assert isinstance(row, Primitive)
    args = _arguments(row, kind_of(app)[1])
    names = (RESULT, *ARGUMENTS[: row.arity])
    partials = []
    for index, argument in enumerate(app.args):
        found = None
        if not isinstance(argument, Num):
            found = row.partial(index, Var(RESULT), args)
        if found is None:
            partials.append("null")
        else:
            compute = compose(_whole(found), names, lambda each: each.value)
            partials.append(f"() => {_number(float(compute(result, *values)))}")
    return f"{{value: () => {_number(result)}, partials: [{', '.join(partials)}]}}"


def _whole(expr: Expr) -> Expr:
    """An expression that is an application, which `compose` needs."""
    return expr if isinstance(expr, App) else expr * 1.0


def _arguments(row: Primitive, literals: Sequence[float | None]) -> tuple[Expr, ...]:
    pairs = zip(ARGUMENTS[: row.arity], literals, strict=True)
    return tuple([Var(name) if literal is None else Num(literal) for name, literal in pairs])


def javascript(expr: Expr) -> str:
    """An expression; every operation in parentheses, so that no precedence matters."""
    if isinstance(expr, Num):
        return _number(expr.value)
    if isinstance(expr, Var):
        return expr.name
    assert isinstance(expr, App)
    if isinstance(expr.op, FusedOperation):
        return javascript(expr.op.expand(expr.args, lean=True))
    assert isinstance(expr.op, Primitive)
    template = JAVASCRIPT.template(expr.op)
    if template is None:
        if isinstance(expr.op, Composition):
            return javascript(expr.op.expanded(expr.args))
        raise NotThere(expr.op.name)
    text = template.format(*[javascript(a) for a in expr.args])
    return text if re.fullmatch(r"[\w.]+\([^()]*\)", text) else f"({text})"


def is_known_choice(app: App) -> bool:
    """Whether an operation is a choice whose condition is a literal."""
    return app.op is select and isinstance(app.args[0], Num)


def _number(value: float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "(-Infinity)"
    text = repr(float(value))
    return f"({text})" if text.startswith("-") else text
