"""All functions of NumPy that are known, by their names."""

from __future__ import annotations

import ast
from importlib import import_module
from typing import TYPE_CHECKING

from adcli.lowering.arrays.numpy_function_registry import TABLE, NumpyFunction
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: The files with rows.
FILES = (
    "elementwise_functions", "reduction_functions", "creation", "array_manipulation",
    "vector_and_matrix_products", "sorting_searching_cumulative",
    "interpolation_polynomials_integrals", "contractions", "ufunc_methods_and_index_tricks",
    "linalg", "eigenvalues_and_svd", "functions_as_python_text",
)  # fmt: skip


def functions() -> dict[str, NumpyFunction]:
    """The whole table."""
    for name in FILES:
        import_module(f"adcli.lowering.arrays.{name}")
    return TABLE


def things() -> dict[str, Value]:
    """What is no function of arrays."""
    functions()
    found: dict[str, Value] = import_module(
        "adcli.lowering.arrays.ufunc_methods_and_index_tricks"
    ).THINGS
    return found


def named(f: Frame, name: str, node: ast.AST) -> NumpyFunction:
    found = functions().get(name)
    if found is None:
        raise Refusal(f"numpy.{name} is not among the functions that are known", node)
    return found
