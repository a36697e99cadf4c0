"""What the module `math` has."""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS
from adcli.lowering.builtin_function_values import (
    Builtin,
    builtin,
    from_library,
    numbers_of,
    of_numbers,
    row,
)
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.number_values import Number, as_integer, as_real
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Value
from adcli.ops.registry import FUNCTIONS, TABLE

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Args = Sequence[Value]
_Keywords = dict[str, Value]

#: Functions of `math` that a row computes.
ROWS = (
    "sqrt", "cbrt", "exp", "expm1", "exp2", "log2", "log10", "log1p", "sin", "cos", "tan", "asin",
    "acos", "atan", "atan2", "radians", "degrees", "sinh", "cosh", "tanh", "asinh", "acosh",
    "atanh", "copysign", "fmod", "remainder", "ldexp", "erf", "erfc", "gamma", "lgamma", "fabs",
    "pow",
)  # fmt: skip

#: Those whose rows have no name in expressions.
INNER_ROWS = ("isnan", "isinf", "isfinite", "nextafter", "ulp")

#: Functions of integers, with the number of arguments.
INTEGERS = {"factorial": 1, "isqrt": 1, "comb": 2}


@builtin("log", 1, 2)
def _log(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    def logarithm(numbers: list[Number]) -> Value:
        parts = [f.apply(FUNCTIONS["log"], (n,), node) for n in numbers]
        return parts[0] if len(parts) == 1 else f.apply(OPERATORS["/"], parts, node)

    return of_numbers(f, args, node, logarithm)


def _hypot(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if keywords:
        raise f.raises("TypeError", "hypot() takes no keyword arguments", node)
    if len(args) == 2:
        return row("hypot", FUNCTIONS["hypot"]).call(f, args, keywords, node)
    if len(args) == 1:
        return of_numbers(
            f, args, node, lambda ns: f.apply(FUNCTIONS["abs"], (as_real(f, ns[0], node),), node)
        )
    return f.session.library_call(f, "norm", [f.new_list(list(args), node)], node)


def _whole(name: str) -> Builtin:
    """`floor` and its like: of an integer the integer itself."""

    @builtin(name, 1)
    def run(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
        def rounded(numbers: list[Number]) -> Value:
            number = numbers[0]
            if number.kind == "int":
                return number
            return f.apply(FUNCTIONS[name], (number,), node)

        return of_numbers(f, args, node, rounded)

    return run


# -- integers --------------------------------------------------------------------------------------


def _integer(f: Frame, value: Value, name: str, node: ast.AST) -> Number:
    return as_integer(f, value, f"an argument of {name}", node)


def _of_integers(name: str, count: int) -> Builtin:
    @builtin(name, count)
    def run(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
        return f.apply(TABLE[name], [_integer(f, a, name, node) for a in args], node)

    return run


@builtin("perm", 1, 2)
def _perm(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    numbers = [_integer(f, a, "perm", node) for a in args]
    if len(numbers) == 1:
        return f.apply(TABLE["factorial"], numbers, node)
    return f.apply(TABLE["perm"], numbers, node)


def _of_many_integers(name: str, nothing: int) -> Builtin:
    """`gcd` and `lcm`, of any number of integers."""

    def run(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
        numbers = [_integer(f, a, name, node) for a in args]
        found: Number = f.known(nothing)
        for i, number in enumerate(numbers):
            if i == 0:
                found = f.apply(FUNCTIONS["abs"], (number,), node)
            else:
                found = f.apply(TABLE[name], (found, number), node)
        return found

    return Builtin(name, run)


# -- several results, several numbers --------------------------------------------------------------


def _pair(name: str, parts: tuple[str, str]) -> Builtin:
    """A function with two results, each of which is a row."""

    @builtin(name, 1)
    def run(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
        number = as_real(f, numbers_of(f, args, node)[0], node)
        return Tuple([f.apply(TABLE[part], (number,), node) for part in parts])

    return run


def _isclose(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if len(args) != 2 or set(keywords) - {"rel_tol", "abs_tol"}:
        raise f.raises("TypeError", "isclose() got other arguments than a, b, rel_tol, abs_tol")
    given = [
        *args,
        keywords.get("rel_tol", f.known(1e-9)),
        keywords.get("abs_tol", f.known(0.0)),
    ]
    numbers = [as_real(f, n, node) for n in numbers_of(f, given, node)]
    return f.session.library_call(f, "isclose", numbers, node)


def _prod(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if len(args) != 1 or set(keywords) - {"start"}:
        raise f.raises("TypeError", "prod() takes one argument, and start", node)
    start = keywords.get("start", f.known(1))
    return f.session.library_call(f, "product", [f.reopened(args[0].lazily(f, node)), start], node)


@builtin("dist", 2)
def _dist(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    overs = [a.iterate(f, node).items for a in args]
    if overs[0] is None or overs[1] is None:
        return f.session.library_call(f, "norm_of_difference", list(args), node)
    if len(overs[0]) != len(overs[1]):
        message = "both points must have the same number of dimensions"
        raise f.raises("ValueError", message, node)
    parts: list[Value] = []
    for pair in zip(*overs, strict=True):
        p, q = [as_real(f, n, node) for n in numbers_of(f, pair, node)]
        parts.append(f.binary("-", p, q, node))
    return _hypot(f, parts, {}, node) if parts else f.known(0.0)


def names(f: Frame) -> dict[str, Value]:
    """The names of the module, as the Python that runs us has them."""
    found: dict[str, Value] = {name: row(name, FUNCTIONS[name]) for name in ROWS}
    found |= {name: row(name, TABLE[name]) for name in INNER_ROWS}
    found |= {name: _of_integers(name, count) for name, count in INTEGERS.items()}
    found |= {name: _whole(name) for name in ("floor", "ceil", "trunc")}
    found |= {n: f.known(getattr(math, n)) for n in ("pi", "e", "tau", "inf", "nan")}
    found |= {
        "log": _log,
        "hypot": Builtin("hypot", _hypot),
        "dist": _dist,
        "perm": _perm,
        "gcd": _of_many_integers("gcd", 0),
        "lcm": _of_many_integers("lcm", 1),
        "frexp": _pair("frexp", ("frexp_mantissa", "frexp_exponent")),
        "modf": _pair("modf", ("modf_fraction", "modf_whole")),
        "isclose": Builtin("isclose", _isclose),
        "prod": Builtin("prod", _prod),
        "fsum": from_library("fsum", "fsum", 1),
    }
    for name in dir(math):
        if name not in found and name[:1] != "_":
            found[name] = Foreign(f"math.{name}", "it is not among the functions that are known")
    return {name: value for name, value in found.items() if hasattr(math, name)}
