"""Calls of the prelude: functions of arrays, chosen by how many indices their arguments have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.errors import TypeFault
from adcli.expr import Expr, Num
from adcli.front.builtin_names import REAL_ONLY, overload
from adcli.front.lowering_rules.user_calls import expect_array, invoke
from adcli.ir.types import INT, REAL, array_of, base, is_array, rank
from adcli.ops import compensated_sum
from adcli.ops.registry import TABLE

if TYPE_CHECKING:
    from adcli.front.lowering_rules.frame import Frame
    from adcli.front.parse_tree import Tree
    from adcli.front.top_level_scope import Definition


def prelude_call(f: Frame, name: str, args: Sequence[Expr], tree: Tree) -> Expr:
    """The value of a function of the prelude, chosen by the shapes of its arguments."""
    build, prelude = f.build, f.program.prelude
    kinds = [build.type_of(a) for a in args]
    chosen = overload(name, [rank(k) for k in kinds])
    if compensated_sum.COMPENSATES and name == "sum" and kinds[0] == array_of(REAL):
        args = [*args, Num(0.0)][:2]
        is_real = build.type_of(args[1]) == REAL
        chosen = "compensated_sum" if is_real else "compensated_sum_from_integer"
    if chosen not in prelude:
        raise TypeFault(f"{name} does not take a matrix", span=f.span(tree))
    definition = prelude[chosen]
    if chosen in REAL_ONLY:
        args = [_as_reals(f, a, tree) for a in args]
    for parameter, arg in zip(definition.parameters, args, strict=True):
        _expect(f, name, definition, parameter, arg, tree)
    (found,) = invoke(f, definition, list(args), tree)
    return found


def _expect(
    f: Frame, name: str, definition: Definition, parameter: str, arg: Expr, tree: Tree
) -> None:
    """Refuse an argument that the parameter is not for."""
    kind, wanted = f.build.type_of(arg), definition.ranks.get(parameter, 0)
    spoken = f"'{parameter}' of {name}"
    if parameter in definition.integers and kind != INT:
        raise TypeFault(f"{spoken} must be an integer", span=f.span(tree))
    expect_array(f, arg, wanted, spoken, tree)
    if rank(kind) > wanted:
        raise TypeFault(f"{spoken} has too many indices", span=f.span(tree))


def _as_reals(f: Frame, value: Expr, tree: Tree) -> Expr:
    """An array of integers as one of reals."""
    kind = f.build.type_of(value)
    if not is_array(kind) or base(kind) == REAL:
        return value
    made = f.elementwise(TABLE["real"], [value], tree)
    f.build.widen(made.name, array_of(REAL, rank(kind)))
    return made
