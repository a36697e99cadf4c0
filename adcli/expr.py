"""Expressions: numbers, variables and applications of operations.

Invariant: nobody changes an expression after it was made, so expressions may share parts.  This
module names no operation: each row of the table says which operator symbol is its own.

The classes are no dataclasses.  A gradient of 100,000 terms makes millions of expressions, and
making a frozen dataclass takes three times as long; to define one takes 0.4 ms (measured).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeGuard

Scalar = float | int | bool

#: What computes an operation, from numbers to a number; of which kind, its user knows.
Compute = Callable[..., Any]


class Op:
    """An operation: a primitive, which is a row of the table, or a formula made of primitives.

    Here is what both have; ask `isinstance(op, Primitive)` before you read what only a row has.
    `kind` is the type of the result.  `function` computes the value as Python does, and raises
    ValueError, ZeroDivisionError or OverflowError outside the domain.
    """

    __slots__ = ("arity", "function", "kind", "name")

    name: str
    arity: int
    kind: str
    function: Compute

    @property
    def value(self) -> Compute:
        """Computes the value that IEEE 754 defines; it never raises."""
        raise NotImplementedError

    def __call__(self, *args: Expr | Scalar) -> App:
        return App(self, tuple(lift(a) for a in args))


#: The operation that each symbol stands for; the rows of the table fill it.
OPERATORS: dict[str, Op] = {}


#: An `Expr`: a base class cannot tell the type checker that it has no other subclasses.
_Self = Any


class Operators:
    """What all expressions have: Python's operators, which build applications."""

    __slots__ = ()

    def __add__(self: _Self, other: Expr | Scalar) -> App:
        return OPERATORS["+"](self, other)

    def __radd__(self: _Self, other: Scalar) -> App:
        return OPERATORS["+"](other, self)

    def __sub__(self: _Self, other: Expr | Scalar) -> App:
        return OPERATORS["-"](self, other)

    def __rsub__(self: _Self, other: Scalar) -> App:
        return OPERATORS["-"](other, self)

    def __mul__(self: _Self, other: Expr | Scalar) -> App:
        return OPERATORS["*"](self, other)

    def __rmul__(self: _Self, other: Scalar) -> App:
        return OPERATORS["*"](other, self)

    def __truediv__(self: _Self, other: Expr | Scalar) -> App:
        return OPERATORS["/"](self, other)

    def __rtruediv__(self: _Self, other: Scalar) -> App:
        return OPERATORS["/"](other, self)

    def __pow__(self: _Self, other: Expr | Scalar) -> App:
        return OPERATORS["**"](self, other)

    def __neg__(self: _Self) -> App:
        return OPERATORS["neg"](self)

    def __lt__(self: _Self, other: Expr | Scalar) -> App:
        return OPERATORS["<"](self, other)

    def __le__(self: _Self, other: Expr | Scalar) -> App:
        return OPERATORS["<="](self, other)

    def __gt__(self: _Self, other: Expr | Scalar) -> App:
        return OPERATORS[">"](self, other)

    def __ge__(self: _Self, other: Expr | Scalar) -> App:
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


#: An operand that needs no evaluation.
Atom = Num | Var

#: Every expression there is.
Expr = Num | Var | App


def lift(value: Expr | Scalar) -> Expr:
    """A number as an expression; an expression as it is."""
    return value if isinstance(value, Operators) else Num(value)


def variables(expr: Expr) -> list[str]:
    """The variables of an expression, each once, in the order of the text."""
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
