"""What the module `typing` has: names for annotations, which nobody follows, and a few others."""

from __future__ import annotations

import ast
import typing
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin_function_values import Builtin, builtin
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.named_tuples import NAMED_TUPLE
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


@builtin("cast", 2)
def _cast(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    return args[1]


def _type_variable(
    f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
) -> Value:
    return Foreign("typing.TypeVar")


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    others = {name: Foreign(f"typing.{name}") for name in typing.__all__}
    return {
        **others,
        "TYPE_CHECKING": f.known(False),
        "NamedTuple": NAMED_TUPLE,
        "TypeVar": Builtin("typing.TypeVar", _type_variable),
        "cast": _cast,
    }
