"""Decorators: those that change nothing are known; others are called.

Invariant: a function whose decorator cannot be followed is refused where it is used, by the name of
the decorator, and not where it is defined.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering import class_members
from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.cached_functions import Cached
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.refusals import Refusal
from adcli.lowering.scopes import FunctionText
from adcli.lowering.user_functions import Function
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: Decorators that change nothing about values, by the module that they come from.
_NEUTRAL = {
    "numba": {"jit", "njit", "vectorize", "guvectorize", "generated_jit"},
    "typing": {"overload", "final", "no_type_check", "runtime_checkable", "override"},
    "typing_extensions": {"overload", "final", "override", "deprecated"},
}


class _Neutral:
    """A decorator that changes nothing."""


#: A decorator as it was evaluated.
Mark = Value | type[_Neutral] | Refusal


def _known(value: Value) -> tuple[str, str]:
    """The module that something comes from, and its name there."""
    if isinstance(value, Foreign):
        module, _, name = value.name.rpartition(".")
        return module.partition(".")[0], name
    if isinstance(value, Function) and value.scope is None:
        return value.text.module.name.partition(".")[0], value.text.name
    if isinstance(value, Builtin):
        module, _, name = value.name.rpartition(".")
        return module, name
    return "", ""


def evaluated(f: Frame, node: ast.expr) -> Mark:
    """A decorator."""
    try:
        base = f.evaluate(node.func if isinstance(node, ast.Call) else node)
        module, name = _known(base)
        if name in _NEUTRAL.get(module, ()):
            return _Neutral
        return f.evaluate(node) if isinstance(node, ast.Call) else base
    except Refusal as refusal:
        refusal.node = refusal.node or node
        return refusal


def applied(
    f: Frame, marks: Sequence[Mark], value: Value, node: ast.FunctionDef | ast.ClassDef
) -> Value:
    """What decorators make of a function or a class."""
    for mark, part in reversed(list(zip(marks, node.decorator_list, strict=True))):
        spelled = ast.unparse(part)
        if isinstance(value, Foreign):
            return value
        if mark is _Neutral:
            continue
        if isinstance(mark, Refusal):
            value = Foreign(node.name, f"its decorator @{spelled} is refused: {mark.why}")
            continue
        assert isinstance(mark, Value)
        if isinstance(mark, Foreign):
            value = Foreign(node.name, f"its decorator @{spelled} cannot be followed")
            continue
        try:
            value = mark.call(f, [value], {}, part)
        except Refusal as refusal:
            value = Foreign(node.name, f"its decorator @{spelled} is refused: {refusal.why}")
    return value


def decorated(f: Frame, function: Function, node: ast.FunctionDef) -> Value:
    """A function with its decorators."""
    return applied(f, [evaluated(f, part) for part in node.decorator_list], function, node)


def text_of(member: Value) -> FunctionText | None:
    """The text of a function that stands in a class."""
    match member:
        case Function():
            return member.text
        case (
            class_members.StaticMethod()
            | class_members.ClassMethod()
            | class_members.Abstract()
            | Cached()
        ):
            return text_of(member.function)
        case class_members.Property() | class_members.KeptProperty():
            return text_of(member.getter)
    return None
