"""Types of variables and expressions: real, int and bool, and arrays: `real[]`, `int[][]`.

Invariant: two arrays that may be the same have the same type.  While a function is being built an
array whose entries are not known yet has the type `[]`.
"""

from __future__ import annotations

from collections.abc import Mapping

from adcli.expr import Expr, Num, Var
from adcli.ops.primitive import BOOL, INT, REAL, SAME

__all__ = [
    "BOOL",
    "INT",
    "MOST_INDICES",
    "REAL",
    "array_of",
    "base",
    "element",
    "is_array",
    "join",
    "rank",
    "type_of",
]

_ARRAY = "[]"

#: No array has more indices than this.
MOST_INDICES = 32


def is_array(kind: str) -> bool:
    return kind[-2:] == _ARRAY


def array_of(kind: str, times: int = 1) -> str:
    """The type of arrays whose entries are of a type; of arrays of those, if `times` says so."""
    return kind + _ARRAY * times


def element(kind: str) -> str:
    """The type of an array's entries."""
    assert is_array(kind), kind
    return kind[:-2]


def rank(kind: str) -> int:
    """How many indices lead to a number: 0 for a number."""
    return kind.count(_ARRAY)


def base(kind: str) -> str:
    """The type of the numbers in the end: that of `real[][]` is `real`."""
    return kind.split("[", 1)[0]


def join(a: str, b: str) -> str | None:
    """The type of a variable that is `a` on one path and `b` on another; None: there is none."""
    if a == b:
        return a
    if is_array(a) or is_array(b):
        return _join_arrays(a, b)
    return None if BOOL in (a, b) else REAL


def _join_arrays(a: str, b: str) -> str | None:
    for known, open_end in ((a, b), (b, a)):
        if not base(open_end) and 0 < rank(open_end) <= rank(known):
            return known
    if rank(a) != rank(b):
        return None
    inner = join(base(a), base(b))
    return None if inner is None else array_of(inner, rank(a))


def type_of(expr: Expr, types: Mapping[str, str]) -> str:
    """The type of an expression over declared variables."""
    if isinstance(expr, Var):
        return types[expr.name]
    if isinstance(expr, Num):
        return _LITERALS[type(expr.value)]
    if expr.op.kind != SAME:
        return expr.op.kind
    # a truth value among numbers is a condition, it does not shape the result
    found = BOOL
    for arg in expr.args:
        kind = type_of(arg, types)
        if kind == REAL:
            return REAL
        if kind != BOOL:
            found = kind
    return found


_LITERALS = {bool: BOOL, int: INT, float: REAL}
