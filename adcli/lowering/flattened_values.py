"""Flattened values: a shape, which describes the value, and a row of leaves; and back.

Invariant: `rebuilt(flatten(v))` is v with other leaves.  A shape is hashable and has no leaf in it,
so that calls with equal shapes share a variant.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from adcli.lowering.heap_objects import Reference
from adcli.lowering.none_and_strings import Constant
from adcli.lowering.number_values import Number
from adcli.lowering.refusals import Refusal
from adcli.lowering.tuples import Tuple
from adcli.lowering.value_joins import assign
from adcli.lowering.values import Leaf, Maker, Moves, Shape, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame


def renumbered(shape: Shape, numbers: dict[int, int]) -> Shape:
    """A shape whose objects are numbered in the order met."""
    if shape[0] is Reference:
        if shape[1] in numbers and not shape[2].is_array:
            raise Refusal("an object that a function hands out twice")
        number = numbers.setdefault(shape[1], len(numbers))
        return (shape[0], number, *[_renumbered(part, numbers) for part in shape[2:]])
    return tuple([_renumbered(part, numbers) for part in shape])


def _renumbered(part: Any, numbers: dict[int, int]) -> Any:
    return renumbered(part, numbers) if isinstance(part, tuple) and part else part


def rebuilt(f: Frame, shape: Shape, make: Maker) -> Value:
    """A value of a shape, with variables that `make` makes in the order of the leaves."""
    kind: type[Value] = shape[0]
    return kind.rebuilt(f, shape, make)


def widened(f: Frame, value: Value, leaves: list[Leaf]) -> Shape:
    """The shape with known integers as leaves."""
    if isinstance(value, Number) and value.is_known:
        leaves.append((value.atom, value.kind))
        return (Number, value.kind, False)
    if type(value) is Tuple:
        return (Tuple, *[widened(f, v, leaves) for v in value.items])
    shape = value.flatten(f, leaves)
    if isinstance(value, Number):
        return (Number, value.kind, False)
    if isinstance(value, Constant) and len(f.session.variants) > MOST_VARIANTS:
        raise Refusal("a function calls itself with ever other known options")
    return shape


#: No program has more variants of functions than this.
MOST_VARIANTS = 1000


def grown(f: Frame, known: Shape, value: Value) -> tuple[Shape, list[Leaf]]:
    """The shape that holds values of a known shape and another value, and the leaves of that."""
    node: ast.AST = f.scope.text.node if f.scope.text is not None else ast.Pass()
    old = rebuilt(f, known, f.fresh)
    both = f.template(old, value, None, "%")
    found: Moves = []
    f.moves(both, value, found, node)
    assign(f, found, node)
    leaves: list[Leaf] = []
    return renumbered(both.flatten(f, leaves), {}), leaves
