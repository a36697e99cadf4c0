"""What the module `copy` has: copies of numbers, texts, tuples, lists and instances.

Invariant: a deep copy copies what it meets twice once, as Python's does.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin_function_values import Builtin, builtin
from adcli.lowering.classes import OBJECT, Class
from adcli.lowering.heap_objects import Reference, new, replace
from adcli.lowering.instance_operators import Instance
from adcli.lowering.lists import Array, Items
from adcli.lowering.none_and_strings import NONE, Constant
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.user_functions import Function
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Args = Sequence[Value]
_Keywords = dict[str, Value]


#: Methods that say how an object is copied.
_COPYING = (
    "__copy__", "__deepcopy__", "__reduce__", "__reduce_ex__", "__getstate__", "__setstate__",
    "__getnewargs__", "__getnewargs_ex__",
)  # fmt: skip

#: The copies that a deep copy has made, by the numbers of what they are copies of.
_Memo = dict[int, Value]


def _copied(f: Frame, value: Value, node: ast.AST, memo: _Memo | None) -> Value:
    """A copy, deep if it comes with a memo."""
    if isinstance(value, Number | Constant | Function | Class):
        return value
    if isinstance(value, Tuple):
        return value if memo is None else Tuple([_copied(f, v, node, memo) for v in value.items])
    if isinstance(value, Reference) and memo is not None and value.number in memo:
        if memo[value.number].is_none:
            raise Refusal("a deep copy of a list that holds itself", node)
        return memo[value.number]
    thing = f.object(value.number) if isinstance(value, Reference) else None
    if isinstance(thing, Items):
        _noted(NONE, value, memo)
        items = thing.items if memo is None else [_copied(f, v, node, memo) for v in thing.items]
        return _noted(f.new_list(items, node), value, memo)
    if isinstance(thing, Array) and (memo is None or thing.kind.count("[") == 1):
        return _noted(f.session.library_call(f, "list_of", [value], node), value, memo)
    if isinstance(thing, Instance):
        return _copied_instance(f, value, thing, node, memo)
    raise Refusal(f"a copy of {value.what}", node)


def _copied_instance(
    f: Frame, value: Value, thing: Instance, node: ast.AST, memo: _Memo | None
) -> Value:
    own = [name for name in _COPYING if thing.kind.find(name) is not None]
    is_made_otherwise = thing.kind.found("__new__") is not OBJECT.namespace["__new__"]
    if own or is_made_otherwise or thing.kind.new is not None:
        raise Refusal(f"a copy of {thing.what}, whose class has methods for that", node)
    copy = _noted(new(f, Instance(thing.kind, {})), value, memo)
    fields = {
        name: part if memo is None else _copied(f, part, node, memo)
        for name, part in thing.fields.items()
    }
    assert isinstance(copy, Reference)
    replace(f, copy, Instance(thing.kind, fields), node)
    return copy


def _noted(copy: Value, value: Value, memo: _Memo | None) -> Value:
    assert isinstance(value, Reference)
    if memo is not None:
        memo[value.number] = copy
    return copy


@builtin("copy", 1)
def _copy(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return _copied(f, args[0], node, None)


@builtin("deepcopy", 1)
def _deepcopy(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return _copied(f, args[0], node, {})


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    found: dict[str, Builtin] = {"copy": _copy, "deepcopy": _deepcopy}
    return {**found}
