"""Built-in names: what names mean before a program gives them a meaning of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence

from adcli.ops.registry import FUNCTIONS, TABLE

#: Names of numbers, with and without `math.`.
CONSTANTS: dict[str, float] = {
    "pi": math.pi,
    "π": math.pi,
    "e": math.e,
    "tau": math.tau,
    "inf": math.inf,
}

#: Names of Python that convert numbers, and the rows that do it.
CONVERSIONS = {"float": TABLE["real"], "int": TABLE["trunc"]}

#: Functions that take two arguments or more; the row is applied from left to right.
CHAINED = frozenset({"min", "max"})

#: Common functions of one real argument, whatever stands for it; fabs makes a real of an integer
#: first.
UNARY = {
    name: row
    for name, row in FUNCTIONS.common.items()
    if row.arity == 1 and not row.integers and name != "fabs"
}


#: Methods of arrays and how many arguments they take.
METHODS = {"append": 1, "extend": 1, "copy": 0, "pop": 0}

#: What runs over something: these stand after `in`, and in `list(...)`.
ITERATORS = frozenset({"range", "enumerate", "zip", "reversed"})

#: Functions of arrays, and how many arguments they take at least and at most.  `list` and `len` are
#: made here, the others are functions of the prelude.
PRELUDE: dict[str, tuple[int, int]] = {
    "len": (1, 1),
    "list": (0, 1),
    "sum": (1, 2),
    "prod": (1, 1),
    "dot": (2, 2),
    "norm": (1, 1),
    "transpose": (1, 1),
    "zeros": (1, 2),
    "ones": (1, 2),
    "eye": (1, 1),
    "solve": (2, 2),
    "det": (1, 1),
    "inv": (1, 1),
    "__inner": (2, 2),
}

#: Functions of the prelude that share a name, by the numbers of indices of their arguments.
OVERLOADS: dict[tuple[str, tuple[int, ...]], str] = {
    ("__inner", (1, 1)): "dot",
    ("__inner", (2, 2)): "matrix_inner",
    ("@", (1, 1)): "dot",
    ("@", (2, 1)): "matrix_vector",
    ("@", (1, 2)): "vector_matrix",
    ("@", (2, 2)): "matrix_matrix",
    ("dot", (2, 1)): "matrix_vector",
    ("dot", (1, 2)): "vector_matrix",
    ("dot", (2, 2)): "matrix_matrix",
    ("solve", (2, 2)): "solve_matrix",
    ("norm", (2,)): "matrix_norm",
    ("min", (1,)): "least",
    ("max", (1,)): "greatest",
}


#: Those that are other functions with two arguments than with one.
_OF_TWO = {"sum": "sum_from", "zeros": "zero_matrix", "ones": "ones_matrix"}

#: Functions of the prelude that work with reals: their derivatives are declared for these.
REAL_ONLY = frozenset(["solve", "solve_matrix", "inv", "det"])


def overload(name: str, ranks: Sequence[int]) -> str:
    """The function of the prelude for arguments with so many indices."""
    if len(ranks) == 2 and name in _OF_TWO:
        return _OF_TWO[name]
    return OVERLOADS.get((name, tuple(ranks)), name if name != "@" else "matrix_matrix")


def stands_for_function(name: str) -> bool:
    """Whether a name that a program reads but does not call stands for a function, and not for a
    variable of the program's own."""
    row = FUNCTIONS.common.get(name)
    if row is not None:
        return name not in row.spelling.yielding
    return name in CONVERSIONS or name in PRELUDE or name in ITERATORS


def known_functions() -> set[str]:
    return {*FUNCTIONS, *CONVERSIONS, *PRELUDE, *ITERATORS}
