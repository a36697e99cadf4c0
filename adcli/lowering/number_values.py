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
from adcli.lowering.non_container_values import NonContainer
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.unions import Union
from adcli.lowering.values import Leaf, Maker, Moves, Owned, Shape, Value, same_number
from adcli.ops.comparisons_logic_and_choice import select
from adcli.ops.registry import TABLE

if TYPE_CHECKING:
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


#: All integers up to here are reals, and no other integer is rounded to one of them.
EXACT = 2**53 - 1

#: The bounds that integers in lists of reals are known by.
_BOUNDS = (0, 1, 2**10, 2**26, EXACT)


class Unsure:
    """What a real number out of a list is in Python is not known: a real, or an integer whose size
    is at most `bound`."""

    __slots__ = ("bound",)

    def __init__(self, bound: int) -> None:
        self.bound = bound

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unsure) and other.bound == self.bound

    def __hash__(self) -> int:
        return hash((Unsure, self.bound))

    @staticmethod
    def within(bound: int) -> Unsure:
        return Unsure(next((b for b in _BOUNDS if b >= bound), 2 * EXACT))


#: Whether Python has an integer where a real is: a truth value, or not known.
Whole = Atom | Unsure


class Number(NonContainer):
    """A real, an integer or a truth value."""

    __slots__ = (
        "doubt", "if_false", "if_true", "is_int64", "is_natural", "kind", "options",
        "whole",
    )  # fmt: skip
    #: whether NumPy made it, which has operators of its own for truth values
    is_numpy_scalar = False
    #: whether it is an array without axes
    is_zero_dimensional = False

    def __init__(
        self,
        atom: Atom,
        kind: str,
        *,
        is_natural: bool = False,
        if_true: Facts = (),
        if_false: Facts = (),
        options: frozenset[int] = frozenset(),
        whole: Whole | None = None,
        doubt: Atom | None = None,
        is_int64: bool = False,
    ) -> None:
        self.atom = atom
        self.kind = kind
        #: an integer that is surely not negative
        self.is_natural = is_natural
        self.if_true = if_true
        self.if_false = if_false
        #: the few integers that it can be; empty: nobody knows
        self.options = options
        #: of a real: whether it is an integer in Python; None: it is none
        self.whole = whole
        #: whether it is a zero whose sign may be another one in Python; None: it is not
        self.doubt = doubt
        #: an integer of NumPy, which has no negative powers
        self.is_int64 = is_int64

    @property
    def what(self) -> str:
        return {BOOL: "a truth value", INT: "an integer", REAL: "a real number"}[self.kind]

    @property
    def is_known(self) -> bool:
        return isinstance(self.atom, Num)

    @property
    def may_be_integer(self) -> bool:
        """Whether it is a real that may be an integer in Python, or was made of such."""
        return self.whole is not None or self.doubt is not None

    @property
    def known(self) -> Any:
        assert isinstance(self.atom, Num)
        return self.atom.value

    def of_python(self) -> Number:
        """The same number as one of Python."""
        found = as_int64(self, is_int64=False)
        assert isinstance(found, Number)
        return found

    def is_same(self, other: Value) -> bool:
        if not isinstance(other, Number):
            return False
        a, b = self.atom, other.atom
        if isinstance(a, Num) and isinstance(b, Num):
            return same_number(a.value, b.value)
        is_one = isinstance(a, Var) and isinstance(b, Var) and a.name == b.name
        return is_one and same_whole(self.whole, other.whole)

    def type_name(self) -> str:
        return _NAMES[self.kind] if self.whole is None else "number"

    # -- operators ---------------------------------------------------------------------------------

    def binary(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        if not isinstance(other, Number):
            return None
        if other.is_numpy_scalar and not self.is_numpy_scalar:
            return other.reflected(f, symbol, self, node)
        return self.operated(f, symbol, other, node)

    def operated(self, f: Frame, symbol: str, other: Number, node: ast.AST) -> Value | None:
        """`self symbol other`, as Python does it."""
        if self.is_int64 or other.is_int64:
            with f.fallibility.numpy_computes():
                found = _operated(f, symbol, self, other, node)
                return f.arrays.of_int64(f, symbol, found, (self, other), node)
        return _operated(f, symbol, self, other, node)

    def unary(self, f: Frame, symbol: str, node: ast.AST) -> Value:
        number = as_number(f, self, node)
        if symbol == "+":
            return number
        if self.may_be_integer:
            return f.unary_int_or_real(symbol, number, node)
        if symbol == "-":
            found = f.apply(OPERATORS["neg"], (number,), node)
            return as_int64(found) if self.is_int64 else found
        if number.kind != INT:
            raise f.raises("TypeError", f"bad operand type for unary {symbol}: 'float'")
        if self.kind == BOOL and not self.is_known:
            raise Refusal("'~' of a truth value, which is -1 or -2", node, "write not")
        minus = f.apply(OPERATORS["neg"], (number,), node)
        return f.apply(OPERATORS["-"], (minus, f.known(1)), node)

    def compare(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        if isinstance(other, Number):
            if other.is_numpy_scalar and not self.is_numpy_scalar:
                return other.compare(f, _MIRRORED[symbol], self, node)
            pair = [without_doubt(as_number(f, v, node)) for v in (self, other)]
            if self.kind == other.kind == BOOL and symbol in ("==", "!="):
                return _same_truth(f, self, other, symbol, node)
            return f.apply(OPERATORS[symbol], pair, node)
        if symbol in ("==", "!=") and isinstance(other, Constant | Tuple):
            return f.known(symbol == "!=")
        return None

    def truth(self, f: Frame, node: ast.AST) -> Number:
        if self.kind == BOOL:
            return self
        return f.apply(OPERATORS["!="], (without_doubt(self), f.known(0)), node)

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        if self.whole is not None:
            return f.apart(self, node, lambda v: v.attribute(f, name, node))
        if name == "real":
            return self
        if name == "imag":
            return f.known(0.0 if self.kind == REAL else 0)
        return f.method_of_number(f, self, name, node)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        if self.is_known and (self.kind != REAL or f.keeps_known_reals):
            return (Number, self.kind, repr(self.known))
        f.settled(self, ast.Pass())
        leaves.append((self.atom, self.kind))
        if self.whole is None or isinstance(self.whole, Unsure):
            return (Number, self.kind, self.is_natural, self.whole)
        leaves.append((self.whole, BOOL))
        return (Number, self.kind, self.is_natural, BOOL)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        _, kind, rest, *more = shape
        if isinstance(rest, str):
            return f.known(_READ[kind](rest))
        atom = make(kind)
        whole = make(BOOL) if more == [BOOL] else more[0] if more else None
        return Number(atom, kind, is_natural=rest, whole=whole)

    def goes_with(self, f: Frame, other: Value) -> bool:
        return isinstance(other, Number) and (self.kind == BOOL) == (other.kind == BOOL)

    def template(self, f: Frame, other: Value, owned: Owned, hint: str) -> Value:
        assert isinstance(other, Number)
        kind = wider(self.kind, other.kind)
        is_natural = kind == INT and natural(self) and natural(other)
        is_owned = isinstance(self.atom, Var) and owned is not None and self.atom.name in owned
        whole = template_of_wholes(f, self, other, owned, hint) if kind == REAL else None
        if is_owned and kind == self.kind and whole is self.whole:
            return self if self.is_natural <= is_natural else Number(self.atom, kind, whole=whole)
        options = frozenset[int]()
        if kind == INT and owned is None and options_of(self) and options_of(other):
            options = options_of(self) | options_of(other)
            options = options if len(options) <= MOST_OPTIONS else frozenset()
        atom = f.fresh(kind, hint, owned)
        is_int64 = kind == INT and (self.is_int64 or other.is_int64)
        return Number(atom, kind, is_natural=is_natural, options=options, whole=whole,
                      is_int64=is_int64)  # fmt: skip

    def moves(self, f: Frame, value: Value, into: Moves, node: ast.AST) -> None:
        assert isinstance(value, Number)
        if not isinstance(self.atom, Var) or self.is_same(value):
            return
        into.append((self.atom, as_exact(f, value, self.kind, node).atom, self.kind))
        if isinstance(self.whole, Var):
            whole = whole_of(value)
            assert not isinstance(whole, Unsure), "a template holds both its sides"
            if whole is not self.whole:
                into.append((self.whole, whole, BOOL))

    def freshened(self, f: Frame, owned: Owned, hint: str) -> Value:
        is_natural = self.kind == INT and natural(self)
        whole = self.whole
        if whole is not None and not isinstance(whole, Unsure):
            whole = f.fresh(BOOL, f"{hint}{WHOLE}", owned)
        atom = f.fresh(self.kind, hint, owned)
        return Number(atom, self.kind, is_natural=is_natural, whole=whole)

    def known_value(self) -> Any:
        return self.known if self.is_known else None


def without_doubt(value: Number) -> Number:
    """A number where the sign of a zero is not seen, or where nobody doubts it any more."""
    return value if value.doubt is None else Number(value.atom, value.kind, whole=value.whole)


#: How the names of variables end that say whether a number is an integer.
WHOLE = ".whole"


def whole_of(value: Number) -> Whole:
    """Whether a number is an integer in Python."""
    if value.kind != REAL:
        return Num(True)
    return Num(False) if value.whole is None else value.whole


def same_whole(one: Whole | None, other: Whole | None) -> bool:
    if isinstance(one, Var) and isinstance(other, Var):
        return one.name == other.name
    return one is other or (isinstance(one, Unsure) and one == other)


def template_of_wholes(f: Frame, a: Number, b: Number, owned: Owned, hint: str) -> Whole | None:
    """What says of either of two numbers, as a real, whether it is an integer."""
    if a.whole is None and b.whole is None and a.kind == b.kind:
        return None
    sides = [whole_of(a), whole_of(b)]
    bounds = [w.bound for w in sides if isinstance(w, Unsure)]
    if bounds:
        for side, value in zip(sides, (a, b), strict=True):
            if not isinstance(side, Unsure) and not (isinstance(side, Num) and not side.value):
                bounds.append(abs(value.known) if value.is_known else EXACT)
        found = Unsure.within(max(bounds))
        return a.whole if a.whole == found else found
    if owned is not None and isinstance(a.whole, Var) and a.whole.name in owned:
        return a.whole
    return f.fresh(BOOL, f"{hint}{WHOLE}" if hint != "%" else hint, owned)


def largest_integer(value: Number) -> int:
    """A bound of the integer that a number may be."""
    if value.is_known:
        return abs(int(value.known))
    return value.whole.bound if isinstance(value.whole, Unsure) else 2 * EXACT


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
        value = f.settled(value, node)
        return value if value.whole is None else Number(value.atom, REAL)
    if value.is_known:
        try:
            return f.known(float(value.known))
        except OverflowError:
            raise f.raises("OverflowError", "int too large to convert to float") from None
    return f.apply(TABLE["nearest_real"], (value,), node)


def as_kind(f: Frame, value: Number, kind: str, node: ast.AST) -> Number:
    """A number as one of a type that holds it."""
    if value.kind == kind:
        return f.settled(value, node)
    return as_real(f, value, node) if kind == REAL else as_number(f, value, node)


def as_exact(f: Frame, value: Number, kind: str, node: ast.AST) -> Number:
    """A number as one of a type that stands for it; where an integer becomes a real they are
    equal."""
    if kind != REAL or value.kind == REAL:
        return as_kind(f, value, kind, node)
    value = as_number(f, value, node)
    if not value.is_known:
        return f.apply(TABLE["real"], (value,), node)
    if abs(value.known) > EXACT:
        raise Refusal("an integer beyond 2**53 where a name is an integer or a real", node)
    return f.known(float(value.known))


def as_integer(f: Frame, value: Value, purpose: str, node: ast.AST) -> Number:
    """A value where Python wants an integer; an input that stands there becomes one."""
    if isinstance(value, Number):
        value = as_number(f, value, node)
        if value.kind == INT:
            return value
        if value.whole is not None:
            found = f.apart(value, node, lambda v: as_integer(f, v, purpose, node))
            return f.number(found, node)
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


def as_int64(value: Value, is_int64: bool = True) -> Value:
    """A value; a number that is an integer, as one of NumPy's, or as one of Python's."""
    if not isinstance(value, Number) or value.kind != INT or value.is_int64 == is_int64:
        return value
    return type(value)(
        value.atom, INT, is_natural=value.is_natural, options=value.options, is_int64=is_int64
    )


def _operated(f: Frame, symbol: str, left: Number, right: Number, node: ast.AST) -> Value | None:
    if symbol == "**":
        return power(f, left, right, node)
    if symbol in _BITS:
        return _bitwise(f, symbol, left, right, node)
    op = OPERATORS.get(symbol)
    if op is None:
        return None
    if left.may_be_integer or right.may_be_integer:
        sides = (as_number(f, left, node), as_number(f, right, node))
        return f.binary_int_or_real(symbol, *sides, node)
    return f.apply(op, (as_number(f, left, node), as_number(f, right, node)), node)


def power(f: Frame, base: Number, exponent: Number, node: ast.AST) -> Value:
    """`base ** exponent`: of integers an integer, unless the exponent is negative."""
    base, exponent = as_number(f, base, node), as_number(f, exponent, node)
    op = OPERATORS["**"]
    if base.may_be_integer or exponent.may_be_integer:
        return f.binary_int_or_real("**", base, exponent, node)
    if base.kind == REAL or exponent.kind == REAL:
        return f.apply(op, (base, exponent), node)

    def whole() -> Value:
        return f.apply(op, (base, exponent), node)

    def fraction() -> Value:
        return f.apply(op, (as_real(f, base, node), exponent), node)

    if natural(exponent):
        return whole()
    if base.is_int64 or exponent.is_int64:
        f.arrays.check_exponent(f, exponent, node)
        return as_int64(whole())
    if exponent.is_known:
        return fraction()
    is_natural = f.apply(OPERATORS[">="], (exponent, f.known(0)), node)
    return f.branch(is_natural, node, whole, fraction)


def _bitwise(f: Frame, symbol: str, left: Number, right: Number, node: ast.AST) -> Value:
    both_truths = left.kind == right.kind == BOOL
    for one in (left, right):
        if one.whole is not None:
            if one is left:
                return f.apart(one, node, lambda v: _bitwise(f, symbol, v, right, node))
            return f.apart(one, node, lambda v: _bitwise(f, symbol, left, v, node))
    pair = []
    for side in (as_number(f, left, node), as_number(f, right, node)):
        if side.kind != INT:
            if symbol == "^":
                why = "'^' is Python's exclusive or, which only integers have"
                raise Refusal(why, node, "write ** for a power, or annotate the integer: n: int")
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


def refuse_complex(node: ast.AST) -> Refusal:
    return Refusal("a complex number", node, "only real numbers can be followed")
