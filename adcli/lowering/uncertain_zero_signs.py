"""Signs of zeros of numbers that may be integers in Python: 0 * -1 is 0, and 0.0 * -1 is -0.0.

Invariant: where the sign of a zero is in doubt, a truth value says so, `Number.doubt`.  It goes
along with the number through arithmetic.  Where the sign might be seen, the run is refused if it is
in doubt; in a sum that is not zero, and in a sum with a zero that is positive, it is not seen.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcli.expr import OPERATORS, Atom, Num
from adcli.ir.types import BOOL, REAL
from adcli.lowering.none_and_strings import NONE
from adcli.lowering.number_values import Number, Unsure, without_doubt
from adcli.lowering.refusals import PathEnds, Refusal
from adcli.ops.registry import TABLE

if TYPE_CHECKING:
    from adcli.lowering.frame import Frame
    from adcli.lowering.values import Value

_WHY = "the sign of a zero that may be an integer in Python, which has none"
_HINT = "make the numbers real at the start: [0.0]*n in place of [0]*n"

#: Operators that give a zero of either sign of two numbers one of which is a zero.
_PRODUCTS = ("*", "//", "%")


def operation(
    f: Frame, symbol: str, left: Number, right: Number, found: Number, node: ast.AST
) -> Atom | None:
    """Whether the sign of a zero that an operator gives is in doubt.  `found` is the result, and
    has `Number.whole`."""
    one, other = left.doubt, right.doubt
    if symbol in ("+", "-"):
        behind = "is_minus_zero" if symbol == "+" else "is_zero"
        unseen = [
            _both(f, one, _or(f, other, _is(f, behind, right, node), node), node),
            _both(f, other, _is(f, "is_minus_zero", left, node), node),
        ]
        return _or(f, unseen[0], unseen[1], node)
    held = None if symbol in ("/", "**") else other
    held = _or(f, one, held, node)
    if symbol in _PRODUCTS and isinstance(found.whole, Unsure):
        new: Atom | None = _is(f, "is_minus_zero", found, node)
        for side in (left, right):
            if side.kind == REAL:
                new = _both(f, new, _is(f, "is_whole", side, node), node)
        held = _or(f, held, new, node)
    return _both(f, held, _is(f, "is_zero", found, node), node) if held is not None else None


def negative(f: Frame, value: Number, found: Number, node: ast.AST) -> Atom | None:
    """The same for minus a number."""
    if not isinstance(found.whole, Unsure):
        return value.doubt
    return _or(f, value.doubt, _is(f, "is_minus_zero", found, node), node)


def settled(f: Frame, value: Number, node: ast.AST) -> Number:
    """A number whose sign may be seen; the run ends if it is in doubt."""
    if value.doubt is None:
        return value

    def refuse() -> Value:
        refusal = Refusal(_WHY, node, _HINT)
        refusal.span = f.span(node)
        f.add(f.session.raise_of_refusal(refusal))
        f.state.is_dead = True
        raise PathEnds

    f.branch(Number(value.doubt, BOOL), node, refuse, lambda: NONE)
    return without_doubt(value)


def _is(f: Frame, question: str, value: Number, node: ast.AST) -> Atom | None:
    """Whether a number is a zero, a zero with a sign, or what an integer of Python may be; None: it
    is not."""
    if question == "is_minus_zero" and value.kind != REAL:
        return None
    if value.kind != REAL:
        held = f.apply(OPERATORS["=="], (value, f.known(0)), node)
    else:
        held = f.apply(TABLE[question], (without_doubt(value),), node)
    return None if held.is_known and not held.known else held.atom


def _both(f: Frame, one: Atom | None, other: Atom | None, node: ast.AST) -> Atom | None:
    if one is None or other is None:
        return None
    for atom, rest in ((one, other), (other, one)):
        if isinstance(atom, Num):
            return rest if atom.value else None
    return f.apply(OPERATORS["and"], (Number(one, BOOL), Number(other, BOOL)), node).atom


def _or(f: Frame, one: Atom | None, other: Atom | None, node: ast.AST) -> Atom | None:
    if one is None or other is None:
        return one if other is None else other
    for atom, rest in ((one, other), (other, one)):
        if isinstance(atom, Num):
            return atom if atom.value else rest
    return f.apply(OPERATORS["or"], (Number(one, BOOL), Number(other, BOOL)), node).atom
