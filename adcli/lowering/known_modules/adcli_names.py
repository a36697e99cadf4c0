"""What the module `adcli` has for the programs that it differentiates: `derivative`."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.errors import TypeFault
from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.derivative_declarations import Declaration
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def _derivative(
    f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST
) -> Value:
    if args:
        raise TypeFault("derivative takes names: derivative(x=slope)", span=f.span(node))
    if not keywords:
        raise TypeFault(
            "derivative needs the functions that compute it",
            span=f.span(node),
            hint="for example: @derivative(x=slope), slope being a function of the same parameters",
        )
    return Declaration(keywords, f.span(node))


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    return {"derivative": Builtin("derivative", _derivative)}
