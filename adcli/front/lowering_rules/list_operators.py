"""Operators on lists in brackets: `[0.0]*n`, `xs + [t]` mean the list, not its entries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS, Expr
from adcli.front.lowering_rules.list_literals_and_copies import joined, repeated
from adcli.front.lowering_rules.matrix_products import product
from adcli.front.syntax_queries import subtree, token

if TYPE_CHECKING:
    from adcli.front.lowering_rules.frame import Frame
    from adcli.front.parse_tree import Tree


def list_chain(f: Frame, first: Tree, chain: Sequence[Tree]) -> Expr | None:
    """The value of a chain of operators; None if no list in brackets is in it."""
    shown = [_shows_list(first), *[_shows_list(subtree(link, 2)) for link in chain]]
    if not any(shown):
        return None
    value: Expr | None = None if shown[0] else f.atom(first)
    is_list, before = shown[0], first
    for link, is_right in zip(chain, shown[1:], strict=True):
        symbol, right = token(link, 1).value, subtree(link, 2)
        if symbol == "*" and is_list:
            value = repeated(f, before, value, right, link)
        elif symbol == "*" and is_right:
            value = repeated(f, right, None, before, link)
        else:
            value = f.atom(before) if value is None else value
            other = f.atom(right)
            if symbol == "+" and (is_list or is_right):
                value = joined(f, value, other, link)
            elif symbol == "@":
                value = product(f, value, other, link)
            else:
                value = f.applied(OPERATORS[symbol], (value, other), link)
        value = f.build.name(value, f.span(link))
        is_list, before = is_list or is_right, link
    return value


def _shows_list(tree: Tree) -> bool:
    """Whether a list in brackets is what an expression is made of: `[0.0]*n`, not `x`."""
    if tree.rule == "binary" and token(tree, 1).value in ("*", "+"):
        return _shows_list(subtree(tree, 0)) or _shows_list(subtree(tree, 2))
    return tree.rule in ("list", "tuple")
