"""What the module `abc` has."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin_function_values import builtin
from adcli.lowering.class_members import Abstract
from adcli.lowering.classes import OBJECT, Class
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_ABC = Class("ABC", [OBJECT], {})


@builtin("abstractmethod", 1)
def _abstract(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    return Abstract(args[0])


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    return {"ABC": _ABC, "ABCMeta": Foreign("abc.ABCMeta"), "abstractmethod": _abstract}
