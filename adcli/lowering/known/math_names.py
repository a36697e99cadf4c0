"""What the module `math` has."""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS
from adcli.lowering.builtin import Builtin, builtin, of_numbers, row
from adcli.lowering.numbers import Number, as_real
from adcli.lowering.values import Value
from adcli.ops.registry import FUNCTIONS

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: Functions of `math` that a row computes.
ROWS = (
    "sqrt", "cbrt", "exp", "expm1", "exp2", "log2", "log10", "log1p", "sin", "cos", "tan", "asin",
    "acos", "atan", "atan2", "radians", "degrees", "sinh", "cosh", "tanh", "asinh", "acosh",
    "atanh", "copysign", "floor", "ceil", "trunc", "fmod", "remainder", "ldexp", "erf", "erfc",
    "gamma", "lgamma", "fabs", "pow",
)  # fmt: skip


@builtin("log", 1, 2)
def _log(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    def logarithm(numbers: list[Number]) -> Value:
        parts = [f.apply(FUNCTIONS["log"], (n,), node) for n in numbers]
        return parts[0] if len(parts) == 1 else f.apply(OPERATORS["/"], parts, node)

    return of_numbers(f, args, node, logarithm)


def _hypot(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    if len(args) == 2:
        return row("hypot", FUNCTIONS["hypot"]).call(f, args, keywords, node)
    if len(args) == 1:
        return of_numbers(
            f, args, node, lambda ns: f.apply(FUNCTIONS["abs"], (as_real(f, ns[0], node),), node)
        )
    return f.session.library_call(f, "hypot_of", [f.new_list(list(args), node)], node)


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    found: dict[str, Value] = {name: row(name, FUNCTIONS[name]) for name in ROWS}
    constants = {n: f.known(getattr(math, n)) for n in ("pi", "e", "tau", "inf", "nan")}
    return {**found, **constants, "log": _log, "hypot": Builtin("hypot", _hypot)}
