"""Builtins of texts and of what is known about a value: `str`, `print`, `type`, `getattr`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcli.ir import nodes as ir
from adcli.lowering import string_operations, value_joins
from adcli.lowering.builtin_function_values import Builtin, builtin
from adcli.lowering.heap_objects import Reference
from adcli.lowering.none_and_strings import NONE, Constant, Text
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.unions import Union
from adcli.lowering.user_functions import BoundMethod, Function
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Args = Sequence[Value]
_Keywords = dict[str, Value]

_TYPES: dict[str, type] = {
    "float": float, "int": int, "bool": bool, "str": str, "list": list, "tuple": tuple,
    "dict": dict, "set": set, "NoneType": type(None),
}  # fmt: skip


def _print(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    f.session.note_left_out("print")
    return NONE


@builtin("str", 0, 1)
def _str(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return string_operations.text_of(f, args[0], "s", node) if args else Constant("")


@builtin("repr", 1)
def _repr(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return string_operations.text_of(f, args[0], "r", node)


@builtin("format", 1, 2)
def _format(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    spec = args[1] if len(args) > 1 else Constant("")
    if not isinstance(spec, Constant):
        raise Refusal("format with a specification that is not known", node)
    return string_operations.text_of(f, args[0], "", node, str(spec.value))


def _of_known(name: str, function: Callable[..., object]) -> Builtin:
    """A function of known things."""

    @builtin(name, 1)
    def run(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
        known = args[0].known_value()
        if isinstance(args[0], Constant):
            known = args[0].value
        if known is None:
            raise Refusal(f"{name} of what is not known", node)
        try:
            return string_operations.from_python(f, function(known), node)
        except (TypeError, ValueError) as fault:
            raise f.raises(type(fault).__name__, str(fault), node) from None

    return run


# -- what a value is -------------------------------------------------------------------------------


@builtin("callable", 1)
def _callable(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if isinstance(args[0], Union):
        return f.choose(args[0], node, lambda v: _callable.call(f, [v], {}, node))
    if isinstance(args[0], Function | BoundMethod | Builtin):
        return f.known(True)
    if args[0].type_name() in _TYPES:
        return f.known(False)
    return f.known(_found(f, args[0], "__call__", node) is not None)


def _found(f: Frame, value: Value, name: str, node: ast.AST) -> Value | None:
    """The attribute that a value has under a name; None: it has none."""
    of_numpy = _is_in_scalars(value, name, node)
    if of_numpy is not None:
        return value.attribute(f, name, node) if of_numpy else None
    kind = _TYPES.get(value.type_name())
    if kind is not None and (isinstance(value, Number | Constant | Text | Tuple | Reference)):
        return value.attribute(f, name, node) if hasattr(kind, name) else None
    before, count = f.state, len(f.session.refusals)
    f.state = before.copy()
    code, state, found = value_joins.lowered(f, lambda: value.attribute(f, name, node))
    f.state = before
    if not state.is_dead:
        f.state = state
        f.build.code.extend(code)
        return found
    last = code[-1] if code else None
    del f.session.refusals[count:]
    if isinstance(last, ir.Raise) and last.exception == "AttributeError":
        return None
    raise Refusal(f"whether {value.what} has an attribute '{name}'", node)


def _named(f: Frame, value: Value, node: ast.AST) -> str:
    if not isinstance(value, Constant) or not isinstance(value.value, str):
        raise Refusal("an attribute by a name that is not known", node)
    return value.value


#: Attributes of NumPy's scalars, and those that they do not have.
_OF_SCALARS = {
    **dict.fromkeys(["shape", "dtype", "item", "ndim", "size", "T", "astype", "tolist", "copy",
                     "sum", "mean", "max", "min", "real", "imag", "__array__"], True),
    **dict.fromkeys(["__len__", "__iter__", "append", "keys"], False),
}  # fmt: skip


def _is_in_scalars(value: Value, name: str, node: ast.AST) -> bool | None:
    """Whether a number of NumPy has an attribute; None: the value is none."""
    if not isinstance(value, Number) or not (value.is_numpy_scalar or value.is_int64):
        return None
    if name not in _OF_SCALARS:
        raise Refusal(f"whether a number of NumPy has the attribute {name}", node)
    return _OF_SCALARS[name]


@builtin("hasattr", 2)
def _hasattr(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    name = _named(f, args[1], node)
    if isinstance(args[0], Union):
        return f.choose(args[0], node, lambda v: _hasattr.call(f, [v, args[1]], {}, node))
    of_numpy = _is_in_scalars(args[0], name, node)
    if of_numpy is not None:
        return f.known(of_numpy)
    kind = _TYPES.get(args[0].type_name())
    if kind is not None:
        return f.known(hasattr(kind, name))
    return f.known(_found(f, args[0], name, node) is not None)


@builtin("getattr", 2, 3)
def _getattr(f: Frame, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    name = _named(f, args[1], node)
    if len(args) == 2:
        return args[0].attribute(f, name, node)
    if isinstance(args[0], Union):
        return f.choose(args[0], node, lambda v: _getattr.call(f, [v, *args[1:]], {}, node))
    found = _found(f, args[0], name, node)
    return args[2] if found is None else found


BUILTINS: dict[str, Value] = {
    "print": Builtin("print", _print),
    "str": _str,
    "repr": _repr,
    "format": _format,
    "ascii": _of_known("ascii", ascii),
    "chr": _of_known("chr", chr),
    "ord": _of_known("ord", ord),
    "bin": _of_known("bin", bin),
    "hex": _of_known("hex", hex),
    "oct": _of_known("oct", oct),
    "callable": _callable,
    "hasattr": _hasattr,
    "getattr": _getattr,
}
