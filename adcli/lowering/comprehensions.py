"""Comprehensions and generator expressions.

Invariant: the names that a comprehension binds are those of a scope of its own; its first iterable
is evaluated outside of that.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcli.lowering.joins import each_alternative
from adcli.lowering.list_methods import append
from adcli.lowering.objects import Reference
from adcli.lowering.refusals import Refusal
from adcli.lowering.scopes import LocalScope, target_names
from adcli.lowering.values import NONE, Union, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: So many iterations are written out where each makes a key.
MOST_WRITTEN_OUT = 1000

#: Where each entry goes.
Take = Callable[[], None]


class ComprehensionText:
    """The names of a comprehension, as those of a function are asked for."""

    declared: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
    liveness = None
    captured: frozenset[str] = frozenset()

    def __init__(self, clauses: Sequence[ast.comprehension], node: ast.AST) -> None:
        self.own_names = frozenset(
            [name for clause in clauses for name in target_names(clause.target)]
        )
        self.node = node
        self.name = "<comprehension>"


def opened(
    f: Frame, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
) -> LocalScope:
    """A scope for the names that a comprehension binds."""
    text = ComprehensionText(node.generators, node)
    return LocalScope(f.session.next_number(), text, f.scope.module, f.scope)  # type: ignore[arg-type]


def list_of(f: Frame, node: ast.ListComp) -> Value:
    made = f.new_list([], node)

    def take() -> None:

        append(f, made, f.evaluate(node.elt), node)

    run(f, node, take)
    return made


def set_of(f: Frame, node: ast.SetComp) -> Value:
    return f.set_of_list(_listed(f, node, node.elt), node)


def dict_of(f: Frame, node: ast.DictComp) -> Value:

    made = f.new_dict([], node)

    def take() -> None:
        key = f.evaluate(node.key)
        made.set_item(f, key, f.evaluate(node.value), node)

    run(f, node, take)
    return made


def _listed(f: Frame, node: ast.SetComp, element: ast.expr) -> Reference:
    made = f.new_list([], node)
    run(f, node, lambda: append(f, made, f.evaluate(element), node))
    return made


def generator(f: Frame, node: ast.GeneratorExp) -> Value:
    return f.generator(node)


def run(
    f: Frame, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, take: Take
) -> None:
    """The loops and conditions of a comprehension around `take`."""
    first = f.evaluate(node.generators[0].iter)
    outer, f.scope = f.scope, opened(f, node)
    try:
        _clause(f, node, 0, first, take)
    finally:
        f.scope = outer


def _clause(
    f: Frame,
    node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp,
    number: int,
    iterable: Value | None,
    take: Take,
) -> None:
    if number == len(node.generators):
        take()
        return
    clause = node.generators[number]
    if clause.is_async:
        raise Refusal("an asynchronous comprehension", node)
    value = iterable if iterable is not None else f.evaluate(clause.iter)
    if isinstance(value, Union):
        each_alternative(f, value, node, lambda v: _clause(f, node, number, v, take))
        return
    over = value.iterate(f, clause.iter)

    def inner(i: int) -> Value:
        if i == len(clause.ifs):
            _clause(f, node, number + 1, None, take)
            return NONE
        held = f.truth_of(clause.ifs[i])
        return f.branch(held, clause.ifs[i], lambda: inner(i + 1), lambda: NONE)

    def turn(item: Value) -> None:
        f.assign(clause.target, item, clause.iter)
        inner(0)
        if not f.scope.is_captured:
            for name in names:
                f.state.names.pop((f.scope.number, name), None)

    names = list(target_names(clause.target))
    items = over.items
    counts = over.known_counts
    if items is None and isinstance(node, ast.DictComp | ast.SetComp) and counts is not None:
        # keys must be known
        items = [f.known(i) for i in counts] if len(counts) <= MOST_WRITTEN_OUT else None
    if items is not None:
        for item in items:
            turn(item)
        return
    f.counted_loop(over, turn, clause.iter, names)
