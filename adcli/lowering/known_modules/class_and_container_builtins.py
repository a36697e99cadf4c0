"""Python's builtins that make objects or ask for what is in them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering import sets
from adcli.lowering.builtin_function_values import Builtin, builtin
from adcli.lowering.class_members import ClassMethod, Property, StaticMethod
from adcli.lowering.classes import OBJECT, Class
from adcli.lowering.dicts import Dict, of_pairs, pairs_in
from adcli.lowering.hasattr import has_attribute
from adcli.lowering.heap_objects import new
from adcli.lowering.lists import Slice
from adcli.lowering.none_and_strings import NONE, Constant
from adcli.lowering.refusals import Refusal
from adcli.lowering.special_method_names import NOT_IMPLEMENTED
from adcli.lowering.super_calls import made_super
from adcli.lowering.type_introspection import is_subclass, type_of
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Args = Sequence[Value]
_Keywords = dict[str, Value]


def made_dict(
    f: Frame,
    args: _Args,
    keywords: _Keywords,
    node: ast.AST,
    kind: str = "dict",
    factory: Value = NONE,
) -> Value:
    """`dict(pairs, name=value)`."""
    if len(args) > 1:
        raise f.raises("TypeError", f"{kind} expected at most 1 argument, got {len(args)}", node)
    pairs = [pair for arg in args for pair in pairs_in(f, arg, node)]
    pairs += [(Constant(name), value) for name, value in keywords.items()]
    return new(f, Dict(of_pairs(f, pairs, node), kind, factory))


@builtin("set", 0, 1)
def _set(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return sets.made(f, args, node, is_frozen=False)


@builtin("frozenset", 0, 1)
def _frozenset(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return sets.made(f, args, node, is_frozen=True)


@builtin("slice", 1, 3)
def _slice(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    start, stop, step = [NONE, *args, NONE] if len(args) == 1 else [*args, NONE][:3]
    return Slice([start, stop, step])


def _type(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if len(args) != 1 or keywords:
        raise Refusal("a class that is made by type()", node)
    return type_of(f, args[0], node)


@builtin("issubclass", 2)
def _issubclass(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return is_subclass(f, args[0], args[1], node)


def _name(f: Frame, value: Value, node: ast.AST) -> str:
    if isinstance(value, Constant) and isinstance(value.value, str):
        return value.value
    raise Refusal("the name of an attribute that is not known", node)


@builtin("getattr", 2, 3)
def _getattr(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    name = _name(f, args[1], node)
    if len(args) == 2:
        return args[0].attribute(f, name, node)
    there = has_attribute(f, args[0], name, node)
    return f.branch(there, node, lambda: args[0].attribute(f, name, node), lambda: args[2])


@builtin("hasattr", 2)
def _hasattr(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return has_attribute(f, args[0], _name(f, args[1], node), node)


@builtin("setattr", 3)
def _setattr(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    args[0].set_attribute(f, _name(f, args[1], node), args[2], node)
    return NONE


@builtin("callable", 1)
def _callable(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    kind = args[0].kind_of_instance(f)
    return f.known(not isinstance(kind, Class) or kind.find("__call__") is not None)


def _wrapper(name: str, kind: type[StaticMethod | ClassMethod | Property]) -> Builtin:
    def run(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
        if keywords or not args or len(args) > (2 if kind is Property else 1):
            raise Refusal(f"{name} with these arguments", node)
        return kind(*args)

    return Builtin(name, run)


BUILTINS: dict[str, Value] = {
    "dict": Builtin("dict", made_dict),
    "set": _set,
    "frozenset": _frozenset,
    "object": OBJECT,
    "slice": _slice,
    "super": Builtin("super", made_super),
    "type": Builtin("type", _type),
    "issubclass": _issubclass,
    "setattr": _setattr,
    "property": _wrapper("property", Property),
    "staticmethod": _wrapper("staticmethod", StaticMethod),
    "classmethod": _wrapper("classmethod", ClassMethod),
    "NotImplemented": NOT_IMPLEMENTED,
}

_OF_INSTANCES = {"getattr": _getattr, "hasattr": _hasattr, "callable": _callable}


def of_instance(f: Frame, name: str, first: Value) -> Value | None:
    """What a builtin means for a class of the program or an instance of one; None: the same as for
    other values."""
    if isinstance(first, Class) or first.kind_of_instance(f):
        return _OF_INSTANCES[name]
    return None
