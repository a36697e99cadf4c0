"""Classes and their instances."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def made_class(f: Frame, node: ast.ClassDef) -> Value:
    raise Refusal("a class", node)
