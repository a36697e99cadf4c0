"""Comparisons: `==`, `<` and their like, `is`, and those of sequences entry by entry.

Invariant: what is compared is asked in Python's order, and no further than Python asks.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from adcli.ir.types import BOOL
from adcli.lowering.heap_objects import Reference
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.unions import Union
from adcli.lowering.user_functions import Function
from adcli.lowering.value_joins import tag_is
from adcli.lowering.values import Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def compare(f: Frame, symbol: str, left: Value, right: Value, node: ast.AST) -> Number:
    """`left symbol right` for `==`, `<` and their like."""
    if isinstance(left, Union):
        found = f.choose(left, node, lambda v: compare(f, symbol, v, right, node))
        return f.number(found, node)
    if isinstance(right, Union):
        found = f.choose(right, node, lambda v: compare(f, symbol, left, v, node))
        return f.number(found, node)
    value = left.compare(f, symbol, right, node)
    if value is None:
        value = right.compare(f, _MIRRORED[symbol], left, node)
    if value is None:
        if symbol in ("==", "!="):
            return f.known(left.is_same(right) == (symbol == "=="))
        raise f.raises(
            "TypeError",
            f"'{symbol}' not supported between instances of "
            f"'{f.type_name(left)}' and '{f.type_name(right)}'",
            node,
        )
    return f.number(value, node)


def compare_sequences(
    f: Frame, symbol: str, left: Sequence[Value], right: Sequence[Value], node: ast.AST
) -> Number:
    """Two sequences: by the first two entries that differ, else by their lengths."""
    if symbol in ("==", "!=") and len(left) != len(right):
        return f.known(symbol == "!=")
    if not left or not right:
        return compare(f, symbol, f.known(len(left)), f.known(len(right)), node)
    equal = equal_entries(f, left[0], right[0], node)

    def differ() -> Value:
        if symbol in ("==", "!="):
            return f.known(symbol == "!=")
        return compare(f, symbol, left[0], right[0], node)

    def go_on() -> Value:
        return compare_sequences(f, symbol, left[1:], right[1:], node)

    return f.number(f.branch(equal, node, go_on, differ), node)


def equal_entries(f: Frame, left: Value, right: Value, node: ast.AST) -> Number:
    """Whether two entries of containers are equal, as one object always is, nan too."""
    if isinstance(left, Number) and isinstance(right, Number) and left.kind == right.kind:
        is_nan = [n.is_known and n.known != n.known for n in (left, right)]
        if all(is_nan):
            raise Refusal("whether one nan is the same object as another", node)
        if left.is_same(right):
            return f.known(True)
    return compare(f, "==", left, right, node)


def any_equal(f: Frame, item: Value, items: Sequence[Value], node: ast.AST) -> Number:
    """Whether a value equals one of several, asked in their order."""
    if not items:
        return f.known(False)
    first = equal_entries(f, items[0], item, node)
    if first.is_known:
        return first if first.known else any_equal(f, item, items[1:], node)
    found = f.branch(
        first, node, lambda: f.known(True), lambda: any_equal(f, item, items[1:], node)
    )
    return f.number(found, node)


def identical(f: Frame, left: Value, right: Value, node: ast.AST) -> Number:
    """`left is right`."""
    if left.is_untold or right.is_untold:
        raise Refusal(f"whether {left.what} is {right.what}", node)
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Union) and not isinstance(other, Union):
            same = [
                i for i, a in enumerate(one.alternatives)
                if not _is_number(a) and identical(f, a, other, node).known
            ]  # fmt: skip
            numbers = [i for i, a in enumerate(one.alternatives) if _is_number(a)]
            if numbers and _is_number(other):
                found = f.choose(one, node, partial(_identical, f, other, node))
                return f.number(found, node)
            return tag_is(f, one, same, node)
    if left.kind_of_instance(f) is not None and isinstance(left, Number):
        return f.known(left is right)
    if isinstance(left, Number) and isinstance(right, Number):
        if left.kind == right.kind == BOOL:
            if left.is_numpy_scalar != right.is_numpy_scalar:
                return f.known(False)
            return compare(f, "==", left, right, node)
        if left.whole is not None or right.whole is not None:
            raise Refusal("'is' of a number that is an integer or a real", node)
        if BOOL in (left.kind, right.kind) or left.kind != right.kind:
            return f.known(False)
        if left.is_same(right) and not left.is_known:
            return f.known(True)
        raise Refusal("'is' between numbers depends on how Python keeps them", node, "write ==")
    if isinstance(left, Reference) and isinstance(right, Reference):
        return f.known(f.is_one_object(left, right, node))
    if isinstance(left, Constant) and isinstance(right, Constant):
        return f.known(type(left.value) is type(right.value) and left.value == right.value)
    if isinstance(left, Function):
        return f.known(left.is_one(right, node))
    if isinstance(left, Tuple) and isinstance(right, Tuple) and left is not right:
        raise Refusal("whether two tuples are one object", node)
    return f.known(left.is_same(right))


def _identical(f: Frame, other: Value, node: ast.AST, value: Value) -> Value:
    return identical(f, value, other, node)


def _is_number(value: Value) -> bool:
    return isinstance(value, Number)
