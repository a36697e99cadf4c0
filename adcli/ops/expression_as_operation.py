"""Fused expressions: each is one operation, such as "the tangent of a product".

A derivative pass meets the same few expressions over and over.  It fuses each once and applies the
result to variables.  So a derived statement is one small object, prints as the textbook writes it,
and runs as one call.

Invariant: the value is that of the body with the arguments in place of the parameters.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any

from adcli.expr import (
    OPERATORS,
    App,
    Compute,
    Expr,
    Num,
    Op,
    Var,
    is_number,
    rebuild,
    substitute,
    variables,
)
from adcli.ops.comparisons_logic_and_choice import and_, select
from adcli.ops.primitive import REAL, Primitive

_Run = Callable[[tuple[Any, ...]], Any]


class FusedOperation(Op):
    """An expression over parameters.

    `body` is what a reader sees, `lean` the same number with needless factors of one gone; it is
    what runs.
    """

    __slots__ = ("_value", "body", "lean", "parameters")

    def __init__(self, body: Expr) -> None:
        self.name, self.kind = "formula", REAL
        self.body = body
        self.lean = tidy(body)
        self.parameters = tuple(variables(body))
        self.arity = len(self.parameters)
        self.function = compose(self.lean, self.parameters, lambda row: row.function)
        self._value: Compute | None = None

    @property
    def value(self) -> Compute:
        if self._value is None:
            self._value = compose(self.lean, self.parameters, lambda row: row.value)
        return self._value

    def bind(self, values: dict[str, Expr]) -> App:
        """Apply to the values of the parameters by name."""
        return App(self, tuple([values[p] for p in self.parameters]))

    def expand(self, args: tuple[Expr, ...], *, lean: bool = False) -> Expr:
        """The body with arguments in place."""
        values = dict(zip(self.parameters, args, strict=True))
        return substitute(self.lean if lean else self.body, values)


def expanded(expr: Expr) -> Expr:
    """An expression whose outermost operation is a row of the table, not a fused one."""
    while isinstance(expr, App) and isinstance(expr.op, FusedOperation):
        expr = expr.op.expand(expr.args, lean=True)
    return expr


def compose(
    expr: Expr, parameters: tuple[str, ...], pick: Callable[[Primitive], Compute]
) -> Compute:
    """A function of the parameters that computes the expression; `pick` chooses each row's."""
    in_order = _in_order(expr, parameters, pick)
    if in_order is not None:
        return in_order
    places = {name: i for i, name in enumerate(parameters)}
    run = _composed(expr, places, pick)
    return lambda *values: run(values)


def _in_order(
    expr: Expr, parameters: tuple[str, ...], pick: Callable[[Primitive], Compute]
) -> Compute | None:
    """The same, where the parameters stand once each and in their order, as in `s + g*cos(a)`: such
    a function needs not look for its arguments."""
    if not isinstance(expr, App) or not isinstance(expr.op, Primitive) or expr.op is select:
        return None
    function, args = pick(expr.op), expr.args
    names = tuple([a.name for a in args if isinstance(a, Var)])
    if len(names) == len(args):
        return function if names == parameters else None
    if len(args) != 2 or names != parameters[:1]:
        return None
    right = _in_order(args[1], parameters[1:], pick) if isinstance(args[0], Var) else None
    if right is None:
        return None
    if len(parameters) == 2:
        return lambda a, b: function(a, right(b))
    if len(parameters) == 3:
        return lambda a, b, c: function(a, right(b, c))
    return None


def _composed(expr: Expr, places: dict[str, int], pick: Callable[[Primitive], Compute]) -> _Run:
    if isinstance(expr, Num):
        value = expr.value
        return lambda _: value
    if isinstance(expr, Var):
        return itemgetter(places[expr.name])
    if isinstance(expr.op, FusedOperation):
        return _composed(expr.op.expand(expr.args, lean=True), places, pick)
    parts = [_composed(a, places, pick) for a in expr.args]
    if expr.op is select:
        condition, then, otherwise = parts
        return lambda v: then(v) if condition(v) else otherwise(v)
    assert isinstance(expr.op, Primitive)
    function = pick(expr.op)
    if len(parts) == 1:
        (only,) = parts
        return lambda v: function(only(v))
    if len(parts) == 2:
        left, right = parts
        return lambda v: function(left(v), right(v))
    return lambda v: function(*[p(v) for p in parts])


def tidy(expr: Expr) -> Expr:
    """The same number to the last bit with literals folded and needless operations gone.

    Zero times something goes too: that is a partial derivative that is 0 whatever its factor, which
    is what a derivative means by it.
    """
    return rebuild(expr, _tidy_once)


def _tidy_once(app: App) -> Expr:
    ops, args = OPERATORS, app.args
    if app.op is select:
        return _choice(app, *args)
    if app.op is and_ and any(isinstance(a, Num) for a in args):
        return _both(*args)
    if args and all(isinstance(a, Num) for a in args) and isinstance(app.op, Primitive):
        return _fold(app)
    if app.op is ops["*"]:
        return _product(*args)
    if app.op is ops["/"] and is_number(args[1], 1):
        return args[0]
    if app.op is ops["/"] and is_number(args[0], 0):
        return Num(0.0)
    if app.op is ops["+"]:
        return _sum(*args)
    if app.op is ops["-"] and is_number(args[1], 0):
        return args[0]
    if app.op is ops["-"] and is_number(args[0], 0):
        return negative(args[1])
    if app.op is ops["neg"]:
        return negative(args[0])
    if app.op is ops["**"] and is_number(args[1], 1):
        return args[0]
    return app


def _choice(app: App, condition: Expr, then: Expr, otherwise: Expr) -> Expr:
    if isinstance(condition, Num):
        return then if condition.value else otherwise
    if isinstance(then, Num) and is_number(otherwise, then.value):
        return then
    return app


def _both(a: Expr, b: Expr) -> Expr:
    """`a and b`, one of which is a literal."""
    literal, other = (a, b) if isinstance(a, Num) else (b, a)
    return other if is_number(literal, True) else Num(False)


def _fold(app: App) -> Expr:
    """A literal for an operation on literals, where it has a finite value."""
    values = [a.value for a in app.args if isinstance(a, Num)]
    try:
        value = app.op.function(*values)
    except (ValueError, ArithmeticError):
        return app
    return Num(value) if value - value == 0 else app


def _product(a: Expr, b: Expr) -> Expr:
    if is_number(a, 0) or is_number(b, 0):
        return Num(0.0)
    if is_number(a, 1):
        return b
    if is_number(b, 1):
        return a
    if is_number(a, -1):
        return negative(b)
    if is_number(b, -1):
        return negative(a)
    match b:
        case App(op, (Num(value), divisor)) if op is OPERATORS["/"] and value == 1:
            return a / divisor
    return a * b


def _sum(a: Expr, b: Expr) -> Expr:
    if is_number(a, 0):
        return b
    if is_number(b, 0):
        return a
    match b:
        case App(op, (inner,)) if op is OPERATORS["neg"]:
            return a - inner
    return a + b


def negative(a: Expr) -> Expr:
    """-a without a double sign."""
    match a:
        case Num(value):
            return Num(-value)
        case App(op, (inner,)) if op is OPERATORS["neg"]:
            return inner
    return -a
