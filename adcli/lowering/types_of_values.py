"""The types of values, as `isinstance` asks for them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering.builtin import Builtin
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Tuple, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def is_instance(f: Frame, value: Value, kinds: Value, node: ast.AST) -> Value:
    if isinstance(kinds, Tuple):
        return f.known(any([bool(is_instance(f, value, k, node).known) for k in kinds.items]))  # type: ignore[attr-defined]
    if isinstance(kinds, Builtin):
        name = value.type_name()
        return f.known(name == kinds.name or (name == "bool" and kinds.name == "int"))
    raise Refusal("isinstance with this class", node)
