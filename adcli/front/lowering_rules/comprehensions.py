"""Comprehensions: `[entry for x in xs if condition ...]`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcli.expr import Atom, Num, Var
from adcli.front.lowering_rules.array_access import append, new_array
from adcli.front.lowering_rules.iterables import Bound, counted, iteration, pairs
from adcli.front.syntax_queries import bound_names, subtree, target_names, trees
from adcli.ir import nodes as ir

if TYPE_CHECKING:
    from adcli.front.lowering_rules.frame import Frame
    from adcli.front.parse_tree import Tree


def comprehension(f: Frame, tree: Tree) -> Var:
    """The array of the entries; names that it binds are its own."""
    span = f.span(tree)
    made = new_array(f, "[]", Num(0), span)
    outside = dict(f.env)
    known = (set(f.locals), set(f.surely), set(f.maybe))
    names = bound_names(tree)
    f.simple = {n: row for n, row in f.simple.items() if n not in names}
    entry, *clauses = trees(tree)
    _clauses(f, clauses, lambda: append(f, made.name, f.value(entry), entry, span))
    f.locals, f.surely, f.maybe = known
    for name in names:
        f.env.pop(name, None)
        if name in outside:
            f.env[name] = outside[name]
    return made


def _clauses(f: Frame, clauses: Sequence[Tree], inmost: Callable[[], None]) -> None:
    """The loops and conditions of a comprehension, one inside the other."""
    if not clauses:
        inmost()
        return
    first, *rest = clauses
    if first.rule == "condition":
        held = f.condition(subtree(first, 0))
        with f.block() as inner:
            _clauses(f, rest, inmost)
        if isinstance(held, Var):
            f.add(ir.If(held.name, inner, (), f.span(first)))
        elif held.value:
            f.build.code.extend(inner)
        return
    target, iterable = trees(first)
    over = iteration(f, iterable)
    names = target_names(target)

    def turn(count: Atom) -> None:
        f.locals.update(names)
        f.surely.update(names)
        _bind_names(f, target, over.at(count))
        _clauses(f, rest, inmost)

    counted(f, over, turn, f.span(first), over.hint(target))


def _bind_names(f: Frame, target: Tree, value: Bound) -> None:
    """Let the names of a comprehension stand for values."""
    for name, item, tree in pairs(f, target, value):
        f.env[name] = f.build.name(item, f.span(tree))
