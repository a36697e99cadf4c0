"""What the module `numpy.linalg` has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.lowering.arrays.functions_by_name import functions
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    return {
        name.removeprefix("linalg."): value
        for name, value in functions().items()
        if name.startswith("linalg.")
    }
