"""What the module `numpy` has."""

from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING

from adcli.lowering.arrays.functions_by_name import functions, things
from adcli.lowering.arrays.numpy_function_registry import (
    ABSTRACT_DTYPES,
    OTHER_DTYPES,
    DType,
    OtherDType,
)
from adcli.lowering.arrays.numpy_scalars import numpy_scalar
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.known_modules.constant_records import Record
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: The constants by their names.
CONSTANTS = {
    "pi": math.pi, "e": math.e, "inf": math.inf, "Inf": math.inf, "infty": math.inf,
    "nan": math.nan, "NaN": math.nan, "NAN": math.nan, "euler_gamma": 0.5772156649015329,
}  # fmt: skip

_DTYPES = {"float64": "real", "double": "real", "float_": "real", "floating": "real",
           "int64": "int", "int_": "int", "intp": "int", "integer": "int", "bool_": "bool",
           "bool": "bool"}  # fmt: skip

#: The modules inside.
SUBMODULES = ("linalg", "polynomial", "random")

_ARRAY_UTILS = "numpy.lib.array_utils"

_ABSTRACT_WHY = "it is a class of kinds of numbers, and makes none"

#: What is refused by name, and why.
REFUSED = {
    "fft": "it computes with complex numbers",
    "roots": "roots may be complex numbers",
    "ma": "masked arrays are not followed",
    "matrix": "arrays of two dimensions and @ can be followed",
    "partition": "what it leaves unsorted has an order of its own; np.sort can be followed",
    "argpartition": "what it leaves unsorted has an order of its own; np.argsort can be followed",
    "nditer": "a.flat and np.ndenumerate(a) can be followed",
} | dict.fromkeys(
    ("load", "loadtxt", "genfromtxt", "fromfile", "memmap"),
    "a file is not read; hand the array over as an argument",
)


class _ArrayType(Foreign):
    """The type of arrays: it can be compared with other types."""

    __slots__ = ()

    def compare(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        if symbol not in ("==", "!="):
            return super().compare(f, symbol, other, node)
        return f.known(self.is_same(other) == (symbol == "=="))


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    found: dict[str, Value] = {
        name: OtherDType(name) for name in OTHER_DTYPES if name not in ("complex", "object", "str")
    }
    found |= {name: f.known(value) for name, value in CONSTANTS.items()}
    found |= {name: DType(kind) for name, kind in _DTYPES.items()}
    found |= {name: value for name, value in functions().items() if "." not in name}
    found |= things()
    found["newaxis"] = NONE
    found |= {name: numpy_scalar(f.known(name == "True_")) for name in ("True_", "False_")}
    found |= {name: Foreign(f"numpy.{name}", _ABSTRACT_WHY) for name in ABSTRACT_DTYPES}
    found |= {name: Foreign(f"numpy.{name}", why) for name, why in REFUSED.items()}
    found["ndarray"] = _ArrayType("numpy.ndarray", "arrays are made by np.array and np.empty")
    found["lib"] = Record("numpy.lib", {"array_utils": f.session.modules.module(_ARRAY_UTILS)})
    found |= {name: f.session.modules.module(f"numpy.{name}") for name in SUBMODULES}
    return found
