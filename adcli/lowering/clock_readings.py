"""Readings of the clock: another number at each run, so no result may depend on one.

Invariant: what is computed from a reading is again a reading, and whoever asks for its number is
refused.  So a program may measure how long it takes, and print or log that.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.numbers import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Leaf, Maker, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: What makes a number of it that is a reading too.
_CONVERSIONS = ("__abs__", "__float__", "__int__", "__round__")


class Reading(Value):
    """A time that a clock tells, or how much of it has passed."""

    __slots__ = ()
    what = "a reading of the clock"

    def is_same(self, other: Value) -> bool:
        return isinstance(other, Reading)

    def binary(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        return self if isinstance(other, Number | Reading) else None

    def reflected(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        return self if isinstance(other, Number) else None

    def unary(self, f: Frame, symbol: str, node: ast.AST) -> Value:
        return self if symbol in "+-" else super().unary(f, symbol, node)

    def compare(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        raise _deciding(node)

    def truth(self, f: Frame, node: ast.AST) -> Number:
        raise _deciding(node)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        return (Reading,)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        return READING

    def special(self, f: Frame, name: str, args: Sequence[Value], node: ast.AST) -> Value | None:
        return self if name in _CONVERSIONS else None

    def type_name(self) -> str:
        return "float"


def _deciding(node: ast.AST) -> Refusal:
    return Refusal(
        "what the program does depends on the clock", node, "hand the time over as an argument"
    )


READING = Reading()
