"""What the module `copy` has: copies of numbers, texts, tuples and lists."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin import Builtin, builtin
from adcli.lowering.constants import Constant
from adcli.lowering.heap_objects import Reference
from adcli.lowering.lists import Array, Items
from adcli.lowering.numbers import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Args = Sequence[Value]
_Keywords = dict[str, Value]


def _copied(f: Frame, value: Value, node: ast.AST, *, is_deep: bool) -> Value:
    if isinstance(value, Number | Constant) or (isinstance(value, Tuple) and not is_deep):
        return value
    if isinstance(value, Tuple):
        return Tuple([_copied(f, v, node, is_deep=True) for v in value.items])
    thing = f.object(value.number) if isinstance(value, Reference) else None
    if isinstance(thing, Items):
        items = [_copied(f, v, node, is_deep=True) if is_deep else v for v in thing.items]
        references = [v.number for v in thing.items if isinstance(v, Reference)]
        if is_deep and len(set(references)) < len(references):
            raise Refusal("a deep copy of a list that holds one list twice", node)
        return f.new_list(items, node)
    if isinstance(thing, Array) and (not is_deep or thing.kind.count("[") == 1):
        return f.session.library_call(f, "list_of", [value], node)
    raise Refusal(f"a copy of {value.what}", node)


@builtin("copy", 1)
def _copy(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return _copied(f, args[0], node, is_deep=False)


@builtin("deepcopy", 1)
def _deepcopy(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return _copied(f, args[0], node, is_deep=True)


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    found: dict[str, Builtin] = {"copy": _copy, "deepcopy": _deepcopy}
    return {**found}
