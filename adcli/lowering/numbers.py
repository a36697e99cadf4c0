"""Numbers: reals, integers and truth values, known or not, with the operators of Python.

Invariant: a known number is a literal and is computed as CPython does, by the function of the
operation's row; so an operation on known numbers leaves no code unless it fails.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from adcli.expr import OPERATORS, App, Atom, Num, Var
from adcli.ir.types import BOOL, INT, REAL
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import (
    Constant,
    Iteration,
    Leaf,
    Maker,
    Moves,
    Owned,
    Shape,
    Tuple,
    Union,
    Value,
    same_number,
)
from adcli.ops.arithmetic import INTEGER_BITS
from adcli.ops.comparisons import select
from adcli.ops.registry import TABLE

if TYPE_CHECKING:
    from adcli.expr import Op
    from adcli.lowering.frame import Frame

#: What a condition says of unions if it holds: each with the alternatives that it may be.
Facts = tuple[tuple[Union, frozenset[int]], ...]

_KINDS = {bool: BOOL, int: INT, float: REAL}

#: The order in which a number of one type becomes one of another.
_CLIMB = {BOOL: 0, INT: 1, REAL: 2}

_NAMES = {BOOL: "bool", INT: "int", REAL: "float"}

_READ: dict[str, Callable[[str], Any]] = {REAL: float, INT: int, BOOL: lambda text: text == "True"}

#: An integer is known to be one of so many numbers at most.
MOST_OPTIONS = 4

#: The operators that integers alone have, and the rows that compute them.
_BITS = {"&": "bitand", "|": "bitor", "^": "xor", "<<": "lshift", ">>": "rshift"}

_COMPARED = ("==", "!=", "<", "<=", ">", ">=")

_MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Number(Value):
    """A real, an integer or a truth value."""

    __slots__ = ("atom", "if_false", "if_true", "is_natural", "kind", "options")

    def __init__(
        self,
        atom: Atom,
        kind: str,
        *,
        is_natural: bool = False,
        if_true: Facts = (),
        if_false: Facts = (),
        options: frozenset[int] = frozenset(),
    ) -> None:
        self.atom = atom
        self.kind = kind
        #: an integer that is surely not negative
        self.is_natural = is_natural
        self.if_true = if_true
        self.if_false = if_false
        #: the few integers that it can be; empty: nobody knows
        self.options = options

    @property
    def what(self) -> str:  # type: ignore[override]
        return {BOOL: "a truth value", INT: "an integer", REAL: "a real number"}[self.kind]

    @property
    def is_known(self) -> bool:
        return isinstance(self.atom, Num)

    @property
    def known(self) -> Any:
        assert isinstance(self.atom, Num)
        return self.atom.value

    def is_same(self, other: Value) -> bool:
        if not isinstance(other, Number):
            return False
        a, b = self.atom, other.atom
        if isinstance(a, Num) and isinstance(b, Num):
            return same_number(a.value, b.value)
        return isinstance(a, Var) and isinstance(b, Var) and a.name == b.name

    def type_name(self) -> str:
        return _NAMES[self.kind]

    # -- operators ---------------------------------------------------------------------------------

    def binary(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        if not isinstance(other, Number):
            return None
        if symbol == "**":
            return power(f, self, other, node)
        if symbol in _BITS:
            return _bitwise(f, symbol, self, other, node)
        op = OPERATORS.get(symbol)
        if op is None:
            return None
        return f.apply(op, (as_number(f, self, node), as_number(f, other, node)), node)

    def unary(self, f: Frame, symbol: str, node: ast.AST) -> Value:
        number = as_number(f, self, node)
        if symbol == "+":
            return number
        if symbol == "-":
            return f.apply(OPERATORS["neg"], (number,), node)
        if number.kind != INT:
            raise f.raises("TypeError", f"bad operand type for unary {symbol}: 'float'")
        minus = f.apply(OPERATORS["neg"], (number,), node)
        return f.apply(OPERATORS["-"], (minus, f.known(1)), node)

    def compare(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        if isinstance(other, Number):
            pair = (as_number(f, self, node), as_number(f, other, node))
            if self.kind == other.kind == BOOL and symbol in ("==", "!="):
                return _same_truth(f, self, other, symbol, node)
            return f.apply(OPERATORS[symbol], pair, node)
        if symbol in ("==", "!=") and isinstance(other, Constant | Tuple):
            return f.known(symbol == "!=")
        return None

    def truth(self, f: Frame, node: ast.AST) -> Number:
        if self.kind == BOOL:
            return self
        found = f.apply(OPERATORS["!="], (self, f.known(0)), node)
        assert isinstance(found, Number)
        return found

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        if name == "real":
            return self
        if name == "imag":
            return f.known(0.0 if self.kind == REAL else 0)
        return f.method_of_number(self, name, node)

    def iterate(self, f: Frame, node: ast.AST) -> Iteration:
        f.claim(self, "list")
        raise f.raises("TypeError", f"'{self.type_name()}' object is not iterable")

    def item(self, f: Frame, index: Value, node: ast.AST) -> Value:
        f.claim(self, "list")
        raise f.raises("TypeError", f"'{self.type_name()}' object is not subscriptable")

    def length(self, f: Frame, node: ast.AST) -> Value:
        f.claim(self, "list")
        raise f.raises("TypeError", f"object of type '{self.type_name()}' has no len()")

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        if self.is_known and (self.kind != REAL or f.keeps_known_reals):
            return (Number, self.kind, repr(self.known))
        leaves.append((self.atom, self.kind))
        return (Number, self.kind, self.is_natural)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        _, kind, rest = shape
        if isinstance(rest, str):
            return f.known(_READ[kind](rest))
        return Number(make(kind), kind, is_natural=rest)

    def goes_with(self, f: Frame, other: Value) -> bool:
        return isinstance(other, Number)

    def template(self, f: Frame, other: Value, owned: Owned, hint: str) -> Value:
        assert isinstance(other, Number)
        kind = wider(self.kind, other.kind)
        is_natural = kind == INT and natural(self) and natural(other)
        is_owned = isinstance(self.atom, Var) and owned is not None and self.atom.name in owned
        if is_owned and kind == self.kind:
            return self if self.is_natural <= is_natural else Number(self.atom, kind)
        options = frozenset[int]()
        if kind == INT and owned is None and options_of(self) and options_of(other):
            options = options_of(self) | options_of(other)
            options = options if len(options) <= MOST_OPTIONS else frozenset()
        atom = f.fresh(kind, hint, owned)
        return Number(atom, kind, is_natural=is_natural, options=options)

    def moves(self, f: Frame, value: Value, into: Moves, node: ast.AST) -> None:
        assert isinstance(value, Number)
        if isinstance(self.atom, Var) and not self.is_same(value):
            into.append((self.atom, as_kind(f, value, self.kind, node).atom, self.kind))

    def freshened(self, f: Frame, owned: Owned, hint: str) -> Value:
        is_natural = self.kind == INT and natural(self)
        return Number(f.fresh(self.kind, hint, owned), self.kind, is_natural=is_natural)

    def known_value(self) -> Any:
        return self.known if self.is_known else None


def options_of(value: Number) -> frozenset[int]:
    """The few integers that a number can be; empty: nobody knows."""
    if value.is_known and value.kind == INT:
        return frozenset([value.known])
    return value.options


def is_one_of(f: Frame, value: Number, numbers: Sequence[int], node: ast.AST) -> Number:
    """Whether an integer is one of some numbers."""
    options = options_of(value)
    possible = [n for n in numbers if not options or n in options]
    if options and options.issubset(numbers):
        return f.known(True)
    found = f.known(False)
    for number in possible:
        is_this = f.apply(OPERATORS["=="], (value, f.known(number)), node)
        found = is_this if found.is_known else f.apply(OPERATORS["or"], (found, is_this), node)
    return found


def kind_of(value: Any) -> str:
    """The type of a number of Python."""
    return _KINDS[type(value)]


def wider(a: str, b: str) -> str:
    """The type that holds numbers of two types."""
    return a if _CLIMB[a] >= _CLIMB[b] else b


def as_number(f: Frame, value: Number, node: ast.AST) -> Number:
    """A truth value as the integer that it is in arithmetic."""
    if value.kind != BOOL:
        return value
    if value.is_known:
        return f.known(int(value.known))
    return f.emit(App(select, (value.atom, Num(1), Num(0))), node)


def as_real(f: Frame, value: Number, node: ast.AST) -> Number:
    """A number as a real one, as CPython's float() converts it."""
    value = as_number(f, value, node)
    if value.kind == REAL:
        return value
    if value.is_known:
        try:
            return f.known(float(value.known))
        except OverflowError:
            raise f.raises("OverflowError", "int too large to convert to float") from None
    return f.apply(TABLE["real"], (value,), node)


