"""What the module `dataclasses` has."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.lowering.builtin_function_values import Builtin, builtin
from adcli.lowering.classes import Class
from adcli.lowering.dataclass_decorator import (
    OPTIONS,
    instance_of_dataclass,
    known_options,
    made_dataclass,
    made_field,
    plain,
    replaced,
)
from adcli.lowering.foreign_values import Foreign
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Args = Sequence[Value]
_Keywords = dict[str, Value]


def _dataclass(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    """`@dataclass`, `@dataclass(frozen=True)`."""
    if set(keywords) - set(OPTIONS) or len(args) > 1:
        raise Refusal("dataclass with these arguments", node)
    options = {**OPTIONS, **known_options(keywords, node)}

    def apply(g: Frame, given: _Args, none: _Keywords, at: ast.AST) -> Value:
        if len(given) != 1 or not isinstance(given[0], Class):
            raise Refusal("dataclass of something that is no class", at)
        return made_dataclass(g, given[0], options, at)

    return apply(f, args, {}, node) if args else Builtin("dataclass", apply)


@builtin("asdict", 1)
def _asdict(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    instance_of_dataclass(f, args[0], node)
    return plain(f, args[0], node, as_dict=True)


@builtin("astuple", 1)
def _astuple(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    instance_of_dataclass(f, args[0], node)
    return plain(f, args[0], node, as_dict=False)


@builtin("fields", 1)
def _fields(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    raise Refusal("the fields of a dataclass as values", node)


def names(f: Frame) -> dict[str, Value]:
    """The names of the module."""
    return {
        "dataclass": Builtin("dataclass", _dataclass),
        "field": Builtin("field", made_field),
        "replace": Builtin("replace", replaced),
        "asdict": _asdict,
        "astuple": _astuple,
        "fields": _fields,
        "FrozenInstanceError": Foreign("dataclasses.FrozenInstanceError"),
    }


__all__ = ["Constant", "Tuple", "names"]
