"""Claims: what the use of a value says of the types of the parameters that it comes from.

A parameter is a real number unless its use as an index or a bound makes it an integer, or its use
as a list an array.  Invariant: a claim only ever makes a parameter more than it was, so there are
finitely many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcli.errors import TypeFault
from adcli.expr import App, Atom, Expr, Var
from adcli.front.lowering_rules.frame import Claim
from adcli.front.syntax_queries import every, token
from adcli.ir.types import INT

if TYPE_CHECKING:
    from adcli.front.lowering_rules.frame import Frame
    from adcli.front.parse_tree import Tree


def claim_array(f: Frame, value: Expr, ranks: int) -> None:
    """Raise `Claim` if the value may be an array, or may be made of arrays; else nothing."""
    todo, claimed = [value], False
    while todo:
        value = todo.pop()
        if isinstance(value, Var) and value.name in f.claims:
            claim, depth = f.claims[value.name]
            claimed |= claim(depth + ranks)
        elif isinstance(value, Var):
            todo += f.build.made_of.get(value.name, ())
        elif isinstance(value, App):
            todo += value.args
    if claimed:
        raise Claim


def share_claim(f: Frame, target: str, value: Expr) -> None:
    """What may be found of a variable goes for the value that it was given."""
    if isinstance(value, Var) and value.name in f.claims:
        f.claims[target] = f.claims[value.name]


_HINT_FOR_NUMBERS = "write a whole number: 0, 1, 2"


def integer(f: Frame, tree: Tree, purpose: str) -> Atom:
    """An atom that must be an integer; parameters used for it become integers."""
    found = f.atom(tree)
    if f.build.type_of(found) == INT:
        return found
    f.number_only(found, tree)
    if claim_integers(f, tree):
        raise Claim
    raise TypeFault(
        f"{purpose} must be an integer",
        span=f.span(tree),
        hint=_HINT_FOR_NUMBERS
        if tree.rule == "number"
        else "annotate the parameter that it comes from, as in n: int",
    )


def claim_integers(f: Frame, tree: Tree) -> bool:
    """Declare the real parameters that an expression mentions integers; whether there were."""
    if f.definition is None:
        return False
    claimed = False
    for node in every(tree):
        if node.rule == "name":
            claimed |= f.definition.claim_integer(token(node).value)
    return claimed
