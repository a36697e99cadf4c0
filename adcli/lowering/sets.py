"""Sets whose entries are known."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def display(f: Frame, node: ast.Set) -> Value:
    raise Refusal("a set", node)


def of_list(f: Frame, value: Value, node: ast.AST) -> Value:
    raise Refusal("a set", node)
