"""Python's operators on arrays: `a + b`, `a < b`, `a @ b`, `a += b`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS, Atom
from adcli.ir.types import BOOL, INT, REAL
from adcli.lowering.arrays import sizes
from adcli.lowering.arrays.broadcasting import stretched, together
from adcli.lowering.arrays.lazy_expressions import (
    Elementwise,
    Entry,
    Operand,
    as_entry,
    distinct,
    fill,
)
from adcli.lowering.arrays.list_conversion import operand_of
from adcli.lowering.arrays.ndarray import DTYPES, Arraylike, NDArray
from adcli.lowering.number_values import Number, as_number, as_real, power, wider
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Value
from adcli.ops.registry import FUNCTIONS, TABLE

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: What an operator makes of two numbers of one kind.
OfTwo = Callable[["Frame", Number, Number, ast.AST], Number]

_ARITHMETIC = ("+", "-", "*", "/", "//", "%", "**")
_LOGIC = {"&": "and", "|": "or", "^": "!="}
_BITS = {"&": "bitand", "|": "bitor", "^": "xor", "<<": "lshift", ">>": "rshift"}


def mapped(
    f: Frame, kind: str, what: Callable[..., Number], operands: Sequence[Operand], node: ast.AST
) -> Operand:
    """What a function of numbers gives entry by entry; of numbers alone at once."""

    def rule(g: Frame, entry: Entry, args: Sequence[Operand], at: ast.AST) -> Number:
        with g.fallibility.numpy_computes():
            return what(g, *[entry.of(a) for a in args], at)

    if all([isinstance(o, Number) for o in operands]):
        known = all([o.is_known for o in operands if isinstance(o, Number)])
        if f.delays_numbers and not known:
            return Elementwise(kind, (), rule, operands)
        with f.fallibility.numpy_computes():
            return what(f, *operands, node)
    shape, args = together(f, operands, node)
    return Elementwise(kind, shape, rule, args)


def called_on_entries(
    f: Frame, function: Value, operands: Sequence[Operand], node: ast.AST, *, is_told: bool
) -> Value:
    """What a function of the program gives for the entries of arrays; `is_told` says whether the
    program names the kind of the results."""

    def what(g: Frame, *given: object) -> Number:
        numbers = [n for n in given if isinstance(n, Number)]
        found = g.number(function.call(g, numbers, {}, node), node)
        if found.whole is not None and not is_told:
            raise Refusal("a vectorized function that gives integers at some entries and reals at "
                          "others, as NumPy makes all of the kind of the first one", node,
                          "write otypes=[float], or 0.0 instead of 0")  # fmt: skip
        return Number(found.atom, found.kind) if found.kind == REAL else g.number(
            found.unary(g, "+", node), node)  # fmt: skip

    if all([isinstance(o, Number) for o in operands]):
        return what(f, *operands)

    def real(g: Frame, *given: object) -> Number:
        return as_real(g, what(g, *given), node)

    return mapped(f, REAL, real, operands, node)


def binary(f: Frame, symbol: str, left: Value, right: Value, node: ast.AST) -> Value | None:
    """`left symbol right`, one of which is an array."""
    pair = [operand_of(f, v, node) for v in (left, right)]
    if pair[0] is None or pair[1] is None:
        return None
    a, b = pair[0], pair[1]
    if symbol == "@":
        return f.arrays.matmul(f, a, b, node)
    return of_two(f, symbol, a, b, node)


def of_two(f: Frame, symbol: str, a: Operand, b: Operand, node: ast.AST) -> Value:
    """An operator of two operands, by NumPy's rules for kinds."""
    if symbol in _BITS:
        return _bits(f, symbol, a, b, node)
    both = wider(a.kind, b.kind)
    if symbol == "**":
        return _power(f, a, b, both, node)
    if both == BOOL and symbol in ("+", "*", "-"):
        if symbol == "-":
            message = (
                "numpy boolean subtract, the `-` operator, is not supported, use the "
                "bitwise_xor, the `^` operator, or the logical_xor function instead."
            )
            raise f.raises("TypeError", message, node)
        return mapped(f, BOOL, _row("or" if symbol == "+" else "and"), [a, b], node)
    kind = REAL if symbol == "/" or both == REAL else INT

    def what(g: Frame, x: Number, y: Number, at: ast.AST) -> Number:
        pair = (as_entry(g, x, kind, at), as_entry(g, y, kind, at))
        found = g.apply(OPERATORS[symbol], pair, at)
        if symbol not in ("+", "-", "*"):
            return found
        return sizes.check_int64(g, found, at, *(() if symbol == "*" else pair))

    return mapped(f, kind, what, [a, b], node)


def _row(symbol: str) -> OfTwo:
    def what(f: Frame, x: Number, y: Number, node: ast.AST) -> Number:
        return f.apply(OPERATORS[symbol], (x, y), node)

    return what