def as_kind(f: Frame, value: Number, kind: str, node: ast.AST) -> Number:
    """A number as one of a type that holds it."""
    if value.kind == kind:
        return value
    return as_real(f, value, node) if kind == REAL else as_number(f, value, node)


def as_integer(f: Frame, value: Value, purpose: str, node: ast.AST) -> Number:
    """A value where Python wants an integer; an input that stands there becomes one."""
    if isinstance(value, Number):
        value = as_number(f, value, node)
        if value.kind == INT:
            return value
        if f.claim(value, INT):
            return Number(value.atom, INT)
        raise f.raises("TypeError", f"{purpose} must be an integer, not 'float'")
    if isinstance(value, Union):
        found = f.choose(value, node, lambda v: as_integer(f, v, purpose, node))
        return f.number(found, node)
    raise f.raises("TypeError", f"{purpose} must be an integer, not '{value.type_name()}'")


def natural(value: Value) -> bool:
    """Whether a number is surely not negative."""
    return isinstance(value, Number) and (value.is_natural or (value.is_known and value.known >= 0))


def folded(op: Op, values: Sequence[Any]) -> Any:
    """The value of an operation on known numbers; None if it has none that is within bounds."""
    try:
        value = op.function(*values)
    except (ValueError, ArithmeticError, TypeError):
        return None
    if type(value) is int and value.bit_length() > INTEGER_BITS:
        return None
    return value


