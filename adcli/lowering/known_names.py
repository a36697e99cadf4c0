"""Known names: Python's builtins and the modules that have no text to follow.

A known module is a line of `MODULES` and a file of `adcli.lowering.known_modules` with a function
`names`.
"""

from __future__ import annotations

import ast
import builtins
from importlib import import_module
from typing import TYPE_CHECKING

from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.exception_values import class_named
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.known_modules.special_method_builtins import asking_instances
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.number_values import Number

#: The known modules, and the files that say what is in them.
MODULES = {
    "adcli": "adcli_names",
    "collections": "collections_names",
    "collections.abc": "collections_abc_names",
    "contextlib": "contextlib_names",
    "copy": "copy_names",
    "enum": "enum_names",
    "functools": "functools_names",
    "itertools": "itertools_names",
    "logging": "logging_names",
    "math": "math_names",
    "numpy": "numpy_names",
    "numpy.lib.array_utils": "numpy_array_utils_names",
    "numpy.linalg": "numpy_linalg_names",
    "numpy.random": "numpy_random_names",
    "autograd.numpy": "numpy_names",
    "autograd.numpy.linalg": "numpy_linalg_names",
    "jax.numpy": "numpy_names",
    "jax.numpy.linalg": "numpy_linalg_names",
    "operator": "operator_names",
    "scipy.constants": "scipy_constants_names",
    "scipy.linalg": "scipy_linalg_names",
    "scipy.special": "scipy_special_names",
    "statistics": "statistics_names",
    "sys": "sys_names",
    "time": "time_names",
    "warnings": "warnings_names",
    "dataclasses": "dataclasses_names",
    "abc": "abc_names",
    "typing": "typing_names",
    "numbers": "numbers_names",
    "adcli.lowering.library.intrinsics": "own_library_intrinsics",
    "adcli.lowering.library.blas_routine_decorator": "blas_routine_decorator_names",
}

#: Modules that have texts, and the files that say what is known of them beside.
PARTLY = {
    "os": "os_names",
    "scipy.integrate": "scipy_integrate_names",
    "scipy.interpolate": "scipy_interpolate_names",
    "scipy.optimize": "scipy_optimize_names",
    "scipy.stats": "scipy_stats_names",
}

#: Modules of Python that are not followed, and why.
REFUSED = {
    "cmath": "only real numbers can be followed",
    "decimal": "only doubles can be followed, no decimal numbers",
    "fractions": "only doubles can be followed, no fractions",
    "random": "what it gives is another number each time; hand it over as an argument",
    "secrets": "what it gives is another number each time; hand it over as an argument",
}

#: The files that say what Python has without an import, those first that many programs need.
_BUILTIN_FILES = (
    "range_values", "numeric_builtins", "iteration_builtins", "string_and_attribute_builtins",
    "class_and_container_builtins",
)  # fmt: skip

#: What was found in them.
_BUILTINS: dict[str, Value] = {}

__all__ = ["MODULES", "Builtin", "builtin_named", "method_of_number", "names_of_module"]


def builtin_named(f: Frame, name: str) -> Value | None:
    """What Python has under a name without an import."""
    value: Value | None = class_named(name)
    if value is not None or not hasattr(builtins, name):
        return value
    for file in _BUILTIN_FILES:
        if name in _BUILTINS:
            break
        found = import_module(f"adcli.lowering.known_modules.{file}").BUILTINS
        for own in found.keys() - _BUILTINS.keys():
            _BUILTINS[own] = asking_instances(own, found[own])
    return _BUILTINS.get(name) or Foreign(name)


def names_of_module(f: Frame, name: str) -> dict[str, Value]:
    module = import_module(f"adcli.lowering.known_modules.{MODULES.get(name) or PARTLY[name]}")
    found: dict[str, Value] = module.names(f)
    return found


def method_of_number(f: Frame, value: Number, name: str, node: ast.AST) -> Value:
    from adcli.lowering.known_modules.number_methods import method

    return method(f, value, name, node)
