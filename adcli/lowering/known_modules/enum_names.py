"""What the module `enum` has."""

from __future__ import annotations

import ast
import enum
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin_function_values import Builtin, builtin
from adcli.lowering.classes import Class
from adcli.lowering.enumerations import AUTO, ENUM, INT_ENUM
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


@builtin("unique", 1)
def _unique(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    kind = args[0]
    if not isinstance(kind, Class):
        raise Refusal(f"unique of {kind.what}", node)
    if len(kind.members_once()) != len(kind.entries):
        raise f.raises("ValueError", f"duplicate values found in <enum '{kind.name}'>", node)
    return kind


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    why = "it is not among the enumerations that are known"
    found: dict[str, Value] = {name: Foreign(f"enum.{name}", why) for name in enum.__all__}
    auto = Builtin("auto", lambda f, args, keywords, node: AUTO)
    return {**found, "Enum": ENUM, "IntEnum": INT_ENUM, "auto": auto, "unique": _unique}
