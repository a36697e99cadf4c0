"""The abstract classes of `collections.abc` and `typing`: which values are their instances.

*The Python Standard Library*, "collections.abc": an instance has the methods that the class asks
for, or its class is registered.
"""

from __future__ import annotations

import ast
import collections
import collections.abc
import types
from typing import TYPE_CHECKING

from adcli.lowering.builtin_function_values import Builtin
from adcli.lowering.classes import OBJECT, Class
from adcli.lowering.dict_methods import View
from adcli.lowering.number_values import Number
from adcli.lowering.user_functions import Function
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: The names, without those of coroutines.
NAMES = tuple([n for n in collections.abc.__all__ if not n.startswith(("Async", "Await", "Corou"))])

#: The methods that an instance of such a class has; one of the others is an instance by its class.
_BY_METHODS = {
    "Callable": ("__call__",), "Collection": ("__len__", "__iter__", "__contains__"),
    "Container": ("__contains__",), "Hashable": ("__hash__",), "Iterable": ("__iter__",),
    "Iterator": ("__iter__", "__next__"), "Reversible": ("__iter__", "__reversed__"),
    "Sized": ("__len__",),
}  # fmt: skip

#: What arrays are instances of.
_OF_ARRAYS = ("Collection", "Container", "Iterable", "Sized")

_TYPES: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        float, int, bool, str, list, tuple, dict, set, frozenset, range, slice, types.NoneType,
        collections.OrderedDict, collections.defaultdict, collections.Counter,
    )
}  # fmt: skip

_VIEWS = {"keys": type({}.keys()), "values": type({}.values()), "items": type({}.items())}


def is_of_abstract(f: Frame, value: Value, name: str) -> bool | None:
    """Whether a value is an instance of an abstract class; None if nobody knows."""
    if value.is_arraylike or (isinstance(value, Number) and value.is_zero_dimensional):
        return name in _OF_ARRAYS
    kind = value.kind_of_instance(f)
    if isinstance(kind, Class):
        return _by_methods(kind, name) or (_is_deque(f, kind) and _is_one(collections.deque, name))
    found = _type_of(f, value)
    if found is None:
        return None
    return _is_one(found, name)


def _is_one(kind: type, name: str) -> bool:
    return issubclass(kind, getattr(collections.abc, name))


def _is_deque(f: Frame, kind: Class) -> bool:
    queue = f.session.modules.module("collections").attribute(f, "deque", ast.Pass())
    return kind.derives_from(queue)


def _by_methods(kind: Class, name: str) -> bool:
    bases = [_TYPES[base] for base in kind.builtin_bases() if base in _TYPES]
    if any([_is_one(base, name) for base in bases]):
        return True
    if name == "Hashable":
        return _is_hashable(kind)
    needed = _BY_METHODS.get(name, ())
    members = [kind.find(method) for method in needed]
    return bool(needed) and all([m is not None and not m.is_none for m in members])


def _is_hashable(kind: Class) -> bool:
    """A class that says what is equal, and not how it is hashed, has no `__hash__`."""
    for one in kind.mro:
        if "__hash__" in one.namespace:
            return not one.namespace["__hash__"].is_none
        if "__eq__" in one.namespace and one is not OBJECT:
            return False
    return True


def _type_of(f: Frame, value: Value) -> type | None:
    """The type of Python that a value has."""
    if isinstance(value, View):
        return _VIEWS[value.part]
    if isinstance(value, Class):
        return type
    if isinstance(value, Function | Builtin):
        return types.FunctionType
    return _TYPES.get(f.type_name(value))
