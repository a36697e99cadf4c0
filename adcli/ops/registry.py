"""Look-up of operations by name; the only place that knows all rows."""

from __future__ import annotations

import math
from types import ModuleType

from adcli.ops import (
    arithmetic,
    comparisons,
    compensated_sum,
    elementary,
    reciprocal,
    special,
)
from adcli.ops.primitive import Primitive


def _rows(*modules: ModuleType) -> dict[str, Primitive]:
    found: dict[str, Primitive] = {}
    for module in modules:
        for row in vars(module).values():
            if isinstance(row, Primitive):
                found[row.name] = row
    return found


#: Every row by its name.
TABLE: dict[str, Primitive] = _rows(
    comparisons, elementary, reciprocal, special, arithmetic, compensated_sum
)

#: Rows that only the front end writes.
_INNER = (
    arithmetic.real,
    arithmetic.xor,
    comparisons.defined,
    comparisons.matched,
    comparisons.regular,
    comparisons.steady,
    compensated_sum.compensation,
    compensated_sum.compensated,
)

#: The rows that the language offers as functions, by every name they have there.
FUNCTIONS: dict[str, Primitive] = {
    name: row
    for row in TABLE.values()
    for name in (row.name, *row.spelling.aliases)
    if row.spelling.text.template.startswith(row.name + "(") and row not in _INNER
} | {"pow": arithmetic.pow_}

#: The names of functions that are variables where a program uses them without calling them.
YIELDING = frozenset(
    [name for name, row in FUNCTIONS.items() if row.spelling.yields and not hasattr(math, name)]
)
