"""Decorators: those that change nothing are known; others are called."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.calls import Function
    from adcli.lowering.frame import Frame


def decorated(f: Frame, function: Function, node: ast.FunctionDef) -> Value:
    """A function with its decorators, which are evaluated in order and called from the last."""
    value: Value = function
    for decorator in reversed([f.evaluate(tree) for tree in node.decorator_list]):
        value = decorator.call(f, [value], {}, node)
    return value
