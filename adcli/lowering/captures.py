"""Captures: the names of the functions around it that a function uses, with what they hold.

Invariant: a name that the function, or a function that it uses, may read is among them; some that
are never read may be too.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering.calls import Function
from adcli.lowering.module_changes import changes_parts, is_changing_call, is_changing_method
from adcli.lowering.scopes import FunctionText, LocalScope, bound_names, own_statements
from adcli.lowering.state import Key
from adcli.lowering.unions import each_value
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def captured(f: Frame, function: Function) -> dict[Key, tuple[LocalScope, Value]]:
    """The names that a function captures, those of the functions that it captures too."""
    found: dict[Key, tuple[LocalScope, Value]] = {}
    todo = [function]
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
