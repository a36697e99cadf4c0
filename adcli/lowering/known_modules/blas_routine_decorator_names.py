"""The decorator `routine` of our library, see `adcli.lowering.library.blas_routine_decorator`."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.user_functions import Function
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def _routine(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    (name,) = args
    assert isinstance(name, Constant)

    def mark(g: Frame, marked: Sequence[Value], _: dict[str, Value], at: ast.AST) -> Value:
        (function,) = marked
        assert isinstance(function, Function)
        function.text.routine = name.value
        return function

    return Builtin("routine", mark)


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    return {"routine": Builtin("routine", _routine)}