def _bits(f: Frame, symbol: str, a: Operand, b: Operand, node: ast.AST) -> Value:
    both = wider(a.kind, b.kind)
    if both == REAL:
        name = {"&": "bitwise_and", "|": "bitwise_or", "^": "bitwise_xor"}.get(symbol, "shift")
        message = f"ufunc '{name}' not supported for the input types"
        raise f.raises("TypeError", message, node)
    if both == BOOL and symbol in _LOGIC:
        if symbol == "^":
            return compared(f, "!=", a, b, node)
        return mapped(f, BOOL, _row(_LOGIC[symbol]), [a, b], node)

    def what(g: Frame, x: Number, y: Number, at: ast.AST) -> Number:
        pair = (as_number(g, x, at), as_number(g, y, at))
        found = g.apply(TABLE[_BITS[symbol]], pair, at)
        return sizes.check_int64(g, found, at) if symbol == "<<" else found

    return mapped(f, INT, what, [a, b], node)


def _power(f: Frame, a: Operand, b: Operand, both: str, node: ast.AST) -> Value:
    """`a ** b`; NumPy computes some known exponents of arrays by other operations."""
    known = b.known if isinstance(b, Number) and b.is_known else None
    if isinstance(a, Arraylike) and known is not None:
        if known == 2:
            kind = REAL if both == REAL else INT
            return mapped(f, kind, _square(kind), [a], node)
        if both == REAL and known == 0.5:
            return mapped(f, REAL, _of_one("sqrt"), [a], node)
        if both == REAL and known == -1:
            return of_two(f, "/", f.known(1.0), a, node)
    if both == REAL:

        def what(g: Frame, x: Number, y: Number, at: ast.AST) -> Number:
            y = as_number(g, y, at)
            return g.apply(OPERATORS["**"], (as_real(g, x, at), y), at)

        return mapped(f, REAL, what, [a, b], node)

    def whole(g: Frame, x: Number, y: Number, at: ast.AST) -> Number:
        x, y = as_number(g, x, at), as_number(g, y, at)
        sizes.check_exponent(g, y, at)
        return sizes.check_int64(g, g.number(power(g, x, sizes.natural(y), at), at), at)

    return mapped(f, INT, whole, [a, b], node)


def _square(kind: str) -> Callable[..., Number]:
    def what(f: Frame, x: Number, node: ast.AST) -> Number:
        x = as_entry(f, x, kind, node)
        return sizes.check_int64(f, f.apply(OPERATORS["*"], (x, x), node), node)

    return what


def _of_one(name: str) -> Callable[..., Number]:
    def what(f: Frame, x: Number, node: ast.AST) -> Number:
        return f.apply(FUNCTIONS[name], (as_real(f, x, node),), node)

    return what


def unary(f: Frame, symbol: str, operand: Operand, node: ast.AST) -> Value:
    """`-a`, `+a`, `~a`."""
    kind = operand.kind
    if symbol == "~" and kind == BOOL:
        return mapped(f, BOOL, lambda g, x, at: g.negated(x, at), [operand], node)
    if kind == BOOL:
        name = {"-": "negative", "+": "positive"}[symbol]
        raise f.raises("TypeError", f"The numpy boolean {name}, the `{symbol}` operator, is not "
                       "supported", node)  # fmt: skip
    if symbol == "~" and kind == REAL:
        message = "ufunc 'invert' not supported for the input types"
        raise f.raises("TypeError", message, node)

    def what(g: Frame, x: Number, at: ast.AST) -> Number:
        return g.number(x.unary(g, symbol, at), at)

    return mapped(f, kind, what, [operand], node)


def compare(f: Frame, symbol: str, left: Value, right: Value, node: ast.AST) -> Value:
    """`left symbol right`, entry by entry."""
    pair = [operand_of(f, v, node) for v in (left, right)]
    if pair[0] is None or pair[1] is None:
        if symbol in ("==", "!="):
            array = pair[0] if pair[0] is not None else pair[1]
            assert array is not None
            return mapped(f, BOOL, lambda g, x, at: g.known(symbol == "!="), [array], node)
        raise Refusal(f"'{symbol}' of {left.what} and {right.what}", node)
    return compared(f, symbol, pair[0], pair[1], node)


def compared(f: Frame, symbol: str, a: Operand, b: Operand, node: ast.AST) -> Operand:
    def what(g: Frame, x: Number, y: Number, at: ast.AST) -> Number:
        found = x.compare(g, symbol, y, at)
        assert found is not None
        return g.number(found, at)

    return mapped(f, BOOL, what, [a, b], node)


# -- in place --------------------------------------------------------------------------------------


