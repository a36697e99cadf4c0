"""What the module `numpy.lib.array_utils` has."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.arrays.numpy_function_registry import axis_of, known_integer
from adcli.lowering.builtin_function_values import builtin
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


@builtin("normalize_axis_index", 2)
def _normalize_axis_index(
    f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
) -> Value:
    rank = known_integer(f, args[1], "the number of axes", node)
    return f.known(axis_of(f, args[0], rank, node))


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    return {"normalize_axis_index": _normalize_axis_index}
