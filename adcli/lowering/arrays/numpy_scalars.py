"""Scalars of NumPy: the np.float64 and np.bool_ that entries, reductions and functions are.

They are numbers like Python's but for the operators of truth values: of np.bool_ `~` is the
opposite, and `+` is "or", where Python's bool is an integer.  What goes through a name that is
assigned on several paths, or through a function, is one of Python's again.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeVar

from adcli.ir.types import BOOL, INT
from adcli.lowering.number_values import Number
from adcli.lowering.values import Owned, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


V = TypeVar("V", bound="Value | None")


class NumpyScalar(Number):
    """A real or a truth value that NumPy made."""

    __slots__ = ()
    is_numpy_scalar = True

    def of_python(self) -> Number:
        return Number(
            self.atom, self.kind, is_natural=self.is_natural, if_true=self.if_true,
            if_false=self.if_false, options=self.options, whole=self.whole, doubt=self.doubt,
        )  # fmt: skip

    def binary(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        if isinstance(other, Number) and self.kind == other.kind == BOOL:
            return numpy_scalar(f.arrays.of_two(f, symbol, self, other, node))
        with f.fallibility.numpy_computes():
            return numpy_scalar(super().binary(f, symbol, other, node))

    def reflected(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        if not isinstance(other, Number):
            return None
        if self.kind == other.kind == BOOL:
            return numpy_scalar(f.arrays.of_two(f, symbol, other, self, node))
        with f.fallibility.numpy_computes():
            return numpy_scalar(other.operated(f, symbol, self, node))

    def unary(self, f: Frame, symbol: str, node: ast.AST) -> Value:
        if self.kind == BOOL:
            return numpy_scalar(f.arrays.unary(f, symbol, self, node))
        return numpy_scalar(super().unary(f, symbol, node))

    def compare(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        return numpy_scalar(super().compare(f, symbol, other, node))

    def item(self, f: Frame, index: Value, node: ast.AST) -> Value:
        return f.arrays.item_of_number(f, self, index, node)

    def template(self, f: Frame, other: Value, owned: Owned, hint: str) -> Value:
        found = super().template(f, other, owned, hint)
        is_one = isinstance(other, Number) and other.is_numpy_scalar
        return numpy_scalar(found) if is_one and owned is None else found


def numpy_scalar(value: V) -> V | NumpyScalar:
    """A number as one of NumPy; integers stay as they are, for both compute the same."""
    if not isinstance(value, Number) or type(value) is not Number or value.kind == INT:
        return value
    return NumpyScalar(
        value.atom, value.kind, if_true=value.if_true, if_false=value.if_false, whole=value.whole,
        doubt=value.doubt,
    )  # fmt: skip
