"""Heaps: the objects behind two paths.

Invariant: an object has its number on both paths, so whoever refers to it sees what it is behind
them.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NoReturn

from adcli.lowering.joins import Path, assign, moves, template
from adcli.lowering.lists import array_of_list, common_kind_of
from adcli.lowering.objects import Object, Reference
from adcli.lowering.refusals import Refusal
from adcli.lowering.state import State
from adcli.lowering.values import Moves

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def join_heaps(f: Frame, one: Path, other: Path, result: State, node: ast.AST) -> None:
    """The objects behind two paths."""
    a, b = one[1], other[1]
    result.heap = {**b.heap, **a.heap}
    for number in [n for n in a.heap if n in b.heap and a.heap[n] is not b.heap[n]]:
        x, y = a.heap[number], b.heap[number]
        me = Reference(number)
        if x.layout() != y.layout():
            x, y = x.aligned(y), y.aligned(x)
        if x.is_array != y.is_array or x.layout() != y.layout():
            x, y = _as_arrays(f, me, one, other, node)
        f.state = result
        slots = [template(f, p, q, None, "%") for p, q in zip(x.slots(), y.slots(), strict=True)]
        result.heap[number] = x.rebuilt(slots)
        for path, thing in ((one, x), (other, y)):
            f.state = path[1]
            with f.code_into(path[0]):
                found: Moves = []
                for slot, value in zip(slots, thing.slots(), strict=True):
                    moves(f, slot, value, found, node)
                assign(f, found, node)


def _as_arrays(
    f: Frame, me: Reference, one: Path, other: Path, node: ast.AST
) -> tuple[Object, Object]:
    """An object that is a list of other length on each path, as an array on both."""
    x, y = one[1].heap[me.number], other[1].heap[me.number]
    kind = common_kind_of(f, x, one[1], y, other[1])
    if kind is None:
        torn = _Torn(x.what)
        return torn, torn
    made: list[Object] = []
    for path in (one, other):
        f.state = path[1]
        with f.code_into(path[0]):
            made.append(array_of_list(f, me, node, kind))
    return made[0], made[1]


class _Torn(Object):
    """An object that is different on two paths in a way that cannot be followed."""

    __slots__ = ("what",)

    def __init__(self, what: str) -> None:
        self.what = f"{what} that differs on two paths"

    def layout(self) -> object:
        return _Torn

    def _refuse(self, *_: object) -> NoReturn:
        raise Refusal(self.what)

    attribute = set_attribute = call = _refuse  # type: ignore[assignment]
    compare = binary = reflected = inplace = _refuse  # type: ignore[assignment]
