"""NumPy's elementwise functions, each by a row of adcli's table of operations, or made of them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS
from adcli.ir.types import BOOL, INT, REAL
from adcli.lowering.arrays import operators
from adcli.lowering.arrays.broadcasting import chosen
from adcli.lowering.arrays.creation import widened
from adcli.lowering.arrays.lazy_expressions import Operand
from adcli.lowering.arrays.ndarray import NDArray
from adcli.lowering.arrays.numpy_function_registry import TABLE as FUNCTIONS_OF_NUMPY
from adcli.lowering.arrays.numpy_function_registry import (
    delayed_operand,
    kind_of_dtype,
    left_out,
    operand,
    row,
)
from adcli.lowering.arrays.operators import mapped, of_two
from adcli.lowering.number_values import Number, as_number, as_real, wider
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Value
from adcli.ops.registry import FUNCTIONS, TABLE

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: Functions of a real number: NumPy's names, and that of the row.
_OF_ONE_REAL = {
    "sqrt": "sqrt", "cbrt": "cbrt", "exp": "exp", "expm1": "expm1", "exp2": "exp2", "log": "log",
    "log2": "log2", "log10": "log10", "log1p": "log1p", "sin": "sin", "cos": "cos", "tan": "tan",
    "arcsin asin": "asin", "arccos acos": "acos", "arctan atan": "atan", "sinh": "sinh",
    "cosh": "cosh", "tanh": "tanh", "arcsinh asinh": "asinh", "arccosh acosh": "acosh",
    "arctanh atanh": "atanh", "deg2rad radians": "radians", "rad2deg degrees": "degrees",
    "fabs": "fabs", "i0": "i0",
}  # fmt: skip

#: Functions of two real numbers.
_OF_TWO_REALS = {
    "arctan2 atan2": "atan2", "hypot": "hypot", "copysign": "copysign",
    "logaddexp": "logaddexp", "nextafter": "nextafter",
}  # fmt: skip

#: Operators by NumPy's names.
_OPERATORS = {
    "add": "+", "subtract": "-", "multiply": "*", "divide true_divide": "/", "floor_divide": "//",
    "power pow": "**", "mod remainder": "%", "bitwise_and": "&", "bitwise_or": "|",
    "bitwise_xor": "^", "left_shift bitwise_left_shift": "<<",
    "right_shift bitwise_right_shift": ">>",
}  # fmt: skip

_COMPARISONS = {
    "equal": "==", "not_equal": "!=", "less": "<", "less_equal": "<=", "greater": ">",
    "greater_equal": ">=",
}  # fmt: skip

#: What a function makes of numbers.
OfNumbers = Callable[..., Number]


def elementwise(names: str, kind: Callable[[str], str], what: OfNumbers, count: int = 1) -> None:
    """Add a function of numbers as one of arrays; `kind` gives the kind of the result for that of
    all operands together."""
    letters = ("x", "y", "z")[:count]

    def does(f: Frame, node: ast.AST, *given: Value | None) -> Value:
        operands = [delayed_operand(f, v, node) for v in given[:count]]
        dtype = given[-1]
        both = BOOL
        for one in operands:
            both = wider(both, one.kind)
        if dtype is not None:
            both = wider(both, kind_of_dtype(dtype, node))
        found = kind(both)
        return mapped(f, found, lambda g, *xs: what(g, *xs[:-1], xs[-1]), operands, node)

    row(names, f"{','.join(letters)}; out, where, dtype")(does)
    for name in names.split():
        FUNCTIONS_OF_NUMPY[name].is_elementwise = True


def same(kind: str) -> str:
    return kind


def number(kind: str) -> str:
    return INT if kind == BOOL else kind


def real(kind: str) -> str:
    return REAL


def truth(kind: str) -> str:
    return BOOL


def _of_reals(name: str) -> OfNumbers:
    def what(f: Frame, *args: object) -> Number:
        *numbers, node = args
        assert isinstance(node, ast.AST)
        op = FUNCTIONS.get(name) or TABLE[name]
        return f.apply(op, [as_real(f, n, node) for n in numbers if isinstance(n, Number)], node)

    return what


for _names, _name in _OF_ONE_REAL.items():
    elementwise(_names, real, _of_reals(_name))
for _names, _name in _OF_TWO_REALS.items():
    elementwise(_names, real, _of_reals(_name), 2)


def _operator(names: str, symbol: str) -> None:
    @row(names, "x, y; out, where, dtype")
    def does(
        f: Frame, node: ast.AST, x: Value, y: Value, _: Value | None, dtype: Value | None
    ) -> Value:
        pair = [delayed_operand(f, v, node) for v in (x, y)]
        if dtype is not None:
            pair = [widened(f, v, dtype, node) for v in pair]
        return of_two(f, symbol, pair[0], pair[1], node)

    for name in names.split():
        FUNCTIONS_OF_NUMPY[name].is_elementwise = True


for _names, _symbol in _OPERATORS.items():
    _operator(_names, _symbol)


def _comparison(name: str, symbol: str) -> None:
    @row(name, "x, y; out")
    def does(f: Frame, node: ast.AST, x: Value, y: Value) -> Value:
        return operators.compared(f, symbol, operand(f, x, node), operand(f, y, node), node)


for _name, _symbol in _COMPARISONS.items():
    _comparison(_name, _symbol)


# -- functions of one number -----------------------------------------------------------------------


def _absolute(f: Frame, x: Number, node: ast.AST) -> Number:
    return f.apply(FUNCTIONS["abs"], (x if x.kind == REAL else as_number(f, x, node),), node)


def _square(f: Frame, x: Number, node: ast.AST) -> Number:
    x = as_number(f, x, node)
    return f.apply(OPERATORS["*"], (x, x), node)


def _reciprocal(f: Frame, x: Number, node: ast.AST) -> Number:
    if x.kind != REAL:
        raise Refusal("the reciprocal of integers, which NumPy truncates to 0, 1 or -1", node)
    return f.apply(OPERATORS["/"], (f.known(1.0), x), node)


def _sign(f: Frame, x: Number, node: ast.AST) -> Number:
    x = as_number(f, x, node)
    if x.kind == INT:
        above = as_number(f, f.apply(OPERATORS[">"], (x, f.known(0)), node), node)
        below = as_number(f, f.apply(OPERATORS["<"], (x, f.known(0)), node), node)
        return f.apply(OPERATORS["-"], (above, below), node)
    return f.apply(FUNCTIONS["sign"], (x,), node)


def _rounded(name: str) -> OfNumbers:
    """Whole numbers as real ones: the derivative is 0."""

    def what(f: Frame, x: Number, node: ast.AST) -> Number:
        if x.kind != REAL:
            return as_number(f, x, node)
        return as_real(f, f.apply(FUNCTIONS.get(name) or TABLE[name], (x,), node), node)

    return what


def _negative(f: Frame, x: Number, node: ast.AST) -> Number:
    return f.number(x.unary(f, "-", node), node)


def _is(name: str) -> OfNumbers:
    def what(f: Frame, x: Number, node: ast.AST) -> Number:
        return f.apply(TABLE[name], (as_real(f, x, node),), node)

    return what


def _sinc(f: Frame, x: Number, node: ast.AST) -> Number:
    return f.apply(FUNCTIONS["sinc"], (as_real(f, x, node),), node)


elementwise("abs absolute", number, _absolute)
elementwise("square", number, _square)
elementwise("reciprocal", number, _reciprocal)
elementwise("sign", number, _sign)
elementwise("floor", number, _rounded("floor"))
elementwise("ceil", number, _rounded("ceil"))
elementwise("trunc fix", number, _rounded("trunc"))
elementwise("rint", real, _rounded("round"))
elementwise("negative", number, _negative)
elementwise("positive conj conjugate", same, lambda f, x, node: x)
elementwise("logical_not", truth, lambda f, x, node: f.negated(x.truth(f, node), node))
elementwise("isnan", truth, _is("isnan"))
elementwise("isinf", truth, _is("isinf"))
elementwise("isfinite", truth, _is("isfinite"))
elementwise("isreal", truth, lambda f, x, node: f.known(True))
elementwise("iscomplex", truth, lambda f, x, node: f.known(False))
elementwise("signbit", truth, lambda f, x, node: f.apply(
    OPERATORS["<"], (as_number(f, x, node), f.known(0)), node))  # fmt: skip
elementwise("sinc", real, _sinc)


# -- functions of two numbers ----------------------------------------------------------------------


def _extreme(name: str) -> OfNumbers:
    def what(f: Frame, x: Number, y: Number, node: ast.AST) -> Number:
        pair = [as_number(f, v, node) for v in (x, y)]
        if REAL in (pair[0].kind, pair[1].kind):
            pair = [as_real(f, v, node) for v in pair]
        return f.apply(FUNCTIONS[name], pair, node)

    return what


def _fmod(f: Frame, x: Number, y: Number, node: ast.AST) -> Number:
    found = f.apply(TABLE["fmod"], (as_real(f, x, node), as_real(f, y, node)), node)
    return found if REAL in (x.kind, y.kind) else operators.converted(f, found, INT, node)


def _logical(symbol: str) -> OfNumbers:
    def what(f: Frame, x: Number, y: Number, node: ast.AST) -> Number:
        pair = (x.truth(f, node), y.truth(f, node))
        if symbol == "xor":
            found = pair[0].compare(f, "!=", pair[1], node)
            assert found is not None
            return f.number(found, node)
        return f.apply(OPERATORS[symbol], pair, node)

    return what


def _heaviside(f: Frame, x: Number, y: Number, node: ast.AST) -> Number:
    return f.number(f.session.library_call(f, "heaviside", [x, as_real(f, y, node)], node), node)


elementwise("maximum", number, _extreme("max"), 2)
elementwise("minimum", number, _extreme("min"), 2)
elementwise("logical_and", truth, _logical("and"), 2)
elementwise("logical_or", truth, _logical("or"), 2)
elementwise("logical_xor", truth, _logical("xor"), 2)
elementwise("fmod", number, _fmod, 2)
elementwise("heaviside", real, _heaviside, 2)
elementwise("float_power", real, lambda f, x, y, node: f.apply(
    OPERATORS["**"], (as_real(f, x, node), as_number(f, y, node)), node), 2)  # fmt: skip
elementwise("ldexp", real, lambda f, x, y, node: f.apply(
    FUNCTIONS["ldexp"], (as_real(f, x, node), as_number(f, y, node)), node), 2)  # fmt: skip


@row("real", "val")
def _real(f: Frame, node: ast.AST, val: Value) -> Value:
    """The array itself, not a copy, as no entry is complex."""
    return val if isinstance(val, NDArray) else operand(f, val, node)


# -- choices ---------------------------------------------------------------------------------------


@row("where", "condition; x, y")
def _where(f: Frame, node: ast.AST, condition: Value, x: Value | None, y: Value | None) -> Value:
    if x is None or y is None:
        return FUNCTIONS_OF_NUMPY["nonzero"].call(f, [condition], {}, node)
    held, one, other = [delayed_operand(f, v, node) for v in (condition, x, y)]
    return chosen(f, held, one, other, node)


FUNCTIONS_OF_NUMPY["where"].chooses = True


@row("clip", "a; a_min, a_max, out, min, max")
def _clip(
    f: Frame, node: ast.AST, a: Value, a_min: Value | None, a_max: Value | None,
    least: Value | None, most: Value | None,
) -> Value:  # fmt: skip
    found = operand(f, a, node)
    bounds = (("maximum", a_min or least), ("minimum", a_max or most))
    for name, bound in bounds:
        if bound is not None:
            value = FUNCTIONS_OF_NUMPY[name].call(f, [found, bound], {}, node)
            found = operand(f, value, node)
    return found


@row("isclose", "a, b; rtol, atol, equal_nan")
def _isclose(
    f: Frame,
    node: ast.AST,
    a: Value,
    b: Value,
    rtol: Value | None,
    atol: Value | None,
    equal_nan: Value | None,
) -> Value:  # fmt: skip
    left_out("isclose", node, equal_nan=equal_nan)
    x, y = operand(f, a, node), operand(f, b, node)
    relative = operand(f, rtol, node) if rtol is not None else f.known(1e-5)
    absolute = operand(f, atol, node) if atol is not None else f.known(1e-8)

    def what(g: Frame, p: Number, q: Number, r: Number, t: Number, at: ast.AST) -> Number:
        given = [as_real(g, v, at) for v in (p, q, r, t)]
        return g.number(g.session.library_call(g, "is_close", given, at), at)

    return mapped(f, BOOL, what, [x, y, relative, absolute], node)


@row("select", "condlist, choicelist; default")
def _select(
    f: Frame, node: ast.AST, conditions: Value, choices: Value, default: Value | None
) -> Value:
    held, found = conditions.iterate(f, node).items, choices.iterate(f, node).items
    if held is None or found is None or len(held) != len(found):
        raise Refusal("np.select with lists that are not known", node)
    result = operand(f, default, node) if default is not None else f.known(0)
    for condition, choice in zip(held[::-1], found[::-1], strict=True):
        result = chosen(f, operand(f, condition, node), operand(f, choice, node), result, node)
    return result


@row("round around", "a; decimals, out")
def _round(f: Frame, node: ast.AST, a: Value, decimals: Value | None) -> Value:
    """NumPy multiplies by a power of ten, rounds to an integer, and divides."""
    value: Operand = operand(f, a, node)
    places = 0 if decimals is None else decimals.known_value()
    if not isinstance(places, int) or (value.kind != REAL and places < 0):
        raise Refusal("rounding to a number of decimals that is not known", node)
    if value.kind != REAL:
        return FUNCTIONS_OF_NUMPY["trunc"].call(f, [value], {}, node)
    if places == 0:
        return FUNCTIONS_OF_NUMPY["rint"].call(f, [value], {}, node)
    scale = f.known(10.0 ** abs(places))
    first, second = ("*", "/") if places > 0 else ("/", "*")
    scaled = of_two(f, first, value, scale, node)
    whole = FUNCTIONS_OF_NUMPY["rint"].call(f, [scaled], {}, node)
    return of_two(f, second, operand(f, whole, node), scale, node)
