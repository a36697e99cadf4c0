"""Look-up of operations by name; the only place that knows all rows.

Rows of functions that few programs call stand in modules that are imported when one is looked up
or when somebody walks through the table, since importing all takes 1 ms.

Invariant: whatever a program can call from those modules, it may also use as the name of a variable
(`Spelling.yielding`).  So a name that is only read is never looked up there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from types import ModuleType

from adcli.ops import (
    arithmetic,
    comparisons_logic_and_choice,
    compensated_sum,
    elementary_functions,
    special_functions,
)
from adcli.ops.primitive import Primitive

#: The modules of rows, and those that are imported when they are needed.
_COMMON = (
    comparisons_logic_and_choice,
    elementary_functions,
    special_functions,
    arithmetic,
    compensated_sum,
)
_RARE = (
    "reciprocal_trigonometric",
    "logit_logaddexp_xlogy",
    "normal_distribution",
    "bessel",
    "beta",
    "lambert_and_sinc",
    "integer_bits_and_number_theory",
    "rounding_to_decimals",
    "number_classification",
    "parts_of_doubles",
)


def _rows(module: ModuleType) -> list[Primitive]:
    return [row for row in vars(module).values() if isinstance(row, Primitive)]


#: The rows that are there at once.
_COMMON_ROWS = [row for module in _COMMON for row in _rows(module)]


class Rows(Mapping[str, Primitive]):
    """Rows by names that a function finds for them; `common` are those that are there at once."""

    def __init__(self, named: Callable[[Iterable[Primitive]], dict[str, Primitive]]) -> None:
        self._named = named
        self._all: dict[str, Primitive] | None = None
        self.common = named(_COMMON_ROWS)

    def __getitem__(self, name: str) -> Primitive:
        found = self.common.get(name)
        return self._complete()[name] if found is None else found

    def __iter__(self) -> Iterator[str]:
        return iter(self._complete())

    def __len__(self) -> int:
        return len(self._complete())

    def _complete(self) -> dict[str, Primitive]:
        if self._all is None:
            modules = [import_module(f"adcli.ops.{name}") for name in _RARE]
            rare = self._named([row for module in modules for row in _rows(module)])
            self._all = {**self.common, **rare}
        return self._all


def offered(row: Primitive) -> tuple[str, ...]:
    """The names under which programs can call a row."""
    spelling = row.spelling
    if spelling.inner:
        return ()
    own = (row.name,) if spelling.is_call else ()
    return (*own, *spelling.aliases, *spelling.yielding)


#: Every row by its name.
TABLE = Rows(lambda rows: {row.name: row for row in rows})

#: The rows that the language offers as functions, by every name they have there.
FUNCTIONS = Rows(lambda rows: {name: row for row in rows for name in offered(row)})
