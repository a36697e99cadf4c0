"""Derivatives of Python functions with fifty digits: `mpmath` in place of `math`.

Invariant: `replace_math` runs before anything imports the module of a function.  Then its
operations on numbers of `mpmath` are exact to the digits asked for, those on doubles alone are
CPython's; so the derivative is that of the program with its own constants.
"""

from __future__ import annotations

import math
import sys
import types
from collections.abc import Callable, Sequence
from typing import Any

from mpmath import mp, mpf

#: The digits that are computed with, and the relative step of a difference.
DIGITS = 90
STEP = mpf(10) ** -30

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(mp, name) for name in (
        "sqrt", "exp", "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh",
        "asinh", "acosh", "atanh", "erf", "erfc", "gamma", "expm1", "log1p", "hypot", "degrees",
        "radians", "cbrt",
    )},
    "log": lambda x, *b: mp.log(x, *b),
    "log10": lambda x: mp.log(x) / mp.log(10),
    "log2": lambda x: mp.log(x) / mp.log(2),
    "exp2": lambda x: mpf(2) ** x,
    "lgamma": lambda x: mp.re(mp.loggamma(x)),
    "fabs": abs,
    "pow": lambda x, y: mpf(x) ** y,
    "floor": lambda x: int(mp.floor(x)),
    "ceil": lambda x: int(mp.ceil(x)),
    "trunc": int,
    "fmod": lambda x, y: x - y * int(x / y),
    "copysign": lambda x, y: abs(x) if y >= 0 else -abs(x),
    "isnan": mp.isnan,
    "isinf": mp.isinf,
    "isfinite": mp.isfinite,
    "isclose": lambda a, b, rel_tol=1e-9, abs_tol=0.0: (
        abs(a - b) <= max(rel_tol * max(abs(a), abs(b)), abs_tol)
    ),
    "fsum": mp.fsum,
}  # fmt: skip


def _replaced(original: Callable[..., Any], ours: Callable[..., Any]) -> Callable[..., Any]:
    def function(*args: Any, **keywords: Any) -> Any:
        if any(isinstance(a, mpf) for a in _entries(args)):
            found = ours(*args, **keywords)
            if hasattr(found, "imag") and found.imag != 0:
                raise ValueError("math domain error")
            return found
        return original(*args, **keywords)

    return function


def _entries(args: Sequence[Any]) -> list[Any]:
    return [x for a in args for x in (a if isinstance(a, list | tuple) else (a,))]


def replace_math() -> None:
    """Let modules that are imported from now on find functions that take numbers of mpmath."""
    mp.dps = DIGITS
    found = types.ModuleType("math")
    for name in dir(math):
        value = getattr(math, name)
        ours = _FUNCTIONS.get(name)
        setattr(found, name, value if ours is None else _replaced(value, ours))
    sys.modules["math"] = found


def slopes(
    run: Callable[[dict[str, Any]], list[Any] | None], point: dict[str, Any], name: str
) -> list[list[Any]]:
    """The derivatives of the results by each entry of an input, by central differences."""
    center = {k: exact(v) for k, v in point.items()}
    count = len(_leaves(center[name]))
    columns = []
    for place in range(count):
        step = STEP * max(abs(_leaves(center[name])[place]), mpf(10) ** -3)
        ends = [
            run({**center, name: _moved(center[name], [place], sign * step)}) for sign in (1, -1)
        ]
        high, low = ends
        if high is None or low is None or len(high) != len(low):
            raise ValueError("no numbers")
        if not all(isinstance(v, mpf | int | float) for v in [*high, *low]):
            raise ValueError("no real numbers")
        columns.append([(a - b) / (2 * step) for a, b in zip(high, low, strict=True)])
    return columns


def exact(value: Any) -> Any:
    """An input with its numbers as numbers of mpmath."""
    if isinstance(value, list | tuple):
        return [exact(v) for v in value]
    return mpf(value) if isinstance(value, float) else value


def _leaves(value: Any) -> list[Any]:
    return [x for v in value for x in _leaves(v)] if isinstance(value, list) else [value]


def _moved(value: Any, countdown: list[int], step: Any) -> Any:
    """A value whose leaf number `countdown[0]` is moved."""
    if isinstance(value, list):
        return [_moved(v, countdown, step) for v in value]
    countdown[0] -= 1
    return value + step if countdown[0] == -1 else value
