"""Lists: `[a, b, c]` written out, copied, joined and repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.errors import TypeFault
from adcli.expr import Atom, Expr, Num, Var
from adcli.front.lowering_rules.array_access import (
    append,
    as_array,
    check_size,
    load,
    misfit,
    new_array,
    put,
)
from adcli.front.lowering_rules.comprehensions import comprehension
from adcli.front.lowering_rules.iterables import counted, entries, up_to
from adcli.front.lowering_rules.parameter_type_claims import integer
from adcli.front.syntax_queries import trees
from adcli.ir.types import MOST_INDICES, array_of, is_array, join

if TYPE_CHECKING:
    from adcli.front.lowering_rules.frame import Frame
    from adcli.front.parse_tree import Tree
    from adcli.source import Span


def listing(f: Frame, tree: Tree) -> Expr:
    """`[a, b, c]`, or a comprehension; `(a, b, c)` where one value is wanted."""
    parts = trees(tree)
    if is_comprehension(tree):
        return comprehension(f, parts[0])
    span = f.span(tree)
    _refuse_deep(f, tree)
    values = [f.named(p) for p in parts]
    kind = _common_kind(f, parts, values)
    _refuse_ragged(f, parts)
    if not values or is_array(kind):
        made = new_array(f, array_of(kind), Num(0), span)
        for part, value in zip(parts, values, strict=True):
            append(f, made.name, value, part, span)
        return made
    made = new_array(f, array_of(kind), Num(len(values)), span)
    for i, (part, value) in enumerate(zip(parts, values, strict=True)):
        put(f, made.name, Num(i), value, part, f.span(part))
    return made


def _refuse_deep(f: Frame, tree: Tree) -> None:
    """Lists that are written out in one another are no more than an array has indices."""
    depth, inner = 1, trees(tree)
    while inner and inner[0].rule == "list" and not is_comprehension(inner[0]):
        depth, inner = depth + 1, trees(inner[0])
    if depth > MOST_INDICES:
        message = f"an array has at most {MOST_INDICES} indices"
        raise TypeFault(message, span=f.span(tree), hint="leave some of the brackets out")


def _common_kind(f: Frame, parts: list[Tree], values: list[Atom]) -> str:
    """The type that all entries have; empty if there are none."""
    kind = ""
    for part, value in zip(parts, values, strict=True):
        found = f.build.type_of(value)
        wide = join(kind, found) if kind else found
        if wide is None:
            raise misfit(f, found, kind, part)
        kind = wide
    return kind


def _refuse_ragged(f: Frame, parts: list[Tree]) -> None:
    """The rows of a list that is written out have one length."""
    rows = [p for p in parts if p.rule in ("list", "tuple") and not is_comprehension(p)]
    for row in rows:
        if len(trees(row)) != len(trees(rows[0])):
            raise TypeFault(
                f"a row of {len(trees(row))} entries below one of {len(trees(rows[0]))}",
                span=f.span(row),
                hint="the rows of a matrix have one length",
            )


def is_comprehension(tree: Tree) -> bool:
    parts = trees(tree)
    return tree.rule == "list" and bool(parts) and parts[0].rule == "comprehension"


# -- lists made of lists ---------------------------------------------------------------------------


def repeated(f: Frame, tree: Tree, value: Expr | None, times: Tree, whole: Tree) -> Expr:
    """`[0.0]*n`: the entries of a list, itself known by its syntax or its value, repeated."""
    span = f.span(whole)
    parts = [] if is_comprehension(tree) else trees(tree)
    if value is None and tree.rule == "list" and len(parts) == 1:
        entry = f.named(parts[0])
        count = integer(f, times, "the number of repetitions")
        return _filled(f, entry, count, parts[0], span)
    array = as_array(f, value or f.atom(tree), tree, "what is repeated")
    count = integer(f, times, "the number of repetitions")
    check_size(f, count, span)
    made = new_array(f, f.build.types[array], Num(0), span)
    counted(f, up_to(count), lambda _: extend(f, made.name, array, tree, span), span)
    return made


def _filled(f: Frame, value: Expr, count: Atom, tree: Tree, span: Span) -> Expr:
    """An array whose entries are all the same."""
    kind = f.build.type_of(value)
    is_deep = is_array(kind)
    if is_deep:
        check_size(f, count, span)
    made = new_array(f, array_of(kind), Num(0) if is_deep else count, span)
    if isinstance(value, Num) and not value.value and str(value.value) != "-0.0":
        return made

    def turn(number: Atom) -> None:
        if is_deep:
            append(f, made.name, value, tree, span)
        else:
            put(f, made.name, number, value, tree, span)

    counted(f, up_to(count), turn, span)
    return made


def joined(f: Frame, left: Expr, right: Expr, tree: Tree) -> Expr:
    """The entries of one array, then those of another."""
    span = f.span(tree)
    made = new_array(f, "[]", Num(0), span)
    for part in (left, right):
        extend(f, made.name, as_array(f, part, tree, "one side"), tree, span)
    return made


def extend(f: Frame, array: str, other: str, tree: Tree, span: Span) -> None:
    """Append the entries of another array."""

    def turn(count: Atom) -> None:
        append(f, array, load(f, other, count, span), tree, span)

    counted(f, entries(f, other, span), turn, span)


def copied_array(f: Frame, array: str, tree: Tree, span: Span) -> Var:
    """A new array with the same entries."""
    made = new_array(f, f.build.types[array], Num(0), span)
    extend(f, made.name, array, tree, span)
    return made
