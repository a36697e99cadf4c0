"""Comprehensions and generator expressions.

Invariant: the names that a comprehension binds are those of a scope of its own; its first iterable
is evaluated outside of that.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from adcli.lowering.heap_objects import Reference
from adcli.lowering.iterator_values import live, mapped
from adcli.lowering.list_and_tuple_methods import append
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.refusals import Refusal
from adcli.lowering.scopes import LocalScope, target_names
from adcli.lowering.unions import Union
from adcli.lowering.value_joins import each_alternative
from adcli.lowering.values import Iteration, Value

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame

#: So many iterations are written out where each makes a key, or an entry of a module's list.
MOST_WRITTEN_OUT = 1000

#: So many are in other comprehensions over known items, so that entries stay known.
MOST_ENTRIES = 32

#: Where each entry goes.
Take = Callable[[], None]


class ComprehensionText:
    """The names of a comprehension, as those of a function are asked for."""

    declared: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
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


def keep(scope: LocalScope) -> None:
    """Let the names of a scope, and of those around it, live longer than it is open."""
    around: LocalScope | None = scope
    while around is not None:
        around.is_captured = True
        around = around.outer


def list_of(f: Frame, node: ast.ListComp) -> Value:
    return _listed(f, node, node.elt)


def set_of(f: Frame, node: ast.SetComp) -> Value:
    return f.set_of_list(_listed(f, node, node.elt), node)


def dict_of(f: Frame, node: ast.DictComp) -> Value:
    made = f.new_dict([], node)
    first = f.evaluate(node.generators[0].iter)
    scope = opened(f, node)

    def take() -> None:
        key = inside(f, scope, lambda: f.evaluate(node.key))
        made.set_item(f, key, inside(f, scope, lambda: f.evaluate(node.value)), node)

    run(f, node, scope, first, take)
    return made


def _listed(f: Frame, node: ast.ListComp | ast.SetComp, element: ast.expr) -> Reference:
    made = f.new_list([], node)
    first = f.evaluate(node.generators[0].iter)
    scope = opened(f, node)

    def take() -> None:
        append(f, made, inside(f, scope, lambda: f.evaluate(element)), node)

    run(f, node, scope, first, take)
    return made


def comprehension(f: Frame, node: ast.expr) -> Value:
    """What a comprehension or a generator expression gives."""
    match node:
        case ast.ListComp():
            return list_of(f, node)
        case ast.SetComp():
            return set_of(f, node)
        case ast.DictComp():
            return dict_of(f, node)
    assert isinstance(node, ast.GeneratorExp)
    return f.generator(node)


def inside(f: Frame, scope: LocalScope, what: Callable[[], Any]) -> Any:
    """What something gives in the scope of a comprehension."""
    outer, f.scope = f.scope, scope
    try:
        return what()
    finally:
        f.scope = outer


_Node = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def run(
    f: Frame, node: _Node, scope: LocalScope, first: Value, take: Take, names: Sequence[str] = ()
) -> None:
    """The loops and conditions of a comprehension around `take`, which is done in the scope that is
    open; only what the comprehension itself evaluates is evaluated in its own."""

    def clause(number: int, value: Value) -> None:
        part = node.generators[number]
        if part.is_async:
            raise Refusal("an asynchronous comprehension", node)
        if isinstance(value, Union):
            each_alternative(f, value, node, lambda v: clause(number, v))
            return

        def turn(item: Value) -> None:
            inside(f, scope, lambda: f.assign(part.target, item, part.iter))
            conditions(number, 0)
            forget(f, scope, part.target)

        is_lazy = isinstance(node, ast.GeneratorExp)
        over = live(f, value, part.iter) if is_lazy else value.lazily(f, part.iter)
        f.each_item(_kept(f, node, over), turn, part.iter, names)
        if over.items is not None and not is_lazy and value.has_changed(f, over.items, 0):
            raise Refusal("a list that changes while a comprehension runs over it", part.iter)

    def conditions(number: int, i: int) -> Value:
        part = node.generators[number]
        if i < len(part.ifs):
            held = inside(f, scope, lambda: f.truth_of(part.ifs[i]))
            return f.branch(held, part.ifs[i], lambda: conditions(number, i + 1), lambda: NONE)
        if number + 1 == len(node.generators):
            take()
        else:
            inner = node.generators[number + 1].iter
            clause(number + 1, inside(f, scope, lambda: f.evaluate(inner)))
        return NONE

    clause(0, first)


def _kept(f: Frame, node: _Node, over: Iteration) -> Iteration:
    """What a comprehension runs over, item by item where its entries should be known: keys must
    be, and what a module computes."""
    makes_keys = isinstance(node, ast.DictComp | ast.SetComp)
    most = MOST_WRITTEN_OUT if makes_keys or f.variant is None else MOST_ENTRIES
    items = over.items
    if items is None and makes_keys and over.known_counts is not None:
        items = [f.known(i) for i in over.known_counts[: most + 1]]
    if items is None or len(items) > most:
        return over
    return Iteration(items, keeps_items=True)


def forget(f: Frame, scope: LocalScope, target: ast.expr) -> None:
    """Let go of the names that one turn has bound."""
    if not scope.is_captured:
        for name in target_names(target):
            f.state.names.pop((scope.number, name), None)


def one_to_one(
    f: Frame, node: ast.GeneratorExp, scope: LocalScope, first: Value
) -> Iteration | None:
    """A generator expression that gives one entry for each item of one iterable, whose items can be
    had by their numbers; None if it is another one."""
    part = node.generators[0]
    if len(node.generators) > 1 or part.ifs or part.is_async:
        return None
    over = live(f, first, part.iter)

    def entry(g: Frame, item: Value) -> Value:
        inside(g, scope, lambda: g.assign(part.target, item, part.iter))
        found: Value = inside(g, scope, lambda: g.evaluate(node.elt))
        forget(g, scope, part.target)
        return found

    return mapped(f, over, entry, part.iter)
