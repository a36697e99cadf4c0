"""Attributes and methods of arrays."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcli.ir.types import REAL
from adcli.lowering.arrays import array_manipulation, creation
from adcli.lowering.arrays.functions_by_name import named
from adcli.lowering.arrays.lazy_expressions import fill
from adcli.lowering.arrays.list_conversion import as_list
from adcli.lowering.arrays.ndarray import Arraylike, NDArray
from adcli.lowering.arrays.numpy_function_registry import (
    DType,
    claim_array,
    item_size,
    operand,
    sizes_of,
)
from adcli.lowering.arrays.operators import assign, converted
from adcli.lowering.builtin_function_values import BoundBuiltin, Builtin
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Args = Sequence[Value]
_Keywords = dict[str, Value]

#: Methods that are the function of the same name.
SAME = (
    "sum", "prod", "max", "min", "any", "all", "mean", "std", "var", "argmax", "argmin", "cumsum",
    "cumprod", "dot", "trace", "clip", "round", "squeeze", "swapaxes", "ravel", "take", "repeat",
    "nonzero", "argsort", "diagonal", "conj", "conjugate", "ptp", "searchsorted",
)  # fmt: skip


def attribute(f: Frame, array: Arraylike, name: str, node: ast.AST) -> Value:
    """An attribute, or a method with its array."""
    match name:
        case "shape":
            return Tuple(list(array.shape))
        case "ndim":
            return f.known(array.rank)
        case "size":
            return array.size(f, node)
        case "T":
            order = list(range(array.rank))[::-1]
            return array_manipulation.transposed(f, array, order, node)
        case "dtype":
            return DType(array.kind)
        case "real":
            return array
        case "flat":
            if not array.stored(f, node).is_packed:
                raise Refusal("'flat' of an array that is not contiguous", node)
            return array_manipulation.reshaped(f, array, [f.known(-1)], node)
        case "itemsize":
            return f.known(item_size(array.kind))
    if name in SAME:
        function = named(f, name, node)
        return BoundBuiltin(name, lambda g, args, keywords, at: function.call(
            g, [array, *args], keywords, at))  # fmt: skip
    does = _METHODS.get(name)
    if does is None:
        if name[:2] == "__":
            hint = "write lambda i: x[i]" if name == "__getitem__" else None
            raise Refusal(f"the attribute '{name}' of an array", node, hint)
        if name in _NOT_FOLLOWED:
            raise Refusal(f"the attribute '{name}' of an array", node)
        message = f"'numpy.ndarray' object has no attribute '{name}'"
        raise f.raises("AttributeError", message, node)
    return BoundBuiltin(name, lambda g, args, keywords, at: does(g, array, args, keywords, at))


def attribute_of_number(f: Frame, number: Number, name: str, node: ast.AST) -> Value:
    """The same of a number, which is an array without indices."""
    claim_array(f, number)
    match name:
        case "shape":
            return Tuple([])
        case "ndim":
            return f.known(0)
        case "size":
            return f.known(1)
        case "T":
            return number
        case "dtype":
            return DType(number.kind)
        case "item" | "tolist":
            return Builtin(name, lambda g, args, keywords, at: number.of_python())
        case "copy" | "squeeze":
            return Builtin(name, lambda g, args, keywords, at: number)
        case "astype":
            return Builtin(name, lambda g, args, keywords, at: creation.as_dtype(
                g, number, args[0] if args else keywords["dtype"], at))  # fmt: skip
    function = named(f, "ravel" if name == "flatten" else name, node)
    return Builtin(name, lambda g, args, keywords, at: function.call(
        g, [number, *args], keywords, at))  # fmt: skip


def _shape(f: Frame, args: _Args, node: ast.AST) -> list[Number]:
    return sizes_of(f, args[0] if len(args) == 1 else Tuple(list(args)), node)


def _reshape(f: Frame, me: Arraylike, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    order = keywords.get("order")
    if order is not None and getattr(order, "value", "C") != "C":
        raise Refusal("an order of entries other than 'C'", node)
    return array_manipulation.reshaped(f, me, _shape(f, args, node), node).without_rank(f, node)


def _transpose(f: Frame, me: Arraylike, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    given = args if len(args) <= 1 else [Tuple(list(args))]
    return named(f, "transpose", node).call(f, [me, *given], keywords, node)


def _copy(f: Frame, me: Arraylike, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    return creation.copied(f, me, node)


def _flatten(f: Frame, me: Arraylike, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if args or keywords:
        raise Refusal("flatten in another order", node)
    return array_manipulation.reshaped(f, creation.copied(f, me, node), [f.known(-1)], node)


def _astype(f: Frame, me: Arraylike, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    dtype = args[0] if args else keywords.get("dtype", DType(REAL))
    found = creation.as_dtype(f, me, dtype, node)
    if found is me and "copy" in keywords:
        raise Refusal("astype that copies or does not copy", node, "leave out 'copy'")
    assert isinstance(found, Arraylike)
    return creation.copied(f, found, node)


def _item(f: Frame, me: Arraylike, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    if not args:
        return me.scalar(f, node).of_python()
    if len(args) == 1 and me.rank > 1 and isinstance(args[0], Number):
        me = array_manipulation.reshaped(f, me, [f.known(-1)], node)
    index = args[0] if len(args) == 1 else Tuple(list(args))
    return f.number(me.item(f, index, node), node).of_python()


def _tolist(f: Frame, me: Arraylike, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    found = as_list(f, me.stored(f, node), node)
    is_shared = isinstance(found, type(me.stored(f, node).data))
    return f.session.library_call(f, "list_of", [found], node) if is_shared and me.rank == 1 and (
        not me.stored(f, node).known_entries(f)) else found  # fmt: skip


def _fill(f: Frame, me: Arraylike, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    value = operand(f, args[0], node)
    number = value if isinstance(value, Number) else value.scalar(f, node)
    target = me.stored(f, node)
    fill(f, target, converted(f, number, me.kind, node), node)
    return NONE


def _sort(f: Frame, me: Arraylike, args: _Args, keywords: _Keywords, node: ast.AST) -> Value:
    found = named(f, "sort", node).call(f, [me, *args], keywords, node)
    found = found.forced(f, node)
    target = me.stored(f, node)
    assert isinstance(found, NDArray)
    assign(f, target, found, node)
    return NONE


#: What arrays have beside this.
_NOT_FOLLOWED = frozenset(
    ("argpartition", "base", "byteswap", "choose", "ctypes", "data", "dump", "dumps", "flags",
     "getfield", "imag", "itemset", "nbytes", "newbyteorder", "partition", "put", "resize",
     "setfield", "setflags", "strides", "tobytes", "tofile", "tostring", "view")
)  # fmt: skip

_METHODS: dict[str, Callable[[Frame, Arraylike, _Args, _Keywords, ast.AST], Value]] = {
    "reshape": _reshape,
    "transpose": _transpose,
    "copy": _copy,
    "__copy__": _copy,
    "flatten": _flatten,
    "astype": _astype,
    "item": _item,
    "tolist": _tolist,
    "fill": _fill,
    "sort": _sort,
}
