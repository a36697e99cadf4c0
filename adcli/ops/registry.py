"""Look-up of operations by name; the only place that knows all rows."""

from __future__ import annotations

from types import ModuleType

from adcli.ops import (
    arithmetic,
    bessel,
    beta,
    comparisons,
    compensated_sum,
    elementary,
    lambert_and_sinc,
    logarithmic,
    probability,
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
    comparisons,
    elementary,
    reciprocal,
    logarithmic,
    special,
    probability,
    bessel,
    beta,
    lambert_and_sinc,
    arithmetic,
    compensated_sum,
)


def _offered(row: Primitive) -> tuple[str, ...]:
    """The names under which programs can call a row."""
    spelling = row.spelling
    if spelling.inner:
        return ()
    is_call = spelling.text.template.startswith(row.name + "(")
    own = (row.name,) if is_call else ()
    return (*own, *spelling.aliases, *spelling.yielding)


#: The rows that the language offers as functions, by every name they have there.
FUNCTIONS: dict[str, Primitive] = {name: row for row in TABLE.values() for name in _offered(row)}

#: The names of functions that are variables where a program uses them without calling them.
YIELDING = frozenset([name for row in TABLE.values() for name in row.spelling.yielding])
