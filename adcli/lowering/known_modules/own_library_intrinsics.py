"""The intrinsics that our library uses, see `adcli.lowering.library.intrinsics`."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin_function_values import Builtin, row
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.refusals import Refusal
from adcli.lowering.values import Value
from adcli.ops import compensated_sum

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def _refuse(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    why = args[0]
    raise Refusal(str(why.value) if isinstance(why, Constant) else why.what, node)


def _drawn(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    from adcli.lowering.arrays.random_draws import drawn

    return drawn(f, args, keywords, node)


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    rows = (compensated_sum.compensation, compensated_sum.compensated)
    found: dict[str, Value] = {op.name: row(op.name, op) for op in rows}
    return {**found, "refuse": Builtin("refuse", _refuse), "drawn": Builtin("drawn", _drawn)}
