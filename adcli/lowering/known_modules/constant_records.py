"""Records: known things with attributes that are known, such as `sys.float_info`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering.values import Leaf, Maker, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.number_values import Number


class Record(Value):
    """A thing with attributes."""

    __slots__ = ("fields", "name")

    def __init__(self, name: str, fields: dict[str, Value]) -> None:
        self.name = name
        self.fields = fields

    @property
    def what(self) -> str:
        return self.name

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        found = self.fields.get(name)
        return found if found is not None else super().attribute(f, name, node)

    def truth(self, f: Frame, node: ast.AST) -> Number:
        return f.known(True)

    def flatten(self, f: Frame, leaves: list[Leaf]) -> Shape:
        return (Record, self)

    @classmethod
    def rebuilt(cls, f: Frame, shape: Shape, make: Maker) -> Value:
        found: Record = shape[1]
        return found