def power(f: Frame, base: Number, exponent: Number, node: ast.AST) -> Value:
    """`base ** exponent`: of integers an integer, unless the exponent is negative."""
    base, exponent = as_number(f, base, node), as_number(f, exponent, node)
    op = OPERATORS["**"]
    if base.kind == REAL or exponent.kind == REAL:
        return f.apply(op, (base, exponent), node)

    def whole() -> Value:
        return f.apply(op, (base, exponent), node)

    def fraction() -> Value:
        return f.apply(op, (as_real(f, base, node), exponent), node)

    if natural(exponent):
        return whole()
    if exponent.is_known:
        return fraction()
    is_natural = f.apply(OPERATORS[">="], (exponent, f.known(0)), node)
    return f.branch(is_natural, node, whole, fraction)


def _bitwise(f: Frame, symbol: str, left: Number, right: Number, node: ast.AST) -> Value:
    both_truths = left.kind == right.kind == BOOL
    pair = []
    for side in (as_number(f, left, node), as_number(f, right, node)):
        if side.kind != INT:
            if not f.claim(side, INT):
                raise f.raises("TypeError", f"unsupported operand type(s) for {symbol}: 'float'")
            side = Number(side.atom, INT)
        pair.append(side)
    found = f.apply(TABLE[_BITS[symbol]], tuple(pair), node)
    return found.truth(f, node) if both_truths and symbol in "&|^" else found


def _same_truth(f: Frame, left: Number, right: Number, symbol: str, node: ast.AST) -> Value:
    """Whether two truth values are one."""
    for one, other in ((left, right), (right, left)):
        if one.is_known:
            return other if one.known == (symbol == "==") else f.negated(other, node)
    pair = (as_number(f, left, node), as_number(f, right, node))
    return f.apply(OPERATORS[symbol], pair, node)


def exact_minus(value: Num) -> Num:
    return Num(-value.value)


def refuse_complex(node: ast.AST) -> Refusal:
    return Refusal("a complex number", node, "only real numbers can be followed")
