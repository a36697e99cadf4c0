"""Conditions: choices, comparisons, `and`, `or` and `not`.

Invariant: only what decides is evaluated, from left to right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.errors import TypeFault
from adcli.expr import OPERATORS, App, Expr, Num, Var
from adcli.front.lowering_rules.names import read
from adcli.front.lowering_rules.registry import VALUES
from adcli.front.syntax_queries import subtree, token, trees
from adcli.ir import nodes as ir
from adcli.ir.types import BOOL, INT, REAL, is_array, join

if TYPE_CHECKING:
    from adcli.front.lowering_rules.frame import Frame
    from adcli.front.parse_tree import Tree


def conditional(f: Frame, tree: Tree) -> Expr:
    """A choice: only the chosen side is evaluated.

    A chain `a if c else b if d else ...` is taken link by link, so that it may be long.
    """
    then, test, otherwise = trees(tree)
    condition = f.condition(test)
    arms: list[list[ir.Stmt]] = []
    values: list[Expr] = []
    for side in (then, otherwise):
        with f.block() as arm:
            values.append(f.atom(side))
        arms.append(arm)
    return merge(f, condition, arms, values, tree)


def merge(
    f: Frame, condition: Expr, arms: list[list[ir.Stmt]], values: list[Expr], tree: Tree
) -> Expr:
    """The variable that holds one of two values, each computed in its arm."""
    build = f.build
    if isinstance(condition, Num):
        chosen = 0 if condition.value else 1
        build.code.extend(arms[chosen])
        return values[chosen]
    kinds = [build.type_of(v) for v in values]
    kind = join(*kinds)
    if kind is None:
        raise TypeFault("an array on one side and something else on the other", span=f.span(tree))
    target = f.fresh(kind)
    for value in values:
        if is_array(kind) and isinstance(value, Var):
            build.unify(value.name, target)
    for arm, value, own in zip(arms, values, kinds, strict=True):
        converted = build.real(value) if own == INT and kind == REAL else value
        arm.append(ir.Let(target, converted, f.span(tree)))
    assert isinstance(condition, Var)
    f.add(ir.If(condition.name, arms[0], arms[1], f.span(tree)))
    return Var(target)


# -- truth values ----------------------------------------------------------------------------------


def truth(f: Frame, tree: Tree) -> Expr:
    """A truth value; a number is true if it is not 0."""
    match tree.rule:
        case "compare":
            return _compared(f, tree)
        case "and_" | "or_":
            return _logic(f, tree)
        case "not_":
            inner = f.condition(subtree(tree, 0))
            return Num(not inner.value) if isinstance(inner, Num) else OPERATORS["not"](inner)
        case "name":
            value: Expr = f.build.name(read(f, tree), f.span(tree))
        case "subscript":
            value = VALUES["subscript"](f, tree)
        case "call":
            value = f.named(tree)
        case _:
            value = f.atom(tree)
    if f.build.type_of(value) == BOOL:
        return value
    f.number_only(value, tree)
    return App(OPERATORS["!="], (value, Num(0)))


def _compared(f: Frame, tree: Tree) -> Expr:
    """A chain `a < b < c`: what follows a link is looked at only if that holds."""
    left = f.atom(subtree(tree, 0))
    f.number_only(left, subtree(tree, 0))
    last = len(tree.children) - 2
    open_links: list[tuple[Expr, list[ir.Stmt]]] = []
    for index in range(1, last + 1, 2):
        right = f.atom(subtree(tree, index + 1))
        f.number_only(right, subtree(tree, index + 1))
        value: Expr = App(OPERATORS[token(tree, index).value], (left, right))
        if index < last:
            open_links.append((f.build.name(value, f.span(tree)), f.build.code))
            f.build.code = f.build.new_block()
        left = right
    for held, outer in reversed(open_links):
        value = _shortcut(f, held, True, value, outer, tree)
    return value


def _logic(f: Frame, tree: Tree) -> Expr:
    """`and`, `or`: from the left, and no further than needed."""
    first, *others = trees(tree)
    value: Expr = f.condition(first)
    for part in others:
        outer, f.build.code = f.build.code, f.build.new_block()
        value = _shortcut(f, value, tree.rule == "and_", truth(f, part), outer, tree)
    return value


def _shortcut(
    f: Frame, first: Expr, goes_on: bool, second: Expr, outer: list[ir.Stmt], tree: Tree
) -> Expr:
    """`second`, for which the code so far is, if `first` is `goes_on`, else `first`; the code
    around it is `outer`."""
    second = f.build.name(second, f.span(tree))
    inner, f.build.code = f.build.code, outer
    arms: list[list[ir.Stmt]] = [inner, f.build.new_block()]
    values: list[Expr] = [second, Num(not goes_on)]
    if not goes_on:
        arms.reverse()
        values.reverse()
    return merge(f, first, arms, values, tree)
