"""Generator expressions: what they give, one after the other, when it is asked for."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering import comprehensions
from adcli.lowering.values import Iteration, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


class Generator(Value):
    """A generator expression that nothing has been taken from."""

    __slots__ = ("node",)
    what = "a generator"

    def __init__(self, f: Frame, node: ast.GeneratorExp) -> None:
        self.node = node

    def iterate(self, f: Frame, node: ast.AST) -> Iteration:
        listed = ast.copy_location(ast.ListComp(self.node.elt, self.node.generators), self.node)
        return comprehensions.list_of(f, listed).iterate(f, node)
