"""Assignments: to names, to tuples of them, and to entries of arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.errors import TypeFault
from adcli.expr import Expr
from adcli.front.lowering_rules.arithmetic import operated, raised
from adcli.front.lowering_rules.array_access import load, put
from adcli.front.lowering_rules.calls import call_values
from adcli.front.lowering_rules.iterables import Bound, copied, unpacked
from adcli.front.lowering_rules.list_literals_and_copies import copied_array
from adcli.front.lowering_rules.parameter_type_claims import claim_array
from adcli.front.lowering_rules.statements import several
from adcli.front.lowering_rules.subscripts import place
from adcli.front.lowering_rules.variable_renaming import store
from adcli.front.syntax_queries import subtree, token, trees

if TYPE_CHECKING:
    from adcli.front.lowering_rules.frame import Frame
    from adcli.front.parse_tree import Tree
    from adcli.source import Span


def assignment(f: Frame, tree: Tree) -> bool:
    parts = trees(tree)
    targets = [parts[0]] if tree.rule == "annotated" else parts[:-1]
    value, span = parts[-1], f.span(tree)
    if tree.rule == "annotated" and value.rule == "annotation":
        return True
    if len(targets) == 1 and targets[0].rule == "name":
        store(f, token(targets[0]).value, f.value(value), f.span(value))
        return True
    values = several(f, value)
    if len(values) > 1 and f.nesting:
        values = [copied(f, v, span) for v in values]
    for target in targets:
        _assign(f, target, values[0] if len(values) == 1 else list(values), value, span)
    return True


def _assign(f: Frame, target: Tree, value: Bound, tree: Tree, span: Span) -> None:
    """Give a target a value; a tuple of targets one each."""
    if target.rule != "tuple":
        if isinstance(value, list):
            raise TypeFault("several values where one is wanted", span=f.span(tree))
        if target.rule == "subscript":
            array, index = place(f, target)
            put(f, array, index, value, tree, span)
        else:
            store(f, token(target).value, value, span)
        return
    parts = trees(target)
    values = value if isinstance(value, list) else _parts_of(f, value, len(parts), tree, span)
    if len(parts) != len(values):
        raise TypeFault(f"{len(parts)} names but {len(values)} values", span=span)
    for part, item in zip(parts, values, strict=True):
        _assign(f, part, item, tree, span)


def _parts_of(f: Frame, value: Expr, count: int, tree: Tree, span: Span) -> list[Bound]:
    """What so many names get of one value: the entries of an array."""
    if count == 1:
        return [value]
    if not f.is_array(value):
        claim_array(f, value, 1)
        raise TypeFault(f"{count} names but 1 value", span=span)
    return unpacked(f, value, count, tree)


def kept(f: Frame, tree: Tree) -> bool:
    """Give a name a value that no later statement changes: of an array a copy."""
    target, value = trees(tree)
    found = f.value(value)
    if f.is_array(found):
        found = copied_array(f, found.name, value, f.span(value))  # type: ignore[union-attr]
    store(f, token(target).value, found, f.span(value))
    return True


def augmented(f: Frame, tree: Tree) -> bool:
    """`x += a`, `x[i] += a`: the place is found once."""
    target, span = subtree(tree, 0), f.span(tree)
    is_entry = target.rule == "subscript"
    left: Expr
    if is_entry:
        array, index = place(f, target)
        left = load(f, array, index, f.span(target))
    else:
        left = f.atom(target)
    right = f.atom(subtree(tree, 2))
    symbol = token(tree, 1).value[:-1]
    if f.is_array(right) and not f.is_array(left):
        claim_array(f, left, 1)
    if f.is_array(left):
        raise TypeFault(
            f"'{symbol}=' changes an array in Python, entries or length",
            span=span,
            hint=f"for a new array write x = x {symbol} ..., in place assign its entries",
        )
    if symbol in ("**", "^"):
        value = raised(f, left, right, subtree(tree, 2))
    else:
        value = operated(f, symbol, left, right, tree)
    if is_entry:
        put(f, array, index, value, tree, span)
    else:
        store(f, token(target).value, value, span)
    return True


def expression_statement(f: Frame, tree: Tree) -> bool:
    """A value that nobody takes; a call may have given none."""
    inner = subtree(tree, 0)
    if inner.rule == "call":
        call_values(f, inner)
    else:
        several(f, inner)
    return True
