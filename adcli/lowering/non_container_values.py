"""Values that are neither containers nor functions: what Python says of `2[0]`, `len(2)`, `2()`."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.expr import Atom
from adcli.lowering.values import Iteration, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


class NonContainer(Value):
    """A value without entries, which cannot be called: one atom of the IR.  An input that is used
    as a list becomes one."""

    __slots__ = ("atom",)
    atom: Atom

    def call(
        self, f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
    ) -> Value:
        raise f.raises("TypeError", f"'{self.type_name()}' object is not callable", node)

    def iterate(self, f: Frame, node: ast.AST) -> Iteration:
        f.claim(self, "list")
        raise f.raises("TypeError", f"'{self.type_name()}' object is not iterable")

    def item(self, f: Frame, index: Value, node: ast.AST) -> Value:
        f.claim(self, "list")
        raise f.raises("TypeError", f"'{self.type_name()}' object is not subscriptable", node)

    def length(self, f: Frame, node: ast.AST) -> Value:
        f.claim(self, "list")
        raise f.raises("TypeError", f"object of type '{self.type_name()}' has no len()")
