"""`hasattr`: whether a value has the attribute of a name."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.lowering.class_members import Property
from adcli.lowering.classes import Class
from adcli.lowering.conditionally_set_values import MISSING, if_there
from adcli.lowering.heap_objects import Reference
from adcli.lowering.instance_operators import Instance
from adcli.lowering.named_tuples import NamedTuple
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.unions import Union
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_BUILT_IN = {"float": float, "int": int, "bool": bool, "str": str, "NoneType": type(None),
             "list": list, "tuple": tuple, "dict": dict}  # fmt: skip


def has_attribute(f: Frame, value: Value, name: str, node: ast.AST) -> Number:
    """Whether a value has an attribute."""
    if isinstance(value, Union):
        return f.number(f.choose(value, node, lambda v: has_attribute(f, v, name, node)), node)
    thing = f.object(value.number) if isinstance(value, Reference) else None
    if isinstance(thing, Instance):
        return _of_instance(f, thing, name, node)
    if isinstance(value, NamedTuple):
        is_known = name in value.kind.fields or value.kind.find(name) is not None
        return f.known(is_known or hasattr(tuple, name))
    if isinstance(value, Class):
        return f.known(value.find(name) is not None or hasattr(object, name))
    known = _BUILT_IN.get(value.type_name())
    if known is not None and isinstance(value, Number | Constant | Tuple | Reference):
        return f.known(hasattr(known, name))
    raise Refusal(f"whether {value.what} has an attribute", node)


def _of_instance(f: Frame, thing: Instance, name: str, node: ast.AST) -> Number:
    member = thing.kind.find(name)
    if isinstance(member, Property) or thing.kind.find("__getattr__") is not None:
        raise Refusal("whether there is an attribute that a method computes", node)
    if member is not None or hasattr(object, name):
        return f.known(True)
    there = if_there(
        f, thing.fields.get(name, MISSING), node, lambda _: f.known(True), lambda: f.known(False)
    )
    return f.number(there, node)
