"""The methods of numbers: `x.is_integer()`, `n.bit_length()` and their like."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.number_values import Number, as_number
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Value
from adcli.ops.registry import TABLE

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def _itself(f: Frame, value: Number, node: ast.AST) -> Value:
    return as_number(f, value, node)


def _is_integer(f: Frame, value: Number, node: ast.AST) -> Value:
    if value.kind != "real":
        return f.known(True)
    return f.session.library_call(f, "is_integer", [value], node)


def _bit_length(f: Frame, value: Number, node: ast.AST) -> Value:
    return f.apply(TABLE["bit_length"], (as_number(f, value, node),), node)


_METHODS: dict[str, Callable[[Frame, Number, ast.AST], Value]] = {
    "conjugate": _itself,
    "is_integer": _is_integer,
    "bit_length": _bit_length,
}


#: What numbers of NumPy have beside Python's.
OF_ARRAYS = frozenset(
    ("shape", "ndim", "size", "T", "dtype", "item", "copy", "astype", "sum", "mean", "prod", "max",
     "min", "any", "all", "squeeze", "tolist", "reshape", "ravel", "flatten", "std", "var", "clip",
     "round", "conj", "dot")
)  # fmt: skip


def method(f: Frame, value: Number, name: str, node: ast.AST) -> Value:
    """A method with its number."""
    if name not in _METHODS and name in OF_ARRAYS and f.session.modules.knows_numpy:
        return f.arrays.attribute_of_number(f, value, name, node)
    if f.session.modules.knows_numpy and name in ("type", "__array__", "columns", "values"):
        # neither Python's nor NumPy's numbers have these, and programs ask for them
        kind = {"real": "float", "int": "int", "bool": "bool"}[value.kind]
        raise f.raises("AttributeError", f"'{kind}' object has no attribute '{name}'", node)
    if name not in _METHODS or (name == "bit_length" and value.kind == "real"):
        raise Refusal(f"{value.what} has no attribute '{name}' here", node)

    def run(f: Frame, args: Sequence[Value], keywords: dict[str, Value], at: ast.AST) -> Value:
        if args or keywords:
            raise f.raises("TypeError", f"{name}() takes no arguments", at)
        return _METHODS[name](f, value, at)

    return Builtin(name, run)
