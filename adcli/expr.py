"""Expressions: numbers, variables and applications of operations.

Invariant: expressions are never changed after they are made, so they may be shared.  This module
knows no operation by name: the rows of the table announce which operator symbol is theirs.

The classes are written out, not dataclasses: a gradient of 100,000 terms makes millions of them,
and a frozen dataclass costs three times as much to make and 0.4 ms each to define (measured).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeGuard

Scalar = float | int | bool


class Op:
    """Something that can be applied to arguments: a primitive of the table, or a formula.

    This much all operations have; what only a row of the table has needs an
    `isinstance(op, Primitive)`.  `kind` is the type of the result.  `function` computes the value
    as Python does, and raises ValueError, ZeroDivisionError or OverflowError outside the domain.
    """

    __slots__ = ("arity", "function", "kind", "name")

    name: str
    arity: int
    kind: str
    function: Callable[..., Any]

    @property
    def value(self) -> Callable[..., Any]:
        """Like `function`, but the value is that of IEEE 754: this never raises."""
        raise NotImplementedError

    def __call__(self, *args: Expr | Scalar) -> App:
        return App(self, tuple(lift(a) for a in args))


#: symbol -> the operation it stands for; filled by the rows of the table.
OPERATORS: dict[str, Op] = {}


class Operators:
    """What all expressions have: Python's operators, which build applications.

    `self` is an `Expr`: a base class cannot tell the type checker that it has no other subclasses.
    """

    __slots__ = ()

    def __add__(self: Any, other: Expr | Scalar) -> App:
        return OPERATORS["+"](self, other)

    def __radd__(self: Any, other: Scalar) -> App:
        return OPERATORS["+"](other, self)

    def __sub__(self: Any, other: Expr | Scalar) -> App:
        return OPERATORS["-"](self, other)

    def __rsub__(self: Any, other: Scalar) -> App:
        return OPERATORS["-"](other, self)

    def __mul__(self: Any, other: Expr | Scalar) -> App:
        return OPERATORS["*"](self, other)

    def __rmul__(self: Any, other: Scalar) -> App:
        return OPERATORS["*"](other, self)

    def __truediv__(self: Any, other: Expr | Scalar) -> App:
        return OPERATORS["/"](self, other)

    def __rtruediv__(self: Any, other: Scalar) -> App:
        return OPERATORS["/"](other, self)

    def __pow__(self: Any, other: Expr | Scalar) -> App:
        return OPERATORS["**"](self, other)

    def __neg__(self: Any) -> App:
        return OPERATORS["neg"](self)

    def __lt__(self: Any, other: Expr | Scalar) -> App:
        return OPERATORS["<"](self, other)

    def __le__(self: Any, other: Expr | Scalar) -> App:
        return OPERATORS["<="](self, other)

    def __gt__(self: Any, other: Expr | Scalar) -> App:
        return OPERATORS[">"](self, other)

    def __ge__(self: Any, other: Expr | Scalar) -> App:
        return OPERATORS[">="](self, other)


class Num(Operators):
    """A literal.  Its Python type is its IR type: float real, int int, bool bool."""

    __match_args__ = ("value",)
    __slots__ = ("value",)

    def __init__(self, value: Scalar) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Num({self.value!r})"


class Var(Operators):
    """A variable by name."""

    __match_args__ = ("name",)
    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"Var({self.name!r})"


class App(Operators):
    """An operation applied to arguments."""

    __match_args__ = ("op", "args")
    __slots__ = ("args", "op")

    def __init__(self, op: Op, args: tuple[Expr, ...]) -> None:
        self.op = op
        self.args = args

    def __repr__(self) -> str:
        return f"{self.op.name}({', '.join(map(repr, self.args))})"


#: What needs no evaluation.
Atom = Num | Var

Expr = Num | Var | App


def lift(value: Expr | Scalar) -> Expr:
    """A number as an expression; an expression as it is."""
    return value if isinstance(value, Operators) else Num(value)


def variables(expr: Expr) -> list[str]:
    """The variables of an expression, each once, in the order they are met."""
    found: dict[str, None] = {}
    todo = [expr]
    while todo:
        match todo.pop():
            case Var(name):
                found[name] = None
            case App(_, args):
                todo.extend(reversed(args))
    return list(found)


def postorder(roots: Sequence[Expr]) -> list[Expr]:
    """All expressions below some, each once and after its arguments."""
    found: dict[Expr, None] = {}
    todo: list[tuple[Expr, bool]] = [(root, False) for root in reversed(roots)]
    while todo:
        node, done = todo.pop()
        if done:
            found[node] = None
        elif node not in found:
            todo.append((node, True))
            if isinstance(node, App):
                todo += [(arg, False) for arg in reversed(node.args) if arg not in found]
    return list(found)


def substitute(expr: Expr, values: dict[str, Expr]) -> Expr:
    """The expression with variables replaced.  For small expressions: it recurses."""
    match expr:
        case Var(name):
            return values.get(name, expr)
        case App(op, args):
            return App(op, tuple(substitute(a, values) for a in args))
    return expr


def rebuild(expr: Expr, change: Callable[[App], Expr]) -> Expr:
    """Apply `change` to every application, innermost first.  For small expressions: it recurses."""
    match expr:
        case App(op, args):
            return change(App(op, tuple(rebuild(a, change) for a in args)))
    return expr


def is_number(expr: Expr, value: Any = None) -> TypeGuard[Num]:
    """Whether the expression is a literal (equal to `value`, if one is given)."""
    return isinstance(expr, Num) and (value is None or expr.value == value)
