"""The types of values, as `isinstance` asks for them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering.builtin import Builtin
from adcli.lowering.exception_values import Caught, ExceptionClass, Made
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Tuple, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def is_instance(f: Frame, value: Value, kinds: Value, node: ast.AST) -> Value:
    if isinstance(value, Made | Caught):
        known, others = f.exception_classes(kinds, node)
        if others:
            raise Refusal(f"isinstance with {others[0].what}", node)
        return f.is_exception_of(value, known, node)
    if isinstance(kinds, ExceptionClass):
        return f.known(False)
    if isinstance(kinds, Tuple):
        return f.known(any([bool(is_instance(f, value, k, node).known) for k in kinds.items]))  # type: ignore[attr-defined]
    if isinstance(kinds, Builtin):
        name = value.type_name()
        return f.known(name == kinds.name or (name == "bool" and kinds.name == "int"))
    raise Refusal("isinstance with this class", node)
