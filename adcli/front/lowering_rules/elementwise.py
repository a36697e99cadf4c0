"""Operations entry by entry: `x + y`, `2*A`, `sin(x)` on arrays of one shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.expr import Atom, Expr, Num, Op, Var
from adcli.front.lowering_rules.array_access import (
    append,
    length,
    load,
    new_array,
    put,
    same_length,
)
from adcli.front.lowering_rules.iterables import counted, up_to
from adcli.ir.types import rank

if TYPE_CHECKING:
    from adcli.front.lowering_rules.frame import Frame
    from adcli.front.parse_tree import Tree


def elementwise(f: Frame, op: Op, args: Sequence[Expr], tree: Tree) -> Var:
    """An operation on arrays of one shape, and on numbers that go with every entry."""
    span = f.span(tree)
    arrays = [a.name for a in args if isinstance(a, Var) and f.is_array(a)]
    count: Atom = length(f, arrays[0], span)
    for other in arrays[1:]:
        count = same_length(f, count, length(f, other, span), tree)
    deep = any(rank(f.build.types[a]) > 1 for a in arrays)
    made = new_array(f, "[]", Num(0) if deep else count, span)

    def turn(number: Atom) -> None:
        parts: list[Expr] = []
        for arg in args:
            if isinstance(arg, Var) and f.is_array(arg):
                parts.append(load(f, arg.name, number, span))
            else:
                parts.append(arg)
        value = f.applied(op, tuple(parts), tree)
        if deep:
            append(f, made.name, value, tree, span)
        else:
            put(f, made.name, number, value, tree, span)

    counted(f, up_to(count), turn, span)
    return made
