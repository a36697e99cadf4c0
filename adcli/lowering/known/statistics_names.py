"""What the module `statistics` has: what can be had to the last bit."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from adcli.lowering.builtin import from_library
from adcli.lowering.foreign import Foreign
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: Functions of one list that our library has.
_OF_LISTS = ("mean", "fmean", "median", "median_low", "median_high")


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    found: dict[str, Value] = {
        name: Foreign(f"statistics.{name}", "Python computes it with exact fractions")
        for name in statistics.__all__
    }
    return {**found, **{name: from_library(name, name, 1, lists=True) for name in _OF_LISTS}}
