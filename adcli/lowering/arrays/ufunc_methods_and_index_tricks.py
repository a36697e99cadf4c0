"""What NumPy makes of functions: `np.add.reduce`, `np.vectorize`, `np.piecewise`; and its things
that are no functions: `np.r_`, `np.finfo`, `np.errstate`."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING

from adcli.ir.types import BOOL, REAL
from adcli.lowering.arrays.array_manipulation import concatenated, items_of, reshaped, transposed
from adcli.lowering.arrays.broadcasting import chosen
from adcli.lowering.arrays.indexing import changed_at
from adcli.lowering.arrays.lazy_expressions import Operand
from adcli.lowering.arrays.list_conversion import array_of_value
from adcli.lowering.arrays.ndarray import Arraylike, NDArray
from adcli.lowering.arrays.numpy_function_registry import (
    OTHER_DTYPES,
    TABLE,
    DType,
    OtherDType,
    array,
    axis_of,
    is_of_dtype,
    is_true,
    kind_of_dtype,
    left_out,
    operand,
    row,
)
from adcli.lowering.arrays.operators import called_on_entries, mapped, truncated
from adcli.lowering.builtin_function_values import Builtin, builtin
from adcli.lowering.known_modules.constant_records import Record
from adcli.lowering.lists import Slice
from adcli.lowering.none_and_strings import NONE, Constant
from adcli.lowering.number_values import Number, wider
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.values import Value
from adcli.lowering.with_statements import Context

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_Keywords = dict[str, Value]

#: The reductions and scans of elementwise functions.
_REDUCTIONS = {
    "add": "sum", "multiply": "prod", "maximum": "max", "minimum": "min",
    "logical_and": "all", "logical_or": "any",
}  # fmt: skip
_SCANS = {"add": "cumsum", "multiply": "cumprod"}


def _reduce(name: str) -> Builtin:
    def run(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
        given = dict(keywords)
        axis = args[1] if len(args) > 1 else given.pop("axis", f.known(0))
        return TABLE[name].call(f, [args[0], axis], given, node)

    return Builtin(f"{name}.reduce", run)


def _accumulate(name: str) -> Builtin:
    def run(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
        axis = args[1] if len(args) > 1 else keywords.get("axis", f.known(0))
        return TABLE[name].call(f, [args[0], axis], {}, node)

    return Builtin(f"{name}.accumulate", run)


def _outer(name: str) -> Builtin:
    def run(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
        one, other = [array(f, v, node) for v in args]
        wide = reshaped(f, one, [*one.shape, *[f.known(1)] * other.rank], node)
        return TABLE[name].call(f, [wide, other], {}, node)

    return Builtin(f"{name}.outer", run)


def _at(symbol: str) -> Builtin:
    """`np.add.at(a, index, b)`: an entry that the index names more than once changes as often."""

    def run(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
        target, index, more = args
        if not isinstance(target, NDArray):
            raise Refusal("what is changed by 'at' is no array", node)
        changed_at(f, target, index, symbol, operand(f, more, node), node)
        return NONE

    return Builtin("at", run)


for _name, _symbol in (("add", "+"), ("subtract", "-"), ("multiply", "*"), ("divide", "/")):
    TABLE[_name].attributes["at"] = _at(_symbol)
for _name, _reduction in _REDUCTIONS.items():
    TABLE[_name].attributes["reduce"] = _reduce(_reduction)
for _name, _scan in _SCANS.items():
    TABLE[_name].attributes["accumulate"] = _accumulate(_scan)


def _by_text(name: str, method: str, text: str) -> Builtin:
    """A method of an elementwise function, which our library has as Python text."""

    def run(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
        if set(keywords) - {"axis"}:
            raise Refusal(f"this argument of {name}.{method}", node)
        axis = args[1] if len(args) > 1 else keywords.get("axis", f.known(0))
        given = [TABLE[name], array(f, args[0], node).forced(f, node), axis]
        return f.session.library_call(f, text, given, node, inlined=True)

    return Builtin(f"{name}.{method}", run)


#: Elementwise functions of two arrays.
_OF_TWO = ("add", "subtract", "multiply", "divide", "power", "maximum", "minimum", "hypot",
           "arctan2", "logaddexp", "mod", "floor_divide")  # fmt: skip

for _name in _OF_TWO:
    has = TABLE[_name].attributes
    has["outer"] = _outer(_name)
    has.setdefault("reduce", _by_text(_name, "reduce", "ufunc_reduced"))
    has.setdefault("accumulate", _by_text(_name, "accumulate", "ufunc_accumulated"))


@row("poly1d", "c_or_r; r, variable")
def _poly1d(f: Frame, node: ast.AST, given: Value, r: Value | None, _: Value | None) -> Value:
    kind = f.session.modules.module("adcli.lowering.library.poly1d").attribute(f, "poly1d", node)
    return kind.call(f, [given, *([] if r is None else [r])], {}, node)


@row("vectorize", "pyfunc; otypes, doc, excluded, cache, signature")
def _vectorize(
    f: Frame, node: ast.AST, pyfunc: Value, otypes: Value | None,
    _: Value | None, excluded: Value | None, __: Value | None, signature: Value | None,
) -> Value:  # fmt: skip
    left_out("vectorize", node, excluded=excluded, signature=signature)

    def run(g: Frame, args: Sequence[Value], keywords: dict[str, Value], at: ast.AST) -> Value:
        if keywords:
            raise Refusal("keyword arguments of a vectorized function", at)
        entries = [operand(g, a, at) for a in args]
        return called_on_entries(g, pyfunc, entries, at, is_told=otypes is not None)

    return Builtin("a vectorized function", run)


@row("piecewise", "x, condlist, funclist")
def _piecewise(f: Frame, node: ast.AST, x: Value, condlist: Value, funclist: Value) -> Value:
    value = operand(f, x, node)
    held = [operand(f, v, node) for v in items_of(f, condlist, node)]
    does = items_of(f, funclist, node)
    if len(does) not in (len(held), len(held) + 1):
        message = "with {} condition(s), either {} or {} functions are expected"
        count = len(held)
        raise f.raises("ValueError", message.format(count, count, count + 1), node)

    def part(function: Value) -> Operand:
        if isinstance(function, Number):
            return function
        return operand(f, function.call(f, [value.forced(f, node)], {}, node), node)

    found: Operand = part(does[-1]) if len(does) > len(held) else f.known(0.0)
    for condition, function in zip(held, does, strict=False):  # the last one that holds counts
        found = chosen(f, condition, part(function), found, node)
    return mapped(f, value.kind, lambda g, v, at: _kept_kind(g, v, value.kind, at), [found], node)


def _kept_kind(f: Frame, value: Number, kind: str, node: ast.AST) -> Number:
    from adcli.lowering.arrays.operators import converted

    return converted(f, value, kind, node)


class _WithBrackets(Value):
    """What NumPy has for use with brackets alone, by its name."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def what(self) -> str:
        return f"numpy.{self.name}"


