"""Subscripts: entries and slices: `x[i]`, `A[i, j]`, `x[1:]`, `A[:, j]`, read or assigned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.errors import TypeFault
from adcli.expr import OPERATORS, App, Atom, Expr, Num
from adcli.front.lowering_rules.array_access import (
    append,
    as_array,
    length,
    load,
    new_array,
    spoken,
)
from adcli.front.lowering_rules.conditions import merge
from adcli.front.lowering_rules.iterables import Iteration, counted
from adcli.front.lowering_rules.parameter_type_claims import integer
from adcli.front.syntax_queries import subtree, token, trees
from adcli.front.top_level_scope import Constant
from adcli.ops.registry import FUNCTIONS

if TYPE_CHECKING:
    from adcli.front.lowering_rules.frame import Frame
    from adcli.front.parse_tree import Tree
    from adcli.source import Span


def subscript(f: Frame, tree: Tree) -> Expr:
    """What an array holds at an index where that is no truth value."""
    return f.no_truth(entry(f, tree), tree)


def entry(f: Frame, tree: Tree) -> Expr:
    """What an array holds at an index, a number, a truth value or an array."""
    base, *indices = trees(tree)
    return _selected(f, f.atom(base), base, indices, tree)


def _selected(f: Frame, value: Expr, base: Tree, indices: list[Tree], tree: Tree) -> Expr:
    if not indices:
        return value
    array = as_array(f, value, base, spoken(base))
    first, *rest = indices
    span = f.span(tree)
    if first.rule != "slice":
        index = integer(f, first, "an index")
        return _selected(f, load(f, array, index, span), base, rest, tree)
    over = _sliced(f, array, first)
    made = new_array(f, "[]", Num(0), span)

    def turn(count: Atom) -> None:
        item = over.at(count)
        assert isinstance(item, Expr)
        append(f, made.name, _selected(f, item, base, rest, tree), tree, span)

    counted(f, over, turn, span)
    return made


# -- slices ----------------------------------------------------------------------------------------


def _sliced(f: Frame, array: str, tree: Tree) -> Iteration:
    """The entries that `from:to:by` picks, as Python does: bounds are cut to the array."""
    span = f.span(tree)
    given = {t.rule: subtree(t, 0) for t in trees(tree)}
    count = length(f, array, span)
    step: Atom = Num(1)
    if "by_" in given:
        step = integer(f, given["by_"], "the step of a slice")
    if not isinstance(step, Num) or step.value == 0:
        raise TypeFault(
            "the step of a slice is a number that is not 0, written out",
            span=f.span(given["by_"]),
        )
    down = step.value < 0
    start: Atom = _plus(f, count, Num(-1), span) if down else Num(0)
    stop: Atom = Num(-1) if down else count
    if "from_" in given:
        start = _cut(f, given["from_"], count, down, span)
    if "to_" in given:
        stop = _cut(f, given["to_"], count, down, span)
    return Iteration(start, stop, step, lambda at: load(f, array, at, span))


def _cut(f: Frame, tree: Tree, count: Atom, down: bool, span: Span) -> Atom:
    """A bound of a slice: counted from the end if it is negative, then cut to the array."""
    given = integer(f, tree, "a bound of a slice")
    if isinstance(given, Num):
        place: Expr = _plus(f, count, given, span) if given.value < 0 else given
    else:
        negative = f.build.name(App(OPERATORS["<"], (given, Num(0))), span)
        with f.block() as inner:
            from_end = _plus(f, count, given, span)
        place = merge(f, negative, [inner, f.build.new_block()], [from_end, given], tree)
    highest = _plus(f, count, Num(-1), span) if down else count
    if not (isinstance(place, Num) and place.value >= 0):
        lowest = Num(-1) if down else Num(0)
        place = f.build.name(f.apply(FUNCTIONS["max"], (place, lowest)), span)
    return f.build.name(f.apply(FUNCTIONS["min"], (place, highest)), span)


def _plus(f: Frame, one: Atom, other: Atom, span: Span) -> Atom:
    return f.build.name(f.apply(OPERATORS["+"], (one, other)), span)


# -- entries that are assigned ---------------------------------------------------------------------


def place(f: Frame, target: Tree) -> tuple[str, Atom]:
    """Array and index of an entry that is assigned."""
    base, *indices = trees(target)
    _refuse_constant(f, target, base)
    value: Expr = f.atom(base)
    for index in indices:
        if index.rule == "slice":
            raise TypeFault(
                "a slice cannot be assigned to",
                span=f.span(index),
                hint="assign the entries in a loop",
            )
    for index in indices[:-1]:
        array = as_array(f, value, base, spoken(base))
        value = load(f, array, integer(f, index, "an index"), f.span(target))
    array = as_array(f, value, base, spoken(base))
    return array, integer(f, indices[-1], "an index")


def _refuse_constant(f: Frame, target: Tree, base: Tree) -> None:
    name = token(base).value if base.rule == "name" else ""
    is_own = not name or name in f.locals
    if not is_own and isinstance(f.meaning(name, base), Constant):
        raise TypeFault(
            f"'{name}' is a constant of the file: its entries stay",
            span=f.span(target),
            hint=f"change a copy: {name.lower()} = {name}[:]",
        )
