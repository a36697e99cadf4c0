"""Functions of arrays: `len`, `list`, `min` and `max` of one array, and those of the prelude."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcli.errors import TypeFault
from adcli.expr import Atom, Expr, Num
from adcli.front.builtin_names import CHAINED, PRELUDE
from adcli.front.lowering_rules.array_access import append, as_array, length, new_array
from adcli.front.lowering_rules.comprehensions import comprehension
from adcli.front.lowering_rules.iterables import counted, iteration
from adcli.front.lowering_rules.parameter_type_claims import claim_array
from adcli.front.lowering_rules.prelude_calls import prelude_call

if TYPE_CHECKING:
    from adcli.front.lowering_rules.frame import Frame
    from adcli.front.parse_tree import Tree


def array_builtin(f: Frame, name: str, parts: Sequence[Tree], tree: Tree) -> Expr | None:
    """A call of `len`, `sum`, `norm` and their like; None for `min` of a keyword."""
    if name in CHAINED:
        return _extreme(f, name, parts, tree)
    least, most = PRELUDE[name]
    if not least <= len(parts) <= most or any(p.rule == "keyword" for p in parts):
        given = f"{least}" if least == most else f"{least} to {most}"
        many = "argument" if given == "1" else "arguments"
        raise TypeFault(f"{name} takes {given} {many}, {len(parts)} given", span=f.span(tree))
    if name == "list":
        return _listed(f, parts, tree)
    args = [_argument(f, p) for p in parts]
    if name == "len":
        return length(f, as_array(f, args[0], parts[0], "what len counts"), f.span(tree))
    return prelude_call(f, name, args, tree)


def _argument(f: Frame, tree: Tree) -> Atom:
    return comprehension(f, tree) if tree.rule == "comprehension" else f.atom(tree)


def _extreme(f: Frame, name: str, parts: Sequence[Tree], tree: Tree) -> Expr | None:
    """`min(xs)`; None for `min(a, b)`."""
    if len(parts) != 1 or parts[0].rule == "keyword":
        return None
    value = _argument(f, parts[0])
    if not f.is_array(value):
        claim_array(f, value, 1)
        message = f"{name} takes at least 2 arguments, 1 given"
        raise TypeFault(message, span=f.span(tree))
    return prelude_call(f, name, [value], tree)


def _listed(f: Frame, parts: Sequence[Tree], tree: Tree) -> Expr:
    """`list(range(n))`, `list(xs)`: a new list of what is run over."""
    if parts and parts[0].rule == "comprehension":
        return comprehension(f, parts[0])
    span = f.span(tree)
    made = new_array(f, "[]", Num(0), span)
    if parts:
        over = iteration(f, parts[0])

        def turn(count: Atom) -> None:
            entry = over.at(count)
            if isinstance(entry, list):
                raise TypeFault("a list of tuples", span=span, hint="make a list of lists")
            append(f, made.name, entry, tree, span)

        counted(f, over, turn, span)
    return made
