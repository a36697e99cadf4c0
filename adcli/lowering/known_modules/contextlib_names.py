"""What the module `contextlib` has."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin_function_values import Builtin, builtin
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.user_functions import Function
from adcli.lowering.values import Value
from adcli.lowering.with_statements import Context, Managing

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def _suppress(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    known, others = f.exception_classes(Tuple(args), node)
    if others or keywords:
        raise Refusal("suppress with these arguments", node)
    return Context(NONE, known)


@builtin("nullcontext", 0, 1)
def _nothing(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    return Context(args[0] if args else NONE)


@builtin("contextmanager", 1)
def _manager(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    if not isinstance(args[0], Function):
        raise Refusal(f"contextmanager of {args[0].what}", node)
    return Managing(args[0])


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    return {
        "suppress": Builtin("suppress", _suppress),
        "nullcontext": _nothing,
        "contextmanager": _manager,
    }
