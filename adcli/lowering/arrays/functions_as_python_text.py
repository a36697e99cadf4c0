"""Functions of NumPy that are made of others: Python text in `adcli/lowering/library`.

The text stands where the call is, so what is known of the arguments is known there too.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering.arrays.numpy_function_registry import row
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: The signatures of the functions of `numpy_functions`, `numpy_nan_functions` and
#: `numpy_index_functions`, with their parameters in the same order.
SIGNATURES = {
    "unique": "ar; return_index, return_inverse, return_counts",
    "union1d": "ar1, ar2",
    "isin": "element, test_elements; invert",
    "in1d": "element, test_elements; invert",
    "setdiff1d": "ar1, ar2",
    "intersect1d": "ar1, ar2",
    "histogram": "a; bins, range, density, weights",
    "histogram_bin_edges": "a; bins, range",
    "polyfit": "x, y, deg; w",
    "polyint": "p; m",
    "polysub": "a1, a2",
    "cov": "m; y, rowvar, bias, ddof",
    "corrcoef": "x; y, rowvar",
    "ediff1d": "ary; to_end, to_begin",
    "tri": "N; M, k",
    "tril_indices": "n; k, m",
    "triu_indices": "n; k, m",
    "tril_indices_from": "arr; k",
    "triu_indices_from": "arr; k",
    "diag_indices": "n; ndim",
    "indices": "dimensions",
    "hsplit": "ary, indices_or_sections",
    "dstack": "tup",
    "angle": "z; deg",
    "divmod": "x1, x2",
    "modf": "x",
    "logaddexp2": "x1, x2; out",
    "unwrap": "p; discont, axis, period",
    "hanning": "M",
    "hamming": "M",
    "blackman": "M",
    "bartlett": "M",
    "block": "arrays",
    "copyto": "dst, src; where",
    "pad": "array, pad_width; mode, constant_values",
    "take_along_axis": "arr, indices; axis|None",
    "put_along_axis": "arr, indices, values; axis|None",
    "unravel_index": "indices, shape",
    "ravel_multi_index": "multi_index, dims",
    "diag_indices_from": "arr",
    "ndenumerate": "arr",
    "nansum": "a; axis, dtype, out, keepdims",
    "nanprod": "a; axis, dtype, out, keepdims",
    "nancumsum": "a; axis, dtype, out",
    "nancumprod": "a; axis, dtype, out",
    "nanmax": "a; axis, out, keepdims",
    "nanmin": "a; axis, out, keepdims",
    "nanargmax": "a; axis, out",
    "nanargmin": "a; axis, out",
    "nanmean": "a; axis, out, keepdims",
    "nanvar": "a; axis, out, ddof, keepdims",
    "nanstd": "a; axis, out, ddof, keepdims",
    "nanmedian": "a; axis, out",
    "nanpercentile": "a, q; axis, out",
    "nanquantile": "a, q; axis, out",
    "fmax": "x1, x2; out",
    "fmin": "x1, x2; out",
    "nan_to_num": "x; copy, nan, posinf, neginf",
}

_OTHER_NAMES = {"in1d": "isin"}


def _composed(name: str, signature: str) -> None:
    text = _OTHER_NAMES.get(name, name)

    @row(name, signature)
    def _called(f: Frame, node: ast.AST, *given: Value | None) -> Value:
        args = [NONE if value is None else value for value in given]
        return f.session.library_call(f, text, args, node, inlined=True)


for _name, _signature in SIGNATURES.items():
    _composed(_name, _signature)


@row("ndindex", "*shape")
def _ndindex(f: Frame, node: ast.AST, shape: list[Value]) -> Value:
    return f.session.library_call(f, "ndindex", [Tuple(shape)], node, inlined=True)
