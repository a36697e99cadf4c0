"""What the module `scipy.linalg` has of functions of matrices: those that do what NumPy's do, and
the exponential."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering.arrays.function_rows import NumpyFunction
from adcli.lowering.arrays.functions_by_name import functions
from adcli.lowering.arrays.linalg import square
from adcli.lowering.arrays.matrices_as_lists import of_list, whole
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def _expm(f: Frame, node: ast.AST, a: Value) -> Value:
    matrix = square(f, a, node)
    n = matrix.shape[0]
    args = [whole(f, matrix, node).data, n]
    found = f.session.library_call(f, "matrix_exponential", args, node)
    return of_list(f, found, matrix.shape)


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    same = {name: functions()[f"linalg.{name}"] for name in ("det", "inv")}
    return {**same, "expm": NumpyFunction("expm", "A", _expm)}
