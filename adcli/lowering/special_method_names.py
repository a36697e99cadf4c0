"""The names of the methods by which a class gives its instances Python's operators.

*The Python Language Reference*, 3.3.8 "Emulating numeric types".
"""

from __future__ import annotations

from adcli.lowering.none_and_strings import Constant
from adcli.lowering.refusals import Refusal
from adcli.lowering.unions import Union
from adcli.lowering.values import Value

BINARY = {
    "+": "__add__", "-": "__sub__", "*": "__mul__", "/": "__truediv__", "//": "__floordiv__",
    "%": "__mod__", "**": "__pow__", "@": "__matmul__", "&": "__and__", "|": "__or__",
    "^": "__xor__", "<<": "__lshift__", ">>": "__rshift__",
}  # fmt: skip

UNARY = {"-": "__neg__", "+": "__pos__", "~": "__invert__"}

COMPARISONS = {
    "==": "__eq__", "!=": "__ne__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__",
}  # fmt: skip

MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

NOT_IMPLEMENTED = Constant(NotImplemented)


def answered(value: Value) -> Value | None:
    """What a special method gives; None for NotImplemented."""
    if is_partly_implemented(value):
        raise Refusal("a special method that gives NotImplemented on some paths")
    return None if _is_not_implemented(value) else value


def is_partly_implemented(value: Value | None) -> bool:
    """Whether a special method gives NotImplemented on some of its paths."""
    return isinstance(value, Union) and any([_is_not_implemented(v) for v in value.alternatives])


def _is_not_implemented(value: Value) -> bool:
    return isinstance(value, Constant) and value.value is NotImplemented
