"""Foreign values: what has no text that can be followed.

Invariant: one may be named and handed on; it is refused where it is used.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Iteration, Leaf, Maker, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.number_values import Number


class Foreign(Value):
    """Something of which there is no text to follow: it is refused where it is used."""

    __slots__ = ("name", "why")

    def __init__(self, name: str, why: str = "") -> None:
        self.name = name
        self.why = why or f"'{name}' cannot be followed"

    @property
    def what(self) -> str:
        return self.name

    def is_same(self, other: Value) -> bool:
        return isinstance(other, Foreign) and other.name == self.name

    def _used(self, node: ast.AST) -> Refusal:
        used = f"{self.name} is used, and "
        return Refusal(used + self.why.removeprefix(used), node)

    def unary(self, f: Frame, symbol: str, node: ast.AST) -> Value:
        raise self._used(node)

    def compare(self, f: Frame, symbol: str, other: Value, node: ast.AST) -> Value | None:
        raise self._used(node)

    def truth(self, f: Frame, node: ast.AST) -> Number:
        raise self._used(node)

    def contains(self, f: Frame, item: Value, node: ast.AST) -> Number:
        raise self._used(node)

    def item(self, f: Frame, index: Value, node: ast.AST) -> Value:
        raise self._used(node)

    def iterate(self, f: Frame, node: ast.AST) -> Iteration:
        raise self._used(node)

    def length(self, f: Frame, node: ast.AST) -> Value:
        raise self._used(node)

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        return Foreign(f"{self.name}.{name}", self.why)

    def call(
        self, f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value:
        raise Refusal(f"{self.name} is called, and {self.why}", node)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        return (Foreign, self.name, self.why)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        return Foreign(shape[1], shape[2])
