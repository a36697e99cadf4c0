"""Captures: the names of the functions around it that a function uses, with what they hold.

Invariant: a name that the function, or a function that it uses, may read is among them; some that
are never read may be too.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering.environment_and_heap import Key
from adcli.lowering.heap_objects import Reference
from adcli.lowering.lists import array_of_list, kind_of_list
from adcli.lowering.module_mutating_statements import (
    changes_parts,
    is_changing_call,
    is_changing_method,
)
from adcli.lowering.scopes import FunctionText, LocalScope, bound_names, own_statements
from adcli.lowering.unions import each_value
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adcli.lowering.frame import Frame
    from adcli.lowering.user_functions import Function


def captured(f: Frame, functions: Sequence[Function]) -> dict[Key, tuple[LocalScope, Value]]:
    """The names that functions capture, those of the functions that they capture too."""
    found: dict[Key, tuple[LocalScope, Value]] = {}
    todo = list(functions)
    while todo:
        one = todo.pop()
        if one.scope is None:
            continue
        for name in one.text.free_names:
            owner = one.scope.owner(name)
            if owner is None or (owner.number, name) in found:
                continue
            key = (owner.number, name)
            value = f.state.names.get(key) or f.session.modules.captured.get(key)
            if value is not None:
                found[key] = (owner, value)
                todo += [g for part in each_value(value) for g in part.functions()]
    return found


def calls_itself(f: Frame, function: Function) -> bool:
    """Whether a function may call itself, by the names that it and those that it captures use."""
    others = [g for _, value in captured(f, [function]).values() for g in value.functions()]
    return any([function.text.name in g.text.free_names for g in (function, *others)])


def lifted(
    f: Frame, functions: Sequence[Function], *, are_arrays: bool
) -> list[tuple[Key, Value]] | None:
    """The captured names of functions with what they hold, as further arguments (Johnsson, *Lambda
    Lifting*, 1985); None if one is assigned by such a function, or holds what no call is given.
    Lists of numbers are made arrays if `are_arrays`."""
    found: list[tuple[Key, Value]] = []
    for key, (_, value) in captured(f, functions).items():
        if key not in f.state.names:
            continue  # a module holds it, and everybody sees it
        if are_arrays and isinstance(value, Reference) and kind_of_list(f, value) is not None:
            array_of_list(f, value, ast.Pass())
        if not can_be_handed(f, value):
            return None
        for part in [value, *value.functions()]:
            text = getattr(part, "text", None)
            if isinstance(text, FunctionText) and _assigns_outside(text):
                return None
        found.append((key, value))
    if any([_assigns_outside(function.text) for function in functions]):
        return None
    return found


def can_be_handed(f: Frame, value: Value) -> bool:
    """Whether a call of the IR can be given a value, or a closure that stands in its shape."""
    return value.is_plain(f) or value.is_closure


def _assigns_outside(text: FunctionText) -> bool:
    return any([isinstance(part, ast.Nonlocal) for part in ast.walk(text.node)])


def is_bound_once(name: str, text: object) -> bool:
    """Whether a name of a function has one value from its binding on, by the text: it is bound
    once, in no loop, and by no function inside."""
    if not isinstance(text, FunctionText):
        return False
    inner = [n for part in ast.walk(text.node) if isinstance(part, ast.Nonlocal)
             for n in part.names]  # fmt: skip
    in_loops = [
        n for s in own_statements(text.body) if isinstance(s, ast.For | ast.While)
        for n in bound_names([s])
    ]  # fmt: skip
    count = [*text.parameters, *bound_names(text.body)].count(name)
    return count == 1 and name not in inner and name not in in_loops


def may_change_objects(scope: LocalScope, names: set[str]) -> bool:
    """Whether the function that a scope is of, or one around it, may change objects that names
    hold, by the text: it changes an object in any way, or hands one to a function elsewhere."""
    while scope.outer is not None:
        scope = scope.outer
    if not isinstance(scope.text, FunctionText):
        return True
    parts = list(ast.walk(scope.text.node))
    own = {p.name for p in parts if isinstance(p, ast.FunctionDef)}
    return any([_may_change(part, names, own) for part in parts])


def _may_change(part: ast.AST, names: set[str], own: set[str]) -> bool:
    match part:
        case ast.Call():
            is_known = isinstance(part.func, ast.Name) and part.func.id in own
            is_handed = _hands(part, names) and not is_known
            return is_changing_method(part) or (is_handed and is_changing_call(part))
        case ast.AugAssign(target=ast.Name()):  # they may be lists
            return isinstance(part.value, ast.List | ast.Name | ast.ListComp)
        case ast.stmt():
            return changes_parts(part)
    return False


def _hands(call: ast.Call, names: set[str]) -> bool:
    """Whether a call is given what a name holds."""
    values = [*call.args, *[k.value for k in call.keywords]]
    return any([isinstance(v, ast.Name) and v.id in names for v in values])
