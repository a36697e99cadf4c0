"""What the module `scipy.linalg` has of functions of matrices: those that do what NumPy's do, and
the exponential."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering.arrays.functions_by_name import functions
from adcli.lowering.arrays.linalg import square
from adcli.lowering.arrays.matrices_as_lists import of_list, whole
from adcli.lowering.arrays.numpy_function_registry import NumpyFunction
from adcli.lowering.known_modules.scipy_name_helpers import from_text
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


#: Functions of our library: their names, signatures and texts.
_TEXTS = {
    "cholesky": ("cholesky", "a; lower, overwrite_a, check_finite", "scipy_cholesky"),
    "cho_factor": ("cho_factor", "a; lower, overwrite_a, check_finite"),
    "cho_solve": ("cho_solve", "c_and_lower, b; overwrite_b, check_finite"),
    "solve": ("solve", "a, b; overwrite_a, overwrite_b, check_finite", "scipy_solve"),
    "solve_triangular": ("solve_triangular", "a, b; trans, lower, overwrite_b, check_finite"),
    "solve_banded": ("solve_banded", "l_and_u, ab, b; overwrite_ab, overwrite_b, check_finite"),
    "toeplitz": ("toeplitz", "c; r"),
}


def _expm(f: Frame, node: ast.AST, a: Value) -> Value:
    matrix = square(f, a, node)
    n = matrix.shape[0]
    args = [whole(f, matrix, node).data, n]
    found = f.session.library_call(f, "matrix_exponential", args, node)
    return of_list(f, found, matrix.shape)


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    names = ("det", "inv", "norm", "eigvalsh", "svdvals", "pinv")
    same = {name: functions()[f"linalg.{name}"] for name in names}
    texts = {name: from_text(*row) for name, row in _TEXTS.items()}
    return {**same, **texts, "expm": NumpyFunction("expm", "A", _expm)}
