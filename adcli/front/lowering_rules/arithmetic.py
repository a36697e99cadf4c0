"""Arithmetic of numbers: literals, signs, operators, powers, and functions of one number.

Invariant: the operands of a sum (or product) are evaluated first, from left to right, then they are
added up: that is the order in which the textbooks number an evaluation trace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.errors import TypeFault
from adcli.expr import OPERATORS, App, Expr, Num
from adcli.front.literals_and_constant_folding import number_of
from adcli.front.lowering_rules.registry import VALUES
from adcli.front.syntax_queries import subtree, token, trees
from adcli.ir.types import INT
from adcli.ops.arithmetic import pow_
from adcli.source import Span

if TYPE_CHECKING:
    from adcli.front.lowering_rules.frame import Frame
    from adcli.front.parse_tree import Tree

_SUMS = frozenset("+-")


def number(f: Frame, tree: Tree) -> Expr:
    found = number_of(token(tree).value)
    if found is None:
        raise TypeFault("this number is too large for a double", span=f.span(tree))
    return found


def binary(f: Frame, tree: Tree) -> Expr:
    """A chain of operators that bind alike, from the left."""
    chain: list[Tree] = []
    node = tree
    in_sum = node.children[1].value in _SUMS  # type: ignore[union-attr]
    while node.rule == "binary":
        left, symbol, _ = node.children
        if (symbol.value in _SUMS) != in_sum:  # type: ignore[union-attr]
            break
        chain.append(node)
        node = left  # type: ignore[assignment]
    chain.reverse()
    if f.has_brackets:
        from adcli.front.lowering_rules.list_operators import list_chain

        found = list_chain(f, node, chain)
        if found is not None:
            return found
    first = f.atom(node)
    operands = [f.atom(link.children[2]) for link in chain]  # type: ignore[arg-type]
    value: Expr = first
    source, start, done = f.source, node.start, node.end
    for link, operand in zip(chain, operands, strict=True):
        before = value
        if value.__class__ is App:
            before = f.build.name(value, Span(source, start, done))
        done = link.end
        sign: str = link.children[1].value  # type: ignore[union-attr]
        value = operated(f, sign, before, operand, link)
    return value


def operated(f: Frame, sign: str, left: Expr, right: Expr, tree: Tree) -> Expr:
    """`left sign right`."""
    if sign == "@":
        from adcli.front.lowering_rules.matrix_products import product

        return product(f, left, right, tree)
    if f.build.has_arrays:
        return f.applied(OPERATORS[sign], (left, right), tree)
    return f.apply(OPERATORS[sign], (left, right))


def power(f: Frame, tree: Tree) -> Expr:
    base, exponent = f.atom(subtree(tree, 0)), f.atom(subtree(tree, 1))
    return raised(f, base, exponent, subtree(tree, 1))


def raised(f: Frame, base: Expr, exponent: Expr, tree: Tree) -> Expr:
    """A power, `tree` being the exponent; an integer to one with a minus sign is real."""
    kinds = {f.build.type_of(base), f.build.type_of(exponent)}
    signed = tree.rule == "unary" and token(tree).value == "-"
    if kinds == {INT} and signed:
        base = f.build.name(f.build.real(base), f.span(tree))
    return f.applied(pow_, (base, exponent), tree)


def unary(f: Frame, tree: Tree) -> Expr:
    """Signs, as many as there are: they are counted, not nested."""
    negative = False
    node = tree
    while node.rule == "unary":
        negative ^= token(node).value == "-"
        node = subtree(node, 1)
    value = f.expression(node)
    if not negative:
        return value
    operand = f.build.name(value, f.span(node))
    if isinstance(operand, Num):
        return Num(-operand.value)
    return f.applied(OPERATORS["neg"], (operand,), tree)


def juxtaposed(f: Frame, tree: Tree) -> Expr:
    factors = (f.atom(subtree(tree, 0)), f.atom(subtree(tree, 1)))
    return f.applied(OPERATORS["*"], factors, tree)


def call(f: Frame, tree: Tree) -> Expr:
    """A call that gives a number."""
    if len(tree.children) == 2:  # the frequent case, without the questions that others need
        callee, arg = trees(tree)
        row = f.simple.get(callee.children[0].value) if callee.rule == "name" else None  # type: ignore[union-attr]
        if row is not None and arg.rule not in ("keyword", "comprehension"):
            return f.applied(row, (f.atom(arg),), tree)
    found: Expr = VALUES["call"](f, tree)
    return f.no_truth(found, tree)