class _Joiner(_WithBrackets):
    """`np.r_` and `np.c_`: what is between the brackets, joined."""

    __slots__ = ()

    def item(self, f: Frame, index: Value, node: ast.AST) -> Value:
        parts: list[Arraylike] = []
        for value in index.items if isinstance(index, Tuple) else [index]:
            if isinstance(value, Slice):
                known = [None if b is NONE else b for b in value.bounds]
                given = [b if b is not None else f.known(i) for i, b in enumerate(known[:2])]
                more = [known[2]] if known[2] is not None else []
                found: Value = TABLE["arange"].call(f, [*given, *more], {}, node)
            else:
                found = array_of_value(f, value, node)
            one = array(f, found, node)
            if self.name == "c_" and one.rank == 1:
                one = transposed(f, reshaped(f, one, [f.known(1), f.known(-1)], node), [1, 0], node)
            parts.append(one)
        return concatenated(f, parts, 1 if self.name == "c_" else 0, node)


def _finfo(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    info = sys.float_info
    fields = {
        "eps": info.epsilon, "max": info.max, "min": -info.max, "tiny": info.min,
        "smallest_normal": info.min, "resolution": 1e-15,
    }  # fmt: skip
    return Record("numpy.finfo(float64)", {k: f.known(v) for k, v in fields.items()})


def _iinfo(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    bounds = {"max": 2**63 - 1, "min": -(2**63)}
    return Record("numpy.iinfo(int64)", {k: f.known(v) for k, v in bounds.items()})


def _result_type(f: Frame, args: Sequence[Value], keywords: _Keywords, node: ast.AST) -> Value:
    kinds = [a.kind if isinstance(a, DType) else array(f, a, node).kind for a in args]
    if not kinds:
        raise Refusal("np.result_type of nothing", node)
    return DType(reduce(wider, kinds))


def _issubdtype(f: Frame, args: Sequence[Value], keywords: _Keywords, node: ast.AST) -> Value:
    if len(args) != 2 or keywords:
        raise Refusal("np.issubdtype of this", node)
    kind = "" if isinstance(args[0], OtherDType) else kind_of_dtype(args[0], node)
    return f.known(is_of_dtype(kind, args[1], node))


def _common_type(f: Frame, args: Sequence[Value], keywords: _Keywords, node: ast.AST) -> Value:
    if any([array(f, a, node).kind == BOOL for a in args]):
        raise f.raises("TypeError", "can't get common type for non-numeric array", node)
    return DType(REAL)


def _context(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    return Context(NONE)


def _nothing(f: Frame, args: Sequence[Value], keywords: dict[str, Value], node: ast.AST) -> Value:
    return NONE


class _Grid(_WithBrackets):
    """`np.mgrid` and `np.ogrid`: what slices count, as arrays with an axis for each."""

    __slots__ = ()

    def item(self, f: Frame, index: Value, node: ast.AST) -> Value:
        parts = index.items if isinstance(index, Tuple) else [index]
        if not all([isinstance(part, Slice) for part in parts]):
            raise Refusal(f"{self.what} of what is no slice", node)
        lines = [_counted(f, part, node) for part in parts if isinstance(part, Slice)]
        if not isinstance(index, Tuple):
            return lines[0]
        if self.name == "mgrid":
            grids = TABLE["meshgrid"].call(f, lines, {"indexing": Constant("ij")}, node)
            return TABLE["stack"].call(f, [grids], {}, node)
        one, open_grid = f.known(1), []
        for i, entries in enumerate(lines):
            shape = [one] * len(lines)
            shape[i] = f.known(-1)
            open_grid.append(reshaped(f, array(f, entries, node), shape, node))
        return Tuple(open_grid)


def _counted(f: Frame, part: Slice, node: ast.AST) -> Value:
    """What a slice counts, from 0 if it has no start."""
    start, stop, step = part.bounds
    given = [f.known(0) if start is NONE else start, stop, *([] if step is NONE else [step])]
    return TABLE["arange"].call(f, given, {}, node)


class _Typecodes(_WithBrackets):
    """`np.typecodes`: the letters of the kinds of entries, by the names of groups."""

    __slots__ = ()

    def item(self, f: Frame, index: Value, node: ast.AST) -> Value:
        name = index.value if isinstance(index, Constant) else None
        if name not in _TYPECODES:
            raise Refusal("np.typecodes of this", node)
        return Constant(_TYPECODES[name])


class _ScalarTypes(_WithBrackets):
    """`np.sctypeDict`: the types of numbers by their names."""

    __slots__ = ()

    def item(self, f: Frame, index: Value, node: ast.AST) -> Value:
        found = _scalar_type(index)
        if found is None:
            raise Refusal("np.sctypeDict of this", node)
        return found

    def attribute(self, f: Frame, name: str, node: ast.AST) -> Value:
        if name != "get":
            return super().attribute(f, name, node)

        @builtin("numpy.sctypeDict.get", 1, 2)
        def get(g: Frame, args: Sequence[Value], keywords: _Keywords, at: ast.AST) -> Value:
            return _scalar_type(args[0]) or (args[1] if len(args) > 1 else NONE)

        return get


def _scalar_type(name: Value) -> Value | None:
    spoken = name.value if isinstance(name, Constant) else None
    if spoken in OTHER_DTYPES:
        return OtherDType(spoken)
    try:
        return DType(kind_of_dtype(name, ast.Pass()))
    except Refusal:
        return None


#: The letters of groups of kinds (NumPy, `numpy/_core/numerictypes.py`).
_TYPECODES = {
    "Character": "c", "Integer": "bhilqnp", "UnsignedInteger": "BHILQNP", "Float": "efdg",
    "Complex": "FDG", "AllInteger": "bBhHiIlLqQnNpP", "AllFloat": "efdgFDG", "Datetime": "Mm",
    "All": "?bhilqnpBHILQNPefdgFDGSUVOMm",
}  # fmt: skip


#: What is no function of arrays.
THINGS: dict[str, Value] = {
    "r_": _Joiner("r_"),
    "c_": _Joiner("c_"),
    "mgrid": _Grid("mgrid"),
    "ogrid": _Grid("ogrid"),
    "sctypeDict": _ScalarTypes("sctypeDict"),
    "typecodes": _Typecodes("typecodes"),
    "finfo": Builtin("numpy.finfo", _finfo),
    "iinfo": Builtin("numpy.iinfo", _iinfo),
    "common_type": Builtin("numpy.common_type", _common_type),
    "issubdtype": Builtin("numpy.issubdtype", _issubdtype),
    "result_type": Builtin("numpy.result_type", _result_type),
    "errstate": Builtin("numpy.errstate", _context),
    "printoptions": Builtin("numpy.printoptions", _context),
    "seterr": Builtin("numpy.seterr", _nothing),
    "set_printoptions": Builtin("numpy.set_printoptions", _nothing),
}


# -- entries put in and taken out ------------------------------------------------------------------


@row("delete", "arr, obj; axis")
def _delete(f: Frame, node: ast.AST, arr: Value, obj: Value, axis: Value | None) -> Value:
    found = array(f, arr, node).stored(f, node)
    if axis is None:
        found = reshaped(f, found, [f.known(-1)], node)
    place = 0 if axis is None else axis_of(f, axis, found.rank, node)
    before: list[Value] = [Slice([NONE] * 3)] * place
    parts = [
        array(f, found.item(f, Tuple([*before, Slice(bounds)]), node), node)
        for bounds in _around(f, obj, node)
    ]
    return concatenated(f, parts, place, node)


def _around(f: Frame, obj: Value, node: ast.AST) -> list[list[Value]]:
    """The bounds of what is before and behind an index."""
    number = operand(f, obj, node)
    if not isinstance(number, Number):
        raise Refusal("np.delete or np.insert at several places", node)
    behind = f.binary("+", number, f.known(1), node)
    is_last = number.is_known and number.known == -1
    return [[NONE, number, NONE], [f.known(2**62) if is_last else behind, NONE, NONE]]


@row("insert", "arr, obj, values; axis")
def _insert(
    f: Frame, node: ast.AST, arr: Value, obj: Value, values: Value, axis: Value | None
) -> Value:
    found = array(f, arr, node).stored(f, node)
    if found.rank > 1 or axis is not None:
        raise Refusal("np.insert into an array with several dimensions", node)
    number = operand(f, obj, node)
    if not isinstance(number, Number):
        raise Refusal("np.delete or np.insert at several places", node)
    given = operand(f, values, node)
    if wider(given.kind, found.kind) != found.kind:
        given = truncated(f, given, found.kind, node)
    parts = [
        array(f, found.item(f, Slice([NONE, number, NONE]), node), node),
        reshaped(f, array(f, given, node), [f.known(-1)], node),
        array(f, found.item(f, Slice([number, NONE, NONE]), node), node),
    ]
    return concatenated(f, parts, 0, node)


@row("rot90", "m; k")
def _rot90(f: Frame, node: ast.AST, m: Value, k: Value | None) -> Value:
    times = 1 if k is None else int(k.known_value() or 0)
    found: Value = array(f, m, node)
    for _ in range(times % 4):
        turned = TABLE["flip"].call(f, [found, f.known(1)], {}, node)
        found = transposed(f, array(f, turned, node), [1, 0], node)
    return found


@row("fromfunction", "function, shape; dtype")
def _fromfunction(
    f: Frame, node: ast.AST, function: Value, shape: Value, dtype: Value | None
) -> Value:
    from adcli.lowering.arrays.creation import as_dtype
    from adcli.lowering.arrays.numpy_function_registry import sizes_of
    from adcli.lowering.arrays.vector_and_matrix_products import index_grid

    grid = index_grid(f, sizes_of(f, shape, node), node)
    kind = dtype if dtype is not None else DType(REAL)
    return function.call(f, [as_dtype(f, g, kind, node).forced(f, node) for g in grid], {}, node)


@row("fill_diagonal", "a, val; wrap")
def _fill_diagonal(f: Frame, node: ast.AST, a: Value, val: Value, wrap: Value | None) -> Value:
    from adcli.lowering.arrays.operators import assign
    from adcli.lowering.arrays.vector_and_matrix_products import diagonal

    found = array(f, a, node)
    if not isinstance(found, NDArray) or is_true(f, wrap, node):
        raise Refusal("np.fill_diagonal of this", node)
    assign(f, diagonal(f, found, None, node), operand(f, val, node), node)
    return NONE
