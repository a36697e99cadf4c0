"""Decorators: those that change nothing are known; others are called."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.calls import Function
    from adcli.lowering.frame import Frame


def decorated(f: Frame, function: Function, node: ast.FunctionDef) -> Value:
    if node.decorator_list:
        raise Refusal("a decorator", node.decorator_list[0])
    return function
