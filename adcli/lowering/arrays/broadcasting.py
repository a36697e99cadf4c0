"""Broadcasting: operands of different shapes as operands of one shape.

NumPy, "Broadcasting": shapes are compared from their last sizes on; two sizes fit if they are equal
or one of them is 1.  A size that is not known until the program runs is taken for another one than
1: if it turns out to be 1 and had to be stretched, the run ends with an error.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS, Atom
from adcli.ir import nodes as ir
from adcli.lowering.arrays import sizes
from adcli.lowering.arrays.lazy_expressions import Elementwise, Entry, Operand
from adcli.lowering.arrays.ndarray import Arraylike, NDArray
from adcli.lowering.number_values import Number, wider

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

_STRETCHED = "an axis whose length is 1 only when the program runs is stretched (broadcast) here"


def common_shape(f: Frame, shapes: Sequence[sizes.Shape], node: ast.AST) -> sizes.Shape:
    """The shape that several shapes have together.  Ends the path with NumPy's ValueError where
    there is none."""
    rank = max([len(s) for s in shapes], default=0)
    found: list[Number] = []
    for axis in range(rank, 0, -1):
        given = [s[-axis] for s in shapes if len(s) >= axis]
        wide = [n for n in given if not (n.is_known and n.known == 1)]
        best = next((n for n in wide if n.is_known), wide[0] if wide else f.known(1))
        for size in wide:
            _check(f, best, size, shapes, node)
        found.append(best)
    return tuple(found)


def _check(
    f: Frame, best: Number, size: Number, shapes: Sequence[sizes.Shape], node: ast.AST
) -> None:
    if sizes.is_equal(f, best, size):
        return
    values: list[Atom] = []
    told = " ".join([sizes.shape_text(s, values) for s in shapes if s])
    message = f"operands could not be broadcast together with shapes {told} "
    if best.is_known and size.is_known:
        raise f.raises("ValueError", message, node, values)
    span = f.span(node)
    fits = f.apply(OPERATORS["=="], (best, size), node)
    code: list[ir.Stmt] = []
    with f.code_into(code):
        for one in (best, size):
            if not one.is_known:
                is_one = f.apply(OPERATORS["=="], (one, f.known(1)), node)
                refused = sizes.raised(f, ir.REFUSED, _STRETCHED, node)
                f.add(ir.If(f.condition(is_one, node), [refused], [], span))
        f.add(sizes.raised(f, "ValueError", message, node, values))
    f.add(ir.If(f.condition(fits, node), [], code, span))


def stretched(f: Frame, operand: Operand, shape: sizes.Shape, node: ast.AST) -> Operand:
    """An operand as one of a shape that its own one fits into; numbers stay as they are."""
    if isinstance(operand, Number):
        return operand
    if isinstance(operand, Elementwise):
        if _is_shape(f, operand, shape):
            return operand
        args = [stretched(f, arg, shape, node) for arg in operand.args]
        return Elementwise(operand.kind, shape, operand.rule, args)
    assert isinstance(operand, NDArray)
    return stretched_array(f, operand, shape, node)


def stretched_array(f: Frame, array: NDArray, shape: sizes.Shape, node: ast.AST) -> NDArray:
    if _is_shape(f, array, shape):
        return array
    more = len(shape) - array.rank
    steps = [f.known(0)] * more
    for own, size, step in zip(array.shape, shape[more:], array.steps(f, node), strict=True):
        is_one = own.is_known and own.known == 1 and not (size.is_known and size.known == 1)
        steps.append(f.known(0) if is_one else step)
    return array.view(array.offset, shape, steps)


def _is_shape(f: Frame, operand: Arraylike, shape: sizes.Shape) -> bool:
    if len(operand.shape) != len(shape):
        return False
    # a size that is known to be 1 is stretched; any other one was checked to be the same
    return all(
        [
            (b.is_known and b.known == 1) or not (a.is_known and a.known == 1)
            for a, b in zip(operand.shape, shape, strict=True)
        ]
    )


def together(
    f: Frame, operands: Sequence[Operand], node: ast.AST
) -> tuple[sizes.Shape, list[Operand]]:
    """Operands of one shape, and that shape."""
    shapes = [o.shape for o in operands if isinstance(o, Arraylike)]
    shape = common_shape(f, shapes, node)
    return shape, [stretched(f, o, shape, node) for o in operands]


def chosen(f: Frame, held: Operand, one: Operand, other: Operand, node: ast.AST) -> Operand:
    """Entries of one operand where a condition holds, else those of another; only the entry that
    is chosen is computed."""
    kind = wider(one.kind, other.kind)

    def rule(g: Frame, entry: Entry, args: Sequence[Operand], at: ast.AST) -> Number:
        truth = entry.of(args[0]).truth(g, at)
        return entry.chosen(truth, args[1], args[2], kind)

    operands = [held, one, other]
    if all([isinstance(o, Number) for o in operands]):
        return rule(f, Entry(f, {}, node), operands, node)
    shape, args = together(f, operands, node)
    return Elementwise(kind, shape, rule, args)