def inplace(f: Frame, symbol: str, target: NDArray, other: Value, node: ast.AST) -> Value | None:
    """`target symbol= other`."""
    operand = operand_of(f, other, node)
    if operand is None:
        return None
    found = of_two(f, symbol, target, operand, node) if symbol != "@" else f.arrays.matmul(
        f, target, operand, node
    )  # fmt: skip
    if symbol == "@" and (isinstance(operand, Number) or operand.rank < 2):
        message = (
            "inplace matrix multiplication requires the first operand to have at least one and the "
            "second at least two dimensions."
        )
        raise f.raises("ValueError", message, node)
    assert isinstance(found, Arraylike)
    check_same_kind(f, symbol, found.kind, target.kind, node)
    assign(f, target, found, node)
    return target


def check_same_kind(f: Frame, symbol: str, kind: str, target: str, node: ast.AST) -> None:
    """End the run where a result in place is of a wider kind than what it goes into."""
    if wider(kind, target) != target:
        raise f.raises(
            "TypeError",
            f"Cannot cast ufunc '{_NAMES.get(symbol, symbol)}' output from "
            f"dtype('{DTYPES[kind]}') to dtype('{DTYPES[target]}') "
            "with casting rule 'same_kind'",
            node,
        )


_NAMES = {
    "+": "add", "-": "subtract", "*": "multiply", "/": "divide", "//": "floor_divide",
    "%": "remainder", "**": "power", "&": "bitwise_and", "|": "bitwise_or", "^": "bitwise_xor",
    "@": "matmul",
}  # fmt: skip


def assign(f: Frame, target: NDArray, value: Operand, node: ast.AST) -> None:
    """`target[...] = value`: a value that is broadcast, and was computed before any entry
    changes."""
    value = fitted(f, target, value, node)
    if wider(value.kind, target.kind) != target.kind:
        value = truncated(f, value, target.kind, node)
    if isinstance(value, NDArray) and is_same_view(f, value, target):
        return
    if not all([_is_apart(f, a, target) for a in distinct([value])]):
        assert isinstance(value, Arraylike)
        copied = Elementwise(value.kind, value.shape, lambda g, e, args, at: e.of(args[0]), [value])
        value = copied.stored(f, node)
    fill(f, target, value, node)


def fitted(f: Frame, target: NDArray, value: Operand, node: ast.AST) -> Operand:
    """A value as one of the shape of a target."""
    if isinstance(value, Number):
        return value
    own = value.shape
    while len(own) > target.rank and own[0].is_known and own[0].known == 1:
        own = own[1:]
    if len(own) < value.rank:
        array = value.stored(f, node)
        cut = value.rank - len(own)
        steps = None if array.is_packed else array.steps(f, node)[cut:]
        value = array.view(array.offset, own, steps)
    values: list[Atom] = []
    one, other = [sizes.shape_text(s, values) for s in (value.shape, target.shape)]
    message = f"could not broadcast input array from shape {one} into shape {other}"
    if value.rank > target.rank:
        raise f.raises("ValueError", message, node, values)
    for size, wanted in zip(value.shape[::-1], target.shape[::-1], strict=False):
        if not (size.is_known and size.known == 1):
            sizes.check_equal(f, size, wanted, "ValueError", message, node, values)
    return stretched(f, value, target.shape, node)


def truncated(f: Frame, value: Operand, kind: str, node: ast.AST) -> Operand:
    """Entries as those of a narrower kind, as an assignment converts them."""

    def what(g: Frame, x: Number, at: ast.AST) -> Number:
        return converted(g, x, kind, at)

    if isinstance(value, Number):
        return what(f, value, node)
    return mapped(f, kind, what, [value], node)


def converted(f: Frame, value: Number, kind: str, node: ast.AST) -> Number:
    """A number as `astype` converts it: real numbers to integers towards zero."""
    if kind == BOOL:
        return value.truth(f, node)
    if kind == INT and value.kind == REAL:
        return f.apply(FUNCTIONS["trunc"], (value,), node)
    return as_entry(f, value, kind, node)


def is_same_view(f: Frame, a: NDArray, b: NDArray) -> bool:
    """Whether two arrays have the same entries at the same places."""
    return (
        a.data.number == b.data.number
        and a.is_packed == b.is_packed
        and sizes.is_equal(f, a.offset, b.offset)
        and sizes.are_equal(f, a.shape, b.shape)
        and sizes.are_equal(f, a.strides or (), b.strides or ())
    )


def _is_apart(f: Frame, array: NDArray, target: NDArray) -> bool:
    """Whether reading an entry of an array is never disturbed by what was stored in a target
    before: it is the same entry, or they share no list."""
    own = f.session.own_arrays
    if array.data.number != target.data.number:
        is_listed = array.known_entries(f) or target.known_entries(f)
        return is_listed or (array.data.number in own and target.data.number in own)
    return is_same_view(f, array, target)
