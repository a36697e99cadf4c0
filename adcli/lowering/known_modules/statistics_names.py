"""What the module `statistics` has: the functions whose values are CPython's to the last bit."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin_function_values import Builtin, from_library
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: Functions of one list that our library has.
_OF_LISTS = (
    "mean", "fmean", "median", "median_low", "median_high", "geometric_mean", "harmonic_mean",
)  # fmt: skip

#: Functions of a list and, if that is given, its mean.
_SPREADS = {"variance": "xbar", "stdev": "xbar", "pvariance": "mu", "pstdev": "mu"}

#: Classes, each with the file of our library that it is in.
_CLASSES = {
    "NormalDist": ("statistics_normaldist", "NormalDist"),
    "StatisticsError": ("statistics_errors", "StatisticsError"),
}


def _spread(name: str, center: str) -> Builtin:
    def run(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
        given = [*args, *([keywords[center]] if center in keywords else [])]
        if set(keywords) - {center} or not 1 <= len(given) <= 2:
            raise Refusal(f"{name} with these arguments", node)
        first = f.listed(given[0], node)
        middle = given[1] if len(given) > 1 else NONE
        return f.session.library_call(f, name, [first, middle], node)

    return Builtin(name, run)


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    found: dict[str, Value] = {
        name: Foreign(f"statistics.{name}", "Python computes it with exact fractions")
        for name in statistics.__all__
    }
    spreads = {name: _spread(name, center) for name, center in _SPREADS.items()}
    means = {name: from_library(name, name, 1, lists=True) for name in _OF_LISTS}
    classes = {name: _from_text(f, *place) for name, place in _CLASSES.items()}
    return {**found, **means, **spreads, **classes}


def _from_text(f: Frame, file: str, name: str) -> Value:
    """A class that our library has."""
    module = f.session.modules.module(f"adcli.lowering.library.{file}")
    return module.attribute(f, name, ast.Pass())
